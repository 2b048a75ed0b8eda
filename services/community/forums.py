"""Showing posts of the partner forums to those who may see them: identity says whom a reader may find. (PS-25)"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from chassis.contract import Actor, Invalid, NotFound
from chassis.service import UnitOfWork
from chassis.store import read_cursor, write_cursor
from services.community import contract
from services.community.contract import Moderated, PostCard, PostDocument, PostState, PostView, ReplyView
from services.community.domain.post import Post, Reader, actions
from services.community.store import people, posts
from services.identity import contract as identity

ROUNDS = 4
"""How often a page that has become too short is filled up, before the reader is given a shorter one."""
SAME = tuple(name for name in PostCard.__dataclass_fields__ if name not in ("excerpt", "state"))


def moderates(actor: Actor) -> bool:
    """Moderators of the forums, and the central support service. (PS-19)"""
    return actor.holds("moderator", "forums") or actor.holds("css")


# ---- who finds whom


def findable(uow: UnitOfWork, authors: Iterable[UUID]) -> set[UUID]:
    """Those of these authors whom the reader may find now; moderators see what they must judge. (PS-25)"""
    wanted, own = set(authors), uow.actor.id
    others = tuple(wanted - {own})
    if moderates(uow.actor) or not others:
        return wanted
    found = uow.call(identity.findable(others, partner=True))
    return {card.id for card in found} | (wanted & {own})


def page_of(uow: UnitOfWork, statement: Select[Any], cursor: str) -> contract.Posts:
    """A full page as far as there is one, of posts whose authors the reader finds at this moment."""
    place, kept = posts.read_place(cursor), []
    for _ in range(ROUNDS):
        rows = uow.rows(posts.behind(statement, place).limit(posts.PAGE + 1))
        found = findable(uow, (row["author_id"] for row in rows))
        kept += [row for row in rows if row["author_id"] in found]
        place = posts.place_of(rows[-1]) if len(rows) > posts.PAGE else None
        if place is None or len(kept) > posts.PAGE:
            break
    shown = kept[: posts.PAGE]
    following = posts.place_of(shown[-1]) if len(kept) > posts.PAGE else place
    return contract.Posts(
        tuple(card_of(row, uow) for row in shown), posts.write_place(following) if following else None
    )


def reader_of(uow: UnitOfWork, row: Any) -> Reader:
    """How the acting person stands to a post; asks identity where that decides. Raises `NotFound`. (PS-25 CO-11)"""
    who, author_id = uow.actor, row["author_id"]
    reader = Reader(
        id=who.id,
        member=who.holds("member"),
        moderator=moderates(who),
        author=who.id == author_id,
        took_part=bool(uow.rows(posts.took_part(row["id"], who.id))),
        blocked=people.is_blocked(uow, who.id, author_id),
    )
    if not reader.reads(row["state"]):
        found = author_id in findable(uow, (author_id,))
        reader = replace(reader, finds_author=found)
    if not reader.reads(row["state"]):
        raise NotFound(what="Post")
    return reader


def known(uow: UnitOfWork, post_id: UUID) -> Any:
    """A post as it is kept; raises `NotFound`."""
    found = uow.rows(posts.post_by_id(post_id))
    if not found:
        raise NotFound(what="Post")
    return found[0]


# ---- as they are shown


def card_of(row: Any, uow: UnitOfWork, *, hidden: bool = False) -> PostCard:
    """A post in a list; `hidden`: without what its author wrote."""
    over = row["state"] is PostState.OPEN and row["expires_at"] <= uow.now
    told: dict[str, Any] = {name: row[name] for name in SAME}
    told["excerpt"] = " ".join(row["idea"][: posts.EXCERPT].split())
    told["state"] = PostState.EXPIRED if over else row["state"]
    if hidden:
        told |= {"title": "", "excerpt": ""}
    return PostCard(**told)


def card_now(post: Post, uow: UnitOfWork) -> PostCard:
    """The same of a post that was just changed."""
    return card_of({name: getattr(post, name) for name in Post.__dataclass_fields__}, uow)


def view_of(uow: UnitOfWork, row: Any, cursor: str) -> PostView:
    """A post's page for whoever may read it."""
    reader = reader_of(uow, row)
    rows = uow.rows(posts.replies_to(row["id"], reader.id, read_cursor(cursor)))
    shown = rows[: posts.PAGE]
    hidden = not reader.reads_text(row["state"])
    card = card_of(row, uow, hidden=hidden)
    judged = uow.rows(posts.moderation_of(row["id"])) if reader.author or reader.moderator else ()
    return PostView(
        card=card,
        idea="" if hidden else row["idea"],
        replies=tuple(_reply(one, reader) for one in shown),
        next_cursor=write_cursor(shown[-1]["at"], shown[-1]["id"]) if len(rows) > posts.PAGE else None,
        moderation=tuple(
            Moderated(one["action"], one["reason"], one["at"], one["by"] if reader.moderator else None)
            for one in judged
        ),
        is_author=reader.author,
        author_available=bool(row["author_available"]),
        actions=actions(card.state, reader),
    )


def _reply(row: Any, reader: Reader) -> ReplyView:
    own = reader.moderator or row["author_id"] == reader.id
    hidden = row["removed"] and not own
    return ReplyView(
        id=row["id"],
        author_id=row["author_id"],
        text="" if hidden else row["text"],
        at=row["at"],
        removed=row["removed"],
        reason=row["reason"] if own else "",
    )


def document_of(row: Any, uow: UnitOfWork) -> PostDocument:
    """A post as search knows it."""
    names = (name for name in PostDocument.__dataclass_fields__ if name != "open")
    open_now = row["state"] is PostState.OPEN and row["expires_at"] > uow.now
    return PostDocument(**{name: row[name] for name in names}, open=open_now)


# ---- changing


def refuse_same_text(uow: UnitOfWork, post: Post) -> None:
    """One text, one open post; raises `SameTextPosted` naming the other one. (PS-18)"""
    with uow.session.no_autoflush:
        other = uow.session.scalar(posts.same_text(post.author_id, post.fingerprint, post.id))
    if other is not None:
        raise contract.SameTextPosted(post=str(other))


def say_whether_removed(uow: UnitOfWork, post: Post, *, was_removed: bool) -> None:
    """What a moderator removes, or puts back, is not, or again, something its author has done."""
    removed = post.state is PostState.REMOVED
    if removed != was_removed:
        (say_removed if removed else say_written)(uow, post, post.id, post.author_id)


def say_written(uow: UnitOfWork, post: Post, contribution_id: UUID, author_id: UUID) -> None:
    """Somebody has written; the post's own change has raised its version already."""
    said = contract.ContributionWritten(post.id, contribution_id, author_id, uow.now)
    uow.publish(said, version=post.version)


def say_removed(uow: UnitOfWork, post: Post, contribution_id: UUID, author_id: UUID) -> None:
    """What somebody wrote is removed."""
    said = contract.ContributionRemoved(post.id, contribution_id, author_id, uow.now)
    uow.publish(said, version=post.version)


def own_reply(uow: UnitOfWork, post_id: UUID, reply_id: UUID) -> bool:
    """Whether this very reply is there already; raises `Invalid` for an id that belongs to something else."""
    there = posts.known_reply(uow, reply_id)
    if there is None:
        return False
    if (there["post_id"], there["author_id"]) != (post_id, uow.actor.id):
        raise Invalid(fields={"reply_id": ["taken"]})
    return True
