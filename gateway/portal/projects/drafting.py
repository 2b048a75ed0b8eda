"""Writing a project: saving a draft as far as it has come, by hand or by itself; editing one that is submitted."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from babel.dates import format_time
from starlette.responses import JSONResponse, Response

from chassis.contract import Failure, NotFound
from gateway.forms import Form
from gateway.languages import current_locale, zone
from gateway.portal import choices
from gateway.portal.catalogue import N_
from gateway.portal.catalogue import gettext as _
from gateway.portal.errors import field_sentence, finding_sentence
from gateway.portal.visit import Visit
from services.identity import contract as identity
from services.projects import contract as projects

LABELS: dict[str, str] = {
    "title": N_("Title"),
    "description": N_("Short description"),
    "founding_school_id": N_("Founding school"),
    "co_founder_id": N_("Co-founder"),
    "languages": N_("Languages of the project"),
    "subjects": N_("Subjects"),
    "age_from": N_("Youngest pupils’ age"),
    "age_to": N_("Oldest pupils’ age"),
    "pupils": N_("Number of pupils"),
    "aims": N_("Aims"),
    "process": N_("Work process"),
    "results": N_("Expected results"),
    "tools": N_("Tools"),
    "starts_on": N_("Start"),
    "ends_on": N_("End"),
    "allow_plus": N_("Open to Plus countries"),
    "permanent_partnership": N_("Permanent partnership"),
}
LISTS = ("languages", "subjects")
TICKS = ("allow_plus", "permanent_partnership")


def labels() -> dict[str, str]:
    """What the fields are called, in the reader's language."""
    return {name: _(label) for name, label in LABELS.items()}


def kept_of(project: projects.ProjectView) -> dict[str, Any]:
    """What is stored of a project, by the names of the form's fields."""
    return {
        **asdict(project.sheet),
        "founding_school_id": project.founding_school_id,
        "co_founder_id": project.co_founder_id,
        "permanent_partnership": project.permanent_partnership,
    }


async def new_draft(visit: Visit) -> Response:
    """Begin a project; it exists from its first saving on. (PR-01)"""
    try:
        project_id = UUID(visit.form().value("project_id"))
    except ValueError:
        project_id = visit.once
    if visit.posted:
        return await save_draft(visit, project_id)
    return await _show_draft(visit, visit.form(kept={}), project_id, None)


async def save_draft(visit: Visit, project_id: UUID) -> Response:
    """Keep what was typed. Where somebody saved meanwhile, both are shown and nothing typed is lost. (PR-11)"""
    form = visit.form()
    saved = await visit.send(form, projects.save_draft, project_id=project_id)
    if form.typed.get("autosave"):
        return _said(visit, form, saved)
    if saved is not None:
        if form.typed.get("then") == "partner":
            return visit.go(f"/projects/{project_id}/co-founder", "draft_saved")
        return visit.go(f"/projects/{project_id}", "draft_saved")
    try:
        stored = await visit.call(projects.project(project_id))
    except NotFound:
        stored = None
    return await _show_draft(visit, form, project_id, stored)


async def edit(visit: Visit) -> Response:
    """A draft goes on being written; a submitted or running project is changed as a whole. (PR-12 PR-13)"""
    project_id = visit.path["project_id"]
    stored = await visit.call(projects.project(project_id))
    if "save" in stored.actions:
        if visit.posted:
            return await save_draft(visit, project_id)
        return await _show_draft(visit, visit.form(kept=kept_of(stored)), project_id, stored)
    if not stored.is_founder:
        raise projects.NotAFounder
    if "edit" not in stored.actions:
        raise projects.NotInThisState(state=stored.state)
    form = visit.form(kept=kept_of(stored))
    if visit.posted and await visit.send(form, projects.edit, project_id=project_id) is not None:
        return visit.go(f"/projects/{project_id}", "project_edited")
    return await _show(visit, form, project_id, stored, draft=False)


async def _show_draft(
    visit: Visit, form: Form, project_id: UUID, stored: projects.ProjectView | None
) -> Response:
    me = await visit.maybe(identity.me())
    schools = [
        (str(entry.school.id), f"{entry.school.name}, {entry.school.city}")
        for entry in (me.affiliations if me else ())
        if entry.state is identity.AffiliationState.VALIDATED
    ]
    return await _show(visit, form, project_id, stored, draft=True, schools=schools)


async def _show(
    visit: Visit,
    form: Form,
    project_id: UUID,
    stored: projects.ProjectView | None,
    *,
    draft: bool,
    schools: choices.Pairs | None = None,
) -> Response:
    changed = form.problem is not None and form.problem.code == "changed_meanwhile"
    return await visit.show(
        "projects/form.html",
        form=form,
        project=stored,
        project_id=project_id,
        draft=draft,
        schools=schools or [],
        labels=labels(),
        all_languages=choices.languages(),
        all_subjects=choices.subjects(),
        meanwhile=differences(form, kept_of(stored)) if changed and stored else [],
        seen_version=stored.version if stored else 0,
    )


def differences(form: Form, kept: dict[str, Any]) -> list[tuple[str, str]]:
    """Fields whose stored content is not what was typed, each with what is stored."""
    stored = Form(kept=kept)
    found = []
    for name, label in LABELS.items():
        if name in ("founding_school_id", "co_founder_id") or name not in kept:
            continue
        if name in TICKS:
            if form.ticked(name) != stored.ticked(name):
                found.append((_(label), _("yes") if stored.ticked(name) else _("no")))
        elif name in LISTS:
            if set(form.values(name)) != set(stored.values(name)):
                found.append((_(label), ", ".join(stored.values(name))))
        elif form.value(name).split() != stored.value(name).split():
            found.append((_(label), stored.value(name)))
    return found


def _said(visit: Visit, form: Form, saved: projects.ProjectView | None) -> Response:
    """What the script on the page needs after saving by itself: the new version, and a sentence."""
    if saved is not None:
        time = format_time(saved.saved_at, "short", tzinfo=zone(visit.time_zone), locale=current_locale())
        return JSONResponse(
            {
                "version": saved.version,
                "address": f"/projects/{saved.id}/edit",
                "said": _("Saved at %(time)s.") % {"time": time},
            }
        )
    return JSONResponse({"said": _not_saved(form)}, form.status)


def _not_saved(form: Form) -> str:
    if isinstance(form.problem, Failure):
        return _("Not saved: %(why)s") % {"why": finding_sentence(form.problem)}
    wrong = [
        f"{_(LABELS.get(name, ''))}: {field_sentence(code)}"
        for name, codes in form.errors.items()
        for code in codes
    ]
    return _("Not saved yet: %(why)s") % {"why": " ".join(wrong)}
