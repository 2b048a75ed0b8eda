"""What an index holds of each kind: fetched from the owners in batches, made of what is searched and nothing else.

Texts are indexed in plain Latin letters, so that all scripts meet, and besides as they are written, for the
inflections of their language. Pupils and private texts are in no document.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any
from uuid import UUID

from chassis.contract import Call
from chassis.service import UnitOfWork
from services.community import contract as community
from services.events import contract as events
from services.identity import contract as identity
from services.projects import contract as projects
from services.search.contract import Kind
from services.search.domain.filters import BANDS, every_year
from services.search.domain.others import school_years
from services.search.spelling import romanised, skeletons
from services.search.store.indices import STEMMED, WRITTEN_AS
from services.search.store.tables import posts_of

MOST_POSTS = 5
"""Open posts of one author that partner search reads."""
PAGE = 500


@dataclass(frozen=True, slots=True)
class Document:
    """One document as the index wants it; without `fields` it must not be found."""

    id: UUID
    version: int
    fields: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """Documents, and who wrote the posts among them."""

    documents: list[Document]
    authors: dict[UUID, UUID]


def fetch(uow: UnitOfWork, kind: Kind, ids: Iterable[UUID]) -> Fetched:
    """The present state of these documents, from their owners. An id nobody knows is to be deleted."""
    wanted = tuple(ids)
    authors: dict[UUID, UUID] = {}
    match kind:
        case Kind.PEOPLE:
            documents = _people(uow, wanted)
        case Kind.SCHOOLS:
            documents = [_school(one) for one in uow.call(identity.school_documents(wanted))]
        case Kind.PROJECTS:
            documents = [_project(one) for one in uow.call(projects.project_documents(wanted))]
        case Kind.POSTS:
            documents, authors = _posts(uow, wanted)
        case Kind.MEETINGS:
            documents = [_meeting(one) for one in uow.call(events.meeting_documents(wanted))]
    known = {one.id for one in documents}
    documents += [Document(one, 0, None) for one in wanted if one not in known]
    return Fetched(documents, authors)


def versions(uow: UnitOfWork, kind: Kind, after: UUID | None) -> dict[UUID, int]:
    """The next documents of a kind by id, with the version the index must have reached; for posts and people at
    least that one, since others' versions are added to it.
    """
    pages: dict[Kind, Call[Any]] = {
        Kind.PEOPLE: identity.person_versions(after),
        Kind.SCHOOLS: identity.school_versions(after),
        Kind.PROJECTS: projects.project_versions(after),
        Kind.POSTS: community.post_versions(after),
        Kind.MEETINGS: events.meeting_versions(after),
    }
    return {one.id: one.version for one in uow.call(pages[kind])}


# ---- people


def _people(uow: UnitOfWork, ids: tuple[UUID, ...]) -> list[Document]:
    """People with their open posts and whether they have been in a project yet."""
    written = {row["post_id"]: row["author_id"] for row in uow.rows(posts_of(ids))}
    people, counts, *pages = uow.call_all(
        identity.person_documents(ids),
        projects.project_counts(ids),
        *(
            community.post_documents(tuple(list(written)[at : at + PAGE]))
            for at in range(0, len(written), PAGE)
        ),
    )
    joined = {one.person_id: one.projects for one in counts}
    of_author: dict[UUID, list[Any]] = {}
    for post in chain.from_iterable(pages):
        of_author.setdefault(post.author_id, []).append(post)
    return [_person(one, joined.get(one.id, 0), of_author.get(one.id, [])) for one in people]


def _person(one: identity.PersonDocument, joined: int, posts: list[Any]) -> Document:
    version = one.version + joined + sum(post.version for post in posts)
    if not one.listed:
        return Document(one.id, version, None)
    open_posts = sorted((p for p in posts if p.open), key=lambda p: p.renewed_at, reverse=True)[:MOST_POSTS]
    told = [one.biography, *(f"{post.title} {post.idea}" for post in open_posts)]
    places = [*one.schools, one.city or ""]
    return Document(
        one.id,
        version,
        {
            "id": str(one.id),
            "name": _latin(one.name),
            "who": _latin(one.name, *places),
            "bones": list(skeletons(" ".join([one.name, *places]))),
            "interests": _latin(*one.keywords),
            "idea": _latin(one.project_idea),
            "about": _latin(*told),
            "taught": _taught(one.subjects),
            "said": _said([one.language], [*one.keywords, one.project_idea, *told]),
            "country": one.country,
            "region": one.region,
            "languages": list(one.languages),
            "subjects": list(one.subjects),
            "level": [str(level) for level in one.level],
            "role": one.role,
            "vocational": one.vocational,
            "available": one.available,
            "available_plus": one.available_plus,
            "plus": one.plus,
            "first_time": joined == 0,
            **_ages(one.age_from, one.age_to),
            "seen_on": _day(one.seen_on),
            "active_on": _day(one.seen_on) if one.shows_last_seen else None,
            "registered_at": one.registered_at,
        },
    )


# ---- schools, projects, posts


def _school(one: identity.SchoolDocument) -> Document:
    names = [one.name, one.legal_name, one.city, one.official_number]
    fields = {
        "id": str(one.id),
        "who": _latin(*names),
        "bones": list(skeletons(" ".join(names))),
        "country": one.country,
        "region": one.region,
        "level": [str(level) for level in one.level],
    }
    return Document(one.id, one.version, fields)


def _project(one: projects.ProjectDocument) -> Document:
    if not one.listed:
        return Document(one.id, one.version, None)
    sheet = one.sheet
    texts = [sheet.description, sheet.aims, sheet.results]
    fields = {
        "id": str(one.id),
        "title": _latin(sheet.title),
        "text": _latin(*texts),
        "taught": _taught(sheet.subjects),
        "said": _said(sheet.languages, [sheet.title, *texts]),
        "countries": list(one.countries),
        "languages": list(sheet.languages),
        "subjects": list(sheet.subjects),
        "years": school_years(sheet.starts_on, sheet.ends_on),
        "state": str(one.state),
        **_ages(sheet.age_from, sheet.age_to),
        "approved_at": one.approved_at,
    }
    return Document(one.id, one.version, fields)


def _posts(uow: UnitOfWork, ids: tuple[UUID, ...]) -> tuple[list[Document], dict[UUID, UUID]]:
    """Posts with what must be known of their authors."""
    posts = uow.call(community.post_documents(ids))
    authors = {post.id: post.author_id for post in posts}
    written_by = {
        one.id: one for one in uow.call(identity.person_documents(tuple(dict.fromkeys(authors.values()))))
    }
    return [_post(post, written_by.get(post.author_id)) for post in posts], authors


def _post(post: community.PostDocument, author: identity.PersonDocument | None) -> Document:
    version = post.version + (author.version if author else 0)
    if not post.open or author is None or not author.listed:
        return Document(post.id, version, None)
    fields = {
        "id": str(post.id),
        "author": str(post.author_id),
        "title": _latin(post.title),
        "text": _latin(post.idea),
        "taught": _taught(post.subjects),
        "said": _said([post.language], [post.title, post.idea]),
        "section": str(post.section),
        "band": str(post.band),
        "country": author.country,
        "languages": list(post.languages),
        "subjects": list(post.subjects),
        "wanted": list(post.countries_wanted),
        "plus": author.plus,
        "available": author.available,
        "available_plus": author.available_plus,
        "pinned": post.pinned,
        **_ages(post.age_from, post.age_to),
        "seen_on": _day(author.seen_on),
        "renewed_at": post.renewed_at,
        "expires_at": post.expires_at,
    }
    return Document(post.id, version, fields)


def _meeting(one: events.MeetingDocument) -> Document:
    if not one.listed:
        return Document(one.id, one.version, None)
    fields = {
        "id": str(one.id),
        "title": _latin(one.title),
        "text": _latin(one.description),
        "taught": [str(one.kind).replace("_", " ")],
        "said": _said(one.languages, [one.title, one.description]),
        "kind": str(one.kind),
        "mode": str(one.mode),
        "languages": list(one.languages),
        "country": one.country,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
    }
    return Document(one.id, one.version, fields)


# ---- pieces


def _latin(*texts: str) -> list[str]:
    return [latin for text in texts if text and (latin := romanised(text))]


def _taught(subjects: Iterable[str]) -> list[str]:
    return [slug.replace("_", " ") for slug in subjects]


def _said(languages: Iterable[str], texts: list[str]) -> dict[str, list[str]]:
    """The texts once for each language they may be written in; English always, since many write it."""
    codes = dict.fromkeys(WRITTEN_AS.get(code, code) for code in (*languages, "en"))
    words = [text for text in texts if text]
    return {code: words for code in codes if code in STEMMED} if words else {}


def _ages(age_from: int | None, age_to: int | None) -> dict[str, list[str]]:
    if age_from is None and age_to is None:
        return {}
    years = every_year(age_from, age_to)
    return {"ages": years, "bands": [name for name, ends in BANDS.items() if {*every_year(*ends)} & {*years}]}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
