"""What events says and answers: meetings and professional development, their seats, rooms, calendars and records.

An event of the portal is a *meeting* here, since an event is a message. What support organisations offer for
professional development is an *activity*: a meeting of certain kinds, by the same rules.
"""

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
    NotFound,
    Pattern,
    Range,
    Size,
    Unavailable,
    event,
    request,
    role,
    value,
)

Text = Annotated[str, Length(0, 5_000, lines=True)]
Words = Annotated[str, Length(1, 5_000, lines=True)]
Reason = Annotated[str, Length(3, 1_000, lines=True)]
Language = Annotated[str, Pattern("[a-z]{2,3}")]
Languages = Annotated[tuple[Language, ...], Size(1, 10)]
Country = Annotated[str, Pattern("[A-Z]{2}")]
Link = Annotated[str, Length(0, 500), Pattern(r"(https://\S{3,490})?")]
Ids = Annotated[tuple[UUID, ...], Size(0, 500)]
Capacity = Annotated[int, Range(1, 10_000)]
Hours = Annotated[int, Range(0, 500)]
Grade = Annotated[int, Range(1, 5)]
MEMBER = role("member")
MEMBER_OR_OFFICER = role("member", "officer", "lead", "css")
OFFICER = role("officer", "lead", "css")
ENTRANTS = role("member", "head_teacher", "officer", "lead", "regional", "css")
"""Grown-ups with a part in the platform; whoever holds none of these, as pupils do, enters no room."""


class Kind(StrEnum):
    """c.6: what it is; from `learning_event` on, professional development. (EV-03 PD-02 PD-03 PD-09)"""

    WORKSHOP = "workshop"
    TRAINING = "training"
    SCHOOL_PRESENTATION = "school_presentation"
    PROJECT_PRESENTATION = "project_presentation"
    PARTNER_SEARCH = "partner_search"
    OTHER = "other"
    LEARNING_EVENT = "learning_event"
    ONLINE_SEMINAR = "online_seminar"
    WEBINAR = "webinar"
    MOOC = "mooc"
    SHORT_COURSE = "short_course"
    ONSITE_WORKSHOP = "onsite_workshop"
    CONTACT_SEMINAR = "contact_seminar"
    CONFERENCE = "conference"
    TEACHMEET = "teachmeet"


class Mode(StrEnum):
    """Where it takes place. (EV-02)"""

    ONLINE = "online"
    ON_SITE = "on_site"
    HYBRID = "hybrid"


class Access(StrEnum):
    """Who may know of it and register: everybody, or those invited. (EV-07)"""

    PUBLIC = "public"
    PRIVATE = "private"


class Selection(StrEnum):
    """How seats are given. (EV-08 EV-22 PD-06)"""

    FIRST_COME = "first_come"
    ORGANISER = "organiser"
    LOTTERY = "lottery"
    PRIORITY = "priority"


class Promotion(StrEnum):
    """How a free seat reaches the head of the waiting list: at once, or offered for a day. (b.10)"""

    AUTO = "auto"
    OFFER = "offer"


class MeetingState(StrEnum):
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    HELD = "held"


class Phase(StrEnum):
    """Where registration stands, by the server's time. (PD-04 PD-05)"""

    BEFORE = "before"
    OPEN = "open"
    CLOSED = "closed"


class Place(StrEnum):
    """How far somebody has come on the way to a seat."""

    PENDING = "pending"
    WAITING = "waiting"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class When(StrEnum):
    """A choice of the list's filter."""

    COMING = "coming"
    THIS_WEEK = "this_week"
    THIS_MONTH = "this_month"
    PAST = "past"


class CertificateKind(StrEnum):
    ATTENDANCE = "attendance"
    COMPLETION = "completion"


# ---- shapes -----------------------------------------------------------------------------------------------------


