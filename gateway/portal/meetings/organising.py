"""Holding a meeting: announcing, changing, cancelling, who hosts and who is invited."""

from typing import Any
from uuid import UUID

from starlette.responses import Response

from gateway.forms import Form
from gateway.languages import zone
from gateway.portal import choices
from gateway.portal.catalogue import N_
from gateway.portal.catalogue import gettext as _
from gateway.portal.meetings.listing import ACTIVITY_KINDS, MEETING_KINDS, OFFICERS
from gateway.portal.meetings.times import city, typed
from gateway.portal.visit import Visit
from services.events import contract as events
from services.events.contract import Access, Kind, Mode, Promotion, Selection
from services.identity import contract as identity
from services.projects import contract as projects

LABELS: dict[str, str] = {
    "kind": N_("Type"),
    "title": N_("Title"),
    "description": N_("What it is about"),
    "target": N_("For whom"),
    "languages": N_("Languages"),
    "mode": N_("Where"),
    "place": N_("Address"),
    "link": N_("Link to the room"),
    "starts_at": N_("Begins"),
    "ends_at": N_("Ends"),
    "capacity": N_("Places"),
    "access": N_("Who may come"),
    "selection": N_("How places are given"),
    "promotion": N_("When a place becomes free"),
    "registration_from": N_("Registration opens"),
    "registration_until": N_("Registration closes"),
    "instructions": N_("How to apply"),
    "hours": N_("Hours it counts"),
    "national": N_("Only for teachers of my country"),
    "with_pupils": N_("Pupils take part"),
    "recorded": N_("It is recorded"),
    "reason": N_("Why you change it"),
    "time_zone": N_("Time zone"),
}
NEW = {
    "mode": Mode.ONLINE,
    "languages": (),
    "capacity": 100,
    "access": Access.PUBLIC,
    "selection": Selection.FIRST_COME,
    "promotion": Promotion.AUTO,
    "hours": 0,
}
MOMENTS = ("starts_at", "ends_at", "registration_from", "registration_until")


def labels() -> dict[str, str]:
    """What each field is called."""
    return {name: _(label) for name, label in LABELS.items()}


async def organise(visit: Visit) -> Response:
    """Announce a meeting or, for a support organisation, an activity. (EV-01 PD-01)"""
    form = visit.form(NEW | {"kind": visit.query.get("kind", "")})
    if visit.posted:
        given = {"meeting_id": visit.once, "time_zone": zone(visit.time_zone).key}
        made = await visit.send(form, events.organise, **given)
        if made is not None:
            return visit.go(f"/events/{made.id}", "meeting_announced")
    return await _show(visit, form, None)


async def change(visit: Visit) -> Response:
    """Change it; all registered are told what concerns them. (EV-15)"""
    meeting_id = visit.path["meeting_id"]
    found = await _hosted(visit, meeting_id)
    sheet = {name: getattr(found.sheet, name) for name in events.Sheet.__dataclass_fields__}
    kept = sheet | {name: typed(sheet[name], visit.time_zone) for name in MOMENTS}
    form = visit.form(kept)
    if visit.posted:
        given = {"meeting_id": meeting_id, "time_zone": found.sheet.time_zone}
        changed = await visit.send(form, events.change, **given)
        if changed is not None:
            return visit.go(f"/events/{meeting_id}", "meeting_changed")
    return await _show(visit, form, found)


async def _show(visit: Visit, form: Form, found: events.MeetingView | None) -> Response:
    officer = visit.session is not None and visit.session.holds(*OFFICERS)
    return await visit.show(
        "meetings/form.html",
        form=form,
        meeting=found,
        labels=labels(),
        city=city(zone(visit.time_zone).key),
        kinds=_kinds(found, officer=officer, member=visit.member),
        officer=officer and (found is None or found.organisation is not None),
        modes=choices.words_of(Mode),
        accesses=choices.words_of(Access),
        selections=choices.words_of(Selection),
        promotions=choices.words_of(Promotion),
        languages_offered=choices.languages(),
    )


def _kinds(found: events.MeetingView | None, *, officer: bool, member: bool) -> list[tuple[str, str]]:
    words = dict(choices.words_of(Kind))
    if found is not None:
        kinds = ACTIVITY_KINDS if found.sheet.kind in ACTIVITY_KINDS else MEETING_KINDS
    else:
        kinds = (*(ACTIVITY_KINDS if officer else ()), *(MEETING_KINDS if member or officer else ()))
    return [(kind.value, words[kind.value]) for kind in kinds]


async def _hosted(visit: Visit, meeting_id: UUID) -> events.MeetingView:
    found = await visit.call(events.meeting(meeting_id))
    if not found.is_host:
        raise events.NotTheHost
    return found


async def cancel(visit: Visit) -> Response:
    """Cancel it, with the reason that all registered read. (EV-15)"""
    meeting_id = visit.path["meeting_id"]
    found = await _hosted(visit, meeting_id)
    form = visit.form()
    if visit.posted and await visit.send(form, events.cancel, meeting_id=meeting_id) is not None:
        return visit.go(f"/events/{meeting_id}", "meeting_cancelled")
    return await visit.show("meetings/cancel.html", form=form, meeting=found)


async def release(visit: Visit) -> Response:
    """Publish a meeting that waited to be looked at. (EV-21)"""
    await visit.call(events.release(visit.path["meeting_id"]))
    return visit.go(f"/events/{visit.path['meeting_id']}", "meeting_announced")


async def invitations(visit: Visit) -> Response:
    """Invite contacts and everybody of one's projects together; say who hosts and speaks. (EV-13 EV-17)"""
    meeting_id = visit.path["meeting_id"]
    found = await _hosted(visit, meeting_id)
    form = visit.form({"co_hosts": found.co_hosts, "speakers": found.speakers})
    if visit.posted:
        request: Any = events.name_crew if form.value("then") == "crew" else events.invite
        if await visit.send(form, request, meeting_id=meeting_id) is not None:
            done = "saved" if form.value("then") == "crew" else "people_invited"
            return visit.go(f"/events/{meeting_id}/invitations", done)
    contacts, own = await visit.together(identity.contacts(), projects.mine())
    cards = await visit.people(
        [*(c.person_id for c in contacts.contacts if c.state is identity.ContactState.ACCEPTED)]
        if contacts
        else []
    )
    crew = await visit.people([*found.co_hosts, *found.speakers])
    people = choices.sorted_by_label((str(i), card.name) for i, card in (cards | crew).items() if card.name)
    running = [(str(p.id), p.title) for p in own.projects if p.state in ("approved", "active")] if own else []
    return await visit.show(
        "meetings/invitations.html",
        form=form,
        meeting=found,
        people=people,
        running=running,
        complete=contacts is not None and own is not None,
    )
