"""Modules to learn from by oneself, each with a quiz that works without any script."""

from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from chassis.contract import ANYONE
from gateway.languages import current_language
from gateway.portal.page import Page
from gateway.portal.visit import Visit
from services.progress import contract as progress


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is shown: what was chosen, and how it was marked."""

    question: progress.Question
    chosen: int | None
    mark: progress.Marked | None


async def modules(visit: Visit) -> Response:
    """All modules, area by area. (PD-07 PD-08)"""
    found = await visit.call(progress.modules(current_language()))
    areas = [(area, [one for one in found if one.area is area]) for area in progress.Area]
    return await visit.show(
        "learning/modules.html", section="modules", areas=[one for one in areas if one[1]]
    )


async def module(visit: Visit) -> Response:
    """One module; with answers, how they were. It can be tried again at once. (PD-07)"""
    name = visit.path["name"]
    found = await visit.call(progress.module(name, current_language()))
    chosen = {q.name: _choice(visit, q) for q in found.questions}
    result = None
    if visit.posted:
        answers = tuple(progress.Answer(question, choice) for question, choice in chosen.items())
        result = await visit.call(progress.take_quiz(name, answers, current_language()), again=True)
    marks = {one.question: one for one in result.marked} if result else {}
    asked = [Asked(q, chosen[q.name], marks.get(q.name)) for q in found.questions]
    return await visit.show(
        "learning/module.html",
        section="modules",
        found=found,
        text=Markup(found.html),  # noqa: S704 - made safe by its owner
        asked=asked,
        result=result,
    )


def _choice(visit: Visit, question: progress.Question) -> int | None:
    typed = str(visit.typed.get(f"q-{question.name}", "")) if visit.typed is not None else ""
    return int(typed) if typed.isdecimal() and int(typed) < len(question.choices) else None


PAGES = [
    Page("GET", "/learning/modules", modules, by=ANYONE, public=True),
    Page("GET POST", "/learning/modules/{name}", module, by=ANYONE, public=True),
]
