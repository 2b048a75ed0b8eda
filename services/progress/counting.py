"""Counting live: words are kept, what is in force is added up, and a new badge is told."""

from collections.abc import Iterable

from chassis.service import UnitOfWork
from services.progress.contract import BadgeEarned
from services.progress.domain.bar import bar_of, new_levels
from services.progress.domain.facts import Word
from services.progress.store import facts
from services.progress.store.tables import fact, fresh


def hear(uow: UnitOfWork, words: Iterable[Word]) -> None:
    """Count what is said of people; of those who have left nothing is kept.

    While a recount is under way the same is kept for it, so that it ends where the live count is.
    """
    heard = list(words)
    if not heard:
        return
    rows = [row for row in facts.hold(uow, (word.person_id for word in heard)) if not row["closed"]]
    ids = {row["id"] for row in rows}
    kept = [word for word in heard if word.person_id in ids]
    facts.keep(uow, fact, kept)
    if any(row["recounting"] for row in rows):
        facts.keep(uow, fresh, kept)
    counted = facts.tallies(uow, list(ids))
    for row in rows:
        if counted[row["id"]] == row["counted"]:
            continue
        new = new_levels(bar_of(counted[row["id"]]), row["told"])
        version = facts.set_counted(uow, row["id"], counted[row["id"]], row["told"] | new)
        for area, level in new.items():
            uow.publish(BadgeEarned(row["id"], area, level, uow.now), version=version)