@value
class Sheet:
    """All that organisers write about a meeting."""

    kind: Kind
    title: str
    description: str
    mode: Mode
    languages: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    capacity: int
    access: Access
    selection: Selection
    promotion: Promotion
    target: str
    place: str
    link: str
    registration_from: datetime | None
    registration_until: datetime | None
    instructions: str
    hours: int
    national: bool
    with_pupils: bool
    recorded: bool


@value
class Registration:
    """Somebody's seat, or way to one. `position` on the waiting list counts from 1; `no_shows` in the last 90 days."""

    id: UUID
    meeting_id: UUID
    person_id: UUID
    place: Place
    asked_at: datetime
    position: int | None = None
    offered_until: datetime | None = None
    reason: str = ""
    attended_at: datetime | None = None
    completed_at: datetime | None = None
    hours: int = 0
    certificate: str = ""
    no_shows: int = 0
    actions: tuple[str, ...] = ()
    removed_at: datetime | None = None
    """A host has removed this person from the room. (EV-04)"""


@value
class Roster:
    """Everybody registered, as hosts see it; with what was asked of them and who came. (EV-14)"""

    meeting_id: UUID
    registrations: tuple[Registration, ...]
    confirmed: int
    waiting: int
    pending: int
    attended: int


@value
class MeetingFile:
    """A document of a meeting. (EV-06)"""

    id: UUID
    file_name: str
    by: UUID
    at: datetime


@value
class MeetingView:
    """A meeting as this reader may see it, with what may be done now and why not the rest.

    `instructions` and `link` are there for those whom they concern only; `confirmed` counts nobody but the registered.
    `seed_hash` was published before anybody could know the seed; the seed itself follows with the draw.
    """

    id: UUID
    version: int
    sheet: Sheet
    state: MeetingState
    phase: Phase
    organiser_id: UUID
    co_hosts: tuple[UUID, ...]
    speakers: tuple[UUID, ...]
    organisation: str | None
    country: str | None
    confirmed: int
    waiting: int
    places_left: int
    registration_from: datetime | None
    registration_until: datetime
    room_opens_at: datetime | None
    promotes_until: datetime
    cancelled_reason: str
    change_reason: str
    sequence: int
    seed_hash: str
    drawn_at: datetime | None
    own_room: bool
    is_host: bool
    is_crew: bool
    invited: bool
    reminded: bool
    mine: Registration | None
    files: tuple[MeetingFile, ...]
    actions: tuple[str, ...]
    why_not: dict[str, str]
    as_of: datetime


@value
class MeetingCard:
    """A meeting in a list."""

    id: UUID
    title: str
    kind: Kind
    mode: Mode
    access: Access
    state: MeetingState
    phase: Phase
    languages: tuple[str, ...]
    country: str | None
    organiser_id: UUID
    organisation: str | None
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    capacity: int
    places_left: int
    waiting: int
    selection: Selection
    registration_from: datetime | None
    registration_until: datetime
    hours: int
    national: bool
    mine: Place | None = None


@value
class Meetings:
    """A page of meetings."""

    meetings: tuple[MeetingCard, ...]
    next_cursor: str | None
    as_of: datetime


@value
class CalendarMonth:
    """What is on in a month, and on the days just before and after it."""

    first: date
    meetings: tuple[MeetingCard, ...]


@value
class MyMeetings:
    """What one holds, speaks at, has a seat in or waits for, was invited to; `no_shows` in the last 90 days."""

    organised: tuple[MeetingCard, ...]
    registered: tuple[MeetingCard, ...]
    invited: tuple[MeetingCard, ...]
    no_shows: int
    lower_priority: bool


@value
class Ticket:
    """One applicant in a draw, without a name: what the published rule looks at. (EV-22)"""

    registration_id: UUID
    first_timer: bool
    rare_country: bool
    missed_last_time: bool
    missed_often: bool


@value
class Draw:
    """A draw that anybody can compute again: rule, seed, tickets, and the order that came of them. (EV-22)

    Order: ascending tier, then ascending SHA-256 of `seed:registration_id` in hexadecimal.
    """

    meeting_id: UUID
    selection: Selection
    seed: str
    seed_hash: str
    drawn_at: datetime
    capacity: int
    tickets: tuple[Ticket, ...]
    order: tuple[UUID, ...]
    mine: UUID | None = None


