"""From what is in force to the bar: caps, areas, badges. (b.8 PG-08 PG-11 PG-12)"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.progress.contract import Action, Area
from services.progress.domain.facts import Word
from services.progress.domain.points import table

LEVELS = (100, 75, 50, 25)

Tally = Mapping[Action, int]
"""How many of each action are in force, as far as one kind of them counts."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The points of each area, and the percent of the whole."""

    areas: Mapping[Area, int]

    @property
    def percent(self) -> int:
        """The mean of the five areas, rounded down."""
        return sum(self.areas.values()) // len(Area)


def tally(facts: Iterable[Word]) -> dict[Action, int]:
    """Counted from facts, one word for each. The store does the same in SQL; tests hold them together."""
    slots: Counter[tuple[Action, str]] = Counter()
    for fact in facts:
        if fact.holds:
            slots[fact.action, fact.slot] += fact.amount
    counted: Counter[Action] = Counter()
    for (action, _slot), number in slots.items():
        each = table()[action].each
        counted[action] += number if each is None else min(number, each)
    return dict(counted)


def counts(action: Action, counted: Tally) -> int:
    """How many of an action count: none that does not exist yet, and none past the cap."""
    rule = table()[action]
    return 0 if rule.later else min(counted.get(action, 0), rule.most)


def bar_of(counted: Tally) -> Bar:
    """The bar that a tally gives."""
    areas, rules = dict.fromkeys(Area, 0), table()
    for action in counted:
        areas[rules[action].area] += rules[action].points * counts(action, counted)
    return Bar(areas)


def level_of(points: int) -> int:
    """The badge for so many points of an area: 0, 25, 50, 75 or 100."""
    return next((level for level in LEVELS if points >= level), 0)


def new_levels(bar: Bar, told: Mapping[Area, int]) -> dict[Area, int]:
    """Badges higher than any that was told before: what rises again after an undo is told once."""
    reached = {area: level_of(points) for area, points in bar.areas.items()}
    return {area: level for area, level in reached.items() if level > told.get(area, 0)}
