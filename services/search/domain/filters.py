"""Filters of a search: the clause each becomes, and how its values are counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Clause = dict[str, Any]

BANDS = {"up_to_6": (3, 6), "7_11": (7, 11), "12_15": (12, 15), "16_19": (16, 19)}
"""The pupils' age bands, in years. (c.5)"""
MOST_VALUES = 50


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


def others_than(filters: list[Filter], name: str) -> list[Filter]:
    """All filters but the one of that name: a facet counts as if its own filter were not set. (PS-05)"""
    return [one for one in filters if one.name != name]
