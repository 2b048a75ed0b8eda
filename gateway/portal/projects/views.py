"""One's projects, founding one, its page with the approval country by country, and its life."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from starlette.responses import Response

from chassis.contract import ANYONE, Call, Conflict, Invalid, role
from gateway.forms import Form, arguments_from
from gateway.languages import zone
from gateway.portal.approval import Told, tell
from gateway.portal.catalogue import N_
from gateway.portal.catalogue import gettext as _
from gateway.portal.page import Page
from gateway.portal.projects import drafting
from gateway.portal.projects.co_founder import choices_from, reason
from gateway.portal.visit import Visit
from services.approvals import contract as approvals
from services.identity import contract as identity
from services.projects import contract as projects
from services.projects.contract import ProjectState
from services.search import contract as search

MEMBERS = role("member")
ON_ITS_WAY = timedelta(minutes=1)
"""So long after a submission its approval may still be on the way from one service to the other."""
PENDING = (ProjectState.PENDING_PARTNER, ProjectState.PENDING_APPROVAL, ProjectState.CHANGES_REQUESTED)
RUNNING = (ProjectState.APPROVED, ProjectState.ACTIVE)
GROUPS: list[tuple[str, str, tuple[ProjectState, ...]]] = [
    ("drafts", N_("Drafts"), (ProjectState.DRAFT,)),
    ("pending", N_("Waiting"), PENDING),
    ("running", N_("Running"), RUNNING),
    (
        "closed",
        N_("Closed or ended"),
        (
            ProjectState.CLOSED,
            ProjectState.REJECTED,
            ProjectState.DECLINED,
            ProjectState.WITHDRAWN,
            ProjectState.EXPIRED,
        ),
    ),
]
ACTIONS: dict[str, tuple[str, str, str]] = {
    "open_twinspace": (N_("Open the TwinSpace"), "/twinspaces/{id}", "folder-kanban"),
    "save": (N_("Go on writing"), "/projects/{id}/edit", "pencil"),
    "submit": (N_("Ask for approval"), "/projects/{id}#submit", "send"),
    "answer_changes": (N_("Changes are made"), "/projects/{id}/changes", "check"),
    "edit": (N_("Edit"), "/projects/{id}/edit", "pencil"),
    "invite": (N_("Partners"), "/projects/{id}/partners", "users"),
    "start": (N_("Start now"), "/projects/{id}/start", "arrow-right"),
    "withdraw": (N_("Withdraw"), "/projects/{id}/withdrawal", "x"),
    "close": (N_("Close the project"), "/projects/{id}/closing", "lock"),
    "discard": (N_("Throw away"), "/projects/{id}/discarding", "trash-2"),
}


@dataclass(frozen=True, slots=True)
class Action:
    """Something that may be done with a project now."""

    name: str
    label: str
    path: str
    icon: str


def actions_of(names: tuple[str, ...], project_id: UUID) -> list[Action]:
    """The actions that are allowed now, in their usual order. (PR-03)"""
    return [
        Action(name, _(label), path.format(id=project_id), icon)
        for name, (label, path, icon) in ACTIONS.items()
        if name in names
    ]


# ---- lists


async def mine(visit: Visit) -> Response:
    """One's own projects with what may be done with each now. (PR-02 PR-03 PR-35)"""
    found = await visit.call(projects.mine(cursor=visit.query.get("cursor", "")))
    people = await visit.people(
        person for card in found.projects for person in (card.founder_id, card.co_founder_id)
    )
    groups = [
        (name, _(label), [card for card in found.projects if card.state in states])
        for name, label, states in GROUPS
    ]
    return await visit.show(
        "projects/mine.html", found=found, groups=groups, people=people, actions_of=actions_of, section="mine"
    )


async def gallery(visit: Visit) -> Response:
    """Approved projects, for everybody. (PR-25)"""
    found = await visit.call(projects.gallery(cursor=visit.query.get("cursor", "")))
    people = await visit.people(
        person for card in found.projects for person in (card.founder_id, card.co_founder_id)
    )
    return await visit.show("projects/gallery.html", found=found, people=people, section="gallery")


# ---- one project


async def project(visit: Visit) -> Response:
    """A project: all of it, with the approval, for those concerned; the public part for everybody else."""
    return await _show_project(visit, visit.form())


