"""A search as Elasticsearch is asked: a page of it, and with the first page whatever is counted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from services.search.contract import Kind
from services.search.domain.cursor import PAGE, Place
from services.search.domain.filters import Clause, FacetOf, Filter, others_than

MOST_COUNTED, COUNTED_AMONG_MANY = 10_000, 2_000
"""Matches that are counted; beyond, a number is a least one. Nobody turns more pages than hold a thousand."""
FEW = 5
"""Results with which words are taken as perhaps mistyped."""
THE_PAGE, THE_COUNTS = "page", "counts"
AT_ONCE = 3
"""Levels that are asked together, since most pages end within them."""
THE_SCORE: Clause = {"_score": "desc"}


@dataclass(frozen=True, slots=True)
class Question:
    """What must hold of a result: by the words as typed, by them as they may have been meant, and without them.

    Where nothing was typed there are `levels`: what fits the searcher equally well, with its score, the best first.
    """

    typed: Clause
    mistyped: Clause | None = None
    wordless: Clause | None = None
    levels: tuple[tuple[float, Clause], ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """A search: what must hold, what is filtered and counted, and in which order. `mark` is what cursors are bound to."""

    kind: Kind
    mark: str
    question: Question
    filters: list[Filter]
    facets: list[FacetOf]
    order: list[Any] = field(default_factory=list)

    def page(self, place: Place) -> Clause:
        """The page behind a place, and one more result that tells whether there is another page."""
        return self._page(self._asked(mistyped=place.mistyped), self.order, place.after)

    def levels(self, place: Place) -> list[tuple[float, Clause]]:
        """The same page, level by level from where the place is: what each asks for, with the score that its hits lack.
        Within a level only the order counts, so the first are found without weighing any. Empty where words are weighed
        or results come in another order.
        """
        if self.order[:1] != [THE_SCORE]:
            return []
        reached, *within = place.after or (None,)
        return [
            (score, self._page(fits, self.order[1:], within if score == reached else ()))
            for score, fits in self.question.levels
            if reached is None or score <= reached
        ]

    def first_page(self, *, mistyped: bool, among_many: bool) -> dict[str, Clause]:
        """The first page and its counts, by name: of facets that are not used as a filter with the page itself, and for
        each filter in use how many there would be without it. (PS-05 PS-10)

        Among many documents the page is asked alone, since counting looks at every match and finding the best ones need
        not, and by its best levels where it has any; what is counted beside it ends at `COUNTED_AMONG_MANY`.
        """
        query, used = self._asked(mistyped=mistyped), {one.name for one in self.filters}
        free = {one.name: one.aggregation() for one in self.facets if one.name not in used}
        place = Place(mistyped=mistyped)
        page = self.page(place)
        asked = {THE_PAGE: page}
        if among_many:
            best = enumerate(self.levels(place)[:AT_ONCE])
            asked = {the_level(number): body for number, (_, body) in best} or asked
            asked[THE_COUNTS] = _counting(_narrowed(query, self.filters), free, among_many=True)
        else:
            page["track_total_hits"] = MOST_COUNTED
            page |= {"aggs": free} if free else {}
        for one in self.filters:
            own = {facet.name: facet.aggregation() for facet in self.facets if facet.name == one.name}
            wider = _narrowed(query, others_than(self.filters, one.name))
            asked[one.name] = _counting(wider, own, among_many=among_many)
        return asked

    def looks_mistyped(self, found: int) -> bool:
        """Whether so few results by the words as typed that what is written almost so should be found too. (PS-09)"""
        return self.question.mistyped is not None and found <= FEW

    def without_words(self) -> Clause | None:
        """How many there would be with the filters alone; None where no words were given."""
        wordless = self.question.wordless
        return wordless and _counting(_narrowed(wordless, self.filters), {}, among_many=False)

    def _page(self, query: Clause, order: list[Any], after: Sequence[Any]) -> Clause:
        page: Clause = {"query": _narrowed(query, self.filters), "sort": order, "size": PAGE + 1}
        if after:
            page["search_after"] = list(after)
        return page | {"track_total_hits": False}

    def _asked(self, *, mistyped: bool) -> Clause:
        return (self.question.mistyped if mistyped else None) or self.question.typed


def question_of(
    protection: Clause, clauses: Callable[..., list[Clause]], words: Any, liking: list[Clause]
) -> Question:
    """A question by words; `clauses` makes what must match of them, with `mistyped` whatever is written almost so."""
    typed = clauses(words)
    if not typed:
        return Question(query(protection, [], liking), levels=_levels(protection, liking))
    return Question(
        query(protection, typed, liking),
        query(protection, clauses(words, mistyped=True), liking),
        query(protection, [], []),
    )


def _levels(protection: Clause, liking: list[Clause]) -> tuple[tuple[float, Clause], ...]:
    """Everything that may be found, by how much of what is liked it has."""
    told = [one["constant_score"] for one in liking]
    ways: dict[float, list[Clause]] = {}
    for has in product((True, False), repeat=len(told)):
        wanted = [one for one, wanted in zip(told, has, strict=True) if wanted]
        others = [one["filter"] for one, wanted in zip(told, has, strict=True) if not wanted]
        score = sum((one["boost"] for one in wanted), 0.0)
        way = {"bool": {"filter": [one["filter"] for one in wanted], "must_not": others}}
        ways.setdefault(score, []).append(way)
    return tuple(
        (score, query(protection, [_any_of(ways[score])], [])) for score in sorted(ways, reverse=True)
    )


def _any_of(ways: list[Clause]) -> Clause:
    return {"constant_score": {"filter": {"bool": {"should": ways}}}}


def the_level(number: int) -> str:
    """What a level is called among the answers."""
    return f"level {number}"


def query(protection: Clause, words: list[Clause], liking: list[Clause]) -> Clause:
    """Protection as a filter, words as what must match, likings for the order."""
    return {"bool": {**protection, "must": words, "should": liking}}


def _narrowed(query: Clause, filters: list[Filter]) -> Clause:
    if not filters:
        return query
    return {"bool": {"must": [query], "filter": [one.clause for one in filters]}}


def _counting(query: Clause, facets: Clause, *, among_many: bool) -> Clause:
    counting: Clause = {"query": query, "size": 0, "track_total_hits": MOST_COUNTED}
    if facets:
        counting["aggs"] = facets
    if among_many:
        counting |= {"track_total_hits": COUNTED_AMONG_MANY, "terminate_after": COUNTED_AMONG_MANY}
    return counting
