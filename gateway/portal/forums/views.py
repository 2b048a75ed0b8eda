"""The partner forums: sections and lists, a post with its replies, writing one, and moderating."""

import asyncio
from uuid import UUID

from starlette.responses import Response

from chassis.contract import Forbidden, NotFound
from gateway.forms import Form
from gateway.languages import current_language
from gateway.portal import choices
from gateway.portal.forums.filters import filters_of
from gateway.portal.page import Page
from gateway.portal.visit import Visit
from services.community import contract as community
from services.identity import contract as identity

PLACES = [(section, band) for section in community.Section for band in community.Band]


async def sections(visit: Visit) -> Response:
    """Every section and age band with what is open there. (PS-12)"""
    counted = await visit.call(community.forum_sections())
    found = {(one.section, one.band): one.posts for one in counted}
    return await visit.show(
        "forums/sections.html",
        counted=found,
        sections=list(community.Section),
        bands=list(community.Band),
        filters=await filters_of(visit),
    )


async def listed(visit: Visit) -> Response:
    """A section's posts for an age band, narrowed down as the reader wishes. (PS-12 PS-25)"""
    section, band = _place(visit.path["section"], visit.path["band"])
    filters = await filters_of(visit)
    cursor = visit.query.get("cursor", "")
    found = await visit.call(community.posts(section=section, band=band, **filters.used, cursor=cursor))
    return await visit.show(
        "forums/list.html",
        found=found,
        section=section,
        band=band,
        bands=list(community.Band),
        filters=filters,
        people=await visit.people(card.author_id for card in found.posts),
    )


async def mine(visit: Visit) -> Response:
    """One's own posts in every state. (PS-17)"""
    found = await visit.call(community.my_posts(cursor=visit.query.get("cursor", "")))
    return await visit.show("forums/mine.html", found=found)


def _place(section: str, band: str) -> tuple[community.Section, community.Band]:
    if (section, band) not in PLACES:
        raise NotFound(what="section")
    return community.Section(section), community.Band(band)


# ---- one post


async def post(visit: Visit) -> Response:
    """A post with its replies, and the ways to its author. (PS-14 PS-16)"""
    return await _post(visit, visit.form())


async def _post(visit: Visit, form: Form) -> Response:
    post_id = visit.path["post_id"]
    found = await visit.call(community.post(post_id, cursor=visit.query.get("cursor", "")))
    author_id = found.card.author_id
    people, (author,) = await asyncio.gather(
        visit.people([author_id, *(one.author_id for one in found.replies), *_judges(found)]),
        visit.together(identity.profile(author_id)),
    )
    return await visit.show("forums/post.html", form=form, found=found, people=people, author=author)


def _judges(found: community.PostView) -> list[UUID]:
    return [one.by for one in found.moderation if one.by is not None]


async def reply(visit: Visit) -> Response:
    """Reply where every reader sees it. (PS-14)"""
    form, post_id = visit.form(), visit.path["post_id"]
    made = await visit.send(form, community.reply_to_post, post_id=post_id, reply_id=visit.once)
    if made is not None:
        return visit.go(f"/forums/posts/{post_id}", "reply_sent")
    return await _post(visit, form)


async def mark_found(visit: Visit) -> Response:
    """Partners are found. (PS-17)"""
    await visit.call(community.mark_found(visit.path["post_id"]))
    return visit.go(f"/forums/posts/{visit.path['post_id']}", "post_found")


async def renew(visit: Visit) -> Response:
    """Open anew. (PS-17)"""
    form = visit.form()
    if await visit.send(form, community.renew_post, post_id=visit.path["post_id"]) is not None:
        return visit.go(f"/forums/posts/{visit.path['post_id']}", "post_renewed")
    return await _post(visit, form)


# ---- writing


async def similar(visit: Visit, form: Form) -> tuple[community.PostCard, ...]:
    """Open posts like the one that is being written; none when they do not come in time. (PS-18)"""
    title, idea = form.value("title")[:120], form.value("idea")[:5_000]
    return await visit.maybe(community.similar_posts(title, idea)) or ()


async def write(visit: Visit) -> Response:
    """A new post; what others have written alike is shown before it is posted. (PS-13 PS-18)"""
    kept = {
        "section": visit.query.get("section", ""),
        "band": visit.query.get("band", ""),
        "language": current_language(),
        "partners_wanted": 1,
    }
    form = visit.form(kept=kept)
    alike: tuple[community.PostCard, ...] = ()
    if visit.posted:
        if not form.value("seen_similar"):
            alike = await similar(visit, form)
        if not alike:
            made = await visit.send(form, community.write_post, post_id=visit.once)
            if made is not None:
                return visit.go(f"/forums/posts/{made.id}", "post_written")
    return await _form(visit, form, None, alike)


