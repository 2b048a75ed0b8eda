"""Named queries about private messages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, insert, literal, select, true, tuple_, update
from sqlalchemy.sql.dml import ReturningUpdate

from chassis.contract import NotFound
from chassis.store import UnitOfWork
from services.community.contract import Box
from services.community.domain.conversation import Approach, Thread
from services.community.store.people import blocked_between
from services.community.store.tables import approach, message, participant, thread

PAGE = 30
EXCERPT = 160
_p, _m = participant.c, message.c
TIMES: dict[Box, ColumnElement[Any]] = {
    Box.INBOX: _p.received_at,
    Box.SENT: _p.sent_at,
    Box.ARCHIVE: _p.last_at,
}
"""What the conversations of a box are ordered by."""


def _visible_to(person_id: UUID) -> ColumnElement[bool]:
    return literal(person_id) != func.all(_m.not_for)


def _not_hidden(person_id: UUID) -> ColumnElement[bool]:
    """Between two of whom one has blocked the other there is no conversation to be seen."""
    return ~blocked_between(person_id, _p.other_id)


def threads_of(person_id: UUID, box: Box, cursor: tuple[datetime, UUID] | None) -> Select[Any]:
    """A box, the newest conversation first, each with its newest message that this person may see."""
    newest = (
        select(_m.sender_id, func.left(_m.text, EXCERPT).label("excerpt"))
        .where(_m.thread_id == _p.thread_id, _visible_to(person_id))
        .order_by(_m.at.desc(), _m.id.desc())
        .limit(1)
        .lateral("newest")
    )
    at = TIMES[box]
    statement = (
        select(
            thread.c.id, thread.c.subject, thread.c.people, at.label("at"), _p.unread, _p.archived,
            newest.c.sender_id, newest.c.excerpt,
        )
        .select_from(participant)
        .join(thread, thread.c.id == _p.thread_id)
        .join(newest, true())
        .where(_p.person_id == person_id, at.is_not(None), _not_hidden(person_id))
        .order_by(at.desc(), _p.thread_id.desc())
        .limit(PAGE + 1)
    )  # fmt: skip
    if box is not Box.SENT:
        statement = statement.where(_p.archived if box is Box.ARCHIVE else ~_p.archived)
    if cursor:
        statement = statement.where(tuple_(at, _p.thread_id) < tuple_(*cursor))
    return statement


def unread_threads_of(person_id: UUID) -> Select[Any]:
    """How many conversations have something this person has not seen."""
    return select(func.count().label("n")).where(
        _p.person_id == person_id, _p.unread > 0, _not_hidden(person_id)
    )


def thread_as_had_by(thread_id: UUID, person_id: UUID) -> Select[Any]:
    """A conversation for somebody who takes part in it, unless a block hides it."""
    return (
        select(thread, _p.unread, _p.archived)
        .join(participant, _p.thread_id == thread.c.id)
        .where(thread.c.id == thread_id, _p.person_id == person_id, _not_hidden(person_id))
    )


def messages_of(thread_id: UUID, person_id: UUID, cursor: tuple[datetime, UUID] | None) -> Select[Any]:
    """What this person may see of it, the newest first."""
    statement = select(message).where(_m.thread_id == thread_id, _visible_to(person_id))
    if cursor:
        statement = statement.where(tuple_(_m.at, _m.id) < tuple_(*cursor))
    return statement.order_by(_m.at.desc(), _m.id.desc()).limit(PAGE + 1)


def have_written_to(person_id: UUID, others: Iterable[UUID]) -> Select[Any]:
    """Those of these people from whom this person has got a message."""
    return (
        select(_m.sender_id)
        .distinct()
        .join(participant, (_p.thread_id == _m.thread_id) & (_p.person_id == person_id))
        .where(_m.sender_id.in_(list(others)), _visible_to(person_id))
    )


# ---- changing


def hold_sender(uow: UnitOfWork, person_id: UUID) -> None:
    """What one person sends goes one after the other, so that nobody slips past a limit."""
    uow.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(str(person_id)))))


def take_part(uow: UnitOfWork, conversation: Thread) -> None:
    """Everybody's own view of a new conversation; empty until something is sent."""
    uow.session.flush()
    uow.session.execute(
        insert(participant),
        [
            {
                "thread_id": conversation.id,
                "person_id": one,
                "other_id": conversation.other(one),
                "last_at": conversation.begun_at,
            }
            for one in conversation.people
        ],
    )


def known_message(uow: UnitOfWork, message_id: UUID) -> tuple[UUID, UUID] | None:
    """Conversation and sender of a message sent before."""
    found = (
        uow.session.execute(select(_m.thread_id, _m.sender_id).where(_m.id == message_id)).mappings().first()
    )
    return (found["thread_id"], found["sender_id"]) if found else None


def keep(
    uow: UnitOfWork,
    conversation: Thread,
    message_id: UUID,
    sender_id: UUID,
    text: str,
    to: tuple[UUID, ...],
) -> tuple[UUID, ...]:
    """Keep a message; returns those who had nothing unread in this conversation before."""
    hidden_from = tuple(one for one in conversation.others(sender_id) if one not in to)
    kept = {"id": message_id, "thread_id": conversation.id, "sender_id": sender_id, "text": text}
    uow.session.execute(insert(message).values(**kept, at=uow.now, not_for=hidden_from))
    here = _p.thread_id == conversation.id
    uow.session.execute(
        update(participant).where(here, _p.person_id == sender_id).values(sent_at=uow.now, last_at=uow.now)
    )
    received: ReturningUpdate[tuple[UUID, int]] = (
        update(participant)
        .where(here, _p.person_id.in_(to))
        .values(received_at=uow.now, last_at=uow.now, unread=_p.unread + 1, archived=False)
        .returning(_p.person_id, _p.unread)
    )
    rows = uow.session.execute(received).mappings()
    return tuple(row["person_id"] for row in rows if row["unread"] == 1)


def mine(uow: UnitOfWork, thread_id: UUID, **changed: Any) -> None:
    """Change how one has a conversation oneself; raises `NotFound` for who does not take part."""
    own = update(participant).where(
        _p.thread_id == thread_id, _p.person_id == uow.actor.id, _not_hidden(uow.actor.id)
    )
    if uow.session.execute(own.values(**changed)).rowcount == 0:  # type: ignore[attr-defined]
        raise NotFound(what="Thread")


def approaches(uow: UnitOfWork, person_id: UUID, since: datetime) -> list[Approach]:
    """Whom this person has written to as a stranger lately; older ones are forgotten."""
    a = approach.c
    uow.session.execute(delete(approach).where(a.from_id == person_id, a.at <= since))
    rows = uow.session.execute(select(a.to_id, a.fingerprint, a.first, a.at).where(a.from_id == person_id))
    return [Approach(*row) for row in rows]


def note_approaches(
    uow: UnitOfWork, message_id: UUID, to: Iterable[UUID], fingerprint: str, *, first: bool
) -> None:
    """Remember that these strangers were written to."""
    rows = [
        {
            "message_id": message_id,
            "to_id": one,
            "from_id": uow.actor.id,
            "fingerprint": fingerprint,
            "first": first,
            "at": uow.now,
        }
        for one in to
    ]
    if rows:
        uow.session.execute(insert(approach), rows)
