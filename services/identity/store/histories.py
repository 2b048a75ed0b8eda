"""What there is to count of people, for their progress. (PG-03 PG-11)"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, RowMapping, Select, Text, any_, bindparam, cast, func, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.store import UnitOfWork
from services.identity.contract import Bonds, PeopleDeeds, ProgressFacts
from services.identity.domain.contact import Standing
from services.identity.store.tables import Id, follow, pair, person

PAGE = 500
_FACTS = select(
    person.c.id,
    person.c.version,
    func.length(func.btrim(person.c.project_idea)).label("idea_characters"),
    person.c.availability_at.is_not(None).label("answered_availability"),
    person.c.seen_days,
    person.c.seen_on,
    person.c.closed_at.is_not(None).label("closed"),
)
_ids = bindparam("ids", type_=ARRAY(Id))


def _bonds(of: Column[UUID], with_: Column[UUID], since: Column[datetime]) -> Select[str, str, datetime]:
    return select(cast(of, Text), cast(with_, Text), since).where(of == any_(_ids))


_FOLLOWING = _bonds(follow.c.follower_id, follow.c.followed_id, follow.c.since)
_ACCEPTED = pair.c.standing == Standing.ACCEPTED
_CONTACTS = union_all(
    _bonds(pair.c.low_id, pair.c.high_id, pair.c.since).where(_ACCEPTED),
    _bonds(pair.c.high_id, pair.c.low_id, pair.c.since).where(_ACCEPTED),
)


def facts(uow: UnitOfWork, ids: Iterable[UUID]) -> tuple[ProgressFacts, ...]:
    """How far profiles are."""
    rows = uow.rows(_FACTS.where(person.c.id == any_(_ids)), ids=list(ids))
    return tuple(_facts_of(row) for row in rows)


def page(uow: UnitOfWork, after: UUID | None) -> PeopleDeeds:
    """The next 500 people with their contacts and whom they follow."""
    statement = _FACTS.order_by(person.c.id).limit(PAGE)
    rows = uow.rows(statement.where(person.c.id > after) if after else statement)
    ids = [row["id"] for row in rows]
    return PeopleDeeds(
        people=tuple(_facts_of(row) for row in rows),
        contacts=Bonds(*uow.columns(_CONTACTS, ids=ids)),
        following=Bonds(*uow.columns(_FOLLOWING, ids=ids)),
        total=None if after else uow.rows(select(func.count().label("n")).select_from(person))[0]["n"],
    )


def _facts_of(row: RowMapping) -> ProgressFacts:
    return ProgressFacts(
        person_id=row["id"],
        version=row["version"],
        idea_characters=row["idea_characters"],
        answered_availability=row["answered_availability"],
        has_image=False,  # there are no images yet (ID-17)
        days_seen=row["seen_days"],
        seen_on=row["seen_on"],
        closed=row["closed"],
    )
