"""Sending and showing private messages: ask identity how people stand to each other, then decide and keep."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from chassis.contract import Invalid
from chassis.service import UnitOfWork
from services.community import contract
from services.community.conduct import limits
from services.community.contract import Kind, Sent
from services.community.domain.conversation import Addressee, Thread, check_approach, strangers
from services.community.domain.news import News
from services.community.domain.wording import fingerprint_of
from services.community.store import conversations
from services.community.telling import tell
from services.identity import contract as identity


@dataclass(frozen=True, slots=True)
class Addressed:
    """People who are written to, and how old the sender's account is."""

    known: tuple[Addressee, ...]
    age: timedelta | None


def look_up(uow: UnitOfWork, people: Iterable[UUID]) -> Addressed:
    """How these people stand to the sender now, asked of identity; the sender is left out."""
    wanted = tuple(one for one in dict.fromkeys(people) if one != uow.actor.id)
    if not wanted:
        return Addressed((), None)
    facts = uow.call(identity.invitation_facts(uow.actor.id, wanted))
    unsure = [one.person_id for one in facts.invitees if not one.validated and not one.closed]
    grants = uow.call_all(*(identity.grants_of(one) for one in unsure)) if unsure else []
    officers = {
        one
        for one, held in zip(unsure, grants, strict=True)
        if any(g.role in contract.WRITERS.roles for g in held)
    }
    known = tuple(
        Addressee(
            one.person_id, one.contact, one.blocked, one.closed, one.validated or one.person_id in officers
        )
        for one in facts.invitees
    )
    since = facts.inviter.registered_at
    return Addressed(known, uow.now - since if since else None)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message before it is sent."""

    id: UUID
    text: str
    to: tuple[Addressee, ...]
    age: timedelta | None
    first: bool


def send(uow: UnitOfWork, thread: Thread, letter: Letter) -> Sent:
    """Keep a message and tell those who had nothing unread in this conversation. (CO-08 CO-10)"""
    refuse_one_of_many(uow, letter)
    to = tuple(one.id for one in letter.to)
    newly = conversations.keep(uow, thread, letter.id, uow.actor.id, letter.text, to)
    uow.publish(thread.said(letter.id, uow.actor.id, to, uow.now))
    news = News(
        Kind.MESSAGE_RECEIVED, "thread", thread.id, uow.now, person_id=uow.actor.id, detail=str(letter.id)
    )
    tell(uow, newly, news)
    return Sent(thread.id, letter.id)


def refuse_one_of_many(uow: UnitOfWork, letter: Letter) -> None:
    """Raises `SameTextToMany` or `TooManyFirstMessages`; remembers the approach otherwise. (CO-10)"""
    not_contacts = [one.id for one in letter.to if not one.contact]
    if not not_contacts:
        return
    rows = uow.session.execute(conversations.have_written_to(uow.actor.id, not_contacts)).scalars()
    to, fingerprint, rules = strangers(letter.to, rows), fingerprint_of(letter.text), limits().messages
    lately = conversations.approaches(uow, uow.actor.id, uow.now - rules.same_text_period)
    check_approach(to, fingerprint, lately, first=letter.first, age=letter.age, now=uow.now, limits=rules)
    conversations.note_approaches(uow, letter.id, to, fingerprint, first=letter.first)


def sent_before(uow: UnitOfWork, thread_id: UUID, message_id: UUID) -> Sent | None:
    """The same message once more is the same; raises `Invalid` for an id that belongs to something else."""
    known = conversations.known_message(uow, message_id)
    if known is None:
        return None
    if known != (thread_id, uow.actor.id):
        raise Invalid(fields={"message_id": ["taken"]})
    return Sent(thread_id, message_id)


def card_of(row: Any, reader: UUID) -> contract.ThreadCard:
    """A conversation in a list."""
    return contract.ThreadCard(
        id=row["id"],
        subject=row["subject"],
        people=tuple(one for one in row["people"] if one != reader),
        at=row["at"],
        excerpt=row["excerpt"],
        last_from=row["sender_id"],
        unread=row["unread"],
        archived=row["archived"],
    )
