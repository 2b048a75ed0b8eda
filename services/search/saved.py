"""Kept searches: keeping them, and looking again for what is new."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from chassis.service import UnitOfWork
from services.identity import contract as identity
from services.search import contract
from services.search.asking import words_of
from services.search.contract import Kind, Scope, Wanted
from services.search.domain import others, people
from services.search.domain.cursor import Place
from services.search.domain.others import PostsWanted
from services.search.domain.people import PeopleWanted
from services.search.domain.requests import Search, question_of
from services.search.domain.saved import MOST_KNOWN, SavedSearch, room_for_another, unknown
from services.search.store import elastic
from services.search.store.tables import (
    due_search,
    forget_known,
    known_among,
    post_author,
    posts_of,
    remember,
    saved_of,
    saved_search,
)


def save(
    uow: UnitOfWork, search_id: UUID, name: str, scope: Scope, wanted: Wanted, *, alerts: bool
) -> contract.SavedSearch:
    """Keep a search, or change it; raises `TooManySaved`, or `NotFound` for another's id. (PS-11)"""
    there = uow.find(SavedSearch, search_id)
    if there is not None:
        there.must_belong_to(uow.actor.id)
        there.change(name, scope, wanted, alerts, uow.now)
        forget_known(uow, search_id)
        return shown(there)
    kept = select(func.count()).where(saved_search.c.person_id == uow.actor.id)
    room_for_another(uow.session.scalar(kept) or 0)
    added = SavedSearch(
        search_id, uow.actor.id, name, scope, wanted, alerts, uow.now, looked_at=uow.now, next_look_at=uow.now
    )
    return shown(uow.add(added))


def own(uow: UnitOfWork, search_id: UUID) -> SavedSearch:
    """One's own kept search, locked; raises `NotFound`."""
    kept = uow.get(SavedSearch, search_id)
    kept.must_belong_to(uow.actor.id)
    return kept


def all_of(uow: UnitOfWork, person_id: UUID) -> tuple[contract.SavedSearch, ...]:
    """A person's kept searches by name."""
    return tuple(_from_row(row) for row in uow.rows(saved_of(person_id)))


def shown(kept: SavedSearch) -> contract.SavedSearch:
    """As its owner sees it."""
    names = [one.name for one in fields(contract.SavedSearch)]
    return contract.SavedSearch(**{name: getattr(kept, name) for name in names})


def _from_row(row: Any) -> contract.SavedSearch:
    names = [one.name for one in fields(contract.SavedSearch)]
    return contract.SavedSearch(**{name: row[name] for name in names})


def posts_by(uow: UnitOfWork, people: Sequence[UUID]) -> list[UUID]:
    """Which posts these people have written, as far as they were indexed."""
    return list(uow.session.scalars(posts_of(people).with_only_columns(post_author.c.post_id)))


# ---- looking again


def look_again(uow: UnitOfWork) -> bool:
    """Look at the kept search whose turn it is; True when there was one. (PS-11)

    Everything is asked before the transaction begins; while Elasticsearch is away, the search keeps its turn.
    """
    rows = uow.rows(due_search(uow.now))
    if not rows:
        return False
    row = rows[0]
    searcher = uow.call(identity.searcher_of(row["person_id"]))
    found = _matches(uow, row["scope"], row["wanted"], searcher) if searcher else []
    known = [one["document_id"] for one in uow.rows(known_among(row["id"], found))] if found else []
    new = unknown(found, known)
    if row["scope"] is Scope.PARTNERS and new and row["primed"]:
        allowed = uow.call(identity.findable_by(row["person_id"], tuple(new[:500]), partner=True))
        new = list(allowed)
    kept = uow.find(SavedSearch, row["id"])
    if kept is None or kept.version != row["version"]:
        return True
    told = kept.found(len(new), uow.now)
    remember(uow, kept.id, new)
    if told:
        uow.publish(told)
    return True


def _matches(uow: UnitOfWork, scope: Scope, wanted: Wanted, searcher: identity.Searcher) -> list[UUID]:
    """What the search finds now, the newest first."""
    words, told, today = words_of(wanted.text), asdict(wanted), uow.now.date()
    if scope is Scope.PARTNERS:
        kind, order = Kind.PEOPLE, people.ORDERS[contract.Sort.NEWEST]
        question = question_of(people.protected(searcher, today, partner=True), people.by_keywords, words, [])
        filters = PeopleWanted(**_of(told, PeopleWanted)).filters(today)
    else:
        kind, order = Kind.POSTS, others.post_order(contract.Sort.NEWEST, words=False)
        question = question_of(others.open_posts(searcher, uow.now), others.by_text, words, [])
        filters = PostsWanted(**_of(told, PostsWanted)).filters()
    search = Search(kind, "", question, filters, [], order)
    found = _first(search, mistyped=False)
    return _first(search, mistyped=True) if search.looks_mistyped(len(found)) else found


def _first(search: Search, *, mistyped: bool) -> list[UUID]:
    body = search.page(Place(mistyped=mistyped)) | {"size": MOST_KNOWN}
    return [UUID(hit["_id"]) for hit in elastic.search(search.kind, body)["hits"]["hits"]]


def _of(told: dict[str, Any], kind: type[Any]) -> dict[str, Any]:
    return {name: told[name] for name in kind.__dataclass_fields__ if name in told}
