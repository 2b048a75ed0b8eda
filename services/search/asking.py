"""Putting a search to the index and looking at each answer with its owner before it is shown."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from cachetools import TTLCache, cached

from chassis.service import UnitOfWork
from services.identity.contract import Searcher
from services.search.contract import About, Count, Facet, Kind, Relaxation, SearchAway, Sort
from services.search.domain import cursor, people
from services.search.domain.cursor import DEEPEST, PAGE, Place
from services.search.domain.people import PeopleWanted, Words
from services.search.domain.requests import AT_ONCE, THE_COUNTS, THE_PAGE, Search, question_of, the_level
from services.search.spelling import romanised, skeleton_of_query, stumps
from services.search.store import elastic
from services.search.store.tables import oldest_mark

T = TypeVar("T")
Answers = dict[str, dict[str, Any]]
"""What Elasticsearch answered, by the name of what it was asked."""
Hits = list[dict[str, Any]]

ROUNDS = 3
"""How often a page is filled up when its owner does not show everybody the index has found."""
LAG_WORTH_TELLING, LAG_KEPT_SECONDS = 5.0, 1.0
"""Seconds a change may wait to be indexed without a word on the page, and for which the answer is kept."""
MANY = 150_000
"""Documents beyond which counting every match would cost more than the search itself."""


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
    return Search(
        Kind.PEOPLE,
        bound_to("partners" if partner else "people", text, wanted, sort, searcher.person_id),
        question_of(
            people.protected(searcher, today, partner=partner),
            people.by_keywords if partner else people.by_name,
            words_of(text),
            people.fitting(searcher),
        ),
        wanted.filters(today),
        wanted.facets(today),
        people.ORDERS[sort],
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
    if first:
        answers, hits, place = _first_page(uow, search)
    else:
        answers, hits = {}, _page(uow, search, place)
    shown: list[T] = []
    more = True
    for _round in range(ROUNDS):
        allowed = {id_of(one): one for one in show([UUID(hit["_id"]) for hit in hits])} if hits else {}
        taken = 0
        for hit in hits:
            if len(shown) == PAGE:
                break
            taken += 1
            place = Place(place.shown + 1, tuple(hit["sort"]), place.mistyped)
            if (one := allowed.get(UUID(hit["_id"]))) is not None:
                shown.append(one)
        more = taken < len(hits) or len(hits) > PAGE
        if len(shown) == PAGE or not more or place.shown >= DEEPEST:
            break
        hits = _page(uow, search, place)
    too_deep = more and place.shown >= DEEPEST
    following = cursor.write(place, search.mark) if more and place.after and not too_deep else None
    about = _about(uow, search, answers, too_deep=too_deep, current_until=current_until)
    return Found(tuple(shown), about, following)


def _first_page(uow: UnitOfWork, search: Search) -> tuple[Answers, Hits, Place]:
    """The first page with its counts; by words that may be mistyped where hardly anything is found as typed."""
    place = Place()
    answers, hits = _answers(uow, search, place)
    if search.looks_mistyped(len(hits)):
        place = Place(mistyped=True)
        answers, hits = _answers(uow, search, place)
    return answers, hits, place


def _answers(uow: UnitOfWork, search: Search, place: Place) -> tuple[Answers, Hits]:
    with _or_away(uow, search.kind):
        among_many = elastic.size_of(search.kind) > MANY
        bodies = search.first_page(mistyped=place.mistyped, among_many=among_many)
        answers = dict(zip(bodies, elastic.search_all(search.kind, bodies.values()), strict=True))
        if THE_PAGE not in answers:
            return answers, by_levels(search, place, answers, partial(elastic.search_all, search.kind))
    return answers, answers[THE_PAGE]["hits"]["hits"]


def _page(uow: UnitOfWork, search: Search, place: Place) -> Hits:
    with _or_away(uow, search.kind):
        if elastic.size_of(search.kind) > MANY and search.levels(place):
            return by_levels(search, place, {}, partial(elastic.search_all, search.kind))
        found: Hits = elastic.search(search.kind, search.page(place))["hits"]["hits"]
        return found


def by_levels(
    search: Search, place: Place, answers: Answers, ask_more: Callable[[list[Any]], list[dict[str, Any]]]
) -> Hits:
    """The page and one more, from as many levels as it takes; the first ones may be among the answers already."""
    told = [answers[name] for name in map(the_level, range(AT_ONCE)) if name in answers]
    levels, hits = search.levels(place), Hits()
    for number, (score, _) in enumerate(levels):
        if number == len(told):
            told += ask_more([body for _, body in levels[number : number + AT_ONCE]])
        hits += [hit | {"sort": [score, *hit["sort"]]} for hit in told[number]["hits"]["hits"]]
        if len(hits) > PAGE:
            break
    return hits[: PAGE + 1]


def asked(uow: UnitOfWork, kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
    """The index's answer; raises `SearchAway` saying until when it was current."""
    with _or_away(uow, kind):
        return elastic.search(kind, body)


