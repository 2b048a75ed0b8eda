"""Writing to each other: conversations, archive, limits and blocks, and being told once a day."""

import pytest
import uuid_utils.compat as uuid

from tests.journeys.europe import Europe, Person, Refused
from tests.stack import eventually, rows

pytestmark = pytest.mark.stack


def box(person: Person, name: str = "inbox") -> list[str]:
    return [card["id"] for card in person.get("/messages", box=name)["threads"]]


def answer(person: Person, thread_id: str, text: str) -> None:
    body = {"message_id": str(uuid.uuid7()), "text": text}
    person.post(f"/messages/{thread_id}/replies", body)


def texts(person: Person, thread_id: str) -> list[str]:
    return [message["text"] for message in person.get(f"/messages/{thread_id}")["messages"]]


def refusal_of(person: Person, method: str, path: str, body: object = None) -> Refused:
    with pytest.raises(Refused) as refused:
        person.asks(method, path, body)
    return refused.value


def test_two_teachers_write_to_each_other(europe: Europe) -> None:
    ana, jan = europe.teacher("ES"), europe.teacher("PL")
    thread_id = europe.writes(ana, jan, subject="Songs for Łódź", text="¿Cantáis?")
    assert (box(jan), box(ana), box(ana, "sent")) == ([thread_id], [], [thread_id])
    assert jan.get("/messages/unread") == 1
    told = europe.is_told(jan, "message_received")
    assert (told["subject_id"], told["person_id"], told["title"]) == (
        thread_id,
        str(ana.id),
        "Songs for Łódź",
    )
    mail = eventually(lambda: europe.mails_to(jan), "the mail")[0]
    assert f"/messages/{thread_id}" in mail["text"]
    assert "¿Cantáis?" not in mail["text"]
    answer(jan, thread_id, "Tak!")
    assert jan.put(f"/messages/{thread_id}/read") == 0
    assert texts(ana, thread_id) == ["¿Cantáis?", "Tak!"]
    assert [n["read_at"] is not None for n in europe.notifications_of(jan)] == [True]


def test_a_conversation_that_was_put_away_comes_back_with_a_reply(europe: Europe) -> None:
    ana, jan = europe.teacher("ES"), europe.teacher("PL")
    thread_id = europe.writes(ana, jan)
    jan.put(f"/messages/{thread_id}/archive")
    assert (box(jan), box(jan, "archive")) == ([], [thread_id])
    answer(ana, thread_id, "One more thing")
    assert (box(jan), box(jan, "archive")) == ([thread_id], [])


def test_several_share_a_conversation_and_strangers_do_not_read_it(europe: Europe) -> None:
    ana, jan, eva = (europe.teacher(country) for country in ("ES", "PL", "FR"))
    thread_id = europe.writes(ana, jan, eva)
    answer(eva, thread_id, "D'accord")
    assert texts(jan, thread_id)[1] == "D'accord"
    assert refusal_of(europe.teacher("SE"), "GET", f"/messages/{thread_id}").status == 404


def test_the_same_text_to_a_third_stranger_is_refused(europe: Europe) -> None:
    ana = europe.teacher("ES")
    text = "Dear colleague, join our great project!"
    for _ in range(2):
        europe.writes(ana, europe.teacher("PL"), text=text)
    with pytest.raises(Refused) as refused:
        europe.writes(ana, europe.teacher("PL"), text=f"  {text.upper()} ")
    assert (refused.value.status, refused.value.code) == (409, "same_text_to_many")
    friend = europe.teacher("PL")
    europe.become_contacts(ana, friend)
    europe.writes(ana, friend, text=text)


def test_a_new_member_writes_to_five_strangers_a_day_and_to_contacts_as_often_as_they_like(
    europe: Europe,
) -> None:
    ana = europe.teacher("ES")
    for _ in range(5):
        europe.writes(ana, europe.teacher("PL"))
    with pytest.raises(Refused) as refused:
        europe.writes(ana, europe.teacher("PL"))
    assert (refused.value.status, refused.value.code) == (429, "too_many_first_messages")
    friend = europe.teacher("PL")
    europe.become_contacts(ana, friend)
    for _ in range(3):
        europe.writes(ana, friend)


