"""Keeping words, and adding up what is in force."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, case, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.store import UnitOfWork
from services.progress.contract import Action
from services.progress.domain.facts import Word, later_of
from services.progress.domain.points import table
from services.progress.store.tables import fact, person, recount

KEY = ("person_id", "action", "subject")
VALUES = ("rank", "holds", "amount", "slot", "on")


def _later(target: Table, excluded: Any) -> Any:
    """`later_of`, in SQL."""
    c = target.c
    said = tuple_(excluded.rank, ~excluded.holds, excluded.amount, excluded.slot)
    return said > tuple_(c.rank, ~c.holds, c.amount, c.slot)


def keep(uow: UnitOfWork, target: Table, words: Iterable[Word]) -> None:
    """Of each fact the word that holds, whether it was kept before or is said now; sorted, so that nobody waits in a circle."""
    newest: dict[tuple[UUID, Action, str], Word] = {}
    for word in words:
        newest[word.fact] = later_of(newest[word.fact], word) if word.fact in newest else word
    rows = [
        {name: getattr(word, name) for name in (*KEY, *VALUES)}
        for _, word in sorted(newest.items(), key=lambda item: item[0])
    ]
    if not rows:
        return
    uow.session.execute(unless_later(upsert(target), target), rows)


def unless_later(statement: Insert, target: Table) -> Insert:
    """What is inserted replaces what is there only where it is the later word."""
    said = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[target.c[name] for name in KEY],
        set_={name: said[name] for name in VALUES},
        where=_later(target, said),
    )


def hold(uow: UnitOfWork, people: Iterable[UUID]) -> list[Any]:
    """The rows of these people, made where there are none, locked in the order of their ids."""
    ids = sorted(set(people))
    uow.session.execute(upsert(person).on_conflict_do_nothing(), [{"id": one} for one in ids])
    statement = select(person).where(person.c.id.in_(ids)).order_by(person.c.id).with_for_update()
    return list(uow.session.execute(statement).mappings())


def _each() -> Any:
    """How many of one kind count, for the actions that have such a limit."""
    limits = {action: rule.each for action, rule in table().items() if rule.each is not None}
    total = func.sum(fact.c.amount)
    return case(
        *((fact.c.action == action, func.least(total, each)) for action, each in limits.items()), else_=total
    )


def tallies(uow: UnitOfWork, people: Sequence[UUID]) -> dict[UUID, dict[Action, int]]:
    """What is in force of each of these people, counted inside this transaction. As the domain's `tally`."""
    slots = (
        select(fact.c.person_id, fact.c.action, _each().label("n"))
        .where(fact.c.person_id.in_(people), fact.c.holds)
        .group_by(fact.c.person_id, fact.c.action, fact.c.slot)
        .subquery()
    )
    statement = select(slots.c.person_id, slots.c.action, func.sum(slots.c.n).label("n")).group_by(
        slots.c.person_id, slots.c.action
    )
    found: dict[UUID, dict[Action, int]] = {one: {} for one in people}
    for row in uow.session.execute(statement).mappings():
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


def recounting(uow: UnitOfWork) -> bool:
    """Whether a recount is under way, as this transaction sees it."""
    return uow.session.execute(select(recount.c.id)).first() is not None


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
