"""Messages a handler could not digest: parked with their error, tried again with growing pauses, then dead.

Dead letters stay until an operator has them tried again or discards them; both are recorded.
"""

import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from chassis.contract import NotFound
from chassis.observe import bind_trace, log, metrics, new_trace
from chassis.settings import settings
from chassis.store.tables import operator_action, parked
from chassis.store.unit_of_work import Duplicate, Store, transient
from chassis.wire import Envelope

PAUSES = tuple(timedelta(seconds=s) for s in (10, 60, 600, 3_600, 21_600))


def _scale() -> float:
    """Test stacks wait a two-thousandth: the order of things stays the same."""
    return 0.0005 if settings().environment == "test" else 1.0


def _next_at(attempts: int) -> Any:
    if attempts > len(PAUSES):
        return None
    return func.clock_timestamp() + PAUSES[attempts - 1] * _scale()


def park(store: Store, consumer: str, envelope: Envelope, error: BaseException) -> None:
    """Keep a message whose handler raised, in a transaction of its own."""
    values = {
        "consumer": consumer,
        "message_id": envelope.id,
        "source": envelope.type,
        "body": envelope.body().decode(),
        "error": "".join(traceback.format_exception_only(error)).strip()[:500],
        "next_at": _next_at(1),
    }
    with Session(store.engine) as session:
        session.execute(upsert(parked).values(**values).on_conflict_do_nothing())
        session.commit()


def _death(message: Any) -> dict[str, Any]:
    deaths = message.headers.get("x-death") or [{}]
    return dict(deaths[0])


def expired(message: Any) -> bool:
    """Whether the broker gave a message up because its time was over."""
    return _death(message).get("reason") == "expired"


def bury(store: Store, message: Any) -> None:
    """Keep a message that could not even be read, as dead from the start."""
    body = bytes(message.body) if not isinstance(message.body, str) else message.body.encode()
    death = _death(message)
    with Session(store.engine) as session:
        session.execute(
            insert(parked).values(
                consumer="",
                source=str(death.get("queue", "")),
                body=body.decode("utf-8", "replace").replace("\x00", "\ufffd"),
                error=f"unreadable ({death.get('reason', 'rejected')})",
                status="dead",
            )
        )
        session.commit()


def try_again(store: Store, handlers: dict[str, Callable[[Envelope], None]]) -> bool:
    """Take one due parked message and hand it to its consumer; True when there was one."""
    due = (
        select(parked)
        .where(parked.c.status == "waiting", parked.c.next_at <= func.clock_timestamp())
        .order_by(parked.c.next_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    with Session(store.engine) as session:
        row = session.execute(due).mappings().first()
        if row is None:
            return False
        session.execute(update(parked).where(parked.c.id == row["id"]).values(**_second_try(row, handlers)))
        session.commit()
    return True


def _second_try(row: Any, handlers: dict[str, Callable[[Envelope], None]]) -> dict[str, Any]:
    envelope = Envelope.read(row["body"], "application/json")
    with bind_trace(envelope.trace or new_trace()):
        try:
            handlers[row["consumer"]](envelope)
        except Duplicate:
            pass
        except Exception as error:
            if transient(error):
                raise
            attempts = row["attempts"] + 1
            dead = attempts > len(PAUSES)
            log().error(
                "message_dead" if dead else "message_parked_again",
                consumer=row["consumer"],
                attempts=attempts,
            )
            text = "".join(traceback.format_exception_only(error)).strip()[:500]
            status = "dead" if dead else "waiting"
            return {"attempts": attempts, "error": text, "status": status, "next_at": _next_at(attempts)}
    metrics().messages.labels("event", row["source"], "handled later").inc()
    return {"status": "handled", "next_at": None, "body": "{}"}


def letters(store: Store, status: str = "dead") -> list[dict[str, Any]]:
    """Parked messages in one state, oldest first, for an operator."""
    return [
        dict(row) for row in store.rows(select(parked).where(parked.c.status == status).order_by(parked.c.id))
    ]


def act(store: Store, parked_id: int, action: str, operator: str) -> None:
    """Have one dead letter tried again (`redrive`) or thrown away (`discard`); recorded with the operator's name."""
    values: dict[str, dict[str, Any]] = {
        "redrive": {"status": "waiting", "next_at": func.clock_timestamp()},
        "discard": {"status": "discarded", "body": "{}"},
    }
    with Session(store.engine) as session:
        changed = session.execute(
            update(parked).where(parked.c.id == parked_id, parked.c.status == "dead").values(**values[action])
        )
        if changed.rowcount == 0:  # type: ignore[attr-defined]
            raise NotFound(what="dead letter")
        session.execute(insert(operator_action).values(parked_id=parked_id, action=action, operator=operator))
        session.commit()


def measure(store: Store) -> None:
    """Bring the gauges of waiting and dead messages up to date."""
    counts = {
        r["status"]: r["n"]
        for r in store.rows(select(parked.c.status, func.count().label("n")).group_by(parked.c.status))
    }
    for status in ("waiting", "dead"):
        metrics().parked.labels(status).set(counts.get(status, 0))
