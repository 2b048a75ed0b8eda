"""Everything that concerns the reader, newest first, each with the one thing it asks for."""

import asyncio

from starlette.responses import Response

from gateway.portal.notifications.sentences import line
from gateway.portal.page import Page
from gateway.portal.tabs import OFFICERS
from gateway.portal.visit import Visit
from services.approvals import contract as approvals
from services.community import contract as community
from services.events import contract as events
from services.projects import contract as projects


async def centre(visit: Visit) -> Response:
    """The notifications centre; invitations and contact requests are answered right there. (CO-12 CO-13 CO-14)"""
    unread_only = bool(visit.query.get("unread"))
    found = await visit.call(
        community.notifications(unread_only=unread_only, cursor=visit.query.get("cursor", ""))
    )
    news = found.notifications
    about = tuple(dict.fromkeys(n.subject_id for n in news if n.subject_kind == "project"))
    held = tuple(dict.fromkeys(n.subject_id for n in news if n.subject_kind == "meeting"))
    (cards, tasks, meetings), people = await asyncio.gather(
        visit.together(projects.cards(about), approvals.my_tasks(), events.meeting_cards(held)),
        visit.people(n.person_id for n in news),
    )
    titles = {card.id: card.title for card in (*(cards or ()), *(meetings or ()))}
    names = {person.id: person.name for person in people.values()}
    officer = visit.session is not None and visit.session.holds(*OFFICERS)
    lines = [
        line(
            n,
            n.title or titles.get(n.subject_id, ""),
            names.get(n.person_id, "") if n.person_id else "",
            officer=officer,
        )
        for n in news
    ]
    invitations = {task.id: task for task in tasks or () if task.kind is approvals.StepKind.PARTNER}
    return await visit.show(
        "notifications/centre.html",
        lines=lines,
        found=found,
        invitations=invitations,
        unread_only=unread_only,
    )


async def mark_read(visit: Visit) -> Response:
    """Mark one notification read, or all."""
    await visit.send(visit.form(), community.mark_read)
    return visit.go("/notifications")


PAGES = [
    Page("GET", "/notifications", centre),
    Page("POST", "/notifications/read", mark_read),
]
