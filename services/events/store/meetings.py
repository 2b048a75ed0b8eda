"""Named queries about meetings."""

import unicodedata
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.store import Loader, UnitOfWork
from services.events.contract import Access, Kind, MeetingState, Mode, Place, When
from services.events.domain import Meeting
from services.events.domain.meeting import ACTIVITIES
from services.events.store.tables import draw, file, invitation, meeting, registration, tutorial, wish

PAGE = 20
MOST_IN_FEED = 500
MOST_IN_MONTH = 400
UUIDS = ARRAY(meeting.c.id.type)
HELD = (Place.CONFIRMED, Place.OFFERED, Place.WAITING, Place.PENDING)

BY_ID = Loader(select(meeting).where(meeting.c.id == any_(bindparam("ids", type_=UUIDS))))
FILES_OF = Loader(
    select(file)
    .where(
        file.c.meeting_id == any_(bindparam("ids", type_=UUIDS)),
        file.c.at.is_not(None),
        file.c.delete_at.is_(None),
    )
    .order_by(file.c.at, file.c.id),
    key="meeting_id",
)


def folded(words: str) -> str:
    """Small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def keep(kept: Meeting) -> None:
    """What is looked up by follows from what the meeting says."""
    kept.search = folded(f"{kept.title} {kept.target} {kept.description} {kept.place}")  # type: ignore[attr-defined]
    kept.crew_ids = list(dict.fromkeys(kept.crew))  # type: ignore[attr-defined]


def listed() -> Any:
    """What everybody may find. (b.10 11)"""
    return and_(meeting.c.access == Access.PUBLIC, meeting.c.state != MeetingState.IN_REVIEW)


def found(
    now: datetime,
    *,
    activities: bool,
    text: str,
    kind: Kind | None,
    language: str | None,
    mode: Mode | None,
    when: When,
    free: bool,
    cursor: tuple[datetime, UUID] | None,
) -> Select[Any]:
    """A page of what everybody may find, by date; what is past, the latest first. (EV-19 EV-23 PD-01)"""
    m = meeting.c
    statement = select(meeting).where(
        listed(), m.kind.in_(ACTIVITIES) if activities else m.kind.not_in(ACTIVITIES)
    )
    for word in folded(text).split()[:6]:
        pattern = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        statement = statement.where(m.search.like(f"%{pattern}%"))
    if kind:
        statement = statement.where(m.kind == kind)
    if language:
        statement = statement.where(m.languages.contains([language]))
    if mode:
        statement = statement.where(m.mode == mode)
    if free:
        statement = statement.where(
            m.state == MeetingState.PUBLISHED, m.waiting == 0, m.confirmed + m.offered < m.capacity
        )
    return _by_date(_in_time(statement, now, when), when, cursor)


def _in_time(statement: Select[Any], now: datetime, when: When) -> Select[Any]:
    m = meeting.c
    if when is When.PAST:
        return statement.where(m.ends_at < now)
    ahead = {When.THIS_WEEK: timedelta(days=7), When.THIS_MONTH: timedelta(days=31)}.get(when)
    statement = statement.where(m.ends_at >= now)
    return statement.where(m.starts_at < now + ahead) if ahead else statement


def _by_date(statement: Select[Any], when: When, cursor: tuple[datetime, UUID] | None) -> Select[Any]:
    m = meeting.c
    if when is When.PAST:
        if cursor:
            at, last = cursor
            statement = statement.where(or_(m.starts_at < at, (m.starts_at == at) & (m.id < last)))
        return statement.order_by(m.starts_at.desc(), m.id.desc()).limit(PAGE + 1)
    if cursor:
        at, last = cursor
        statement = statement.where(or_(m.starts_at > at, (m.starts_at == at) & (m.id > last)))
    return statement.order_by(m.starts_at, m.id).limit(PAGE + 1)


def between(
    first: datetime, last: datetime, person_id: UUID | None, kind: Kind | None, language: str | None
) -> Select[Any]:
    """What touches a span of time: what everybody may find, and one's own."""
    m = meeting.c
    visible = or_(listed(), _of(person_id)) if person_id else listed()
    statement = select(meeting).where(m.starts_at < last, m.ends_at >= first, visible)
    if kind:
        statement = statement.where(m.kind == kind)
    if language:
        statement = statement.where(m.languages.contains([language]))
    return statement.order_by(m.starts_at, m.id).limit(MOST_IN_MONTH)


def _of(person_id: UUID) -> Any:
    """What somebody holds, speaks at, or has, waits for or was offered a seat in."""
    r = registration.c
    seated = select(r.meeting_id).where(r.person_id == person_id, r.place.in_(HELD))
    return or_(meeting.c.crew_ids.contains([person_id]), meeting.c.id.in_(seated))


