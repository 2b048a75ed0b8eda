"""Named queries about seats; whoever changes seats holds the meeting's row first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from chassis.contract import NotFound
from chassis.store import UnitOfWork
from services.events.contract import MeetingState, Place, Selection
from services.events.domain import Meeting, Registration
from services.events.domain.meeting import ACTIVITIES
from services.events.domain.registration import LIVE
from services.events.store.tables import feedback, meeting, post, registration

_r = registration.c
IN_LINE = (_r.rank.nulls_last(), _r.asked_at, _r.id)


# ---- inside a transaction that holds the meeting


def own(uow: UnitOfWork, meeting_id: UUID, person_id: UUID) -> Registration | None:
    """Somebody's live registration, else the latest one."""
    statement = (
        select(Registration)
        .where(_r.meeting_id == meeting_id, _r.person_id == person_id)
        .order_by(_r.place.in_(LIVE).desc(), _r.asked_at.desc())
        .limit(1)
    )
    return uow.session.scalar(statement)


def of_meeting(uow: UnitOfWork, kept: Meeting, registration_id: UUID) -> Registration:
    """A registration of this meeting; raises `NotFound`."""
    one = uow.get(Registration, registration_id)
    if one.meeting_id != kept.id:
        raise NotFound(what="registration")
    return one


def head(uow: UnitOfWork, meeting_id: UUID) -> Registration | None:
    """Who is next: by the draw's order, then by time, ties by id. (b.10 2)"""
    statement = (
        select(Registration)
        .where(_r.meeting_id == meeting_id, _r.place == Place.WAITING)
        .order_by(*IN_LINE)
        .limit(1)
    )
    return uow.session.scalar(statement)


def live(uow: UnitOfWork, meeting_id: UUID, *places: Place) -> Sequence[Registration]:
    """Everybody in these places, in the order of the line."""
    statement = (
        select(Registration)
        .where(_r.meeting_id == meeting_id, _r.place.in_(places or LIVE))
        .order_by(*IN_LINE)
    )
    return uow.session.scalars(statement).all()


def ahead_of(person_id: UUID, now: datetime) -> Select[Any]:
    """Meetings to come in which somebody has a live registration, in the order in which they are locked."""
    return (
        select(_r.meeting_id)
        .join(meeting, meeting.c.id == _r.meeting_id)
        .where(_r.person_id == person_id, _r.place.in_(LIVE), meeting.c.ends_at > now)
        .order_by(_r.meeting_id)
    )


# ---- what falls due


def due_offer(uow: UnitOfWork) -> tuple[Meeting, Registration] | None:
    """An offer nobody took in time, with its meeting, taken by nobody else."""
    statement = (
        select(Meeting, _r.id)
        .join(registration, _r.meeting_id == meeting.c.id)
        .where(_r.place == Place.OFFERED, _r.offered_until <= uow.now)
        .order_by(_r.offered_until)
        .limit(1)
        .with_for_update(skip_locked=True, of=meeting)
    )
    found = uow.session.execute(statement).first()
    return (found[0], uow.get(Registration, found[1])) if found else None


def due_certificate(uow: UnitOfWork) -> tuple[Meeting, Registration] | None:
    """Somebody who was there, or has completed it, and has no certificate yet."""
    came = and_(_r.attended_at.is_not(None), meeting.c.state == MeetingState.HELD)
    statement = (
        select(Meeting, _r.id)
        .join(registration, _r.meeting_id == meeting.c.id)
        .where(
            _r.certificate.is_(None),
            or_(came, _r.completed_at.is_not(None)),
            meeting.c.state != MeetingState.CANCELLED,
        )
        .limit(1)
        .with_for_update(skip_locked=True, of=meeting)
    )
    found = uow.session.execute(statement).first()
    return (found[0], uow.get(Registration, found[1])) if found else None


# ---- read outside any transaction


def own_row(meeting_id: UUID, person_id: UUID) -> Select[Any]:
    """Somebody's live registration, else the latest one."""
    return (
        select(registration)
        .where(_r.meeting_id == meeting_id, _r.person_id == person_id)
        .order_by(_r.place.in_(LIVE).desc(), _r.asked_at.desc())
        .limit(1)
    )


