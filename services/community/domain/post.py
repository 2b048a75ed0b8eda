"""A post of the partner forums: what it says, how long it is open, and who may do what with it. (PS-12 to PS-19)"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.contract import Invalid
from services.community.contract import (
    Band,
    Moderation,
    NotTheAuthor,
    PostChanged,
    PostNotOpen,
    PostState,
    Section,
)
from services.community.domain.limits import PostLimits
from services.community.domain.wording import fingerprint_of

AGES = {Band.UP_TO_6: (3, 6), Band.FROM_7: (7, 11), Band.FROM_12: (12, 15), Band.FROM_16: (16, 19)}
ANSWERABLE = (PostState.OPEN, PostState.FOUND)
RENEWABLE = (PostState.OPEN, PostState.FOUND, PostState.EXPIRED)
NEEDS_NO_REASON = (Moderation.PIN, Moderation.UNPIN, Moderation.REOPEN)
MAY_BE = {
    Moderation.PIN: (PostState.OPEN,),
    Moderation.UNPIN: tuple(PostState),
    Moderation.MOVE: (PostState.OPEN, PostState.FOUND, PostState.EXPIRED, PostState.CLOSED),
    Moderation.CLOSE: (PostState.OPEN, PostState.FOUND, PostState.EXPIRED),
    Moderation.REOPEN: (PostState.CLOSED,),
    Moderation.REMOVE: (PostState.OPEN, PostState.FOUND, PostState.EXPIRED, PostState.CLOSED),
}
"""In which states of a post a moderator can do what."""


@dataclass(frozen=True, slots=True)
class PostText:
    """What an author writes, replaced as a whole. (PS-13)"""

    title: str
    idea: str
    age_from: int
    age_to: int
    language: str
    languages: tuple[str, ...]
    partners_wanted: int
    subjects: tuple[str, ...] = ()
    countries_wanted: tuple[str, ...] = ()
    starts_on: date | None = None

    @property
    def fingerprint(self) -> str:
        """The same for all posts that say the same. (PS-18)"""
        return fingerprint_of(self.title, self.idea)


def check_ages(age_from: int, age_to: int, band: Band) -> None:
    """Raises `Invalid` for ages in the wrong order, or none of which belongs to the band."""
    if age_to < age_from:
        raise Invalid(fields={"age_to": ["before_start"]})
    youngest, oldest = AGES[band]
    if age_to < youngest or age_from > oldest:
        raise Invalid(fields={"age_from": ["outside_band"]})


@dataclass(eq=False)
class Post:
    """Somebody looks for partners."""

    id: UUID
    author_id: UUID
    section: Section
    band: Band
    title: str
    idea: str
    age_from: int
    age_to: int
    language: str
    languages: tuple[str, ...]
    partners_wanted: int
    subjects: tuple[str, ...]
    countries_wanted: tuple[str, ...]
    starts_on: date | None
    fingerprint: str
    written_at: datetime
    renewed_at: datetime
    expires_at: datetime
    state: PostState = PostState.OPEN
    pinned: bool = False
    warned: bool = False
    replies: int = 0
    version: int = 0

    @classmethod
    def write(
        cls,
        post_id: UUID,
        by: UUID,
        section: Section,
        band: Band,
        text: PostText,
        at: datetime,
        limits: PostLimits,
    ) -> "Post":
        """A new post, open for as long as the rules say. (PS-13)"""
        check_ages(text.age_from, text.age_to, band)
        return cls(
            post_id,
            by,
            section,
            band,
            **{name: getattr(text, name) for name in PostText.__dataclass_fields__},
            fingerprint=text.fingerprint,
            written_at=at,
            renewed_at=at,
            expires_at=at + limits.open_for,
        )

    def changed(self, at: datetime) -> PostChanged:
        """Something search must know."""
        return PostChanged(self.id, at)

    def state_at(self, now: datetime) -> PostState:
        """Over at its moment, whether or not that has been noted yet. (PS-17)"""
        over = self.state is PostState.OPEN and self.expires_at <= now
        return PostState.EXPIRED if over else self.state

    # ---- its author

    def edit(self, text: PostText, by: UUID, at: datetime) -> PostChanged:
        """Change what it says, while it is open. (PS-13)"""
        self._author_only(by)
        self._must_be((PostState.OPEN,), at)
        check_ages(text.age_from, text.age_to, self.band)
        for name in PostText.__dataclass_fields__:
            setattr(self, name, getattr(text, name))
        self.fingerprint = text.fingerprint
        return self.changed(at)

    def find(self, by: UUID, at: datetime) -> PostChanged:
        """Partners are found. (PS-17)"""
        self._author_only(by)
        self._must_be((PostState.OPEN, PostState.EXPIRED), at)
        self.state, self.pinned = PostState.FOUND, False
        return self.changed(at)

    def renew(self, by: UUID, at: datetime, limits: PostLimits) -> PostChanged:
        """Open anew from now on. (PS-17)"""
        self._author_only(by)
        self._must_be(RENEWABLE, at)
        self.state, self.warned = PostState.OPEN, False
        self.renewed_at, self.expires_at = at, at + limits.open_for
        return self.changed(at)

    # ---- time

    def expire(self, at: datetime) -> PostChanged:
        """Its time is over. (PS-17)"""
        self.state, self.pinned = PostState.EXPIRED, False
        return self.changed(at)

    # ---- readers

    def take_reply(self, at: datetime) -> PostChanged:
        """Somebody replies. (PS-14)"""
        self._must_be(ANSWERABLE, at)
        self.replies += 1
        return self.changed(at)

    # ---- moderators

    def moderate(
        self, action: Moderation, reason: str, section: Section | None, band: Band | None, at: datetime
    ) -> PostChanged:
        """Pin, move, close, remove. (PS-19)"""
        if action not in MAY_BE:
            raise Invalid(fields={"action": ["not_a_choice"]})
        self._must_be(MAY_BE[action], at)
        check_reason(action, reason)
        match action:
            case Moderation.PIN | Moderation.UNPIN:
                self.pinned = action is Moderation.PIN
            case Moderation.MOVE:
                self._move(section or self.section, band or self.band)
            case Moderation.CLOSE:
                self.state, self.pinned = PostState.CLOSED, False
            case Moderation.REOPEN:
                self.state = PostState.OPEN
            case _:
                self.state, self.pinned = PostState.REMOVED, False
        return self.changed(at)

    def lose_reply(self, at: datetime) -> PostChanged:
        """A reply was removed."""
        self.replies -= 1
        return self.changed(at)

    def _move(self, section: Section, band: Band) -> None:
        if (section, band) == (self.section, self.band):
            raise Invalid(fields={"section": ["is_there"]})
        check_ages(self.age_from, self.age_to, band)
        self.section, self.band = section, band

    # ---- who and when

    def _author_only(self, by: UUID) -> None:
        if by != self.author_id:
            raise NotTheAuthor

    def _must_be(self, states: tuple[PostState, ...], now: datetime) -> None:
        if self.state_at(now) not in states:
            raise PostNotOpen(state=self.state_at(now))


def check_reason(action: Moderation, reason: str) -> None:
    """Whoever is moderated is told why; raises `Invalid`. (PS-19)"""
    if not reason.strip() and action not in NEEDS_NO_REASON:
        raise Invalid(fields={"reason": ["required"]})


@dataclass(frozen=True, slots=True)
class Reader:
    """How somebody who opens a post stands to it.

    `finds_author`: the author is available and, as the Plus rule has it, a possible partner of the reader.
    """

    id: UUID
    member: bool = True
    moderator: bool = False
    author: bool = False
    took_part: bool = False
    finds_author: bool = False
    blocked: bool = False

    def reads(self, state: PostState) -> bool:
        """Whether there is such a post for this reader. (PS-25 CO-11 PS-19)"""
        if self.author or self.moderator:
            return True
        if self.blocked:
            return False
        return self.took_part or (self.finds_author and state is not PostState.REMOVED)

    def reads_text(self, state: PostState) -> bool:
        """A removed text is shown to its author and moderators only. (PS-19)"""
        return state is not PostState.REMOVED or self.author or self.moderator


def actions(state: PostState, reader: Reader) -> tuple[str, ...]:
    """What a reader may do with a post now."""
    return tuple(_actions(state, reader))


def _actions(state: PostState, reader: Reader) -> Iterator[str]:
    if reader.author and reader.member:
        if state is PostState.OPEN:
            yield "edit"
        if state in (PostState.OPEN, PostState.EXPIRED):
            yield "mark_found"
        if state in RENEWABLE:
            yield "renew"
    if reader.member and state in ANSWERABLE:
        yield "reply"
    if reader.moderator:
        yield "moderate"
