"""What a contract accepts and what it says about the rest."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.contract import (
    Conflict,
    Email,
    Forbidden,
    Invalid,
    Length,
    Range,
    Size,
    Unauthenticated,
    build,
    failure_from,
    plain,
    role,
    value,
)
from chassis.contract.actor import Actor, Grant
from chassis.contract.shapes import MISSING, schema_from


@value
class Room:
    """A shape inside another."""

    name: Annotated[str, Length(1, 10)]
    seats: Annotated[int, Range(1, 100)] = 30


def wrong(annotation: Any, given_value: Any) -> Any:
    """What is said about a value, or None when it is accepted."""
    schema = schema_from({"it": (annotation, MISSING)}, "Test", strict=True)
    try:
        schema.load({"it": given_value})
    except Exception as error:  # noqa: BLE001 - marshmallow's own
        return error.messages["it"]  # type: ignore[attr-defined]
    return None


@pytest.mark.parametrize(
    ("annotation", "given_value", "said"),
    [
        (bool, "yes", ["not_yes_or_no"]),
        (bool, 1, ["not_yes_or_no"]),
        (int, "3", ["not_a_number"]),
        (int, True, ["not_a_number"]),
        (Annotated[int, Range(3, 19)], 20, ["too_large:19"]),
        (str, 5, ["not_text"]),
        (str, "a\x00b", ["control_characters"]),
        (str, "a\nb", ["control_characters"]),
        (Annotated[str, Length(0, 5)], "123456", ["too_long:5"]),
        (Annotated[str, Length(2)], "   ", ["required"]),
        (datetime, "2026-11-03T08:00:00", ["no_time_zone"]),
        (datetime, "tomorrow", ["not_a_time"]),
        (UUID, "123", ["not_an_id"]),
        (Email, "a@b", ["not_an_email"]),
        (Annotated[tuple[str, ...], Size(1, 2)], [], ["required"]),
        (Annotated[tuple[str, ...], Size(1, 2)], ["a", "b", "c"], ["too_many:2"]),
        (tuple[str, ...], "abc", ["not_a_list"]),
        (Room, {"name": "a", "colour": "red"}, {"colour": ["unknown_field"]}),
        (Room, {"name": "a", "seats": 0}, {"seats": ["too_small:1"]}),
        (tuple[Room, ...], [{"name": "a"}, {}], {"1": {"name": ["required"]}}),
        (int, None, ["required"]),
    ],
)
def test_what_is_wrong_is_named_by_a_code(annotation: Any, given_value: Any, said: Any) -> None:
    assert wrong(annotation, given_value) == said


@given(st.text(max_size=30))
def test_text_that_is_accepted_has_no_control_characters_and_no_white_space_around_it(text: str) -> None:
    schema = schema_from({"it": (str, MISSING)}, "Test", strict=True)
    try:
        kept = schema.load({"it": text})["it"]
    except Exception:  # noqa: BLE001 - refused, which is fine
        return
    assert kept == kept.strip()
    assert "\x00" not in kept


@given(st.builds(Room, name=st.text("abc", min_size=1, max_size=10), seats=st.integers(1, 100)))
def test_a_value_survives_the_wire(room: Room) -> None:
    assert build(Room, plain(room)) == room


def test_a_time_keeps_its_moment() -> None:
    moment = datetime(2026, 11, 3, 8, tzinfo=UTC)
    assert build(datetime, plain(moment)) == moment


def test_a_finding_keeps_its_kind_code_and_details_on_the_wire() -> None:
    class SeatTaken(Conflict):
        """Somebody was quicker."""

    told = failure_from(plain(SeatTaken(by="Ewa").on_the_wire()))
    assert (type(told), told.code, told.status, told.details) == (SeatTaken, "seat_taken", 409, {"by": "Ewa"})


def test_a_code_nobody_knows_here_keeps_its_kind() -> None:
    told = failure_from({"kind": "forbidden", "code": "of_tomorrow", "details": {}})
    assert (isinstance(told, Forbidden), told.code) == (True, "of_tomorrow")


def test_what_is_invalid_names_its_fields() -> None:
    assert Invalid(fields={"title": ["required"]}).fields == {"title": ["required"]}


def test_who_may_ask_is_said_by_the_contract() -> None:
    officers = role("officer", "lead")
    with pytest.raises(Unauthenticated):
        officers.admit(None)
    with pytest.raises(Forbidden):
        officers.admit(Actor(UUID(int=1), (Grant("member"),)))
    officers.admit(Actor(UUID(int=1), (Grant("lead", "nss-pl"),)))
