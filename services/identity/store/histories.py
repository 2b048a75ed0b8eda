"""What there is to count of people, for their progress. (PG-03 PG-11)"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.store import UnitOfWork
from services.identity.contract import Bond, PersonHistory, ProgressFacts, ProgressHistory
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
_FOLLOWING = select(follow).where(follow.c.follower_id == any_(_ids))
_CONTACTS = select(pair.c.low_id, pair.c.high_id, pair.c.since).where(
    pair.c.standing == Standing.ACCEPTED, or_(pair.c.low_id == any_(_ids), pair.c.high_id == any_(_ids))
)


def facts(uow: UnitOfWork, ids: Iterable[UUID]) -> tuple[ProgressFacts, ...]:
    """How far profiles are."""
    rows = uow.rows(_FACTS.where(person.c.id == any_(_ids)), ids=list(ids))
    return tuple(_facts_of(row) for row in rows)


def page(uow: UnitOfWork, after: UUID | None) -> ProgressHistory:
    """The next 500 people with their contacts and whom they follow."""
    statement = _FACTS.order_by(person.c.id).limit(PAGE)
    rows = uow.rows(statement.where(person.c.id > after) if after else statement)
    ids = [row["id"] for row in rows]
    contacts: dict[Any, list[Bond]] = defaultdict(list)
    for row in uow.rows(_CONTACTS, ids=ids):
        contacts[row["low_id"]].append(Bond(row["high_id"], row["since"]))
        contacts[row["high_id"]].append(Bond(row["low_id"], row["since"]))
    following: dict[Any, list[Bond]] = defaultdict(list)
    for row in uow.rows(_FOLLOWING, ids=ids):
        following[row["follower_id"]].append(Bond(row["followed_id"], row["since"]))
    people = tuple(
        PersonHistory(_facts_of(row), tuple(contacts[row["id"]]), tuple(following[row["id"]])) for row in rows
    )
    return ProgressHistory(
        people, None if after else uow.rows(select(func.count().label("n")).select_from(person))[0]["n"]
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
