"""What identity says and answers: people, schools and affiliations, contacts, roles, sessions, organisations."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from chassis.contract import (
    ANYONE,
    PLATFORM,
    SIGNED_IN,
    Conflict,
    Email,
    Forbidden,
    Grant,
    Invalid,
    Length,
    Line,
    NotFound,
    Pattern,
    Range,
    Size,
    Unauthenticated,
    command,
    event,
    request,
    role,
    value,
)

# ---- words ------------------------------------------------------------------------------------------------------

Country = Annotated[str, Pattern("[A-Z]{2}")]
Language = Annotated[str, Pattern("[a-z]{2,3}")]
Languages = Annotated[tuple[Language, ...], Size(0, 20)]
Slugs = Annotated[tuple[Annotated[str, Pattern("[a-z0-9_]{2,60}")], ...], Size(0, 45)]
Keywords = Annotated[tuple[Annotated[str, Length(2, 40)], ...], Size(0, 30)]
Name = Annotated[str, Length(2, 100)]
Password = Annotated[str, Length(12, 200)]
Biography = Annotated[str, Length(0, 2_000, lines=True)]
Age = Annotated[int, Range(3, 19)]
Ids = Annotated[tuple[UUID, ...], Size(0, 500)]

MEMBER = role("member")
OFFICERS = role("officer", "lead", "regional", "css")


class SchoolRole(StrEnum):
    """What a person does at a school (ID-29); company staff get a general account without the members' area."""

    TEACHER = "teacher"
    HEAD_TEACHER = "head_teacher"
    LIBRARIAN = "librarian"
    COUNSELLOR = "counsellor"
    PEDAGOGUE = "pedagogue"
    TEACHER_EDUCATOR = "teacher_educator"
    STUDENT_TEACHER = "student_teacher"
    COMPANY_STAFF = "company_staff"


class SchoolLevel(StrEnum):
    """ID-13."""

    PRE_PRIMARY = "pre_primary"
    PRIMARY = "primary"
    LOWER_SECONDARY = "lower_secondary"
    UPPER_SECONDARY = "upper_secondary"
    INITIAL_VOCATIONAL = "initial_vocational"


class PersonState(StrEnum):
    """b.2: how far a person's registration has come; derived from e-mail and affiliations."""

    PRE_REGISTERED = "pre_registered"
    PROFILE_INCOMPLETE = "profile_incomplete"
    AWAITING_VALIDATION = "awaiting_validation"
    VALIDATED = "validated"
    GENERAL = "general"
    REJECTED = "rejected"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class AffiliationState(StrEnum):
    """How far an affiliation has come. (ID-05 ID-27)"""

    AWAITING = "awaiting"
    VALIDATED = "validated"
    REFUSED = "refused"
    ENDED = "ended"


class ContactState(StrEnum):
    """How two people stand to each other, seen by one of them. (CO-03)"""

    NONE = "none"
    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Visibility(StrEnum):
    """Who sees a profile, or one field of it."""

    PUBLIC = "public"
    MEMBERS = "members"
    CONTACTS = "contacts"


class LastSeen(StrEnum):
    """Roughly when somebody was here last. (ID-36)"""

    THIS_WEEK = "this_week"
    THIS_MONTH = "this_month"
    LONGER = "longer"


# ---- shapes -----------------------------------------------------------------------------------------------------


@value
class Span:
    """Days on end, the last one included."""

    first: date
    last: date


@value
class SchoolYear:
    """When a school teaches: from the first day to the last, but not in its breaks. (PS-22)"""

    first: date
    last: date
    breaks: Annotated[tuple[Span, ...], Size(0, 20)] = ()


@value
class OrganisationCard:
    """A support organisation, as shown wherever it must act. (OP-07)"""

    id: str
    kind: str
    name: str
    country: str | None
    email: str
    url: str
    languages: tuple[str, ...]
    time_zone: str
    parent: str | None = None


@value
class CountryCard:
    """A participating country. (OP-13)"""

    code: str
    category: str
    active: bool
    needs_school_number: bool = False


@value
class RegionCard:
    """A choice of the school form; `kind`: region, community or territory."""

    code: str
    name: str
    kind: str


@value
class SchoolCard:
    """A school in a list, with the organisation that answers for it."""

    id: UUID
    name: str
    country: str
    territory: str | None
    region: str | None
    city: str
    organisation: str
    regional_organisation: str | None
    level: tuple[SchoolLevel, ...] = ()
    time_zone: str = "Europe/Brussels"


