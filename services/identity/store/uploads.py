"""Named queries about uploaded evidence."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from chassis.contract import NotFound
from chassis.store import UnitOfWork
from services.identity.domain import Affiliation, Upload
from services.identity.store.tables import affiliation, upload


def own(uow: UnitOfWork, owner_id: UUID, file_id: UUID) -> Upload:
    """A person's own upload, locked; raises `NotFound` for anybody else's."""
    found = uow.get(Upload, file_id)
    if found.owner_id != owner_id:
        raise NotFound(what="Upload")
    return found


def arrived(uow: UnitOfWork, owner_id: UUID, file_id: UUID) -> Upload:
    """A person's own upload that is there, kept from now on; raises `NotFound`."""
    found = own(uow, owner_id, file_id)
    if found.arrived_at is None:
        raise NotFound(what="Upload")
    found.keep()
    return found


def decided(uow: UnitOfWork, about: Affiliation) -> None:
    """The evidence has served its purpose. (b.13)"""
    found = uow.find(Upload, about.evidence) if about.evidence else None
    if found is not None:
        found.decided(uow.now)


def due(uow: UnitOfWork, at: datetime) -> Upload | None:
    """A file whose time is over, taken by nobody else."""
    statement = (
        select(Upload)
        .where(upload.c.delete_at <= at)
        .order_by(upload.c.delete_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return uow.session.scalar(statement)


def forget(uow: UnitOfWork, file: Upload) -> None:
    """Nothing names the file any more."""
    uow.session.execute(update(affiliation).where(affiliation.c.evidence == file.id).values(evidence=None))
    uow.session.delete(file)
