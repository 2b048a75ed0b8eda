"""Being told by one mail a morning. (CO-15)"""

from datetime import UTC, datetime
from uuid import UUID

import pytest
import uuid_utils.compat as uuid

from services.community import asking, telling
from services.community.contract import CannotBeSwitchedOff, Channel
from services.community.tests.conftest import Community, Somebody


def digests(community: Community) -> list[dict[str, object]]:
    return [mail for mail in community.mails() if mail["letter"] == "digest"]


def test_what_happened_in_a_group_is_gathered_and_sent_at_seven_the_next_morning(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    community.ask(jan, "choose", group="messages", channel="digest")
    community.now = datetime(2026, 9, 1, 4, 30, tzinfo=UTC)  # half past six in Warsaw
    for _ in "12":
        community.write(ana, jan)
    assert community.told(jan) == ["message_received"] * 2
    assert community.pump("send_digest") == 1
    assert community.mails() == []
    community.now = datetime(2026, 9, 1, 5, 0, 1, tzinfo=UTC)
    assert community.pump("send_digest") == 1
    (mail,) = community.mails()
    assert (mail["letter"], mail["person_id"], len(mail["about"]["notifications"])) == ("digest", jan.id, 2)
    community.days_pass(1)
    assert community.pump("send_digest") == 0


def test_a_summary_has_what_is_new_since_the_last_one(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    community.ask(jan, "choose", group="messages", channel="digest")
    for _ in range(3):
        community.write(ana, jan)
        community.pump("send_digest")
        community.days_pass(1)
        community.pump("send_digest")
    assert [len(mail["about"]["notifications"]) for mail in digests(community)] == [1, 1, 1]


def test_a_closed_account_gets_no_summary(community: Community, ana: Somebody, jan: Somebody) -> None:
    community.ask(jan, "choose", group="messages", channel="digest")
    community.write(ana, jan)
    jan.closed = True
    community.days_pass(1)
    assert community.pump("send_digest") == 1
    assert community.mails() == []


@pytest.mark.parametrize(
    ("channel", "told", "mailed"),
    [("portal", 1, 0), ("mail", 1, 1), ("digest", 1, 0), ("off", 0, 0)],
)
def test_each_channel_is_obeyed(
    community: Community, ana: Somebody, jan: Somebody, channel: str, told: int, mailed: int
) -> None:
    community.ask(jan, "choose", group="messages", channel=channel)
    community.write(ana, jan)
    assert (len(community.told(jan)), len(community.mails())) == (told, mailed)


def test_safety_and_approvals_cannot_be_put_into_a_summary(community: Community, ana: Somebody) -> None:
    for group in ("approvals", "account"):
        community.refusal(CannotBeSwitchedOff, ana, "choose", group=group, channel="digest")
    chosen = {one.group: one.channel for one in community.ask(ana, "choices")}
    assert chosen["matches"] is Channel.DIGEST
    assert set(chosen) == {
        "approvals",
        "account",
        "contacts",
        "projects",
        "messages",
        "forums",
        "matches",
        "meetings",
        "progress",
    }


def test_new_matches_are_told_with_their_number(community: Community, ana: Somebody) -> None:
    saved = uuid.uuid7()

    def heard(uow: object) -> None:
        telling.matches_found(uow, ana.id, saved, 4, community.now)

    community._in_transaction(None, heard)
    (told,) = community.ask(ana, "notifications").notifications
    assert (told.kind, told.subject_id, told.detail) == ("new_matches", saved, "4")


def test_a_confirmed_availability_is_not_asked_for_any_more(community: Community, ana: Somebody) -> None:
    def reminded(uow: object) -> None:
        telling.availability_lapses(uow, ana.id, community.now.date(), community.now)
        telling.availability_lapsed(uow, ana.id, community.now)

    community._in_transaction(None, reminded)
    assert {one.asks for one in community.ask(ana, "notifications").notifications} == {
        None,
        "confirm_availability",
    }
    assert {mail["letter"] for mail in community.mails()} == {"availability_lapses", "availability_lapsed"}
    community.says_available(ana, available=True)
    assert {one.asks for one in community.ask(ana, "notifications").notifications} == {None}


def test_a_mail_speaks_of_what_is_there_when_it_goes_out(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    thread_id = community.write(ana, jan, subject="Songs for Łódź")
    community.ask(ana, "choose", group="forums", channel="mail")
    post_id = community.post(ana, title="Songs")
    community.ask(jan, "reply_to_post", post_id=post_id, reply_id=uuid.uuid7(), text="Yes")
    said = {}
    for mail in community.mails():
        kept = asking.Kept.read(mail["letter"], mail["about"])
        _, (matter,) = asking.matters(community.unit_of_work(), mail["person_id"], [kept])
        said[mail["letter"]] = (matter.values, matter.path)
    assert said == {
        "message_received": ({"title": "Songs for Łódź", "other": "Ana"}, f"/messages/{thread_id}"),
        "post_replied": ({"title": "Songs", "other": "Jan"}, f"/forums/posts/{post_id}"),
    }


def test_dates_are_written_as_the_reader_writes_them(community: Community, jan: Somebody) -> None:
    kept = asking.Kept("availability_lapses", "person", UUID(int=1), None, None, "2026-12-03")
    _, (matter,) = asking.matters(community.unit_of_work(), jan.id, [kept])
    assert (matter.values["day"], matter.path) == ("3 grudnia 2026", "/account/availability")
