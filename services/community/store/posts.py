"""Named queries about the partner forums."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Uuid,
    any_,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
)

from chassis.contract import Invalid
from chassis.store import Loader, UnitOfWork, read_cursor, write_cursor
from services.community.contract import Band, Moderation, PostState, Section
from services.community.store.people import blocked_between
from services.community.store.tables import author, moderation, post, reply

PAGE = 20
MOST_ALIKE = 5
MOST_VERSIONS = 500
_c = post.c
_ids = bindparam("ids", type_=ARRAY(Uuid()))
_without_text = [column for column in _c if column.name != "idea"]
EXCERPT = 240
CARDS = select(*_without_text, func.left(_c.idea, EXCERPT).label("idea"))

Place = tuple[bool, datetime, UUID]
"""Where in a list a post stands: pinned, renewed, id."""


def place_of(row: Any) -> Place:
    """Where a post stands."""
    return row["pinned"], row["renewed_at"], row["id"]


def write_place(place: Place) -> str:
    """As the cursor behind a post."""
    return f"{int(place[0])}{write_cursor(*place[1:])}"


def read_place(cursor: str) -> Place | None:
    """Where the page before ended; raises `Invalid` for what is no cursor of ours."""
    if not cursor:
        return None
    rest = read_cursor(cursor[1:])
    if rest is None or cursor[0] not in "01":
        raise Invalid(fields={"cursor": ["not_a_cursor"]})
    return cursor[0] == "1", *rest


def is_open(now: datetime) -> ColumnElement[bool]:
    """Open and not over, whether or not that has been noted yet."""
    return (_c.state == PostState.OPEN) & (_c.expires_at > now)


def open_posts(reader: UUID, now: datetime, *, everyone: bool) -> Select[Any]:
    """Open posts, pinned ones first, then the newest; `everyone`: whatever is known of their authors."""
    statement = CARDS.where(is_open(now)).order_by(_c.pinned.desc(), _c.renewed_at.desc(), _c.id.desc())
    if everyone:
        return statement.outerjoin(author, author.c.person_id == _c.author_id)
    may_be_shown = author.c.available & ~author.c.closed & ~blocked_between(reader, _c.author_id)
    return statement.join(author, author.c.person_id == _c.author_id).where(
        or_(_c.author_id == reader, may_be_shown)
    )


def narrowed(
    statement: Select[Any],
    *,
    section: Section | None,
    band: Band | None,
    country: str | None,
    language: str | None,
    subject: str | None,
    age_from: int | None,
    age_to: int | None,
    plus: bool,
) -> Select[Any]:
    """Those a reader has asked for; what is None or false does not matter. (PS-12)"""
    wanted: dict[str, tuple[Any, Callable[[Any], ColumnElement[bool]]]] = {
        "section": (section, lambda asked: _c.section == asked),
        "band": (band, lambda asked: _c.band == asked),
        "country": (country, lambda asked: author.c.country == asked),
        "language": (
            language,
            lambda asked: or_(_c.language == asked, literal(asked) == any_(_c.languages)),
        ),
        "subject": (subject, lambda asked: literal(asked) == any_(_c.subjects)),
        "age_from": (age_from, lambda asked: _c.age_to >= asked),
        "age_to": (age_to, lambda asked: _c.age_from <= asked),
        "plus": (plus or None, lambda _: author.c.available_plus),
    }
    return statement.where(*(means(asked) for asked, means in wanted.values() if asked is not None))


def behind(statement: Select[Any], place: Place | None) -> Select[Any]:
    """The rest of a list."""
    return statement.where(tuple_(_c.pinned, _c.renewed_at, _c.id) < tuple_(*place)) if place else statement


def counts(reader: UUID, now: datetime, *, everyone: bool) -> Select[Any]:
    """How many there are in each section and band."""
    shown = open_posts(reader, now, everyone=everyone).order_by(None)
    return (
        shown.with_only_columns(_c.section, _c.band, func.count().label("posts"), maintain_column_froms=True)
        .group_by(_c.section, _c.band)
    )  # fmt: skip


def posts_by(author_id: UUID, cursor: tuple[datetime, UUID] | None) -> Select[Any]:
    """Somebody's own, in every state, the newest first."""
    statement = CARDS.where(_c.author_id == author_id)
    if cursor:
        statement = statement.where(tuple_(_c.written_at, _c.id) < tuple_(*cursor))
    return statement.order_by(_c.written_at.desc(), _c.id.desc()).limit(PAGE + 1)


