"""What a reader is shown of a project."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from chassis.contract import Actor, NotFound
from chassis.store import write_cursor
from services.projects.contract import (
    Candidate,
    FoundProject,
    ProjectCard,
    ProjectDocument,
    Projects,
    ProjectState,
    ProjectView,
    Sheet,
)
from services.projects.contract import Place as PlaceView
from services.projects.domain import EMPTY, MANY_OPEN, PUBLIC, Place, Project
from services.projects.store import PAGE

OFFICER_ROLES = ("officer", "lead", "regional")


def loaded(row: RowMapping) -> Project:
    """The aggregate from a row that was read for showing only."""
    names = Project.__dataclass_fields__
    return Project(**{name: value for name, value in row.items() if name in names})


def view(project: Project, actor: Actor | None, now: datetime) -> ProjectView:
    """A project for this reader; raises `NotFound` for those who may not know of it. (PR-25)

    Founders and those who decide on it see everything; the co-founder from submission on; everyone else the
    public part of an approved project.
    """
    if not may_see(project, actor):
        raise NotFound(what="project")
    person_id = actor.id if actor else None
    founder = person_id in project.founders
    inside = founder or _decides(project, actor)
    return ProjectView(
        id=project.id,
        version=project.version,
        state=project.state,
        sheet=project.sheet,
        founder_id=project.founder_id,
        co_founder_id=project.co_founder_id,
        founding_school_id=project.founding_school_id,
        founding_schools=project.founding_schools,
        created_at=project.created_at,
        saved_at=project.saved_at,
        submitted_at=project.submitted_at if inside else None,
        approved_at=project.approved_at,
        started_at=project.started_at,
        closed_at=project.closed_at,
        permanent_partnership=project.permanent_partnership,
        is_founder=founder,
        actions=project.actions_for(person_id),
        why_not=project.why_not_for(person_id),
        partners=project.partners,
        is_partner=person_id in project.members and not founder,
        outline_of=project.outline_of if founder else None,
        missing=project.missing() if founder and project.state is ProjectState.DRAFT else (),
        as_of=now,
    )


def may_see(project: Project, actor: Actor | None) -> bool:
    """Founders, those who decide on it, and everyone once it is approved. (PR-25)"""
    founder = actor is not None and actor.id in project.founders
    return founder or _decides(project, actor) or project.state in PUBLIC


def _decides(project: Project, actor: Actor | None) -> bool:
    """An officer of a founding organisation, a founding school's head teacher, or the central support service."""
    if actor is None or project.submitted_at is None:
        return False
    organisations = set(actor.organisations(*OFFICER_ROLES))
    for school in project.founding_schools:
        if organisations & {school.organisation, school.regional_organisation}:
            return True
        if actor.holds("head_teacher", str(school.school_id)):
            return True
    return actor.holds("css")


def card(row: RowMapping, person_id: UUID | None = None) -> ProjectCard:
    """A project in a list."""
    project = loaded(row)
    return ProjectCard(
        id=project.id,
        title=project.sheet.title,
        state=project.state,
        founder_id=project.founder_id,
        co_founder_id=project.co_founder_id,
        countries=project.countries,
        starts_on=project.sheet.starts_on,
        ends_on=project.sheet.ends_on,
        changed_at=project.changed_at or project.saved_at,
        actions=project.actions_for(person_id),
    )


def page(
    rows: Sequence[RowMapping], column: str, person_id: UUID | None = None, open_count: int = 0
) -> Projects:
    """A page of projects with the cursor of the next."""
    shown = rows[:PAGE]
    following = write_cursor(shown[-1][column], shown[-1]["id"]) if len(rows) > PAGE else None
    cards = tuple(card(row, person_id) for row in shown)
    return Projects(cards, following, open_count, open_count >= MANY_OPEN)


def found(row: RowMapping) -> FoundProject:
    """A project in a list of search results. (PS-20)"""
    sheet: Sheet = row["sheet"]
    return FoundProject(
        card(row), sheet.description, sheet.languages, sheet.subjects, sheet.age_from, sheet.age_to
    )


def document(row: RowMapping) -> ProjectDocument:
    """A project as the index wants it; of those that nobody may find, only that."""
    project = loaded(row)
    listed = project.state in PUBLIC
    return ProjectDocument(
        id=project.id,
        version=project.version,
        listed=listed,
        state=project.state,
        sheet=project.sheet if listed else EMPTY,
        countries=project.countries if listed else (),
        approved_at=project.approved_at,
    )


def place(
    row: Any, reader: UUID, founders: Iterable[UUID] = (), title: str = "", judged: Candidate | None = None
) -> PlaceView:
    """A place as one reader sees it: founders learn what keeps them from offering it."""
    names = [name for name in Place.__dataclass_fields__ if name not in ("answered_by", "version")]
    kept = row if isinstance(row, Place) else Place(**{name: row[name] for name in names})
    return PlaceView(
        **{name: getattr(kept, name) for name in names},
        project_title=title,
        actions=kept.actions_for(reader, founders),
        reasons=judged.reasons if judged else (),
        warnings=judged.warnings if judged else (),
    )
