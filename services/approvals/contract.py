"""What approvals says and answers: sign-offs, why something waits, the officers' work queue."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from chassis.contract import (
    ANYONE,
    PLATFORM,
    Conflict,
    Forbidden,
    Invalid,
    Length,
    Line,
    NotFound,
    Size,
    event,
    request,
    role,
    value,
)

Reason = Annotated[str, Length(0, 2_000, lines=True)]
Link = Annotated[str, Length(1, 600)]
OFFICERS = role("officer", "lead", "regional", "css")


class Outcome(StrEnum):
    """What a holder may say; a refusal and a request for changes need a reason. (AP-06 AP-07)"""

    APPROVE = "approve"
    REFUSE = "refuse"
    REQUEST_CHANGES = "request_changes"


class StepKind(StrEnum):
    """Whose turn a step is."""

    PARTNER = "partner"
    HEAD_TEACHER = "head_teacher"
    REGIONAL = "regional"
    SUPPORT_ORGANISATION = "support_organisation"


class StepState(StrEnum):
    """How a step stands; `held`: open, but the founders are changing something first."""

    NOT_STARTED = "not_started"
    WAITING = "waiting"
    HELD = "held"
    APPROVED = "approved"
    REFUSED = "refused"
    CHANGES_REQUESTED = "changes_requested"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Status(StrEnum):
    """How a process as a whole stands."""

    RUNNING = "running"
    CHANGES_REQUESTED = "changes_requested"
    OPENING = "opening"
    UNDOING = "undoing"
    COMPLETED = "completed"
    REFUSED = "refused"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Cause(StrEnum):
    """Why something waits, the usual three and what else may be. (AP-08 to AP-11)"""

    PARTNER_HAS_NOT_ACCEPTED = "partner_has_not_accepted"
    PARTNER_NOT_VALIDATED = "partner_not_validated"
    HEAD_TEACHER_PENDING = "head_teacher_pending"
    REGIONAL_PENDING = "regional_pending"
    OWN_ORGANISATION_PENDING = "own_organisation_pending"
    OTHER_ORGANISATION_PENDING = "other_organisation_pending"
    CHANGES_WANTED = "changes_wanted"
    ADDRESS_BOUNCED = "address_bounced"
    TWINSPACE_BEING_MADE = "twinspace_being_made"


class NoticeState(StrEnum):
    """How far a notice to a holder has come. (AP-26)"""

    DUE = "due"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    OPENED = "opened"
    PASSED_ON = "passed_on"


@value
class NoticeView:
    """One notice to the holder of a step."""

    id: UUID
    kind: str
    state: NoticeState
    at: datetime
    changed_at: datetime


@value
class StepView:
    """One step: who holds it, since when, until when, what unblocks it and who can act. (AP-12)

    `holder` is a person's id (partner), a school's id (head teacher) or an organisation's id.
    """

    key: str
    task_id: UUID | None
    kind: StepKind
    state: StepState
    holder: str
    since: datetime | None
    due_at: datetime | None
    overdue: bool
    decided_at: datetime | None
    decided_by: UUID | None
    reason: str
    cause: Cause | None
    can_act: bool
    can_nudge: bool
    nudge_again_at: datetime | None
    notices: tuple[NoticeView, ...] = ()
    version: int = 0


@value
class Track:
    """One founding country's chain of steps."""

    country: str
    organisation: str
    school_id: UUID | None
    person_id: UUID
    approved: bool
    steps: tuple[StepView, ...]


@value
class Explanation:
    """The answer to "why is it waiting?". (AP-08 to AP-12, ID-07)

    `days` and `usual_days` are whole days since submission and the late line, pauses not counted.
    """

    saga_id: UUID
    subject_id: UUID
    status: Status
    submitted_at: datetime
    days: int
    usual_days: int
    late: bool
    causes: tuple[Cause, ...]
    partner: StepView | None
    tracks: tuple[Track, ...]
    actions: tuple[str, ...]
    as_of: datetime
    ended_at: datetime | None = None


