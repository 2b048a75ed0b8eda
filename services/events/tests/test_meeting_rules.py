"""What a meeting may say, its room, its reminders and its certificates, without any database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.events.contract import (
    CertificateKind,
    Kind,
    MeetingState,
    Mode,
    NotPossibleAnyMore,
    NotTheHost,
    Place,
    RoomNotOpen,
    Selection,
    SheetRefused,
)
from services.events.domain import Meeting
from services.events.domain.limits import hours_rules, limits
from services.events.domain.meeting import check_sheet
from services.events.tests.test_seat_rules import (
    CO_HOST,
    DAY,
    HOUR,
    NOW,
    ORGANISER,
    SHEET,
    SPEAKER,
    STARTS,
    Hall,
)

MINUTE = timedelta(minutes=1)


def wrong(**changes: Any) -> dict[str, Any]:
    room = changes.pop("room_server", True)
    with pytest.raises(SheetRefused) as refused:
        check_sheet(replace(SHEET, **changes), room_server=room, at=NOW)
    return refused.value.fields


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"ends_at": STARTS}, {"ends_at": ["end_before_start"]}),
        ({"starts_at": NOW - HOUR}, {"starts_at": ["in_the_past"]}),
        ({"time_zone": "Europe/Nowhere"}, {"time_zone": ["not_a_choice"]}),
        ({"mode": Mode.ON_SITE}, {"place": ["required"]}),
        ({"room_server": False}, {"link": ["required"]}),
        ({"registration_until": STARTS + DAY}, {"registration_until": ["after_the_end"]}),
        ({"registration_from": STARTS}, {"registration_from": ["end_before_start"]}),
        ({"national": True}, {"national": ["activities_only"]}),
        ({"recorded": True, "with_pupils": True}, {"recorded": ["never_with_pupils"]}),
        ({"kind": Kind.ONLINE_SEMINAR, "ends_at": STARTS + DAY}, {"ends_at": ["too_long_for_its_kind"]}),
        ({"kind": Kind.LEARNING_EVENT, "ends_at": STARTS + 22 * DAY}, {"ends_at": ["too_long_for_its_kind"]}),
    ],
)
def test_what_does_not_go_together_is_named(changes: dict[str, Any], fields: dict[str, Any]) -> None:
    assert wrong(**changes) == fields


def test_everything_wrong_is_said_at_once() -> None:
    assert set(wrong(ends_at=STARTS, time_zone="x", capacity=101)) == {"ends_at", "time_zone", "capacity"}


def test_a_learning_event_lasts_up_to_three_weeks() -> None:
    check_sheet(replace(SHEET, kind=Kind.LEARNING_EVENT, ends_at=STARTS + 21 * DAY), room_server=True, at=NOW)


def test_what_concerns_the_registered_is_changed_with_a_reason_only() -> None:
    hall = Hall()
    hall.says(starts_at=STARTS + HOUR)  # nobody is registered yet
    hall.comes()
    with pytest.raises(SheetRefused) as refused:
        hall.says(ends_at=STARTS + 3 * HOUR)
    assert refused.value.fields == {"reason": ["required"]}
    hall.says("The speaker has a train to catch.", ends_at=STARTS + 3 * HOUR)
    hall.says(description="Said better than before.")
    assert hall.meeting.sequence == 3
    assert hall.meeting.change_reason == "The speaker has a train to catch."


def test_whether_it_matters_is_said_with_the_change() -> None:
    meeting = Hall().meeting
    words = replace(meeting.sheet, title="Another title")
    assert not meeting.change(words, "", room_server=True, by=ORGANISER, at=NOW).substance
    later = replace(words, starts_at=STARTS + MINUTE)
    assert meeting.change(later, "", room_server=True, by=ORGANISER, at=NOW).substance


def test_the_room_opens_a_day_before_for_hosts_and_half_an_hour_before_for_others() -> None:
    hall = Hall()
    one = hall.comes()
    hall.meeting.name_crew((CO_HOST,), (SPEAKER,), by=ORGANISER, at=NOW)
    for person in (ORGANISER, CO_HOST, SPEAKER):
        with pytest.raises(RoomNotOpen):
            hall.meeting.enter(person, None, at=STARTS - DAY - MINUTE)
        assert hall.meeting.enter(person, None, at=STARTS - DAY) is None
    with pytest.raises(RoomNotOpen) as refused:
        hall.meeting.enter(one.person_id, one, at=STARTS - 31 * MINUTE)
    assert refused.value.details["opens_at"] == (STARTS - 30 * MINUTE).isoformat()
    came = hall.meeting.enter(one.person_id, one, at=STARTS - 30 * MINUTE)
    assert came is not None
    assert hall.meeting.enter(one.person_id, one, at=STARTS) is None, "coming twice is coming once"
    with pytest.raises(NotPossibleAnyMore):
        hall.meeting.enter(one.person_id, one, at=STARTS + 2 * HOUR)


def test_a_room_holds_people_from_half_an_hour_before_until_the_end() -> None:
    meeting = Hall().meeting
    meeting.link = ""
    times = (STARTS - 31 * MINUTE, STARTS - 30 * MINUTE, meeting.ends_at - MINUTE, meeting.ends_at)
    assert [meeting.holds_people(at) for at in times] == [False, True, True, False]
    meeting.link = "https://rooms.example.org/other"
    assert not meeting.holds_people(STARTS), "a room elsewhere is not ours to look after"


def test_a_host_who_registered_and_looks_in_a_day_before_has_not_attended_yet() -> None:
    hall = Hall()
    one = hall.comes()
    hall.meeting.name_crew((one.person_id,), (), by=ORGANISER, at=NOW)
    assert hall.meeting.enter(one.person_id, one, at=STARTS - DAY) is None
    assert one.attended_at is None


def test_reminders_come_a_day_and_an_hour_before_and_after_an_outage_only_the_latest() -> None:
    meeting = Hall().meeting
    assert meeting.remind_at == STARTS - DAY
    assert meeting.remind(at=STARTS - DAY).hours == 24
    assert meeting.remind_at == STARTS - HOUR
    assert meeting.remind(at=STARTS - HOUR).hours == 1
    assert meeting.remind_at is None
    late = Hall().meeting
    assert late.remind(at=STARTS - 30 * MINUTE).hours == 1
    assert late.remind_at is None
    assert Hall().meeting.remind(at=STARTS) is None


def test_another_time_plans_the_reminders_anew() -> None:
    hall = Hall()
    hall.now = STARTS - 12 * HOUR
    hall.says("Another day.", starts_at=STARTS + 5 * DAY, ends_at=STARTS + 5 * DAY + HOUR)
    assert hall.meeting.remind_at == STARTS + 4 * DAY


def test_a_certificate_is_for_whoever_was_there_once_it_is_over() -> None:
    hall = Hall()
    one, absent = hall.comes(), hall.comes()
    hall.meeting.attended(one, at=STARTS)
    assert hall.meeting.certify(one, "SB-1", at=STARTS + HOUR) is None
    assert hall.meeting.certify(one, "SB-1", at=STARTS + 2 * HOUR) is not None
    assert hall.meeting.certify(one, "SB-2", at=STARTS + 3 * HOUR) is None
    assert hall.meeting.certify(absent, "SB-3", at=STARTS + 3 * HOUR) is None
    assert (one.certificate, absent.certificate) == ("SB-1", None)
    assert hall.meeting.certificate_kind is CertificateKind.ATTENDANCE


def test_a_tutor_says_who_has_completed_an_activity_and_with_how_many_hours() -> None:
    hall = Hall(kind=Kind.SHORT_COURSE, hours=10)
    one = hall.comes()
    hall.meeting.name_crew((), (SPEAKER,), by=ORGANISER, at=NOW)
    with pytest.raises(NotPossibleAnyMore):
        hall.meeting.complete(one, 8, by=SPEAKER, at=STARTS - HOUR)
    with pytest.raises(NotTheHost):
        hall.meeting.complete(one, 8, by=one.person_id, at=STARTS + HOUR)
    assert hall.meeting.complete(one, 8, by=SPEAKER, at=STARTS + HOUR).hours == 8
    assert hall.meeting.certify(one, "SB-1", at=STARTS + HOUR) is not None
    assert hall.meeting.certificate_kind is CertificateKind.COMPLETION


def test_a_workshop_of_a_member_gives_no_hours() -> None:
    hall = Hall()
    with pytest.raises(NotPossibleAnyMore):
        hall.meeting.complete(hall.comes(), 8, by=ORGANISER, at=STARTS)


def test_the_first_meeting_of_a_new_account_waits_where_that_is_switched_on() -> None:
    facts = {"seed": "s", "country": None, "organisation": None, "at": NOW}
    waiting = Meeting.announced(UUID(int=9), ORGANISER, SHEET, review=True, **facts)
    assert waiting.state is MeetingState.IN_REVIEW
    assert waiting.phase(NOW).value == "closed"
    waiting.published(NOW)
    assert waiting.state is MeetingState.PUBLISHED
    assert limits().review_first_meetings is False, "off unless an installation switches it on"


def test_a_refusal_names_its_reason() -> None:
    hall = Hall(selection=Selection.ORGANISER)
    one = hall.comes()
    hall.meeting.refuse(one, "This one is for primary schools.", by=ORGANISER, at=NOW)
    assert (one.place, one.reason) == (Place.REFUSED, "This one is for primary schools.")


def test_countries_ask_for_hours_in_years() -> None:
    assert all(rule.hours > 0 and rule.years > 0 for rule in hours_rules().values())
    assert len(hours_rules()) >= 10