@value
class Room:
    """A meeting's room before one enters it; without `server`, the room has pages of its own elsewhere. (EV-04)"""

    meeting_id: UUID
    server: str
    recorded: bool


@value
class Relay:
    """A server that helps browsers reach the room; what it asks for expires with the pass."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = ""


@value
class RoomPass:
    """What one person's browser says to the room's server, for this meeting alone, until `expires_at`. (EV-04)

    `token` opens the server and `key` the room, in which others see `participant`; its name they ask us for
    (`room_names`), never the browser of whoever says it is theirs.
    """

    server: str
    room: str
    participant: UUID
    name: str
    token: str
    key: str
    relays: tuple[Relay, ...]
    expires_at: datetime


@value
class RoomName:
    """Somebody who may be in a room, as the others there see them. (EV-04)"""

    person_id: UUID
    name: str


@value
class Entry:
    """Where the room is, for this person, now; with a pass, where its page is one of the portal's. (EV-16)"""

    url: str
    checked_in: bool
    room_pass: RoomPass | None = None


@value
class MeetingPost:
    """A contribution to a meeting's discussion. (EV-05)"""

    id: UUID
    meeting_id: UUID
    author_id: UUID
    reply_to: UUID | None
    text: str
    at: datetime
    removed: bool
    actions: tuple[str, ...] = ()


@value
class MeetingPosts:
    posts: tuple[MeetingPost, ...]
    may_write: bool


@value
class FeedbackCounts:
    """How it was, counted; remarks without names for hosts only. (EV-20)"""

    answers: int
    attended: int
    contents: tuple[int, ...]
    organisation: tuple[int, ...]
    again: int
    remarks: tuple[str, ...]
    given: bool


@value
class UploadPlace:
    """Where to send a document, how large at most and of which types."""

    file_id: UUID
    ticket: str
    most_bytes: int
    types: tuple[str, ...]


@value
class Address:
    """A short-lived signed address of a file."""

    url: str
    file_name: str


@value
class CalendarFile:
    """iCalendar text, and a tag that changes when it does."""

    text: str
    file_name: str
    tag: str


@value
class Feed:
    """The secret address, as a path, of one's own calendar feed. (EV-11)"""

    path: str
    path_with_periods: str


@value
class CertificateView:
    """What a certificate's number proves, to whoever has the number. (EV-14 PD-10)"""

    number: str
    kind: CertificateKind
    person_name: str
    title: str
    meeting_kind: Kind
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    hours: int
    issued_at: datetime


@value
class RecordEntry:
    """One thing in somebody's record of professional development."""

    registration_id: UUID
    meeting_id: UUID
    title: str
    kind: Kind
    starts_at: datetime
    ends_at: datetime
    hours: int
    completed: bool
    certificate: str


@value
class Record:
    """What somebody has done, and what the country asks for; 0 hours wanted: no rule is known. (PD-11)

    `checked_on`: when this installation asked the country; None when nobody did.
    """

    entries: tuple[RecordEntry, ...]
    hours: int
    country: str | None
    wanted_hours: int
    every_years: int
    counted_since: datetime
    counted_hours: int
    note: str
    checked_on: date | None = None


@value
class Tutorial:
    """A tutorial or video that a support organisation points to. (PD-12)"""

    id: UUID
    organisation: str
    title: str
    url: str
    language: str
    video: bool
    may_edit: bool = False


@value
class MeetingDocument:
    """A meeting as an index wants it; of those that nobody may find, only that."""

    id: UUID
    version: int
    listed: bool
    title: str = ""
    description: str = ""
    kind: Kind = Kind.OTHER
    mode: Mode = Mode.ONLINE
    languages: tuple[str, ...] = ()
    country: str | None = None
    organisation: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    registration_from: datetime | None = None
    registration_until: datetime | None = None
    capacity: int = 0
    places_left: int = 0
    national: bool = False


