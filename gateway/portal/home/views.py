"""The start page for visitors, the guide, and the desktop of whoever is signed in."""

from starlette.responses import Response

from chassis.contract import ANYONE
from gateway.portal.home.guide import steps_for
from gateway.portal.page import Page
from gateway.portal.review import reviews_of
from gateway.portal.visit import Visit
from services.approvals import contract as approvals
from services.community import contract as community
from services.identity import contract as identity
from services.progress import contract as progress
from services.projects import contract as projects


async def start(visit: Visit) -> Response:
    """What Schoolbridge is; who is signed in goes on to the desktop."""
    if visit.session is not None:
        return visit.go("/desktop")
    return await visit.show("home/start.html")


async def guide(visit: Visit) -> Response:
    """The guide, with the reader's own state where there is one."""
    steps = None
    if visit.session is not None:
        me, contacts, mine = await visit.together(identity.me(), identity.contacts(), projects.mine())
        steps = steps_for(me, contacts, mine) if me is not None else None
    return await visit.show("home/guide.html", steps=steps)


async def conduct(visit: Visit) -> Response:
    """The code of conduct."""
    return await visit.show("home/conduct.html")


async def privacy(visit: Visit) -> Response:
    """What is kept about people, and why."""
    return await visit.show("home/privacy.html")


async def accessibility(visit: Visit) -> Response:
    """The accessibility statement."""
    return await visit.show("home/accessibility.html")


async def desktop(visit: Visit) -> Response:
    """What needs the reader first, then the guide, then their projects."""
    me = await visit.call(identity.me())
    contacts, requests, tasks, mine, news, bar = await visit.together(
        identity.contacts(),
        identity.contacts(state=identity.ContactState.RECEIVED),
        approvals.my_tasks(),
        projects.mine(),
        community.notifications(unread_only=True),
        progress.my_progress(),
    )
    people = await visit.people(
        [
            *(request.person_id for request in (requests.contacts if requests else ())),
            *(task.person_id for task in tasks or ()),
        ]
    )
    return await visit.show(
        "home/desktop.html",
        me=me,
        requests=requests,
        tasks=tasks,
        mine=mine,
        news=news,
        people=people,
        bar=bar,
        steps=steps_for(me, contacts, mine),
        reviews=await reviews_of(visit, me.affiliations),
    )


PAGES = [
    Page("GET", "/", start, by=ANYONE, public=True),
    Page("GET", "/help", guide, by=ANYONE, public=True),
    Page("GET", "/conduct", conduct, by=ANYONE, public=True),
    Page("GET", "/privacy", privacy, by=ANYONE, public=True),
    Page("GET", "/accessibility", accessibility, by=ANYONE, public=True),
    Page("GET", "/desktop", desktop),
]