def for_feed(now: datetime, kind: Kind | None, language: str | None) -> Select[Any]:
    """What the public feed holds: a month back, everything ahead, cancelled ones too."""
    statement = select(meeting).where(listed(), meeting.c.ends_at >= now - timedelta(days=31))
    if kind:
        statement = statement.where(meeting.c.kind == kind)
    if language:
        statement = statement.where(meeting.c.languages.contains([language]))
    return statement.order_by(meeting.c.starts_at, meeting.c.id).limit(MOST_IN_FEED)


def for_personal_feed(person_id: UUID, now: datetime) -> Select[Any]:
    """One's own of the last year and ahead; what one left is not in it any more."""
    return (
        select(meeting)
        .where(_of(person_id), meeting.c.ends_at >= now - timedelta(days=366))
        .order_by(meeting.c.starts_at, meeting.c.id)
        .limit(MOST_IN_FEED)
    )


def of_crew(person_id: UUID) -> Select[Any]:
    """What somebody holds or speaks at, the latest first."""
    return (
        select(meeting)
        .where(meeting.c.crew_ids.contains([person_id]))
        .order_by(meeting.c.starts_at.desc(), meeting.c.id)
        .limit(100)
    )


def of_registered(person_id: UUID) -> Select[Any]:
    """Where somebody has, waits for or was offered a seat, with how it stands."""
    r = registration.c
    return (
        select(meeting, r.place.label("own_place"))
        .join(registration, r.meeting_id == meeting.c.id)
        .where(r.person_id == person_id, r.place.in_(HELD))
        .order_by(meeting.c.starts_at.desc(), meeting.c.id)
        .limit(100)
    )


def of_invited(person_id: UUID, now: datetime) -> Select[Any]:
    """Where somebody was invited and has not answered."""
    r = registration.c
    answered = select(r.meeting_id).where(r.person_id == person_id, r.place.in_(HELD))
    return (
        select(meeting)
        .join(invitation, invitation.c.meeting_id == meeting.c.id)
        .where(
            invitation.c.person_id == person_id,
            meeting.c.ends_at >= now,
            meeting.c.state == MeetingState.PUBLISHED,
            meeting.c.id.not_in(answered),
            ~meeting.c.crew_ids.contains([person_id]),
        )
        .order_by(meeting.c.starts_at, meeting.c.id)
        .limit(100)
    )


def in_review() -> Select[Any]:
    """What waits to be looked at."""
    return (
        select(meeting)
        .where(meeting.c.state == MeetingState.IN_REVIEW)
        .order_by(meeting.c.created_at)
        .limit(100)
    )


def held_before(person_id: UUID) -> Select[Any]:
    """Whether somebody has held a meeting before."""
    return select(meeting.c.id).where(meeting.c.organiser_id == person_id).limit(1)


def invited(meeting_id: UUID, person_id: UUID) -> Select[Any]:
    """Whether somebody was invited."""
    i = invitation.c
    return select(i.person_id).where(i.meeting_id == meeting_id, i.person_id == person_id)


def wished(meeting_id: UUID, person_id: UUID | None = None) -> Select[Any]:
    """Who wants to be told when registration opens."""
    statement = select(wish.c.person_id).where(wish.c.meeting_id == meeting_id).order_by(wish.c.person_id)
    return statement.where(wish.c.person_id == person_id) if person_id else statement


def draw_of(meeting_id: UUID) -> Select[Any]:
    """A draw, if there was one."""
    return select(draw).where(draw.c.meeting_id == meeting_id)


def versions(after: UUID | None, most: int) -> Select[Any]:
    """Which meetings an index must hold and how new, in the order of ids."""
    m = meeting.c
    statement = select(m.id, m.version).where(listed()).order_by(m.id).limit(most)
    return statement.where(m.id > after) if after else statement


def tutorials_of(organisation: str) -> Select[Any]:
    """Tutorials, organisation by organisation."""
    t = tutorial.c
    statement = select(tutorial).order_by(t.organisation, t.video, func.lower(t.title), t.id).limit(500)
    return statement.where(t.organisation == organisation) if organisation else statement


# ---- what falls due: one row, taken by nobody else


def due(uow: UnitOfWork, column: str) -> Meeting | None:
    """A meeting whose moment in that column has come."""
    moment = meeting.c[column]
    statement = (
        select(Meeting).where(moment <= uow.now).order_by(moment).limit(1).with_for_update(skip_locked=True)
    )
    return uow.session.scalar(statement)


def due_file(now: datetime) -> Select[Any]:
    """A file whose time is over."""
    return (
        select(file.c.id)
        .where(file.c.delete_at <= now)
        .order_by(file.c.delete_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
