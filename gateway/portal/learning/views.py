"""Professional development: the catalogue, one's record, certificates, tutorials of each support organisation."""

from starlette.responses import RedirectResponse, Response

from chassis.contract import ANYONE
from gateway.languages import current_language
from gateway.portal import choices
from gateway.portal.meetings.listing import ACTIVITY_KINDS, OFFICERS, listing
from gateway.portal.page import Page
from gateway.portal.visit import Visit
from services.events import contract as events
from services.identity import contract as identity


async def record(visit: Visit) -> Response:
    """What one has done, against what the country asks for. (PD-11)"""
    found = await visit.call(events.record(current_language()))
    return await visit.show("learning/record.html", found=found, section="record")


async def record_table(visit: Visit) -> Response:
    """The record for a spreadsheet. (PD-11)"""
    text = await visit.call(events.record_table(current_language()))
    headers = {"Content-Disposition": 'attachment; filename="professional-development.csv"'}
    return Response(f"\ufeff{text}", headers=headers, media_type="text/csv; charset=utf-8")


async def record_file(visit: Visit) -> Response:
    """The record as PDF, from the files' own origin. (PD-11)"""
    return RedirectResponse((await visit.call(events.record_file(current_language()))).url, 303)


async def certificate(visit: Visit) -> Response:
    """One's own certificate as PDF, from the files' own origin. (EV-14 PD-10)"""
    found = await visit.call(events.certificate_file(visit.path["registration_id"], current_language()))
    return RedirectResponse(found.url, 303)


async def tutorials(visit: Visit) -> Response:
    """Tutorials and videos, organisation by organisation; officers keep their own. (PD-12)"""
    form = visit.form()
    if visit.posted:
        kept = await visit.send(form, events.save_tutorial, tutorial_id=visit.once)
        if kept is not None:
            return visit.go("/learning/tutorials", "saved")
    found = await visit.call(events.tutorials())
    own = visit.session.actor.organisations(*OFFICERS) if visit.session else ()
    ids = tuple(dict.fromkeys([*(one.organisation for one in found), *own]))
    cards = await visit.maybe(identity.organisations(ids[:100]))
    names = {card.id: card.name for card in cards or ()}
    groups = [(i, names.get(i, i), [one for one in found if one.organisation == i]) for i in ids]
    return await visit.show(
        "learning/tutorials.html",
        form=form,
        section="tutorials",
        groups=[group for group in groups if group[2]],
        own=[(i, names.get(i, i)) for i in own],
        languages_offered=choices.languages(),
    )


async def delete_tutorial(visit: Visit) -> Response:
    """Take one away. (PD-12)"""
    await visit.call(events.delete_tutorial(visit.path["tutorial_id"]))
    return visit.go("/learning/tutorials", "saved")


PAGES = [
    Page(
        "GET",
        "/learning",
        listing(events.activities, ACTIVITY_KINDS, "learning/catalogue.html", "catalogue"),
        by=ANYONE,
        public=True,
    ),
    Page("GET", "/learning/record", record),
    Page("GET", "/learning/record.csv", record_table),
    Page("GET", "/learning/record.pdf", record_file),
    Page("GET", "/learning/certificates/{registration_id:uuid}", certificate),
    Page("GET POST", "/learning/tutorials", tutorials, by=ANYONE),
    Page("POST", "/learning/tutorials/{tutorial_id:uuid}/deletion", delete_tutorial),
]
