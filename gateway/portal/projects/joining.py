"""Finding projects, copying their outline, and the way into a running one: asked for, offered, accepted."""

from uuid import UUID

from starlette.responses import Response

from chassis.contract import ANYONE, Invalid, role
from gateway.forms import Form
from gateway.portal import searching
from gateway.portal.page import Page
from gateway.portal.projects.co_founder import Choice, Reason, choices_from, reason
from gateway.portal.visit import Visit
from services.identity import contract as identity
from services.projects import contract as projects
from services.search import contract as search

MEMBERS = role("member")
BUSY = 503


async def find(visit: Visit) -> Response:
    """Projects by keyword and filter. (PS-20 PR-28)"""
    found = await searching.results(visit, search.find_projects)
    people = await visit.people(_founders_of(found))
    return await visit.show(
        "projects/search.html",
        r=found,
        names=searching,
        people=people,
        section="search",
        status=BUSY if found.away else found.form.status,
    )


def _founders_of(found: searching.Results) -> list[UUID | None]:
    projects_found = found.found.projects if found.found else ()
    return [person for one in projects_found for person in (one.card.founder_id, one.card.co_founder_id)]


async def copy_outline(visit: Visit) -> Response:
    """Begin a draft with another project's outline. (PR-28)"""
    draft = await visit.call(projects.copy_outline(visit.path["project_id"], draft_id=visit.once))
    return visit.go(f"/projects/{draft.id}/edit", "outline_copied")


# ---- asking for a place


async def ask(visit: Visit) -> Response:
    """Ask the founders for a place, with a contact request to them if one wants. (PR-36)"""
    found = await visit.call(projects.project(visit.path["project_id"]))
    form = visit.form(kept={"contact": True})
    if visit.posted:
        asked = await visit.send(form, projects.ask_for_place, place_id=visit.once, project_id=found.id)
        if asked is not None:
            if form.ticked("contact"):
                await _ask_for_contact(visit, found, form.value("message"))
            return visit.go(f"/projects/{found.id}", "place_asked")
    elif "ask_for_place" not in found.actions:
        form.conflict(projects.AlreadyThere())
    people = await visit.people([found.founder_id, found.co_founder_id])
    return await visit.show("projects/ask.html", form=form, project=found, people=people)


async def _ask_for_contact(visit: Visit, found: projects.ProjectView, message: str) -> None:
    """The founder is asked for contact too; that there is a contact or request already does not matter."""
    asking = identity.ask_for_contact(
        contact_id=visit.new_once(), person_id=found.founder_id, message=message[:500]
    )
    await visit.maybe(asking)


async def accept(visit: Visit) -> Response:
    """Accept an invitation: one is in the project from now on. (PR-16)"""
    place = await visit.call(projects.accept_place(visit.path["place_id"]))
    return visit.go(f"/projects/{place.project_id}", "place_accepted")


async def decline(visit: Visit) -> Response:
    """Decline an invitation, or take one's request back."""
    place = await visit.call(projects.decline_place(visit.path["place_id"]))
    return visit.go(f"/projects/{place.project_id}", "place_declined")


# ---- the founders' side


async def partners(visit: Visit) -> Response:
    """Who asks for a place, who is invited, and which contacts can be. (PR-16 PR-17 PR-36)"""
    return await _show_partners(visit, visit.form())


async def _show_partners(visit: Visit, form: Form, refused: list[Reason] | None = None) -> Response:
    found = await visit.call(projects.project(visit.path["project_id"]))
    if not found.is_founder:
        raise projects.NotAFounder
    candidates, places = await visit.together(
        projects.partner_candidates(found.id), projects.places(found.id)
    )
    ids = [place.person_id for place in places or ()] + [one.person_id for one in candidates or ()]
    people = await visit.people(ids)
    open_to = {place.person_id for place in places or ()}
    choices: list[Choice] = choices_from(
        tuple(one for one in candidates or () if one.person_id not in open_to), people, found.id
    )
    return await visit.show(
        "projects/partners.html",
        form=form,
        project=found,
        places=places,
        choices=choices if candidates is not None else None,
        people=people,
        refused=refused,
        told=lambda place: [
            reason(why, found.id, place.person_id) for why in (*place.reasons, *place.warnings)
        ],
    )


async def invite(visit: Visit) -> Response:
    """Invite a contact, or answer who has asked with an invitation."""
    project_id, form = visit.path["project_id"], visit.form()
    place_id = form.value("place_id")
    try:
        if place_id:
            await visit.call(projects.offer_place(**projects.offer_place.parse({"place_id": place_id})))
        elif await visit.send(form, projects.invite, place_id=visit.once, project_id=project_id) is None:
            return await _show_partners(visit, form, _reasons(form.problem, project_id))
    except projects.PartnerNotAllowed as refused:
        form.conflict(refused)
        return await _show_partners(visit, form, _reasons(refused, project_id))
    return visit.go(f"/projects/{project_id}/partners", "place_offered")


def _reasons(refused: object, project_id: UUID) -> list[Reason]:
    codes = refused.details.get("reasons", ()) if isinstance(refused, Invalid) else ()
    return [reason(projects.WhyNot(code), project_id) for code in codes]


async def refuse(visit: Visit) -> Response:
    """Answer who has asked with the reason why not."""
    form = visit.form()
    if await visit.send(form, projects.refuse_place, place_id=form.value("place_id")) is not None:
        return visit.go(f"/projects/{visit.path['project_id']}/partners", "place_refused")
    return await _show_partners(visit, form)


PAGES = [
    Page("GET", "/projects/search", find, by=ANYONE),
    Page("POST", "/projects/{project_id:uuid}/outline", copy_outline, by=MEMBERS),
    Page("GET POST", "/projects/{project_id:uuid}/place", ask, by=MEMBERS),
    Page("GET", "/projects/{project_id:uuid}/partners", partners, by=MEMBERS),
    Page("POST", "/projects/{project_id:uuid}/partners/invitation", invite, by=MEMBERS),
    Page("POST", "/projects/{project_id:uuid}/partners/refusal", refuse, by=MEMBERS),
    Page("POST", "/places/{place_id:uuid}/acceptance", accept, by=MEMBERS),
    Page("POST", "/places/{place_id:uuid}/end", decline),
]
