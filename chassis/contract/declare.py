"""Declaring requests, commands, events and values as annotated Python.

`@request` turns a function into a `Request[P, R]`: calling it makes a typed `Call` and sends nothing until a
unit of work, the gateway or a saga sends it.
"""

import dataclasses
import inspect
import typing
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, ParamSpec, TypeVar, dataclass_transform, overload

from marshmallow import ValidationError

from chassis.contract.actor import Actor
from chassis.contract.errors import Forbidden, Invalid, Unauthenticated
from chassis.contract.shapes import MISSING, build, schema_from, schema_of, shape_of

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Who:
    """Which persons may ask: anyone, anyone signed in, the holders of a role, or no person but the platform."""

    name: str
    signed_in: bool = True
    roles: frozenset[str] = frozenset()
    platform: bool = False

    def admit(self, actor: Actor | None) -> None:
        """Raises `Unauthenticated` or `Forbidden` where this person may not ask at all."""
        if not self.signed_in:
            return
        if actor is None:
            raise Unauthenticated
        if self.roles and not any(grant.role in self.roles for grant in actor.roles):
            raise Forbidden


ANYONE = Who("anyone", signed_in=False)
SIGNED_IN = Who("signed in")
PLATFORM = Who("the platform", signed_in=False, platform=True)


def role(*names: str) -> Who:
    """Persons who hold at least one of these roles, anywhere; the owner checks where."""
    return Who(" or ".join(names), roles=frozenset(names))


@dataclass(frozen=True, slots=True)
class Call(Generic[R]):
    """One request with its arguments, ready to be sent. `plain`: its reply is wanted as it was sent, in JSON values."""

    request: "Request[..., R]"
    arguments: dict[str, Any]
    plain: bool = False

    def plainly(self) -> "Call[Any]":
        """The same for a reply that is only passed on, without building its values."""
        return Call(self.request, self.arguments, plain=True)


_REQUESTS: dict[str, "Request[..., Any]"] = {}
_EVENTS: dict[str, type["Event"]] = {}


class Request(Generic[P, R]):
    """A question or order that one service answers; compares and prints by its name, `service.verb`."""

    def __init__(self, function: Callable[P, R], by: Who, *, is_command: bool = False) -> None:
        self.function = function
        self.service = _service_of(function.__module__)
        self.verb = function.__name__
        self.name = f"{self.service}.{self.verb}"
        self.by = by
        self.is_command = is_command
        self.signature = inspect.signature(function)
        self.__doc__ = function.__doc__
        self.__module__ = function.__module__
        _REQUESTS[self.name] = self

    @cached_property
    def hints(self) -> dict[str, Any]:
        return typing.get_type_hints(self.function, include_extras=True)

    @property
    def returns(self) -> Any:
        return self.hints.get("return")

    @cached_property
    def shape(self) -> dict[str, tuple[Any, Any]]:
        """Argument name → (annotation, default)."""
        hints = self.hints
        return {
            name: (
                hints[name],
                MISSING if parameter.default is inspect.Parameter.empty else parameter.default,
            )
            for name, parameter in self.signature.parameters.items()
        }

    def _schema(self, strict: bool) -> Any:
        slot = "_strict" if strict else "_lenient"
        schema = self.__dict__.get(slot)
        if schema is None:
            schema = self.__dict__[slot] = schema_from(self.shape, self.name.replace(".", "_"), strict=strict)
        return schema

    def parse(self, arguments: Any, *, strict: bool = False) -> dict[str, Any]:
        """Typed arguments from JSON values; raises `Invalid` naming each wrong field."""
        try:
            return self._schema(strict).load(arguments)  # type: ignore[no-any-return]
        except ValidationError as wrong:
            messages = wrong.messages
            raise Invalid(fields=messages if isinstance(messages, dict) else {"_": messages}) from None

    def build_reply(self, data: Any) -> R:
        """The typed reply from its JSON."""
        return build(self.__dict__.setdefault("_returns", self.returns), data)  # type: ignore[no-any-return]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Call[R]:
        bound = self.signature.bind(*args, **kwargs)
        return Call(self, bound.arguments)

    def __repr__(self) -> str:
        return self.name


@overload
def request(function: Callable[P, R], /) -> Request[P, R]: ...
@overload
def request(*, by: Who) -> Callable[[Callable[P, R]], Request[P, R]]: ...
def request(function: Any = None, /, *, by: Who = SIGNED_IN) -> Any:
    """Declare a request; without `by` any signed-in person may ask."""
    return Request(function, by) if function else lambda f: Request(f, by)


def command(function: Callable[P, R]) -> Request[P, R]:
    """Declare an order of a saga: it travels by outbox, never expires, and its outcome comes back by outbox."""
    return Request(function, PLATFORM, is_command=True)


@dataclass_transform(frozen_default=True)
def value(kind: type[T]) -> type[T]:
    """An immutable shape inside requests and events."""
    return dataclass(frozen=True, slots=True)(kind)


class Event:
    """Marks classes made by `@event`; their first field is the aggregate's id."""

    name: typing.ClassVar[str]
    service: typing.ClassVar[str]

    @classmethod
    def aggregate_field(cls) -> str:
        return dataclasses.fields(cls)[0].name  # type: ignore[arg-type]


@dataclass_transform(frozen_default=True)
def event(kind: type[T]) -> type[T]:
    """Declare something that has happened. Ids and facts only: no names, addresses or texts."""
    body = {k: v for k, v in kind.__dict__.items() if k not in ("__dict__", "__weakref__")}
    made: Any = dataclass(frozen=True)(type(kind.__name__, (Event,), body))
    made.service = _service_of(kind.__module__)
    made.name = f"{made.service}.{kind.__name__}"
    _EVENTS[made.name] = made
    return typing.cast("type[T]", made)


def parse_event(kind: type[Any], payload: Any) -> Any:
    """A typed event from its JSON; unknown fields are ignored; raises `Invalid`."""
    try:
        return kind(**schema_of(kind).load(payload))  # type: ignore[arg-type]
    except ValidationError as wrong:
        raise Invalid(fields=typing.cast("dict[str, Any]", wrong.messages)) from None


def request_named(name: str) -> Request[..., Any] | None:
    """The declared request of that name, as far as its contract was imported."""
    return _REQUESTS.get(name)


def requests_of(service: str) -> list[Request[..., Any]]:
    """Every request one service's contract declares, by name."""
    return [r for name, r in sorted(_REQUESTS.items()) if r.service == service]


def events_of(service: str) -> list[type[Event]]:
    """Every event one service's contract declares, by name."""
    return [e for name, e in sorted(_EVENTS.items()) if e.service == service]


def _service_of(module_name: str) -> str:
    """`services.projects.contract` and `services.projects.contract.invitation` both belong to `projects`."""
    parts = module_name.split(".")
    if "contract" not in parts:
        raise TypeError(f"{module_name}: requests and events are declared in a service's contract only")
    return parts[parts.index("contract") - 1]


__all__ = [
    "ANYONE",
    "PLATFORM",
    "SIGNED_IN",
    "Call",
    "Event",
    "Request",
    "Who",
    "command",
    "event",
    "events_of",
    "parse_event",
    "request",
    "request_named",
    "requests_of",
    "role",
    "shape_of",
    "value",
]
