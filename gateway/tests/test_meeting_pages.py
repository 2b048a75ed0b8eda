"""Meetings on pages: times by whose clock, days of a month, and kinds that each may choose."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from bs4 import BeautifulSoup

from chassis.contract import Failure
from gateway.languages import speaking, zone
from gateway.portal.meetings.listing import ACTIVITY_KINDS, MEETING_KINDS, in_days
from gateway.portal.meetings.times import organisers_time, own_time, typed
from services.events import contract as events
from services.events.contract import Access, Kind, MeetingCard, MeetingState, Mode, Phase, Selection

STARTS = datetime(2027, 3, 9, 15, 0, tzinfo=UTC)
ENDS = STARTS + timedelta(hours=2)
CARD = MeetingCard(
    UUID(int=1), "Songs", Kind.WORKSHOP, Mode.ONLINE, Access.PUBLIC, MeetingState.PUBLISHED, Phase.OPEN, ("en",),
    None, UUID(int=2), None, STARTS, ENDS, "Europe/Madrid", 10, 3, 0, Selection.FIRST_COME, None, STARTS, 0, False,
)  # fmt: skip


def test_times_are_the_readers_with_the_organisers_zone_named() -> None:
    with speaking("en"):
        assert (
            own_time(STARTS, ENDS, "Europe/Athens")
            == "Tuesday, 9 March 2027, 17:00 to 19:00 (time in Athens)"
        )
        there = organisers_time(STARTS, ENDS, "Europe/Madrid", "Europe/Athens")
        assert there == "For the organiser in Madrid: Tuesday, 9 March 2027, 16:00 to 18:00."
        same = organisers_time(STARTS, ENDS, "Europe/Madrid", "Europe/Warsaw")
        assert same == "The organiser’s clock, in Madrid, shows the same time."


def test_between_two_changes_of_clocks_the_difference_is_that_of_the_day() -> None:
    summer = datetime(2027, 7, 9, 15, 0, tzinfo=UTC)
    with speaking("en"):
        told = organisers_time(summer, summer + timedelta(hours=1), "Europe/Lisbon", "Africa/Casablanca")
        assert "same time" in told
        winter = organisers_time(STARTS, ENDS, "Europe/Lisbon", "Africa/Casablanca")
        assert "For the organiser in Lisbon" in winter or "same time" in winter


def test_a_field_for_a_moment_shows_the_readers_clock() -> None:
    assert typed(STARTS, "Europe/Madrid") == "2027-03-09T16:00"
    assert typed(None, "Europe/Madrid") == ""


def test_what_lasts_longer_stands_on_each_of_its_days_and_midnight_is_the_readers() -> None:
    first = date(2027, 3, 1)
    long = replace(
        CARD, starts_at=datetime(2027, 2, 27, 9, tzinfo=UTC), ends_at=datetime(2027, 3, 2, 9, tzinfo=UTC)
    )
    late = replace(
        CARD, starts_at=datetime(2027, 3, 9, 22, 30, tzinfo=UTC), ends_at=datetime(2027, 3, 9, 23, tzinfo=UTC)
    )
    assert list(in_days((long,), first, zone("Europe/Madrid"))) == [date(2027, 3, 1), date(2027, 3, 2)]
    assert list(in_days((late,), first, zone("Europe/Lisbon"))) == [date(2027, 3, 9)]
    assert list(in_days((late,), first, zone("Asia/Tbilisi"))) == [date(2027, 3, 10)]


def test_every_kind_is_either_a_meeting_or_an_activity() -> None:
    assert (*MEETING_KINDS, *ACTIVITY_KINDS) == tuple(Kind)


@pytest.mark.parametrize("month", ["2027-03", "", "nonsense", "0000-13", "9999-99"])
def test_a_month_that_cannot_be_read_is_the_present_one(browser, services, month) -> None:
    services.answer(events.calendar, events.CalendarMonth(date(2027, 3, 1), (CARD,)))
    answer = browser.get("/events/calendar", params={"month": month})
    assert answer.status_code == 200
    assert "March 2027" in answer.text
    asked = services.calls_of(events.calendar)[-1]["month"]
    assert asked == (date(2027, 3, 1) if month == "2027-03" else None)


def test_a_filter_nobody_can_read_is_said_and_the_list_is_shown_without_it(browser, services) -> None:
    services.answer(events.meetings, events.Meetings((CARD,), None, STARTS))
    answer = browser.get("/events", params={"kind": "party", "free": "yes"})
    assert answer.status_code == 422
    assert "Songs" in answer.text


def test_a_calendar_that_did_not_change_is_not_sent_again(browser, services) -> None:
    services.answer(events.public_feed, events.CalendarFile("BEGIN:VCALENDAR", "schoolbridge.ics", "abc"))
    first = browser.get("/calendar/public.ics")
    assert first.headers["content-type"] == "text/calendar; charset=utf-8"
    again = browser.get("/calendar/public.ics", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.text) == (304, "")


# ---- the room


MEETING_ID = UUID(int=1)
SERVER = "wss://rooms.example.org"


def shown(**changed: object) -> events.MeetingView:
    sheet = events.Sheet(
        Kind.WORKSHOP, "Songs <b>", "How we sing.", Mode.ONLINE, ("en",), STARTS, ENDS, "Europe/Madrid", 10, Access.PUBLIC,
        Selection.FIRST_COME, events.Promotion.AUTO, "", "", "", None, None, "", 0, False, False, False,
    )  # fmt: skip
    view = events.MeetingView(
        MEETING_ID, 1, sheet, events.MeetingState.PUBLISHED, Phase.OPEN, UUID(int=2), (), (), None, None, 0, 0, 10,
        None, STARTS, STARTS - timedelta(minutes=30), STARTS, "", "", 0, "", None, True, False, False, False, False,
        None, (), (), {}, STARTS,
    )  # fmt: skip
    return replace(view, **changed)  # type: ignore[arg-type]


def test_the_room_may_speak_to_its_server_and_use_the_camera_and_no_other_page_may(english, services) -> None:
    services.answer(events.meeting, shown())
    services.answer(events.room, events.Room(MEETING_ID, SERVER, recorded=False))
    inside, outside = english.get(f"/events/{MEETING_ID}/room"), english.get(f"/events/{MEETING_ID}")
    policies = [answer.headers["content-security-policy"].split("; ") for answer in (inside, outside)]
    assert f"connect-src 'self' {SERVER}" in policies[0]
    assert "connect-src 'self'" in policies[1]
    assert set(policies[0]) ^ set(policies[1]) == {f"connect-src 'self' {SERVER}", "connect-src 'self'"}
    assert "camera=(self), microphone=(self)" in inside.headers["permissions-policy"]
    assert "camera=(), microphone=()" in outside.headers["permissions-policy"]
    page = BeautifulSoup(inside.text, "html.parser")
    assert page.select_one("noscript a[href$='/discussion']")
    assert page.select_one("[data-before][hidden]")
    assert not page.select("[data-order]"), "order is kept by hosts"


def test_a_room_with_pages_elsewhere_has_none_of_ours(english, services) -> None:
    services.answer(events.meeting, shown())
    services.answer(events.room, events.Room(MEETING_ID, "", recorded=False))
    assert english.get(f"/events/{MEETING_ID}/room").headers["location"] == f"/events/{MEETING_ID}"


def refusing(finding: Failure) -> Callable[[object], object]:
    def answer(_arguments: object) -> object:
        raise finding

    return answer


def test_a_pass_that_is_refused_says_why(english, services) -> None:
    services.answer(events.meeting, shown())
    services.answer(events.room, events.Room(MEETING_ID, SERVER, recorded=False))
    for finding, status, words in (
        (events.RemovedFromRoom(), 403, "A host has removed you"),
        (events.RoomFull(), 409, "The room is full"),
        (events.RoomAway(), 503, "does not answer"),
    ):
        services.answer(events.join, refusing(finding))
        answer = english.fill_in(f"/events/{MEETING_ID}/room", {}, to="/pass")
        assert (answer.status_code, words in answer.json()["said"]) == (status, True)
    forged = english.send("POST", f"/events/{MEETING_ID}/room/pass", data={"csrf": "made up"})
    assert forged.status_code == 403


# ---- papers

PAPERS = {
    "/learning/record.pdf": events.record_file,
    f"/learning/certificates/{MEETING_ID}": events.certificate_file,
}


@pytest.mark.parametrize("path", PAPERS)
def test_a_paper_is_asked_for_in_the_language_of_the_pages(browser, services, path) -> None:
    services.answer(PAPERS[path], events.Address("https://files.example.org/paper", "paper.pdf"))
    browser.log_in()
    assert browser.get(path).headers["location"] == "https://files.example.org/paper"
    browser.get("/help?lang=ar")
    browser.get(path)
    assert [asked["language"] for asked in services.calls_of(PAPERS[path])] == ["es", "ar"]


def test_a_table_for_a_spreadsheet_too(browser, services) -> None:
    services.answer(events.record_table, "a,b")
    assert browser.log_in().get("/learning/record.csv").text == "\ufeffa,b"
    assert services.calls_of(events.record_table) == [{"language": "es"}]
