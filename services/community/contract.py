"""What community says and answers: notifications, choices about them, and what became of mails."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from chassis.contract import Invalid, Line, Size, event, request, value


class Channel(StrEnum):
    """How somebody wants to be told about a kind of thing. (CO-15)"""

    PORTAL = "portal"
    MAIL = "mail"
    OFF = "off"


class Kind(StrEnum):
    """What a notification is about; the pages and mails have a sentence for each."""

    INVITATION = "invitation"
    SIGN_OFF = "sign_off"
    REMINDER = "reminder"
    NUDGE = "nudge"
    CHANGES_MADE = "changes_made"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    LATE = "late"
    CHANGES_REQUESTED = "changes_requested"
    ADDRESS_BOUNCED = "address_bounced"
    EXPIRY_WARNING = "expiry_warning"
    STEP_DECIDED = "step_decided"
    PROJECT_ENDED = "project_ended"
    TWINSPACE_OPENED = "twinspace_opened"
    PROJECT_STARTED = "project_started"
    PROJECT_CLOSED = "project_closed"
    MEETING_INVITATION = "meeting_invitation"
    MEETING_REMINDER = "meeting_reminder"
    MEETING_CHANGED = "meeting_changed"
    MEETING_CANCELLED = "meeting_cancelled"
    SEAT_CONFIRMED = "seat_confirmed"
    SEAT_OFFERED = "seat_offered"
    SEAT_LOST = "seat_lost"
    APPLICATIONS_OPEN = "applications_open"
    CERTIFICATE_READY = "certificate_ready"
    AFFILIATION_VALIDATED = "affiliation_validated"
    AFFILIATION_REFUSED = "affiliation_refused"
    CONTACT_REQUESTED = "contact_requested"
    CONTACT_ACCEPTED = "contact_accepted"


class Asks(StrEnum):
    """The one thing a notification asks for."""

    ACCEPT_INVITATION = "accept_invitation"
    DECIDE = "decide"
    ANSWER_CONTACT = "answer_contact"
    MAKE_CHANGES = "make_changes"
    CORRECT_ADDRESS = "correct_address"


@value
class Notification:
    """Something that concerns a person, with the one thing it asks for. (CO-12 CO-13)

    `kind` names the sentence, `subject_id` and `task_id` what it is about; `asks` what can be done from here.
    `detail`: `step:outcome` of a decision, the `Cause`s of a wait, the `Status` of an end, or the `StepKind` asked.
    """

    id: UUID
    kind: Kind
    at: datetime
    read_at: datetime | None
    subject_kind: str
    subject_id: UUID
    task_id: UUID | None
    person_id: UUID | None
    country: str
    detail: str
    asks: Asks | None


@value
class Notifications:
    notifications: tuple[Notification, ...]
    unread: int
    next_cursor: str | None


@value
class Choice:
    """One kind's channel; `fixed` ones concern safety or approvals and cannot be switched off."""

    group: str
    channel: Channel
    fixed: bool


class CannotBeSwitchedOff(Invalid):
    """Safety and approval notices are always told. (CO-15)"""


@request
def notifications(unread_only: bool = False, cursor: Line = "") -> Notifications:
    """The person's notifications, newest first. (CO-12)"""


@request
def unread() -> int:
    """How many are unread, for the bell."""


@request
def mark_read(ids: Annotated[tuple[UUID, ...], Size(0, 500)] = ()) -> int:
    """Mark these read, or all when none are named; returns how many are left unread."""


@request
def choices() -> tuple[Choice, ...]:
    """How the person wants to be told. (CO-15)"""


@request
def choose(group: Line, channel: Channel) -> tuple[Choice, ...]:
    """Change one choice. (CO-15)"""


@event
class MailSent:
    """The mail server took a notice's mail."""

    notice_id: UUID
    at: datetime


@event
class MailBounced:
    """The mail server refused a notice's mail for good."""

    notice_id: UUID
    at: datetime
