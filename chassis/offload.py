"""CPU work over ten milliseconds (password hashing, images) leaves the event loop through here."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from eventlet import tpool
from eventlet.semaphore import Semaphore

P = ParamSpec("P")
R = TypeVar("R")

_AT_ONCE = 2
# each thread keeps what it once allocated: twenty idle ones would hold on to twenty passwords' worth of memory
tpool.set_num_threads(_AT_ONCE)
_at_once = Semaphore(_AT_ONCE)


def offload(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run in a real thread, at most two at a time; context variables do not travel along."""
    with _at_once:
        result: Any = tpool.execute(function, *args, **kwargs)
    return result  # type: ignore[no-any-return]
