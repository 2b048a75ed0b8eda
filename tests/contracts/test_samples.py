"""One sample per message is kept for ever: what was once said must stay readable.

A new message gets its sample by `python -m tests.contracts.test_samples`; an existing one is never rewritten.
"""

import dataclasses
import enum
import json
import types
import typing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import pytest

from chassis.contract import (
    Email,
    Event,
    Length,
    Pattern,
    Range,
    Request,
    Size,
    build,
    events_of,
    plain,
    requests_of,
)
from chassis.contract.declare import parse_event
from deploy.contracts import service_classes
from deploy.stack import SERVICES

SAMPLES = Path(__file__).parent / "samples"
PATTERNS = {
    "[A-Z0-9-]{2,10}": "ES-AR",
    "[A-Z]{2}": "PL",
    "[a-z]{2,3}": "pl",
    "[a-z0-9_]{2,60}": "music",
}


def sample_of(annotation: Any, constraints: tuple[Any, ...] = ()) -> Any:
    """A plain JSON value that such a field may have."""
    if annotation == Email:
        return "ewa@example.org"
    while typing.get_origin(annotation) is Annotated:
        constraints = (*annotation.__metadata__, *constraints)
        annotation = annotation.__origin__
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (types.UnionType, typing.Union):
        return sample_of(next(a for a in arguments if a is not type(None)), constraints)
    if origin in (list, tuple):
        size = next((c for c in constraints if isinstance(c, Size)), Size())
        return [sample_of(arguments[0])] * max(1, size.least)
    if origin is dict:
        return {"key": sample_of(arguments[1])}
    if dataclasses.is_dataclass(annotation):
        hints = typing.get_type_hints(annotation, include_extras=True)
        return {f.name: sample_of(hints[f.name]) for f in dataclasses.fields(annotation)}
    return _plain_sample(annotation, constraints)


def _plain_sample(annotation: Any, constraints: tuple[Any, ...]) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return next(iter(annotation)).value
    if annotation is str:
        pattern = next((c for c in constraints if isinstance(c, Pattern)), None)
        if pattern:
            return PATTERNS.get(pattern.expression, "https://example.org/page")
        length = next((c for c in constraints if isinstance(c, Length)), Length())
        return "words to sing and play"[: length.most].ljust(length.least, "!")
    if annotation is int:
        return next((c.least for c in constraints if isinstance(c, Range)), 1)
    known = {
        bool: True,
        float: 1.5,
        UUID: "0190f0c8-1111-7222-8333-444455556666",
        datetime: datetime(2026, 11, 3, 8, 0, tzinfo=UTC).isoformat(),
        date: "2026-11-03",
        type(None): None,
        Any: None,
    }
    return known[annotation]


def messages() -> dict[str, Any]:
    service_classes()
    found: dict[str, Any] = {}
    for service in SERVICES:
        found |= {event.name: event for event in events_of(service.name)}
        found |= {request.name: request for request in requests_of(service.name)}
    return found


def fresh_sample(message: Any) -> dict[str, Any]:
    if isinstance(message, Request):
        given = {name: sample_of(annotation) for name, (annotation, _default) in message.shape.items()}
        returns = message.returns
        return {"arguments": given, "reply": None if returns in (None, type(None)) else sample_of(returns)}
    return {"payload": sample_of(message)}


def file_of(name: str) -> Path:
    return SAMPLES / f"{name}.json"


@pytest.mark.parametrize("name", sorted(messages()))
def test_every_message_has_a_sample_and_still_reads_it(name: str) -> None:
    message = messages()[name]
    assert file_of(name).exists(), "make it with `make generate`"
    sample = json.loads(file_of(name).read_text())
    if isinstance(message, Request):
        message.parse(sample["arguments"])
        if sample["reply"] is not None:
            message.build_reply(sample["reply"])
    else:
        happened = parse_event(message, sample["payload"])
        assert build(type(happened), plain(happened)) == happened


def test_no_sample_is_of_a_message_that_is_gone() -> None:
    assert {p.stem for p in SAMPLES.glob("*.json")} - set(messages()) == set()


def test_no_event_carries_a_name_an_address_or_a_text() -> None:
    personal = {
        "name",
        "email",
        "reason",
        "text",
        "message",
        "title",
        "description",
        "first_name",
        "last_name",
    }
    for name, message in messages().items():
        if isinstance(message, type) and issubclass(message, Event):
            fields = {f.name for f in dataclasses.fields(message)}  # type: ignore[arg-type]
            assert not fields & personal, f"{name}: personal data stays home"


def write_missing() -> None:
    """Samples of new messages; those there are kept for ever."""
    SAMPLES.mkdir(exist_ok=True)
    for name, message in messages().items():
        if not file_of(name).exists():
            file_of(name).write_text(json.dumps(fresh_sample(message), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    write_missing()