@value
class DocumentVersion:
    """How far an index must have come with one document."""

    id: UUID
    version: int


@value
class Title:
    """A meeting in a notification or a mail."""

    id: UUID
    title: str
    organiser_id: UUID
    starts_at: datetime


@value
class Done:
    id: UUID
    version: int = 0


# ---- findings ---------------------------------------------------------------------------------------------------


class NotTheHost(Forbidden):
    """Only the organiser and the co-hosts may do that."""


class OfficersOnly(Forbidden):
    """Professional development is offered by support organisations. (PD-01)"""


class OnlyForCountry(Forbidden):
    """This national offer is for teachers of its own country. (PD-13)"""


class SeatNeeded(Forbidden):
    """Only hosts, speakers and those with a seat may do that."""


class NotPossibleAnyMore(Conflict):
    """The meeting is cancelled or over (`state`)."""


class RegistrationNotOpen(Conflict):
    """Registration has not begun, or is over (`phase`); the server's time decides. (PD-04)"""


class RegisteredAlready(Conflict):
    """There is a registration of yours already."""


class CapacityTaken(Conflict):
    """More seats than that are given already (`confirmed`): nobody is dropped. (b.10 7)"""


class RuleFixed(Conflict):
    """How seats are given cannot change to or from a draw once somebody has applied."""


class NoSuchPlace(Conflict):
    """The registration's present state (`place`) does not allow it."""


class OfferLapsed(Conflict):
    """The seat was offered for a while and has gone to the next on the list."""


class RoomNotOpen(Conflict):
    """The room opens 24 hours before for hosts, half an hour before for participants (`opens_at`). (EV-16)"""


class RoomAway(Unavailable):
    """The server of the rooms does not answer."""


class RoomFull(Conflict):
    """A hundred are in the room; places are kept free for its hosts and speakers. (EV-04)"""


class RemovedFromRoom(Forbidden):
    """A host has removed this person from the room."""


class CrewStays(Conflict):
    """Hosts and speakers cannot be removed from the room."""


class RecordingConsent(Conflict):
    """The meeting is recorded: whoever enters must agree first. (EV-18)"""


class SheetRefused(Invalid):
    """What was written about the meeting does not go together; `fields` says what."""


class CannotInvite(Invalid):
    """Only contacts and people of one's own projects can be invited; `people` are neither."""


class FeedbackLater(Conflict):
    """Feedback is given once, by who was there, from the beginning on."""


class DocumentNotAllowed(Invalid):
    """This kind or size of document is not taken."""


class NotDrawn(NotFound):
    """There was no draw."""


# ---- organising -------------------------------------------------------------------------------------------------


@request(by=MEMBER_OR_OFFICER)
def organise(
    meeting_id: UUID,
    kind: Kind,
    title: Annotated[str, Length(3, 120)],
    description: Annotated[str, Length(10, 5_000, lines=True)],
    mode: Mode,
    languages: Languages,
    starts_at: datetime,
    ends_at: datetime,
    time_zone: Annotated[str, Length(1, 60)] = "Europe/Brussels",
    capacity: Capacity = 100,
    access: Access = Access.PUBLIC,
    selection: Selection = Selection.FIRST_COME,
    promotion: Promotion = Promotion.AUTO,
    target: Line = "",
    place: Line = "",
    link: Link = "",
    registration_from: datetime | None = None,
    registration_until: datetime | None = None,
    instructions: Text = "",
    hours: Hours = 0,
    national: bool = False,
    with_pupils: bool = False,
    recorded: bool = False,
) -> MeetingView:
    """Hold a meeting, by any validated member; offer an activity, by officers. (EV-01 EV-02 EV-03 EV-04 PD-01)"""


