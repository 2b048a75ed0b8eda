"""The table of points and caps, from `data/points.toml`. (b.8)"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.progress.contract import Action, Area

FILE = Path(__file__).parent.parent / "data" / "points.toml"
EACH_AREA = {False: 70, True: 30}
"""By what one does, and by modules."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one kind of action is worth and how often it counts."""

    action: Action
    area: Area
    points: int
    most: int
    each: int | None = None
    least: int = 0
    hidden: bool = False
    later: bool = False
    module: bool = False


@cache
def table() -> Mapping[Action, Rule]:
    """Every action's rule, area by area; raises `ValueError` for a file that does not add up."""
    return read(FILE.read_text("utf-8"))


def read(text: str) -> Mapping[Action, Rule]:
    """What the file says; raises `ValueError` when an area has not its 70 and 30 points, or an action no rule."""
    found = tomllib.loads(text)
    rules = [
        Rule(Action(action), Area(area), **rule)
        for area, own in found.items()
        for action, rule in own.items()
    ]
    if {rule.action for rule in rules} != set(Action) or len(rules) != len(Action):
        raise ValueError("every action needs one rule")
    for area in Area:
        for module, wanted in EACH_AREA.items():
            points = sum(r.points * r.most for r in rules if r.area is area and r.module is module)
            if points != wanted:
                raise ValueError(f"{area}: {points} points where there must be {wanted}")
    return {rule.action: rule for rule in rules}


def module_action(area: Area) -> Action:
    """As what a module of this area counts."""
    return next(r.action for r in table().values() if r.area is area and r.module)
