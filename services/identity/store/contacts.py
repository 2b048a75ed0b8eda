"""Named queries about pairs of people: contacts, requests, blocks, and who follows whom."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, delete, false, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from chassis.contract import Invalid, NotFound
from chassis.store import UnitOfWork
from services.identity.contract import (
    Blocked,
    Contact,
    Contacts,
    ContactState,
    Followed,
    Relation,
    Unfollowed,
)
from services.identity.domain.contact import Pair, Standing, ordered, seen_as
from services.identity.store.people import CARDS, PAGE, id_from, lives_in, next_cursor, not_blocked
from services.identity.store.tables import follow, pair, person

STRANGERS = Relation(contact=ContactState.NONE, contact_id=None, following=False, blocked=False)


# ---- pairs


def find_pair(uow: UnitOfWork, one: UUID, other: UUID) -> Pair | None:
    """What there is between two people, locked."""
    low, high = ordered(one, other)
    statement = select(Pair).where(pair.c.low_id == low, pair.c.high_id == high).with_for_update()
    return uow.session.scalar(statement)


def pair_of(uow: UnitOfWork, one: UUID, other: UUID, pair_id: UUID, at: datetime) -> Pair:
    """The one row of two people, made now if there is none, locked: two who begin at once get the same."""
    low, high = ordered(one, other)
    uow.session.execute(
        insert(pair)
        .values(id=pair_id, low_id=low, high_id=high, standing=Standing.NONE, since=at)
        .on_conflict_do_nothing()
    )
    found = find_pair(uow, low, high)
    if found is None:
        raise Invalid(fields={"contact_id": "taken"})
    return found


def open_requests(uow: UnitOfWork, person_id: UUID) -> int:
    """How many requests of this person wait for an answer."""
    statement = select(func.count()).where(pair.c.asked_by == person_id, pair.c.standing == Standing.ASKED)
    return uow.session.scalar(statement) or 0


def relation(uow: UnitOfWork, reader: UUID, other: UUID) -> Relation:
    """How the reader stands to somebody."""
    if reader == other:
        return STRANGERS
    low, high = ordered(reader, other)
    between = uow.rows(
        select(pair.c.id, pair.c.standing, pair.c.asked_by, _blocked_by(reader).label("blocked")).where(
            pair.c.low_id == low, pair.c.high_id == high
        )
    )
    following = follows(uow, reader, other)
    if not between:
        return Relation(ContactState.NONE, None, following, blocked=False)
    (row,) = between
    state = seen_as(row["standing"], row["asked_by"], reader)
    return Relation(state, row["id"], following, row["blocked"])


def visible_relation(uow: UnitOfWork, reader: UUID, other: UUID) -> Relation:
    """The same; raises `Blocked` for who has blocked, and for who was blocked nothing but `NotFound`. (CO-11)"""
    found = relation(uow, reader, other)
    if found.blocked:
        raise Blocked
    if not uow.rows(select(person.c.id).where(person.c.id == other, not_blocked(reader, person.c.id))):
        raise NotFound(what="Person")
    return found


def relation_in(found: Pair, reader: UUID, *, following: bool) -> Relation:
    """The same, as this unit of work has it."""
    return Relation(found.state_for(reader), found.id, following, found.blocked_by(reader))


def contacts(
    uow: UnitOfWork,
    reader: UUID,
    state: ContactState,
    country: str | None,
    available: bool | None,
    available_plus: bool | None,
    cursor: str,
) -> Contacts:
    """One's contacts or requests, the latest first. (CO-06)"""
    other = _other(reader)
    statement = (
        CARDS.with_only_columns(
            pair.c.id, pair.c.standing, pair.c.asked_by, pair.c.message, pair.c.since, other.label("other")
        )
        .join(pair, other == person.c.id)
        .where(
            or_(pair.c.low_id == reader, pair.c.high_id == reader),
            ~pair.c.blocked_by_low,
            ~pair.c.blocked_by_high,
            _standing(state, reader),
            *_wanted(country, available, available_plus),
        )
        .order_by(pair.c.since.desc(), pair.c.id.desc())
        .limit(PAGE + 1)
    )
    if cursor:
        last = select(pair.c.since, pair.c.id).where(pair.c.id == id_from(cursor)).scalar_subquery()
        statement = statement.where(tuple_(pair.c.since, pair.c.id) < last)
    rows = uow.rows(statement)
    found = tuple(
        Contact(
            row["id"],
            row["other"],
            seen_as(row["standing"], row["asked_by"], reader),
            row["message"],
            row["since"],
        )
        for row in rows[:PAGE]
    )
    return Contacts(found, next_cursor(rows))


