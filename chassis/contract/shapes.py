"""From annotations to marshmallow schemas, and from JSON to typed values.

Derivation is strict and by hand: aware datetimes only, no "yes" for true, no text for a number, no NUL or
other control characters in text. Every complaint is a code (`too_long:120`), never a sentence: sentences
belong to the language of whoever reads them.
"""

import dataclasses
import enum
import functools
import re
import types
import typing
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import marshmallow
import orjson
from email_validator import EmailNotValidError, validate_email
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields

MISSING = marshmallow.missing


# ---- constraints ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Length:
    """Bounds of a text's length in characters, after surrounding white space is taken off."""

    least: int = 0
    most: int = 10_000
    lines: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a whole number, both included."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Size:
    """Bounds of a list's length."""

    least: int = 0
    most: int = 1000


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text that must match this regular expression from end to end."""

    expression: str


@dataclass(frozen=True, slots=True)
class _EmailAddress:
    """A well-formed e-mail address; its domain is not looked up."""


Title = Annotated[str, Length(3, 120)]
Line = Annotated[str, Length(0, 200)]
Prose = Annotated[str, Length(0, 10_000, lines=True)]
Email = Annotated[str, Length(3, 254), _EmailAddress()]


# ---- marshmallow fields -----------------------------------------------------------------------------------------


class _Text(fields.Field[str]):
    def __init__(self, constraints: tuple[Any, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.length = next((c for c in constraints if isinstance(c, Length)), Length())
        self.pattern = next((re.compile(c.expression) for c in constraints if isinstance(c, Pattern)), None)
        self.email = any(isinstance(c, _EmailAddress) for c in constraints)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("not_text")
        text = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
        allowed = "\n\t" if self.length.lines else ""
        if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in allowed for c in text):
            raise ValidationError("control_characters")
        if not text and self.length.least:
            raise ValidationError("required")
        if len(text) < self.length.least:
            raise ValidationError(f"too_short:{self.length.least}")
        if len(text) > self.length.most:
            raise ValidationError(f"too_long:{self.length.most}")
        if self.email:
            try:
                text = validate_email(text, check_deliverability=False, test_environment=True).normalized
            except EmailNotValidError as wrong:
                raise ValidationError("not_an_email") from wrong
        if self.pattern and not self.pattern.fullmatch(text):
            raise ValidationError("wrong_form")
        return text


class _Whole(fields.Field[int]):
    def __init__(self, constraints: tuple[Any, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.range = next((c for c in constraints if isinstance(c, Range)), Range(-(2**53), 2**53))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if type(value) is not int:
            raise ValidationError("not_a_number")
        if value < self.range.least:
            raise ValidationError(f"too_small:{self.range.least}")
        if value > self.range.most:
            raise ValidationError(f"too_large:{self.range.most}")
        return value


class _Truth(fields.Field[bool]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if type(value) is not bool:
            raise ValidationError("not_yes_or_no")
        return value


class _Number(fields.Field[float]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if type(value) not in (int, float):
            raise ValidationError("not_a_number")
        return float(value)


class _Identity(fields.Field[UUID]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> UUID:
        if isinstance(value, UUID):
            return value
        try:
            return UUID(value)
        except (ValueError, AttributeError, TypeError) as wrong:
            raise ValidationError("not_an_id") from wrong


class _Moment(fields.Field[datetime]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except (ValueError, TypeError) as wrong:
            raise ValidationError("not_a_time") from wrong
        if moment.tzinfo is None:
            raise ValidationError("no_time_zone")
        return moment


class _Day(fields.Field[date]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        try:
            return date.fromisoformat(value)
        except (ValueError, TypeError) as wrong:
            raise ValidationError("not_a_date") from wrong


class _Choice(fields.Field[Any]):
    def __init__(self, choices: dict[Any, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = choices

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            return self.choices[value]
        except (KeyError, TypeError) as wrong:
            raise ValidationError("not_a_choice") from wrong


class _Many(fields.Field[Any]):
    def __init__(
        self, inner: fields.Field[Any], into: Callable[[list[Any]], Any], size: Size, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.inner, self.into, self.size = inner, into, size

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise ValidationError("not_a_list")
        if len(value) < self.size.least:
            raise ValidationError("required" if not value else f"too_few:{self.size.least}")
        if len(value) > self.size.most:
            raise ValidationError(f"too_many:{self.size.most}")
        wrong: dict[str, Any] = {}
        items = []
        for position, item in enumerate(value):
            try:
                items.append(self.inner.deserialize(item))
            except ValidationError as error:
                wrong[str(position)] = error.messages
        if wrong:
            raise ValidationError(wrong)
        return self.into(items)


class _Mapping(fields.Field[dict[str, Any]]):
    def __init__(self, inner: fields.Field[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.inner = inner

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or len(value) > 1000:
            raise ValidationError("not_a_mapping")
        return {str(key): self.inner.deserialize(item) for key, item in value.items()}


class _Value(fields.Field[Any]):
    def __init__(self, kind: type, strict: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind, self.strict = kind, strict

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, self.kind):
            return value
        if not isinstance(value, dict):
            raise ValidationError("not_a_mapping")
        return self.kind(**schema_of(self.kind, strict=self.strict).load(value))


_MESSAGES = {
    "required": "required",
    "null": "required",
    "validator_failed": "invalid",
    "unknown": "unknown_field",
}


def _optional(annotation: Any) -> Any:
    """What a union with None is otherwise, or nothing when it is no union."""
    if typing.get_origin(annotation) not in (types.UnionType, typing.Union):
        return None
    kinds = [a for a in typing.get_args(annotation) if a is not type(None)]
    if len(kinds) != 1:
        raise TypeError(f"a contract's union may only be with None: {annotation}")
    return kinds[0]


def _field_for(annotation: Any, strict: bool, **kwargs: Any) -> fields.Field[Any]:
    kwargs.setdefault("error_messages", _MESSAGES)
    constraints: tuple[Any, ...] = ()
    while typing.get_origin(annotation) is Annotated:
        constraints = (*annotation.__metadata__, *constraints)
        annotation = annotation.__origin__
    kind = _optional(annotation)
    if kind is not None:
        constrained = Annotated[kind, *constraints] if constraints else kind
        return _field_for(constrained, strict, allow_none=True, **kwargs)
    if annotation is Any:
        return fields.Raw(**{**kwargs, "allow_none": True})
    made = _collection_for(annotation, constraints, strict, kwargs) or _plain_for(
        annotation, constraints, strict, kwargs
    )
    if made is None:
        raise TypeError(f"a contract cannot carry {annotation!r}")
    return made


def _collection_for(
    annotation: Any, constraints: tuple[Any, ...], strict: bool, kwargs: dict[str, Any]
) -> fields.Field[Any] | None:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (list, tuple):
        size = next((c for c in constraints if isinstance(c, Size)), Size())
        return _Many(_field_for(arguments[0], strict), origin, size, **kwargs)
    if origin is dict:
        return _Mapping(_field_for(arguments[1], strict), **kwargs)
    if origin is typing.Literal:
        return _Choice({choice: choice for choice in arguments}, **kwargs)
    return None


_PLAIN: dict[type, type[fields.Field[Any]]] = {
    bool: _Truth,
    float: _Number,
    UUID: _Identity,
    datetime: _Moment,
    date: _Day,
}


def _plain_for(
    annotation: Any, constraints: tuple[Any, ...], strict: bool, kwargs: dict[str, Any]
) -> fields.Field[Any] | None:
    if annotation is str:
        return _Text(constraints, **kwargs)
    if annotation is int:
        return _Whole(constraints, **kwargs)
    if annotation in _PLAIN:
        return _PLAIN[annotation](**kwargs)
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return _Choice({choice.value: choice for choice in annotation}, **kwargs)
    if isinstance(annotation, type) and dataclasses.is_dataclass(annotation):
        return _Value(annotation, strict, **kwargs)
    return None


class _ContractSchema(Schema):
    error_messages = {"unknown": "unknown_field", "type": "not_a_mapping"}  # noqa: RUF012 - marshmallow declares it so


def schema_from(shape: dict[str, tuple[Any, Any]], name: str, *, strict: bool) -> Schema:
    """A schema for named annotations with defaults (`MISSING` where there is none)."""
    members: dict[str, Any] = {}
    for field_name, (annotation, default) in shape.items():
        wanted: dict[str, Any] = {"required": True} if default is MISSING else {"load_default": default}
        members[field_name] = _field_for(annotation, strict, **wanted)
    members["Meta"] = type("Meta", (), {"unknown": RAISE if strict else EXCLUDE})
    made: Schema = type(name, (_ContractSchema,), members)()
    return made


def shape_of(kind: type) -> dict[str, tuple[Any, Any]]:
    """Field name → (annotation, default) of a dataclass."""
    hints = typing.get_type_hints(kind, include_extras=True)
    shape = {}
    for field in dataclasses.fields(kind):
        default: Any = MISSING
        if field.default is not dataclasses.MISSING:
            default = field.default
        elif field.default_factory is not dataclasses.MISSING:
            default = field.default_factory
        shape[field.name] = (hints[field.name], default)
    return shape


@functools.cache
def schema_of(kind: type, *, strict: bool = False) -> Schema:
    """The schema of a value or event. Strict refuses unknown fields (HTTP); the bus ignores them."""
    return schema_from(shape_of(kind), kind.__name__, strict=strict)


# ---- fast, unvalidated: replies ---------------------------------------------------------------------------------


def _as_is(data: Any) -> Any:
    return data


@functools.cache
def _builder(annotation: Any) -> Callable[[Any], Any]:
    while typing.get_origin(annotation) is Annotated:
        annotation = annotation.__origin__
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    kind = _optional(annotation)
    if kind is not None:
        inner = _builder(kind)
        return lambda data: None if data is None else inner(data)
    if origin in (list, tuple):
        item = _builder(arguments[0])
        return origin if item is _as_is else lambda data: origin(map(item, data))
    if origin is dict:
        of_key, of_value = _builder(arguments[0]), _builder(arguments[1])
        return lambda data: {of_key(k): of_value(v) for k, v in data.items()}
    return _plain_builder(annotation)


def _plain_builder(annotation: Any) -> Callable[[Any], Any]:
    if not isinstance(annotation, type):
        return _as_is
    if annotation is UUID:
        return lambda data: data if isinstance(data, UUID) else UUID(data)
    if annotation in (datetime, date):
        return annotation.fromisoformat
    if dataclasses.is_dataclass(annotation):
        hints = typing.get_type_hints(annotation, include_extras=True)
        builders = {f.name: _builder(hints[f.name]) for f in dataclasses.fields(annotation)}
        return lambda data: annotation(**{k: builders[k](v) for k, v in data.items() if k in builders})
    return annotation if issubclass(annotation, enum.Enum) else _as_is


def build(annotation: Any, data: Any) -> Any:
    """A typed value from trusted JSON (another service's reply, a stored state)."""
    return _builder(annotation)(data)


def _fallback(value: Any) -> Any:
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"cannot travel: {type(value).__name__}")


def encode(value: Any) -> bytes:
    """JSON bytes of values, dataclasses, ids and times."""
    return orjson.dumps(value, default=_fallback, option=orjson.OPT_NON_STR_KEYS)


def decode(body: bytes | bytearray | memoryview | str) -> Any:
    """What JSON bytes say; raises `ValueError` on anything else."""
    return orjson.loads(body)


def plain(value: Any) -> Any:
    """The same value as plain JSON types."""
    return orjson.loads(encode(value))
