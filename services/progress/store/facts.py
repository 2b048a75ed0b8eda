"""Keeping words, and adding up what is in force."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, any_, bindparam, case, exists, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY, Insert
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.store import UnitOfWork
from services.progress.contract import Action
from services.progress.domain.facts import Id, Word, later_of
from services.progress.domain.points import table
from services.progress.store.tables import fact, person, recount

KEY = ("person_id", "action", "subject")
VALUES = ("rank", "holds", "amount", "slot", "on")


def later(target: Table, excluded: Any) -> Any:
    """`later_of`, in SQL."""
    c = target.c
    said = tuple_(excluded.rank, ~excluded.holds, excluded.amount, excluded.slot)
    return said > tuple_(c.rank, ~c.holds, c.amount, c.slot)


def keep(uow: UnitOfWork, target: Table, words: Iterable[Word]) -> None:
    """Of each fact the word that holds, whether it was kept before or is said now; sorted, so that nobody waits in a circle."""
    newest: dict[tuple[Id, Action, str], Word] = {}
    for word in words:
        newest[word.fact] = later_of(newest[word.fact], word) if word.fact in newest else word
    if newest:
        rows = [newest[one]._asdict() for one in sorted(newest, key=lambda one: (str(one[0]), *one[1:]))]
        uow.session.execute(_keeping(target), rows)


@cache
def _keeping(target: Table) -> Insert:
    """What is inserted replaces what is there only where it is the later word."""
    statement = upsert(target)
    said = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[target.c[name] for name in KEY],
        set_={name: said[name] for name in VALUES},
        where=later(target, said),
    )


_IDS = any_(bindparam("ids", type_=ARRAY(person.c.id.type)))
_HELD = (
    select(person, exists(select(recount.c.id)).label("recounting"))
    .where(person.c.id == _IDS)
    .order_by(person.c.id)
    .with_for_update(of=person)
)


def hold(uow: UnitOfWork, people: Iterable[Id]) -> list[Any]:
    """The rows of these people, made where there are none, locked in the order of their ids.

    With each stands whether a recount is under way, as this transaction sees it.
    """
    ids = sorted(set(people), key=str)
    rows = uow.session.execute(_HELD, {"ids": ids}).mappings().all()
    if len(rows) < len(ids):
        uow.session.execute(upsert(person).on_conflict_do_nothing(), [{"id": one} for one in ids])
        rows = uow.session.execute(_HELD, {"ids": ids}).mappings().all()
    return list(rows)


def _each() -> Any:
    """How many of one kind count, for the actions that have such a limit."""
    limits = {action: rule.each for action, rule in table().items() if rule.each is not None}
    total = func.sum(fact.c.amount)
    return case(
        *((fact.c.action == action, func.least(total, each)) for action, each in limits.items()), else_=total
    )


def tallied(of_whom: Any) -> Select[Any]:
    """What is in force of some people: how many of each action. As the domain's `tally`."""
    slots = (
        select(fact.c.person_id, fact.c.action, _each().label("n"))
        .where(of_whom, fact.c.holds)
        .group_by(fact.c.person_id, fact.c.action, fact.c.slot)
        .subquery()
    )
    return select(slots.c.person_id, slots.c.action, func.sum(slots.c.n).label("n")).group_by(
        slots.c.person_id, slots.c.action
    )


_TALLIES = tallied(fact.c.person_id == _IDS)


def tallies(uow: UnitOfWork, people: Sequence[UUID]) -> dict[UUID, dict[Action, int]]:
    """What is in force of each of these people, counted inside this transaction."""
    found: dict[UUID, dict[Action, int]] = {one: {} for one in people}
    for row in uow.session.execute(_TALLIES, {"ids": list(people)}).mappings():
        found[row["person_id"]][row["action"]] = int(row["n"])
    return found


def set_counted(uow: UnitOfWork, person_id: UUID, counted: dict[Action, int], told: Any) -> int:
    """What somebody's facts add up to, and the badges told; returns the new version."""
    statement = (
        update(person)
        .where(person.c.id == person_id)
        .values(counted=counted, told=told, version=person.c.version + 1)
        .returning(person.c.version)
    )
    return int(uow.session.execute(statement).scalar_one())


def person_row(person_id: UUID) -> Select[Any]:
    """Somebody's bar as it is kept."""
    return select(person).where(person.c.id == person_id)


def deeds_of(person_id: UUID, actions: Sequence[Action], most: int) -> Select[Any]:
    """Single actions in force, the latest day first."""
    f = fact.c
    return (
        select(f.action, f.on)
        .where(f.person_id == person_id, f.holds, f.action.in_(actions))
        .order_by(f.on.desc(), f.rank.desc(), f.subject)
        .limit(most)
    )


def modules_passed(person_id: UUID, actions: Sequence[Action]) -> Select[Any]:
    """Which modules somebody has passed."""
    f = fact.c
    return select(f.subject).where(f.person_id == person_id, f.holds, f.action.in_(actions))
