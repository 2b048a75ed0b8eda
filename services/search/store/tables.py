"""What is kept in the database: which documents are out of date, rebuilds under way, searches people keep."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    Uuid,
    any_,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.store import Loader, Moment, UnitOfWork, choice, document, new_registry
from services.search.contract import Kind, Scope, Wanted
from services.search.domain.saved import SavedSearch

registry = new_registry()
metadata = registry.metadata
_id = Uuid()

dirty = Table(
    "dirty",
    metadata,
    Column("kind", choice(Kind), primary_key=True),
    Column("id", _id, primary_key=True),
    Column("marks", Integer, nullable=False, server_default="1"),
    Column("marked_at", Moment, nullable=False, server_default=text("clock_timestamp()")),
    Column("next_at", Moment, nullable=False, server_default=text("clock_timestamp()")),
    Column("tries", Integer, nullable=False, server_default="0"),
)
Index("ix_dirty_next_at", dirty.c.kind, dirty.c.next_at)
Index("ix_dirty_marked_at", dirty.c.kind, dirty.c.marked_at)

rebuild = Table(
    "rebuild",
    metadata,
    Column("kind", choice(Kind), primary_key=True),
    Column("index", String(80), nullable=False, server_default=""),
    Column("after", _id),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("began_at", Moment, nullable=False, server_default=text("clock_timestamp()")),
)

comparison = Table(
    "comparison",
    metadata,
    Column("kind", choice(Kind), primary_key=True),
    Column("due_at", Moment, nullable=False),
    Column("after", _id),
    Column("compared", Integer, nullable=False, server_default="0"),
    Column("differing", Integer, nullable=False, server_default="0"),
    Column("ended_at", Moment),
)

post_author = Table(
    "post_author",
    metadata,
    Column("post_id", _id, primary_key=True),
    Column("author_id", _id, nullable=False, index=True),
)

saved_search = Table(
    "saved_search",
    metadata,
    Column("id", _id, primary_key=True),
    Column("person_id", _id, nullable=False, index=True),
    Column("name", String(80), nullable=False),
    Column("scope", choice(Scope), nullable=False),
    Column("wanted", document(Wanted), nullable=False),
    Column("alerts", Boolean, nullable=False),
    Column("primed", Boolean, nullable=False),
    Column("news", Integer, nullable=False),
    Column("saved_at", Moment, nullable=False),
    Column("looked_at", Moment, nullable=False),
    Column("next_look_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
)
Index("ix_saved_search_next_look_at", saved_search.c.next_look_at)

known_match = Table(
    "known_match",
    metadata,
    Column("search_id", _id, ForeignKey("saved_search.id", ondelete="CASCADE"), primary_key=True),
    Column("document_id", _id, primary_key=True),
)

registry.map_imperatively(
    SavedSearch, saved_search, version_id_col=saved_search.c.version, version_id_generator=False
)


# ---- what is out of date


def mark(uow: UnitOfWork, kind: Kind, ids: Iterable[UUID]) -> None:
    """These documents are not what their owner has any more. Sorted, so that two who mark never wait in a circle."""
    rows = [{"kind": kind, "id": one} for one in sorted(set(ids))]
    if rows:
        statement = upsert(dirty)
        uow.session.execute(
            statement.on_conflict_do_update(
                index_elements=[dirty.c.kind, dirty.c.id],
                set_={"marks": dirty.c.marks + 1, "next_at": func.clock_timestamp(), "tries": 0},
            ),
            rows,
        )


_DUE = Loader(
    select(dirty.c.kind)
    .where(
        dirty.c.kind == any_(bindparam("ids", type_=ARRAY(String))), dirty.c.next_at <= func.clock_timestamp()
    )
    .distinct(),
    key="kind",
)


def is_due(uow: UnitOfWork, kind: Kind) -> bool:
    """Whether any document of a kind is to be brought up to date; the kinds ask together."""
    return kind in uow.load(_DUE, [kind])


def due(uow: UnitOfWork, kind: Kind, most: int) -> dict[UUID, int]:
    """Documents to bring up to date now, those that wait longest first, with the marks seen."""
    statement = (
        select(dirty.c.id, dirty.c.marks)
        .where(dirty.c.kind == kind, dirty.c.next_at <= func.clock_timestamp())
        .order_by(dirty.c.next_at)
        .limit(most)
    )
    return {row["id"]: row["marks"] for row in uow.rows(statement)}


def settle(uow: UnitOfWork, kind: Kind, seen: dict[UUID, int], failed: Iterable[UUID]) -> None:
    """These are up to date, unless they were marked again meanwhile; those that failed are tried later."""
    later = set(failed)
    fresh = sorted((one, marks) for one, marks in seen.items() if one not in later)
    if fresh:
        uow.session.execute(
            delete(dirty).where(dirty.c.kind == kind, tuple_(dirty.c.id, dirty.c.marks).in_(fresh))
        )
    if later:
        pause = func.make_interval(0, 0, 0, 0, 0, 0, func.least(600, func.power(2, dirty.c.tries)))
        uow.session.execute(
            update(dirty)
            .where(dirty.c.kind == kind, dirty.c.id.in_(sorted(later)))
            .values(tries=dirty.c.tries + 1, next_at=func.clock_timestamp() + pause)
        )


_waited = func.extract("epoch", func.clock_timestamp() - func.min(dirty.c.marked_at))
_OLDEST = Loader(
    select(dirty.c.kind, func.min(dirty.c.marked_at).label("at"), _waited.label("seconds"))
    .where(dirty.c.kind == any_(bindparam("ids", type_=ARRAY(String))))
    .group_by(dirty.c.kind),
    key="kind",
)


def oldest_mark(uow: UnitOfWork, kind: Kind) -> tuple[datetime | None, float]:
    """Since when a document waits to be brought up to date, and for how many seconds; None and 0 when none does."""
    for row in uow.load(_OLDEST, [kind]).get(kind, ()):
        return row["at"], float(row["seconds"] or 0)
    return None, 0.0


def waiting_by_kind() -> Select[Any]:
    """How many documents wait, and for how many seconds the oldest does."""
    return select(dirty.c.kind, func.count().label("n"), _waited.label("seconds")).group_by(dirty.c.kind)


# ---- kept searches


def saved_of(person_id: UUID) -> Select[Any]:
    """A person's kept searches by name."""
    s = saved_search.c
    return select(saved_search).where(s.person_id == person_id).order_by(func.lower(s.name), s.id)


