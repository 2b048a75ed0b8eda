"""What a reader is shown of a meeting."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from chassis.contract import Actor, NotFound
from chassis.store import write_cursor
from services.events import contract
from services.events.contract import Access, MeetingState, Mode, Phase, Place
from services.events.domain import Meeting, limits
from services.events.domain import Registration as Kept
from services.events.domain.meeting import DRAWN
from services.events.store.meetings import PAGE

OFFICER_ROLES = ("officer", "lead", "css")
_MEETING = tuple(Meeting.__dataclass_fields__)
_REGISTRATION = tuple(Kept.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one reader stands to a meeting."""

    mine: Kept | None = None
    position: int | None = None
    no_shows: int = 0
    invited: bool = False
    wished: bool = False


NOBODY = Standing()


def loaded(row: Mapping[Any, Any]) -> Meeting:
    """The aggregate from a row that was read for showing only."""
    return Meeting(**{name: row[name] for name in _MEETING})


def loaded_registration(row: Mapping[Any, Any]) -> Kept:
    """The same for a registration."""
    return Kept(**{name: row[name] for name in _REGISTRATION})


def is_officer(actor: Actor | None) -> bool:
    """Somebody who acts for a support organisation."""
    return actor is not None and any(actor.holds(role) for role in OFFICER_ROLES)


def may_see(meeting: Meeting, actor: Actor | None, standing: Standing) -> bool:
    """A public one everybody; a private one crew, invited and registered; one in review crew and officers. (b.10 11)"""
    if actor is not None and actor.id in meeting.crew:
        return True
    if meeting.state is MeetingState.IN_REVIEW:
        return is_officer(actor)
    seated = standing.mine is not None and standing.mine.live
    return meeting.access is Access.PUBLIC or standing.invited or seated


def must_see(meeting: Meeting, actor: Actor | None, standing: Standing) -> None:
    """Raises `NotFound` for those who may not know of it."""
    if not may_see(meeting, actor, standing):
        raise NotFound(what="meeting")


def inside(meeting: Meeting, person_id: UUID | None, standing: Standing) -> bool:
    """Whether documents and discussion are open to somebody: hosts, speakers and those with a seat or on the way."""
    return person_id in meeting.crew or (standing.mine is not None and standing.mine.live)


def view(
    meeting: Meeting,
    actor: Actor | None,
    now: datetime,
    standing: Standing = NOBODY,
    files: Sequence[RowMapping] = (),
) -> contract.MeetingView:
    """A meeting for this reader; raises `NotFound` for those who may not know of it."""
    must_see(meeting, actor, standing)
    person_id = actor.id if actor else None
    host, crew = person_id in meeting.hosts, person_id in meeting.crew
    actions, why_not = actions_for(meeting, actor, now, standing)
    hidden = {} if host else {"link": "", "instructions": _instructions(meeting, now)}
    sheet = contract.Sheet(
        **{n: hidden.get(n, getattr(meeting, n)) for n in contract.Sheet.__dataclass_fields__}
    )
    open_inside = inside(meeting, person_id, standing)
    return contract.MeetingView(
        id=meeting.id,
        version=edition(meeting),
        sheet=sheet,
        state=meeting.state,
        phase=meeting.phase(now),
        organiser_id=meeting.organiser_id,
        co_hosts=meeting.co_hosts,
        speakers=meeting.speakers,
        organisation=meeting.organisation,
        country=meeting.country,
        confirmed=meeting.confirmed,
        waiting=meeting.waiting,
        places_left=meeting.places_left,
        registration_from=meeting.registration_from,
        registration_until=meeting.closes_at,
        room_opens_at=_room_opens(meeting, person_id),
        promotes_until=meeting.promotes_until,
        cancelled_reason=meeting.cancelled_reason,
        change_reason=meeting.change_reason if open_inside else "",
        sequence=meeting.sequence,
        seed_hash=meeting.seed_hash,
        drawn_at=meeting.drawn_at,
        own_room=meeting.own_room,
        is_host=host,
        is_crew=crew,
        invited=standing.invited,
        reminded=standing.wished,
        mine=registration(standing.mine, standing) if standing.mine else None,
        files=tuple(meeting_file(row) for row in files) if open_inside else (),
        actions=actions,
        why_not=why_not,
        as_of=now,
    )


def edition(meeting: Meeting) -> int:
    """What somebody who edits has seen: rises with what is written, not with every seat that is taken."""
    return meeting.sequence + 1


