"""Filters of a search: the clause each becomes, its facet, and what leaving it out would give."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Clause = dict[str, Any]

BANDS = {"up_to_6": (3, 6), "7_11": (7, 11), "12_15": (12, 15), "16_19": (16, 19)}
"""The pupils' age bands, in years. (c.5)"""
MOST_VALUES = 50
NOT_ALL_OF_THEM = 10_000


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter in use."""

    name: str
    clause: Clause


@dataclass(frozen=True, slots=True)
class FacetOf:
    """How a filter's values are counted: by an index field, or by named clauses."""

    name: str
    index_field: str = ""
    values: Mapping[str, Clause] = field(default_factory=dict)

    def aggregation(self) -> Clause:
        """The aggregation that counts the values."""
        if self.index_field:
            return {"terms": {"field": self.index_field, "size": MOST_VALUES}}
        return {"filters": {"filters": dict(self.values)}}


def overlaps(age_from: int | None, age_to: int | None) -> Clause:
    """Pupils' ages that have a year in common; an end left open is the youngest or oldest of all. (PS-04)"""
    ages = {"gte": age_from or 3, "lte": age_to or 19, "relation": "intersects"}
    return {"range": {"ages": ages}}


def any_of(name: str, field_name: str, values: Iterable[str]) -> list[Filter]:
    """The filter for one of several values; none when nothing was chosen."""
    chosen = [str(value) for value in values]
    return [Filter(name, {"terms": {field_name: chosen}})] if chosen else []


def yes_or_no(name: str, value: bool | None) -> list[Filter]:
    """The filter for a yes-or-no field; none when it does not matter."""
    return [] if value is None else [Filter(name, {"term": {name: value}})]


def ages(age_from: int | None, age_to: int | None) -> list[Filter]:
    """The filter for pupils' ages."""
    return [Filter("ages", overlaps(age_from, age_to))] if age_from or age_to else []


def age_facet() -> FacetOf:
    """How many teach each age band."""
    return FacetOf("ages", values={name: overlaps(*ends) for name, ends in BANDS.items()})


def with_facets(filters: list[Filter], facets: Iterable[FacetOf]) -> Clause:
    """The parts of a search that count: every facet as if its own filter were not set, and for each filter in use
    how many there would be without it. (PS-05 PS-10)
    """
    counted: Clause = {}
    for facet in facets:
        counted[facet.name] = _without(filters, facet.name) | {"aggs": {"values": facet.aggregation()}}
    for one in filters:
        counted.setdefault(one.name, _without(filters, one.name))
    return counted


def _without(filters: list[Filter], name: str) -> Clause:
    return {"filter": {"bool": {"filter": [one.clause for one in filters if one.name != name]}}}


def narrowed(filters: list[Filter]) -> Clause:
    """What is left of the results by all filters together; counts are made before it."""
    return {"bool": {"filter": [one.clause for one in filters]}}