async def _show_project(visit: Visit, form: Form, reasons: tuple[str, ...] = ()) -> Response:
    found = await visit.call(projects.project(visit.path["project_id"]))
    told, missing = await _told(visit, found)
    partners = [partner.person_id for partner in found.partners]
    wanted = partners if told else [found.founder_id, found.co_founder_id, *partners]
    people, (places, similar) = await asyncio.gather(visit.people(wanted), _beside(visit, found))
    people |= told.people if told else {}
    schools = told.schools if told else await _schools(visit, found)
    invitation = told.explanation.partner if told and told.explanation.partner else None
    return await visit.show(
        "projects/project.html",
        form=form,
        project=found,
        told=told,
        approval_missing=missing,
        just_submitted=found.submitted_at is not None and found.as_of - found.submitted_at < ON_ITS_WAY,
        people=people,
        schools=schools,
        actions=actions_of(found.actions, found.id),
        invitation=invitation if invitation and invitation.can_act else None,
        own_place=next((place for place in places if place.person_id == visit.reader_id), None),
        open_places=[place for place in places if place.person_id != visit.reader_id],
        similar=similar,
        labels=drafting.labels(),
        reasons=[reason(projects.WhyNot(code), found.id, found.co_founder_id) for code in reasons],
    )


async def _beside(
    visit: Visit, found: projects.ProjectView
) -> tuple[tuple[projects.Place, ...], tuple[projects.FoundProject, ...] | None]:
    """Open requests and invitations that concern the reader, and projects like this one. (PS-20 PR-36)"""
    if found.approved_at is None:
        return (), ()
    asked: list[Call[Any]] = [search.similar_projects(found.id)]
    if visit.session is not None:
        asked.append(projects.places(found.id))
    similar, *places = await visit.together(*asked)
    return (places[0] if places else None) or (), similar


async def _told(visit: Visit, found: projects.ProjectView) -> tuple[Told | None, bool]:
    """The explanation for those concerned, and whether it should be there but did not come."""
    if visit.session is None or found.submitted_at is None:
        return None, False
    explanation = await visit.maybe(approvals.explain_project(found.id))
    if explanation is None:
        return None, True
    return await tell(visit, explanation, found.founder_id, found.co_founder_id), False


async def _schools(visit: Visit, found: projects.ProjectView) -> dict[UUID, identity.SchoolCard]:
    ids = {school.school_id for school in found.founding_schools} | {found.founding_school_id}
    cards = await visit.maybe(identity.school_cards(tuple(i for i in ids if i)))
    return {card.id: card for card in cards or ()}


async def submit(visit: Visit) -> Response:
    """Ask for approval; what is missing, and why the co-founder cannot be invited, is said on the page. (AP-01)"""
    form = visit.form()
    project_id = visit.path["project_id"]
    wanted = arguments_from(projects.submit, form.typed, zone(visit.time_zone), project_id=project_id)
    try:
        await visit.call(projects.submit(**projects.submit.parse(wanted)))
    except projects.CoFounderNotAllowed as refused:
        form.refuse(refused)
        return await _show_project(visit, form, tuple(refused.details.get("reasons", ())))
    except Invalid as invalid:
        form.refuse(invalid)
    except Conflict as finding:
        form.conflict(finding)
    if form.ok:
        return visit.go(f"/projects/{project_id}", "project_submitted")
    return await _show_project(visit, form)


async def choose_co_founder(visit: Visit) -> Response:
    """The founder's contacts: choose one, or read every reason why not. (PR-06 PR-17)"""
    project_id = visit.path["project_id"]
    found = await visit.call(projects.project(project_id))
    if "save" not in found.actions:
        raise projects.NotInThisState(state=found.state) if found.is_founder else projects.NotAFounder
    form = visit.form()
    if visit.posted:
        sheet = asdict(found.sheet)
        chosen = {"founding_school_id": found.founding_school_id, "seen_version": found.version, **sheet}
        saved = await visit.send(form, projects.save_draft, project_id=project_id, **chosen)
        if saved is not None:
            return visit.go(f"/projects/{project_id}", "co_founder_chosen")
    candidates = await visit.call(projects.candidates(project_id))
    people = await visit.people(candidate.person_id for candidate in candidates)
    return await visit.show(
        "projects/co_founder.html",
        form=form,
        project=found,
        choices=choices_from(candidates, people, project_id),
    )


# ---- what founders do about the approval


async def answer_invitation(visit: Visit) -> Response:
    """Accept or decline to found the project together, from its page or from the notification. (CO-14)"""
    form = visit.form()
    project_id = visit.path["project_id"]
    decided = await visit.send(form, approvals.decide)
    if decided is None:
        return await _show_project(visit, form)
    accepted = decided.outcome is approvals.Outcome.APPROVE
    return visit.go(f"/projects/{project_id}", "invitation_accepted" if accepted else "invitation_declined")


async def nudge(visit: Visit) -> Response:
    """A friendly reminder to whoever holds a step, once in five days. (AP-14)"""
    return await _about_approval(visit, approvals.nudge(visit.path["task_id"]), "nudged")


