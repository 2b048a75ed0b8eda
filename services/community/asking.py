"""What a mail is about, asked of the owners at the moment it goes out: titles, names, reasons, and where to click."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from babel.dates import format_date

from chassis.contract import NotFound
from chassis.service import UnitOfWork
from services.community.contract import Kind, Moderation
from services.community.store import posts
from services.community.store.notifications import titles_of
from services.events import contract as events
from services.identity import contract as identity
from services.projects import contract as projects

NOBODY = "…"
OWN = ("thread", "post")
REASONS = {Kind.POST_CLOSED: Moderation.CLOSE, Kind.POST_REMOVED: Moderation.REMOVE}
DATED = (Kind.POST_EXPIRING, Kind.AVAILABILITY_LAPSES)


@dataclass(frozen=True, slots=True)
class Matter:
    """One piece of news in the reader's words: what stands in the places of its letter, and its page."""

    kind: str
    values: dict[str, str]
    path: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one piece of news: ids and facts."""

    kind: str
    subject_kind: str
    subject_id: UUID
    other_id: UUID | None
    task_id: UUID | None
    detail: str

    @classmethod
    def read(cls, kind: str, about: dict[str, Any]) -> "Kept":
        """From what a mail under way keeps."""
        other, task = about.get("other_id"), about.get("task_id")
        return cls(
            kind,
            about["subject_kind"],
            UUID(str(about["subject_id"])),
            UUID(str(other)) if other else None,
            UUID(str(task)) if task else None,
            about.get("detail") or "",
        )


def matters(uow: UnitOfWork, reader: UUID, news: Iterable[Kept]) -> tuple[identity.Recipient, list[Matter]]:
    """Who reads it, and what each is about; what is no longer there is left out.

    Raises `NotFound` when there is nobody to write to any more.
    """
    wanted = list(news)
    subjects = _subjects(uow, reader, wanted)
    named = (one.other_id or subjects.get(one.subject_id, ("", None))[1] for one in wanted)
    others = dict.fromkeys(one for one in named if one is not None and one != reader)
    people = {one.person_id: one for one in uow.call(identity.recipients((reader, *others)))}
    if reader not in people:
        raise NotFound(what="recipient")
    to, found = people[reader], []
    for one in wanted:
        if one.subject_kind in ("project", "affiliation", "meeting") and one.subject_id not in subjects:
            continue
        title, founder_id = subjects.get(one.subject_id, ("", None))
        other = people.get(one.other_id or founder_id)  # type: ignore[arg-type]
        values = {"title": title, "other": other.name if other else NOBODY, **_facts(uow, one, to.language)}
        found.append(Matter(one.kind, values, path_for(one)))
    return to, found


def _subjects(uow: UnitOfWork, reader: UUID, news: list[Kept]) -> dict[UUID, tuple[str, UUID | None]]:
    """Title, and founder where it has one, of everything spoken of."""
    ids: dict[str, tuple[UUID, ...]] = {}
    for one in news:
        ids[one.subject_kind] = (*ids.get(one.subject_kind, ()), one.subject_id)
    found: dict[UUID, tuple[str, UUID | None]] = {}
    if "project" in ids:
        cards = uow.call(projects.project_cards(tuple(dict.fromkeys(ids["project"]))))
        found |= {card.id: (card.title, card.founder_id) for card in cards}
    if "affiliation" in ids:
        known = uow.call(identity.affiliation_cards(tuple(dict.fromkeys(ids["affiliation"]))))
        found |= {one.id: (one.school.name, None) for one in known}
    if "meeting" in ids:
        titled = uow.call(events.titles(tuple(dict.fromkeys(ids["meeting"]))))
        found |= {one.id: (one.title, one.organiser_id) for one in titled}
    own = [one for kind in OWN for one in ids.get(kind, ())]
    if own:
        found |= {row["id"]: (row["title"], None) for row in uow.store.rows(titles_of(own, reader))}
    return found


def _facts(uow: UnitOfWork, one: Kept, language: str) -> dict[str, str]:
    """What else stands in a letter's places."""
    if one.kind in DATED:
        return {"day": format_date(date.fromisoformat(one.detail), "long", locale=language)}
    if one.kind == Kind.NEW_MATCHES:
        return {"count": one.detail}
    if one.kind == Kind.BADGE_EARNED:
        return {"level": one.detail.partition(":")[2]}
    if one.kind in REASONS:
        return {"reason": _said(uow, posts.latest_reason(one.subject_id, REASONS[Kind(one.kind)]))}
    if one.kind == Kind.REPLY_REMOVED:
        return {"reason": _said(uow, posts.reason_of_reply(UUID(one.detail)))}
    return {}


def _said(uow: UnitOfWork, statement: Any) -> str:
    rows = uow.store.rows(statement)
    return str(rows[0]["reason"]) if rows else NOBODY


def path_for(one: Kept) -> str:
    """The page on which it is dealt with."""
    own_cases = (Kind.SIGN_OFF, Kind.CHANGES_MADE, Kind.OVERDUE, Kind.ESCALATED)
    if one.kind in own_cases or (one.kind in (Kind.REMINDER, Kind.NUDGE) and one.detail != "partner"):
        return f"/cases/{one.task_id}"
    fixed = {
        Kind.TWINSPACE_OPENED: f"/twinspaces/{one.subject_id}",
        Kind.AFFILIATION_VALIDATED: "/desktop",
        Kind.AFFILIATION_REFUSED: "/account/schools",
        Kind.AVAILABILITY_LAPSES: "/account/availability",
        Kind.AVAILABILITY_LAPSED: "/account/availability",
        Kind.CONTACT_REQUESTED: "/contacts",
        Kind.CONTACT_ACCEPTED: f"/people/{one.other_id}",
        Kind.BADGE_EARNED: "/progress",
        Kind.NEW_MATCHES: f"/partners/saved/{one.subject_id}",
    }
    if one.kind in fixed:
        return fixed[Kind(one.kind)]
    by_subject = {
        "project": "/projects",
        "meeting": "/events",
        "thread": "/messages",
        "post": "/forums/posts",
    }
    folder = by_subject.get(one.subject_kind)
    return f"{folder}/{one.subject_id}" if folder else "/account/schools"
