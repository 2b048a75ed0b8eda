"""A search as Elasticsearch is asked: a page of it, and with the first page whatever is counted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from services.search.contract import Kind
from services.search.domain.cursor import PAGE, Place
from services.search.domain.filters import Clause, FacetOf, Filter, others_than

MOST_COUNTED = 10_000
"""Matches that are counted; beyond, a number is a least one."""
FEW = 5
"""Results with which words are taken as perhaps mistyped."""
THE_PAGE, THE_COUNTS = "page", "counts"
THE_SCORE: Clause = {"_score": "desc"}


@dataclass(frozen=True, slots=True)
class Question:
    """What must hold of a result: by the words as typed, by them as they may have been meant, and without them.

    `unsurpassed` is there where nothing was typed: what fits the searcher in everything, which is worth `most`. Nothing
    comes before it, so it is found in its order without weighing anything.
    """

    typed: Clause
    mistyped: Clause | None = None
    wordless: Clause | None = None
    unsurpassed: Clause | None = None
    most: float = 0.0


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
        query = self._asked(mistyped=place.mistyped)
        page: Clause = {"query": _narrowed(query, self.filters), "sort": self.order, "size": PAGE + 1}
        if place.after:
            page["search_after"] = list(place.after)
        return page | {"track_total_hits": False}

    def page_of_the_best(self, place: Place) -> Clause | None:
        """The same page as far as it holds what fits in everything; its sort values lack the score, which is `most`.
        None where results are weighed by words, come in another order or have come to what fits less.
        """
        fits = self.question.unsurpassed
        if (
            fits is None
            or self.order[:1] != [THE_SCORE]
            or (place.after and place.after[0] != self.question.most)
        ):
            return None
        page: Clause = {"query": _narrowed(fits, self.filters), "sort": self.order[1:], "size": PAGE + 1}
        if place.after:
            page["search_after"] = list(place.after[1:])
        return page | {"track_total_hits": False}

    def first_page(self, *, mistyped: bool, among_many: bool) -> dict[str, Clause]:
        """The first page and its counts, by name: of facets that are not used as a filter with the page itself, and for
        each filter in use how many there would be without it. (PS-05 PS-10)

        Among many documents the page is asked alone, since counting looks at every match and finding the best ones need
        not; what is counted beside it ends at `MOST_COUNTED`.
        """
        query, used = self._asked(mistyped=mistyped), {one.name for one in self.filters}
        free = {one.name: one.aggregation() for one in self.facets if one.name not in used}
        place = Place(mistyped=mistyped)
        page = self.page(place)
        asked = {THE_PAGE: page}
        if among_many:
            asked[THE_PAGE] = self.page_of_the_best(place) or page
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

    def _asked(self, *, mistyped: bool) -> Clause:
        return (self.question.mistyped if mistyped else None) or self.question.typed


def question_of(
    protection: Clause, clauses: Callable[..., list[Clause]], words: Any, liking: list[Clause]
) -> Question:
    """A question by words; `clauses` makes what must match of them, with `mistyped` whatever is written almost so."""
    typed = clauses(words)
    if not typed:
        told = [one["constant_score"] for one in liking]
        fits = protection | {"filter": [*protection.get("filter", []), *(one["filter"] for one in told)]}
        most = sum(one["boost"] for one in told)
        return Question(query(protection, [], liking), unsurpassed={"bool": fits}, most=most)
    return Question(
        query(protection, typed, liking),
        query(protection, clauses(words, mistyped=True), liking),
        query(protection, [], []),
    )


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
        counting["terminate_after"] = MOST_COUNTED
    return counting
