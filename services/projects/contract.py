"""What projects says and answers: drafts, founding, the project's life and its public page."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from chassis.contract import (
    ANYONE,
    PLATFORM,
    SIGNED_IN,
    Conflict,
    Forbidden,
    Invalid,
    Length,
    Line,
    Pattern,
    Range,
    Size,
    command,
    event,
    request,
    role,
    value,
)

Prose = Annotated[str, Length(0, 5_000, lines=True)]
Slugs = Annotated[tuple[Annotated[str, Pattern("[a-z0-9_]{2,60}")], ...], Size(0, 45)]
Languages = Annotated[tuple[Annotated[str, Pattern("[a-z]{2,3}")], ...], Size(0, 20)]
Age = Annotated[int, Range(3, 19)]
Ids = Annotated[tuple[UUID, ...], Size(0, 500)]
MEMBER = role("member")


class ProjectState(StrEnum):
    """b.3: where a project stands."""

    DRAFT = "draft"
    PENDING_PARTNER = "pending_partner"
    PENDING_APPROVAL = "pending_approval"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    ACTIVE = "active"
    REJECTED = "rejected"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CLOSED = "closed"


class WhyNot(StrEnum):
    """Why a contact cannot be chosen, or may not be able to accept yet. (PR-17)"""

    NOT_A_CONTACT = "not_a_contact"
    NOT_AVAILABLE = "not_available"
    INVITER_WITHOUT_PLUS = "inviter_without_plus"
    INVITEE_WITHOUT_PLUS = "invitee_without_plus"
    PROJECT_WITHOUT_PLUS = "project_without_plus"
    BOTH_PLUS = "both_plus"
    ACCOUNT_CLOSED = "account_closed"
    ALREADY_MEMBER = "already_member"
    BLOCKED = "blocked"
    SAME_COUNTRY = "same_country"
    NO_SCHOOL = "no_school"
    NOT_VALIDATED = "not_validated"


@value
class FoundingSchool:
    """A founding school, who founds with it, and which organisations sign off for it."""

    school_id: UUID
    person_id: UUID
    country: str
    organisation: str
    regional_organisation: str | None = None


class PlaceState(StrEnum):
    """How far somebody has come on the way into a running project. (PR-16 PR-36)"""

    ASKED = "asked"
    OFFERED = "offered"
    JOINED = "joined"
    REFUSED = "refused"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


@value
class Partner:
    """Somebody who has joined a running project, and with which school. (PR-16)"""

    person_id: UUID
    school_id: UUID
    country: str
    joined_at: datetime


@value
class Place:
    """A place in a running project: asked for by somebody, or offered by its founders. (PR-16 PR-36)

    `reasons` is for founders: what keeps them from offering it now; `actions`: what the reader may do with it.
    """

    id: UUID
    project_id: UUID
    project_title: str
    person_id: UUID
    state: PlaceState
    message: str
    reason: str
    asked_at: datetime
    answered_at: datetime | None
    lapses_at: datetime | None
    actions: tuple[str, ...] = ()
    reasons: tuple[WhyNot, ...] = ()
    warnings: tuple[WhyNot, ...] = ()


@value
class Candidate:
    """A contact and every reason that holds; `warnings` do not prevent the invitation."""

    person_id: UUID
    allowed: bool
    reasons: tuple[WhyNot, ...]
    warnings: tuple[WhyNot, ...]


@value
class Sheet:
    """What a project is about: all that founders write and authorities decide on. (PR-04)"""

    title: str
    description: str
    languages: tuple[str, ...]
    subjects: tuple[str, ...]
    age_from: int | None
    age_to: int | None
    pupils: int | None
    tools: str
    aims: str
    process: str
    results: str
    starts_on: date | None
    ends_on: date | None
    allow_plus: bool


@value
class ProjectView:
    """A project as this reader may see it, with what may be done now and why not the rest. (PR-03)

    For the community only sheet, founders, state and dates are there.
    """

    id: UUID
    version: int
    state: ProjectState
    sheet: Sheet
    founder_id: UUID
    co_founder_id: UUID | None
    founding_school_id: UUID | None
    founding_schools: tuple[FoundingSchool, ...]
    created_at: datetime
    saved_at: datetime
    submitted_at: datetime | None
    approved_at: datetime | None
    started_at: datetime | None
    closed_at: datetime | None
    permanent_partnership: bool
    is_founder: bool
    actions: tuple[str, ...]
    why_not: dict[str, str]
    missing: tuple[str, ...]
    as_of: datetime
    partners: tuple[Partner, ...] = ()
    is_partner: bool = False
    outline_of: UUID | None = None


@value
class ProjectCard:
    """A project in a list."""

    id: UUID
    title: str
    state: ProjectState
    founder_id: UUID
    co_founder_id: UUID | None
    countries: tuple[str, ...]
    starts_on: date | None
    ends_on: date | None
    changed_at: datetime
    actions: tuple[str, ...] = ()


@value
class Projects:
    projects: tuple[ProjectCard, ...]
    next_cursor: str | None
    open_count: int = 0
    warn_many_open: bool = False


@value
class FoundProject:
    """A project in a list of search results, as it is now. (PS-20)"""

    card: ProjectCard
    description: str
    languages: tuple[str, ...]
    subjects: tuple[str, ...]
    age_from: int | None
    age_to: int | None


@value
class ProjectDocument:
    """A project as the index of projects wants it; `listed` is false for those that nobody may find."""

    id: UUID
    version: int
    listed: bool
    state: ProjectState
    sheet: Sheet
    countries: tuple[str, ...]
    approved_at: datetime | None


@value
class DocumentVersion:
    """How far an index must have come with one document."""

    id: UUID
    version: int


@value
class ProjectCount:
    """In how many approved projects somebody is or was."""

    person_id: UUID
    projects: int


@value
class Done:
    id: UUID
    version: int = 0


class NotAFounder(Forbidden):
    """Only the founders may do that."""


class NotInThisState(Conflict):
    """The project's present state (`state`) does not allow it."""


