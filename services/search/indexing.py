"""Keeping the indices true: what was marked is fetched and written; an index is built anew while searches go on.

Nothing here needs to happen once or in order. A document says how new it is, Elasticsearch keeps the newest, and a
mark goes only when what was seen of it has been written.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.observe import log
from chassis.service import UnitOfWork
from services.search.contract import Kind
from services.search.documents import PAGE, Document, fetch, versions
from services.search.store import elastic
from services.search.store.tables import (
    comparison,
    due,
    due_comparisons,
    is_due,
    keep_authors,
    mark,
    rebuild,
    settle,
)

COMPARES_EVERY = timedelta(days=1)
MOST_HELD = 10_000


# ---- what was marked


def bring_up_to_date(uow: UnitOfWork, kind: Kind) -> bool:
    """One batch of marked documents; True when there was one. Marks stay when Elasticsearch or an owner is away."""
    seen = due(uow, kind, PAGE) if is_due(uow, kind) else {}
    if not seen:
        return False
    fetched = fetch(uow, kind, seen)
    failed = _write(uow, kind, fetched.documents)
    settle(uow, kind, seen, failed)
    _remember_authors(uow, fetched.authors)
    return True


def _write(uow: UnitOfWork, kind: Kind, documents: list[Document]) -> set[UUID]:
    """Write to the index that readers see and to the one being built; the ids that could not be written now. By the
    alias, which Elasticsearch moves at once. Raises `Gone` where neither index is there.
    """
    building = [
        row["index"] for row in uow.rows(select(rebuild).where(rebuild.c.kind == kind)) if row["index"]
    ]
    written = _as_written(documents)
    try:
        return elastic.write([kind.value, *building], written)
    except elastic.Gone:
        if not building:
            raise
        return elastic.write(building, written)


def _remember_authors(uow: UnitOfWork, authors: dict[UUID, UUID]) -> None:
    """Partner search reads an author's posts too."""
    keep_authors(uow, authors)
    mark(uow, Kind.PEOPLE, authors.values())


def _as_written(documents: list[Document]) -> list[tuple[UUID, int, dict[str, object] | None]]:
    return [(one.id, one.version, one.fields) for one in documents]


# ---- building anew


def tend(uow: UnitOfWork) -> bool:
    """Build an index that is wanted anew, is not there or has yesterday's fields, one page at a time; True when there
    was work. Live changes go to both indices meanwhile; the alias moves when the last page is in.
    """
    wanted = {row["kind"]: row for row in uow.rows(select(rebuild).order_by(rebuild.c.began_at))}
    for kind, row in wanted.items():
        if row["index"]:
            return _build_on(uow, kind, row["index"], row["after"])
    for kind, serving in elastic.served(Kind).items():
        if kind in wanted or not serving or not elastic.is_current(serving[0], kind):
            _begin(uow, kind, elastic.count(serving[0]) if serving else 0)
            return True
    return False


def _begin(uow: UnitOfWork, kind: Kind, total: int) -> None:
    """Begin to build an index of this kind; when another replica was quicker, its index is the one."""
    name = elastic.create(kind)
    begun = uow.session.execute(
        upsert(rebuild)
        .values(kind=kind, index=name, total=total)
        .on_conflict_do_update(
            index_elements=[rebuild.c.kind],
            set_={"index": name, "total": total},
            where=rebuild.c.index == "",
        )
        .returning(rebuild.c.kind)
    ).first()
    if begun is None:
        elastic.drop(name)
    else:
        log().info("rebuild_began", kind=kind, index=name)


def _build_on(uow: UnitOfWork, kind: Kind, index: str, after: UUID | None) -> bool:
    page = versions(uow, kind, after)
    try:
        if page:
            fetched = fetch(uow, kind, page)
            failed = elastic.write([index], _as_written(fetched.documents))
            _remember_authors(uow, fetched.authors)
            mark(uow, kind, failed)
            _advance(uow, kind, after, max(page), len(page))
            return True
        held = elastic.count(index)
    except elastic.Gone:
        log().error("rebuild_lost_its_index", kind=kind, index=index)
        uow.session.execute(delete(rebuild).where(rebuild.c.kind == kind))
        return True
    _finish(uow, kind, index, held)
    return True


def _advance(uow: UnitOfWork, kind: Kind, after: UUID | None, last: UUID, done: int) -> None:
    """Remember how far it has come; when another replica was quicker, its word holds."""
    uow.session.execute(
        update(rebuild)
        .where(rebuild.c.kind == kind, rebuild.c.after.is_not_distinct_from(after))
        .values(after=last, done=rebuild.c.done + done)
    )


def _finish(uow: UnitOfWork, kind: Kind, index: str, held: int) -> None:
    old = [name for name in elastic.all_indices(kind) if name != index]
    elastic.point_alias(kind, index)
    elastic.gather(index)
    uow.session.execute(delete(rebuild).where(rebuild.c.kind == kind))
    _compare_soon(uow, kind, uow.now)
    for name in old:
        elastic.drop(name)
    log().info("rebuild_ended", kind=kind, index=index, documents=held)


# ---- comparing


def _compare_soon(uow: UnitOfWork, kind: Kind, at: datetime) -> None:
    fresh: dict[str, Any] = {"due_at": at, "after": None, "compared": 0, "differing": 0, "ended_at": None}
    uow.session.execute(
        upsert(comparison)
        .values(kind=kind, **fresh)
        .on_conflict_do_update(index_elements=[comparison.c.kind], set_=fresh)
    )


def compare(uow: UnitOfWork) -> bool:
    """One page of a daily comparison with the owner: what is missing, old or too much is marked. True when there
    was a page.
    """
    found = uow.rows(due_comparisons(uow.now))
    if not found:
        return False
    kind: Kind = found[0]["kind"]
    after: UUID | None = found[0]["after"]
    wanted = versions(uow, kind, after)
    last = max(wanted) if wanted else None
    held = elastic.versions_between(kind, after, last, MOST_HELD)
    differing = {one for one, version in wanted.items() if held.get(one, -1) < version}
    differing |= held.keys() - wanted.keys()
    mark(uow, kind, differing)
    values: dict[str, Any] = {
        "after": last,
        "compared": comparison.c.compared + len(wanted),
        "differing": comparison.c.differing + len(differing),
    }
    if last is None:
        values |= {"due_at": uow.now + COMPARES_EVERY, "ended_at": func.clock_timestamp()}
        log().info("compared", kind=kind, differing=found[0]["differing"] + len(differing))
    statement = update(comparison).where(
        comparison.c.kind == kind, comparison.c.after.is_not_distinct_from(after)
    )
    uow.session.execute(statement.values(**values))
    return True