def _instructions(meeting: Meeting, now: datetime) -> str:
    """How to apply appears when the period starts. (PD-05)"""
    return "" if meeting.phase(now) is Phase.BEFORE else meeting.instructions


def _room_opens(meeting: Meeting, person_id: UUID | None) -> datetime | None:
    if meeting.mode is Mode.ON_SITE:
        return None
    return (
        meeting.room_opens_at(person_id) if person_id else meeting.starts_at - limits().room_for_participants
    )


def actions_for(
    meeting: Meeting, actor: Actor | None, now: datetime, standing: Standing
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Exactly what this reader may do now, and why not the usual rest."""
    on = meeting.state is MeetingState.PUBLISHED and not meeting.over(now)
    person_id = actor.id if actor else None
    allowed: dict[str, bool] = {}
    if person_id in meeting.hosts:
        allowed |= dict.fromkeys(("roster", "files"), True)
        allowed |= dict.fromkeys(("change", "cancel", "invite"), on)
        allowed["crew"] = person_id == meeting.organiser_id
    if meeting.state is MeetingState.IN_REVIEW and is_officer(actor):
        allowed["release"] = True
    if meeting.drawn_at is not None:
        allowed["draw"] = True
    if actor is None:
        return tuple(n for n, yes in allowed.items() if yes), {"register": "not_signed_in"} if on else {}
    allowed["discuss"] = inside(meeting, person_id, standing)
    allowed |= _seat_actions(meeting, actor, now, standing, on=on)
    return tuple(n for n, yes in allowed.items() if yes), _why_not(meeting, actor, now, standing, on=on)


def _seat_actions(
    meeting: Meeting, actor: Actor, now: datetime, standing: Standing, *, on: bool
) -> dict[str, bool]:
    mine, member = standing.mine, actor.holds("member")
    live = mine is not None and mine.live
    place = mine.place if mine else None
    opens = meeting.room_opens_at(actor.id)
    seated = actor.id in meeting.crew or place is Place.CONFIRMED
    return {
        "register": on and member and not live and meeting.phase(now) is Phase.OPEN,
        "remind": on and member and not live and meeting.phase(now) is Phase.BEFORE,
        "withdraw": on and live,
        "accept_seat": on and place is Place.OFFERED,
        "join": on and seated and meeting.mode is not Mode.ON_SITE and now >= opens,
        "feedback": place is Place.CONFIRMED
        and now >= meeting.starts_at
        and meeting.state is not MeetingState.CANCELLED,
    }


def _why_not(
    meeting: Meeting, actor: Actor, now: datetime, standing: Standing, *, on: bool
) -> dict[str, str]:
    live = standing.mine is not None and standing.mine.live
    if not on or live:
        return {}
    if not actor.holds("member"):
        return {"register": "members_only"}
    phase = meeting.phase(now)
    return {} if phase is Phase.OPEN else {"register": str(phase)}


def registration(kept: Kept, standing: Standing, actions: tuple[str, ...] = ()) -> contract.Registration:
    """A registration, with where it stands."""
    return contract.Registration(
        id=kept.id,
        meeting_id=kept.meeting_id,
        person_id=kept.person_id,
        place=kept.place,
        asked_at=kept.asked_at,
        position=standing.position if kept.place is Place.WAITING else None,
        offered_until=kept.offered_until,
        reason=kept.reason,
        attended_at=kept.attended_at,
        completed_at=kept.completed_at,
        hours=kept.hours,
        certificate=kept.certificate or "",
        no_shows=standing.no_shows,
        actions=actions,
        removed_at=kept.removed_at,
    )


def roster(meeting: Meeting, rows: Iterable[Kept], missed: dict[UUID, int], now: datetime) -> contract.Roster:
    """Everybody registered, with what a host may do about each. (EV-14)"""
    shown, position = [], 0
    for kept in rows:
        position += kept.place is Place.WAITING
        standing = Standing(position=position, no_shows=missed.get(kept.person_id, 0))
        shown.append(registration(kept, standing, _host_actions(meeting, kept, now)))
    attended = sum(kept.attended_at is not None for kept in shown)
    return contract.Roster(
        meeting.id, tuple(shown), meeting.confirmed, meeting.waiting, meeting.pending, attended
    )


def _host_actions(meeting: Meeting, kept: Kept, now: datetime) -> tuple[str, ...]:
    seated, begun = kept.place is Place.CONFIRMED, now >= meeting.starts_at
    on = meeting.state is not MeetingState.CANCELLED
    undecided = kept.place is Place.PENDING and meeting.selection not in DRAWN
    allowed = {
        "approve": on and undecided and not meeting.over(now),
        "refuse": on and kept.place in (Place.PENDING, Place.WAITING) and not meeting.over(now),
        "check_in": on
        and seated
        and kept.attended_at is None
        and now >= meeting.starts_at - limits().room_for_participants,
        "readmit": on and seated and kept.removed_at is not None and not meeting.over(now),
        "complete": on and seated and meeting.activity and begun and kept.completed_at is None,
    }
    return tuple(name for name, yes in allowed.items() if yes)


def card(meeting: Meeting, now: datetime, mine: Place | None = None) -> contract.MeetingCard:
    """A meeting in a list."""
    return contract.MeetingCard(
        id=meeting.id,
        title=meeting.title,
        kind=meeting.kind,
        mode=meeting.mode,
        access=meeting.access,
        state=meeting.state,
        phase=meeting.phase(now),
        languages=meeting.languages,
        country=meeting.country,
        organiser_id=meeting.organiser_id,
        organisation=meeting.organisation,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        time_zone=meeting.time_zone,
        capacity=meeting.capacity,
        places_left=meeting.places_left,
        waiting=meeting.waiting,
        selection=meeting.selection,
        registration_from=meeting.registration_from,
        registration_until=meeting.closes_at,
        hours=meeting.hours,
        national=meeting.national,
        mine=mine,
    )


def page(rows: Sequence[RowMapping], now: datetime, mine: dict[UUID, Place]) -> contract.Meetings:
    """A page of meetings with the cursor of the next."""
    shown = rows[:PAGE]
    following = write_cursor(shown[-1]["starts_at"], shown[-1]["id"]) if len(rows) > PAGE else None
    return contract.Meetings(tuple(card(loaded(r), now, mine.get(r["id"])) for r in shown), following, now)


def document(meeting: Meeting) -> contract.MeetingDocument:
    """A meeting as the index wants it; of those that nobody may find, only that."""
    if meeting.access is not Access.PUBLIC or meeting.state is MeetingState.IN_REVIEW:
        return contract.MeetingDocument(meeting.id, meeting.version, listed=False)
    return contract.MeetingDocument(
        id=meeting.id,
        version=meeting.version,
        listed=True,
        title=meeting.title,
        description=meeting.description,
        kind=meeting.kind,
        mode=meeting.mode,
        languages=meeting.languages,
        country=meeting.country,
        organisation=meeting.organisation,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        registration_from=meeting.registration_from,
        registration_until=meeting.closes_at,
        capacity=meeting.capacity,
        places_left=meeting.places_left,
        national=meeting.national,
    )


def meeting_file(row: Mapping[Any, Any]) -> contract.MeetingFile:
    """A document of a meeting."""
    return contract.MeetingFile(row["id"], row["file_name"], row["by"], row["at"])


def posts(rows: Sequence[RowMapping], meeting: Meeting, reader: UUID) -> tuple[contract.MeetingPost, ...]:
    """The discussion; of what was taken away, only that."""
    host = reader in meeting.hosts
    return tuple(
        contract.MeetingPost(
            id=row["id"],
            meeting_id=row["meeting_id"],
            author_id=row["author_id"],
            reply_to=row["reply_to"],
            text="" if row["removed"] else row["text"],
            at=row["at"],
            removed=row["removed"],
            actions=("remove",) if not row["removed"] and (host or row["author_id"] == reader) else (),
        )
        for row in rows
    )


def counts(
    rows: Sequence[RowMapping], attended: int, *, host: bool, mine: UUID | None
) -> contract.FeedbackCounts:
    """Answers to the form, counted; whoever answered is named to nobody. (EV-20)"""

    def grades(name: str) -> tuple[int, ...]:
        return tuple(sum(row[name] == grade for row in rows) for grade in range(1, 6))

    return contract.FeedbackCounts(
        answers=len(rows),
        attended=attended,
        contents=grades("contents"),
        organisation=grades("organisation"),
        again=sum(row["again"] for row in rows),
        remarks=tuple(sorted(row["remark"] for row in rows if row["remark"])) if host else (),
        given=any(row["registration_id"] == mine for row in rows),
    )