def position(meeting_id: UUID, registration_id: UUID) -> Select[Any]:
    """Where on the waiting list somebody stands, from 1. (b.10 2)"""
    line = (
        select(_r.id, func.row_number().over(order_by=IN_LINE).label("n"))
        .where(_r.meeting_id == meeting_id, _r.place == Place.WAITING)
        .subquery()
    )
    return select(line.c.n).where(line.c.id == registration_id)


def everybody(meeting_id: UUID) -> Select[Any]:
    """Everybody registered or refused, in the order of the line."""
    shown = (*LIVE, Place.REFUSED, Place.LAPSED)
    return select(registration).where(_r.meeting_id == meeting_id, _r.place.in_(shown)).order_by(*IN_LINE)


def people(meeting_id: UUID) -> Select[Any]:
    """Everybody with a live registration."""
    return select(_r.person_id).where(_r.meeting_id == meeting_id, _r.place.in_(LIVE)).order_by(_r.person_id)


def seated(meeting_id: UUID) -> Select[Any]:
    """Everybody with a seat who may be in the room."""
    mine = (_r.meeting_id == meeting_id, _r.place == Place.CONFIRMED, _r.removed_at.is_(None))
    return select(_r.person_id).where(*mine)


def places_of(person_id: UUID, meeting_ids: Sequence[UUID]) -> Select[Any]:
    """How somebody stands in each of these meetings."""
    return select(_r.meeting_id, _r.place).where(
        _r.person_id == person_id, _r.meeting_id.in_(meeting_ids), _r.place.in_(LIVE)
    )


def no_shows(person_ids: Sequence[UUID], since: datetime) -> Select[Any]:
    """How often people had a seat since then and did not come. (b.10 15)"""
    return (
        select(_r.person_id, func.count().label("n"))
        .where(_r.person_id.in_(person_ids), _r.no_show_at >= since)
        .group_by(_r.person_id)
    )


def seen_before(person_ids: Sequence[UUID], before: UUID) -> Select[Any]:
    """Who had a seat in an activity that is over or was given, this one left out."""
    return (
        select(_r.person_id)
        .join(meeting, meeting.c.id == _r.meeting_id)
        .where(
            _r.person_id.in_(person_ids),
            _r.place == Place.CONFIRMED,
            _r.meeting_id != before,
            meeting.c.kind.in_(ACTIVITIES),
        )
        .distinct()
    )


def drawn_last(person_ids: Sequence[UUID], before: UUID) -> Select[Any]:
    """How people's latest draw ended, this one left out."""
    return (
        select(_r.person_id, _r.place)
        .join(meeting, meeting.c.id == _r.meeting_id)
        .where(
            _r.person_id.in_(person_ids),
            _r.meeting_id != before,
            _r.rank.is_not(None),
            meeting.c.selection.in_((Selection.LOTTERY, Selection.PRIORITY)),
        )
        .ext(distinct_on(_r.person_id))
        .order_by(_r.person_id, meeting.c.drawn_at.desc())
    )


def by_certificate(number: str) -> Select[Any]:
    """Whose certificate bears this number."""
    return select(registration).where(_r.certificate == number)


def by_id(registration_id: UUID) -> Select[Any]:
    """One registration."""
    return select(registration).where(_r.id == registration_id)


def record_of(person_id: UUID) -> Select[Any]:
    """Activities somebody attended or completed, the latest first. (PD-11)"""
    return (
        select(registration, meeting.c.title, meeting.c.kind, meeting.c.starts_at, meeting.c.ends_at)
        .join(meeting, meeting.c.id == _r.meeting_id)
        .where(
            _r.person_id == person_id,
            _r.place == Place.CONFIRMED,
            meeting.c.kind.in_(ACTIVITIES),
            or_(_r.completed_at.is_not(None), _r.attended_at.is_not(None)),
        )
        .order_by(meeting.c.starts_at.desc(), _r.id)
        .limit(500)
    )


def posts_of(meeting_id: UUID) -> Select[Any]:
    """The discussion, oldest first."""
    return select(post).where(post.c.meeting_id == meeting_id).order_by(post.c.at, post.c.id).limit(500)


def feedback_of(meeting_id: UUID) -> Select[Any]:
    """All answers to the form."""
    return select(feedback).where(feedback.c.meeting_id == meeting_id).order_by(feedback.c.at).limit(2000)