class Incomplete(Invalid):
    """The draft lacks something that is needed to ask for approval; `fields` names it."""


class CoFounderNotAllowed(Invalid):
    """The chosen co-founder cannot be invited; `reasons` lists every reason. (PR-17)"""


class NotYourSchool(Invalid):
    """The founding school must be one's own current, validated school. (PR-07)"""


class DatesOutOfOrder(Invalid):
    """The end must be at least a week after the start. (PR-10)"""


class NotValidated(Forbidden):
    """Only validated members can found a project. (ID-05)"""


class ConfirmationNeeded(Invalid):
    """Closing makes the TwinSpace read-only: it must be confirmed. (PR-22)"""


class AlreadyThere(Conflict):
    """This person is in the project already, or there is an open request or invitation."""


class PartnerNotAllowed(Invalid):
    """This person cannot be invited; `reasons` lists every reason. (PR-17)"""


class PlaceSettled(Conflict):
    """The request or invitation was answered before, or has lapsed; `state` says how."""


class Full(Conflict):
    """The project has as many partners as were agreed. (PR-21)"""


class NotPublic(Conflict):
    """Only an approved project's outline can be copied."""


@request(by=MEMBER)
def save_draft(
    project_id: UUID,
    seen_version: int = 0,
    title: Annotated[str, Length(0, 120)] = "",
    description: Prose = "",
    languages: Languages = (),
    subjects: Slugs = (),
    age_from: Age | None = None,
    age_to: Age | None = None,
    pupils: Annotated[int, Range(1, 10_000)] | None = None,
    tools: Prose = "",
    aims: Prose = "",
    process: Prose = "",
    results: Prose = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    allow_plus: bool = False,
    founding_school_id: UUID | None = None,
    co_founder_id: UUID | None = None,
) -> ProjectView:
    """Create or save a draft as far as it has come; `seen_version` 0 begins one. (PR-01 PR-04 PR-05 PR-11)"""


@request
def discard_draft(project_id: UUID) -> None:
    """Throw a draft away."""


@request(by=MEMBER)
def candidates(project_id: UUID) -> tuple[Candidate, ...]:
    """The founder's contacts, each with every reason why it can or cannot be the co-founder. (PR-06 PR-17)"""


