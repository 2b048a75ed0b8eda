"""Recounting from the owners, while counting goes on: facts are fetched anew beside the old ones, then swapped.

A recount is a row: which owner is asked, behind which id. Each step moves it on in one transaction, so that it goes on
where it was after any crash. What is heard meanwhile is kept on both sides (`counting.hear`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, exists, func, insert, not_, or_, select, union, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.contract import Call, Unavailable
from chassis.observe import log
from chassis.service import UnitOfWork
from services.community import contract as community
from services.events import contract as events
from services.identity import contract as identity
from services.progress import hearing
from services.progress.domain.bar import bar_of, new_levels
from services.progress.domain.facts import Word
from services.progress.domain.points import table
from services.progress.store import facts
from services.progress.store.tables import fact, fresh, person, recount, recounted
from services.projects import contract as projects
from services.twinspace import contract as twinspace

SWAP = "swap"
SWAPPED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an owner's history: how many rows, the last one's id, what they say, who has left."""

    size: int
    last: UUID | None
    total: int | None
    words: Sequence[Word]
    closed: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """An owner's history: how it is asked for, and what a page of it says."""

    ask: Callable[[UUID | None], Call[Any]]
    read: Callable[[Any, date], Page]


def _page(
    rows: Sequence[Any], total: int | None, id_of: Callable[[Any], UUID], words: Iterable[Word]
) -> Page:
    return Page(len(rows), id_of(rows[-1]) if rows else None, total, list(words))


def _people(found: identity.ProgressHistory, today: date) -> Page:
    rows = found.people
    return Page(
        len(rows),
        rows[-1].facts.person_id if rows else None,
        found.total,
        [word for one in rows for word in hearing.person_history(one, today)],
        [one.facts.person_id for one in rows if one.facts.closed],
    )


def _projects(found: projects.ProgressHistory, _: date) -> Page:
    words = (word for one in found.projects for word in hearing.project_history(one))
    return _page(found.projects, found.total, lambda one: one.project_id, words)


def _messages(found: community.SentMessages, _: date) -> Page:
    words = (w for m in found.messages for w in hearing.message(m.message_id, m.sender_id, m.to, m.at))
    return _page(found.messages, found.total, lambda one: one.message_id, words)


def _contributions(found: community.Contributions, _: date) -> Page:
    words = (hearing.contribution(one) for one in found.contributions)
    return _page(found.contributions, found.total, lambda one: one.id, words)


def _pages(found: twinspace.PageHistories, _: date) -> Page:
    words = (hearing.written(one.page_id, w.person_id, w.on) for one in found.pages for w in one.writings)
    return _page(found.pages, found.total, lambda one: one.page_id, words)


def _seats(found: events.SeatHistories, _: date) -> Page:
    words = (word for one in found.seats for word in hearing.seat_history(one))
    return _page(found.seats, found.total, lambda one: one.registration_id, words)


def _meetings(found: events.HeldMeetings, _: date) -> Page:
    words = (
        w for m in found.meetings for w in hearing.held(m.meeting_id, m.organiser_id, m.attendees, m.held_at)
    )
    return _page(found.meetings, found.total, lambda one: one.meeting_id, words)


SOURCES = {
    "people": Source(identity.progress_history, _people),
    "projects": Source(projects.progress_history, _projects),
    "messages": Source(community.message_history, _messages),
    "contributions": Source(community.contribution_history, _contributions),
    "pages": Source(twinspace.page_history, _pages),
    "seats": Source(events.seat_history, _seats),
    "meetings": Source(events.held_history, _meetings),
}
STAGES = (*SOURCES, SWAP)


def step(uow: UnitOfWork) -> bool:
    """One page of a recount, if there is one; an owner that does not answer is asked again later."""
    rows = uow.rows(select(recount))
    if not rows:
        return False
    stage, after = rows[0]["stage"] or STAGES[0], rows[0]["after"]
    if stage == SWAP:
        return _swap(uow)
    source = SOURCES[stage]
    try:
        found = source.read(uow.call(source.ask(after)), uow.now.date())
    except Unavailable:
        return False
    now = _locked(uow)
    if now is None or (now["stage"] or STAGES[0], now["after"]) != (stage, after):
        return True
    _close(uow, found.closed)
    facts.keep(uow, fresh, found.words)
    done = now["done"] | {stage: now["done"].get(stage, 0) + found.size}
    total = now["total"] | ({stage: found.total} if found.total is not None else {})
    following = stage if found.size else STAGES[STAGES.index(stage) + 1]
    if following == SWAP:
        total |= {SWAP: _people_to_swap(uow)}
    uow.session.execute(update(recount).values(stage=following, after=found.last, done=done, total=total))
    return True


