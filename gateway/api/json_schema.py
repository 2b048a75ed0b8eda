"""From a contract's annotations to JSON Schema, as OpenAPI 3.1 uses it."""

import dataclasses
import enum
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from chassis.contract import Email, Length, Pattern, Range, Size, plain
from chassis.contract.shapes import MISSING, shape_of

Define = Callable[[type], dict[str, Any]]
"""Puts a value's schema among the components and returns a reference to it."""

_EMAIL_MARK = typing.get_args(Email)[-1]
_SIMPLE: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    float: {"type": "number"},
    UUID: {"type": "string", "format": "uuid"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    Any: {},
    type(None): {"type": "null"},
    None: {"type": "null"},
}


def schema_for(annotation: Any, define: Define) -> dict[str, Any]:
    """The schema of one annotation."""
    constraints: tuple[Any, ...] = ()
    while typing.get_origin(annotation) is Annotated:
        constraints = (*annotation.__metadata__, *constraints)
        annotation = annotation.__origin__
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (types.UnionType, typing.Union):
        kinds = [kind for kind in arguments if kind is not type(None)]
        inner = schema_for(Annotated[kinds[0], *constraints] if constraints else kinds[0], define)
        return {"anyOf": [inner, {"type": "null"}]}
    if origin in (list, tuple):
        return {"type": "array", "items": schema_for(arguments[0], define), **_bounds(constraints)}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_for(arguments[1], define)}
    return _of_one(annotation, constraints, define)


def _of_one(annotation: Any, constraints: tuple[Any, ...], define: Define) -> dict[str, Any]:
    if typing.get_origin(annotation) is typing.Literal:
        return {"enum": list(typing.get_args(annotation))}
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return {"type": "string", "enum": [choice.value for choice in annotation]}
    if isinstance(annotation, type) and dataclasses.is_dataclass(annotation):
        return define(annotation)
    return {**_SIMPLE[annotation], **_bounds(constraints)}


def object_schema(
    shape: dict[str, tuple[Any, Any]], define: Define, *, closed: bool = False
) -> dict[str, Any]:
    """The schema of named annotations with defaults."""
    properties = {}
    for name, (annotation, default) in shape.items():
        properties[name] = schema_for(annotation, define)
        if default is not MISSING and not callable(default) and "$ref" not in properties[name]:
            properties[name] = {**properties[name], "default": plain(default)}
    made: dict[str, Any] = {"type": "object", "properties": properties}
    required = [name for name, (_annotation, default) in shape.items() if default is MISSING]
    if required:
        made["required"] = required
    if closed:
        made["additionalProperties"] = False
    return made


def value_schema(kind: type, define: Define) -> dict[str, Any]:
    """The schema of a contract's value, with its docstring."""
    schema = object_schema(shape_of(kind), define)
    if kind.__doc__ and not kind.__doc__.startswith(f"{kind.__name__}("):
        schema["description"] = kind.__doc__.strip()
    return schema


def _bounds(constraints: tuple[Any, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for constraint in constraints:
        if isinstance(constraint, Length):
            found |= {"minLength": constraint.least, "maxLength": constraint.most}
        elif isinstance(constraint, Range):
            found |= {"minimum": constraint.least, "maximum": constraint.most}
        elif isinstance(constraint, Size):
            found |= {"minItems": constraint.least, "maxItems": constraint.most}
        elif isinstance(constraint, Pattern):
            found |= {"pattern": f"^(?:{constraint.expression})$"}
        elif constraint == _EMAIL_MARK:
            found |= {"format": "email"}
    return found
