"""One meeting: its page, one's seat, the list of who is in, the discussion, documents, the draw, feedback."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from chassis.contract import ANYONE, Call, Conflict, Forbidden, Invalid, role
from chassis.files import Purpose, put, read_ticket
from gateway.forms import Form
from gateway.portal.meetings import listing, organising, room
from gateway.portal.meetings.times import organisers_time, own_time
from gateway.portal.page import Page
from gateway.portal.visit import Visit
from services.events import contract as events

FILE_NAME_LENGTH = 200
ORGANISERS = role("member", "officer", "lead", "css")


async def meeting(visit: Visit) -> Response:
    """What it is, when by whose clocks, whether there are places, and what one may do now. (EV-10 EV-23)"""
    return await _show(visit, visit.form())


async def _show(visit: Visit, form: Form) -> Response:
    found = await visit.call(events.meeting(visit.path["meeting_id"]))
    people = await visit.people([found.organiser_id, *found.co_hosts, *found.speakers])
    sheet, place = found.sheet, visit.time_zone
    return await visit.show(
        "meetings/meeting.html",
        form=form,
        meeting=found,
        people=people,
        own_time=own_time(sheet.starts_at, sheet.ends_at, place),
        organisers_time=organisers_time(sheet.starts_at, sheet.ends_at, sheet.time_zone, place),
    )


# ---- one's seat


def acting(call: Callable[[Visit], Call[Any]], notice: str) -> Callable[[Visit], Awaitable[Response]]:
    """A button on a meeting's page; what forbids it is said on the page."""

    async def view(visit: Visit) -> Response:
        form, meeting_id = visit.form(), visit.path["meeting_id"]
        try:
            await visit.call(call(visit))
        except (Conflict, Invalid, Forbidden) as finding:
            form.conflict(finding)
            return await _show(visit, form)
        return visit.go(f"/events/{meeting_id}", notice)

    view.__doc__ = f"A button: {notice}."
    return view


async def register(visit: Visit) -> Response:
    """A seat, an application or a place on the waiting list, whichever it is. (EV-08 EV-09)"""
    form, meeting_id = visit.form(), visit.path["meeting_id"]
    try:
        made = await visit.call(events.register(meeting_id, visit.once))
    except (Conflict, Invalid, Forbidden) as finding:
        form.conflict(finding)
        return await _show(visit, form)
    return visit.go(f"/events/{meeting_id}", f"seat_{made.place.value}")


async def enter(visit: Visit) -> Response:
    """The way into the room; opening this page again does no harm. (EV-16 EV-18)"""
    form, meeting_id = visit.form(), visit.path["meeting_id"]
    try:
        if (await visit.call(events.room(meeting_id))).server:
            return visit.go(f"/events/{meeting_id}/room")
        entry = await visit.call(events.join(meeting_id, consent=form.ticked("consent")))
    except (Conflict, Forbidden) as finding:
        form.conflict(finding)
        return await _show(visit, form)
    found = await visit.call(events.meeting(meeting_id))
    return await visit.show("meetings/elsewhere.html", meeting=found, entry=entry)


# ---- who is in


async def roster(visit: Visit) -> Response:
    """Everybody registered, for hosts. (EV-14)"""
    return await _show_roster(visit, visit.form())


async def _show_roster(visit: Visit, form: Form) -> Response:
    meeting_id = visit.path["meeting_id"]
    found, listed = await visit.call(events.meeting(meeting_id)), await visit.call(events.roster(meeting_id))
    people = await visit.people(one.person_id for one in listed.registrations)
    return await visit.show("meetings/roster.html", form=form, meeting=found, roster=listed, people=people)


async def decide(visit: Visit) -> Response:
    """Yes, no, was here, has completed it: for one registered person."""
    form = visit.form()
    meeting_id, one = visit.path["meeting_id"], visit.path["registration_id"]
    requests: dict[str, tuple[Any, dict[str, Any]]] = {
        "approve": (events.approve, {"registration_id": one}),
        "refuse": (events.refuse, {"registration_id": one}),
        "complete": (events.complete, {"registration_id": one}),
        "readmit": (events.readmit, {"registration_id": one}),
        "check_in": (events.check_in, {"registration_ids": (one,)}),
    }
    request, given = requests.get(form.value("then"), requests["approve"])
    if await visit.send(form, request, meeting_id=meeting_id, **given) is not None:
        return visit.go(f"/events/{meeting_id}/people", "saved")
    return await _show_roster(visit, form)


# ---- the discussion, documents, feedback, the draw


async def discussion(visit: Visit) -> Response:
    """Before and after. (EV-05)"""
    form, meeting_id = visit.form(), visit.path["meeting_id"]
    if visit.posted:
        made = await visit.send(form, events.write_post, meeting_id=meeting_id, post_id=visit.once)
        if made is not None:
            return visit.go(f"/events/{meeting_id}/discussion", "contribution_written")
    found = await visit.call(events.meeting(meeting_id))
    said = await visit.call(events.posts(meeting_id))
    people = await visit.people(post.author_id for post in said.posts)
    answers = {p.id: [a for a in said.posts if a.reply_to == p.id] for p in said.posts}
    beginnings = [p for p in said.posts if p.reply_to is None]
    return await visit.show(
        "meetings/discussion.html",
        form=form,
        meeting=found,
        said=said,
        people=people,
        beginnings=beginnings,
        answers=answers,
    )


async def remove_post(visit: Visit) -> Response:
    """Take a contribution away."""
    meeting_id = visit.path["meeting_id"]
    await visit.call(events.remove_post(meeting_id, visit.path["post_id"]))
    return visit.go(f"/events/{meeting_id}/discussion", "saved")