@value
class SchoolView:
    """A school's page. The head teacher's name and address are there only for members of the school and officers."""

    card: SchoolCard
    legal_name: str
    address: str
    website: str
    official_number: str
    abroad: bool
    head_name: str | None
    head_email: str | None
    members: tuple[UUID, ...]
    version: int
    actions: tuple[str, ...]
    years: tuple[SchoolYear, ...] = ()
    years_usual: bool = True


@value
class AffiliationCard:
    """One entry of a person's school history. (ID-27)"""

    id: UUID
    person_id: UUID
    school: SchoolCard
    role: SchoolRole
    state: AffiliationState
    since: date
    until: date | None
    requested_at: datetime
    evidence: str | None = None


@value
class PersonCard:
    """A person in a list: what any member may know."""

    id: UUID
    name: str
    country: str | None
    school: str | None
    city: str | None
    available: bool
    available_plus: bool
    validated: bool
    closed: bool = False


@value
class Relation:
    """How the reader stands to somebody."""

    contact: ContactState
    contact_id: UUID | None
    following: bool
    blocked: bool


@value
class TermsTogether:
    """The coming months of two schools: when both teach, and when one of them does not. (PS-22)

    `own_usual` and `other_usual`: that school has not entered its year; it is the usual one of its country.
    """

    both_teach: tuple[Span, ...]
    own_breaks: tuple[Span, ...]
    other_breaks: tuple[Span, ...]
    own_usual: bool
    other_usual: bool


@value
class Match:
    """What two people have in common for a project, from the reader's side. (PS-21)

    `months`: first days of the coming months in which both schools teach three weeks or more. `score`: 0 to 100,
    of what the reader has told about themselves; None where that is nothing.
    """

    ages: tuple[int, int] | None
    languages: tuple[str, ...]
    subjects: tuple[str, ...]
    keywords: tuple[str, ...]
    months: tuple[date, ...]
    score: int | None


@value
class FoundPerson:
    """Somebody in a list of search results: as they are now, not as an index remembers them."""

    card: PersonCard
    project_idea: str
    subjects: tuple[str, ...]
    languages: tuple[str, ...]
    age_from: int | None
    age_to: int | None
    vocational: bool
    keywords: tuple[str, ...]
    role: SchoolRole
    level: tuple[SchoolLevel, ...]
    last_seen: LastSeen | None
    match: Match | None


@value
class Searcher:
    """What a search must know of whoever searches: the two answers, the own pupils and subjects, the blocks."""

    person_id: UUID
    plus: bool
    available_plus: bool
    languages: tuple[str, ...]
    subjects: tuple[str, ...]
    keywords: tuple[str, ...]
    age_from: int | None
    age_to: int | None
    blocked: tuple[UUID, ...]


@value
class FoundPeople:
    """A page of search results, and whoever searches: both as they are at that moment."""

    people: tuple[FoundPerson, ...]
    searcher: Searcher


@value
class PersonDocument:
    """A person as the index of people wants them; `listed` is false for those whom nobody may find.

    `version` rises with whatever is in here, the schools included.
    """

    id: UUID
    version: int
    listed: bool
    name: str = ""
    language: str = "en"
    country: str = ""
    plus: bool = False
    region: str | None = None
    city: str | None = None
    schools: tuple[str, ...] = ()
    role: str = ""
    level: tuple[SchoolLevel, ...] = ()
    biography: str = ""
    project_idea: str = ""
    keywords: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    vocational: bool = False
    available: bool = False
    available_plus: bool = False
    registered_at: datetime | None = None
    changed_at: datetime | None = None
    seen_on: date | None = None
    shows_last_seen: bool = True


@value
class SchoolDocument:
    """A school as the index of schools wants it."""

    id: UUID
    version: int
    name: str
    legal_name: str
    country: str
    region: str | None
    city: str
    official_number: str
    level: tuple[SchoolLevel, ...]


@value
class DocumentVersion:
    """How far an index must have come with one document."""

    id: UUID
    version: int


