"""Events: one method per message."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid
from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis import files
from chassis.contract import Forbidden, Invalid, NotFound
from chassis.offload import offload
from chassis.service import Service, UnitOfWork, answers, each_second, on
from chassis.store import read_cursor
from chassis.store.unit_of_work import ChangedMeanwhile
from services.events import calendars, contract, organising, papers, records, seating, views, wording
from services.events.contract import Kind, MeetingState, Mode, Place, Sheet, When
from services.events.domain import Meeting, Registration, limits, order_of
from services.events.domain.meeting import ACTIVITIES, check_sheet
from services.events.rooms import Door, Guest, RoomServer, room_server
from services.events.store import histories, seats
from services.events.store import meetings as stored
from services.events.store import tables as t
from services.identity import contract as identity
from services.projects import contract as projects

MOST_DOCUMENTS = 500
FILE_TYPES = ("application/pdf", "image/png", "image/jpeg")


class EventsService(Service):
    """Meetings and professional development: seats, rooms, calendars, records."""

    name = "events"
    calls = (
        identity.affiliations_of,
        identity.invitation_facts,
        identity.organisations,
        identity.person_documents,
        identity.recipients,
        projects.sheet,
    )
    unheard = (contract.SeatsDrawn,)

    # ---- organising

    @answers(contract.organise)
    def organise(self, uow: UnitOfWork, meeting_id: UUID, *_: Any, **written: Any) -> contract.MeetingView:
        sheet = Sheet(**written)
        known = uow.load(stored.BY_ID, (meeting_id,))
        if known:
            return self._known(uow, views.loaded(known[meeting_id][0]))
        country, organisation = organising.where_from(uow, sheet)
        review = organising.must_be_reviewed(uow)
        check_sheet(sheet, room_server=room_server() is not None, at=uow.now)
        made = uow.add(
            Meeting.announced(
                meeting_id,
                uow.actor.id,
                sheet,
                seed=secrets.token_hex(16),
                country=country,
                organisation=organisation,
                review=review,
                at=uow.now,
            )
        )
        stored.keep(made)
        if not review:
            uow.publish(made.published(uow.now))
        return views.view(made, uow.actor, uow.now)

    def _known(self, uow: UnitOfWork, meeting: Meeting) -> contract.MeetingView:
        if meeting.organiser_id != uow.actor.id:
            raise NotFound(what="meeting")
        return self.meeting(uow, meeting.id)

    @answers(contract.change)
    def change(
        self, uow: UnitOfWork, meeting_id: UUID, seen_version: int, *_: Any, **written: Any
    ) -> contract.MeetingView:
        reason = written.pop("reason", "")
        standing = _seen(uow, meeting_id)
        meeting = uow.get(Meeting, meeting_id)
        meeting.must_host(uow.actor.id)
        if views.edition(meeting) != seen_version:
            raise ChangedMeanwhile(version=views.edition(meeting))
        sheet = Sheet(**written)
        if (sheet.kind in ACTIVITIES) is not meeting.activity:
            raise contract.SheetRefused(fields={"kind": ["not_a_choice"]})
        rule = meeting.selection
        server = room_server() is not None
        uow.publish(meeting.change(sheet, reason, room_server=server, by=uow.actor.id, at=uow.now))
        if meeting.selection is not rule:
            meeting.sort_anew(seats.live(uow, meeting_id, Place.PENDING, Place.WAITING))
        seating.promote(uow, meeting)
        stored.keep(meeting)
        return views.view(meeting, uow.actor, uow.now, standing)

    @answers(contract.cancel)
    def cancel(self, uow: UnitOfWork, meeting_id: UUID, reason: str) -> contract.MeetingView:
        standing = _seen(uow, meeting_id)
        meeting = uow.get(Meeting, meeting_id)
        uow.publish(meeting.cancel(reason, by=uow.actor.id, at=uow.now))
        return views.view(meeting, uow.actor, uow.now, standing)

    @answers(contract.name_crew)
    def name_crew(
        self,
        uow: UnitOfWork,
        meeting_id: UUID,
        co_hosts: tuple[UUID, ...] = (),
        speakers: tuple[UUID, ...] = (),
    ) -> contract.MeetingView:
        standing = _seen(uow, meeting_id)
        meeting = uow.get(Meeting, meeting_id)
        uow.publish(meeting.name_crew(co_hosts, speakers, by=uow.actor.id, at=uow.now))
        stored.keep(meeting)
        return views.view(meeting, uow.actor, uow.now, standing)

    @answers(contract.invite)
    def invite(
        self,
        uow: UnitOfWork,
        meeting_id: UUID,
        person_ids: tuple[UUID, ...] = (),
        project_ids: tuple[UUID, ...] = (),
    ) -> contract.Done:
        _seen(uow, meeting_id)
        seating.shown(uow, meeting_id).must_host(uow.actor.id)
        people = organising.invitable(uow, person_ids, project_ids)
        meeting = uow.get(Meeting, meeting_id)
        meeting.must_be_on(uow.now)
        rows = [
            {"meeting_id": meeting_id, "person_id": p, "by": uow.actor.id, "at": uow.now}
            for p in people
            if p not in meeting.crew
        ]
        if rows:
            statement = (
                upsert(t.invitation).values(rows).on_conflict_do_nothing().returning(t.invitation.c.person_id)
            )
            new = tuple(uow.session.scalars(statement))
            if new:
                uow.publish(contract.PeopleInvited(meeting_id, uow.actor.id, new, uow.now))
        return contract.Done(meeting_id, views.edition(meeting))

    @answers(contract.awaiting_release)
    def awaiting_release(self, uow: UnitOfWork) -> tuple[contract.MeetingCard, ...]:
        return tuple(views.card(views.loaded(r), uow.now) for r in uow.rows(stored.in_review()))

    @answers(contract.release)
    def release(self, uow: UnitOfWork, meeting_id: UUID) -> contract.MeetingView:
        _seen(uow, meeting_id)
        meeting = uow.get(Meeting, meeting_id)
        if meeting.state is MeetingState.IN_REVIEW:
            uow.publish(meeting.published(uow.now))
        return views.view(meeting, uow.actor, uow.now)

    # ---- seats

    @answers(contract.register)
    def register(self, uow: UnitOfWork, meeting_id: UUID, registration_id: UUID) -> contract.Registration:
        _seen(uow, meeting_id)
        country = organising.country_of(uow)
        meeting = uow.get(Meeting, meeting_id)
        if meeting.national and country != meeting.country:
            raise contract.OnlyForCountry(country=meeting.country)
        mine = seats.own(uow, meeting_id, uow.actor.id)
        if mine is None or not mine.live:
            mine = self._register(uow, meeting, registration_id, country, before=mine)
        elif mine.id != registration_id:
            raise contract.RegisteredAlready
        uow.session.flush()
        return _own_view(uow, meeting, mine)

    def _register(
        self,
        uow: UnitOfWork,
        meeting: Meeting,
        registration_id: UUID,
        country: str | None,
        before: Registration | None,
    ) -> Registration:
        if uow.find(Registration, registration_id) is not None:
            raise contract.RegisteredAlready
        made = Registration(registration_id, meeting.id, uow.actor.id, uow.now, country)
        made.removed_at = before.removed_at if before else None  # withdrawing is no way back into the room
        said = meeting.register(made, at=uow.now)
        uow.add(made)
        if said:
            uow.publish(said)
        return made

    @answers(contract.withdraw)
    def withdraw(self, uow: UnitOfWork, meeting_id: UUID) -> contract.Registration:
        meeting, mine = _held(uow, meeting_id)
        uow.publish(meeting.withdraw(mine, at=uow.now))
        seating.promote(uow, meeting)
        return _own_view(uow, meeting, mine)

    @answers(contract.accept_seat)
    def accept_seat(self, uow: UnitOfWork, meeting_id: UUID) -> contract.Registration:
        meeting, mine = _held(uow, meeting_id)
        uow.publish(meeting.accept(mine, at=uow.now))
        return _own_view(uow, meeting, mine)

    @answers(contract.roster)
    def roster(self, uow: UnitOfWork, meeting_id: UUID) -> contract.Roster:
        _seen(uow, meeting_id)
        return _roster(uow, seating.shown(uow, meeting_id))

    @answers(contract.approve)
    def approve(self, uow: UnitOfWork, meeting_id: UUID, registration_id: UUID) -> contract.Registration:
        meeting, one = _hosted(uow, meeting_id, registration_id)
        said = meeting.approve(one, by=uow.actor.id, at=uow.now)
        if said:
            uow.publish(said)
        seating.promote(uow, meeting)
        return views.registration(one, views.NOBODY)

    @answers(contract.refuse)
    def refuse(
        self, uow: UnitOfWork, meeting_id: UUID, registration_id: UUID, reason: str
    ) -> contract.Registration:
        meeting, one = _hosted(uow, meeting_id, registration_id)
        uow.publish(meeting.refuse(one, reason, by=uow.actor.id, at=uow.now))
        return views.registration(one, views.NOBODY)

    @answers(contract.check_in)
    def check_in(
        self, uow: UnitOfWork, meeting_id: UUID, registration_ids: tuple[UUID, ...]
    ) -> contract.Roster:
        _seen(uow, meeting_id)
        meeting = uow.get(Meeting, meeting_id)
        meeting.must_host(uow.actor.id)
        if uow.now < meeting.starts_at - limits().room_for_participants:
            raise contract.RoomNotOpen(
                opens_at=(meeting.starts_at - limits().room_for_participants).isoformat()
            )
        for registration_id in registration_ids:
            said = meeting.attended(seats.of_meeting(uow, meeting, registration_id), at=uow.now)
            if said:
                uow.publish(said)
        uow.session.flush()
        everybody = uow.session.scalars(
            select(Registration).from_statement(seats.everybody(meeting_id))  # as this transaction sees it
        ).all()
        return views.roster(meeting, everybody, {}, uow.now)

    @answers(contract.complete)
    def complete(
        self, uow: UnitOfWork, meeting_id: UUID, registration_id: UUID, hours: int
    ) -> contract.Registration:
        _seen(uow, meeting_id)
        meeting = uow.get(Meeting, meeting_id)
        one = seats.of_meeting(uow, meeting, registration_id)
        uow.publish(meeting.complete(one, hours, by=uow.actor.id, at=uow.now))
        return views.registration(one, views.NOBODY)

    @answers(contract.remind_me)
    def remind_me(self, uow: UnitOfWork, meeting_id: UUID, wanted: bool = True) -> contract.MeetingView:
        standing = _seen(uow, meeting_id)
        meeting = uow.get(Meeting, meeting_id, lock=False)
        mine = (t.wish.c.meeting_id == meeting_id) & (t.wish.c.person_id == uow.actor.id)
        if wanted:
            made = upsert(t.wish).values(meeting_id=meeting_id, person_id=uow.actor.id, at=uow.now)
            uow.session.execute(made.on_conflict_do_nothing())
        else:
            uow.session.execute(delete(t.wish).where(mine))
        return views.view(meeting, uow.actor, uow.now, replace(standing, wished=wanted))

    @answers(contract.draw)
    def draw(self, uow: UnitOfWork, meeting_id: UUID) -> contract.Draw:
        standing = _seen(uow, meeting_id)
        rows = uow.rows(stored.draw_of(meeting_id))
        if not rows:
            raise contract.NotDrawn
        row, mine = rows[0], standing.mine
        return contract.Draw(
            meeting_id=meeting_id,
            selection=row["selection"],
            seed=row["seed"],
            seed_hash=seating.shown(uow, meeting_id).seed_hash,
            drawn_at=row["drawn_at"],
            capacity=row["capacity"],
            tickets=row["tickets"],
            order=order_of(row["tickets"], row["selection"], row["seed"]),
            mine=mine.id if mine else None,
        )

    @on(identity.AccountClosed)
    def account_closed(self, uow: UnitOfWork, closed: identity.AccountClosed) -> None:
        """Seats of somebody who has gone are for those who wait."""
        for meeting_id in uow.session.scalars(seats.ahead_of(closed.person_id, uow.now)).all():
            meeting = uow.get(Meeting, meeting_id)
            mine = seats.own(uow, meeting_id, closed.person_id)
            if mine is not None and mine.live and not meeting.over(uow.now):
                uow.publish(meeting.withdraw(mine, at=uow.now))
                seating.promote(uow, meeting)

    @each_second
    def offers_lapse(self, uow: UnitOfWork) -> bool:
        """A held seat that nobody took goes to the next. (b.10 4)"""
        found = seats.due_offer(uow)
        if found is None:
            return False
        meeting, one = found
        if one.place is Place.OFFERED:
            uow.publish(meeting.lapse(one, at=uow.now))
            seating.promote(uow, meeting)
        return True

    @each_second
    def draws_fall_due(self, uow: UnitOfWork) -> bool:
        """Registration of a meeting whose seats are drawn is over. (EV-22)"""
        meeting = stored.due(uow, "draw_at")
        if meeting is None:
            return False
        if meeting.state is MeetingState.PUBLISHED:
            seating.make_draw(uow, meeting)
        meeting.draw_at = None
        return True

    # ---- the room

    @answers(contract.room)
    def room(self, uow: UnitOfWork, meeting_id: UUID) -> contract.Room:
        meeting, _ = _at_the_door(uow, meeting_id)
        server = _server_of(meeting)
        return contract.Room(meeting_id, server.socket if server else "", meeting.recorded)

    @answers(contract.join)
    def join(self, uow: UnitOfWork, meeting_id: UUID, consent: bool = False) -> contract.Entry:
        meeting, mine = _at_the_door(uow, meeting_id)
        if meeting.recorded and not consent:
            raise contract.RecordingConsent
        door = Door(meeting.link) if meeting.link else self._entry(uow, meeting)
        if mine is None:
            return contract.Entry(door.url, checked_in=False, room_pass=door.room_pass)
        held, own = uow.get(Meeting, meeting_id), uow.get(Registration, mine.id)
        said = held.enter(uow.actor.id, own, at=uow.now)
        if said:
            uow.publish(said)
        return contract.Entry(door.url, checked_in=own.attended_at is not None, room_pass=door.room_pass)

    def _entry(self, uow: UnitOfWork, meeting: Meeting) -> Door:
        server: RoomServer | None = room_server()
        if server is None:
            raise contract.RoomAway
        people = uow.call(identity.recipients((uow.actor.id,)))
        guest = Guest(
            meeting_id=meeting.id,
            title=meeting.title,
            person_id=uow.actor.id,
            name=people[0].name if people else "",
            host=uow.actor.id in meeting.crew,
            seats=limits().room_capacity,
            seconds_left=(meeting.ends_at - uow.now).total_seconds(),
            recorded=meeting.recorded,
            crew=frozenset(meeting.crew),
            admitted=_admitted(uow, meeting),
        )
        return server.entry(guest)

    @on(contract.SeatLost)
    def seat_lost(self, uow: UnitOfWork, lost: contract.SeatLost) -> None:
        """Whoever gives up a place while the room is open does not stay in it. (EV-09 EV-16)"""
        meeting = seating.shown(uow, lost.meeting_id)
        server = _server_of(meeting)
        if server and meeting.holds_people(uow.now) and lost.person_id not in _admitted(uow, meeting):
            server.expel(meeting.id, lost.person_id)

    @answers(contract.room_names)
    def room_names(self, uow: UnitOfWork, meeting_id: UUID) -> tuple[contract.RoomName, ...]:
        meeting, _ = _at_the_door(uow, meeting_id)
        if not meeting.own_room:
            return ()
        people = uow.call(identity.recipients(tuple(_admitted(uow, meeting))))
        return tuple(contract.RoomName(one.person_id, one.name) for one in people)

    @answers(contract.silence)
    def silence(
        self, uow: UnitOfWork, meeting_id: UUID, person_id: UUID, silent: bool = True
    ) -> contract.Done:
        server = _order_in(uow, meeting_id)
        if server is None or not server.silence(meeting_id, person_id, silent=silent):
            raise NotFound(what="participant")
        return contract.Done(meeting_id)

    @answers(contract.expel)
    def expel(self, uow: UnitOfWork, meeting_id: UUID, person_id: UUID) -> contract.Done:
        server, meeting = _order_in(uow, meeting_id), seating.shown(uow, meeting_id)
        if person_id in meeting.crew:
            raise contract.CrewStays
        found = uow.rows(seats.own_row(meeting_id, person_id))
        if not found:
            raise NotFound(what="registration")
        one = uow.get(Registration, found[0]["id"])
        meeting.expel(one, by=uow.actor.id, at=uow.now)
        if server is not None:
            # Were this undone afterwards, the room would still be without them: they enter again by themselves.
            server.expel(meeting_id, person_id)
        return contract.Done(meeting_id)

    @answers(contract.readmit)
    def readmit(self, uow: UnitOfWork, meeting_id: UUID, registration_id: UUID) -> contract.Registration:
        meeting, one = _hosted(uow, meeting_id, registration_id)
        meeting.readmit(one, by=uow.actor.id)
        return views.registration(one, views.NOBODY)

    # ---- documents

    @answers(contract.file_ticket)
    def file_ticket(
        self, uow: UnitOfWork, meeting_id: UUID, file_name: str, size: int
    ) -> contract.UploadPlace:
        _must_be_crew(uow, meeting_id)
        promised, most = files.named_type(file_name), limits().most_file_bytes
        if promised not in FILE_TYPES:
            raise contract.DocumentNotAllowed(fields={"file": ["type"]})
        if size > most:
            raise contract.DocumentNotAllowed(fields={"file": [f"too_large:{most}"]})
        file_id = uuid.uuid7()
        uow.session.execute(
            insert(t.file).values(
                id=file_id,
                meeting_id=meeting_id,
                by=uow.actor.id,
                file_name=file_name,
                at=None,
                delete_at=uow.now + timedelta(days=1),
            )
        )
        ticket = files.Ticket(files.Purpose.UPLOAD, self.name, file_id, file_name, (promised,), most)
        return contract.UploadPlace(file_id, files.sign_ticket(ticket), most, (promised,))

    @answers(contract.finish_file)
    def finish_file(
        self, uow: UnitOfWork, meeting_id: UUID, file_id: UUID, ticket: str
    ) -> contract.MeetingFile:
        _must_be_crew(uow, meeting_id)
        allowed = files.read_ticket(ticket, files.Purpose.UPLOAD)
        row = _file(uow, meeting_id, file_id)
        path = files.path_of(self.name, file_id)
        if allowed.file_id != file_id or row["by"] != uow.actor.id or not path.exists():
            raise NotFound(what="file")
        if files.sniff(path) not in allowed.types:
            files.delete(self.name, file_id)
            raise contract.DocumentNotAllowed(fields={"file": ["type"]})
        arrived = row["at"] or uow.now
        uow.session.execute(update(t.file).where(t.file.c.id == file_id).values(at=arrived, delete_at=None))
        return contract.MeetingFile(file_id, row["file_name"], row["by"], arrived)

    @answers(contract.meeting_file)
    def meeting_file(self, uow: UnitOfWork, meeting_id: UUID, file_id: UUID) -> contract.Address:
        _must_be_inside(uow, meeting_id)
        row = _file(uow, meeting_id, file_id)
        if row["at"] is None or row["delete_at"] is not None:
            raise NotFound(what="file")
        return records.address(file_id, row["file_name"], FILE_TYPES)

    @answers(contract.remove_file)
    def remove_file(self, uow: UnitOfWork, meeting_id: UUID, file_id: UUID) -> contract.Done:
        _seen(uow, meeting_id)
        seating.shown(uow, meeting_id).must_host(uow.actor.id)
        _file(uow, meeting_id, file_id)
        uow.session.execute(update(t.file).where(t.file.c.id == file_id).values(delete_at=uow.now))
        return contract.Done(file_id)

    @each_second
    def forget_files(self, uow: UnitOfWork) -> bool:
        """Tickets that led to nothing, documents taken away, papers that were fetched."""
        file_id = uow.session.scalar(stored.due_file(uow.now))
        if file_id is None:
            return False
        files.delete(self.name, file_id)
        uow.session.execute(delete(t.file).where(t.file.c.id == file_id))
        return True

    # ---- the discussion and feedback

    @answers(contract.posts)
    def posts(self, uow: UnitOfWork, meeting_id: UUID) -> contract.MeetingPosts:
        meeting = _must_be_inside(uow, meeting_id)
        said = views.posts(uow.rows(seats.posts_of(meeting_id)), meeting, uow.actor.id)
        return contract.MeetingPosts(said, meeting.state is not MeetingState.CANCELLED)

    @answers(contract.write_post)
    def write_post(
        self, uow: UnitOfWork, meeting_id: UUID, post_id: UUID, text: str, reply_to: UUID | None = None
    ) -> contract.MeetingPost:
        meeting = _must_be_inside(uow, meeting_id)
        if meeting.state is MeetingState.CANCELLED:
            raise contract.NotPossibleAnyMore(state=meeting.state)
        if reply_to is not None:
            _post(uow, meeting_id, reply_to)
        made = upsert(t.post).values(
            id=post_id,
            meeting_id=meeting_id,
            author_id=uow.actor.id,
            reply_to=reply_to,
            text=text,
            at=uow.now,
        )
        uow.session.execute(made.on_conflict_do_nothing())
        row = _post(uow, meeting_id, post_id)
        if row["author_id"] != uow.actor.id:
            raise NotFound(what="post")
        return views.posts([row], meeting, uow.actor.id)[0]

    @answers(contract.remove_post)
    def remove_post(self, uow: UnitOfWork, meeting_id: UUID, post_id: UUID) -> contract.Done:
        meeting = _must_be_inside(uow, meeting_id)
        row = _post(uow, meeting_id, post_id)
        if uow.actor.id not in (*meeting.hosts, row["author_id"]):
            raise contract.NotTheHost
        uow.session.execute(update(t.post).where(t.post.c.id == post_id).values(removed=True, text=""))
        return contract.Done(post_id)

    @answers(contract.give_feedback)
    def give_feedback(
        self,
        uow: UnitOfWork,
        meeting_id: UUID,
        contents: int,
        organisation: int,
        again: bool = False,
        remark: str = "",
    ) -> contract.Done:
        standing = _seen(uow, meeting_id)
        meeting, mine = seating.shown(uow, meeting_id), standing.mine
        if mine is None or mine.place is not Place.CONFIRMED or uow.now < meeting.starts_at:
            raise contract.FeedbackLater
        made = upsert(t.feedback).values(
            registration_id=mine.id,
            meeting_id=meeting_id,
            contents=contents,
            organisation=organisation,
            again=again,
            remark=remark,
            at=uow.now,
        )
        kept = uow.session.scalar(made.on_conflict_do_nothing().returning(t.feedback.c.registration_id))
        if kept is None:
            raise contract.FeedbackLater
        return contract.Done(mine.id)

    @answers(contract.feedback)
    def feedback(self, uow: UnitOfWork, meeting_id: UUID) -> contract.FeedbackCounts:
        meeting = _must_be_inside(uow, meeting_id)
        host = uow.actor.id in meeting.hosts
        mine = seating.standing_of(uow, meeting, uow.actor.id).mine
        came = [r for r in uow.rows(seats.everybody(meeting_id)) if r["attended_at"]]
        rows = uow.rows(seats.feedback_of(meeting_id))
        return views.counts(rows, len(came), host=host, mine=mine.id if mine else None)

    # ---- seeing

    @answers(contract.meeting)
    def meeting(self, uow: UnitOfWork, meeting_id: UUID) -> contract.MeetingView:
        meeting = seating.shown(uow, meeting_id)
        reader = uow.visitor
        standing = seating.standing_of(uow, meeting, reader.id if reader else None)
        inside = reader is not None and views.inside(meeting, reader.id, standing)
        documents = uow.load(stored.FILES_OF, (meeting_id,)).get(meeting_id, []) if inside else []
        return views.view(meeting, reader, uow.now, standing, documents)

    @answers(contract.meetings)
    def meetings(
        self,
        uow: UnitOfWork,
        text: str = "",
        kind: Kind | None = None,
        language: str | None = None,
        mode: Mode | None = None,
        when: When = When.COMING,
        free: bool = False,
        cursor: str = "",
    ) -> contract.Meetings:
        asked = {"text": text, "kind": kind, "language": language, "mode": mode, "when": when, "free": free}
        statement = stored.found(uow.now, activities=False, cursor=read_cursor(cursor), **asked)  # type: ignore[arg-type]
        return _page(uow, uow.rows(statement))

    @answers(contract.activities)
    def activities(
        self,
        uow: UnitOfWork,
        text: str = "",
        kind: Kind | None = None,
        language: str | None = None,
        mode: Mode | None = None,
        when: When = When.COMING,
        free: bool = False,
        cursor: str = "",
    ) -> contract.Meetings:
        asked = {"text": text, "kind": kind, "language": language, "mode": mode, "when": when, "free": free}
        statement = stored.found(uow.now, activities=True, cursor=read_cursor(cursor), **asked)  # type: ignore[arg-type]
        return _page(uow, uow.rows(statement))

    @answers(contract.my_meetings)
    def my_meetings(self, uow: UnitOfWork) -> contract.MyMeetings:
        me = uow.actor.id

        def cards(rows: Sequence[Any]) -> tuple[contract.MeetingCard, ...]:
            return tuple(views.card(views.loaded(r), uow.now, r.get("own_place")) for r in rows)

        absent = seating.missed(uow, (me,), uow.now).get(me, 0)
        return contract.MyMeetings(
            organised=cards(uow.rows(stored.of_crew(me))),
            registered=cards(uow.rows(stored.of_registered(me))),
            invited=cards(uow.rows(stored.of_invited(me, uow.now))),
            no_shows=absent,
            lower_priority=absent >= limits().no_shows,
        )

    @answers(contract.calendar)
    def calendar(
        self,
        uow: UnitOfWork,
        month: date | None = None,
        kind: Kind | None = None,
        language: str | None = None,
    ) -> contract.CalendarMonth:
        begins = (month or uow.now.date()).replace(day=1)
        first, last = _month(begins)
        reader = uow.visitor
        rows = uow.rows(stored.between(first, last, reader.id if reader else None, kind, language))
        mine = _places(uow, rows)
        cards = tuple(views.card(views.loaded(r), uow.now, mine.get(r["id"])) for r in rows)
        return contract.CalendarMonth(begins, cards)

    @answers(contract.meeting_cards)
    def meeting_cards(self, uow: UnitOfWork, ids: tuple[UUID, ...]) -> tuple[contract.MeetingCard, ...]:
        found = uow.load(stored.BY_ID, ids)
        kept = [views.loaded(found[i][0]) for i in ids if i in found]
        visible = [m for m in kept if views.may_see(m, uow.actor, _cheap_standing(uow, m))]
        return tuple(views.card(m, uow.now) for m in visible)

    # ---- calendars

    @answers(contract.meeting_calendar)
    def meeting_calendar(self, uow: UnitOfWork, meeting_id: UUID) -> contract.CalendarFile:
        standing = _seen(uow, meeting_id)
        meeting, mine = seating.shown(uow, meeting_id), standing.mine
        place = mine.place if mine and mine.live else None
        return calendars.file_of(calendars.write([(meeting, place)], name=meeting.title), "meeting.ics")

    @answers(contract.public_feed)
    def public_feed(
        self, uow: UnitOfWork, kind: Kind | None = None, language: str | None = None, periods: bool = False
    ) -> contract.CalendarFile:
        found = [(views.loaded(r), None) for r in uow.rows(stored.for_feed(uow.now, kind, language))]
        text = offload(calendars.write, found, name="Schoolbridge", periods=periods)
        return calendars.file_of(text, "schoolbridge.ics")

    @answers(contract.personal_feed)
    def personal_feed(self, uow: UnitOfWork, token: str, periods: bool = False) -> contract.CalendarFile:
        person_id, generation = calendars.open_feed_token(token)
        if generation != _generation(uow, person_id):
            raise NotFound(what="feed")
        rows = uow.rows(stored.for_personal_feed(person_id, uow.now))
        ids = [r["id"] for r in rows]
        places = {r["meeting_id"]: r["place"] for r in uow.rows(seats.places_of(person_id, ids))}
        found = [(views.loaded(r), places.get(r["id"])) for r in rows]
        text = offload(calendars.write, found, name="Schoolbridge", periods=periods)
        return calendars.file_of(text, "my-schoolbridge.ics")

    @answers(contract.my_feed)
    def my_feed(self, uow: UnitOfWork) -> contract.Feed:
        return _feed(uow.actor.id, _generation(uow, uow.actor.id))

    @answers(contract.reset_feed)
    def reset_feed(self, uow: UnitOfWork) -> contract.Feed:
        made = upsert(t.feed).values(person_id=uow.actor.id, generation=1)
        raised = made.on_conflict_do_update(
            index_elements=[t.feed.c.person_id], set_={"generation": t.feed.c.generation + 1}
        ).returning(t.feed.c.generation)
        return _feed(uow.actor.id, int(uow.session.execute(raised).scalar_one()))

    # ---- certificates and records

    @answers(contract.certificate)
    def certificate(self, uow: UnitOfWork, number: str) -> contract.CertificateView:
        rows = uow.rows(seats.by_certificate(number.strip().upper()))
        if not rows:
            raise NotFound(what="certificate")
        one = views.loaded_registration(rows[0])
        people = uow.call(identity.recipients((one.person_id,)))
        meeting = seating.shown(uow, one.meeting_id)
        return records.certificate(meeting, one, people[0].name if people else organising.NOBODY)

    @answers(contract.certificate_file)
    def certificate_file(
        self, uow: UnitOfWork, registration_id: UUID, language: str | None = None
    ) -> contract.Address:
        rows = uow.rows(seats.by_id(registration_id))
        if not rows or rows[0]["person_id"] != uow.actor.id or not rows[0]["certificate"]:
            raise NotFound(what="certificate")
        owner = organising.reader(uow)
        one = views.loaded_registration(rows[0])
        shown = records.certificate(seating.shown(uow, one.meeting_id), one, owner.name)
        made = offload(papers.certificate, shown, language or owner.language)
        return records.fetchable(uow, made, f"{shown.number}.pdf")

    @answers(contract.record)
    def record(self, uow: UnitOfWork, language: str | None = None) -> contract.Record:
        found = records.record(uow, organising.country_of(uow))
        return replace(found, note=wording.note(found.note, language))

    @answers(contract.record_table)
    def record_table(self, uow: UnitOfWork, language: str | None = None) -> str:
        return records.table(records.record(uow, None).entries, language)

    @answers(contract.record_file)
    def record_file(self, uow: UnitOfWork, language: str | None = None) -> contract.Address:
        owner = organising.reader(uow)
        found = records.record(uow, organising.country_of(uow))
        made = offload(
            papers.record,
            found,
            language or owner.language,
            name=owner.name,
            zone=owner.time_zone,
            made_at=uow.now,
        )
        return records.fetchable(uow, made, "professional-development.pdf")

    # ---- tutorials

    @answers(contract.tutorials)
    def tutorials(self, uow: UnitOfWork, organisation: str = "") -> tuple[contract.Tutorial, ...]:
        own = uow.visitor.organisations(*views.OFFICER_ROLES) if uow.visitor else ()
        return tuple(_tutorial(r, own) for r in uow.rows(stored.tutorials_of(organisation)))

    @answers(contract.save_tutorial)
    def save_tutorial(
        self,
        uow: UnitOfWork,
        tutorial_id: UUID,
        organisation: str,
        title: str,
        url: str,
        language: str,
        video: bool = False,
    ) -> contract.Tutorial:
        own = uow.actor.organisations(*views.OFFICER_ROLES)
        if organisation not in own:
            raise Forbidden
        said = {
            "organisation": organisation,
            "title": title,
            "url": url,
            "language": language,
            "video": video,
        }
        made = upsert(t.tutorial).values(id=tutorial_id, at=uow.now, **said)
        kept = made.on_conflict_do_update(
            index_elements=[t.tutorial.c.id], set_=said, where=t.tutorial.c.organisation.in_(own)
        ).returning(t.tutorial)
        row = uow.session.execute(kept).mappings().first()
        if row is None:
            raise NotFound(what="tutorial")
        return _tutorial(row, own)

    @answers(contract.delete_tutorial)
    def delete_tutorial(self, uow: UnitOfWork, tutorial_id: UUID) -> None:
        own = uow.actor.organisations(*views.OFFICER_ROLES)
        gone = delete(t.tutorial).where(t.tutorial.c.id == tutorial_id, t.tutorial.c.organisation.in_(own))
        if uow.session.scalar(gone.returning(t.tutorial.c.id)) is None:
            raise NotFound(what="tutorial")

    # ---- for other services

    @answers(contract.meeting_documents)
    def meeting_documents(
        self, uow: UnitOfWork, ids: tuple[UUID, ...]
    ) -> tuple[contract.MeetingDocument, ...]:
        return tuple(views.document(views.loaded(row)) for (row,) in uow.load(stored.BY_ID, ids).values())

    @answers(contract.meeting_versions)
    def meeting_versions(
        self, uow: UnitOfWork, after: UUID | None = None
    ) -> tuple[contract.DocumentVersion, ...]:
        rows = uow.rows(stored.versions(after, MOST_DOCUMENTS))
        return tuple(contract.DocumentVersion(row["id"], row["version"]) for row in rows)

    @answers(contract.deeds)
    def deeds(self, uow: UnitOfWork, person_ids: tuple[UUID, ...]) -> contract.EventDeeds:
        return histories.deeds(uow, person_ids)

    @answers(contract.titles)
    def titles(self, uow: UnitOfWork, ids: tuple[UUID, ...]) -> tuple[contract.Title, ...]:
        found = uow.load(stored.BY_ID, ids)
        kept = [views.loaded(found[i][0]) for i in ids if i in found]
        return tuple(contract.Title(m.id, m.title, m.organiser_id, m.starts_at) for m in kept)

    @answers(contract.participants)
    def participants(self, uow: UnitOfWork, meeting_id: UUID, crew: bool = False) -> tuple[UUID, ...]:
        found = [row["person_id"] for row in uow.rows(seats.people(meeting_id))]
        hosts = seating.shown(uow, meeting_id).crew if crew else ()
        return tuple(dict.fromkeys([*hosts, *found]))

    @answers(contract.reminded)
    def reminded(self, uow: UnitOfWork, meeting_id: UUID) -> tuple[UUID, ...]:
        return tuple(row["person_id"] for row in uow.rows(stored.wished(meeting_id)))

    # ---- what falls due

    @each_second
    def reminders_fall_due(self, uow: UnitOfWork) -> bool:
        """A day and an hour before."""
        meeting = stored.due(uow, "remind_at")
        if meeting is None:
            return False
        said = meeting.remind(at=uow.now)
        if said:
            uow.publish(said)
        return True

    @each_second
    def registration_opens(self, uow: UnitOfWork) -> bool:
        """Those who asked for it are told. (PD-05)"""
        meeting = stored.due(uow, "opens_at")
        if meeting is None:
            return False
        uow.publish(meeting.open(at=uow.now))
        return True

    @each_second
    def meetings_end(self, uow: UnitOfWork) -> bool:
        """An hour after the end it is counted who came. (b.10 15)"""
        meeting = stored.due(uow, "settle_at")
        if meeting is None:
            return False
        uow.publish(meeting.settle(seats.live(uow, meeting.id), at=uow.now))
        return True

    @each_second
    def certificates_are_made(self, uow: UnitOfWork) -> bool:
        """One number for each who was there to the end, or has completed it. (EV-14 PD-10)"""
        found = seats.due_certificate(uow)
        if found is None:
            return False
        meeting, one = found
        said = meeting.certify(one, papers.number_of(one.id, meeting.starts_at.year), at=uow.now)
        if said:
            uow.publish(said)
        return said is not None


# ---- who may, and how they stand


def _seen(uow: UnitOfWork, meeting_id: UUID) -> views.Standing:
    """How the reader stands to a meeting that they may know of; else `NotFound`, whatever they wanted."""
    meeting, reader = seating.shown(uow, meeting_id), uow.visitor
    standing = seating.standing_of(uow, meeting, reader.id if reader else None)
    views.must_see(meeting, reader, standing)
    return standing


def _cheap_standing(uow: UnitOfWork, meeting: Meeting) -> views.Standing:
    public = meeting.access is contract.Access.PUBLIC
    return views.NOBODY if public else seating.standing_of(uow, meeting, uow.actor.id)


def _held(uow: UnitOfWork, meeting_id: UUID) -> tuple[Meeting, Registration]:
    _seen(uow, meeting_id)
    meeting = uow.get(Meeting, meeting_id)
    return meeting, seating.own(uow, meeting, uow.actor.id)


def _hosted(uow: UnitOfWork, meeting_id: UUID, registration_id: UUID) -> tuple[Meeting, Registration]:
    _seen(uow, meeting_id)
    meeting = uow.get(Meeting, meeting_id)
    meeting.must_host(uow.actor.id)
    return meeting, seats.of_meeting(uow, meeting, registration_id)


def _at_the_door(uow: UnitOfWork, meeting_id: UUID) -> tuple[Meeting, Registration | None]:
    """A meeting whose room is open for the reader now, and their registration."""
    mine = _seen(uow, meeting_id).mine
    meeting = seating.shown(uow, meeting_id)
    meeting.enter(uow.actor.id, mine, at=uow.now)
    return meeting, mine


def _admitted(uow: UnitOfWork, meeting: Meeting) -> frozenset[UUID]:
    """Everybody who may be in the room: who runs the meeting and who has a place."""
    return frozenset(meeting.crew).union(row["person_id"] for row in uow.rows(seats.seated(meeting.id)))


def _server_of(meeting: Meeting) -> RoomServer | None:
    """The server with a meeting's room; None where it has none of the installation's own."""
    return room_server() if meeting.own_room else None


def _order_in(uow: UnitOfWork, meeting_id: UUID) -> RoomServer | None:
    """The server of the room in which the reader, a host, looks after order."""
    _seen(uow, meeting_id)
    meeting = seating.shown(uow, meeting_id)
    meeting.must_host(uow.actor.id)
    return _server_of(meeting)


def _must_be_crew(uow: UnitOfWork, meeting_id: UUID) -> None:
    _seen(uow, meeting_id)
    if uow.actor.id not in seating.shown(uow, meeting_id).crew:
        raise contract.NotTheHost


def _must_be_inside(uow: UnitOfWork, meeting_id: UUID) -> Meeting:
    standing = _seen(uow, meeting_id)
    meeting = seating.shown(uow, meeting_id)
    if not views.inside(meeting, uow.actor.id, standing):
        raise contract.SeatNeeded
    return meeting


def _own_view(uow: UnitOfWork, meeting: Meeting, mine: Registration) -> contract.Registration:
    position = None
    if mine.place is Place.WAITING:
        uow.session.flush()
        position = uow.session.scalar(seats.position(meeting.id, mine.id))
    return views.registration(mine, views.Standing(position=position))


def _roster(uow: UnitOfWork, meeting: Meeting) -> contract.Roster:
    if uow.actor.id not in meeting.crew:
        raise contract.NotTheHost
    kept = [views.loaded_registration(r) for r in uow.rows(seats.everybody(meeting.id))]
    return views.roster(meeting, kept, seating.missed(uow, [k.person_id for k in kept], uow.now), uow.now)


# ---- rows


def _file(uow: UnitOfWork, meeting_id: UUID, file_id: UUID) -> Any:
    statement = select(t.file).where(t.file.c.id == file_id, t.file.c.meeting_id == meeting_id)
    rows = uow.rows(statement)
    if not rows:
        raise NotFound(what="file")
    return rows[0]


def _post(uow: UnitOfWork, meeting_id: UUID, post_id: UUID) -> Any:
    statement = select(t.post).where(t.post.c.id == post_id, t.post.c.meeting_id == meeting_id)
    row = uow.session.execute(statement).mappings().first()
    if row is None:
        raise NotFound(what="post")
    return row


def _places(uow: UnitOfWork, rows: Sequence[Any]) -> dict[UUID, Place]:
    if uow.visitor is None or not rows:
        return {}
    found = uow.rows(seats.places_of(uow.visitor.id, [r["id"] for r in rows]))
    return {r["meeting_id"]: r["place"] for r in found}


def _page(uow: UnitOfWork, rows: Sequence[Any]) -> contract.Meetings:
    return views.page(rows, uow.now, _places(uow, rows))


def _month(begins: date) -> tuple[datetime, datetime]:
    """From a day before a month to a day after it: every time zone's month is inside."""
    try:
        first = datetime(begins.year, begins.month, 1, tzinfo=UTC)
        following = datetime(begins.year + begins.month // 12, begins.month % 12 + 1, 1, tzinfo=UTC)
        return first - timedelta(days=1), following + timedelta(days=1)
    except (ValueError, OverflowError) as wrong:
        raise Invalid(fields={"month": ["not_a_date"]}) from wrong


def _generation(uow: UnitOfWork, person_id: UUID) -> int:
    rows = uow.rows(select(t.feed.c.generation).where(t.feed.c.person_id == person_id))
    return int(rows[0]["generation"]) if rows else 0


def _feed(person_id: UUID, generation: int) -> contract.Feed:
    path = f"/calendar/feeds/{calendars.feed_token(person_id, generation)}.ics"
    return contract.Feed(path, f"{path}?periods=yes")


def _tutorial(row: Any, own: Sequence[str]) -> contract.Tutorial:
    names = ("id", "organisation", "title", "url", "language", "video")
    return contract.Tutorial(**{n: row[n] for n in names}, may_edit=row["organisation"] in own)