async def send_file(visit: Visit) -> Response:
    """Add a document. (EV-06)"""
    form, meeting_id = visit.form(), visit.path["meeting_id"]
    sent = form.typed.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        form.refuse(Invalid(fields={"file": ["required"]}))
        return await _show(visit, form)
    try:
        name = "".join(c for c in Path(sent.filename).name if c.isprintable())[-FILE_NAME_LENGTH:]
        place = await visit.call(events.file_ticket(meeting_id, name or "file", sent.size or 1))
        await put(read_ticket(place.ticket, Purpose.UPLOAD), _chunks(sent))
        await visit.call(events.finish_file(meeting_id, place.file_id, place.ticket))
    except Invalid as refused:
        form.conflict(refused)
        return await _show(visit, form)
    return visit.go(f"/events/{meeting_id}", "file_added")


async def _chunks(sent: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await sent.read(64 * 1024):
        yield chunk


async def fetch_file(visit: Visit) -> Response:
    """A document, from the files' own origin."""
    found = await visit.call(events.meeting_file(visit.path["meeting_id"], visit.path["file_id"]))
    return RedirectResponse(found.url, 303)


async def feedback(visit: Visit) -> Response:
    """Say how it was; see how it was for others, counted. (EV-20)"""
    form, meeting_id = visit.form(), visit.path["meeting_id"]
    if visit.posted and await visit.send(form, events.give_feedback, meeting_id=meeting_id) is not None:
        return visit.go(f"/events/{meeting_id}/feedback", "feedback_given")
    found = await visit.call(events.meeting(meeting_id))
    counts = await visit.call(events.feedback(meeting_id))
    return await visit.show(
        "meetings/feedback.html",
        form=form,
        meeting=found,
        counts=counts,
        grades=[(str(n), str(n)) for n in range(1, 6)],
    )


async def draw(visit: Visit) -> Response:
    """How the seats were drawn: rule, seed, tickets and order, to be computed again by anybody. (EV-22)"""
    meeting_id = visit.path["meeting_id"]
    found, drawn = await visit.call(events.meeting(meeting_id)), await visit.call(events.draw(meeting_id))
    tickets = {ticket.registration_id: ticket for ticket in drawn.tickets}
    return await visit.show(
        "meetings/draw.html",
        meeting=found,
        draw=drawn,
        ordered=[tickets[i] for i in drawn.order],
    )


async def verify(visit: Visit) -> Response:
    """What a certificate's number proves. (EV-14 PD-10)"""
    found = await visit.call(events.certificate(visit.path["number"]))
    when = own_time(found.starts_at, found.ends_at, found.time_zone)
    return await visit.show("meetings/verify.html", certificate=found, when=when)


ONE = "/events/{meeting_id:uuid}"
PAGES = [
    Page(
        "GET",
        "/events",
        listing.listing(events.meetings, listing.MEETING_KINDS, "meetings/list.html", "list"),
        by=ANYONE,
        public=True,
    ),
    Page("GET", "/events/calendar", listing.month, by=ANYONE, public=True),
    Page("GET", "/events/mine", listing.mine),
    Page("POST", "/events/feed", listing.reset_feed),
    Page("GET POST", "/events/new", organising.organise, by=ORGANISERS),
    Page("GET", ONE, meeting, by=ANYONE),
    Page("GET POST", f"{ONE}/edit", organising.change),
    Page("GET POST", f"{ONE}/cancellation", organising.cancel),
    Page("GET POST", f"{ONE}/invitations", organising.invitations),
    Page("POST", f"{ONE}/release", organising.release),
    Page("POST", f"{ONE}/registration", register),
    Page(
        "POST",
        f"{ONE}/withdrawal",
        acting(lambda visit: events.withdraw(visit.path["meeting_id"]), "seat_withdrawn"),
    ),
    Page(
        "POST",
        f"{ONE}/seat",
        acting(lambda visit: events.accept_seat(visit.path["meeting_id"]), "seat_confirmed"),
    ),
    Page(
        "POST",
        f"{ONE}/reminder",
        acting(lambda visit: events.remind_me(visit.path["meeting_id"]), "reminder_set"),
    ),
    Page(
        "POST",
        f"{ONE}/reminder/removal",
        acting(lambda visit: events.remind_me(visit.path["meeting_id"], wanted=False), "reminder_unset"),
    ),
    Page("POST", f"{ONE}/entry", enter),
    Page("GET", f"{ONE}/room", room.room),
    Page("POST", f"{ONE}/room/pass", room.room_pass),
    Page("GET", f"{ONE}/room/people", room.names),
    Page("POST", f"{ONE}/room/people/{{person_id:uuid}}", room.keep_order),
    Page("GET", f"{ONE}/people", roster),
    Page("POST", f"{ONE}/people/{{registration_id:uuid}}", decide),
    Page("GET POST", f"{ONE}/discussion", discussion),
    Page("POST", f"{ONE}/discussion/{{post_id:uuid}}/removal", remove_post),
    Page("POST", f"{ONE}/files", send_file),
    Page("GET", f"{ONE}/files/{{file_id:uuid}}", fetch_file),
    Page(
        "POST",
        f"{ONE}/files/{{file_id:uuid}}/removal",
        acting(lambda visit: events.remove_file(visit.path["meeting_id"], visit.path["file_id"]), "saved"),
    ),
    Page("GET POST", f"{ONE}/feedback", feedback),
    Page("GET", f"{ONE}/draw", draw, by=ANYONE),
    Page("GET", f"{ONE}/calendar.ics", listing.meeting_calendar, by=ANYONE),
    Page("GET", "/calendar/public.ics", listing.public_calendar, by=ANYONE),
    Page("GET", "/calendar/feeds/{token}.ics", listing.personal_calendar, by=ANYONE),
    Page("GET", "/verify/{number}", verify, by=ANYONE),
]
