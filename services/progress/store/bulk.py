"""The facts of many people swapped in a handful of statements that write only what has changed.

What is given travels as columns, each of them one text: PostgreSQL takes such a text apart several times faster than a
driver puts rows together.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Executable,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    column,
    delete,
    exists,
    func,
    not_,
    or_,
    select,
    text,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.contract import encode
from chassis.service import UnitOfWork
from services.progress.domain.bar import bar_of, new_levels
from services.progress.domain.facts import Word
from services.progress.domain.points import table
from services.progress.store import facts
from services.progress.store.facts import KEY, VALUES
from services.progress.store.tables import fact, fresh, person

NAMES = (*KEY, *VALUES)
_id = person.c.id.type


def swap(uow: UnitOfWork, people: Sequence[UUID], closed: Iterable[UUID], words: Sequence[Word]) -> int:
    """Let the facts of these people be what the owners say and what was heard since; how many bars were another.

    `words` are of theirs only. Nobody is told of a badge, but those reached count as told. Those who have left keep
    nothing.
    """
    # a page is a small part of each table, whatever PostgreSQL believes of a table that was empty a moment ago
    uow.session.execute(text("SET LOCAL enable_seqscan = off"))
    left = set(closed) | _hold(uow, people)
    given = {"people": _plain(people), "left": _plain(left)}
    uow.session.execute(_close(), given)
    uow.session.execute(_swapping(), given | _columns(words))
    uow.session.execute(delete(fresh).where(fresh.c.person_id == _any("people")), given)
    return _count(uow, given)


def _hold(uow: UnitOfWork, people: Sequence[UUID]) -> set[UUID]:
    """Make the rows of these people where there are none, and lock them in the order of their ids; who has left."""
    given = {"people": _plain(people)}
    uow.session.execute(_making(), given)
    locked = select(person).where(person.c.id == _any("people")).order_by(person.c.id).with_for_update().cte()
    return set(uow.session.scalars(select(locked.c.id).where(locked.c.closed), given))


def _count(uow: UnitOfWork, given: Mapping[str, str]) -> int:
    """Write what facts add up to, where it is something else than before; how often it was."""
    rows = uow.session.execute(_differing(), given).all()
    if not rows:
        return 0
    # whoever had the bar already is not told of its badges again
    told = [row.told | new_levels(bar_of(row.counted), row.told) for row in rows]
    changed = {
        "changed_id": _plain(row.id for row in rows),
        "changed_counted": _texts(encode(row.counted).decode() for row in rows),
        "changed_told": _texts(encode(one).decode() for one in told),
    }
    uow.session.execute(_updating(), changed)
    return len(rows)


# ---- the statements


def _any(name: str) -> Any:
    return any_(cast(bindparam(name, type_=Text), ARRAY(_id)))


def _rows(columns: Mapping[str, Any]) -> Any:
    """Rows given as columns."""
    arrays = (cast(bindparam(name, type_=Text), ARRAY(kind)) for name, kind in columns.items())
    made = func.unnest(*arrays).table_valued(*(column(name, kind) for name, kind in columns.items()))
    return made.render_derived()


@cache
def _making() -> Executable:
    given = _rows({"people": _id})
    missing = select(given.c.people).where(~exists().where(person.c.id == given.c.people))
    return upsert(person).from_select(["id"], missing.order_by(given.c.people)).on_conflict_do_nothing()


@cache
def _close() -> Executable:
    return update(person).where(person.c.id == _any("left"), ~person.c.closed).values(closed=True)


@cache
def _swapping() -> Executable:
    """A fact in force that neither the owners nor anybody since confirms goes; what they say stands.

    What was taken back stays taken back, unless something later is said. Modules are our own. No fact is both deleted
    and written, so that it may be one statement.
    """
    f = fact.c
    others = f.action.not_in([rule.action for rule in table().values() if rule.module])
    given = _rows({name: Text() if name == "action" else f[name].type for name in NAMES})
    heard = select(*(fresh.c[name] for name in NAMES)).where(fresh.c.person_id == _any("people"))
    w = union_all(select(*(given.c[name] for name in NAMES)), heard).subquery("word").c
    said = (
        select(*(w[name] for name in NAMES))
        .where(not_(w.person_id == _any("left")))
        .ext(distinct_on(w.person_id, w.action, w.subject))
        .order_by(w.person_id, w.action, w.subject, w.rank.desc(), w.holds, w.amount.desc(), w.slot.desc())
        .cte("said")
    )
    spoken_of = and_(*(said.c[name] == f[name] for name in KEY))
    confirmed = and_(spoken_of, *(said.c[name] == f[name] for name in VALUES if name != "on"))
    unheard = and_(f.holds, others, ~exists().where(spoken_of))
    gone = (
        delete(fact)
        .where(f.person_id == _any("people"), or_(f.person_id == _any("left"), unheard))
        .returning(true().label("done"))
        .cte("gone")
    )
    new = select(said).where(~exists().where(confirmed))
    statement = upsert(fact).from_select(NAMES, new)
    kept = (
        statement.on_conflict_do_update(
            index_elements=[f[name] for name in KEY],
            set_={name: statement.excluded[name] for name in VALUES},
            where=or_(and_(f.holds, others), facts.later(fact, statement.excluded)),
        )
        .returning(true().label("done"))
        .cte("kept")
    )
    return select(func.count()).select_from(union_all(select(gone), select(kept)).subquery("done"))


@cache
def _differing() -> Executable:
    """Those whose facts add up to something else than is kept."""
    each = facts.tallied(fact.c.person_id == _any("people")).subquery("each")
    tally = func.jsonb_object_agg(each.c.action, each.c.n).label("counted")
    now = select(each.c.person_id, tally).group_by(each.c.person_id).subquery("now")
    counted = func.coalesce(now.c.counted, text("'{}'::jsonb"), type_=person.c.counted.type)
    return (
        select(person.c.id, person.c.told, counted.label("counted"))
        .outerjoin(now, now.c.person_id == person.c.id)
        .where(person.c.id == _any("people"), cast(person.c.counted, JSONB) != counted)
    )


@cache
def _updating() -> Executable:
    new = _rows({"changed_id": _id, "changed_counted": JSONB(), "changed_told": JSONB()}).c
    return (
        update(person)
        .where(person.c.id == new.changed_id)
        .values(counted=new.changed_counted, told=new.changed_told, version=person.c.version + 1)
    )


# ---- what travels


def _columns(words: Sequence[Word]) -> dict[str, str]:
    people, actions, subjects, days, ranks, holds, slots, amounts = (
        zip(*words, strict=True) if words else [()] * 8
    )
    return {
        "person_id": _plain(people),
        "action": _plain(actions),
        "subject": _texts(subjects),
        "on": _plain(days),
        "rank": _plain(ranks),
        "holds": _plain(holds),
        "slot": _texts(slots),
        "amount": _plain(amounts),
    }


def _plain(values: Iterable[UUID | str | date | int]) -> str:
    """Ids, names, days and numbers as PostgreSQL reads an array of them."""
    return "{" + ",".join(map(str, values)) + "}"


def _texts(values: Iterable[str]) -> str:
    """The same of any texts."""
    quoted = ('"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"' for one in values)
    return "{" + ",".join(quoted) + "}"