@request(by=MEMBER_OR_OFFICER)
def change(
    meeting_id: UUID,
    seen_version: int,
    kind: Kind,
    title: Annotated[str, Length(3, 120)],
    description: Annotated[str, Length(10, 5_000, lines=True)],
    mode: Mode,
    languages: Languages,
    starts_at: datetime,
    ends_at: datetime,
    time_zone: Annotated[str, Length(1, 60)] = "Europe/Brussels",
    capacity: Capacity = 100,
    access: Access = Access.PUBLIC,
    selection: Selection = Selection.FIRST_COME,
    promotion: Promotion = Promotion.AUTO,
    target: Line = "",
    place: Line = "",
    link: Link = "",
    registration_from: datetime | None = None,
    registration_until: datetime | None = None,
    instructions: Text = "",
    hours: Hours = 0,
    national: bool = False,
    with_pupils: bool = False,
    recorded: bool = False,
    reason: Annotated[str, Length(0, 1_000, lines=True)] = "",
) -> MeetingView:
    """Change it; once somebody is registered with a reason, and all of them are told. (EV-15)"""


@request(by=MEMBER_OR_OFFICER)
def cancel(meeting_id: UUID, reason: Reason) -> MeetingView:
    """Cancel it, with the reason that all registered read. (EV-15)"""


@request(by=MEMBER_OR_OFFICER)
def name_crew(meeting_id: UUID, co_hosts: Ids = (), speakers: Ids = ()) -> MeetingView:
    """Say who hosts with the organiser and who speaks; by the organiser. (EV-17)"""


@request(by=MEMBER_OR_OFFICER)
def invite(
    meeting_id: UUID, person_ids: Ids = (), project_ids: Annotated[tuple[UUID, ...], Size(0, 10)] = ()
) -> Done:
    """Invite contacts, and everybody of one's own projects, together. Raises `CannotInvite`. (EV-13)"""


@request(by=OFFICER)
def awaiting_release() -> tuple[MeetingCard, ...]:
    """First meetings of very new accounts that wait to be looked at, in one's own countries. (EV-21)"""


@request(by=OFFICER)
def release(meeting_id: UUID) -> MeetingView:
    """Publish a meeting that waited to be looked at. (EV-21)"""


# ---- seats ------------------------------------------------------------------------------------------------------


@request(by=MEMBER)
def register(meeting_id: UUID, registration_id: UUID) -> Registration:
    """Take a seat, apply for one, or join the waiting list, whichever the meeting's rule gives. (EV-08 EV-09 PD-04)"""


@request
def withdraw(meeting_id: UUID) -> Registration:
    """Take one's registration back, at any time before the end. (EV-08 b.10 10)"""


@request
def accept_seat(meeting_id: UUID) -> Registration:
    """Take the seat that is held for oneself. Raises `OfferLapsed`. (EV-09)"""


@request
def roster(meeting_id: UUID) -> Roster:
    """Everybody registered, for hosts. (EV-14)"""


@request
def approve(meeting_id: UUID, registration_id: UUID) -> Registration:
    """Say yes to an application; a seat if one is free, else the waiting list. (EV-08)"""


@request
def refuse(meeting_id: UUID, registration_id: UUID, reason: Reason) -> Registration:
    """Say no to an application, and why. (EV-08)"""


@request
def check_in(meeting_id: UUID, registration_ids: Ids) -> Roster:
    """Note that these people came; by hosts. (EV-14)"""


@request
def complete(meeting_id: UUID, registration_id: UUID, hours: Annotated[int, Range(1, 500)]) -> Registration:
    """Say that somebody has completed the activity, and with how many hours; by organiser or tutor. (PD-10)"""


@request(by=MEMBER)
def remind_me(meeting_id: UUID, wanted: bool = True) -> MeetingView:
    """Be told, or not any more, when registration opens. (PD-05)"""


@request(by=ANYONE)
def draw(meeting_id: UUID) -> Draw:
    """A draw with all that is needed to compute it again. Raises `NotDrawn`. (EV-22)"""