def due_search(now: datetime) -> Select[Any]:
    """The kept search whose turn it is."""
    s = saved_search.c
    return select(saved_search).where(s.next_look_at <= now).order_by(s.next_look_at).limit(1)


def posts_of(authors: Iterable[UUID]) -> Select[Any]:
    """Which forum posts these people have written."""
    return select(post_author).where(post_author.c.author_id.in_(list(authors)))


def keep_authors(uow: UnitOfWork, authors: dict[UUID, UUID]) -> None:
    """Remember who wrote which post."""
    rows = [{"post_id": post, "author_id": author} for post, author in sorted(authors.items())]
    if rows:
        uow.session.execute(upsert(post_author).on_conflict_do_nothing(), rows)


def saved_by_id(search_id: UUID) -> Select[Any]:
    """One kept search, read outside a transaction."""
    return select(saved_search).where(saved_search.c.id == search_id)


def remember(uow: UnitOfWork, search_id: UUID, ids: Iterable[UUID]) -> None:
    """These are no news for a kept search any more."""
    rows = [{"search_id": search_id, "document_id": one} for one in ids]
    if rows:
        uow.session.execute(upsert(known_match).on_conflict_do_nothing(), rows)


def forget_known(uow: UnitOfWork, search_id: UUID) -> None:
    """A changed search begins anew."""
    uow.session.execute(delete(known_match).where(known_match.c.search_id == search_id))


def known_among(search_id: UUID, ids: Iterable[UUID]) -> Select[Any]:
    """Which of these a kept search has found before."""
    k = known_match.c
    return select(k.document_id).where(k.search_id == search_id, k.document_id.in_(list(ids)))


def due_comparisons(now: datetime) -> Select[Any]:
    """Comparisons whose time has come or that are under way."""
    c = comparison.c
    return select(comparison).where(or_(c.due_at <= now, c.after.is_not(None))).order_by(c.due_at)
