"""Changing seats: the meeting's row is held, so that seats are given one after the other. (b.10 1)"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert

from chassis.contract import NotFound
from chassis.failpoints import failpoint
from chassis.service import UnitOfWork
from services.events.contract import Place
from services.events.domain import Meeting, Registration, limits, order_of, ticket_of
from services.events.domain.drawing import rare_countries
from services.events.store import seats
from services.events.store.meetings import BY_ID, invited, wished
from services.events.store.tables import draw
from services.events.views import Standing, loaded, loaded_registration


def shown(uow: UnitOfWork, meeting_id: UUID) -> Meeting:
    """A meeting read for showing only; raises `NotFound`."""
    found = uow.load(BY_ID, (meeting_id,))
    if meeting_id not in found:
        raise NotFound(what="meeting")
    return loaded(found[meeting_id][0])


def standing_of(uow: UnitOfWork, meeting: Meeting, person_id: UUID | None) -> Standing:
    """How somebody stands to a meeting, read outside any transaction."""
    if person_id is None:
        return Standing()
    rows = uow.rows(seats.own_row(meeting.id, person_id))
    mine = loaded_registration(rows[0]) if rows else None
    position = None
    if mine is not None and mine.place is Place.WAITING:
        line = uow.rows(seats.position(meeting.id, mine.id))
        position = int(line[0]["n"]) if line else None
    return Standing(
        mine=mine,
        position=position,
        no_shows=missed(uow, (person_id,), uow.now).get(person_id, 0),
        invited=bool(uow.rows(invited(meeting.id, person_id))),
        wished=bool(uow.rows(wished(meeting.id, person_id))),
    )


def missed(uow: UnitOfWork, people: Iterable[UUID], now: datetime) -> dict[UUID, int]:
    """How often each did not come in the last ninety days. (b.10 15)"""
    statement = seats.no_shows(tuple(people), now - limits().no_show_period)
    return {row["person_id"]: int(row["n"]) for row in uow.rows(statement)}


def own(uow: UnitOfWork, meeting: Meeting, person_id: UUID) -> Registration:
    """One's own registration in a meeting that is held; raises `NotFound`."""
    mine = seats.own(uow, meeting.id, person_id)
    if mine is None:
        raise NotFound(what="registration")
    return mine


def promote(uow: UnitOfWork, meeting: Meeting) -> None:
    """Free seats go to the head of the line until there are none, or nobody waits. (b.10 3-6)"""
    while meeting.may_promote(uow.now):
        uow.session.flush()
        head = seats.head(uow, meeting.id)
        if head is None:
            return
        uow.publish(meeting.promote(head, at=uow.now))
        failpoint("promoted")


def make_draw(uow: UnitOfWork, meeting: Meeting) -> None:
    """Registration of a meeting whose seats are drawn is over: draw, keep what is published, give the seats. (EV-22)"""
    applied = list(seats.live(uow, meeting.id, Place.PENDING))
    people = [one.person_id for one in applied]
    rare = rare_countries(one.country for one in applied)
    known = set(uow.session.scalars(seats.seen_before(people, meeting.id)))
    last = {r.person_id: r.place for r in uow.session.execute(seats.drawn_last(people, meeting.id))}
    statement = seats.no_shows(people, uow.now - limits().no_show_period)
    absent = {r.person_id: int(r.n) for r in uow.session.execute(statement)}
    tickets = tuple(
        ticket_of(
            one.id,
            one.country,
            rare,
            first_timer=one.person_id not in known,
            missed_last_time=last.get(one.person_id, Place.CONFIRMED) is not Place.CONFIRMED,
            no_shows=absent.get(one.person_id, 0),
        )
        for one in applied
    )
    order = order_of(tickets, meeting.selection, meeting.seed)
    by_id = {one.id: one for one in applied}
    confirmed = meeting.seat_drawn([by_id[i] for i in order], at=uow.now)
    uow.session.execute(
        insert(draw).values(
            meeting_id=meeting.id,
            selection=meeting.selection,
            seed=meeting.seed,
            drawn_at=uow.now,
            capacity=meeting.capacity,
            tickets=tickets,
        )
    )
    for said in confirmed:
        uow.publish(said)
    uow.publish(meeting.drawn(len(applied), len(confirmed), at=uow.now))
