"""What community says and answers: notifications and mail, private messages, partner forums."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from chassis.contract import (
    PLATFORM,
    Conflict,
    Forbidden,
    Invalid,
    Length,
    Line,
    Pattern,
    Range,
    Size,
    Title,
    event,
    request,
    role,
    value,
)

# ---- words ------------------------------------------------------------------------------------------------------

Country = Annotated[str, Pattern("[A-Z]{2}")]
Language = Annotated[str, Pattern("[a-z]{2,3}")]
Slug = Annotated[str, Pattern("[a-z0-9_]{2,60}")]
Age = Annotated[int, Range(3, 19)]
Ids = Annotated[tuple[UUID, ...], Size(0, 500)]
Writing = Annotated[str, Length(1, 5_000, lines=True)]
Reason = Annotated[str, Length(0, 500, lines=True)]

MEMBERS = role("member")
WRITERS = role("member", "officer", "lead", "regional", "css")
"""Pupils do not write private messages; support services answer members."""
MODERATORS = role("moderator", "css")
"""The role `moderator` is held in the organisation `forums`."""
FORUM_READERS = role("member", "moderator", "css")


# ---- notifications and mail -------------------------------------------------------------------------------------


class Channel(StrEnum):
    """How somebody wants to be told about a kind of thing. (CO-15)"""

    PORTAL = "portal"
    MAIL = "mail"
    DIGEST = "digest"
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
    MESSAGE_RECEIVED = "message_received"
    POST_REPLIED = "post_replied"
    POST_EXPIRING = "post_expiring"
    POST_MOVED = "post_moved"
    POST_CLOSED = "post_closed"
    POST_REMOVED = "post_removed"
    REPLY_REMOVED = "reply_removed"
    NEW_MATCHES = "new_matches"
    AVAILABILITY_LAPSES = "availability_lapses"
    AVAILABILITY_LAPSED = "availability_lapsed"
    PLACE_ASKED = "place_asked"
    PLACE_OFFERED = "place_offered"
    PLACE_REFUSED = "place_refused"
    PARTNER_JOINED = "partner_joined"
    BADGE_EARNED = "badge_earned"


class Asks(StrEnum):
    """The one thing a notification asks for."""

    ACCEPT_INVITATION = "accept_invitation"
    DECIDE = "decide"
    ANSWER_CONTACT = "answer_contact"
    MAKE_CHANGES = "make_changes"
    CORRECT_ADDRESS = "correct_address"
    CONFIRM_AVAILABILITY = "confirm_availability"
    RENEW_POST = "renew_post"


@value
class Notification:
    """Something that concerns a person, with the one thing it asks for. (CO-12 CO-13)

    `kind` names the sentence, `subject_id` and `task_id` what it is about; `asks` what can be done from here.
    `detail`: `step:outcome` of a decision, the `Cause`s of a wait, the `Status` of an end, the `StepKind` asked, how
    many new matches there are, `area:level` of a badge, or the day on which something ends. `title` is that of a conversation or post of one's own.
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
    title: str = ""


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


# ---- messages ---------------------------------------------------------------------------------------------------


class Box(StrEnum):
    """Where a person's conversations lie. (CO-08)"""

    INBOX = "inbox"
    SENT = "sent"
    ARCHIVE = "archive"


@value
class ThreadCard:
    """A conversation in a list; `people` are the others in it, `excerpt` begins its newest message. (CO-08)"""

    id: UUID
    subject: str
    people: tuple[UUID, ...]
    at: datetime
    excerpt: str
    last_from: UUID
    unread: int
    archived: bool


@value
class Threads:
    """A page of conversations, the newest first."""

    threads: tuple[ThreadCard, ...]
    unread: int
    next_cursor: str | None


@value
class Message:
    id: UUID
    sender_id: UUID
    text: str
    at: datetime


