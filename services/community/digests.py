"""The daily summary: one mail a morning for whoever wants to be told so, when there is something. (CO-15)"""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, update

from chassis.service import UnitOfWork
from services.community.conduct import limits
from services.community.domain.news import next_morning
from services.community.store.notifications import digest_to_send, due_digest, lines_of
from services.community.store.tables import digest, digest_line
from services.community.telling import post
from services.identity import contract as identity

DIGEST = "digest"


def send_next(uow: UnitOfWork) -> bool:
    """Have the summary sent that is due, or see when it will be in its reader's own morning; False when none is."""
    due = uow.store.rows(due_digest(uow.now))
    if not due:
        return False
    person_id = due[0]["person_id"]
    readers = uow.call(identity.recipients((person_id,)))
    begun_at = uow.session.execute(digest_to_send(person_id)).scalar()
    if begun_at is None:
        return True
    if readers:
        morning = next_morning(begun_at, ZoneInfo(readers[0].time_zone), limits().digest_hour)
        if morning > uow.now:
            return _wait(uow, person_id, morning)
        _send(uow, person_id, f"{DIGEST} {person_id} {morning.isoformat()}")
    for table in (digest_line, digest):
        uow.session.execute(delete(table).where(table.c.person_id == person_id))
    return True


def _wait(uow: UnitOfWork, person_id: UUID, until: Any) -> bool:
    uow.session.execute(update(digest).where(digest.c.person_id == person_id).values(next_at=until))
    return True


def _send(uow: UnitOfWork, person_id: UUID, name: str) -> None:
    lines = [str(one) for one in uow.session.execute(lines_of(person_id)).scalars()]
    if lines:
        post(uow, name, DIGEST, person_id=person_id, about={"notifications": lines})
