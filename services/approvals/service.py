"""Approvals: one method per message."""

import hashlib
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

import uuid_utils.compat as uuid

from chassis import clock
from chassis.contract import Forbidden, Invalid, NotFound
from chassis.entrypoints import Outcome as CommandOutcome
from chassis.observe import metrics
from chassis.service import Service, UnitOfWork, answers, each_second, on, on_outcome
from chassis.settings import settings
from chassis.store import Store
from services.approvals import contract, links, progress, queue
from services.approvals.authority import Authority, authority_for, viewer_of
from services.approvals.contract import NoticeState, Outcome, StepKind
from services.approvals.engine.turn import Decision, Turn
from services.approvals.explaining import explain_to, history
from services.approvals.sagas import AffiliationValidation, ProjectApproval
from services.approvals.store import (
    OfficersView,
    Process,
    deputy,
    next_due,
    notice,
    oldest_open,
    open_head_teacher_tasks,
    process_of,
    sagas_by_status,
    task,
    task_by_id,
    tasks_for_person,
)
from services.community import contract as community
from services.identity import contract as identity
from services.projects import contract as projects
from services.twinspace import contract as twinspace


class ApprovalsService(Service):
    """Who must say yes, in what order, by when, and what follows."""

    name = "approvals"
    calls = (
        identity.grants_of,
        identity.officers,
        identity.head_teachers,
        identity.recipients,
        identity.affiliations_of,
        projects.sheet,
    )
    commands = (
        twinspace.provision,
        twinspace.discard,
        projects.activate,
        identity.validate_affiliation,
        identity.refuse_affiliation,
    )
    unheard = (contract.ProjectApproved,)
    database_settings: ClassVar[dict[str, str]] = {"app.engine": "on"}

    _officers: OfficersView | None = None

    def _officers_view(self, uow: UnitOfWork) -> OfficersView:
        """The officers' own door to the database, opened when first needed."""
        if self._officers is None:
            self._officers = OfficersView(uow.store)
        return self._officers

    def measure(self, store: Store) -> None:
        """Sagas by status, and how long the oldest open sign-off of each organisation has waited (business time)."""
        for row in store.rows(sagas_by_status()):
            metrics().sagas.labels(row["kind"], row["status"]).set(row["n"])
        metrics().oldest_sign_off.clear()
        for row in store.rows(oldest_open()):
            age = (clock.now() - row["since"]).total_seconds()
            metrics().oldest_sign_off.labels(row["organisation"] or "", row["kind"]).set(age)

    # ---- sagas begin

    @on(projects.ProjectSubmitted)
    def begin_approval(self, uow: UnitOfWork, submitted: projects.ProjectSubmitted) -> None:
        """A founder has asked: the co-founder is invited first. (AP-01)"""
        progress.begin(uow, ProjectApproval.begun_by(submitted, uow.now.date()), uuid.uuid7())

    @on(identity.AffiliationRequested)
    def begin_validation(self, uow: UnitOfWork, requested: identity.AffiliationRequested) -> None:
        """Somebody wants to be confirmed at a school. (ID-05)"""
        progress.begin(uow, AffiliationValidation.begun_by(requested, uow.now.date()), uuid.uuid7())

    # ---- deciding

    @answers(contract.decide)
    def decide(
        self, uow: UnitOfWork, task_id: UUID, outcome: Outcome, seen_version: int, reason: str = ""
    ) -> contract.Decided:
        waiting = _task(uow, task_id)
        authority = authority_for(uow, waiting, outcome)
        return _decide(uow, waiting, authority, outcome, reason, seen_version)

    @answers(contract.decide_many)
    def decide_many(self, uow: UnitOfWork, task_ids: tuple[UUID, ...]) -> tuple[contract.Decided, ...]:
        allowed = []
        for task_id in dict.fromkeys(task_ids):
            try:
                waiting = _task(uow, task_id)
                if waiting["state"] == contract.StepState.WAITING:
                    allowed.append((waiting, authority_for(uow, waiting, Outcome.APPROVE)))
            except (NotFound, Forbidden):
                continue
        return tuple(
            _decide(uow, w, authority, Outcome.APPROVE, "", w["version"]) for w, authority in allowed
        )

    @answers(contract.open_link)
    def open_link(self, uow: UnitOfWork, link: str) -> contract.LinkView:
        ticket, waiting, head = _follow_link(uow, link)
        view = queue.link_view(uow, waiting, head)
        progress.move_notices(uow, notice.c.task_id == ticket.task_id, NoticeState.OPENED)
        return view

    @answers(contract.decide_by_link)
    def decide_by_link(
        self, uow: UnitOfWork, link: str, outcome: Outcome, reason: str = ""
    ) -> contract.Decided:
        ticket, waiting, head = _follow_link(uow, link)
        authority = Authority(by=head.account_id, role="head_teacher", organisation=str(head.school_id))
        return _decide(uow, waiting, authority, outcome, reason, ticket.version)

    @answers(contract.withdraw)
    def withdraw(self, uow: UnitOfWork, project_id: UUID) -> contract.Done:
        return _applicant_turn(uow, project_id, lambda turn: turn.withdraw(uow.actor.id))

    @answers(contract.answer_changes)
    def answer_changes(self, uow: UnitOfWork, project_id: UUID) -> contract.Done:
        return _applicant_turn(uow, project_id, lambda turn: turn.answer_changes(uow.actor.id))

    @answers(contract.nudge)
    def nudge(self, uow: UnitOfWork, task_id: UUID) -> contract.Done:
        waiting = _task(uow, task_id)
        return _applicant_turn(
            uow, waiting["subject_id"], lambda turn: turn.nudge(waiting["key"], uow.actor.id)
        )

    @answers(contract.send_again)
    def send_again(self, uow: UnitOfWork, notice_id: UUID) -> contract.Done:
        waiting = _task(uow, queue.task_of_notice(uow, notice_id))
        return _applicant_turn(
            uow, waiting["subject_id"], lambda turn: turn.send_again(waiting["key"], uow.actor.id)
        )

    # ---- seeing

    @answers(contract.explain_project)
    def explain_project(self, uow: UnitOfWork, project_id: UUID) -> contract.Explanation:
        return explain_to(uow, "project", project_id)

    @answers(contract.explain_affiliation)
    def explain_affiliation(self, uow: UnitOfWork, affiliation_id: UUID) -> contract.Explanation:
        return explain_to(uow, "affiliation", affiliation_id)

    @answers(contract.my_tasks)
    def my_tasks(self, uow: UnitOfWork) -> tuple[contract.TaskCard, ...]:
        schools = uow.actor.organisations("head_teacher")
        return tuple(
            queue.card(row, uow.now) for row in uow.store.rows(tasks_for_person(uow.actor.id, schools))
        )

    @answers(contract.queue)
    def queue(
        self,
        uow: UnitOfWork,
        subject_kind: str = "",
        kind: StepKind | None = None,
        overdue: bool | None = None,
        mine: bool = False,
        decided: bool = False,
        cursor: str = "",
    ) -> contract.Queue:
        return queue.page(uow, self._officers_view(uow), subject_kind, kind, overdue, mine, decided, cursor)

    @answers(contract.case)
    def case(self, uow: UnitOfWork, task_id: UUID) -> contract.Case:
        waiting = _task(uow, task_id)
        viewer = viewer_of(uow, waiting)
        explanation = explain_to(uow, waiting["subject_kind"], waiting["subject_id"])
        case = queue.case(uow, waiting, explanation, viewer, history(uow, waiting, viewer))
        if viewer.holds_task:
            progress.move_notices(uow, notice.c.task_id == task_id, NoticeState.OPENED)
        return case

    @answers(contract.take)
    def take(self, uow: UnitOfWork, task_id: UUID, person_id: UUID | None = None) -> contract.TaskCard:
        waiting = _task(uow, task_id)
        colleagues = {officer.person_id for officer in uow.call(identity.officers((waiting["holder"],)))}
        if uow.actor.id not in colleagues:
            raise contract.NotYourTask
        if person_id is not None and person_id not in colleagues:
            raise Invalid(fields={"person_id": ["not_a_colleague"]})
        chosen = person_id or uow.actor.id
        uow.session.execute(task.update().where(task.c.id == task_id).values(assigned_to=chosen))
        return queue.card({**waiting, "assigned_to": chosen}, uow.now)

    @answers(contract.colleagues)
    def colleagues(self, uow: UnitOfWork) -> tuple[UUID, ...]:
        return _colleagues(uow)

    @answers(contract.set_deputy)
    def set_deputy(
        self, uow: UnitOfWork, away_from: date, away_until: date, deputy_id: UUID
    ) -> contract.Deputy:
        return queue.name_deputy(uow, away_from, away_until, deputy_id, set(_colleagues(uow)))

    @answers(contract.deputy)
    def deputy(self, uow: UnitOfWork) -> contract.Deputy | None:
        found = uow.rows(deputy.select().where(deputy.c.person_id == uow.actor.id))
        return (
            contract.Deputy(found[0]["away_from"], found[0]["away_until"], found[0]["deputy_id"])
            if found
            else None
        )

    @answers(contract.letter)
    def letter(self, uow: UnitOfWork, notice_id: UUID) -> contract.Letter:
        waiting = _task(uow, queue.task_of_notice(uow, notice_id))
        return queue.head_teachers_letter(uow, waiting, settings().link_secret)

    # ---- what others say

    @on(projects.ProjectEdited)
    def project_edited(self, uow: UnitOfWork, edited: projects.ProjectEdited) -> None:
        """Substance takes approvals back where the policy says so. (AP-07)"""
        process_id = _process_id(uow, "project", edited.project_id)
        if process_id is not None:
            _turn(uow, process_id, lambda turn: turn.edited(edited.by, edited.substance))

    @on(identity.EvidenceAttached)
    def evidence_attached(self, uow: UnitOfWork, attached: identity.EvidenceAttached) -> None:
        """The document asked for is there: the clocks run again."""
        process_id = _process_id(uow, "affiliation", attached.affiliation_id)
        if process_id is not None:
            _turn(uow, process_id, lambda turn: turn.answer_changes(None) if turn.state.paused else turn)

    @on(identity.AffiliationEnded)
    def affiliation_ended(self, uow: UnitOfWork, ended: identity.AffiliationEnded) -> None:
        """Who has left need not be confirmed any more."""
        process_id = _process_id(uow, "affiliation", ended.affiliation_id)
        if process_id is not None:
            _turn(uow, process_id, lambda turn: turn.become_pointless())

    @on(identity.HeadTeacherChanged)
    def head_teacher_changed(self, uow: UnitOfWork, changed: identity.HeadTeacherChanged) -> None:
        """Open requests go to the corrected address. (AP-17)"""
        for waiting in uow.store.rows(open_head_teacher_tasks(changed.school_id)):
            _turn(uow, waiting["process_id"], lambda turn, key=waiting["key"]: turn.address_corrected(key))

    @on(community.MailSent)
    def mail_sent(self, uow: UnitOfWork, sent: community.MailSent) -> None:
        """The mail server took a notice. (AP-26)"""
        progress.move_notices(uow, notice.c.id == sent.notice_id, NoticeState.DELIVERED)

    @on(community.MailBounced)
    def mail_bounced(self, uow: UnitOfWork, bounced: community.MailBounced) -> None:
        """The mail came back: those who can correct the address are asked to. (AP-17)"""
        progress.move_notices(uow, notice.c.id == bounced.notice_id, NoticeState.BOUNCED)
        found = uow.rows(notice.select().where(notice.c.id == bounced.notice_id))
        if not found or found[0]["task_id"] is None:
            return
        waiting = _task(uow, found[0]["task_id"])
        if waiting["kind"] == StepKind.HEAD_TEACHER and found[0]["to_holder"]:
            _turn(uow, waiting["process_id"], lambda turn: turn.bounced(waiting["key"]))

    @on_outcome
    def command_ended(self, uow: UnitOfWork, outcome: CommandOutcome) -> None:
        """A command this service ordered is done or refused."""
        process_id, order_key = outcome.key.split("|", 1)
        code = outcome.failure.code if outcome.failure else None
        _turn(uow, UUID(process_id), lambda turn: turn.command_ended(order_key, code))

    @each_second
    def time_passes(self, uow: UnitOfWork) -> bool:
        """One process for which time has come. (AP-13)"""
        found = uow.session.execute(next_due(uow.now)).scalar()
        if found is None:
            return False
        _turn(uow, found, lambda turn: turn.time_passes())
        return True