@contextmanager
def _or_away(uow: UnitOfWork, kind: Kind) -> Iterator[None]:
    try:
        yield
    except (elastic.Away, elastic.Gone):
        at, _waited = oldest_mark(uow, kind)
        raise SearchAway(current_until=at.isoformat() if at else None) from None


def _about(
    uow: UnitOfWork, search: Search, answers: Answers, *, too_deep: bool, current_until: datetime | None
) -> About:
    """What goes with a page; everything that is counted goes with the first one."""
    if not answers:
        return About(0, True, (), (), current_until, too_deep=too_deep)
    total, exact = _total(answers)
    counted: dict[str, Any] = {}
    for answer in answers.values():
        counted |= answer.get("aggregations") or {}
    return About(
        total=total,
        total_is_exact=exact,
        facets=tuple(_facet(one.name, counted[one.name]) for one in search.facets if one.name in counted),
        relax=() if total else _relaxations(uow, search, answers),
        current_until=current_until,
        too_deep=too_deep,
        facets_are_exact=not any(answer.get("terminated_early") for answer in answers.values()),
    )


def _total(answers: Answers) -> tuple[int, bool]:
    """How many there are, and whether it is not at least so many."""
    counted = answers[THE_COUNTS if THE_COUNTS in answers else THE_PAGE]
    total = counted["hits"]["total"]
    return total["value"], total["relation"] == "eq" and not counted.get("terminated_early")


def _facet(name: str, values: dict[str, Any]) -> Facet:
    buckets = values["buckets"]
    if isinstance(buckets, dict):
        counts = [Count(value, bucket["doc_count"]) for value, bucket in buckets.items()]
    else:
        counts = [Count(_value(bucket), bucket["doc_count"]) for bucket in buckets]
    return Facet(name, tuple(counts))


def _value(bucket: dict[str, Any]) -> str:
    return str(bucket.get("key_as_string", bucket["key"]))


def _relaxations(uow: UnitOfWork, search: Search, answers: Answers) -> tuple[Relaxation, ...]:
    """What leaving out each filter, or the words, would give; the most helpful first. (PS-10)"""
    found = {one.name: answers[one.name] for one in search.filters}
    if (wordless := search.without_words()) is not None:
        found["text"] = asked(uow, search.kind, wordless)
    counted = [Relaxation(name, answer["hits"]["total"]["value"]) for name, answer in found.items()]
    return tuple(sorted((one for one in counted if one.count), key=lambda one: -one.count))


@cached(TTLCache(len(Kind), LAG_KEPT_SECONDS), key=lambda _uow, kind: kind)
def _current_until(uow: UnitOfWork, kind: Kind) -> datetime | None:
    """Since when changes wait, where it is long enough to be told; as of the last second."""
    oldest, waited = oldest_mark(uow, kind)
    return oldest if waited > LAG_WORTH_TELLING else None
