"""A bar as it is shown."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from chassis.contract import NotFound
from chassis.service import UnitOfWork
from services.progress.contract import Action, Area, AreaView, Counted, Deed, ModuleCard, Progress
from services.progress.domain.bar import bar_of, counts, level_of
from services.progress.domain.points import module_action, table
from services.progress.domain.quiz import Lesson
from services.progress.library import lessons
from services.progress.store import facts

MOST_DEEDS = 50


def shown(uow: UnitOfWork, person_id: UUID, *, own: bool) -> Progress:
    """Somebody's bar; without a single fact it is empty. Others never see deeds of the kinds that are private."""
    rows = uow.rows(facts.person_row(person_id))
    row: Mapping[str, Any] = dict(rows[0]) if rows else {"counted": {}, "hides_deeds": False, "closed": False}
    if row["closed"]:
        raise NotFound(what="Person")
    hides, deeds = bool(row["hides_deeds"]), None
    if own or not hides:
        listed = [a for a, rule in table().items() if not rule.later and (own or not rule.hidden)]
        found = uow.rows(facts.deeds_of(person_id, listed, MOST_DEEDS))
        deeds = tuple(Deed(one["action"], one["on"]) for one in found)
    bar = bar_of(row["counted"])
    areas = tuple(
        AreaView(area, points, level_of(points), _actions(area, row["counted"]))
        for area, points in bar.areas.items()
    )
    return Progress(person_id, bar.percent, areas, hides, deeds)


def _actions(area: Area, counted: Mapping[Action, int]) -> tuple[Counted, ...]:
    return tuple(
        Counted(r.action, r.points, r.most, counts(r.action, counted), r.later, r.module)
        for r in table().values()
        if r.area is area
    )


def passed(uow: UnitOfWork) -> frozenset[str]:
    """Which modules the reader has passed."""
    if uow.visitor is None:
        return frozenset()
    own = [module_action(area) for area in Area]
    return frozenset(row["subject"] for row in uow.rows(facts.modules_passed(uow.visitor.id, own)))


def card(lesson: Lesson, done: frozenset[str]) -> ModuleCard:
    """A module in a list."""
    return ModuleCard(
        lesson.name,
        lesson.area,
        lesson.title,
        lesson.summary,
        lesson.minutes,
        lesson.name in done,
        lesson.language,
    )


def lesson_named(name: str, language: str | None) -> Lesson:
    """A module in a language, or in English; raises `NotFound`."""
    found = lessons(language).get(name)
    if found is None:
        raise NotFound(what="Module")
    return found