@value
class Profile:
    """A person's profile as this reader may see it, with what the reader may do. (ID-15 ID-16)"""

    card: PersonCard
    biography: str
    project_idea: str
    subjects: tuple[str, ...]
    languages: tuple[str, ...]
    age_from: int | None
    age_to: int | None
    vocational: bool
    keywords: tuple[str, ...]
    links: tuple[str, ...]
    email: str | None
    affiliations: tuple[AffiliationCard, ...]
    relation: Relation
    is_self: bool
    actions: tuple[str, ...]
    why_not: dict[str, str]
    followers: int = 0
    following: int = 0
    last_seen: LastSeen | None = None
    match: Match | None = None


@value
class Me:
    """Everything a person keeps about themselves, to look at and change."""

    id: UUID
    version: int
    state: PersonState
    name: str
    email: str
    email_confirmed: bool
    country: str
    language: str
    time_zone: str
    role_kind: SchoolRole
    biography: str
    project_idea: str
    subjects: tuple[str, ...]
    languages: tuple[str, ...]
    age_from: int | None
    age_to: int | None
    vocational: bool
    keywords: tuple[str, ...]
    links: tuple[str, ...]
    available: bool
    available_plus: bool
    availability_at: datetime | None
    is_plus: bool
    profile_visibility: Visibility
    email_visibility: Visibility
    city_visibility: Visibility
    affiliations: tuple[AffiliationCard, ...]
    roles: tuple[Grant, ...]
    shows_last_seen: bool = True
    availability_lapses_on: date | None = None


@value
class Contact:
    """A contact or request, seen from the asking person's side."""

    id: UUID
    person_id: UUID
    state: ContactState
    message: str
    since: datetime


@value
class Contacts:
    """A page of contacts."""

    contacts: tuple[Contact, ...]
    next_cursor: str | None


@value
class SessionCard:
    """An open session, as shown to its owner. (ID-02)"""

    id: UUID
    device: str
    began_at: datetime
    seen_at: datetime
    current: bool


@value
class SignedIn:
    """A new session; its secret is shown once and kept by the browser only."""

    secret: str
    session_id: UUID
    person_id: UUID


@value
class Authenticated:
    """The token for a session's next five minutes (`ends_at`: seconds of the epoch, real time)."""

    token: str
    ends_at: float
    session_id: UUID
    person_id: UUID
    name: str
    language: str
    time_zone: str
    state: PersonState
    roles: tuple[Grant, ...]


@value
class PersonFacts:
    """What rule b.5 needs to know of a person about an invitation."""

    person_id: UUID
    contact: bool
    available: bool
    available_plus: bool
    plus: bool
    validated: bool
    closed: bool
    blocked: bool
    country: str | None
    registered_at: datetime | None = None


@value
class InvitationFacts:
    """The facts of rule b.5."""

    inviter: PersonFacts
    invitees: tuple[PersonFacts, ...]


@value
class Recipient:
    """Where and in which language somebody is written to."""

    person_id: UUID
    name: str
    email: str
    language: str
    time_zone: str


@value
class HeadTeacher:
    """To whom a school's consent requests go: the registered address, and the head's own account if there is one."""

    school_id: UUID
    school_name: str
    name: str
    email: str
    language: str
    account_id: UUID | None


@value
class Officer:
    """A person who may act for an organisation."""

    person_id: UUID
    name: str
    role: str
    organisation: str
    schools: tuple[UUID, ...]


@value
class Letter:
    """What a mail of identity's needs at the moment it is sent."""

    name: str
    email: str
    language: str
    path: str


@value
class Evidence:
    """A short-lived signed address from which an officer, or the owner, downloads evidence."""

    url: str
    file_name: str


@value
class UploadTicket:
    """Where to send a file, until when (real time), how large at most and of which types."""

    file_id: UUID
    ticket: str
    most_bytes: int
    types: tuple[str, ...]


@value
class Done:
    """It was done; `id` names what it was done to, `version` is its new version."""

    id: UUID
    version: int = 0


# ---- findings ---------------------------------------------------------------------------------------------------


class WrongCredentials(Unauthenticated):
    """Address and password do not belong together, or the address is not confirmed; which, is not told."""


class AddressNotConfirmed(Forbidden):
    """Sign-in waits for the address to be confirmed; `send_confirmation_again` mails a new link."""


class LinkSpent(Conflict):
    """The link was used, is too old, or was replaced by a newer one."""


class WeakPassword(Invalid):
    """The password is easy to guess."""


class ConductNotAccepted(Invalid):
    """The code of conduct must be accepted. (PV-15)"""


class CountryNotParticipating(Invalid):
    """Only schools of participating countries can take part. (ID-03)"""


