"""What calendar programs read: over two versions, across the changes of clocks, and at a secret address."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import icalendar
import pytest
import uuid_utils.compat as uuid
from hypothesis import given
from hypothesis import strategies as st

from chassis.contract import NotFound
from services.events import calendars
from services.events.contract import Place
from services.events.tests.conftest import DAY, HOUR, STARTS, Meetings
from services.events.tests.test_seat_rules import Hall


def read(text: str) -> dict[str, Any]:
    """The entries of a calendar by UID, as a program would understand them."""
    calendar = icalendar.Calendar.from_ical(text)
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


def uid(meeting_id: UUID) -> str:
    return f"{meeting_id.hex}@schoolbridge"


def test_two_versions_share_the_uid_and_the_second_has_the_higher_sequence(meetings: Meetings) -> None:
    host = meetings.person()
    meeting_id = meetings.meeting(host)
    first = read(meetings.ask("meeting_calendar", meeting_id=meeting_id).text)[uid(meeting_id)]
    meetings.now += HOUR
    later = STARTS + DAY
    meetings.change(meeting_id, host, starts_at=later.isoformat(), ends_at=(later + HOUR).isoformat())
    second = read(meetings.ask("meeting_calendar", meeting_id=meeting_id).text)[uid(meeting_id)]
    assert (first["sequence"], second["sequence"]) == (0, 1)
    assert first["dtstart"].dt == STARTS
    assert second["dtstart"].dt == later
    assert second["last-modified"].dt > first["last-modified"].dt
    assert str(second["dtstart"].params["TZID"]) == "Europe/Madrid"
    assert str(second["url"]) == f"https://bridge.example.org/events/{meeting_id}"


def test_rule_12_a_cancelled_meeting_stays_in_the_feed_as_cancelled(meetings: Meetings) -> None:
    host, guest = meetings.person(), meetings.person()
    meeting_id = meetings.meeting(host)
    meetings.register(meeting_id, guest)
    meetings.ask("cancel", by=host, meeting_id=meeting_id, reason="The speaker is ill.")
    for text in (meetings.ask("public_feed").text, personal(meetings, guest).text):
        event = read(text)[uid(meeting_id)]
        assert (event["status"], event["sequence"]) == ("CANCELLED", 1)
        assert "The speaker is ill." in str(event["description"])


def test_registration_periods_come_on_request(meetings: Meetings) -> None:
    opens, closes = meetings.now + DAY, meetings.now + 3 * DAY
    meeting_id = meetings.meeting(registration_from=opens.isoformat(), registration_until=closes.isoformat())
    assert set(read(meetings.ask("public_feed").text)) == {uid(meeting_id)}
    period = read(meetings.ask("public_feed", periods=True).text)[
        f"{meeting_id.hex}.registration@schoolbridge"
    ]
    assert (period["dtstart"].dt, period["dtend"].dt) == (opens, closes)
    assert period["transp"] == "TRANSPARENT"


def test_the_public_feed_is_filtered_by_kind_and_language(meetings: Meetings) -> None:
    one = meetings.meeting(kind="training", languages=["pl"])
    two = meetings.meeting(languages=["en", "es"])
    assert set(read(meetings.ask("public_feed", kind="training").text)) == {uid(one)}
    assert set(read(meetings.ask("public_feed", language="es").text)) == {uid(two)}


def personal(meetings: Meetings, person: UUID) -> Any:
    path = meetings.ask("my_feed", by=person).path
    token = path.removeprefix("/calendar/feeds/").removesuffix(".ics")
    return meetings.ask("personal_feed", token=token)


def test_the_personal_feed_holds_ones_own_and_says_what_is_not_certain(meetings: Meetings) -> None:
    host, waiting = meetings.person(), meetings.person()
    meeting_id = meetings.meeting(host, capacity=1)
    other = meetings.meeting()
    seated, _ = meetings.register(meeting_id)
    meetings.register(meeting_id, waiting)
    assert set(read(personal(meetings, host).text)) == {uid(meeting_id)}
    assert read(personal(meetings, waiting).text)[uid(meeting_id)]["status"] == "TENTATIVE"
    assert read(personal(meetings, seated).text)[uid(meeting_id)]["status"] == "CONFIRMED"
    meetings.ask("withdraw", by=seated, meeting_id=meeting_id)
    assert read(personal(meetings, seated).text) == {}
    assert uid(other) not in read(personal(meetings, host).text)


def test_a_new_secret_address_ends_the_old_one(meetings: Meetings) -> None:
    person = meetings.person()
    old = meetings.ask("my_feed", by=person)
    new = meetings.ask("reset_feed", by=person)
    assert old != new == meetings.ask("my_feed", by=person)
    token = old.path.removeprefix("/calendar/feeds/").removesuffix(".ics")
    meetings.refusal(NotFound, "personal_feed", token=token)
    personal(meetings, person)


@pytest.mark.parametrize("token", ["x", "A" * 48, "é" * 10, "===="])
def test_an_address_nobody_was_given_leads_nowhere(meetings: Meetings, token: str) -> None:
    meetings.refusal(NotFound, "personal_feed", token=token)


def test_a_tag_changes_with_the_text_and_only_then(meetings: Meetings) -> None:
    host = meetings.person()
    meeting_id = meetings.meeting(host)
    first = meetings.ask("public_feed").tag
    meetings.now += HOUR
    assert meetings.ask("public_feed").tag == first
    meetings.change(meeting_id, host, title="Another title")
    assert meetings.ask("public_feed").tag != first


def test_a_text_of_a_person_cannot_add_a_line_to_the_calendar(meetings: Meetings) -> None:
    spiteful = "Songs; and, more\\n"
    meeting_id = meetings.meeting(title=spiteful, description="One\nEND:VCALENDAR\nBEGIN:VEVENT")
    events = read(meetings.ask("public_feed").text)
    assert set(events) == {uid(meeting_id)}
    assert str(events[uid(meeting_id)]["summary"]) == spiteful


# ---- clocks that change


def written(starts: datetime, zone: str) -> Any:
    hall = Hall(starts_at=starts, ends_at=starts + HOUR, time_zone=zone)
    return next(iter(read(calendars.write([(hall.meeting, Place.CONFIRMED)], name="x")).values()))


@pytest.mark.parametrize(
    "starts",
    [
        datetime(2027, 3, 28, 0, 30, tzinfo=UTC),  # half an hour before Madrid's clocks go forward
        datetime(2027, 3, 28, 1, 0, tzinfo=UTC),
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC),  # 02:30, the first time
        datetime(2027, 10, 31, 1, 30, tzinfo=UTC),  # 02:30 again
        datetime(2027, 10, 31, 2, 30, tzinfo=UTC),
    ],
)
@pytest.mark.parametrize("zone", ["Europe/Madrid", "Europe/Lisbon", "Asia/Tbilisi", "Europe/Istanbul"])
def test_the_moment_is_the_same_on_the_days_when_clocks_change(starts: datetime, zone: str) -> None:
    event = written(starts, zone)
    assert event["dtstart"].dt.astimezone(UTC) == starts
    assert event["dtend"].dt.astimezone(UTC) == starts + HOUR


@given(st.integers(0, 10 * 366 * 24 * 4))
def test_no_moment_is_ever_moved_by_writing_it_down(quarters: int) -> None:
    starts = datetime(2026, 11, 4, tzinfo=UTC) + quarters * timedelta(minutes=15)
    assert written(starts, "Europe/Warsaw")["dtstart"].dt.astimezone(UTC) == starts


def test_a_meeting_over_the_change_of_clocks_lasts_as_long_as_it_lasts() -> None:
    starts = datetime(2027, 3, 27, 23, 0, tzinfo=UTC)
    hall = Hall(starts_at=starts, ends_at=starts + timedelta(hours=5), time_zone="Europe/Madrid")
    [event] = read(calendars.write([(hall.meeting, None)], name="x")).values()
    madrid = ZoneInfo("Europe/Madrid")
    assert event["dtstart"].dt.astimezone(madrid).hour == 0
    assert event["dtend"].dt.astimezone(madrid).hour == 6
    assert event["dtend"].dt.astimezone(UTC) - event["dtstart"].dt.astimezone(UTC) == timedelta(hours=5)


def test_a_feed_token_is_bound_to_its_person_and_generation() -> None:
    person = uuid.uuid7()
    assert calendars.open_feed_token(calendars.feed_token(person, 3)) == (person, 3)
    forged = calendars.feed_token(person, 3)[:-2] + "AA"
    with pytest.raises(NotFound):
        calendars.open_feed_token(forged)
