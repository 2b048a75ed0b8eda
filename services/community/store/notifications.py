"""Named queries about notifications, mail under way, summaries and people's choices."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from services.community.contract import PostState
from services.community.store.tables import (
    channel_choice,
    digest,
    digest_line,
    mail,
    notification,
    post,
    thread,
)

PAGE = 30


def notifications_of(
    person_id: UUID, cursor: tuple[datetime, UUID] | None, *, unread_only: bool
) -> Select[Any]:
    """A person's notifications, newest first."""
    n = notification.c
    statement = select(notification).where(n.person_id == person_id)
    if unread_only:
        statement = statement.where(n.read_at.is_(None))
    if cursor:
        at, last = cursor
        statement = statement.where(or_(n.at < at, (n.at == at) & (n.id < last)))
    return statement.order_by(n.at.desc(), n.id.desc()).limit(PAGE + 1)


def unread_of(person_id: UUID) -> Select[Any]:
    """How many a person has not read."""
    n = notification.c
    return select(func.count().label("n")).where(n.person_id == person_id, n.read_at.is_(None))


def choices_of(persons: list[UUID], group: str | None = None) -> Select[Any]:
    """How people want to be told, about everything or one group of kinds."""
    statement = select(channel_choice).where(channel_choice.c.person_id.in_(persons))
    return statement.where(channel_choice.c.group == group) if group else statement


def due_mail(now: datetime) -> Select[Any]:
    """The mail that has waited longest."""
    return (
        select(mail).where(mail.c.state == "waiting", mail.c.next_at <= now).order_by(mail.c.next_at).limit(1)
    )


def mail_to_send(mail_id: UUID) -> Select[Any]:
    """The same, taken by one replica only."""
    return (
        select(mail.c.id)
        .where(mail.c.id == mail_id, mail.c.state == "waiting")
        .with_for_update(skip_locked=True)
    )


def due_digest(now: datetime) -> Select[Any]:
    """The summary that is to be looked at first."""
    return select(digest).where(digest.c.next_at <= now).order_by(digest.c.next_at).limit(1)


def digest_to_send(person_id: UUID) -> Select[Any]:
    """The same, taken by one replica only."""
    return select(digest.c.begun_at).where(digest.c.person_id == person_id).with_for_update(skip_locked=True)


def lines_of(person_id: UUID) -> Select[Any]:
    """What a summary has gathered."""
    return select(digest_line.c.notification_id).where(digest_line.c.person_id == person_id)


def notifications_named(ids: Iterable[UUID]) -> Select[Any]:
    """Notifications by id, the oldest first."""
    return select(notification).where(notification.c.id.in_(list(ids))).order_by(notification.c.at)


def titles_of(ids: Iterable[UUID], reader: UUID) -> Select[Any]:
    """The titles of conversations and posts, by id; those of removed posts are for their authors."""
    wanted = list(ids)
    threads = select(thread.c.id, thread.c.subject.label("title")).where(thread.c.id.in_(wanted))
    shown = or_(post.c.state != PostState.REMOVED, post.c.author_id == reader)
    posts = select(post.c.id, post.c.title).where(post.c.id.in_(wanted), shown)
    return select(threads.union_all(posts).subquery())