class SchoolNumberNeeded(Invalid):
    """This country requires the official school number. (ID-09)"""


class RegionNotOfCountry(Invalid):
    """The region or territory does not belong to that country."""


class NoSchool(Conflict):
    """One of the two has no school at present."""


class AlreadyAffiliated(Conflict):
    """The person is at that school already."""


class AffiliationOver(Conflict):
    """The affiliation was decided or ended before; `state` says how."""


class NotAMember(Forbidden):
    """Only members of the community may do that; the account has no members' area or is not validated yet."""


class NotYourself(Invalid):
    """One cannot follow, ask or block oneself."""


class AlreadyInContact(Conflict):
    """There is a contact or request already; `state` says which."""


class TooManyRequests(Conflict):
    """Thirty contact requests wait for an answer; no more until some are answered. (b.12)"""

    status = 429


class Blocked(NotFound):
    """One of the two has blocked the other: they do not exist for each other. (CO-11)"""


class FileNotAllowed(Invalid):
    """The file's type or size is not allowed; nothing was kept. (PV-16)"""


# ---- registration and sessions ----------------------------------------------------------------------------------


@request(by=ANYONE)
def register(
    person_id: UUID,
    name: Name,
    email: Email,
    password: Password,
    country: Country,
    role_kind: SchoolRole,
    language: Language,
    conduct_accepted: bool,
    time_zone: Annotated[str, Length(1, 60)] = "",
) -> Done:
    """Register with an address and a password; a link to confirm the address is mailed.

    The answer is the same for an address already known: its owner gets a mail saying so. (ID-01 ID-03 ID-04 PV-15)
    """


@request(by=ANYONE)
def send_confirmation_again(email: Email) -> None:
    """Mail a new confirmation link, if that address waits for one; the answer does not tell. (ID-01)"""


@request(by=ANYONE)
def confirm_address(link: Annotated[str, Length(1, 500)]) -> Done:
    """Confirm the address by the mailed link; raises `LinkSpent`. (ID-01)"""


@request(by=ANYONE)
def sign_in(email: Email, password: Annotated[str, Length(1, 200)], device: Line = "") -> SignedIn:
    """Begin a session; raises `WrongCredentials` or `AddressNotConfirmed`. (ID-02)"""


@request(by=ANYONE)
def authenticate(secret: Annotated[str, Length(1, 200)]) -> Authenticated:
    """The acting person's token for a session's secret; raises `Unauthenticated` when the session has ended. (ID-02)"""


@request
def sign_out() -> None:
    """End the present session. (ID-02)"""


@request
def sessions() -> tuple[SessionCard, ...]:
    """The person's open sessions. (ID-02)"""


@request
def end_session(session_id: UUID) -> None:
    """End one of the person's own sessions, in every process within a second. (ID-02)"""


@request(by=ANYONE)
def forgot_password(email: Email) -> None:
    """Mail a link to choose a new password, if that address is known; the answer does not tell. (ID-02)"""


@request(by=ANYONE)
def reset_password(link: Annotated[str, Length(1, 500)], password: Password) -> Done:
    """Choose a new password by the mailed link; ends all sessions. (ID-02)"""


@request
def change_password(password: Annotated[str, Length(1, 200)], new_password: Password) -> Done:
    """Change the password; ends all other sessions. (ID-02)"""


# ---- the person -------------------------------------------------------------------------------------------------


@request
def me() -> Me:
    """Everything about oneself. (ID-26)"""


@request
def edit_profile(
    seen_version: int,
    name: Name,
    biography: Biography = "",
    project_idea: Biography = "",
    subjects: Slugs = (),
    languages: Languages = (),
    age_from: Age | None = None,
    age_to: Age | None = None,
    vocational: bool = False,
    keywords: Keywords = (),
    links: Annotated[tuple[Annotated[str, Pattern(r"https://[^\s<>\"']{4,190}")], ...], Size(0, 8)] = (),
    time_zone: Annotated[str, Length(0, 60)] = "",
) -> Me:
    """Change the profile as a whole. (ID-18 ID-19 ID-21 ID-26 ID-37)"""


@request
def set_availability(available: bool, available_plus: bool) -> Me:
    """Say whether one is available for a project, and for a Plus project; in force at once. (ID-22 ID-23 ID-24)"""


