"""From what a person typed into a form to the JSON a request's schema wants, and back when something is wrong.

A field of the form bears the name of the request's argument. Lists come as several fields of one name, or as
one text with a line per entry. What is left empty is left out.
"""

import dataclasses
import enum
import types
import typing
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData, ImmutableMultiDict

from chassis.contract import Invalid, Request, plain
from chassis.contract.shapes import MISSING, shape_of

NOTHING: ImmutableMultiDict[str, Any] = ImmutableMultiDict()
_YES = frozenset({"1", "on", "true", "yes"})
_NO = frozenset({"0", "off", "false", "no"})


class _Absent:
    """What was not filled in."""


ABSENT: Any = _Absent()


def arguments_from(
    request: Request[..., Any], fields: Mapping[str, Any], zone: ZoneInfo, **given: Any
) -> dict[str, Any]:
    """The JSON arguments of a request: those `given`, the others from the form; other fields are ignored."""
    arguments = plain(given)
    for name, (annotation, default) in request.shape.items():
        if name in given:
            continue
        found = _read(annotation, name, fields, zone, optional=default is not MISSING)
        if found is not ABSENT:
            arguments[name] = found
    return typing.cast("dict[str, Any]", arguments)


def _read(annotation: Any, name: str, fields: Mapping[str, Any], zone: ZoneInfo, *, optional: bool) -> Any:
    kind, nullable = _bare(annotation)
    origin = typing.get_origin(kind)
    if origin in (list, tuple):
        return _entries(typing.get_args(kind)[0], name, fields, zone)
    if dataclasses.is_dataclass(kind):
        members = {
            member: _read(of, f"{name}.{member}", fields, zone, optional=default is not MISSING)
            for member, (of, default) in shape_of(typing.cast("type", kind)).items()
        }
        return {member: value for member, value in members.items() if value is not ABSENT}
    typed = fields.get(name)
    if kind is bool:
        return _truth(typed, nullable=nullable)
    if typed is None or (isinstance(typed, str) and not typed.strip()):
        return "" if kind is str and typed is not None and not optional and not nullable else ABSENT
    return _one(kind, typed, zone)


def _entries(kind: Any, name: str, fields: Mapping[str, Any], zone: ZoneInfo) -> list[Any]:
    typed = fields.getlist(name) if isinstance(fields, ImmutableMultiDict) else [fields.get(name)]
    lines = [line.strip() for text in typed if isinstance(text, str) for line in text.splitlines()]
    return [_one(_bare(kind)[0], line, zone) for line in lines if line]


def _one(kind: Any, typed: Any, zone: ZoneInfo) -> Any:
    """The JSON value for one typed text; what cannot be read stays as typed, for the schema to complain about."""
    if not isinstance(typed, str):
        return typed
    text = typed.strip()
    if kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            return text
    if kind is datetime:
        return _moment(text, zone)
    if isinstance(kind, type) and issubclass(kind, enum.Enum) and not issubclass(kind, str):
        return int(text) if text.lstrip("-").isdigit() else text
    return typed if kind is str else text


def _moment(text: str, zone: ZoneInfo) -> str:
    """A local time of the form, in the zone of whoever typed it."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()


def _truth(typed: Any, *, nullable: bool) -> Any:
    if typed is None or typed == "":
        return ABSENT if nullable else False
    word = str(typed).strip().lower()
    return True if word in _YES else False if word in _NO else typed


def _bare(annotation: Any) -> tuple[Any, bool]:
    """The annotation without constraints and without None, and whether it may be None."""
    nullable = False
    while True:
        origin = typing.get_origin(annotation)
        if origin is Annotated:
            annotation = annotation.__origin__
        elif origin in (types.UnionType, typing.Union):
            nullable = True
            annotation = next(kind for kind in typing.get_args(annotation) if kind is not type(None))
        else:
            return annotation, nullable


class Form:
    """What a person has typed for one request, and what is wrong with it: `errors` by field, codes not sentences.

    `kept` is what the fields show before anything was typed: a mapping, or the value to be changed.
    """

    def __init__(
        self, typed: FormData | ImmutableMultiDict[str, Any] | None = None, kept: Any = None
    ) -> None:
        self.sent = typed is not None
        self.typed: Any = typed if typed is not None else NOTHING
        self.kept = kept
        self.errors: dict[str, list[str]] = {}
        self.problem: Any = None
        """A finding of the domain that belongs to no single field."""
        self.status = 200

    @property
    def ok(self) -> bool:
        """Whether nothing was found wrong so far."""
        return not self.errors and self.problem is None

    def value(self, name: str) -> str:
        """What the field shows."""
        if self.sent:
            typed = self.typed.get(name)
            return typed if isinstance(typed, str) else ""
        kept = self._kept(name)
        if isinstance(kept, list | tuple):
            return "\n".join(_shown(entry) for entry in kept)
        return _shown(kept)

    def values(self, name: str) -> list[str]:
        """The choices ticked in a list."""
        if self.sent:
            return [value for value in self.typed.getlist(name) if isinstance(value, str)]
        kept = self._kept(name)
        return (
            [_shown(entry) for entry in kept]
            if isinstance(kept, list | tuple)
            else [_shown(kept)]
            if kept
            else []
        )

    def ticked(self, name: str) -> bool:
        """Whether a yes-or-no field is ticked."""
        return _truth(self.typed.get(name), nullable=False) is True if self.sent else bool(self._kept(name))

    def _kept(self, name: str) -> Any:
        if self.kept is None:
            return None
        return self.kept.get(name) if isinstance(self.kept, Mapping) else getattr(self.kept, name, None)

    def refuse(self, invalid: Invalid) -> None:
        """Take note of what a service, or the schema, found wrong."""
        self.status = 422
        self.errors = {name: _codes(wrong) for name, wrong in invalid.fields.items()}
        if not self.errors:
            self.problem = invalid

    def conflict(self, finding: Any) -> None:
        """Take note of a finding that concerns the whole form."""
        self.status, self.problem = finding.status, finding


def _shown(value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    return str(value.value if isinstance(value, enum.Enum) else value)


def _codes(wrong: Any) -> list[str]:
    """The codes of one field; those inside a list or value are gathered."""
    if isinstance(wrong, str):
        return [wrong]
    if isinstance(wrong, Mapping):
        return list(dict.fromkeys(code for inner in wrong.values() for code in _codes(inner)))
    return list(dict.fromkeys(code for inner in wrong for code in _codes(inner)))
