from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from starlette.datastructures import FormData

from chassis.contract import Invalid, Length, Range, Request, Who, value
from gateway.forms import Form, arguments_from
from services.identity import contract as identity
from services.projects import contract as projects

MADRID = ZoneInfo("Europe/Madrid")


def arguments(request: Request, fields: list[tuple[str, str]], **given: object) -> dict:
    return arguments_from(request, FormData(fields), MADRID, **given)


def test_a_number_typed_becomes_a_number():
    assert arguments(identity.edit_profile, [("age_from", " 9 ")])["age_from"] == 9


def test_what_is_no_number_stays_as_typed_for_the_schema_to_complain_about():
    typed = arguments(identity.edit_profile, [("seen_version", "1"), ("name", "Ana"), ("age_from", "nine")])
    with pytest.raises(Invalid) as wrong:
        identity.edit_profile.parse(typed)
    assert wrong.value.fields == {"age_from": ["not_a_number"]}


def test_a_field_left_empty_is_left_out():
    assert "age_from" not in arguments(identity.edit_profile, [("age_from", "")])


def test_an_unticked_box_means_no():
    assert arguments(identity.set_availability, [("available", "yes")]) == {
        "available": True,
        "available_plus": False,
    }


def test_several_fields_of_one_name_are_a_list_and_so_are_lines():
    typed = arguments(
        identity.edit_profile,
        [("subjects", "music"), ("subjects", "art"), ("keywords", "CLIL\r\n\r\n theatre ")],
    )
    assert typed["subjects"] == ["music", "art"]
    assert typed["keywords"] == ["CLIL", "theatre"]


def test_a_date_and_an_id_travel_as_typed():
    typed = arguments(
        projects.save_draft,
        [("starts_on", "2027-01-10"), ("co_founder_id", ""), ("title", "Songs")],
        project_id=UUID(int=1),
    )
    parsed = projects.save_draft.parse(typed)
    assert parsed["starts_on"] == date(2027, 1, 10)
    assert parsed["co_founder_id"] is None
    assert parsed["project_id"] == UUID(int=1)


def test_what_is_given_cannot_be_overridden_by_a_field():
    typed = arguments(identity.join_school, [("school_id", str(UUID(int=66)))], school_id=UUID(int=1))
    assert typed["school_id"] == str(UUID(int=1))


def test_a_field_the_request_does_not_know_is_ignored():
    assert "roles" not in arguments(identity.set_language, [("language", "es"), ("roles", "css")])


class Colour(StrEnum):
    RED = "red"


@value
class Seat:
    row: Annotated[int, Range(1, 20)]
    name: Annotated[str, Length(1, 5)] = ""


def _everything(at: datetime, seat: Seat, colour: Colour | None = None, sure: bool | None = None) -> None: ...


_everything.__module__ = "services.nowhere.contract"
EVERYTHING = Request(_everything, Who("anyone", signed_in=False))


def test_a_local_time_is_read_in_the_zone_of_whoever_typed_it():
    typed = arguments(EVERYTHING, [("at", "2027-01-10T17:00"), ("seat.row", "3")])
    assert typed["at"] == "2027-01-10T17:00:00+01:00"


def test_parts_of_a_value_are_named_with_a_dot_and_an_open_question_stays_open():
    typed = arguments(EVERYTHING, [("at", "x"), ("seat.row", "3"), ("colour", ""), ("sure", "")])
    assert typed == {"at": "x", "seat": {"row": 3}}


def test_a_form_shows_what_is_kept_until_something_is_typed():
    kept = {"name": "Ana", "subjects": ("music",), "vocational": True}
    assert Form(kept=kept).value("name") == "Ana"
    assert Form(kept=kept).values("subjects") == ["music"]
    assert Form(kept=kept).ticked("vocational")
    sent = Form(FormData([("name", "<b>")]), kept)
    assert sent.value("name") == "<b>"
    assert not sent.ticked("vocational")


def test_what_is_wrong_inside_a_list_is_said_at_the_list():
    form = Form(FormData([]))
    form.refuse(Invalid(fields={"links": {"0": ["wrong_form"], "2": ["wrong_form"]}}))
    assert form.errors == {"links": ["wrong_form"]}
    assert form.status == 422