@request
def set_privacy(
    profile: Visibility, email: Visibility, city: Visibility, shows_last_seen: bool | None = None
) -> Me:
    """Who sees the profile, the e-mail address and the school's city; and whether others are told roughly when one
    was here last, which stays as it is when nothing is said. (ID-20 ID-26 ID-36)
    """


@request
def set_language(language: Language) -> Me:
    """The language of pages and mail. (CO-16 IN-01)"""


@request
def close_account(password: Annotated[str, Length(1, 200)]) -> None:
    """Close the account: signs out everywhere and hides the profile; erasure comes with its own saga. (PV-04 partly)"""


@request(by=ANYONE)
def profile(person_id: UUID) -> Profile:
    """A profile as the reader may see it; raises `NotFound` where privacy or a block hides it. (ID-15 ID-16 ID-20)"""


@request(by=SIGNED_IN)
def cards(ids: Ids) -> tuple[PersonCard, ...]:
    """Name and school of people on a page; unknown ids are left out. Blocked ones keep their name."""


@request(by=ANYONE)
def public_cards(ids: Ids) -> tuple[PersonCard, ...]:
    """As `cards`, for visitors: names only of people whose profile is public, otherwise an empty name."""


@request(by=MEMBER)
def findable(ids: Ids, partner: bool = False) -> tuple[PersonCard, ...]:
    """Those of these people whom the reader may find now, in the order asked for: members who are not hidden, not
    suspended and not blocked either way; with `partner` only those available, as the Plus rule has it for the
    reader. The reader's own card is always among them. Asked again for each page that is shown. (b.4 b.5 PS-06 PS-08)
    """


@request(by=MEMBER)
def terms_together(person_id: UUID) -> TermsTogether:
    """The terms and holidays of the reader's school and of somebody's, side by side, for the coming ten months;
    raises `NotFound` as `profile` does, and `NoSchool` where one of the two has none. (PS-22)
    """


@request(by=ANYONE)
def keyword_suggestions(text: Annotated[str, Length(1, 40)]) -> tuple[str, ...]:
    """Interest keywords in use that begin like this, most used first. (ID-37)"""


# ---- schools ----------------------------------------------------------------------------------------------------


@request(by=ANYONE)
def countries() -> tuple[CountryCard, ...]:
    """Participating countries with their category. (OP-13)"""


@request(by=ANYONE)
def regions(country: Country) -> tuple[RegionCard, ...]:
    """Regions, communities and overseas territories of a country (`kind`: region, community, territory). (ID-09 ID-14)"""


@request(by=ANYONE)
def organisations(
    ids: Annotated[tuple[Annotated[str, Length(2, 40)], ...], Size(0, 100)] = (),
) -> tuple[OrganisationCard, ...]:
    """Support organisations, all or those named. (OP-02 OP-03 OP-07)"""


@request(by=SIGNED_IN)
def find_schools(country: Country, text: Annotated[str, Length(2, 80)]) -> tuple[SchoolCard, ...]:
    """Schools of a country by part of the name, city or number, the likeliest first; at most 25. (ID-10)"""


@request(by=SIGNED_IN)
def create_school(
    school_id: UUID,
    name: Annotated[str, Length(3, 160)],
    country: Country,
    city: Annotated[str, Length(1, 80)],
    level: Annotated[tuple[SchoolLevel, ...], Size(1, 5)],
    head_name: Name,
    head_email: Email,
    legal_name: Line = "",
    territory: Annotated[str, Length(0, 10)] = "",
    region: Annotated[str, Length(0, 10)] = "",
    community: Annotated[str, Length(0, 10)] = "",
    address: Annotated[str, Length(0, 300)] = "",
    official_number: Annotated[str, Length(0, 40)] = "",
    website: Annotated[str, Length(0, 200)] = "",
    abroad: bool = False,
    not_a_duplicate: bool = False,
) -> SchoolCard:
    """Register a school; raises `LikelyDuplicate` with the schools that look alike unless `not_a_duplicate`. (ID-09 ID-11)"""


class LikelyDuplicate(Conflict):
    """Schools with nearly the same name in the same place are there already: `schools` lists their ids. (ID-10)"""


@request(by=SIGNED_IN)
def edit_head_teacher(school_id: UUID, head_name: Name, head_email: Email) -> Done:
    """Correct a school's head teacher; by its members and its organisation's officers. (ID-09 AP-17)"""


