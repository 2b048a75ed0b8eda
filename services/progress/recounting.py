"""Recounting from the owners, while counting goes on: page by page of people, in the order of their ids.

A recount is a row: behind whom it goes on. Each page is one transaction, so that it goes on where it was after any
crash. What is heard meanwhile is kept beside (`counting.hear`), since what an owner said may be older. While a page is
written, the owners look up the next.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from chassis.contract import Unavailable
from chassis.observe import log
from chassis.service import UnitOfWork
from services.community import contract as community
from services.events import contract as events
from services.identity import contract as identity
from services.progress import hearing
from services.progress.domain.facts import Word
from services.progress.store import bulk
from services.progress.store.tables import fresh, recount, recounted
from services.projects import contract as projects
from services.twinspace import contract as twinspace


@dataclass(frozen=True, slots=True)
class Page:
    """The people behind one; what the others have to say of them, and who comes next, is on its way."""

    after: UUID | None
    people: identity.PeopleDeeds
    answers: Callable[[], list[Any]]
    following: Callable[[], list[Any]]

    @property
    def ids(self) -> tuple[UUID, ...]:
        return tuple(one.person_id for one in self.people.people)

    def words(self, uow: UnitOfWork) -> Iterator[Word]:
        """All that the owners say of them."""
        projects_, community_, twinspace_, events_ = self.answers()
        return chain(
            hearing.people(self.people, uow.now.date()),
            hearing.memberships(projects_),
            hearing.community_deeds(community_),
            hearing.writings(twinspace_),
            hearing.event_deeds(events_),
        )


def _begin(uow: UnitOfWork, after: UUID | None, people: identity.PeopleDeeds) -> Page:
    ids = tuple(one.person_id for one in people.people)
    if not ids:
        return Page(after, people, list, list)
    answers = uow.ask(projects.deeds(ids), community.deeds(ids), twinspace.deeds(ids), events.deeds(ids))
    return Page(after, people, answers, uow.ask(identity.deeds(ids[-1])))


class Recounting:
    """One recount at a time, step by step; what was asked for ahead is lost with the process, and asked for again."""

    def __init__(self) -> None:
        self._ahead: Page | None = None

    def step(self, uow: UnitOfWork) -> bool:
        """One page of a recount, if there is one; an owner that does not answer is asked again later."""
        page, self._ahead = self._ahead, None
        rows = uow.rows(select(recount.c.after))
        if not rows:
            return False
        after = rows[0]["after"]
        try:
            if page is None or page.after != after:
                page = _begin(uow, after, uow.call(identity.deeds(after)))
            if page.ids:
                ahead = _begin(uow, page.ids[-1], page.following()[0])
                words = list(page.words(uow))
                self._ahead = ahead
        except Unavailable:
            return False
        if page.ids:
            _write(uow, page, words)
        else:
            _end(uow, after)
        return True


def _locked(uow: UnitOfWork, after: UUID | None) -> Any:
    """The recount, unless another process has moved it on."""
    row = uow.session.execute(select(recount).with_for_update()).mappings().first()
    return row if row is not None and row["after"] == after else None


def _write(uow: UnitOfWork, page: Page, words: list[Word]) -> None:
    now = _locked(uow, page.after)
    if now is None:
        return
    closed = [one.person_id for one in page.people.people if one.closed]
    changed = bulk.swap(uow, page.ids, closed, words)
    further = {
        "after": page.ids[-1],
        "done": now["done"] + len(page.ids),
        "total": page.people.total or now["total"],
        "changed": now["changed"] + changed,
    }
    uow.session.execute(update(recount).values(**further))


def _end(uow: UnitOfWork, after: UUID | None) -> None:
    """It is over: what was heard of people after their turn is in force already."""
    now = _locked(uow, after)
    if now is None:
        return
    uow.session.execute(delete(fresh))
    kept = {"began_at": now["began_at"], "people": now["done"], "changed": now["changed"]}
    uow.session.execute(insert(recounted).values(**kept))
    uow.session.execute(delete(recount))
    log().info("recounted", people=kept["people"], changed=kept["changed"])
