"""Named places where a test may stop a process dead or make it fail, at that exact moment.

`<controls>/failpoints/<service>.<name>` holds `kill` or `raise`; the first process to pass takes the file
away and obeys. Without the controls folder, that is in production, passing costs one comparison.
"""

import os
import signal

from chassis.settings import settings


class FailpointReached(RuntimeError):
    """A test asked for a failure here."""


def failpoint(name: str) -> None:
    """Pass a named place; dies or raises when a test has asked this service to."""
    controls = settings().controls
    if controls is None:
        return
    order = controls / "failpoints" / f"{settings().service}.{name}"
    if not order.exists():
        return
    taken = order.with_name(f"{order.name}.{os.getpid()}")
    try:
        order.rename(taken)
    except FileNotFoundError:
        return
    action = taken.read_text().strip()
    taken.unlink()
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise FailpointReached(name)