def alike(reader: UUID, title: str, idea: str, now: datetime) -> Select[Any]:
    """Open posts whose title or idea is written nearly the same, the nearest first. (PS-18)"""
    titles, ideas = func.folded(_c.title), func.folded(_c.idea)
    asked_title, asked_idea = func.folded(title), func.folded(idea)
    nearness = func.greatest(func.similarity(titles, asked_title), func.similarity(ideas, asked_idea))
    return (
        open_posts(reader, now, everyone=False)
        .where(or_(titles.bool_op("%")(asked_title), ideas.bool_op("%")(asked_idea)))
        .order_by(None)
        .order_by(nearness.desc(), _c.id)
        .limit(MOST_ALIKE * 3)
    )


def same_text(author_id: UUID, fingerprint: str, but: UUID) -> Select[tuple[UUID]]:
    """The author's other open post that says the same. (PS-18)"""
    return select(_c.id).where(
        _c.author_id == author_id, _c.fingerprint == fingerprint, _c.state == PostState.OPEN, _c.id != but
    )


DOCUMENTS = Loader(select(post).where(_c.id == any_(_ids)))


def versions(after: UUID | None, now: datetime) -> Select[Any]:
    """The open ones in the order of ids, page by page."""
    statement = select(_c.id, _c.version).where(is_open(now)).order_by(_c.id).limit(MOST_VERSIONS)
    return statement.where(_c.id > after) if after else statement


# ---- one post


def post_by_id(post_id: UUID) -> Select[Any]:
    """A post with its text, and whether its author was available when last heard of."""
    return select(post, author.c.available.label("author_available")).outerjoin(
        author, author.c.person_id == _c.author_id
    ).where(_c.id == post_id)  # fmt: skip


def took_part(post_id: UUID, person_id: UUID) -> Select[Any]:
    """Whether somebody has replied. (PS-25)"""
    return select(reply.c.id).where(reply.c.post_id == post_id, reply.c.author_id == person_id).limit(1)


def replies_to(post_id: UUID, reader: UUID, cursor: tuple[datetime, UUID] | None) -> Select[Any]:
    """The oldest first, without those of people with whom there is a block. (CO-11)"""
    r = reply.c
    statement = select(reply).where(r.post_id == post_id, ~blocked_between(reader, r.author_id))
    if cursor:
        statement = statement.where(tuple_(r.at, r.id) > tuple_(*cursor))
    return statement.order_by(r.at, r.id).limit(PAGE + 1)


def moderation_of(post_id: UUID) -> Select[Any]:
    """What moderators have done with it, the latest first."""
    m = moderation.c
    return (
        select(moderation).where(m.post_id == post_id, m.reply_id.is_(None)).order_by(m.id.desc()).limit(20)
    )


def latest_reason(post_id: UUID, action: Moderation) -> Select[Any]:
    """Why a moderator has done that last."""
    m = moderation.c
    return select(m.reason).where(m.post_id == post_id, m.action == action).order_by(m.id.desc()).limit(1)


def reason_of_reply(reply_id: UUID) -> Select[Any]:
    """Why a reply was removed."""
    return select(reply.c.reason).where(reply.c.id == reply_id)


# ---- changing


def hold_author(uow: UnitOfWork, person_id: UUID) -> None:
    """What one author posts goes one after the other, so that no text is posted twice at once."""
    uow.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"posts of {person_id}"))))


def known_reply(uow: UnitOfWork, reply_id: UUID) -> Any:
    """A reply as it is kept, if there is one, held until the end."""
    return (
        uow.session.execute(select(reply).where(reply.c.id == reply_id).with_for_update()).mappings().first()
    )


def keep_reply(uow: UnitOfWork, reply_id: UUID, post_id: UUID, text: str) -> None:
    """A new reply of the acting person."""
    kept = {"id": reply_id, "post_id": post_id, "author_id": uow.actor.id, "text": text, "at": uow.now}
    uow.session.execute(insert(reply).values(**kept))


def take_reply_away(uow: UnitOfWork, reply_id: UUID, reason: str) -> None:
    """Its text stays for its author and the moderators."""
    uow.session.execute(reply.update().where(reply.c.id == reply_id).values(removed=True, reason=reason))


def note_moderation(
    uow: UnitOfWork, post_id: UUID, action: Moderation, reason: str, reply_id: UUID | None = None
) -> None:
    """Who has done what, and why. (PS-19)"""
    done = {"post_id": post_id, "reply_id": reply_id, "action": action, "reason": reason}
    uow.session.execute(insert(moderation).values(**done, by=uow.actor.id, at=uow.now))


# ---- what falls due


def due_to_expire(now: datetime) -> Select[Any]:
    """An open post whose time is over."""
    return (
        select(_c.id).where(_c.state == PostState.OPEN, _c.expires_at <= now).order_by(_c.expires_at).limit(1)
    )


def due_to_warn(until: datetime) -> Select[Any]:
    """An open post that ends before that moment and whose author has not been told."""
    return (
        select(_c.id)
        .where(_c.state == PostState.OPEN, ~_c.warned, _c.expires_at <= until)
        .order_by(_c.expires_at)
        .limit(1)
    )
