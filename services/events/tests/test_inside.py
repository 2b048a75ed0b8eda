"""Documents, discussion, the room, feedback, invitations, crew: who may what, on a real database."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid

from chassis import files
from chassis.contract import Actor, Forbidden, NotFound, Unauthenticated
from chassis.store.unit_of_work import ChangedMeanwhile
from services.events import contract
from services.events.domain import limits
from services.events.tests.conftest import DAY, HOUR, STARTS, Meetings

PDF = b"%PDF-1.4\n%%EOF\n"
MINUTE = timedelta(minutes=1)


def test_any_member_holds_a_meeting_and_nobody_else(meetings: Meetings) -> None:
    shown = meetings.ask("meeting", meeting_id=meetings.meeting(meetings.person("PL")))
    assert (shown.country, shown.organisation, shown.state) == ("PL", None, "published")
    sheet = meetings.sheet() | {"meeting_id": uuid.uuid7()}
    meetings.refusal(Unauthenticated, "organise", **sheet)
    with pytest.raises(Forbidden):
        meetings.ask("organise", by=Actor(uuid.uuid7(), ()), **sheet)


def test_only_officers_offer_professional_development(meetings: Meetings) -> None:
    with pytest.raises(contract.OfficersOnly):
        meetings.meeting(meetings.person(), kind="webinar")
    shown = meetings.ask("meeting", meeting_id=meetings.meeting(meetings.officer("nss-pl"), kind="webinar"))
    assert (shown.organisation, shown.country) == ("nss-pl", "PL")
    assert [m.id for m in meetings.ask("activities").meetings] == [shown.id]
    assert meetings.ask("meetings").meetings == ()


@pytest.mark.parametrize("kind", list(contract.Kind)[6:])
def test_every_kind_of_activity_is_in_the_catalogue(meetings: Meetings, kind: contract.Kind) -> None:
    meeting_id = meetings.meeting(meetings.officer(), kind=kind)
    assert [m.id for m in meetings.ask("activities", kind=kind).meetings] == [meeting_id]


@pytest.mark.parametrize("kind", list(contract.Kind)[:6])
@pytest.mark.parametrize("mode", list(contract.Mode))
def test_every_kind_of_meeting_is_held_anywhere(
    meetings: Meetings, kind: contract.Kind, mode: contract.Mode
) -> None:
    meeting_id = meetings.meeting(kind=kind, mode=mode, place="Plaza Mayor 1, Zaragoza")
    assert [m.id for m in meetings.ask("meetings", kind=kind, mode=mode).meetings] == [meeting_id]


def test_the_list_is_by_date_and_filtered(meetings: Meetings) -> None:
    later = STARTS + 40 * DAY
    soon = meetings.meeting(title="Música en el aula", languages=["es"], capacity=1)
    far = meetings.meeting(
        starts_at=later.isoformat(), ends_at=(later + HOUR).isoformat(), target="Physics_100%"
    )

    def found(**asked: Any) -> list[UUID]:
        return [m.id for m in meetings.ask("meetings", **asked).meetings]

    assert found() == [soon, far]
    assert found(text="musica AULA") == [soon]
    assert found(text="physics_100%") == [far]
    assert found(text="physics1100") == []
    assert found(language="es") == [soon]
    assert found(when="this_month") == [soon]
    meetings.register(soon)
    assert found(free=True) == [far]
    meetings.now = STARTS + DAY
    assert found(when="past") == [soon]
    assert found() == [far]


def test_a_list_has_pages(meetings: Meetings) -> None:
    host = meetings.person()
    made = [
        meetings.meeting(
            host, starts_at=(STARTS + n * HOUR).isoformat(), ends_at=(STARTS + (n + 1) * HOUR).isoformat()
        )
        for n in range(23)
    ]
    first = meetings.ask("meetings")
    second = meetings.ask("meetings", cursor=first.next_cursor)
    assert [m.id for m in (*first.meetings, *second.meetings)] == made
    assert second.next_cursor is None


def test_the_first_meeting_of_a_new_account_waits_where_that_is_switched_on(
    meetings: Meetings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    switched_on(monkeypatch, tmp_path)
    new, old = meetings.person(), meetings.person()
    meetings.people.registered = {new: meetings.now - 3 * DAY, old: meetings.now - 60 * DAY}
    waiting, at_once = meetings.meeting(new), meetings.meeting(old)
    assert meetings.ask("meeting", meeting_id=at_once).state == "published"
    meetings.refusal(NotFound, "meeting", meeting_id=waiting)
    officer = meetings.officer()
    assert [m.id for m in meetings.ask("awaiting_release", by=officer)] == [waiting]
    said = meetings.answer("release", by=officer, meeting_id=waiting)
    assert len(said.said("MeetingPublished")) == 1
    assert meetings.ask("meeting", meeting_id=waiting).state == "published"
    assert meetings.ask("meeting", meeting_id=meetings.meeting(new)).state == "published", "only the first"


def switched_on(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """An installation that has changed its numbers of policy."""
    known = sys.modules["services.events.domain.limits"]
    text = (known.DATA / "limits.toml").read_text("utf-8")
    (folder / "limits.toml").write_text(
        text.replace("review_first_meetings = false", "review_first_meetings = true")
    )
    monkeypatch.setattr(known, "DATA", folder)
    limits.cache_clear()


# ---- documents


def uploaded(meetings: Meetings, meeting_id: UUID, by: UUID, content: bytes = PDF) -> UUID:
    place = meetings.ask(
        "file_ticket", by=by, meeting_id=meeting_id, file_name="songs.pdf", size=len(content)
    )
    path = files.path_of("events", place.file_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    meetings.ask("finish_file", by=by, meeting_id=meeting_id, file_id=place.file_id, ticket=place.ticket)
    return place.file_id


def test_documents_are_added_by_hosts_and_speakers_and_read_by_the_registered(meetings: Meetings) -> None:
    host, speaker, stranger = (meetings.person() for _ in range(3))
    meeting_id = meetings.meeting(host)
    meetings.ask("name_crew", by=host, meeting_id=meeting_id, speakers=[speaker])
    guest, _ = meetings.register(meeting_id)
    file_id = uploaded(meetings, meeting_id, speaker)
    given: dict[str, Any] = {"meeting_id": meeting_id, "file_id": file_id}
    assert meetings.ask("meeting_file", by=guest, **given).url.startswith("https://files.example.org/files/")
    assert [f.id for f in meetings.ask("meeting", by=guest, meeting_id=meeting_id).files] == [file_id]
    assert meetings.ask("meeting", by=stranger, meeting_id=meeting_id).files == ()
    meetings.refusal(contract.SeatNeeded, "meeting_file", by=stranger, **given)
    meetings.refusal(
        contract.NotTheHost, "file_ticket", by=guest, meeting_id=meeting_id, file_name="a.pdf", size=1
    )
    meetings.refusal(contract.NotTheHost, "remove_file", by=guest, **given)
    meetings.ask("remove_file", by=host, **given)
    meetings.refusal(NotFound, "meeting_file", by=guest, **given)
    meetings.pump()
    assert not files.path_of("events", file_id).exists()


def test_only_what_it_says_it_is_is_taken(meetings: Meetings) -> None:
    host = meetings.person()
    meeting_id = meetings.meeting(host)
    asked: dict[str, Any] = {"by": host, "meeting_id": meeting_id}
    meetings.refusal(contract.DocumentNotAllowed, "file_ticket", file_name="a.exe", size=10, **asked)
    meetings.refusal(contract.DocumentNotAllowed, "file_ticket", file_name="a.pdf", size=20_000_001, **asked)
    with pytest.raises(contract.DocumentNotAllowed):
        uploaded(meetings, meeting_id, host, b"MZ not a document at all")
    assert meetings.ask("meeting", **asked).files == ()


def test_a_file_of_one_meeting_is_not_reached_through_another(meetings: Meetings) -> None:
    host, spy = meetings.person(), meetings.person()
    file_id = uploaded(meetings, meetings.meeting(host, access="private"), host)
    own = meetings.meeting(spy)
    meetings.refusal(NotFound, "meeting_file", by=spy, meeting_id=own, file_id=file_id)
    meetings.refusal(NotFound, "remove_file", by=spy, meeting_id=own, file_id=file_id)


# ---- the discussion


def test_the_discussion_has_answers_and_a_host_may_take_any_away(meetings: Meetings) -> None:
    host = meetings.person()
    meeting_id = meetings.meeting(host)
    (guest, _), (other, _) = meetings.register(meeting_id), meetings.register(meeting_id)
    question, answer = uuid.uuid7(), uuid.uuid7()
    meetings.ask("write_post", by=guest, meeting_id=meeting_id, post_id=question, text="Which key?")
    meetings.now += MINUTE
    meetings.ask(
        "write_post", by=host, meeting_id=meeting_id, post_id=answer, text="In D.", reply_to=question
    )
    said = meetings.ask("posts", by=other, meeting_id=meeting_id)
    assert [(p.text, p.reply_to, p.actions) for p in said.posts] == [
        ("Which key?", None, ()),
        ("In D.", question, ()),
    ]
    meetings.refusal(contract.NotTheHost, "remove_post", by=other, meeting_id=meeting_id, post_id=question)
    meetings.ask("remove_post", by=host, meeting_id=meeting_id, post_id=question)
    assert [(p.text, p.removed) for p in meetings.ask("posts", by=guest, meeting_id=meeting_id).posts] == [
        ("", True),
        ("In D.", False),
    ]
    meetings.refusal(contract.SeatNeeded, "posts", by=meetings.person(), meeting_id=meeting_id)


def test_sending_a_contribution_twice_makes_one_and_nobody_takes_anothers_id(meetings: Meetings) -> None:
    meeting_id, post_id = meetings.meeting(), uuid.uuid7()
    (guest, _), (other, _) = meetings.register(meeting_id), meetings.register(meeting_id)
    given: dict[str, Any] = {"meeting_id": meeting_id, "post_id": post_id, "text": "Hello"}
    assert meetings.ask("write_post", by=guest, **given) == meetings.ask("write_post", by=guest, **given)
    meetings.refusal(NotFound, "write_post", by=other, **given)
    assert len(meetings.ask("posts", by=guest, meeting_id=meeting_id).posts) == 1


def test_after_the_end_the_discussion_goes_on_but_not_after_a_cancellation(meetings: Meetings) -> None:
    host = meetings.person()
    meeting_id, gone = meetings.meeting(host), meetings.meeting(host)
    meetings.ask("cancel", by=host, meeting_id=gone, reason="No speaker.")
    given: dict[str, Any] = {"by": host, "post_id": uuid.uuid7(), "text": "Thank you all!"}
    meetings.refusal(contract.NotPossibleAnyMore, "write_post", meeting_id=gone, **given)
    meetings.time_is(STARTS + DAY)
    meetings.ask("write_post", meeting_id=meeting_id, **given)


# ---- the room


def test_the_room_is_entered_in_time_and_entering_is_attendance(meetings: Meetings) -> None:
    host = meetings.person()
    meeting_id = meetings.meeting(host)
    guest, _ = meetings.register(meeting_id)
    meetings.now = STARTS - DAY
    assert meetings.ask("join", by=host, meeting_id=meeting_id).url == "https://meet.example.org/songs"
    refused = meetings.refusal(contract.RoomNotOpen, "join", by=guest, meeting_id=meeting_id)
    assert refused.details["opens_at"] == (STARTS - 30 * MINUTE).isoformat()
    meetings.refusal(contract.SeatNeeded, "join", by=meetings.person(), meeting_id=meeting_id)
    meetings.now = STARTS - 30 * MINUTE
    assert meetings.answer("join", by=guest, meeting_id=meeting_id).said("Attended")[0]["person_id"] == str(
        guest
    )
    assert meetings.answer("join", by=guest, meeting_id=meeting_id).said("Attended") == []
    assert meetings.ask("roster", by=host, meeting_id=meeting_id).attended == 1
    assert meetings.ask("meeting", by=guest, meeting_id=meeting_id).sheet.link == "", (
        "the address comes on entering"
    )


def test_what_is_recorded_is_entered_with_consent_only(meetings: Meetings) -> None:
    meeting_id = meetings.meeting(recorded=True)
    guest, _ = meetings.register(meeting_id)
    meetings.now = STARTS
    refused = meetings.refusal(contract.RecordingConsent, "join", by=guest, meeting_id=meeting_id)
    assert refused.code == "recording_consent"
    assert meetings.ask("join", by=guest, meeting_id=meeting_id, consent=True).checked_in
    with pytest.raises(contract.SheetRefused):
        meetings.meeting(recorded=True, with_pupils=True)


def test_hosts_check_in_whoever_came_on_site(meetings: Meetings) -> None:
    host = meetings.person()
    meeting_id = meetings.meeting(host, mode="on_site", place="Zaragoza", link="")
    _, mine = meetings.register(meeting_id)
    given: dict[str, Any] = {"by": host, "meeting_id": meeting_id, "registration_ids": [mine.id]}
    meetings.refusal(contract.RoomNotOpen, "check_in", **given)
    meetings.now = STARTS
    assert meetings.ask("check_in", **given).attended == 1
    later = STARTS + DAY
    other = meetings.meeting(starts_at=later.isoformat(), ends_at=(later + HOUR).isoformat())
    _, foreign = meetings.register(other)
    meetings.refusal(NotFound, "check_in", **given | {"registration_ids": [foreign.id]})


# ---- feedback, invitations, crew


def test_feedback_is_given_once_by_who_was_there_and_counted_without_names(meetings: Meetings) -> None:
    host = meetings.person()
    meeting_id = meetings.meeting(host)
    (one, _), (two, _) = meetings.register(meeting_id), meetings.register(meeting_id)
    given: dict[str, Any] = {
        "meeting_id": meeting_id,
        "contents": 5,
        "organisation": 3,
        "remark": "More songs!",
    }
    meetings.refusal(contract.FeedbackLater, "give_feedback", by=one, **given)
    meetings.now = STARTS + HOUR
    meetings.ask("join", by=one, meeting_id=meeting_id)
    meetings.ask("give_feedback", by=one, again=True, **given)
    meetings.refusal(contract.FeedbackLater, "give_feedback", by=one, **given)
    meetings.ask("give_feedback", by=two, **given | {"contents": 4, "remark": ""})
    counts = meetings.ask("feedback", by=host, meeting_id=meeting_id)
    assert (counts.answers, counts.attended, counts.again, counts.remarks) == (2, 1, 1, ("More songs!",))
    assert (counts.contents, counts.organisation) == ((0, 0, 0, 1, 1), (0, 0, 2, 0, 0))
    assert meetings.ask("feedback", by=two, meeting_id=meeting_id).remarks == ()


def test_contacts_and_everybody_of_ones_projects_are_invited_together(meetings: Meetings) -> None:
    host, friend, fellow, partner, stranger, blocked = (meetings.person() for _ in range(6))
    meetings.people.contacts |= {frozenset((host, friend)), frozenset((host, blocked))}
    meetings.people.blocked.add(blocked)
    project = uuid.uuid7()
    meetings.people.projects[project] = (host, fellow, partner)
    meeting_id = meetings.meeting(host, access="private")
    for person in (stranger, blocked):
        refused = meetings.refusal(
            contract.CannotInvite, "invite", by=host, meeting_id=meeting_id, person_ids=[person]
        )
        assert refused.details["people"] == [str(person)]
    said = meetings.answer(
        "invite", by=host, meeting_id=meeting_id, person_ids=[friend], project_ids=[project]
    )
    assert set(said.said("PeopleInvited")[0]["people"]) == {str(p) for p in (friend, fellow, partner)}
    again = meetings.answer("invite", by=host, meeting_id=meeting_id, person_ids=[friend])
    assert again.said("PeopleInvited") == [], "told once"
    meetings.refusal(
        NotFound, "invite", by=fellow, meeting_id=meetings.meeting(access="private"), person_ids=[friend]
    )
    foreign = uuid.uuid7()
    meetings.people.projects[foreign] = (fellow, partner)
    meetings.refusal(NotFound, "invite", by=host, meeting_id=meeting_id, project_ids=[foreign])


def test_a_co_host_does_what_a_host_does_but_does_not_choose_hosts(meetings: Meetings) -> None:
    host, other = meetings.person(), meetings.person()
    meeting_id = meetings.meeting(host)
    meetings.ask("name_crew", by=host, meeting_id=meeting_id, co_hosts=[other, host])
    assert meetings.ask("meeting", meeting_id=meeting_id).co_hosts == (other,)
    meetings.refusal(contract.NotTheHost, "name_crew", by=other, meeting_id=meeting_id)
    assert meetings.change(meeting_id, other, title="Better title").sheet.title == "Better title"
    assert [m.id for m in meetings.ask("my_meetings", by=other).organised] == [meeting_id]


def test_an_edit_of_a_stale_sheet_is_told_but_a_new_registration_disturbs_no_editor(
    meetings: Meetings,
) -> None:
    host = meetings.person()
    meeting_id = meetings.meeting(host)
    seen = meetings.ask("meeting", by=host, meeting_id=meeting_id).version
    meetings.register(meeting_id)
    meetings.change(meeting_id, host, seen_version=seen, title="Once")
    with pytest.raises(ChangedMeanwhile):
        meetings.change(meeting_id, host, seen_version=seen, title="Twice")


def test_reminders_are_said_once_each_and_a_document_follows_every_seat(meetings: Meetings) -> None:
    meeting_id = meetings.meeting()
    [before] = meetings.ask("meeting_documents", ids=[meeting_id])
    meetings.register(meeting_id)
    [after] = meetings.ask("meeting_documents", ids=[meeting_id])
    assert after.version > before.version
    assert (before.places_left, after.places_left) == (2, 1)
    assert [v.version for v in meetings.ask("meeting_versions")] == [after.version]
    meetings.time_is(STARTS - DAY)
    meetings.time_is(STARTS - HOUR)
    meetings.time_is(STARTS - 30 * MINUTE)
    assert [said["hours"] for said in meetings.said("MeetingSoon")] == [24, 1]
    meetings.time_is(STARTS + 3 * HOUR)
    assert [said["attendees"] for said in meetings.said("MeetingHeld")] == [0]