@value
class ThreadView:
    """A conversation with its newest messages, the oldest of them first; `next_cursor` leads to earlier ones.

    `people` are all who take part. `post_id` is the forum post from which it was begun.
    """

    id: UUID
    subject: str
    people: tuple[UUID, ...]
    messages: tuple[Message, ...]
    unread: int
    archived: bool
    post_id: UUID | None
    next_cursor: str | None


@value
class Sent:
    """A message was sent."""

    thread_id: UUID
    message_id: UUID


class CannotBeReached(Conflict):
    """They cannot be written to: the account is not validated yet, or is closed."""


class SameTextToMany(Conflict):
    """The same text was written to several people who are not contacts. (CO-10 b.12)"""


class TooManyFirstMessages(Conflict):
    """No more first messages to people who are not contacts today. (CO-10 b.12)"""

    status = 429


@request
def threads(box: Box = Box.INBOX, cursor: Line = "") -> Threads:
    """One's conversations: received, sent or put away. (CO-08)"""


@request
def thread(thread_id: UUID, cursor: Line = "") -> ThreadView:
    """A conversation one takes part in; raises `NotFound` for everybody else. (CO-08 CO-11)"""


@request
def unread_messages() -> int:
    """How many conversations have something unread, for the envelope. (CO-08)"""


@request(by=WRITERS)
def start_thread(
    thread_id: UUID,
    message_id: UUID,
    to: Annotated[tuple[UUID, ...], Size(1, 10)],
    subject: Title,
    text: Writing,
    post_id: UUID | None = None,
) -> Sent:
    """Write to one or several people; raises `NotFound` where one has blocked the other. (CO-08 to CO-11 b.12)"""


@request(by=WRITERS)
def reply_in_thread(thread_id: UUID, message_id: UUID, text: Writing) -> Sent:
    """Answer in a conversation; all its people get it but those between whom there is a block. (CO-08 CO-09 CO-11)"""


@request
def mark_thread_read(thread_id: UUID) -> int:
    """Everything in it is read; returns how many conversations are left unread. (CO-08)"""


@request
def archive_thread(thread_id: UUID) -> None:
    """Put it away for oneself; a new message brings it back. (CO-08)"""


@request
def unarchive_thread(thread_id: UUID) -> None:
    """Bring it back. (CO-08)"""


@event
class MessageSent:
    """Somebody has written in a conversation; `to` are those who see it."""

    thread_id: UUID
    message_id: UUID
    sender_id: UUID
    to: tuple[UUID, ...]
    at: datetime


# ---- partner forums ---------------------------------------------------------------------------------------------


class Section(StrEnum):
    """What a post is for. (PS-12)"""

    NEW_PROJECT = "new-project"
    COLLABORATION = "collaboration"


class Band(StrEnum):
    """Pupils' ages as the forums divide them. (PS-12 c.5)"""

    UP_TO_6 = "up-to-6"
    FROM_7 = "7-11"
    FROM_12 = "12-15"
    FROM_16 = "16-19"


class PostState(StrEnum):
    """PS-17 PS-19."""

    OPEN = "open"
    FOUND = "found"
    EXPIRED = "expired"
    CLOSED = "closed"
    REMOVED = "removed"


class Moderation(StrEnum):
    """What moderators do with posts and replies. (PS-19)"""

    PIN = "pin"
    UNPIN = "unpin"
    MOVE = "move"
    CLOSE = "close"
    REOPEN = "reopen"
    REMOVE = "remove"
    REMOVE_REPLY = "remove_reply"


@value
class SectionCount:
    """How many open posts a section has for an age band."""

    section: Section
    band: Band
    posts: int


@value
class PostCard:
    """A post in a list; `excerpt` begins its idea. (PS-13)"""

    id: UUID
    version: int
    author_id: UUID
    section: Section
    band: Band
    title: str
    excerpt: str
    age_from: int
    age_to: int
    subjects: tuple[str, ...]
    languages: tuple[str, ...]
    countries_wanted: tuple[str, ...]
    partners_wanted: int
    starts_on: date | None
    language: str
    written_at: datetime
    renewed_at: datetime
    expires_at: datetime
    state: PostState
    pinned: bool
    replies: int


