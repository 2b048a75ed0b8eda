"""Where notifications, mails under way and people's choices are kept."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Integer, Select, String, Table, Text, Uuid, func, or_, select, text
from sqlalchemy.dialects.postgresql import JSONB

from chassis.store import Moment, new_registry

registry = new_registry()
metadata = registry.metadata
_id = Uuid()
PAGE = 30

notification = Table(
    "notification",
    metadata,
    Column("id", _id, primary_key=True),
    Column("person_id", _id, nullable=False),
    Column("kind", String(30), nullable=False),
    Column("at", Moment, nullable=False),
    Column("read_at", Moment),
    Column("subject_kind", String(20), nullable=False),
    Column("subject_id", _id, nullable=False),
    Column("task_id", _id),
    Column("other_id", _id),
    Column("country", String(2), nullable=False),
    Column("detail", String(200), nullable=False),
    Column("asks", String(30)),
)
Index("ix_notification_person", notification.c.person_id, notification.c.at.desc(), notification.c.id.desc())
Index("ix_notification_unread", notification.c.person_id, postgresql_where=text("read_at IS NULL"))
Index("ix_notification_task", notification.c.task_id, postgresql_where=text("asks IS NOT NULL"))

mail = Table(
    "mail",
    metadata,
    Column("id", _id, primary_key=True),
    Column("letter", String(30), nullable=False),
    Column("person_id", _id),
    Column("school_id", _id),
    Column("notice_id", _id),
    Column("about", JSONB, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("last_error", Text),
)
Index("ix_mail_due", mail.c.next_at, postgresql_where=text("state = 'waiting'"))

choice = Table(
    "choice",
    metadata,
    Column("person_id", _id, primary_key=True),
    Column("group", String(20), primary_key=True),
    Column("channel", String(10), nullable=False),
)


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
    n = notification.c
    return select(func.count().label("n")).where(n.person_id == person_id, n.read_at.is_(None))


def choices_of(persons: list[UUID], group: str | None = None) -> Select[Any]:
    statement = select(choice).where(choice.c.person_id.in_(persons))
    return statement.where(choice.c.group == group) if group else statement


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
