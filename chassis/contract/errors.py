"""The six kinds of error a service may answer with, and the one for everything else.

Each kind has one HTTP status. A finding of the domain is a subclass with a docstring that states it in words;
on the wire travel the kind, the code and details, never exception text.
"""

import re
from typing import Any, ClassVar

_REGISTRY: dict[str, type["Failure"]] = {}


class Failure(Exception):
    """What a caller can be told. `details` holds plain JSON values that a page may show."""

    kind: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    code: str = "internal"

    def __init__(self, **details: Any) -> None:
        super().__init__(self.code, details)
        self.details = details

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.code = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", cls.__name__).lower()
        _REGISTRY[cls.code] = cls

    def on_the_wire(self) -> dict[str, Any]:
        """Kind, code and details, as they travel and as they are kept with a command's outcome."""
        return {"kind": self.kind, "code": self.code, "details": self.details}

    def __str__(self) -> str:
        return f"{self.code} {self.details}" if self.details else self.code


class Invalid(Failure):
    """What was sent cannot be understood; `fields` names each field and what is wrong with it."""

    kind = "invalid"
    status = 422

    def __init__(self, fields: dict[str, Any] | None = None, **details: Any) -> None:
        super().__init__(**({"fields": fields} if fields else {}), **details)

    @property
    def fields(self) -> dict[str, Any]:
        return self.details.get("fields") or {}


class Unauthenticated(Failure):
    """Nobody is signed in, or the sign-in has ended."""

    kind = "unauthenticated"
    status = 401


class Forbidden(Failure):
    """This person, or this service, may not do that."""

    kind = "forbidden"
    status = 403


class NotFound(Failure):
    """There is no such thing, or this person may not know of it."""

    kind = "not_found"
    status = 404


class Conflict(Failure):
    """It cannot be done in the present state."""

    kind = "conflict"
    status = 409


class Unavailable(Failure):
    """Not now: a part is away or too slow. Trying again later may work."""

    kind = "unavailable"
    status = 503


class Internal(Failure):
    """A defect. The request id leads to the log; nothing else is told."""

    kind = "internal"
    status = 500


KINDS: dict[str, type[Failure]] = {
    kind.kind: kind
    for kind in (Invalid, Unauthenticated, Forbidden, NotFound, Conflict, Unavailable, Internal)
}


def failure_from(wire: dict[str, Any]) -> Failure:
    """The exception for what arrived on the wire; an unknown code keeps its kind.

    Codes of contracts this process has not imported stay readable through `code`.
    """
    kind = KINDS.get(str(wire.get("kind")), Internal)
    known = _REGISTRY.get(str(wire.get("code")), kind)
    failure = kind.__new__(known if issubclass(known, kind) else kind)
    Failure.__init__(failure, **wire.get("details") or {})
    failure.code = str(wire.get("code") or kind.code)
    return failure


def failures_of(module_name: str) -> list[type[Failure]]:
    """The findings declared in one contract module, by name."""
    return sorted((f for f in _REGISTRY.values() if f.__module__ == module_name), key=lambda f: f.__name__)
