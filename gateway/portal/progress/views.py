"""One's own progress and that of others: what counts, what could be next, what comes later."""

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.responses import Response

from gateway.portal.page import Page
from gateway.portal.visit import Visit
from services.identity import contract as identity
from services.progress import contract as progress

Lines = tuple[progress.Counted, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """An area, its actions sorted by what can be done about them. (PG-10)"""

    area: progress.AreaView
    next: Lines
    full: Lines
    later: Lines


def sort(areas: Iterable[progress.AreaView]) -> list[Shown]:
    """Area by area."""
    return [Shown(area, *_sorted(area.actions)) for area in areas]


def _sorted(actions: Lines) -> tuple[Lines, Lines, Lines]:
    there = [one for one in actions if not one.later]
    following = tuple(one for one in there if one.counted < one.most)
    full = tuple(one for one in there if one.counted >= one.most)
    return following, full, tuple(one for one in actions if one.later)


async def mine(visit: Visit) -> Response:
    """One's own progress."""
    found = await visit.call(progress.my_progress())
    return await visit.show("progress/progress.html", found=found, areas=sort(found.areas), card=None)


async def theirs(visit: Visit) -> Response:
    """Somebody's progress, where their profile is visible."""
    person_id = visit.path["person_id"]
    if person_id == visit.person_id:
        return visit.go("/progress")
    person = await visit.call(identity.profile(person_id))
    found = await visit.call(progress.progress(person_id))
    return await visit.show("progress/progress.html", found=found, areas=sort(found.areas), card=person.card)


async def hide(visit: Visit) -> Response:
    """Hide one's single actions from others, or show them again."""
    hidden = visit.typed is not None and visit.typed.get("hidden") == "yes"
    await visit.call(progress.hide_deeds(hidden))
    return visit.go("/progress", "deeds_hidden" if hidden else "deeds_shown")


PAGES = [
    Page("GET", "/progress", mine),
    Page("POST", "/progress/deeds", hide),
    Page("GET", "/people/{person_id:uuid}/progress", theirs),
]