@value
class Posts:
    """A page of posts."""

    posts: tuple[PostCard, ...]
    next_cursor: str | None


@value
class ReplyView:
    """A reply; of one that was removed only the moderators and its author see the text. (PS-14 PS-19)"""

    id: UUID
    author_id: UUID
    text: str
    at: datetime
    removed: bool
    reason: str


@value
class Moderated:
    """What a moderator has done and why; who, is told to moderators only. (PS-19)"""

    action: Moderation
    reason: str
    at: datetime
    by: UUID | None


@value
class PostView:
    """A post's page with its replies, the oldest first, and what this reader may do now.

    Title and idea are empty where a moderator has removed the post, except for its author and moderators.
    """

    card: PostCard
    idea: str
    replies: tuple[ReplyView, ...]
    next_cursor: str | None
    moderation: tuple[Moderated, ...]
    is_author: bool
    author_available: bool
    actions: tuple[str, ...]


@value
class Replied:
    """A reply was written."""

    post_id: UUID
    reply_id: UUID


@value
class PostDocument:
    """Everything that search knows of a post; `open` is false where it must not be found."""

    id: UUID
    version: int
    author_id: UUID
    section: Section
    band: Band
    title: str
    idea: str
    age_from: int
    age_to: int
    subjects: tuple[str, ...]
    languages: tuple[str, ...]
    countries_wanted: tuple[str, ...]
    partners_wanted: int
    starts_on: date | None
    language: str
    written_at: datetime
    renewed_at: datetime
    expires_at: datetime
    open: bool
    pinned: bool
    replies: int


@value
class DocumentVersion:
    id: UUID
    version: int


class SameTextPosted(Conflict):
    """The author has an open post with the same text: `post` names it. (PS-18)"""


class PostNotOpen(Conflict):
    """The post's state does not allow that; `state` says which it is."""


class NotTheAuthor(Forbidden):
    """Only its author may do that."""


@request(by=FORUM_READERS)
def forum_sections() -> tuple[SectionCount, ...]:
    """Every section and age band with the number of its open posts. (PS-12)"""


@request(by=FORUM_READERS)
def posts(
    section: Section | None = None,
    band: Band | None = None,
    country: Country | None = None,
    language: Language | None = None,
    subject: Slug | None = None,
    age_from: Age | None = None,
    age_to: Age | None = None,
    plus: bool = False,
    cursor: Line = "",
) -> Posts:
    """Open posts whose authors the reader may find as partners: pinned ones first, then the newest.

    `country` is the author's, `language` one of the post's, `plus` asks for authors who take Plus projects;
    the ages must overlap. (PS-12 PS-25 b.4 b.5)
    """


@request(by=MEMBERS)
def my_posts(cursor: Line = "") -> Posts:
    """One's own posts in every state, the newest first. (PS-17)"""


@request(by=FORUM_READERS)
def post(post_id: UUID, cursor: Line = "") -> PostView:
    """A post with its replies; raises `NotFound` where its author may not be found, save for those who took part.

    (PS-14 PS-16 PS-25)
    """


@request(by=MEMBERS)
def write_post(
    post_id: UUID,
    section: Section,
    band: Band,
    title: Title,
    idea: Annotated[str, Length(20, 5_000, lines=True)],
    age_from: Age,
    age_to: Age,
    language: Language,
    languages: Annotated[tuple[Language, ...], Size(1, 20)],
    partners_wanted: Annotated[int, Range(1, 50)],
    subjects: Annotated[tuple[Slug, ...], Size(0, 45)] = (),
    countries_wanted: Annotated[tuple[Country, ...], Size(0, 60)] = (),
    starts_on: date | None = None,
) -> PostCard:
    """Look for partners; raises `SameTextPosted`. `language` is the one it is written in. (PS-13 PS-18)"""


