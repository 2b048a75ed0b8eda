"""The officers' work queue and a head teacher's consents; one case; the deputy; the mailed link."""

import asyncio
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from chassis.contract import ANYONE, Conflict, NotFound, role
from gateway import cookies
from gateway.forms import Form
from gateway.languages import LANGUAGES, choose, speaking
from gateway.portal import choices
from gateway.portal.approval import tell
from gateway.portal.cases.trail import entry_sentence
from gateway.portal.page import Page
from gateway.portal.tabs import OFFICERS as OFFICER_ROLES
from gateway.portal.visit import Visit
from services.approvals import contract as approvals
from services.approvals.contract import Outcome, StepKind
from services.identity import contract as identity
from services.projects import contract as projects

OFFICERS = role(*OFFICER_ROLES)
TABS = ("waiting", "overdue", "mine", "decided")


# ---- the queue


async def queue(visit: Visit) -> Response:
    """What waits for the reader's organisations, or for their school. (OP-04 OP-05 OP-06)"""
    return await _show_queue(visit, visit.form())


async def _show_queue(visit: Visit, form: Form) -> Response:
    officer = visit.session is not None and visit.session.holds(*OFFICER_ROLES)
    tab = visit.query.get("tab", "waiting")
    found = None
    if officer:
        wanted = {
            "subject_kind": visit.query.get("subject", ""),
            "kind": visit.query.get("step") or None,
            "overdue": True if tab == "overdue" else None,
            "mine": tab == "mine",
            "decided": tab == "decided",
            "cursor": visit.query.get("cursor", ""),
        }
        found = await visit.call(approvals.queue(**approvals.queue.parse(wanted)))
    consents = []
    if visit.session is not None and visit.session.holds("head_teacher"):
        mine = await visit.call(approvals.my_tasks())
        consents = [task for task in mine if task.kind is StepKind.HEAD_TEACHER]
    tasks = [*(found.tasks if found else ()), *consents]
    titles, people, schools = await _named(visit, tasks)
    return await visit.show(
        "cases/queue.html",
        form=form,
        found=found,
        consents=consents,
        titles=titles,
        people=people,
        schools=schools,
        which=tab if tab in TABS else "waiting",
        steps=[pair for pair in choices.words_of(StepKind) if pair[0] != StepKind.PARTNER],
        own=visit.session.actor.organisations(*OFFICER_ROLES) if visit.session else (),
    )


async def _named(
    visit: Visit, tasks: Iterable[approvals.TaskCard]
) -> tuple[dict[UUID, str], dict[UUID, identity.PersonCard], dict[UUID, identity.SchoolCard]]:
    """Titles of projects, people and schools in a list of tasks, asked side by side."""
    about = tuple(dict.fromkeys(task.subject_id for task in tasks if task.subject_kind == "project"))
    at = tuple(dict.fromkeys(task.school_id for task in tasks if task.school_id))
    (cards, schools), people = await asyncio.gather(
        visit.together(projects.cards(about), identity.school_cards(at)),
        visit.people(person for task in tasks for person in (task.person_id, task.assigned_to)),
    )
    return (
        {card.id: card.title for card in cards or ()},
        people,
        {school.id: school for school in schools or ()},
    )


async def approve_many(visit: Visit) -> Response:
    """Approve several cases at once; those that cannot be are left out. (OP-05)"""
    form = visit.form()
    decided = await visit.send(form, approvals.decide_many)
    if decided is None:
        return await _show_queue(visit, form)
    all_done = len(decided) == len(set(form.values("task_ids")))
    return visit.go("/cases", "cases_approved" if all_done else "cases_left_out")


async def take(visit: Visit) -> Response:
    """Take a case oneself, or give it to a colleague. (AP-23 OP-05)"""
    form = visit.form()
    task_id = visit.path["task_id"]
    await visit.send(form, approvals.take, task_id=task_id)
    if not form.ok:
        return await _show_case(visit, form)
    return visit.go(f"/cases/{task_id}", "case_taken")


# ---- one case


async def case(visit: Visit) -> Response:
    """What its holder must know to decide, and nothing more."""
    return await _show_case(visit, visit.form())


