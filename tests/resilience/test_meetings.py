"""kill -9 between a promotion and its notice: one promotion, one notice, whoever dies and when."""

from typing import Any

import pytest
import uuid_utils.compat as uuid

from tests.journeys.europe import Europe, Person
from tests.journeys.test_meetings import announce, register, seen, told
from tests.resilience.checker import kill, pid_of
from tests.resilience.test_kills import again
from tests.stack import eventually, plant, rows, settle

pytestmark = [pytest.mark.stack, pytest.mark.alone, pytest.mark.timeout(300)]


def full_meeting(europe: Europe, **changes: object) -> tuple[str, Person, Person]:
    """One seat, who has it, and who waits for it."""
    host, seated, waiting = (europe.teacher(c).sign_in() for c in ("ES", "PL", "FR"))
    meeting_id = announce(europe, host, capacity=1, **changes)
    register(seated, meeting_id)
    register(waiting, meeting_id)
    return meeting_id, seated, waiting


def check_promotion(europe: Europe, meeting_id: str, seated: Person, waiting: Person, kind: str) -> None:
    place = {"seat_confirmed": "confirmed", "seat_offered": "offered"}[kind]
    eventually(
        lambda: again(lambda: seen(waiting, meeting_id)["mine"]["place"] == place), "the promotion", 60
    )
    told(europe, waiting, kind, meeting_id)
    settle()
    [meeting] = rows(
        "events", "SELECT confirmed, offered, waiting FROM meeting WHERE id = :id", id=meeting_id
    )
    assert meeting["confirmed"] + meeting["offered"] == 1
    assert meeting["waiting"] == 0
    statement = """
        SELECT count(*) AS n FROM outbox
        WHERE type IN ('events.SeatConfirmed', 'events.SeatOffered') AND payload ->> 'meeting_id' = :id
          AND payload ->> 'person_id' = :person
    """
    [said] = rows("events", statement, id=meeting_id, person=str(waiting.id))
    assert said["n"] == 1, "one promotion is said once"
    notices = [n for n in europe.notifications_of(waiting) if n["subject_id"] == meeting_id]
    assert [n["kind"] for n in notices] == [kind], "and told once"
    mails = eventually(lambda: _mails_about(europe, waiting, meeting_id), "the mail", 60)
    assert len({m["message_id"] for m in mails}) == 1
    assert seen(seated, meeting_id)["mine"]["place"] == "withdrawn"


def _mails_about(europe: Europe, person: Person, meeting_id: str) -> list[dict[str, Any]]:
    return [m for m in europe.mails_to(person) if f"/events/{meeting_id}" in m["text"]]


@pytest.mark.parametrize(
    ("service", "failpoint"),
    [
        ("events", "promoted"),
        ("events", "before_commit"),
        ("events", "after_commit"),
        ("events", "outbox_confirmed"),
        ("community", "before_commit"),
        ("community", "after_commit"),
        ("community", "mail_handed_in"),
    ],
)
@pytest.mark.parametrize(("promotion", "kind"), [("auto", "seat_confirmed"), ("offer", "seat_offered")])
def test_a_kill_between_promotion_and_notice_leaves_one_of_each(
    europe: Europe, service: str, failpoint: str, promotion: str, kind: str
) -> None:
    meeting_id, seated, waiting = full_meeting(europe, promotion=promotion)
    before = pid_of(service)
    plant(service, failpoint)
    key = {"headers": {"Idempotency-Key": uuid.uuid7().hex}}
    path = f"/meetings/{meeting_id}/registration"
    again(lambda: seated.asks("DELETE", path, **key), 60)
    eventually(lambda: pid_of(service) not in (0, before), f"that {service} died at {failpoint}", 30)
    check_promotion(europe, meeting_id, seated, waiting, kind)


def test_a_kill_while_an_offer_lapses_asks_the_next_once(europe: Europe) -> None:
    host, seated, late, following = (europe.teacher(c).sign_in() for c in ("ES", "PL", "FR", "SE"))
    meeting_id = announce(europe, host, capacity=1, promotion="offer")
    for person in (seated, late, following):
        register(person, meeting_id)
    seated.delete(f"/meetings/{meeting_id}/registration")
    settle()
    before = pid_of("events")
    plant("events", "promoted")
    europe.days_pass(1.01)
    eventually(lambda: pid_of("events") not in (0, before), "that events died", 30)
    kill("community")
    following.sign_in()
    check_promotion(europe, meeting_id, seated.sign_in(), following, "seat_offered")
    late.sign_in()
    assert seen(late, meeting_id)["mine"]["place"] == "lapsed"
