"""Searching meetings and professional development by keyword, whatever the script and inflection. (EV-19 PD-01)"""

from starlette.responses import Response

from gateway.portal import searching
from gateway.portal.page import Page
from gateway.portal.visit import Visit
from services.search import contract as search

BUSY = 503


async def search_meetings(visit: Visit) -> Response:
    """Public meetings and activities to come, or past ones, by keyword and filter."""
    found = await searching.results(visit, search.find_meetings)
    return await visit.show(
        "meetings/search.html",
        r=found,
        names=searching,
        section="search",
        status=BUSY if found.away else found.form.status,
    )


PAGES = [Page("GET", "/events/search", search_meetings)]