@request(by=SIGNED_IN)
def set_school_year(
    school_id: UUID, first: date, last: date, breaks: Annotated[tuple[Span, ...], Size(0, 20)] = ()
) -> Done:
    """Enter a school's year with its breaks, replacing the one that begins in the same summer; by its validated
    members. Raises `Invalid` for days out of order. (PS-22)
    """


@request(by=ANYONE)
def school(school_id: UUID) -> SchoolView:
    """A school's page. (ID-12)"""


@request(by=ANYONE)
def school_cards(ids: Ids) -> tuple[SchoolCard, ...]:
    """Schools on a page."""


@request(by=SIGNED_IN)
def join_school(
    affiliation_id: UUID, school_id: UUID, role_kind: SchoolRole, evidence: UUID | None = None
) -> AffiliationCard:
    """Add a school to one's history and have it validated; others stay as they are. (ID-05 ID-06 ID-27 ID-28 ID-29)"""


@request(by=SIGNED_IN)
def leave_school(affiliation_id: UUID) -> AffiliationCard:
    """End one's time at a school; it stays in the history. (ID-27)"""


@request(by=SIGNED_IN)
def evidence_ticket(
    file_name: Annotated[str, Length(1, 120)], size: Annotated[int, Range(1, 10_000_000)]
) -> UploadTicket:
    """A ticket to upload an employment certificate (PDF, PNG or JPEG, at most 5 MB). (ID-08)"""


@request(by=SIGNED_IN)
def finish_upload(file_id: UUID, ticket: Annotated[str, Length(1, 2_000)]) -> Done:
    """Say that the file has arrived; identity looks at what it really is. (ID-08 PV-16)"""


@request(by=SIGNED_IN)
def attach_evidence(affiliation_id: UUID, file_id: UUID) -> AffiliationCard:
    """Add the certificate asked for to an affiliation that awaits validation. (ID-07 ID-08)"""


@request(by=SIGNED_IN)
def evidence(affiliation_id: UUID) -> Evidence:
    """Where to read the evidence: for its owner and the officers of that organisation; every look is logged. (ID-08)"""


# ---- contacts ---------------------------------------------------------------------------------------------------


@request(by=MEMBER)
def follow(person_id: UUID) -> Relation:
    """Follow somebody's activity; needs no consent. (CO-01)"""


@request(by=MEMBER)
def unfollow(person_id: UUID) -> Relation:
    """Stop following. (CO-01)"""


@request(by=SIGNED_IN)
def following() -> tuple[PersonCard, ...]:
    """Whom one follows. (CO-01)"""


@request(by=SIGNED_IN)
def ask_for_contact(
    contact_id: UUID, person_id: UUID, message: Annotated[str, Length(0, 500, lines=True)] = ""
) -> Relation:
    """Ask to become contacts; a pending request the other way round makes both contacts at once. (CO-03 CO-07)"""


@request(by=SIGNED_IN)
def accept_contact(contact_id: UUID) -> Relation:
    """Accept a request. (CO-03)"""


@request(by=SIGNED_IN)
def decline_contact(contact_id: UUID) -> Relation:
    """Decline a request. (CO-03)"""


@request(by=SIGNED_IN)
def remove_contact(person_id: UUID) -> Relation:
    """End a contact, or take back a request. (CO-06)"""


@request(by=SIGNED_IN)
def contacts(
    state: ContactState = ContactState.ACCEPTED,
    country: Country | None = None,
    available: bool | None = None,
    available_plus: bool | None = None,
    cursor: Line = "",
) -> Contacts:
    """One's contacts and requests. (CO-06)"""


@request(by=SIGNED_IN)
def block(person_id: UUID) -> Relation:
    """Block somebody: requests and invitations end, neither finds the other. (CO-11)"""


@request(by=SIGNED_IN)
def unblock(person_id: UUID) -> Relation:
    """Take a block back. (CO-11)"""


@request(by=SIGNED_IN)
def blocked() -> tuple[PersonCard, ...]:
    """Whom one has blocked. (CO-11)"""


# ---- for the other services -------------------------------------------------------------------------------------


@value
class ProgressFacts:
    """How far a profile is: the length of the project idea, whether availability was answered, days here. (PG-03)"""

    person_id: UUID
    version: int
    idea_characters: int
    answered_availability: bool
    has_image: bool
    days_seen: int
    seen_on: date | None
    closed: bool


@value
class Bonds:
    """Contacts, or who follows whom, as columns: a person, the other, since when. Ids are texts: they only travel on."""

    person_ids: tuple[str, ...]
    other_ids: tuple[str, ...]
    since: tuple[datetime, ...]