@request(by=MEMBERS)
def edit_post(
    post_id: UUID,
    seen_version: int,
    title: Title,
    idea: Annotated[str, Length(20, 5_000, lines=True)],
    age_from: Age,
    age_to: Age,
    language: Language,
    languages: Annotated[tuple[Language, ...], Size(1, 20)],
    partners_wanted: Annotated[int, Range(1, 50)],
    subjects: Annotated[tuple[Slug, ...], Size(0, 45)] = (),
    countries_wanted: Annotated[tuple[Country, ...], Size(0, 60)] = (),
    starts_on: date | None = None,
) -> PostCard:
    """Change one's open post; its section stays. (PS-13 PS-18)"""


@request(by=MEMBERS)
def mark_found(post_id: UUID) -> PostCard:
    """Partners are found: the post leaves lists and search. (PS-17)"""


@request(by=MEMBERS)
def renew_post(post_id: UUID) -> PostCard:
    """Open for another sixty days, also when it has expired or partners had been found. (PS-17)"""


@request(by=MEMBERS)
def reply_to_post(post_id: UUID, reply_id: UUID, text: Writing) -> Replied:
    """Reply where all who read the post can see it; raises `PostNotOpen`. (PS-14)"""


@request(by=MODERATORS)
def moderate_post(
    post_id: UUID,
    action: Moderation,
    reason: Reason = "",
    section: Section | None = None,
    band: Band | None = None,
) -> PostCard:
    """Pin, move, close or remove a post, or take that back; a reason is needed for all but pins. (PS-19)"""


@request(by=MODERATORS)
def remove_reply(post_id: UUID, reply_id: UUID, reason: Reason) -> PostCard:
    """Remove a reply; its author is told the reason. (PS-19)"""


@request(by=MEMBERS)
def similar_posts(
    title: Annotated[str, Length(0, 120)], idea: Annotated[str, Length(0, 5_000, lines=True)]
) -> tuple[PostCard, ...]:
    """Open posts that say nearly the same, of authors the reader may find; at most five. (PS-18)"""


@request(by=PLATFORM)
def post_documents(ids: Ids) -> tuple[PostDocument, ...]:
    """Posts as they are now, whatever their state; unknown ids are left out."""


@request(by=PLATFORM)
def post_versions(after: UUID | None = None) -> tuple[DocumentVersion, ...]:
    """Which posts an index must hold and how new: the open ones, 500 at a time in the order of ids."""


@request(by=PLATFORM)
def post_cards(ids: Ids) -> tuple[PostCard, ...]:
    """Open posts in the order asked for; others are left out."""


@value
class SentMessages:
    """Messages with those who see them, as columns. Ids are texts: they only travel on. (PG-04 PG-11)"""

    message_ids: tuple[str, ...]
    sender_ids: tuple[str, ...]
    to: tuple[tuple[str, ...], ...]
    at: tuple[datetime, ...]


@value
class Contributions:
    """Posts of the partner forums and replies that were not removed, as columns. (PG-04 PG-11)"""

    ids: tuple[str, ...]
    author_ids: tuple[str, ...]
    at: tuple[datetime, ...]


@value
class CommunityDeeds:
    """What there is to count of what people have written. (PG-04 PG-11)"""

    messages: SentMessages
    contributions: Contributions


@request(by=PLATFORM)
def deeds(person_ids: Ids) -> CommunityDeeds:
    """To whom these people wrote, and what they wrote in the forums. (PG-04 PG-11)"""


@event
class ContributionWritten:
    """Somebody has written a post or a reply in a partner forum, or a moderator has put it back."""

    post_id: UUID
    contribution_id: UUID
    author_id: UUID
    at: datetime


@event
class ContributionRemoved:
    """A moderator has removed a post or a reply."""

    post_id: UUID
    contribution_id: UUID
    author_id: UUID
    at: datetime


@event
class PostChanged:
    """Something about a post has changed that matters to search: its text, state, place or number of replies."""

    post_id: UUID
    at: datetime
