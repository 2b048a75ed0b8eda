"""The room of an online event: its page, the pass its script asks for, and what hosts do in it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from starlette.responses import JSONResponse, Response

from chassis.contract import Call, Conflict, Failure, Forbidden, plain
from gateway.middleware.headers import content_policy, permissions
from gateway.portal.errors import finding_sentence
from gateway.portal.visit import Visit
from services.events import contract as events


async def room(visit: Visit) -> Response:
    """What is asked before one enters, and the room itself; refused to whom `join` refuses it. (EV-04 PD-03)"""
    form, meeting_id = visit.form(), visit.path["meeting_id"]
    door = None
    try:
        door = await visit.call(events.room(meeting_id))
    except (Conflict, Forbidden) as finding:
        form.conflict(finding)
    found = await visit.call(events.meeting(meeting_id))
    if door is not None and not door.server:
        return visit.go(f"/events/{meeting_id}")
    response = await visit.show("meetings/room.html", form=form, meeting=found, room=door)
    if door is not None:
        policy = content_policy(visit.parts.settings, connect=door.server)
        response.headers["Content-Security-Policy"] = policy
        response.headers["Permissions-Policy"] = permissions(room=True)
    return response


async def room_pass(visit: Visit) -> Response:
    """What the page's script says to the room's server; asked for again whenever it comes back."""
    meeting_id, consent = visit.path["meeting_id"], visit.form().ticked("consent")
    try:
        entry = await visit.call(events.join(meeting_id, consent=consent), again=True)
    except Failure as failure:
        return _refused(failure)
    if entry.room_pass is None:
        return _refused(events.RoomAway())
    return JSONResponse(plain(entry.room_pass))


async def names(visit: Visit) -> Response:
    """Who is called what in the room, for the page's script."""
    try:
        return JSONResponse(plain(await visit.call(events.room_names(visit.path["meeting_id"]))))
    except Failure as failure:
        return _refused(failure)


async def keep_order(visit: Visit) -> Response:
    """A host takes a microphone, gives it back, or removes somebody."""
    meeting_id, person_id = visit.path["meeting_id"], visit.path["person_id"]
    orders: dict[str, Callable[[UUID, UUID], Call[Any]]] = {
        "silence": events.silence,
        "speak": lambda meeting, person: events.silence(meeting, person, silent=False),
        "remove": events.expel,
    }
    order = orders.get(visit.form().value("then"), events.silence)
    try:
        await visit.call(order(meeting_id, person_id), again=True)
    except Failure as failure:
        return _refused(failure)
    return JSONResponse({})


def _refused(failure: Failure) -> Response:
    return JSONResponse({"said": finding_sentence(failure)}, failure.status)