def _locked(uow: UnitOfWork) -> Any:
    return uow.session.execute(select(recount).with_for_update()).mappings().first()


def _close(uow: UnitOfWork, closed: Sequence[UUID]) -> None:
    if closed:
        statement = upsert(person).on_conflict_do_update(index_elements=[person.c.id], set_={"closed": True})
        uow.session.execute(statement, [{"id": one, "closed": True} for one in sorted(closed)])


def _people_to_swap(uow: UnitOfWork) -> int:
    everybody = union(select(fact.c.person_id), select(fresh.c.person_id)).subquery()
    return int(uow.session.scalar(select(func.count()).select_from(everybody)) or 0)


# ---- the swap


def _swap(uow: UnitOfWork) -> bool:
    """The next hundred people: what the owners no longer say goes, what they say stands; one transaction."""
    now = _locked(uow)
    if now is None or now["stage"] != SWAP:
        return True
    ids = list(_next_people(uow, now["after"]))
    if not ids:
        _end(uow, now)
        return True
    rows = facts.hold(uow, ids)
    _replace(uow, ids, [row["id"] for row in rows if row["closed"]])
    changed, counted = 0, facts.tallies(uow, ids)
    for row in rows:
        if counted[row["id"]] != row["counted"]:
            changed += 1
            # whoever had the bar already is not told of its badges again
            told = row["told"] | new_levels(bar_of(counted[row["id"]]), row["told"])
            facts.set_counted(uow, row["id"], counted[row["id"]], told)
    done = now["done"] | {SWAP: now["done"].get(SWAP, 0) + len(ids)}
    uow.session.execute(update(recount).values(after=ids[-1], done=done, changed=recount.c.changed + changed))
    return True


def _next_people(uow: UnitOfWork, after: UUID | None) -> Iterator[UUID]:
    both = []
    for one in (fact, fresh):
        statement = select(one.c.person_id).distinct().order_by(one.c.person_id).limit(SWAPPED_AT_ONCE)
        both.append((statement.where(one.c.person_id > after) if after else statement).subquery())
    ids = union(*(select(one.c.person_id) for one in both)).subquery()
    statement = select(ids.c.person_id).order_by(ids.c.person_id).limit(SWAPPED_AT_ONCE)
    yield from uow.session.scalars(statement)


def _replace(uow: UnitOfWork, ids: Sequence[UUID], closed: Sequence[UUID]) -> None:
    """A fact in force that the owners do not confirm goes; what was taken back stays taken back. Modules are our own."""
    own = [action for action, rule in table().items() if rule.module]
    same = exists().where(
        and_(*(fresh.c[name] == fact.c[name] for name in (*facts.KEY, "rank", "holds", "amount", "slot")))
    )
    outdated = and_(fact.c.holds, fact.c.action.not_in(own), not_(same))
    of_them = fact.c.person_id.in_(ids)
    uow.session.execute(delete(fact).where(of_them, or_(outdated, fact.c.person_id.in_(closed))))
    uow.session.execute(delete(fresh).where(fresh.c.person_id.in_(closed)))
    names = [column.name for column in fresh.c]
    found = select(fresh).where(fresh.c.person_id.in_(ids))
    uow.session.execute(facts.unless_later(upsert(fact).from_select(names, found), fact))
    uow.session.execute(delete(fresh).where(fresh.c.person_id.in_(ids)))


def _end(uow: UnitOfWork, now: Any) -> None:
    """It is over: what was heard of people after their turn is in force already."""
    uow.session.execute(delete(fresh))
    kept = {"began_at": now["began_at"], "people": now["done"].get(SWAP, 0), "changed": now["changed"]}
    uow.session.execute(insert(recounted).values(**kept))
    uow.session.execute(delete(recount))
    log().info("recounted", people=kept["people"], changed=kept["changed"])
