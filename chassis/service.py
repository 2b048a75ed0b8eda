"""What a service is made of: a class with one method per message.

class ProjectsService(Service):
    name = "projects"
    calls = (identity.invitability_of,)

    @answers(contract.submit)
    def submit(self, uow: UnitOfWork, project_id: UUID) -> Submitted: ...

    @on(approvals.ProjectRefused)
    def refuse(self, uow: UnitOfWork, refused: approvals.ProjectRefused) -> None: ...
"""

import importlib
import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar

from chassis.contract import Event, Request
from chassis.entrypoints import Answers, Hears, HearsMany, HearsOutcomes, Pumps
from chassis.store import Store, UnitOfWork

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")
E = TypeVar("E")


class Service:
    """A service: its name, whom it calls, and methods that answer requests and hear events."""

    name: ClassVar[str]
    calls: ClassVar[tuple[Request[..., Any], ...]] = ()
    commands: ClassVar[tuple[Request[..., Any], ...]] = ()
    unheard: ClassVar[tuple[type[Any], ...]] = ()
    database_settings: ClassVar[dict[str, str]] = {}

    def measure(self, store: Store) -> None:
        """Bring the service's own gauges up to date; asked before its metrics are read."""


CALLERS = Path("services") / "callers.json"
"""Who may send which request, committed; made from the classes and the gateway's source."""


def service_in(module_name: str) -> type[Service]:
    """The one service class a module defines."""
    module = importlib.import_module(module_name)
    found = [
        kind
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Service) and kind is not Service and kind.__module__ == module_name
    ]
    if len(found) != 1:
        raise SystemExit(f"{module_name} must define exactly one Service, not {len(found)}")
    return found[0]


def answers(
    request: Request[P, R],
) -> Callable[[Callable[Concatenate[S, UnitOfWork, P], R]], Callable[Concatenate[S, UnitOfWork, P], R]]:
    """This method answers that request; it takes a unit of work and the request's own parameters."""

    def decorate(method: Any) -> Any:
        return Answers.decorator(request)(method)

    return decorate


def on(
    event: type[E], *, every_process: bool = False
) -> Callable[[Callable[[S, UnitOfWork, E], None]], Callable[[S, UnitOfWork, E], None]]:
    """This method hears that event, once in effect; with `every_process` in each process, for caches only."""
    return Hears.decorator(_declared(event), every_process=every_process)  # type: ignore[no-any-return]


def on_many(
    event: type[E],
) -> Callable[[Callable[[S, UnitOfWork, Sequence[E]], None]], Callable[[S, UnitOfWork, Sequence[E]], None]]:
    """This method hears events of that kind, those that wait all at once, once in effect: for what happens often and
    costs less together. Their order means nothing, and one of them that fails has each handled by itself.
    """
    return HearsMany.decorator(_declared(event))  # type: ignore[no-any-return]


def _declared(event: type[E]) -> type[E]:
    if not issubclass(event, Event):
        raise TypeError(f"{event!r} is not declared with @event")
    return event


def on_outcome(method: Callable[[S, UnitOfWork, Any], None]) -> Callable[[S, UnitOfWork, Any], None]:
    """This method hears how the commands this service ordered have ended."""
    return HearsOutcomes.decorator(method)  # type: ignore[no-any-return]


def pumped(method: Callable[[S, UnitOfWork], bool]) -> Callable[[S, UnitOfWork], bool]:
    """This method takes one due row, if there is one; called again at once while it returns True. Every commit of this
    process wakes it: for what cannot wait a second.
    """
    return Pumps.decorator(method)  # type: ignore[no-any-return]


def gathered(seconds: float) -> Callable[[Callable[[S, UnitOfWork], bool]], Callable[[S, UnitOfWork], bool]]:
    """The same for what costs less together: after each take the pump rests for so many seconds, and more becomes due."""
    return Pumps.decorator(gathers=seconds)  # type: ignore[no-any-return]


def each_second(method: Callable[[S, UnitOfWork], bool]) -> Callable[[S, UnitOfWork], bool]:
    """The same for what becomes due by time, as most of it does: looked for once a second, and no commit wakes it."""
    return Pumps.decorator(woken=False)(method)  # type: ignore[no-any-return]


__all__ = [
    "CALLERS",
    "Service",
    "UnitOfWork",
    "answers",
    "each_second",
    "gathered",
    "on",
    "on_many",
    "on_outcome",
    "pumped",
    "service_in",
]