# ---- the room, documents, the discussion, feedback --------------------------------------------------------------


@request(by=ENTRANTS)
def room(meeting_id: UUID) -> Room:
    """Whether one may enter the room now, and how. Raises what `join` raises. (EV-04 EV-16)"""


@request(by=ENTRANTS)
def join(meeting_id: UUID, consent: bool = False) -> Entry:
    """Enter the room; notes who came, and replaces one's own earlier entry. (EV-04 EV-14 EV-16 EV-18)

    Raises `RoomNotOpen`, `SeatNeeded`, `RemovedFromRoom`, `RecordingConsent`, `RoomFull`, `RoomAway`.
    """


@request(by=ENTRANTS)
def room_names(meeting_id: UUID) -> tuple[RoomName, ...]:
    """Everybody who may be in the room at this moment, by name; nobody where it is elsewhere. Raises what `join`
    raises. (EV-04)
    """


@request(by=ENTRANTS)
def silence(meeting_id: UUID, person_id: UUID, silent: bool = True) -> Done:
    """Take somebody's microphone in the room, or give it back; by hosts. (EV-04)"""


@request(by=ENTRANTS)
def expel(meeting_id: UUID, person_id: UUID) -> Done:
    """Remove somebody from the room for good; by hosts. Raises `CrewStays`. (EV-04)"""


@request(by=ENTRANTS)
def readmit(meeting_id: UUID, registration_id: UUID) -> Registration:
    """Let somebody who was removed into the room again; by hosts. (EV-04)"""


@request
def file_ticket(
    meeting_id: UUID, file_name: Annotated[str, Length(1, 200)], size: Annotated[int, Range(1, 100_000_000)]
) -> UploadPlace:
    """Ask to send a document; by hosts and speakers. Raises `DocumentNotAllowed`. (EV-06)"""


@request
def finish_file(meeting_id: UUID, file_id: UUID, ticket: Annotated[str, Length(1, 2_000)]) -> MeetingFile:
    """The document has arrived. (EV-06)"""


@request
def meeting_file(meeting_id: UUID, file_id: UUID) -> Address:
    """A short-lived address of a document, for hosts, speakers and the registered. (EV-06)"""


@request
def remove_file(meeting_id: UUID, file_id: UUID) -> Done:
    """Take a document away; by hosts. (EV-06)"""


@request
def posts(meeting_id: UUID) -> MeetingPosts:
    """The discussion, oldest first; for hosts, speakers and the registered. (EV-05)"""


@request
def write_post(meeting_id: UUID, post_id: UUID, text: Words, reply_to: UUID | None = None) -> MeetingPost:
    """Say something before or after. (EV-05)"""


@request
def remove_post(meeting_id: UUID, post_id: UUID) -> Done:
    """Take a contribution away; by its author or a host."""


@request
def give_feedback(
    meeting_id: UUID, contents: Grade, organisation: Grade, again: bool = False, remark: Text = ""
) -> Done:
    """Say how it was. Raises `FeedbackLater`. (EV-20)"""


@request
def feedback(meeting_id: UUID) -> FeedbackCounts:
    """How it was, counted; for hosts and for those who were there. (EV-20)"""


# ---- seeing -----------------------------------------------------------------------------------------------------


@request(by=ANYONE)
def meeting(meeting_id: UUID) -> MeetingView:
    """A meeting's page; a private one is there for the invited only. (EV-07 EV-10)"""


@request(by=ANYONE)
def meetings(
    text: Line = "",
    kind: Kind | None = None,
    language: Language | None = None,
    mode: Mode | None = None,
    when: When = When.COMING,
    free: bool = False,
    cursor: Line = "",
) -> Meetings:
    """Public meetings by date; `free`: only with places left. (EV-19 EV-23)"""


@request(by=ANYONE)
def activities(
    text: Line = "",
    kind: Kind | None = None,
    language: Language | None = None,
    mode: Mode | None = None,
    when: When = When.COMING,
    free: bool = False,
    cursor: Line = "",
) -> Meetings:
    """The catalogue of professional development, by date. (PD-01 PD-09)"""


