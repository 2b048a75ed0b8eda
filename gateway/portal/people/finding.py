"""Looking people up by name, finding partners by what they want, schools, kept searches, advice."""

from typing import Any

from starlette.responses import Response

from chassis.contract import ANYONE, role
from gateway.forms import arguments_from
from gateway.languages import zone
from gateway.portal import choices, searching
from gateway.portal.outlines import europe
from gateway.portal.page import Page
from gateway.portal.visit import Visit
from services.search import contract as search

MEMBERS = role("member")
BUSY = 503


async def look_up(visit: Visit) -> Response:
    """Members by name, school or place, and by several fields. (PS-01 PS-02)"""
    found = await searching.results(visit, search.find_people)
    return await _show(visit, "people/look_up.html", found, "look_up")


async def partners(visit: Visit) -> Response:
    """People who are available, by keyword and filter, with a map. (PS-03 to PS-10 PS-21)"""
    found = await searching.results(visit, search.find_partners)
    counts = {one.value: one.count for one in found.facets.get("countries", [])}
    return await _show(
        visit,
        "people/partners.html",
        found,
        "partners",
        counts=counts,
        shades=searching.shades(counts),
        outlines=europe(),
    )


async def _show(visit: Visit, template: str, found: searching.Results, section: str, **more: Any) -> Response:
    return await visit.show(
        template,
        r=found,
        region_name=await searching.region_names(visit, found.form.values("countries")),
        names=searching,
        section=section,
        status=BUSY if found.away else found.form.status,
        **more,
    )


async def schools(visit: Visit) -> Response:
    """Schools by name, place or number. (ID-10)"""
    found = await searching.results(visit, search.find_schools)
    return await _show(visit, "people/schools.html", found, "schools")


async def tips(visit: Visit) -> Response:
    """Advice on finding partners, with a checklist before joining. (PS-23)"""
    return await visit.show("people/tips.html", section="tips")


# ---- kept searches


async def saved(visit: Visit) -> Response:
    """One's kept searches, each with what is new. (PS-11)"""
    kept = await visit.call(search.saved_searches())
    return await visit.show("people/saved.html", kept=kept, address_of=_address_of, section="saved")


async def save(visit: Visit) -> Response:
    """Keep the search whose address the form carries. (PS-11)"""
    form = visit.form()
    scope = search.Scope.POSTS if form.value("scope") == search.Scope.POSTS else search.Scope.PARTNERS
    request = search.find_posts if scope is search.Scope.POSTS else search.find_partners
    given = arguments_from(request, form.typed, zone("UTC"))
    wanted = {name: value for name, value in given.items() if name in search.Wanted.__dataclass_fields__}
    sent = await visit.send(
        form, search.save_search, search_id=visit.once, scope=scope, wanted=wanted, alerts=True
    )
    if sent is not None:
        return visit.go("/partners/saved", "search_saved")
    kept = await visit.call(search.saved_searches())
    return await visit.show(
        "people/saved.html", form=form, kept=kept, address_of=_address_of, section="saved"
    )


async def to_saved(visit: Visit) -> Response:
    """Where a notice of new matches leads; looking at them is a button there."""
    return visit.go("/partners/saved")


async def open_saved(visit: Visit) -> Response:
    """Look at a kept search: what is new counts as seen."""
    kept = await visit.call(search.open_search(visit.path["search_id"]))
    return visit.go(_address_of(kept))


async def set_alerts(visit: Visit) -> Response:
    """Be told of new matches, or not any more."""
    wanted = visit.form().value("alerts") == "yes"
    await visit.call(search.set_alerts(visit.path["search_id"], alerts=wanted))
    return visit.go("/partners/saved", "saved")


async def delete_saved(visit: Visit) -> Response:
    """Keep a search no longer."""
    await visit.call(search.delete_search(visit.path["search_id"]))
    return visit.go("/partners/saved", "search_deleted")


def _address_of(kept: search.SavedSearch) -> str:
    """The page of a kept search."""
    page = "/forums/search" if kept.scope is search.Scope.POSTS else "/partners"
    return f"{page}?{choices.query_of(kept.wanted)}"


PAGES = [
    Page("GET", "/people", look_up, by=MEMBERS),
    Page("GET", "/partners", partners, by=MEMBERS),
    Page("GET", "/partners/tips", tips, by=ANYONE, public=True),
    Page("GET", "/partners/saved", saved, by=MEMBERS),
    Page("GET", "/partners/saved/{search_id:uuid}", to_saved, by=MEMBERS),
    Page("POST", "/partners/saved/new", save, by=MEMBERS),
    Page("POST", "/partners/saved/{search_id:uuid}/look", open_saved, by=MEMBERS),
    Page("POST", "/partners/saved/{search_id:uuid}/alerts", set_alerts, by=MEMBERS),
    Page("POST", "/partners/saved/{search_id:uuid}/end", delete_saved, by=MEMBERS),
    Page("GET", "/schools", schools, by=ANYONE),
]