@request(by=MEMBER)
def submit(project_id: UUID, seen_version: int) -> ProjectView:
    """Ask the founders' countries to approve; the co-founder is invited first. (PR-03 AP-01)"""


@request
def edit(
    project_id: UUID,
    seen_version: int,
    title: Annotated[str, Length(3, 120)],
    description: Annotated[str, Length(20, 5_000, lines=True)],
    languages: Annotated[Languages, Size(1, 20)],
    subjects: Annotated[Slugs, Size(1, 45)],
    age_from: Age,
    age_to: Age,
    aims: Annotated[str, Length(1, 5_000, lines=True)],
    starts_on: date,
    ends_on: date,
    pupils: Annotated[int, Range(1, 10_000)] | None = None,
    tools: Prose = "",
    process: Prose = "",
    results: Prose = "",
    allow_plus: bool = False,
    permanent_partnership: bool = False,
) -> ProjectView:
    """Change a submitted or running project; what changes its substance is told to those who approved. (PR-12 PR-13 PR-15)"""


@request
def start(project_id: UUID, seen_version: int) -> ProjectView:
    """Start an approved project before its date. (PR-22)"""


@request
def close(project_id: UUID, seen_version: int, confirmed: bool = False) -> ProjectView:
    """End a running project; its TwinSpace becomes read-only. (PR-22)"""


@request(by=MEMBER)
def copy_outline(project_id: UUID, draft_id: UUID) -> ProjectView:
    """Begin a draft with another project's outline: aims, work process, tools, ages, languages and subjects; title,
    description, results, dates and people stay with the original. Raises `NotPublic`. (PR-28)
    """


# ---- places in running projects -----------------------------------------------------------------------------


@request(by=MEMBER)
def ask_for_place(
    place_id: UUID, project_id: UUID, message: Annotated[str, Length(10, 1_000, lines=True)]
) -> Place:
    """Ask the founders of a running project for a place. (PR-36)"""


@request(by=MEMBER)
def invite(
    place_id: UUID,
    project_id: UUID,
    person_id: UUID,
    message: Annotated[str, Length(0, 1_000, lines=True)] = "",
) -> Place:
    """Invite a contact into a running project; by its founders. Raises `PartnerNotAllowed` with every reason. (PR-16
    PR-17)
    """


@request(by=MEMBER)
def offer_place(place_id: UUID) -> Place:
    """Answer who has asked with an invitation; raises `PartnerNotAllowed` with every reason. (PR-36)"""


@request
def refuse_place(place_id: UUID, reason: Annotated[str, Length(3, 1_000, lines=True)]) -> Place:
    """Answer who has asked with the reason why not. (PR-36)"""


@request(by=MEMBER)
def accept_place(place_id: UUID) -> Place:
    """Accept an invitation and join the project with one's present school. (PR-16)"""


@request
def decline_place(place_id: UUID) -> Place:
    """Decline an invitation, or take one's own request back. (PR-16)"""


@request
def places(project_id: UUID) -> tuple[Place, ...]:
    """Open requests and invitations of a project, for its founders; one's own for everybody else."""


@request
def my_places() -> tuple[Place, ...]:
    """Where one has asked or was invited, the latest first."""


@request(by=MEMBER)
def partner_candidates(project_id: UUID) -> tuple[Candidate, ...]:
    """A founder's contacts, each with every reason why it can or cannot be invited now. (PR-17)"""


@request(by=ANYONE)
def project(project_id: UUID) -> ProjectView:
    """A project's page: all of it for founders, the public part for everyone once it is approved. (PR-25)"""


@request
def mine(cursor: Line = "") -> Projects:
    """One's own projects: drafts, pending, running and closed, newest first. (PR-02 PR-35)"""


@request(by=ANYONE)
def gallery(cursor: Line = "") -> Projects:
    """Approved projects, newest first. (PR-25)"""


@request(by=SIGNED_IN)
def projects_of(person_id: UUID) -> Projects:
    """A member's approved projects, for the profile page. (ID-16)"""