@value
class TaskCard:
    """An entry of the work queue. (OP-05)"""

    id: UUID
    subject_kind: str
    subject_id: UUID
    kind: StepKind
    state: StepState
    holder: str
    country: str
    school_id: UUID | None
    person_id: UUID
    opened_at: datetime
    due_at: datetime | None
    overdue: bool
    assigned_to: UUID | None
    version: int
    conflict_of_interest: bool = False


@value
class Queue:
    tasks: tuple[TaskCard, ...]
    next_cursor: str | None
    total: int
    overdue: int


@value
class Case:
    """One task with what its holder must know to decide, and nothing more."""

    task: TaskCard
    explanation: Explanation
    history: tuple["Entry", ...]
    actions: tuple[str, ...]
    why_not: dict[str, str]
    needs_evidence: bool = False


@value
class Entry:
    """A line of the audit trail. (AP-19)"""

    sequence: int
    at: datetime
    what: str
    step: str
    by: UUID | None
    role: str
    organisation: str
    reason: str
    outcome: Outcome | None = None


@value
class LinkView:
    """What a head teacher sees behind the mailed link: enough to decide, nothing else. (AP-15)"""

    task_id: UUID
    version: int
    project_id: UUID
    school_id: UUID
    founder_id: UUID
    partner_id: UUID
    head_name: str
    language: str
    title: str
    description: str
    aims: str
    age_from: int | None
    age_to: int | None
    starts_on: date | None
    ends_on: date | None
    countries: tuple[str, ...]
    founder_name: str
    partner_name: str
    school_name: str
    partner_school_name: str
    outcomes: tuple[Outcome, ...]


@value
class Letter:
    """What a notice's mail needs at the moment it is sent: an address, its language and a fresh path."""

    to: str
    name: str
    language: str
    path: str
    title: str
    school_name: str
    founder_name: str
    due_at: datetime | None


@value
class Decided:
    task_id: UUID
    outcome: Outcome
    status: Status


@value
class Done:
    id: UUID
    version: int = 0


@value
class Deputy:
    """While an officer is away, another of the same organisation is assigned the new cases. (AP-23)"""

    away_from: date
    away_until: date
    deputy_id: UUID


class ReasonNeeded(Invalid):
    """A refusal or a request for changes needs a reason. (AP-06)"""


class NotYourTask(Forbidden):
    """This step is another person's or organisation's to decide."""


class ConflictOfInterest(Forbidden):
    """An officer cannot decide on a project or registration of the own school. (AP-22)"""


class AlreadyDecided(Conflict):
    """Somebody decided before: `outcome`, `by` and `at` tell what and when."""


class NotOpen(Conflict):
    """The step is not open: `status` tells how the process stands."""


class OnHold(Conflict):
    """The founders are changing the project first; the step goes on afterwards."""


class NotValidatedYet(Forbidden):
    """An invitation can be accepted once the own support service has validated the account. (ID-05)"""


class TooLate(Conflict):
    """All have approved and the TwinSpace is being opened: it cannot be taken back any more."""


class NudgedAlready(Conflict):
    """One friendly reminder per step in five days; `again_at` tells when the next is possible. (AP-14)"""

    status = 429


class LinkInvalid(NotFound):
    """The link is not one of ours, has ended, or the address was changed since."""


# ---- deciding ---------------------------------------------------------------------------------------------------


@request
def decide(task_id: UUID, outcome: Outcome, seen_version: int, reason: Reason = "") -> Decided:
    """Decide an open step: partner, head teacher, regional representative or support organisation. (AP-01 to AP-07)"""


@request
def decide_many(task_ids: Annotated[tuple[UUID, ...], Size(1, 100)]) -> tuple[Decided, ...]:
    """Approve several steps of the own queue at once; those that cannot be are left out. (OP-05)"""


@request(by=ANYONE)
def open_link(link: Link) -> LinkView:
    """What a mailed link asks for; looking decides nothing. Raises `LinkInvalid` or `AlreadyDecided`. (AP-15)"""


@request(by=ANYONE)
def decide_by_link(link: Link, outcome: Outcome, reason: Reason = "") -> Decided:
    """Decide by the mailed link; closing the step spends it. (AP-15)"""


@request
def withdraw(project_id: UUID) -> Done:
    """Take a submitted project back; raises `TooLate` once all have approved. (AP-21)"""