@request
def my_meetings() -> MyMeetings:
    """One's own: held, registered for, invited to."""


@request(by=ANYONE)
def calendar(
    month: date | None = None, kind: Kind | None = None, language: Language | None = None
) -> CalendarMonth:
    """What is on in the month of a day (UTC with a day around it), public and one's own. (EV-11)"""


@request(by=SIGNED_IN)
def meeting_cards(ids: Ids) -> tuple[MeetingCard, ...]:
    """Those of these meetings that the reader may see, for lists that name them; the others are left out."""


# ---- calendars --------------------------------------------------------------------------------------------------


@request(by=ANYONE)
def meeting_calendar(meeting_id: UUID) -> CalendarFile:
    """One meeting for one's calendar. (EV-11)"""


@request(by=ANYONE)
def public_feed(
    kind: Kind | None = None, language: Language | None = None, periods: bool = False
) -> CalendarFile:
    """Public meetings and activities; with `periods` also when one can register. (EV-11 EV-12)"""


@request(by=ANYONE)
def personal_feed(token: Annotated[str, Length(1, 100)], periods: bool = False) -> CalendarFile:
    """The meetings of whoever owns the secret address. (EV-11 EV-12)"""


@request
def my_feed() -> Feed:
    """The secret address of one's own feed. (EV-11)"""


@request
def reset_feed() -> Feed:
    """Make a new secret address; the old one is forgotten. (EV-11)"""


# ---- certificates and records -----------------------------------------------------------------------------------


@request(by=ANYONE)
def certificate(number: Annotated[str, Length(1, 40)]) -> CertificateView:
    """What a certificate's number proves. (EV-14 PD-10)"""


@request
def certificate_file(registration_id: UUID, language: Language | None = None) -> Address:
    """One's own certificate as PDF, in this language or else one's own. (EV-14 PD-10)"""


@request
def record(language: Language | None = None) -> Record:
    """One's own record of professional development, against the country's rule; its note in this language. (PD-11)"""


@request
def record_table(language: Language | None = None) -> str:
    """The record as comma-separated values: in words of this language, or else in fixed ones for programs. (PD-11)"""


@request
def record_file(language: Language | None = None) -> Address:
    """The record as PDF, in this language or else one's own. (PD-11)"""


# ---- tutorials --------------------------------------------------------------------------------------------------


@request(by=ANYONE)
def tutorials(organisation: Line = "") -> tuple[Tutorial, ...]:
    """Tutorials and videos, organisation by organisation. (PD-12)"""


@request(by=OFFICER)
def save_tutorial(
    tutorial_id: UUID,
    organisation: Annotated[str, Length(1, 60)],
    title: Annotated[str, Length(3, 120)],
    url: Annotated[str, Length(1, 500), Pattern(r"https://\S{3,490}")],
    language: Language,
    video: bool = False,
) -> Tutorial:
    """Add or change one, for one's own organisation. (PD-12)"""


@request(by=OFFICER)
def delete_tutorial(tutorial_id: UUID) -> None:
    """Take one away. (PD-12)"""


# ---- for other services -----------------------------------------------------------------------------------------


@request(by=PLATFORM)
def meeting_documents(ids: Ids) -> tuple[MeetingDocument, ...]:
    """Meetings as they are now, for the index; unknown ids are left out."""


@request(by=PLATFORM)
def meeting_versions(after: UUID | None = None) -> tuple[DocumentVersion, ...]:
    """Which meetings an index must hold and how new, 500 at a time in the order of ids."""


@request(by=PLATFORM)
def titles(ids: Ids) -> tuple[Title, ...]:
    """Titles and times for notifications and mails."""


@request(by=PLATFORM)
def participants(meeting_id: UUID, crew: bool = False) -> tuple[UUID, ...]:
    """Everybody who has, waits for or was offered a seat; with `crew` hosts and speakers too."""


