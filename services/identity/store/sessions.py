"""Named queries about sessions; every time in here is the database's own, so real time."""

from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, RowMapping, any_, bindparam, func, select, update

from chassis.store import Loader, UnitOfWork
from services.identity.contract import SessionCard
from services.identity.domain.session import LONGEST, Session
from services.identity.store.tables import person, session

_now = func.clock_timestamp()
_TOUCH_AFTER = func.make_interval(0, 0, 0, 0, 0, 1)

_AUTHENTICATING = Loader(
    select(
        session.c.secret_digest,
        session.c.id,
        session.c.person_id,
        (_now - session.c.began_at).label("age"),
        (_now - session.c.seen_at).label("idle"),
        person.c.name,
        person.c.language,
        person.c.time_zone,
        person.c.role_kind,
        person.c.email_confirmed_at,
        person.c.suspended,
        person.c.closed_at,
        person.c.seen_on,
    )
    .join(person, person.c.id == session.c.person_id)
    .where(
        session.c.secret_digest == any_(bindparam("ids", type_=ARRAY(LargeBinary))),
        session.c.ended_at.is_(None),
    ),
    key="secret_digest",
)
_TOUCH = (
    update(session)
    .where(session.c.id == bindparam("session_id"), session.c.seen_at < _now - _TOUCH_AFTER)
    .values(seen_at=_now)
    .returning(session.c.id)
)


def find(uow: UnitOfWork, secret_digest: bytes) -> RowMapping | None:
    """The session with this digest and its person, unless it was ended."""
    rows = uow.load(_AUTHENTICATING, [secret_digest]).get(secret_digest)
    return rows[0] if rows else None


def touch(uow: UnitOfWork, session_id: UUID) -> None:
    """It is in use; written at most once a minute."""
    uow.rows(_TOUCH, session_id=session_id)


def end(uow: UnitOfWork, person_id: UUID, *, only: UUID | None = None, but: UUID | None = None) -> int:
    """End a person's sessions, or only one of them, or all but one; returns how many were open. (ID-02)"""
    statement = (
        select(Session)
        .where(session.c.person_id == person_id, session.c.ended_at.is_(None))
        .order_by(session.c.id)
        .with_for_update()
    )
    open_ones = uow.session.scalars(statement).all()
    ending = [one for one in open_ones if one.id != but and (only is None or one.id == only)]
    for one in ending:
        uow.publish(one.end(uow.now))
    return len(ending)


def cards(uow: UnitOfWork, person_id: UUID, present: UUID | None) -> tuple[SessionCard, ...]:
    """A person's open sessions, the last used first. (ID-02)"""
    rows = uow.rows(
        select(session.c.id, session.c.device, session.c.began_at, session.c.seen_at)
        .where(
            session.c.person_id == person_id,
            session.c.ended_at.is_(None),
            session.c.began_at > _now - LONGEST,
        )
        .order_by(session.c.seen_at.desc(), session.c.id)
    )
    return tuple(
        SessionCard(row["id"], row["device"], row["began_at"], row["seen_at"], current=row["id"] == present)
        for row in rows
    )
