"""Who may decide what, asked of identity at the moment of the decision and not before."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.contract import NotFound
from chassis.service import UnitOfWork
from services.approvals import contract
from services.approvals.contract import Outcome, StepKind
from services.approvals.engine.explain import Viewer
from services.identity import contract as identity

OFFICER_ROLES = ("officer", "lead", "regional", "css")
ROLES_OF = {StepKind.REGIONAL: ("regional",), StepKind.SUPPORT_ORGANISATION: ("officer", "lead")}


@dataclass(frozen=True, slots=True)
class Authority:
    """By whom, in which role and for which organisation a decision is taken."""

    by: UUID | None
    role: str
    organisation: str


@dataclass(frozen=True, slots=True)
class TaskViewer:
    """How the reader stands to a task."""

    holds_task: bool
    organisations: tuple[str, ...]
    why_not: str = ""


def authority_for(uow: UnitOfWork, waiting: Any, outcome: Outcome) -> Authority:
    """The right to decide this task now; raises `NotYourTask`, `ConflictOfInterest` or `NotValidatedYet`."""
    kind: StepKind = waiting["kind"]
    grants = uow.call(identity.grants_of(uow.actor.id))
    if kind is StepKind.PARTNER:
        if waiting["person_id"] != uow.actor.id:
            raise NotFound(what="task")
        if outcome is Outcome.APPROVE and not any(g.role == "member" for g in grants):
            raise contract.NotValidatedYet
        return Authority(uow.actor.id, "partner", "")
    if kind is StepKind.HEAD_TEACHER:
        if not any(g.role == "head_teacher" and g.organisation == waiting["holder"] for g in grants):
            raise contract.NotYourTask
        return Authority(uow.actor.id, "head_teacher", waiting["holder"])
    held = next(
        (g.role for g in grants if g.role in ROLES_OF[kind] and g.organisation == waiting["holder"]), None
    )
    if held is None:
        raise contract.NotYourTask
    if _own_interest(uow, waiting):
        raise contract.ConflictOfInterest
    return Authority(uow.actor.id, held, waiting["holder"])


def _own_interest(uow: UnitOfWork, waiting: Any) -> bool:
    """The officer works at the school, or is the person concerned. (AP-22)"""
    if waiting["person_id"] == uow.actor.id:
        return True
    own = uow.call(identity.affiliations_of((uow.actor.id,)))
    return any(a.school.id == waiting["school_id"] for a in own)


def viewer_of(uow: UnitOfWork, waiting: Any) -> TaskViewer:
    """How the reader stands to a task; raises `NotFound` for those whom it does not concern."""
    actor = uow.actor
    kind: StepKind = waiting["kind"]
    organisations = actor.organisations(*OFFICER_ROLES)
    if kind is StepKind.PARTNER:
        holds = waiting["person_id"] == actor.id
    elif kind is StepKind.HEAD_TEACHER:
        holds = actor.holds("head_teacher", waiting["holder"])
    else:
        holds = any(actor.holds(role, waiting["holder"]) for role in ROLES_OF[kind])
    if not holds and waiting["organisation"] not in organisations and waiting["holder"] not in organisations:
        raise NotFound(what="task")
    if holds and kind in ROLES_OF and _own_interest(uow, waiting):
        return TaskViewer(holds, organisations, "conflict_of_interest")
    return TaskViewer(holds, organisations)


def viewer_in_saga(uow: UnitOfWork, applicants: tuple[UUID, ...], own_organisation: str | None) -> Viewer:
    """The reader of an explanation."""
    actor = uow.actor
    return Viewer(
        person_id=actor.id,
        applicant=actor.id in applicants,
        own_organisation=own_organisation,
        organisations=actor.organisations("officer", "lead", "regional"),
        schools=tuple(UUID(school) for school in actor.organisations("head_teacher")),
    )
