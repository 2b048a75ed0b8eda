"""Column types that keep values immutable and times aware."""

from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from chassis.contract import build, plain

Moment = DateTime(timezone=True)


class _Document(TypeDecorator[Any]):
    """A value of a contract or domain kept as JSON; replaced as a whole, never changed in place."""

    impl = JSONB
    cache_ok = True

    def __init__(self, annotation: Any) -> None:
        super().__init__()
        self.annotation = annotation

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else plain(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else build(self.annotation, value)


class _Choice(TypeDecorator[Any]):
    """A member of an enumeration kept as its value."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__(30)
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else self.kind(value)


def choice(kind: type[StrEnum]) -> _Choice:
    """A column for the members of an enumeration."""
    return _Choice(kind)


def document(annotation: Any) -> _Document:
    """A column for values of this type, such as `tuple[str, ...]` or a frozen dataclass."""
    return _Document(annotation)
