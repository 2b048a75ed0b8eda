"""Searching the forums by keyword, with the filters of partner search. (PS-15)"""

from starlette.responses import Response

from chassis.contract import role
from gateway.portal import searching
from gateway.portal.page import Page
from gateway.portal.visit import Visit
from services.search import contract as search

MEMBERS = role("member")
BUSY = 503


async def search_posts(visit: Visit) -> Response:
    """Open posts by keyword, section, age band and the other filters. (PS-15 PS-25)"""
    found = await searching.results(visit, search.find_posts)
    people = await visit.people(card.author_id for card in (found.found.posts if found.found else ()))
    return await visit.show(
        "forums/search.html",
        r=found,
        names=searching,
        people=people,
        status=BUSY if found.away else found.form.status,
    )


PAGES = [Page("GET", "/forums/search", search_posts, by=MEMBERS)]
