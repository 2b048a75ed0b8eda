"""Private messages on a real database. (CO-08 to CO-11 b.12)"""

from datetime import timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid

from chassis.contract import Forbidden, Invalid, NotFound
from services.community.contract import CannotBeReached, SameTextToMany, TooManyFirstMessages
from services.community.tests.conftest import OFFICER, TODAY, Community, Somebody


def test_a_message_lies_in_one_inbox_and_the_others_sent_mail(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    thread_id = community.write(ana, jan, text="Do you sing?")
    assert community.box(jan) == [thread_id]
    assert community.box(jan, "sent") == []
    assert community.box(ana) == []
    assert community.box(ana, "sent") == [thread_id]
    (card,) = community.ask(jan, "threads").threads
    assert (card.people, card.excerpt, card.last_from, card.unread) == ((ana.id,), "Do you sing?", ana.id, 1)
    community.reply(jan, thread_id)
    assert community.texts(ana, thread_id) == ["Do you sing?", "Yes!"]
    assert community.box(ana) == [thread_id]


def test_nobody_else_reads_answers_or_puts_away_a_conversation(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    thread_id, eve = community.write(ana, jan), community.person("Eve")
    ids = {"thread_id": thread_id}
    for method in ("thread", "mark_thread_read", "archive_thread", "unarchive_thread"):
        community.refusal(NotFound, eve, method, **ids)
    community.refusal(NotFound, eve, "reply_in_thread", **ids, message_id=uuid.uuid7(), text="Me too")
    assert community.box(eve) == []


def test_what_is_opened_is_read_and_its_notification_too(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    thread_id = community.write(ana, jan)
    community.write(ana, jan)
    assert community.ask(jan, "unread_messages") == 2
    assert community.ask(jan, "unread") == 2
    assert community.ask(jan, "mark_thread_read", thread_id=thread_id) == 1
    assert community.ask(jan, "unread") == 1
    assert community.ask(ana, "unread_messages") == 0


def test_one_notification_and_one_mail_for_a_conversation_until_it_is_read(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    thread_id = community.write(ana, jan)
    community.reply(ana, thread_id, "And dance?")
    assert community.told(jan) == ["message_received"]
    assert len(community.mails()) == 1
    community.ask(jan, "mark_thread_read", thread_id=thread_id)
    community.reply(ana, thread_id, "And paint?")
    assert community.told(jan) == ["message_received"] * 2
    (latest, _) = community.ask(jan, "notifications").notifications
    assert (latest.title, latest.person_id, latest.subject_id) == ("Songs we swap", ana.id, thread_id)


def test_what_was_put_away_comes_back_with_a_new_message(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    thread_id = community.write(ana, jan)
    community.ask(jan, "archive_thread", thread_id=thread_id)
    assert (community.box(jan), community.box(jan, "archive")) == ([], [thread_id])
    community.ask(jan, "unarchive_thread", thread_id=thread_id)
    assert community.box(jan) == [thread_id]
    community.ask(jan, "archive_thread", thread_id=thread_id)
    community.reply(ana, thread_id, "Still there?")
    assert (community.box(jan), community.box(jan, "archive")) == ([thread_id], [])


def test_several_share_a_conversation(community: Community, ana: Somebody, jan: Somebody) -> None:
    eva = community.person("Eva")
    thread_id = community.write(ana, jan, eva)
    community.reply(eva, thread_id, "I am in")
    assert community.texts(jan, thread_id)[1:] == ["I am in"]
    assert set(community.ask(jan, "thread", thread_id=thread_id).people) == {ana.id, jan.id, eva.id}
    assert community.ask(jan, "threads").threads[0].unread == 2


def test_sending_twice_is_sending_once(community: Community, ana: Somebody, jan: Somebody) -> None:
    ids = {"thread_id": uuid.uuid7(), "message_id": uuid.uuid7()}
    body = {"to": [jan.id], "subject": "Songs", "text": "Hello"}
    for _ in "12":
        sent = community.ask(ana, "start_thread", **ids, **body)
        assert (sent.thread_id, sent.message_id) == (ids["thread_id"], ids["message_id"])
    answer = {"thread_id": ids["thread_id"], "message_id": uuid.uuid7(), "text": "Hello again"}
    for _ in "12":
        community.ask(ana, "reply_in_thread", **answer)
    assert community.texts(jan, ids["thread_id"]) == ["Hello", "Hello again"]
    eva = community.person("Eva")
    community.refusal(Invalid, eva, "start_thread", **ids, **body)
    other = ids | {"message_id": uuid.uuid7()}
    community.refusal(Invalid, ana, "start_thread", **other, **body)


def test_events_carry_ids_and_no_text(community: Community, ana: Somebody, jan: Somebody) -> None:
    ids = {"thread_id": uuid.uuid7(), "message_id": uuid.uuid7()}
    sent = community.answer(ana, "start_thread", **ids, to=[jan.id], subject="Secret", text="Very secret")
    (event,) = sent.events
    assert event["type"] == "community.MessageSent"
    assert event["payload"]["to"] == [str(jan.id)]
    assert "ecret" not in str(sent.events)


def test_a_block_hides_people_and_conversations_until_it_is_taken_back(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    thread_id = community.write(ana, jan)
    community.block(jan, ana)
    for one, other in ((ana, jan), (jan, ana)):
        assert community.box(one) == community.box(one, "sent") == []
        assert community.ask(one, "unread_messages") == 0
        community.refusal(NotFound, one, "thread", thread_id=thread_id)
        body = {"message_id": uuid.uuid7(), "text": "Please"}
        community.refusal(NotFound, one, "reply_in_thread", thread_id=thread_id, **body)
        begun = community.refusal(
            NotFound, one, "start_thread", thread_id=uuid.uuid7(), to=[other.id], subject="Songs", **body
        )
        assert begun.details == {"what": "Person"}
    community.unblock(jan, ana)
    assert community.box(jan) == [thread_id]


def test_a_block_that_was_not_heard_of_yet_is_obeyed_by_sending(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    thread_id = community.write(ana, jan)
    community.people.blocks.add((jan.id, ana.id))
    with pytest.raises(NotFound):
        community.reply(ana, thread_id)


def test_in_a_group_the_two_only_stop_seeing_each_others_new_messages(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    eva = community.person("Eva")
    thread_id = community.write(eva, ana, jan, text="We three")
    community.reply(ana, thread_id, "Before")
    community.block(jan, ana)
    community.reply(ana, thread_id, "From Ana")
    community.reply(jan, thread_id, "From Jan")
    community.unblock(jan, ana)
    community.reply(ana, thread_id, "After")
    assert community.texts(eva, thread_id) == ["We three", "Before", "From Ana", "From Jan", "After"]
    assert community.texts(jan, thread_id) == ["We three", "Before", "From Jan", "After"]
    assert community.texts(ana, thread_id) == ["We three", "Before", "From Ana", "After"]


def test_blocks_are_kept_in_the_order_in_which_they_were_made_not_heard(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    thread_id = community.write(ana, jan)
    community.unblock(jan, ana)
    community.now -= timedelta(hours=1)
    community.block(jan, ana)
    assert community.box(jan) == [thread_id]


def test_who_is_closed_unknown_or_under_review_is_not_written_to(community: Community, ana: Somebody) -> None:
    gone, waits = community.person(closed=True), community.person(roles=())
    body = {"thread_id": uuid.uuid7(), "message_id": uuid.uuid7(), "subject": "Songs", "text": "Hello"}
    community.refusal(NotFound, ana, "start_thread", **body, to=[gone.id])
    community.refusal(NotFound, ana, "start_thread", **body, to=[UUID(int=0)])
    community.refusal(CannotBeReached, ana, "start_thread", **body, to=[waits.id])
    community.refusal(Invalid, ana, "start_thread", **body, to=[ana.id])
    community.refusal(Forbidden, waits, "start_thread", **body, to=[ana.id])


def test_officers_write_and_are_written_to(community: Community, ana: Somebody) -> None:
    officer = community.person("Officer", roles=OFFICER)
    thread_id = community.write(ana, officer)
    community.reply(officer, thread_id, "We can help")
    assert community.texts(ana, thread_id)[1] == "We can help"


def test_a_conversation_with_a_closed_account_is_read_but_not_answered(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    thread_id = community.write(ana, jan)
    jan.closed = True
    assert community.texts(ana, thread_id)
    body = {"thread_id": thread_id, "message_id": uuid.uuid7(), "text": "Still there?"}
    community.refusal(CannotBeReached, ana, "reply_in_thread", **body)


def test_the_same_text_reaches_two_strangers_but_not_a_third(community: Community, ana: Somebody) -> None:
    first, second, third, friend = (community.person() for _ in range(4))
    community.become_contacts(ana, friend)
    text = "Dear colleague, join our project!"
    community.write(ana, friend, text=text)
    community.write(ana, first, text=text)
    community.write(ana, second, text="  dear COLLEAGUE join our projéct ")
    with pytest.raises(SameTextToMany):
        community.write(ana, third, text=text)
    community.write(ana, third, text="Dear third, how is Łódź?")
    community.days_pass(31)
    community.write(ana, third, text=text)


def test_three_strangers_at_once_get_no_common_letter(community: Community, ana: Somebody) -> None:
    people = [community.person() for _ in range(3)]
    with pytest.raises(SameTextToMany):
        community.write(ana, *people)
    community.write(ana, *people[:2])


def test_who_has_answered_is_no_stranger(community: Community, ana: Somebody) -> None:
    people = [community.person() for _ in range(3)]
    threads = [community.write(ana, one) for one in people]
    for one, thread_id in zip(people, threads, strict=True):
        community.reply(one, thread_id)
        community.reply(ana, thread_id, "Thank you, let us begin!")


@pytest.mark.parametrize(("days_old", "most"), [(100, 20), (29, 5)])
def test_first_messages_to_strangers_are_counted_by_the_day(
    community: Community, days_old: int, most: int
) -> None:
    eager = community.person(registered_at=TODAY - timedelta(days=days_old))
    for _ in range(most):
        known = community.person()
        community.write(eager, known)
    with pytest.raises(TooManyFirstMessages) as refused:
        community.write(eager, community.person())
    assert (refused.value.status, refused.value.details) == (429, {"most": most})
    community.write(eager, known)
    friend = community.person()
    community.become_contacts(eager, friend)
    community.write(eager, friend)
    community.days_pass(1)
    community.write(eager, community.person())


def test_a_box_is_paged_and_so_are_messages(community: Community, ana: Somebody, jan: Somebody) -> None:
    community.become_contacts(ana, jan)
    threads = [community.write(ana, jan) for _ in range(33)]
    page = community.ask(jan, "threads")
    rest = community.ask(jan, "threads", cursor=page.next_cursor)
    assert [card.id for card in (*page.threads, *rest.threads)] == threads[::-1]
    assert rest.next_cursor is None
    for number in range(32):
        community.reply(jan, threads[0], str(number))
    newest = community.ask(ana, "thread", thread_id=threads[0])
    earlier = community.ask(ana, "thread", thread_id=threads[0], cursor=newest.next_cursor)
    told = [message.text for message in (*earlier.messages, *newest.messages)]
    assert told[1:] == [str(number) for number in range(32)]