def _wanted(
    country: str | None, available: bool | None, available_plus: bool | None
) -> Iterator[ColumnElement[bool]]:
    if country is not None:
        yield lives_in == country
    if available is not None:
        yield person.c.available.is_(available)
    if available_plus is not None:
        yield person.c.available_plus.is_(available_plus)


def _standing(state: ContactState, reader: UUID) -> ColumnElement[bool]:
    match state:
        case ContactState.ACCEPTED:
            return pair.c.standing == Standing.ACCEPTED
        case ContactState.SENT:
            return and_(pair.c.standing == Standing.ASKED, pair.c.asked_by == reader)
        case ContactState.RECEIVED:
            return and_(pair.c.standing == Standing.ASKED, pair.c.asked_by != reader)
        case ContactState.DECLINED:
            return and_(pair.c.standing == Standing.DECLINED, pair.c.asked_by == reader)
        case ContactState.NONE:
            return false()


def _other(reader: UUID) -> ColumnElement[UUID]:
    return case((pair.c.low_id == reader, pair.c.high_id), else_=pair.c.low_id)


def _blocked_by(reader: UUID) -> ColumnElement[bool]:
    return case((pair.c.low_id == reader, pair.c.blocked_by_low), else_=pair.c.blocked_by_high)


def blocked_by(uow: UnitOfWork, reader: UUID) -> tuple[UUID, ...]:
    """Whom one has blocked. (CO-11)"""
    statement = select(_other(reader).label("id")).where(
        or_(pair.c.low_id == reader, pair.c.high_id == reader), _blocked_by(reader)
    )
    return tuple(row["id"] for row in uow.rows(statement))


# ---- following


def start_following(uow: UnitOfWork, follower: UUID, followed: UUID) -> None:
    """A second time changes nothing, and nothing is said. (CO-01)"""
    statement = insert(follow).values(follower_id=follower, followed_id=followed, since=uow.now)
    made = uow.session.execute(statement.on_conflict_do_nothing().returning(follow.c.since))
    if made.first() is not None:
        uow.publish(Followed(follower, followed, uow.now), version=0)


def stop_following(uow: UnitOfWork, follower: UUID, followed: UUID) -> None:
    """Whoever does not follow stops nothing. (CO-01)"""
    statement = delete(follow).where(follow.c.follower_id == follower, follow.c.followed_id == followed)
    if uow.session.execute(statement.returning(follow.c.since)).first() is not None:
        uow.publish(Unfollowed(follower, followed, uow.now), version=0)


def follows(uow: UnitOfWork, follower: UUID, followed: UUID) -> bool:
    """Whether the one follows the other."""
    statement = select(follow.c.since).where(
        follow.c.follower_id == follower, follow.c.followed_id == followed
    )
    return bool(uow.rows(statement))


def followed_by(uow: UnitOfWork, reader: UUID) -> tuple[UUID, ...]:
    """Whom one follows, the latest first; closed accounts are left out. (CO-01)"""
    statement = (
        select(follow.c.followed_id)
        .join(person, person.c.id == follow.c.followed_id)
        .where(follow.c.follower_id == reader, person.c.closed_at.is_(None), ~person.c.suspended)
        .order_by(follow.c.since.desc(), follow.c.followed_id)
        .limit(500)
    )
    return tuple(row["followed_id"] for row in uow.rows(statement))


def follow_counts(uow: UnitOfWork, person_id: UUID) -> tuple[int, int]:
    """How many follow this person, and how many this person follows."""
    (row,) = uow.rows(
        select(
            func.count().filter(follow.c.followed_id == person_id).label("followers"),
            func.count().filter(follow.c.follower_id == person_id).label("following"),
        ).where(or_(follow.c.followed_id == person_id, follow.c.follower_id == person_id))
    )
    return row["followers"], row["following"]