@value
class PeopleDeeds:
    """What there is to count of a page of people; `total` people in all, said with the first page only. (PG-11)"""

    people: tuple[ProgressFacts, ...]
    contacts: Bonds
    following: Bonds
    total: int | None


@request(by=PLATFORM)
def invitation_facts(inviter_id: UUID, invitee_ids: Ids) -> InvitationFacts:
    """The facts of rule b.5 for an inviter and possible invitees; without ids, for all accepted contacts. (PR-17)"""


@request(by=PLATFORM)
def affiliations_of(person_ids: Ids) -> tuple[AffiliationCard, ...]:
    """Current affiliations (awaiting or validated, not ended), the main one of each person first. (ID-28)"""


@request(by=PLATFORM)
def head_teachers(school_ids: Ids) -> tuple[HeadTeacher, ...]:
    """Where schools' consent requests go. (AP-02 AP-15)"""


@request(by=PLATFORM)
def officers(organisation_ids: Annotated[tuple[str, ...], Size(0, 100)]) -> tuple[Officer, ...]:
    """Who may act for these organisations now, with the schools they belong to (conflict of interest). (AP-22)"""


@request(by=PLATFORM)
def grants_of(person_id: UUID) -> tuple[Grant, ...]:
    """The roles a person holds at this moment; asked again at each decision."""


@request(by=PLATFORM)
def recipients(person_ids: Ids) -> tuple[Recipient, ...]:
    """Where to write to people whose account is open and address confirmed."""


@request(by=MEMBER)
def searcher() -> Searcher:
    """What a search must know of whoever searches."""


@request(by=MEMBER)
def found_people(ids: Ids, partner: bool = False) -> FoundPeople:
    """As `findable`, with everything a list of results shows and why each would fit the reader. (PS-06 PS-08 PS-21)

    Raises `NotFound` when the reader's account has gone.
    """


@request(by=PLATFORM)
def searcher_of(person_id: UUID) -> Searcher | None:
    """The same of somebody whose kept search is looked at again; None for who is no member any more."""


@request(by=PLATFORM)
def findable_by(person_id: UUID, ids: Ids, partner: bool = False) -> tuple[UUID, ...]:
    """Whom of these that person may find now, as `findable`."""


@request(by=PLATFORM)
def person_documents(ids: Ids) -> tuple[PersonDocument, ...]:
    """People as they are now, for the index; unknown ids are left out."""


@request(by=PLATFORM)
def person_versions(after: UUID | None = None) -> tuple[DocumentVersion, ...]:
    """Whom an index must hold and how new, 500 at a time in the order of ids."""


@request(by=PLATFORM)
def school_documents(ids: Ids) -> tuple[SchoolDocument, ...]:
    """Schools as they are now, for the index."""


@request(by=PLATFORM)
def school_versions(after: UUID | None = None) -> tuple[DocumentVersion, ...]:
    """Schools an index must hold and how new, 500 at a time in the order of ids."""


@request(by=PLATFORM)
def progress_facts(ids: Ids) -> tuple[ProgressFacts, ...]:
    """What people's profiles say for their progress, as of which version; unknown ids are left out. (PG-03)"""


@request(by=PLATFORM)
def deeds(after: UUID | None = None) -> PeopleDeeds:
    """What there is to count of everybody, 500 people at a time in the order of ids. (PG-11)"""


@request(by=PLATFORM)
def confirmation_letter(person_id: UUID) -> Letter:
    """Address and fresh confirmation link (`path` is empty when the address is known already). (ID-01)"""


@request(by=PLATFORM)
def reset_letter(person_id: UUID) -> Letter:
    """Address and fresh password link. (ID-02)"""


@request(by=PLATFORM)
def affiliation_cards(ids: Ids) -> tuple[AffiliationCard, ...]:
    """Affiliations by id, for the officers' cases."""


@command
def validate_affiliation(affiliation_id: UUID) -> Done:
    """The organisation has confirmed that this person works at that school. (ID-05)"""


@command
def refuse_affiliation(affiliation_id: UUID) -> Done:
    """The organisation has refused the affiliation; the reason stays with approvals. (ID-05)"""


# ---- events -----------------------------------------------------------------------------------------------------


@event
class PersonRegistered:
    """Somebody has registered and must confirm the address. `known`: the address had an account already."""

    person_id: UUID
    known: bool
    at: datetime