async def edit(visit: Visit) -> Response:
    """Change one's post. (PS-13)"""
    post_id = visit.path["post_id"]
    found = await visit.call(community.post(post_id))
    if not found.is_author:
        raise community.NotTheAuthor
    if "edit" not in found.actions:
        raise community.PostNotOpen(state=found.card.state)
    form = visit.form(kept=_kept(found))
    if visit.posted and await visit.send(form, community.edit_post, post_id=post_id) is not None:
        return visit.go(f"/forums/posts/{post_id}", "saved")
    return await _form(visit, form, found, ())


def _kept(found: community.PostView) -> dict[str, object]:
    names = (
        "title", "age_from", "age_to", "language", "languages", "partners_wanted", "subjects", "countries_wanted", "starts_on",
    )  # fmt: skip
    return {name: getattr(found.card, name) for name in names} | {"idea": found.idea}


async def _form(
    visit: Visit, form: Form, found: community.PostView | None, alike: tuple[community.PostCard, ...]
) -> Response:
    (me,), people = await asyncio.gather(
        visit.together(identity.me()), visit.people(card.author_id for card in alike)
    )
    return await visit.show(
        "forums/write.html",
        form=form,
        found=found,
        alike=alike,
        people=people,
        me=me,
        sections=choices.words_of(community.Section),
        bands=choices.words_of(community.Band),
        languages_offered=choices.languages(),
        subjects=choices.subjects(),
        countries=await choices.countries(visit),
        same_post=form.problem.details.get("post") if form.problem else None,
    )


# ---- moderators


async def moderate(visit: Visit) -> Response:
    """Pin, move, close or remove a post, with a reason. (PS-19)"""
    post_id = visit.path["post_id"]
    found = await visit.call(community.post(post_id))
    if "moderate" not in found.actions:
        raise Forbidden
    form = visit.form(kept={"section": found.card.section, "band": found.card.band})
    if visit.posted and await visit.send(form, community.moderate_post, post_id=post_id) is not None:
        return visit.go(f"/forums/posts/{post_id}", "post_moderated")
    possible = [one for one in community.Moderation if one is not community.Moderation.REMOVE_REPLY]
    return await visit.show(
        "forums/moderate.html",
        form=form,
        found=found,
        possible=possible,
        sections=choices.words_of(community.Section),
        bands=choices.words_of(community.Band),
    )


async def remove_reply(visit: Visit) -> Response:
    """Remove a reply, with a reason. (PS-19)"""
    post_id, reply_id = visit.path["post_id"], visit.path["reply_id"]
    found = await visit.call(community.post(post_id))
    if "moderate" not in found.actions:
        raise Forbidden
    form = visit.form()
    if visit.posted:
        removed = await visit.send(form, community.remove_reply, post_id=post_id, reply_id=reply_id)
        if removed is not None:
            return visit.go(f"/forums/posts/{post_id}", "reply_removed")
    text = next((one.text for one in found.replies if one.id == reply_id), "")
    return await visit.show("forums/remove_reply.html", form=form, found=found, text=text)


PAGES = [
    Page("GET", "/forums", sections, by=community.FORUM_READERS),
    Page("GET", "/forums/mine", mine, by=community.MEMBERS),
    Page("GET POST", "/forums/new", write, by=community.MEMBERS),
    Page("GET", "/forums/posts/{post_id:uuid}", post, by=community.FORUM_READERS),
    Page("POST", "/forums/posts/{post_id:uuid}/replies", reply, by=community.MEMBERS),
    Page("POST", "/forums/posts/{post_id:uuid}/found", mark_found, by=community.MEMBERS),
    Page("POST", "/forums/posts/{post_id:uuid}/renewal", renew, by=community.MEMBERS),
    Page("GET POST", "/forums/posts/{post_id:uuid}/edit", edit, by=community.MEMBERS),
    Page("GET POST", "/forums/posts/{post_id:uuid}/moderation", moderate, by=community.MODERATORS),
    Page(
        "GET POST",
        "/forums/posts/{post_id:uuid}/replies/{reply_id:uuid}/removal",
        remove_reply,
        by=community.MODERATORS,
    ),
    Page("GET", "/forums/{section}/{band}", listed, by=community.FORUM_READERS),
]
