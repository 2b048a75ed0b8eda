"""What identity has said of people, as far as lists need it: blocks, and who is available."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.store import UnitOfWork
from services.community.store.tables import author, block


def note_block(uow: UnitOfWork, from_id: UUID, to_id: UUID, *, in_force: bool, at: datetime) -> None:
    """A block was made or taken back; what was said later counts, whatever comes first."""
    statement = upsert(block).values(from_id=from_id, to_id=to_id, in_force=in_force, at=at)
    uow.session.execute(
        statement.on_conflict_do_update(
            index_elements=[block.c.from_id, block.c.to_id],
            set_={"in_force": in_force, "at": at},
            where=block.c.at < at,
        )
    )


def note_author(uow: UnitOfWork, person_id: UUID, at: datetime, **facts: Any) -> None:
    """How somebody is available; facts that are not named stay, and what was said later counts."""
    unknown: dict[str, Any] = {"available": False, "available_plus": False}
    statement = upsert(author).values(person_id=person_id, at=at, **unknown | facts)
    uow.session.execute(
        statement.on_conflict_do_update(
            index_elements=[author.c.person_id], set_={**facts, "at": at}, where=author.c.at <= at
        )
    )


def note_closed(uow: UnitOfWork, person_id: UUID, at: datetime) -> None:
    """An account is closed for good."""
    closed = {"available": False, "available_plus": False, "closed": True}
    statement = upsert(author).values(person_id=person_id, at=at, **closed)
    uow.session.execute(statement.on_conflict_do_update(index_elements=[author.c.person_id], set_=closed))


def blocked_between(one: UUID, other: ColumnElement[Any]) -> ColumnElement[bool]:
    """Either has blocked the other. (CO-11)"""
    return exists().where(
        block.c.in_force,
        or_(
            and_(block.c.from_id == one, block.c.to_id == other),
            and_(block.c.from_id == other, block.c.to_id == one),
        ),
    )


def is_blocked(uow: UnitOfWork, one: UUID, other: UUID) -> bool:
    """The same for two people, outside the transaction."""
    pairs = or_(
        and_(block.c.from_id == one, block.c.to_id == other),
        and_(block.c.from_id == other, block.c.to_id == one),
    )
    return bool(uow.rows(select(block.c.at).where(block.c.in_force, pairs)))
