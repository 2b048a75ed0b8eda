"""Meetings from the announcement to the certificate, as teachers and officers live through them."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import httpx
import icalendar
import pytest
import uuid_utils.compat as uuid

from tests.journeys.europe import Europe, Person, Refused
from tests.stack import eventually, rows, stack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def sheet(europe: Europe, *, hours: float = 240, lasts: float = 2, **changes: Any) -> dict[str, Any]:
    starts = europe.now + timedelta(hours=hours)
    return {
        "kind": "workshop",
        "title": f"Songs across borders {uuid.uuid7().hex[-6:]}",
        "description": "How classes of two countries sing together online.",
        "mode": "online",
        "link": "https://meet.example.org/songs",
        "languages": ["en", "es"],
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=lasts)).isoformat(),
        "time_zone": "Europe/Madrid",
        "capacity": 2,
        **changes,
    }


def announce(europe: Europe, by: Person, **changes: Any) -> str:
    meeting_id = str(uuid.uuid7())
    by.post("/meetings", {"meeting_id": meeting_id, **sheet(europe, **changes)})
    return meeting_id


def register(person: Person, meeting_id: str) -> dict[str, Any]:
    return person.post(f"/meetings/{meeting_id}/registrations", {"registration_id": str(uuid.uuid7())})


def seen(person: Person, meeting_id: str) -> dict[str, Any]:
    return person.get(f"/meetings/{meeting_id}")


def change(europe: Europe, by: Person, meeting_id: str, **changes: Any) -> dict[str, Any]:
    shown = seen(by, meeting_id)
    body = shown["sheet"] | {"seen_version": shown["version"], "reason": "So it suits everybody."} | changes
    return by.put(f"/meetings/{meeting_id}", body)


def feed_of(person: Person) -> dict[str, Any]:
    """What a calendar program reads at the secret address, by UID."""
    path = person.get("/me/calendar-feed")["path"]
    answer = httpx.get(stack().public_url + path, timeout=12)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/calendar")
    calendar = icalendar.Calendar.from_ical(answer.content)
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


def in_feed(person: Person, meeting_id: str) -> Any:
    return feed_of(person)[f"{meeting_id.replace('-', '')}@schoolbridge"]


def told(europe: Europe, person: Person, kind: str, meeting_id: str) -> dict[str, Any]:
    def find() -> dict[str, Any] | None:
        for notification in europe.notifications_of(person):
            if notification["kind"] == kind and notification["subject_id"] == meeting_id:
                return notification
        return None

    return eventually(find, f"the notification {kind}")


def test_a_full_meeting_has_a_waiting_list_and_a_freed_seat_goes_to_its_head(europe: Europe) -> None:
    host, one, two, three, four = (europe.teacher(c) for c in ("ES", "PL", "FR", "SE", "BE"))
    meeting_id = announce(europe, host)
    assert [register(p, meeting_id)["place"] for p in (one, two)] == ["confirmed", "confirmed"]
    assert [register(p, meeting_id)["position"] for p in (three, four)] == [1, 2]
    listed = host.get("/meetings", text=seen(host, meeting_id)["sheet"]["title"])["meetings"]
    card = next(m for m in listed if m["id"] == meeting_id)
    assert (card["places_left"], card["waiting"]) == (0, 2)
    one.delete(f"/meetings/{meeting_id}/registration")
    assert seen(three, meeting_id)["mine"]["place"] == "confirmed"
    assert seen(four, meeting_id)["mine"]["position"] == 1
    told(europe, three, "seat_confirmed", meeting_id)
    mail = eventually(lambda: [m for m in europe.mails_to(three) if "place" in m["subject"]], "the mail")
    assert f"/events/{meeting_id}" in mail[0]["text"]
    with pytest.raises(Refused) as refused:
        four.get(f"/meetings/{meeting_id}/registrations")
    assert refused.value.code == "not_the_host"


def test_two_hundred_requests_for_the_last_seat_are_one_confirmed(europe: Europe) -> None:
    host = europe.teacher("ES")
    meeting_id = announce(europe, host, capacity=1)
    crowd = [europe.teacher("PL", school=host.school).sign_in() for _ in range(20)]

    def comes(person: Person) -> None:
        body = {"registration_id": str(uuid.uuid7())}
        for _ in range(10):
            answer = person.client.post(f"/meetings/{meeting_id}/registrations", json=body)
            if answer.status_code not in (503, 504):
                assert answer.status_code in (201, 409), answer.text

    with ThreadPoolExecutor(20) as crowding:
        list(crowding.map(comes, crowd))
    statement = "SELECT place, count(*) AS n FROM registration WHERE meeting_id = :id GROUP BY place"
    counted = {r["place"]: r["n"] for r in rows("events", statement, id=meeting_id)}
    assert counted == {"confirmed": 1, "waiting": 19}


def test_a_private_meeting_is_known_to_the_invited_only(europe: Europe) -> None:
    host, friend, stranger = europe.teacher("ES"), europe.teacher("PL"), europe.teacher("FR")
    europe.become_contacts(host, friend)
    meeting_id = announce(europe, host, access="private", title="A quiet conversation")
    with pytest.raises(Refused) as refused:
        host.post(f"/meetings/{meeting_id}/invitations", {"person_ids": [str(stranger.id)]})
    assert refused.value.code == "cannot_invite"
    host.post(f"/meetings/{meeting_id}/invitations", {"person_ids": [str(friend.id)]})
    told(europe, friend, "meeting_invitation", meeting_id)
    for path in (
        f"/meetings/{meeting_id}",
        f"/meetings/{meeting_id}/posts",
        f"/meetings/{meeting_id}/calendar",
    ):
        with pytest.raises(Refused) as refused:
            stranger.get(path)
        assert refused.value.status == 404
    for address in (f"/events/{meeting_id}", f"/events/{meeting_id}/calendar.ics"):
        assert httpx.get(stack().public_url + address, timeout=12).status_code == 404
    assert stranger.get("/meetings", text="quiet conversation")["meetings"] == []
    assert register(friend, meeting_id)["place"] == "confirmed"


def test_project_members_are_invited_together(europe: Europe) -> None:
    project = europe.approved_project()
    meeting_id = announce(europe, project.founder, access="private")
    project.founder.post(f"/meetings/{meeting_id}/invitations", {"project_ids": [str(project.id)]})
    assert seen(project.co_founder, meeting_id)["invited"]


def test_calendars_follow_changes_and_cancellation(europe: Europe) -> None:
    host, guest = europe.teacher("ES"), europe.teacher("PL")
    meeting_id = announce(europe, host)
    register(guest, meeting_id)
    first = in_feed(guest, meeting_id)
    assert (first["status"], first["sequence"]) == ("CONFIRMED", 0)
    later = europe.now + timedelta(days=20)
    change(
        europe, host, meeting_id, starts_at=later.isoformat(), ends_at=(later + timedelta(hours=1)).isoformat()
    )  # fmt: skip
    second = in_feed(guest, meeting_id)
    assert second["uid"] == first["uid"]
    assert second["sequence"] == 1
    assert abs(second["dtstart"].dt - later) < timedelta(seconds=1)
    told(europe, guest, "meeting_changed", meeting_id)
    host.post(f"/meetings/{meeting_id}/cancellation", {"reason": "The speaker is ill."})
    third = in_feed(guest, meeting_id)
    assert (third["status"], third["sequence"]) == ("CANCELLED", 2)
    told(europe, guest, "meeting_cancelled", meeting_id)
    public = httpx.get(f"{stack().public_url}/calendar/public.ics", timeout=12)
    again = httpx.get(
        f"{stack().public_url}/calendar/public.ics", headers={"If-None-Match": public.headers["etag"]}, timeout=12
    )  # fmt: skip
    assert again.status_code == 304
    old = guest.get("/me/calendar-feed")["path"]
    guest.post("/me/calendar-feed")
    assert httpx.get(stack().public_url + old, timeout=12).status_code == 404
    assert in_feed(guest, meeting_id)["status"] == "CANCELLED"


def test_documents_and_discussion_are_for_those_inside(europe: Europe) -> None:
    host, guest, stranger = europe.teacher("ES"), europe.teacher("PL"), europe.teacher("FR")
    meeting_id = announce(europe, host)
    register(guest, meeting_id)
    place = host.post(f"/meetings/{meeting_id}/files", {"file_name": "songs.pdf", "size": len(PDF)})
    sent = httpx.put(f"{stack().public_url}/api/v1/files/{place['ticket']}", content=PDF, timeout=12)
    assert sent.status_code == 204, sent.text
    file_path = f"/meetings/{meeting_id}/files/{place['file_id']}"
    host.post(f"{file_path}/arrival", {"ticket": place["ticket"]})
    assert [f["file_name"] for f in seen(guest, meeting_id)["files"]] == ["songs.pdf"]
    assert seen(stranger, meeting_id)["files"] == []
    fetched = httpx.get(guest.get(file_path)["url"], timeout=12)
    assert fetched.content == PDF
    question, answer = str(uuid.uuid7()), str(uuid.uuid7())
    guest.put(f"/meetings/{meeting_id}/posts/{question}", {"text": "Which key do we sing in?"})
    host.put(f"/meetings/{meeting_id}/posts/{answer}", {"text": "In D.", "reply_to": question})
    said = guest.get(f"/meetings/{meeting_id}/posts")["posts"]
    assert [(p["text"], p["reply_to"]) for p in said] == [
        ("Which key do we sing in?", None),
        ("In D.", question),
    ]
    for path in (file_path, f"/meetings/{meeting_id}/posts"):
        with pytest.raises(Refused) as refused:
            stranger.get(path)
        assert refused.value.code == "seat_needed"


def test_professional_development_is_offered_by_officers_and_applied_for_by_members(europe: Europe) -> None:
    teacher, officer = europe.teacher("PL"), europe.officer("nss-pl")
    activity = sheet(europe, kind="learning_event", lasts=240, hours=300, title="Twinning for beginners")
    activity["hours"] = 12
    with pytest.raises(Refused) as refused:
        teacher.post("/meetings", {"meeting_id": str(uuid.uuid7()), **activity})
    assert refused.value.code == "officers_only"
    meeting_id = str(uuid.uuid7())
    officer.post("/meetings", {"meeting_id": meeting_id, **activity})
    found = teacher.get("/activities", text="twinning beginners", kind="learning_event")["meetings"]
    assert meeting_id in [m["id"] for m in found]
    assert meeting_id not in [m["id"] for m in teacher.get("/meetings", text="twinning")["meetings"]]
    assert register(teacher, meeting_id)["place"] == "confirmed"


def test_a_national_offer_refuses_other_countries(europe: Europe) -> None:
    officer = europe.officer("nss-pl")
    meeting_id = str(uuid.uuid7())
    officer.post("/meetings", {"meeting_id": meeting_id, **sheet(europe, kind="webinar", national=True)})
    with pytest.raises(Refused) as refused:
        register(europe.teacher("ES"), meeting_id)
    assert refused.value.code == "only_for_country"
    assert register(europe.teacher("PL"), meeting_id)["place"] == "confirmed"


def test_each_support_service_keeps_its_tutorials(europe: Europe) -> None:
    officer, other = europe.officer("nss-pl"), europe.officer("nss-de")
    tutorial_id, title = str(uuid.uuid7()), f"First steps {uuid.uuid7().hex[-6:]}"
    body = {
        "organisation": "nss-pl",
        "title": title,
        "url": "https://example.org/film",
        "language": "pl",
        "video": True,
    }
    with pytest.raises(Refused):
        other.put(f"/tutorials/{tutorial_id}", body)
    officer.put(f"/tutorials/{tutorial_id}", body)
    page = httpx.get(f"{stack().public_url}/learning/tutorials", timeout=12)
    assert title in page.text
    with pytest.raises(Refused):
        other.delete(f"/tutorials/{tutorial_id}")
    officer.delete(f"/tutorials/{tutorial_id}")


# ---- days pass


@pytest.mark.alone
def test_an_offered_seat_lapses_and_a_course_ends_with_certificates(europe: Europe) -> None:
    """The waiting list by offers; then reminders, the room, completion, hours, the certificate and the record."""
    officer = europe.officer("nss-pl")
    gone, late, eager = (europe.teacher("PL", name=n) for n in ("Gone", "Late", "Ewa"))
    meeting_id = str(uuid.uuid7())
    course = sheet(
        europe, kind="short_course", hours=96, capacity=1, promotion="offer", title="Sing together"
    )
    course["hours"] = 6
    officer.post("/meetings", {"meeting_id": meeting_id, **course})
    for person in (gone, late, eager):
        register(person, meeting_id)
    gone.delete(f"/meetings/{meeting_id}/registration")
    told(europe, late, "seat_offered", meeting_id)
    europe.days_pass(1.01)
    told(europe, late, "seat_lost", meeting_id)
    told(europe, eager, "seat_offered", meeting_id)
    with pytest.raises(Refused) as refused:
        late.post(f"/meetings/{meeting_id}/seat")
    assert refused.value.code == "offer_lapsed"
    mine = eager.post(f"/meetings/{meeting_id}/seat")
    assert mine["place"] == "confirmed"

    starts = datetime.fromisoformat(course["starts_at"])
    with pytest.raises(Refused) as refused:
        eager.post(f"/meetings/{meeting_id}/entry")
    assert refused.value.code == "room_not_open"
    europe.days_pass((starts - europe.now) / timedelta(days=1) - 0.9)
    told(europe, eager, "meeting_reminder", meeting_id)
    assert officer.post(f"/meetings/{meeting_id}/entry")["checked_in"] is False
    europe.days_pass((starts - europe.now) / timedelta(days=1) + 0.01)
    eager.sign_in()
    entry = eager.post(f"/meetings/{meeting_id}/entry")
    assert entry == {"url": "https://meet.example.org/songs", "checked_in": True, "room_pass": None}
    officer.sign_in()
    completion = f"/meetings/{meeting_id}/registrations/{mine['id']}/completion"
    assert officer.post(completion, {"hours": 6})["hours"] == 6
    told(europe, eager, "certificate_ready", meeting_id)

    record = eager.get("/me/record")
    assert (record["hours"], record["wanted_hours"], record["counted_hours"]) == (6, 10, 6)
    assert "Sing together" in eager.get("/me/record/table")
    number = record["entries"][0]["certificate"]
    assert re.fullmatch(r"SB-\d{4}-[A-Z2-7]{16}", number)
    fetched = httpx.get(eager.get(f"/registrations/{mine['id']}/certificate")["url"], timeout=12)
    assert fetched.content.startswith(b"%PDF-")
    checked = httpx.get(f"{stack().public_url}/verify/{number}", timeout=12)
    assert checked.status_code == 200
    assert eager.name in checked.text
    assert httpx.get(f"{stack().public_url}/verify/SB-2026-MADEUP", timeout=12).status_code == 404
    for language in ("pl", "ar"):
        paper = httpx.get(eager.get("/me/record/file", language=language)["url"], timeout=12).content
        assert f"/Lang({language})".encode() in paper

    eager.post(f"/meetings/{meeting_id}/feedback", {"contents": 5, "organisation": 4, "again": True})
    counts = officer.get(f"/meetings/{meeting_id}/feedback")
    assert (counts["answers"], counts["contents"], counts["again"]) == (1, [0, 0, 0, 0, 1], 1)


@pytest.mark.alone
def test_who_asked_is_told_when_applications_open_and_a_lottery_can_be_checked(europe: Europe) -> None:
    officer, people = europe.officer("css", "css"), [europe.teacher(c) for c in ("ES", "PL", "FR", "SE")]
    opens, closes = europe.now + timedelta(days=1), europe.now + timedelta(days=3)
    meeting_id = str(uuid.uuid7())
    body = sheet(
        europe, kind="online_seminar", lasts=1, selection="lottery", capacity=2,
        registration_from=opens.isoformat(), registration_until=closes.isoformat(), instructions="Say what you teach.",
    )  # fmt: skip
    officer.post("/meetings", {"meeting_id": meeting_id, **body})
    before = seen(people[0], meeting_id)
    assert (before["phase"], before["sheet"]["instructions"], before["actions"]) == ("before", "", ["remind"])
    people[0].put(f"/meetings/{meeting_id}/reminder", {})
    europe.days_pass(1.01)
    told(europe, people[0], "applications_open", meeting_id)
    for person in people:
        person.sign_in()
        assert register(person, meeting_id)["place"] == "pending"
    assert seen(people[0], meeting_id)["sheet"]["instructions"] == "Say what you teach."
    europe.days_pass(2.05)
    for person in people:
        person.sign_in()
    places = sorted(seen(p, meeting_id)["mine"]["place"] for p in people)
    assert places == ["confirmed", "confirmed", "waiting", "waiting"]
    drawn = httpx.get(f"{stack().public_url}/api/v1/meetings/{meeting_id}/draw", timeout=12).json()
    assert drawn["seed_hash"] == before["seed_hash"]
    page = httpx.get(f"{stack().public_url}/events/{meeting_id}/draw", timeout=12)
    assert drawn["seed"] in page.text
    assert all(ticket["registration_id"] in page.text for ticket in drawn["tickets"])