@request(by=ANYONE)
def projects_of_school(school_id: UUID) -> Projects:
    """A school's approved projects. (ID-12)"""


@request(by=SIGNED_IN)
def cards(ids: Ids) -> tuple[ProjectCard, ...]:
    """Those of these projects that the reader may see, for lists that name them; the others are left out."""


@request(by=ANYONE)
def found(ids: Ids) -> tuple[FoundProject, ...]:
    """Those of these projects that everyone may see, in the order asked for. (PR-25 PS-20)"""


@request(by=PLATFORM)
def project_documents(ids: Ids) -> tuple[ProjectDocument, ...]:
    """Projects as they are now, for the index; unknown ids are left out."""


@request(by=PLATFORM)
def project_versions(after: UUID | None = None) -> tuple[DocumentVersion, ...]:
    """Which projects an index must hold and how new, 500 at a time in the order of ids."""


@value
class Memberships:
    """Who founded or joined approved projects, as columns: project, person, since when. Ids are texts: they only travel on."""

    project_ids: tuple[str, ...]
    person_ids: tuple[str, ...]
    at: tuple[datetime, ...]


@value
class ProjectDeeds:
    """What there is to count of people's approved projects. (PG-05 PG-11)"""

    founded: Memberships
    joined: Memberships


@request(by=PLATFORM)
def deeds(person_ids: Ids) -> ProjectDeeds:
    """Which approved projects these people have founded or joined. (PG-05 PG-11)"""


@request(by=PLATFORM)
def project_counts(person_ids: Ids) -> tuple[ProjectCount, ...]:
    """In how many approved projects people are or were; those without any are left out."""


@request(by=PLATFORM)
def project_cards(ids: Ids) -> tuple[ProjectCard, ...]:
    """Titles and states of projects on a page, a notification or a mail."""


@request(by=PLATFORM)
def sheet(project_id: UUID) -> ProjectView:
    """What authorities decide on."""


@command
def activate(project_id: UUID) -> Done:
    """All founding countries have approved: the project is active. The point of no return. (AP-05)"""


@event
class ProjectSubmitted:
    """A founder has asked for approval; nothing goes to authorities before the co-founder accepts."""

    project_id: UUID
    founder_id: UUID
    co_founder_id: UUID
    founding_schools: tuple[FoundingSchool, ...]
    submitted_at: datetime


@event
class ProjectEdited:
    """A founder has changed the project; `substance`: ages, aims or openness to Plus countries."""

    project_id: UUID
    by: UUID
    substance: bool
    at: datetime


@event
class ProjectActivated:
    """The project is approved by all founding countries."""

    project_id: UUID
    founders: tuple[UUID, ...]
    at: datetime


@event
class ProjectStarted:
    """Work has begun, on the start date or earlier by a founder."""

    project_id: UUID
    founders: tuple[UUID, ...]
    at: datetime


@event
class ProjectClosed:
    """A founder has ended the project."""

    project_id: UUID
    founders: tuple[UUID, ...]
    at: datetime


@event
class PlaceAsked:
    """Somebody asks a running project's founders for a place. (PR-36)"""

    place_id: UUID
    project_id: UUID
    person_id: UUID
    founders: tuple[UUID, ...]
    at: datetime


@event
class PlaceOffered:
    """The founders invite somebody into a running project. (PR-16)"""

    place_id: UUID
    project_id: UUID
    person_id: UUID
    by: UUID
    at: datetime


@event
class PlaceRefused:
    """The founders have said no; the reason stays here. (PR-36)"""

    place_id: UUID
    project_id: UUID
    person_id: UUID
    at: datetime


@event
class PlaceSettledOtherwise:
    """An invitation or request is over without anybody joining: declined, taken back or lapsed."""

    place_id: UUID
    project_id: UUID
    person_id: UUID
    state: PlaceState
    at: datetime


@event
class PartnerJoined:
    """Somebody has accepted an invitation and is in the project. (PR-16)"""

    project_id: UUID
    place_id: UUID
    person_id: UUID
    school_id: UUID
    country: str
    founders: tuple[UUID, ...]
    at: datetime
