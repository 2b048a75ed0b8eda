"""Inbox, sent mail and archive, conversations, and writing to somebody."""

import asyncio
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from starlette.responses import Response

from chassis.contract import Invalid, NotFound
from gateway.forms import Form
from gateway.portal.page import Page
from gateway.portal.visit import Visit
from services.community import contract as community
from services.identity import contract as identity

MOST_OFFERED = 50


async def inbox(visit: Visit) -> Response:
    """What one has received. (CO-08)"""
    return await _box(visit, community.Box.INBOX)


async def sent(visit: Visit) -> Response:
    """What one has written. (CO-08)"""
    return await _box(visit, community.Box.SENT)


async def archive(visit: Visit) -> Response:
    """What one has put away. (CO-08)"""
    return await _box(visit, community.Box.ARCHIVE)


async def _box(visit: Visit, box: community.Box) -> Response:
    found = await visit.call(community.threads(box=box, cursor=visit.query.get("cursor", "")))
    people = await visit.people(one for card in found.threads for one in (*card.people, card.last_from))
    return await visit.show("messages/box.html", found=found, people=people, box=box.value)


async def thread(visit: Visit) -> Response:
    """A conversation; opening it is reading it. (CO-08 CO-09)"""
    return await _thread(visit, visit.form())


async def _thread(visit: Visit, form: Form) -> Response:
    thread_id = visit.path["thread_id"]
    found = await visit.call(community.thread(thread_id, cursor=visit.query.get("cursor", "")))
    people, left = await asyncio.gather(visit.people(found.people), _read(visit, found))
    if left is not None:
        visit.unread_messages = left
    others = [one for one in found.people if one != visit.person_id]
    return await visit.show("messages/thread.html", form=form, found=found, people=people, others=others)


async def _read(visit: Visit, found: community.ThreadView) -> int | None:
    if not found.unread:
        return None
    (left,) = await visit.together(community.mark_thread_read(found.id))
    return int(left) if left is not None else None


async def reply(visit: Visit) -> Response:
    """Answer in a conversation."""
    form, thread_id = visit.form(), visit.path["thread_id"]
    made = await visit.send(form, community.reply_in_thread, thread_id=thread_id, message_id=visit.once)
    if made is not None:
        return visit.go(f"/messages/{thread_id}", "message_sent")
    return await _thread(visit, form)


async def put_away(visit: Visit) -> Response:
    """Into the archive, until something new is written."""
    await visit.call(community.archive_thread(visit.path["thread_id"]))
    return visit.go("/messages", "thread_archived")


async def bring_back(visit: Visit) -> Response:
    """Out of the archive."""
    await visit.call(community.unarchive_thread(visit.path["thread_id"]))
    return visit.go("/messages/archive", "thread_unarchived")


async def compose(visit: Visit) -> Response:
    """Write to one or several people; from a profile, from a forum post, or to one's contacts. (CO-08 CO-09 PS-16)"""
    to, post_id = _ids(visit, "to"), _ids(visit, "post")[:1]
    form = visit.form(kept=await _about(visit, post_id))
    if visit.posted:
        made = await _start(visit, form, to, post_id)
        if made is not None:
            return visit.go(f"/messages/{made.thread_id}", "message_sent")
    people, (contacts,) = await asyncio.gather(visit.people(to), visit.together(identity.contacts()))
    known = [one.person_id for one in (contacts.contacts if contacts else ())][:MOST_OFFERED]
    offered = await visit.people(one for one in known if one not in to)
    return await visit.show(
        "messages/compose.html",
        form=form,
        to=to,
        people=people,
        offered=[offered[one] for one in known if one in offered],
        contacts_came=contacts is not None,
    )


async def _about(visit: Visit, post_id: list[UUID]) -> dict[str, Any]:
    """Subject and forum post of a message that is begun from one."""
    if visit.posted or not post_id:
        return {}
    post = await visit.maybe(community.post(post_id[0]))
    return {"subject": post.card.title, "post": post_id[0]} if post else {}


async def _start(visit: Visit, form: Form, to: list[UUID], post_id: list[UUID]) -> community.Sent | None:
    if not to:
        form.refuse(Invalid(fields={"to": ["required"]}))
        return None
    given: dict[str, Any] = {"thread_id": visit.once, "message_id": visit.once, "to": to}
    try:
        return await visit.send(
            form, community.start_thread, **given, post_id=post_id[0] if post_id else None
        )
    except NotFound:
        form.refuse(Invalid(fields={"to": ["nobody_there"]}))
        return None


def _ids(visit: Visit, name: str) -> list[UUID]:
    """Ids of the form, or of the address before it is sent; what is none is left out."""
    given: Iterable[Any] = (visit.typed if visit.typed is not None else visit.query).getlist(name)
    found: dict[UUID, None] = {}
    for text in given:
        try:
            found[UUID(str(text))] = None
        except ValueError:
            continue
    return list(found)


PAGES = [
    Page("GET", "/messages", inbox),
    Page("GET", "/messages/sent", sent),
    Page("GET", "/messages/archive", archive),
    Page("GET POST", "/messages/new", compose, by=community.WRITERS),
    Page("GET", "/messages/{thread_id:uuid}", thread),
    Page("POST", "/messages/{thread_id:uuid}/replies", reply, by=community.WRITERS),
    Page("POST", "/messages/{thread_id:uuid}/archive", put_away),
    Page("POST", "/messages/{thread_id:uuid}/inbox", bring_back),
]
