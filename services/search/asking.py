"""Putting a search to the index and looking at each answer with its owner before it is shown."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from chassis.service import UnitOfWork
from services.identity.contract import Searcher
from services.search.contract import About, Count, Facet, Kind, Relaxation, SearchAway, Sort
from services.search.domain import cursor, people
from services.search.domain.cursor import DEEPEST, PAGE, Place
from services.search.domain.filters import NOT_ALL_OF_THEM, Clause, Filter, narrowed
from services.search.domain.people import PeopleWanted, Words
from services.search.spelling import romanised, skeleton_of_query, stumps
from services.search.store import elastic
from services.search.store.tables import oldest_mark

T = TypeVar("T")

ROUNDS = 3
"""How often a page is filled up when its owner does not show everybody the index has found."""
LAG_WORTH_TELLING = 5.0
"""Seconds a change may wait to be indexed without a word on the page."""


@dataclass(frozen=True, slots=True)
class Search:
    """A search as the index is asked: what must hold, what is filtered, counted and in which order."""

    kind: Kind
    mark: str
    query: Clause
    filters: list[Filter]
    facets: Clause
    order: list[Any]
    without_words: Clause | None = None
    """The same query without its words, for saying what they cost when nothing was found."""

    def page(self, place: Place, *, with_counts: bool) -> dict[str, Any]:
        """What Elasticsearch is asked for the page behind a place; totals and facets go with the first one only."""
        body: dict[str, Any] = {
            "query": self.query,
            "sort": self.order,
            "size": PAGE + 1,
            "track_total_hits": NOT_ALL_OF_THEM if with_counts else False,
        }
        if self.filters:
            body["post_filter"] = narrowed(self.filters)
        if with_counts and self.facets:
            body["aggs"] = self.facets
        if place.after:
            body["search_after"] = list(place.after)
        return body


@dataclass(frozen=True)
class Found(Generic[T]):
    """What is shown, and what goes with it."""

    shown: tuple[T, ...]
    about: About
    next_cursor: str | None


def for_people(
    searcher: Searcher, today: date, text: str, wanted: PeopleWanted, sort: Sort, *, partner: bool
) -> Search:
    """A search for people by this searcher: as partners by keyword, otherwise by name; protection always included."""
    words, protection = words_of(text), people.protected(searcher, today, partner=partner)
    return Search(
        Kind.PEOPLE,
        bound_to("partners" if partner else "people", text, wanted, sort, searcher.person_id),
        people.query(
            protection,
            people.by_keywords(words) if partner else people.by_name(words),
            people.fitting(searcher),
        ),
        wanted.filters(today),
        wanted.facets(today),
        people.ORDERS[sort],
        people.query(protection, [], []) if words.romanised else None,
    )


def bound_to(kind: str, text: str, wanted: Any, *others: Any) -> str:
    """What a cursor of this search is bound to."""
    return cursor.fingerprint([kind, text, asdict(wanted), *others])


def words_of(text: str) -> Words:
    """What was typed, in the spellings that are looked for."""
    text = " ".join(text.split()[:20])
    latin = romanised(text)
    return Words(text, latin, skeleton_of_query(text), stumps(latin))


def ask(
    uow: UnitOfWork,
    search: Search,
    written: str,
    show: Callable[[Sequence[UUID]], Sequence[T]],
    id_of: Callable[[T], UUID],
) -> Found[T]:
    """One page: found in the index, shown as its owner allows at this moment, filled up where somebody is left out.

    `show` asks the owner. Raises `SearchAway`, and `Invalid` for a cursor of another search.
    """
    place, first = cursor.read(written, search.mark), not written
    current_until = _current_until(uow, search.kind)
    answer = _page(uow, search, place, with_counts=first)
    shown: list[T] = []
    more = True
    hits = answer["hits"]["hits"]
    for _round in range(ROUNDS):
        allowed = {id_of(one): one for one in show([UUID(hit["_id"]) for hit in hits])} if hits else {}
        taken = 0
        for hit in hits:
            if len(shown) == PAGE:
                break
            taken += 1
            place = Place(place.shown + 1, tuple(hit["sort"]))
            if (one := allowed.get(UUID(hit["_id"]))) is not None:
                shown.append(one)
        more = taken < len(hits) or len(hits) > PAGE
        if len(shown) == PAGE or not more or place.shown >= DEEPEST:
            break
        hits = _page(uow, search, place, with_counts=False)["hits"]["hits"]
    too_deep = more and place.shown >= DEEPEST
    following = cursor.write(place, search.mark) if more and place.after and not too_deep else None
    about = _about(uow, search, answer, first=first, too_deep=too_deep, current_until=current_until)
    return Found(tuple(shown), about, following)


def _page(uow: UnitOfWork, search: Search, place: Place, *, with_counts: bool) -> dict[str, Any]:
    return asked(uow, search.kind, search.page(place, with_counts=with_counts))


def asked(uow: UnitOfWork, kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
    """The index's answer; raises `SearchAway` saying until when it was current."""
    try:
        return elastic.search(kind, body)
    except (elastic.Away, elastic.Gone):
        at, _waited = oldest_mark(uow, kind)
        raise SearchAway(current_until=at.isoformat() if at else None) from None


def _about(
    uow: UnitOfWork,
    search: Search,
    answer: dict[str, Any],
    *,
    first: bool,
    too_deep: bool,
    current_until: datetime | None,
) -> About:
    counted = answer.get("aggregations") or {}
    total = answer["hits"].get("total") if first else None
    number = int(total["value"]) if total else 0
    return About(
        total=number,
        total_is_exact=total is None or total["relation"] == "eq",
        facets=tuple(_facet(name, part["values"]) for name, part in counted.items() if "values" in part),
        relax=_relaxations(uow, search, counted) if first and not number else (),
        current_until=current_until,
        too_deep=too_deep,
    )


def _facet(name: str, values: dict[str, Any]) -> Facet:
    buckets = values["buckets"]
    if isinstance(buckets, dict):
        counts = [Count(value, bucket["doc_count"]) for value, bucket in buckets.items()]
    else:
        counts = [Count(_value(bucket), bucket["doc_count"]) for bucket in buckets]
    return Facet(name, tuple(counts))


def _value(bucket: dict[str, Any]) -> str:
    return str(bucket.get("key_as_string", bucket["key"]))


def _relaxations(uow: UnitOfWork, search: Search, counted: dict[str, Any]) -> tuple[Relaxation, ...]:
    """What leaving out each filter, or the words, would give; the most helpful first. (PS-10)"""
    possible = [Relaxation(one.name, counted[one.name]["doc_count"]) for one in search.filters]
    if search.without_words is not None:
        body: dict[str, Any] = {"query": search.without_words, "size": 0, "track_total_hits": NOT_ALL_OF_THEM}
        if search.filters:
            body["post_filter"] = narrowed(search.filters)
        possible.append(Relaxation("text", asked(uow, search.kind, body)["hits"]["total"]["value"]))
    return tuple(sorted((one for one in possible if one.count), key=lambda one: -one.count))


def _current_until(uow: UnitOfWork, kind: Kind) -> datetime | None:
    """Since when changes wait, where it is long enough to be told."""
    at, waited = oldest_mark(uow, kind)
    return at if waited > LAG_WORTH_TELLING else None