def _colleagues(uow: UnitOfWork) -> tuple[UUID, ...]:
    organisations = uow.actor.organisations("officer", "lead", "regional")
    officers = uow.call(identity.officers(organisations))
    return tuple(dict.fromkeys(o.person_id for o in officers if o.person_id != uow.actor.id))


def _task(uow: UnitOfWork, task_id: UUID) -> Any:
    found = uow.store.rows(task_by_id(task_id))
    if not found:
        raise NotFound(what="task")
    return found[0]


def _process_id(uow: UnitOfWork, kind: str, subject_id: UUID) -> UUID | None:
    found = uow.store.rows(process_of(kind, subject_id))
    return found[0]["id"] if found else None


def _turn(uow: UnitOfWork, process_id: UUID, change: Any, texts: dict[UUID, str] | None = None) -> Turn:
    """One turn of a stored saga, locked until everything that follows is kept."""
    process = uow.get(Process, process_id)
    turn = Turn(progress.saga_of(process), process.state, uow.now)
    change(turn)
    progress.keep(uow, process, turn, texts)
    return turn


def _applicant_turn(uow: UnitOfWork, project_id: UUID, change: Any) -> contract.Done:
    process_id = _process_id(uow, "project", project_id)
    if process_id is None:
        raise NotFound(what="project")
    process = uow.get(Process, process_id)
    if uow.actor.id not in progress.saga_of(process).applicants:
        raise NotFound(what="project")
    _turn(uow, process_id, change)
    return contract.Done(project_id, process.version)