def test_a_block_hides_messages_until_it_is_taken_back(europe: Europe) -> None:
    ana, jan = europe.teacher("ES"), europe.teacher("PL")
    thread_id = europe.writes(ana, jan)
    jan.put(f"/people/{ana.id}/block")
    eventually(lambda: box(jan) == [] and box(ana, "sent") == [], "the block")
    assert jan.get("/messages/unread") == 0
    body = {"message_id": str(uuid.uuid7()), "text": "Please"}
    for one, other in ((ana, jan), (jan, ana)):
        assert refusal_of(one, "POST", f"/messages/{thread_id}/replies", body).status == 404
        with pytest.raises(Refused) as refused:
            europe.writes(one, other)
        assert (refused.value.status, refused.value.code) == (404, "not_found")
    jan.delete(f"/people/{ana.id}/block")
    eventually(lambda: box(jan) == [thread_id], "the conversation")


def test_in_a_group_two_who_have_blocked_each_other_stop_seeing_each_other(europe: Europe) -> None:
    ana, jan, eva = (europe.teacher(country) for country in ("ES", "PL", "FR"))
    thread_id = europe.writes(eva, ana, jan, text="We three")
    jan.put(f"/people/{ana.id}/block")
    answer(ana, thread_id, "From Ana")
    answer(jan, thread_id, "From Jan")
    assert texts(eva, thread_id) == ["We three", "From Ana", "From Jan"]
    assert texts(jan, thread_id) == ["We three", "From Jan"]
    assert texts(ana, thread_id) == ["We three", "From Ana"]


def test_support_services_answer_members_and_accounts_under_review_wait(europe: Europe) -> None:
    ana, officer = europe.teacher("ES"), europe.officer("nss-es")
    thread_id = europe.writes(ana, officer)
    answer(officer, thread_id, "We can help")
    assert texts(ana, thread_id)[1] == "We can help"
    waits = europe.teacher("PL", validated=False)
    with pytest.raises(Refused) as refused:
        europe.writes(ana, waits)
    assert refused.value.code == "cannot_be_reached"
    with pytest.raises(Refused) as refused:
        europe.writes(waits, ana)
    assert refused.value.status == 403


def test_what_is_written_travels_in_no_event(europe: Europe) -> None:
    ana, jan = europe.teacher("ES"), europe.teacher("PL")
    europe.writes(ana, jan, subject="A quiet secret", text="A quiet secret indeed")
    said = rows("community", "SELECT payload::text AS said FROM outbox WHERE type = 'community.MessageSent'")
    assert said
    assert not [row for row in said if "secret" in row["said"]]


@pytest.mark.alone
def test_a_summary_comes_once_a_morning_and_lists_what_happened(europe: Europe) -> None:
    ana, jan = europe.teacher("ES"), europe.teacher("PL")
    jan.put("/me/notification-choices/messages", {"channel": "digest"})
    jan.put("/me/notification-choices/contacts", {"channel": "digest"})
    first = europe.writes(ana, jan, subject="Piosenki")
    europe.become_contacts(ana, jan)
    second = europe.writes(ana, jan, subject="Tańce")
    assert europe.mails_to(jan) == []
    europe.days_pass(1.05)
    (mail,) = europe.mails_to(jan)
    assert mail["subject"] == "Twoje codzienne podsumowanie"
    assert mail["text"].count("pisze do Ciebie") == 2
    assert f"/messages/{first}" in mail["text"]
    assert f"/messages/{second}" in mail["text"]
    assert "chce dołączyć do Twoich kontaktów" in mail["text"]
    europe.days_pass(1)
    assert len(europe.mails_to(jan)) == 1
    jan.put("/me/notification-choices/messages", {"channel": "off"})
    europe.writes(ana, jan)
    europe.days_pass(1)
    assert len(europe.mails_to(jan)) == 1