@event
class ConfirmationAsked:
    """A new confirmation link is wanted."""

    person_id: UUID
    at: datetime


@event
class AddressConfirmed:
    """The address is confirmed: the person is pre-registered."""

    person_id: UUID
    at: datetime


@event
class PasswordForgotten:
    """Somebody wants to choose a new password."""

    person_id: UUID
    at: datetime


@event
class SessionEnded:
    """A session is over: whoever keeps its token must forget it."""

    session_id: UUID
    person_id: UUID


@event
class GrantsChanged:
    """A person's roles are not what they were: whoever keeps a token of theirs must fetch a new one."""

    person_id: UUID


@event
class ProfileChanged:
    """Something a profile shows has changed."""

    person_id: UUID
    at: datetime


@event
class AvailabilityChanged:
    """A person's answer to "available for a project" has changed; in force at once.

    `lapsed`: nobody answered; a year and a month after the last answer it has become no. (ID-25)
    """

    person_id: UUID
    available: bool
    available_plus: bool
    at: datetime
    lapsed: bool = False


@event
class AvailabilityReminder:
    """A year has passed since somebody said to be available: unless confirmed, it lapses on that day. (ID-25)"""

    person_id: UUID
    lapses_on: date
    at: datetime


@event
class PersonSeen:
    """Somebody was here on a day, told once a day; `days`: on how many days so far, this one included."""

    person_id: UUID
    on: date
    days: int = 0


@event
class SchoolRegistered:
    """A school is in the register; its head teacher gets a one-time notice. (ID-11)"""

    school_id: UUID
    country: str
    organisation: str
    at: datetime


@event
class HeadTeacherChanged:
    """A school's head teacher, or the address, was corrected: open requests go to the new one."""

    school_id: UUID
    at: datetime


@event
class SchoolYearChanged:
    """A school has entered when it teaches."""

    school_id: UUID
    at: datetime


@event
class AffiliationRequested:
    """A person wants to be confirmed at a school; the school's organisation is asked."""

    affiliation_id: UUID
    person_id: UUID
    school_id: UUID
    country: str
    organisation: str
    regional_organisation: str | None
    at: datetime


@event
class EvidenceAttached:
    """The certificate asked for is there."""

    affiliation_id: UUID
    at: datetime


@event
class AffiliationValidated:
    """The person works at that school, says its organisation."""

    affiliation_id: UUID
    person_id: UUID
    school_id: UUID
    at: datetime


@event
class AffiliationRefused:
    """The organisation did not confirm the affiliation."""

    affiliation_id: UUID
    person_id: UUID
    at: datetime


@event
class AffiliationEnded:
    """A person has left a school."""

    affiliation_id: UUID
    person_id: UUID
    school_id: UUID
    at: datetime


@event
class ContactRequested:
    """Somebody asks for contact. (CO-03)"""

    contact_id: UUID
    from_id: UUID
    to_id: UUID
    at: datetime


@event
class ContactAccepted:
    """Two people are contacts now; `from_id` has said yes. (CO-03 CO-07)"""

    contact_id: UUID
    from_id: UUID
    to_id: UUID
    at: datetime


@event
class ContactDeclined:
    """A request was declined by `from_id`. (CO-03)"""

    contact_id: UUID
    from_id: UUID
    to_id: UUID
    at: datetime


@event
class ContactRemoved:
    """`from_id` has ended a contact, or taken a request back. (CO-06)"""

    contact_id: UUID
    from_id: UUID
    to_id: UUID
    at: datetime


@event
class Followed:
    """Somebody follows somebody from now on. (CO-01)"""

    follower_id: UUID
    followed_id: UUID
    at: datetime


@event
class Unfollowed:
    """Somebody does not follow somebody any more, by own choice or because of a block. (CO-01 CO-11)"""

    follower_id: UUID
    followed_id: UUID
    at: datetime


@event
class PersonBlocked:
    """`from_id` wants nothing to do with `to_id`."""

    contact_id: UUID
    from_id: UUID
    to_id: UUID
    at: datetime


@event
class PersonUnblocked:
    """`from_id` has taken the block of `to_id` back."""

    contact_id: UUID
    from_id: UUID
    to_id: UUID
    at: datetime


@event
class AccountClosed:
    """The person has left; the profile is hidden."""

    person_id: UUID
    at: datetime
