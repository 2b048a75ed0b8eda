"""A project's private space: its home, its pages, and the pages its teachers show to everybody."""

from typing import Any
from uuid import UUID

from markupsafe import Markup
from starlette.responses import Response

from chassis.contract import ANYONE, Conflict, Invalid, NotFound
from gateway.forms import Form
from gateway.portal import choices
from gateway.portal.page import Page
from gateway.portal.visit import Visit
from services.projects import contract as projects
from services.twinspace import contract as twinspace
from services.twinspace.contract import PageView, PageVisibility, SpaceView


async def home(visit: Visit) -> Response:
    """Members, and the pages in their order. (TS-01 TS-05)"""
    return await _show_home(visit, visit.form())


async def _show_home(visit: Visit, form: Form) -> Response:
    space = await visit.call(twinspace.space(visit.path["project_id"]))
    people = await visit.people([*(m.person_id for m in space.members), *(p.author_id for p in space.pages)])
    return await visit.show(
        "twinspaces/home.html",
        form=form,
        space=space,
        people=people,
        title=await _title(visit, space.project_id),
        rows=in_order(space.pages),
    )


def in_order(pages: tuple[twinspace.PageCard, ...]) -> list[tuple[twinspace.PageCard, int]]:
    """Pages with how deep they stand: each below the page it belongs to."""
    shown = {page.id for page in pages}
    below: dict[UUID | None, list[twinspace.PageCard]] = {}
    for page in pages:
        below.setdefault(page.parent_id if page.parent_id in shown else None, []).append(page)
    return [
        row
        for page in below.get(None, [])
        for row in [(page, 0), *((sub, 1) for sub in below.get(page.id, []))]
    ]


async def _title(visit: Visit, project_id: UUID) -> str:
    card = await visit.maybe(projects.cards((project_id,)))
    return card[0].title if card else ""


async def move(visit: Visit) -> Response:
    """One place up or down among its neighbours. (TS-05)"""
    project_id = visit.path["project_id"]
    form = visit.form()
    space = await visit.call(twinspace.space(project_id))
    order = moved(space.pages, form.value("page_id"), up=form.value("to") == "up")
    try:
        await visit.call(twinspace.order_pages(project_id, tuple(order)))
    except (Conflict, Invalid) as finding:
        form.conflict(finding)
        return await _show_home(visit, form)
    return visit.go(f"/twinspaces/{project_id}", "pages_ordered")


def moved(pages: tuple[twinspace.PageCard, ...], page_id: str, *, up: bool) -> list[UUID]:
    """The order of all pages after one has changed places with its neighbour of the same level."""
    order = [page for page, _ in in_order(pages)]
    page = next((p for p in order if str(p.id) == page_id), None)
    if page is None:
        return [p.id for p in order]
    level = [p for p in order if p.parent_id == page.parent_id]
    other = level.index(page) + (-1 if up else 1)
    ids = [p.id for p in order]
    if 0 <= other < len(level):
        here, there = ids.index(page.id), ids.index(level[other].id)
        ids[here], ids[there] = ids[there], ids[here]
    return ids


async def page(visit: Visit) -> Response:
    """A page as members read it."""
    found = await visit.call(twinspace.page(visit.path["page_id"]))
    if found.project_id != visit.path["project_id"]:
        raise NotFound(what="page")
    space = await visit.call(twinspace.space(found.project_id))
    return await _show_page(visit, found, space)


async def public_page(visit: Visit) -> Response:
    """A page its teachers show to everybody. (TS-06)"""
    found = await visit.call(twinspace.page(visit.path["page_id"]))
    if found.visibility is not PageVisibility.PUBLIC:
        return visit.go(f"/twinspaces/{found.project_id}/pages/{found.id}")
    return await _show_page(visit, found, None)


async def _show_page(visit: Visit, found: PageView, space: SpaceView | None) -> Response:
    people = await visit.people([found.author_id, found.changed_by])
    return await visit.show(
        "twinspaces/page.html",
        page=found,
        # the service has let through an allow-list of tags only
        content=Markup(found.html),  # noqa: S704
        space=space,
        people=people,
        title=await _title(visit, found.project_id) if visit.session else "",
    )


async def write(visit: Visit) -> Response:
    """Write a new page, or change one; what was typed stays when somebody else was quicker. (TS-05 TS-06 TS-02)"""
    project_id, page_id = visit.path["project_id"], visit.path.get("page_id")
    space = await visit.call(twinspace.space(project_id))
    stored: PageView | None = None
    if page_id:
        stored = await visit.call(twinspace.page(page_id))
    form = visit.form(kept=stored or {"visibility": PageVisibility.MEMBERS})
    if visit.posted:
        given: dict[str, Any] = {"project_id": project_id, "page_id": page_id or visit.once}
        written = await visit.send(form, twinspace.write_page, **given)
        if written is not None:
            return visit.go(f"/twinspaces/{project_id}/pages/{written.id}", "page_saved")
    changed = form.problem is not None and form.problem.code == "changed_meanwhile"
    publisher = "order_pages" in space.actions
    return await visit.show(
        "twinspaces/write.html",
        form=form,
        space=space,
        page=stored,
        meanwhile=stored if changed else None,
        title=await _title(visit, project_id),
        visibilities=[
            v for v in choices.words_of(PageVisibility) if publisher or v[0] != PageVisibility.PUBLIC
        ],
        parents=[(str(p.id), p.title) for p in space.pages if p.parent_id is None and p.id != page_id],
        writable="write_page" in space.actions,
    )


async def delete(visit: Visit) -> Response:
    """Take a page away, after asking once more."""
    project_id, page_id = visit.path["project_id"], visit.path["page_id"]
    found = await visit.call(twinspace.page(page_id))
    form = visit.form()
    if visit.posted:
        await visit.send(form, twinspace.delete_page, page_id=page_id)
        if form.ok:
            return visit.go(f"/twinspaces/{project_id}", "page_deleted")
    return await visit.show("twinspaces/delete.html", form=form, page=found)


HOME = "/twinspaces/{project_id:uuid}"
ONE = HOME + "/pages/{page_id:uuid}"
PAGES = [
    Page("GET", HOME, home),
    Page("POST", HOME + "/order", move),
    Page("GET POST", HOME + "/pages/new", write),
    Page("GET", ONE, page),
    Page("GET POST", ONE + "/edit", write),
    Page("GET POST", ONE + "/deletion", delete),
    Page("GET", "/pages/{page_id:uuid}", public_page, by=ANYONE, public=True),
]
