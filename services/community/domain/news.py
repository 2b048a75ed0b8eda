"""Who is told what, and how: kinds of notifications, the groups people choose for, and what a mail becomes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from services.community.contract import Asks, CannotBeSwitchedOff, Channel, Choice, Kind

APPROVALS, ACCOUNT, CONTACTS, PROJECTS = "approvals", "account", "contacts", "projects"
MESSAGES, FORUMS, MATCHES = "messages", "forums", "matches"
MEETINGS, PROGRESS = "meetings", "progress"
FIXED = (APPROVALS, ACCOUNT)
GROUPS = {
    Kind.CONTACT_REQUESTED: CONTACTS,
    Kind.CONTACT_ACCEPTED: CONTACTS,
    Kind.PROJECT_STARTED: PROJECTS,
    Kind.PROJECT_CLOSED: PROJECTS,
    Kind.MEETING_INVITATION: MEETINGS,
    Kind.MEETING_REMINDER: MEETINGS,
    Kind.MEETING_CHANGED: MEETINGS,
    Kind.MEETING_CANCELLED: MEETINGS,
    Kind.SEAT_CONFIRMED: MEETINGS,
    Kind.SEAT_OFFERED: MEETINGS,
    Kind.SEAT_LOST: MEETINGS,
    Kind.APPLICATIONS_OPEN: MEETINGS,
    Kind.CERTIFICATE_READY: MEETINGS,
    Kind.AFFILIATION_VALIDATED: ACCOUNT,
    Kind.AFFILIATION_REFUSED: ACCOUNT,
    Kind.AVAILABILITY_LAPSES: ACCOUNT,
    Kind.AVAILABILITY_LAPSED: ACCOUNT,
    Kind.POST_CLOSED: ACCOUNT,
    Kind.POST_REMOVED: ACCOUNT,
    Kind.REPLY_REMOVED: ACCOUNT,
    Kind.MESSAGE_RECEIVED: MESSAGES,
    Kind.POST_REPLIED: FORUMS,
    Kind.POST_EXPIRING: FORUMS,
    Kind.POST_MOVED: FORUMS,
    Kind.NEW_MATCHES: MATCHES,
    Kind.PLACE_ASKED: PROJECTS,
    Kind.PLACE_OFFERED: PROJECTS,
    Kind.PLACE_REFUSED: PROJECTS,
    Kind.PARTNER_JOINED: PROJECTS,
    Kind.BADGE_EARNED: PROGRESS,
}
"""Which choice rules a kind; what moderators do is told as safety is, always. Other kinds are approvals'."""
PORTAL_ONLY = (Kind.STEP_DECIDED, Kind.POST_MOVED)
DEFAULTS = {
    APPROVALS: Channel.MAIL,
    ACCOUNT: Channel.MAIL,
    CONTACTS: Channel.MAIL,
    PROJECTS: Channel.PORTAL,
    MESSAGES: Channel.MAIL,
    FORUMS: Channel.MAIL,
    MATCHES: Channel.DIGEST,
    MEETINGS: Channel.MAIL,
    PROGRESS: Channel.PORTAL,
}

NOTICE_KINDS = {
    "opened": Kind.SIGN_OFF,
    "reminder": Kind.REMINDER,
    "nudge": Kind.NUDGE,
    "sent_again": Kind.REMINDER,
    "changes_made": Kind.CHANGES_MADE,
    "overdue": Kind.OVERDUE,
    "escalated": Kind.ESCALATED,
    "late": Kind.LATE,
    "changes_requested": Kind.CHANGES_REQUESTED,
    "address_bounced": Kind.ADDRESS_BOUNCED,
    "expiry_warning": Kind.EXPIRY_WARNING,
}

RETRIES = tuple(timedelta(seconds=s) for s in (10, 60, 300, 900, 3_600, 14_400, 43_200))


@dataclass(frozen=True, slots=True)
class News:
    """Something to tell some people, before it is known how each wants to be told."""

    kind: Kind
    subject_kind: str
    subject_id: UUID
    at: datetime
    task_id: UUID | None = None
    notice_id: UUID | None = None
    person_id: UUID | None = None
    country: str = ""
    detail: str = ""
    asks: Asks | None = None

    @property
    def group(self) -> str:
        """Which choice rules it."""
        return GROUPS.get(self.kind, APPROVALS)


def channel_for(group: str, chosen: Channel | None) -> Channel:
    """How somebody is told: approvals and account notices always, with mail. (CO-15)"""
    if group in FIXED:
        return DEFAULTS[group]
    return chosen or DEFAULTS[group]


def choices(chosen: dict[str, Channel]) -> tuple[Choice, ...]:
    """Every group with its present channel."""
    return tuple(Choice(g, channel_for(g, chosen.get(g)), g in FIXED) for g in DEFAULTS)


def check_choice(group: str, channel: Channel) -> None:
    """Raises `CannotBeSwitchedOff` for notices that are always told."""
    if group not in DEFAULTS:
        raise CannotBeSwitchedOff(fields={"group": ["not_a_choice"]})
    if group in FIXED and channel is not DEFAULTS[group]:
        raise CannotBeSwitchedOff(fields={"channel": ["always_told"]})


def audience(persons: Iterable[UUID], but_not: UUID | None = None) -> tuple[UUID, ...]:
    """Everyone once, without whoever did it."""
    return tuple(p for p in dict.fromkeys(persons) if p != but_not)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When a mail that could not be handed in is tried again; None when it is given up."""
    return now + RETRIES[attempts - 1] if attempts <= len(RETRIES) else None


def next_morning(after: datetime, zone: ZoneInfo, hour: int) -> datetime:
    """The first time it is that hour in the reader's zone after a moment: when a summary of it is due. (CO-15)"""
    there = after.astimezone(zone)
    morning = datetime.combine(there.date(), time(hour), zone)
    if morning <= there:
        morning = datetime.combine(there.date() + timedelta(days=1), time(hour), zone)
    return morning.astimezone(after.tzinfo)