async def send_again(visit: Visit) -> Response:
    """Have a notice sent again. (AP-26)"""
    return await _about_approval(visit, approvals.send_again(visit.path["notice_id"]), "sent_again")


async def _about_approval(visit: Visit, call: Call[Any], notice: str) -> Response:
    try:
        await visit.call(call)
    except Conflict as finding:
        form = visit.form()
        form.conflict(finding)
        return await _show_project(visit, form)
    return visit.go(f"/projects/{visit.path['project_id']}", notice)


# ---- what is confirmed on a page of its own


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A step that is asked about once more before it is taken."""

    action: str
    heading: str
    sentences: tuple[str, ...]
    button: str
    call: Callable[[projects.ProjectView], Call[Any]]
    notice: str
    grave: bool = False
    back: str = "/projects/{id}"


CONFIRMATIONS = {
    "discarding": Confirmation(
        "discard",
        N_("Throw this draft away?"),
        (N_("Everything written in it is lost."),),
        N_("Throw the draft away"),
        lambda found: projects.discard_draft(found.id),
        "draft_discarded",
        grave=True,
        back="/projects",
    ),
    "withdrawal": Confirmation(
        "withdraw",
        N_("Withdraw this project?"),
        (
            N_("The approval ends in both countries, and everybody asked is told."),
            N_("A withdrawn project cannot be submitted again; you can begin a new one."),
        ),
        N_("Withdraw the project"),
        lambda found: approvals.withdraw(found.id),
        "project_withdrawn",
        grave=True,
    ),
    "changes": Confirmation(
        "answer_changes",
        N_("Are the changes made?"),
        (
            N_("Whoever asked for them is told, and all clocks run again."),
            N_(
                "What the other country has approved stays approved unless ages, aims or the openness to Plus countries changed."
            ),
        ),
        N_("Yes, changes are made"),
        lambda found: approvals.answer_changes(found.id),
        "changes_answered",
    ),
    "start": Confirmation(
        "start",
        N_("Start this project now?"),
        (N_("Otherwise it starts by itself on its start date."),),
        N_("Start now"),
        lambda found: projects.start(found.id, found.version),
        "project_started",
    ),
    "closing": Confirmation(
        "close",
        N_("Close this project?"),
        (
            N_(
                "Its TwinSpace becomes read-only for everybody: pages stay, but nothing can be written any more."
            ),
            N_("It cannot be opened again by you."),
        ),
        N_("Close the project"),
        lambda found: projects.close(found.id, found.version, confirmed=True),
        "project_closed",
        grave=True,
    ),
}


def confirming(name: str) -> Callable[[Visit], Awaitable[Response]]:
    """The page that asks once more, and does it when it is answered."""
    asked = CONFIRMATIONS[name]

    async def view(visit: Visit) -> Response:
        found = await visit.call(projects.project(visit.path["project_id"]))
        if not found.is_founder:
            raise projects.NotAFounder
        form = visit.form()
        if asked.action not in found.actions:
            form.conflict(projects.NotInThisState(state=found.state))
        elif visit.posted:
            try:
                await visit.call(asked.call(found))
                return visit.go(asked.back.format(id=found.id), asked.notice)
            except (Conflict, Invalid) as finding:
                form.conflict(finding)
        return await visit.show(
            "projects/confirm.html",
            form=form,
            project=found,
            asked=asked,
            heading=_(asked.heading),
            sentences=[_(sentence) for sentence in asked.sentences],
            button=_(asked.button),
            possible=asked.action in found.actions,
        )

    view.__doc__ = asked.heading
    return view


PAGES = [
    Page("GET", "/projects", mine),
    Page("GET", "/projects/gallery", gallery, by=ANYONE, public=True),
    Page("GET POST", "/projects/new", drafting.new_draft, by=MEMBERS),
    Page("GET", "/projects/{project_id:uuid}", project, by=ANYONE),
    Page("GET POST", "/projects/{project_id:uuid}/edit", drafting.edit),
    Page("GET POST", "/projects/{project_id:uuid}/co-founder", choose_co_founder, by=MEMBERS),
    Page("POST", "/projects/{project_id:uuid}/submission", submit, by=MEMBERS),
    Page("POST", "/projects/{project_id:uuid}/invitation", answer_invitation),
    Page("POST", "/projects/{project_id:uuid}/reminders/{task_id:uuid}", nudge),
    Page("POST", "/projects/{project_id:uuid}/notices/{notice_id:uuid}", send_again),
    *(Page("GET POST", f"/projects/{{project_id:uuid}}/{name}", confirming(name)) for name in CONFIRMATIONS),
]