@request(by=PLATFORM)
def reminded(meeting_id: UUID) -> tuple[UUID, ...]:
    """Who wants to be told when registration opens. (PD-05)"""


@value
class Seats:
    """Who came to meetings or completed activities, as columns. Ids are texts: they only travel on. (PG-06 PG-11)"""

    meeting_ids: tuple[str, ...]
    person_ids: tuple[str, ...]
    kinds: tuple[Kind, ...]
    attended_at: tuple[datetime | None, ...]
    completed_at: tuple[datetime | None, ...]


@value
class HeldMeetings:
    """Meetings that are over, and how many were counted, as columns. (PG-07 PG-11)"""

    meeting_ids: tuple[str, ...]
    organiser_ids: tuple[str, ...]
    attendees: tuple[int, ...]
    held_at: tuple[datetime, ...]


@value
class EventDeeds:
    """What there is to count of people's meetings and professional development. (PG-06 PG-07 PG-11)"""

    seats: Seats
    held: HeldMeetings


@request(by=PLATFORM)
def deeds(person_ids: Ids) -> EventDeeds:
    """Where these people came, what they completed and which meetings they held. (PG-06 PG-07 PG-11)"""


# ---- what has happened ------------------------------------------------------------------------------------------


@event
class MeetingPublished:
    """A meeting is there, for those who may see it."""

    meeting_id: UUID
    organiser_id: UUID
    kind: Kind
    public: bool
    at: datetime


@event
class MeetingChanged:
    """A meeting says something new; `substance`: what the registered must be told, such as time or place. (EV-15)"""

    meeting_id: UUID
    by: UUID
    substance: bool
    sequence: int
    at: datetime


@event
class MeetingCancelled:
    """A meeting does not take place. (EV-15)"""

    meeting_id: UUID
    by: UUID
    sequence: int
    at: datetime


@event
class PeopleInvited:
    """These people may come to a meeting. (EV-07 EV-13)"""

    meeting_id: UUID
    by: UUID
    people: tuple[UUID, ...]
    at: datetime


@event
class SeatConfirmed:
    """Somebody has a seat; `promoted`: without having just asked for it themselves. (EV-09)"""

    registration_id: UUID
    meeting_id: UUID
    person_id: UUID
    at: datetime
    promoted: bool = False


@event
class SeatOffered:
    """A seat is held for somebody until then. (EV-09)"""

    registration_id: UUID
    meeting_id: UUID
    person_id: UUID
    until: datetime
    at: datetime


@event
class SeatLost:
    """Somebody is not in any more: refused, withdrawn or the offer lapsed (`place`)."""

    registration_id: UUID
    meeting_id: UUID
    person_id: UUID
    place: Place
    at: datetime


@event
class Attended:
    """Somebody was there. (EV-14)"""

    registration_id: UUID
    meeting_id: UUID
    person_id: UUID
    kind: Kind
    at: datetime


@event
class ActivityCompleted:
    """Somebody has completed an activity. (PD-10)"""

    registration_id: UUID
    meeting_id: UUID
    person_id: UUID
    kind: Kind
    hours: int
    at: datetime


@event
class CertificateIssued:
    """Somebody's certificate can be fetched. (EV-14 PD-10)"""

    registration_id: UUID
    meeting_id: UUID
    person_id: UUID
    at: datetime


@event
class MeetingHeld:
    """A meeting is over and the list of those who came was counted."""

    meeting_id: UUID
    organiser_id: UUID
    attendees: int
    at: datetime


@event
class MeetingSoon:
    """A meeting begins in about so many hours."""

    meeting_id: UUID
    hours: int
    at: datetime


@event
class ApplicationsOpened:
    """One can register from now on. (PD-05)"""

    meeting_id: UUID
    at: datetime


@event
class SeatsDrawn:
    """The seats of a meeting were drawn. (EV-22)"""

    meeting_id: UUID
    applicants: int
    seats: int
    at: datetime