async def _show_case(visit: Visit, form: Form) -> Response:
    found = await visit.call(approvals.case(visit.path["task_id"]))
    task = found.task
    about_project = task.subject_kind == "project"
    school_call = [identity.school(task.school_id)] if task.school_id else []
    (project, registrant, colleagues, *school), told = await asyncio.gather(
        visit.together(
            projects.project(task.subject_id) if about_project else identity.me(),
            identity.profile(task.person_id),
            approvals.colleagues() if _is_officer(visit) else identity.me(),
            *school_call,
        ),
        tell(visit, found.explanation, task.person_id, task.assigned_to, *(e.by for e in found.history)),
    )
    affiliations = registrant.affiliations if registrant else ()
    return await visit.show(
        "cases/case.html",
        form=form,
        case=found,
        task=task,
        told=told,
        project=project if about_project else None,
        registrant=registrant,
        affiliation=next((entry for entry in affiliations if entry.id == task.subject_id), None),
        school=school[0] if school else None,
        colleagues=await _by_name(visit, colleagues if _is_officer(visit) else ()),
        entries=[(entry, entry_sentence(entry, told)) for entry in reversed(found.history)],
        why_not=next(iter(found.why_not.values()), ""),
        own_step=told.step_of(task.id),
    )


def _is_officer(visit: Visit) -> bool:
    return visit.session is not None and visit.session.holds(*OFFICER_ROLES)


async def _by_name(visit: Visit, ids: tuple[UUID, ...] | None) -> choices.Pairs:
    people = await visit.people(ids or ())
    return choices.sorted_by_label((str(person.id), person.name) for person in people.values())


async def decide(visit: Visit) -> Response:
    """Approve, refuse with a reason, or ask for changes; who comes second is told what happened. (AP-06 AP-07)"""
    form = visit.form()
    decided = await visit.send(form, approvals.decide, task_id=visit.path["task_id"])
    if decided is None:
        return await _show_case(visit, form)
    return visit.go(f"/cases/{visit.path['task_id']}", f"case_{decided.outcome}")


async def evidence(visit: Visit) -> Response:
    """The certificate of employment, from the origin where files are served; every look is logged. (ID-08)"""
    task = (await visit.call(approvals.case(visit.path["task_id"]))).task
    if task.subject_kind != "affiliation":
        raise NotFound(what="evidence")
    found = await visit.call(identity.evidence(task.subject_id))
    return RedirectResponse(found.url, 303)


async def deputy(visit: Visit) -> Response:
    """Who stands in while one is away. (AP-23)"""
    form = visit.form(kept=await visit.call(approvals.deputy()))
    if visit.posted and await visit.send(form, approvals.set_deputy) is not None:
        return visit.go("/cases/deputy", "saved")
    colleagues = await visit.maybe(approvals.colleagues())
    return await visit.show(
        "cases/deputy.html",
        form=form,
        colleagues=await _by_name(visit, colleagues),
        known=colleagues is not None,
    )


# ---- a head teacher's mailed link


async def consent(visit: Visit) -> Response:
    """Without an account: what it is about, and two buttons. Looking decides nothing. (AP-15)"""
    link = visit.path["link"]
    try:
        found = await visit.call(approvals.open_link(link))
    except (Conflict, approvals.LinkInvalid) as finding:
        # whoever looks at an answered request, perhaps having just answered it, has done nothing wrong
        looked = isinstance(finding, approvals.AlreadyDecided) and not visit.posted
        status = 200 if looked else finding.status
        letter = visit.query.get("in", "")
        return await _in(visit, letter, "cases/consent_over.html", status=status, finding=finding)
    form = visit.form()
    if visit.posted:
        decided = await visit.send(form, approvals.decide_by_link, link=link)
        if decided is not None:
            agreed = decided.outcome is Outcome.APPROVE
            return visit.go(
                f"/consent/{link}?in={found.language}", "consent_given" if agreed else "consent_refused"
            )
    return await _in(visit, found.language, "cases/consent.html", form=form, found=found, link=link)


async def _in(visit: Visit, letter: str, template: str, *, status: int = 200, **values: Any) -> Response:
    """The page in the language of the letter, unless the reader has chosen another."""
    chosen = visit.query.get("lang") or cookies.read(
        visit.request.scope["headers"], cookies.LANGUAGE, https=visit.parts.settings.https
    )
    if chosen in LANGUAGES or not letter:
        return await visit.show(template, status=status, **values)
    language = choose(letter)
    with speaking(language):
        response = await visit.show(template, status=status, **values)
    response.headers["Content-Language"] = language
    return response


PAGES = [
    Page("GET", "/cases", queue),
    Page("POST", "/cases/approvals", approve_many, by=OFFICERS),
    Page("GET POST", "/cases/deputy", deputy, by=OFFICERS),
    Page("GET", "/cases/{task_id:uuid}", case),
    Page("POST", "/cases/{task_id:uuid}/decision", decide),
    Page("POST", "/cases/{task_id:uuid}/assignment", take, by=OFFICERS),
    Page("GET", "/cases/{task_id:uuid}/evidence", evidence),
    Page("GET POST", "/consent/{link}", consent, by=ANYONE),
]