def _decide(
    uow: UnitOfWork, waiting: Any, authority: Authority, outcome: Outcome, words: str, seen_version: int
) -> contract.Decided:
    """Take a decision; an attempt on a closed step is refused, and recorded in the trail all the same. (AP-19)"""
    decision = Decision(
        id=uuid.uuid7(),
        outcome=outcome,
        by=authority.by,
        role=authority.role,
        organisation=authority.organisation,
        reason_hash=hashlib.sha256(words.encode()).hexdigest() if words else "",
    )
    uow.if_refused(
        lambda again: _turn(
            again,
            waiting["process_id"],
            lambda turn: turn.refused_attempt(waiting["key"], authority.by, authority.role, outcome),
        )
    )
    texts = {decision.id: words} if words else None
    turn = _turn(
        uow, waiting["process_id"], lambda turn: turn.decide(waiting["key"], decision, seen_version), texts
    )
    return contract.Decided(waiting["id"], outcome, turn.state.status)


def _follow_link(uow: UnitOfWork, link: str) -> tuple[links.Ticket, Any, identity.HeadTeacher]:
    ticket = links.read_link(settings().link_secret, link)
    waiting = _task(uow, ticket.task_id)
    heads = uow.call(identity.head_teachers((waiting["school_id"],)))
    if not heads or links.address_digest(heads[0].email) != ticket.address:
        raise contract.LinkInvalid
    if waiting["decided_at"] is not None:
        raise contract.AlreadyDecided(**queue.decided(uow, waiting))
    if waiting["state"] == contract.StepState.HELD:
        raise contract.OnHold
    if waiting["state"] != contract.StepState.WAITING:
        raise contract.NotOpen(status=waiting["state"])
    return ticket, waiting, heads[0]