@request
def answer_changes(project_id: UUID) -> Done:
    """Say that the changes asked for are made; the clocks run again. (AP-07 AP-20)"""


@request
def nudge(task_id: UUID) -> Done:
    """A friendly reminder to whoever holds a step, once in five days. (AP-14)"""


@request
def send_again(notice_id: UUID) -> Done:
    """Have a notice sent again. (AP-26)"""


# ---- seeing -----------------------------------------------------------------------------------------------------


@request
def explain_project(project_id: UUID) -> Explanation:
    """Why a project waits, for its founders and those who decide on it; raises `NotFound` for others. (AP-08 to AP-12)"""


@request
def explain_affiliation(affiliation_id: UUID) -> Explanation:
    """Why a registration waits, for its owner and the organisation. (ID-07)"""


@request
def my_tasks() -> tuple[TaskCard, ...]:
    """What waits for this very person: invitations, a head teacher's consents."""


@request(by=OFFICERS)
def queue(
    subject_kind: Line = "",
    kind: StepKind | None = None,
    overdue: bool | None = None,
    mine: bool = False,
    decided: bool = False,
    cursor: Line = "",
) -> Queue:
    """The work queue of the officer's own organisations, by due date. (OP-04 OP-05 OP-06)"""


@request
def case(task_id: UUID) -> Case:
    """One task, for those who may decide it. (OP-05)"""


@request(by=OFFICERS)
def take(task_id: UUID, person_id: UUID | None = None) -> TaskCard:
    """Assign a task to oneself or to a colleague of the same organisation. (AP-23 OP-05)"""


@request(by=OFFICERS)
def colleagues() -> tuple[UUID, ...]:
    """Who may act for the officer's organisations besides the officer. (AP-23 OP-05)"""


@request(by=OFFICERS)
def set_deputy(away_from: date, away_until: date, deputy_id: UUID) -> Deputy:
    """Name a deputy for the days one is away. (AP-23)"""


@request(by=OFFICERS)
def deputy() -> Deputy | None:
    """The deputy named for now or later, if any. (AP-23)"""


@request(by=PLATFORM)
def letter(notice_id: UUID) -> Letter:
    """What a notice's mail needs now; for a head teacher with a fresh single-use link. (AP-15 AP-26)"""


# ---- events -----------------------------------------------------------------------------------------------------


@event
class NoticeDue:
    """Somebody must be told of a step: these persons, holders of `roles` in an organisation, or a school's head teacher.

    `kind`: opened, reminder, overdue, escalated, nudge, late, changes_requested, changes_made, address_bounced,
    expiry_warning, sent_again. The head teacher's mail takes address and link from `letter`.
    """

    notice_id: UUID
    saga_id: UUID
    subject_kind: str
    subject_id: UUID
    task_id: UUID | None
    kind: str
    step: StepKind | None
    country: str
    persons: tuple[UUID, ...]
    organisation: str | None
    roles: tuple[str, ...]
    school_id: UUID | None
    causes: tuple[Cause, ...]
    at: datetime


@event
class StepDecided:
    """A step has been decided."""

    saga_id: UUID
    subject_kind: str
    subject_id: UUID
    task_id: UUID
    step: StepKind
    country: str
    outcome: Outcome
    status: Status
    decision_id: UUID
    sequence: int
    tell: tuple[UUID, ...]
    at: datetime


@event
class StatusChanged:
    """A process has come to another state as a whole; projects shows it on its page.

    `sequence` grows with everything that happens to the process: an older one changes nothing any more.
    """

    saga_id: UUID
    subject_kind: str
    subject_id: UUID
    status: Status
    sequence: int
    tell: tuple[UUID, ...]
    at: datetime


@event
class ProjectApproved:
    """All founding countries have approved and the TwinSpace is open."""

    saga_id: UUID
    project_id: UUID
    tell: tuple[UUID, ...]
    at: datetime


@event
class ProjectRefused:
    """A project ended before it began: refused, declined, withdrawn or expired (`status`)."""

    saga_id: UUID
    project_id: UUID
    status: Status
    sequence: int
    decision_id: UUID | None
    tell: tuple[UUID, ...]
    at: datetime
