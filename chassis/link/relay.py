"""From the outbox to the broker: what is committed is published, and marked only when *that* message was confirmed."""

import json
import time
from typing import Any

import eventlet
from amqp import Message
from amqp.exceptions import AMQPError
from eventlet.event import Event as Signal
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from chassis.failpoints import failpoint
from chassis.observe import log, metrics
from chassis.store.tables import outbox
from chassis.store.unit_of_work import Store
from chassis.wire import Envelope

BATCH = 500
CONFIRM_SECONDS = 5.0
LARGEST_BODY = 4 * 1024 * 1024

_TAKE = (
    select(outbox)
    .where(outbox.c.published_at.is_(None), outbox.c.dead == 0, outbox.c.next_at <= func.clock_timestamp())
    .order_by(outbox.c.id)
    .limit(BATCH)
    .with_for_update(skip_locked=True)
)


class Relay:
    """Takes unpublished rows in batches, with pipelined confirms; every replica of a service runs one."""

    def __init__(self, store: Store, user: str, *, unheard: frozenset[str] = frozenset()) -> None:
        self._store = store
        self._user = user
        self._unheard = unheard
        self._woken = Signal()
        self._channel: Any = None
        self._tag = 0
        self._acked: set[int] = set()
        self._refused: set[int] = set()
        self._returned: set[str] = set()
        self._progress = Signal()

    # ---- the connection comes and goes

    def connected(self, connection: Any) -> None:
        """Called by the link with each new connection."""
        channel = connection.channel()
        channel.confirm_select()
        channel.events["basic_ack"].add(self._on_ack)
        channel.events["basic_nack"].add(self._on_nack)
        channel.events["basic_return"].add(self._on_return)
        self._tag = 0
        self._channel = channel
        self.wake()

    def disconnected(self) -> None:
        self._channel = None
        self._turn()

    def wake(self) -> None:
        """There may be something to publish."""
        if not self._woken.ready():
            self._woken.send()

    def _turn(self) -> None:
        if not self._progress.ready():
            self._progress.send()

    def _on_ack(self, tag: int, multiple: bool) -> None:
        self._acked.update(range(1, tag + 1) if multiple else (tag,))
        self._turn()

    def _on_nack(self, tag: int, multiple: bool) -> None:
        self._refused.update(range(1, tag + 1) if multiple else (tag,))
        self._turn()

    def _on_return(self, _why: Exception, _exchange: str, _key: str, message: Any) -> None:
        self._returned.add(message.properties.get("message_id", ""))

    # ---- for ever

    def run(self) -> None:
        """Publish what is there at every wake-up and every second."""
        while True:
            with eventlet.Timeout(1, False):
                self._woken.wait()
            self._woken = Signal()
            try:
                while self._channel is not None and self._publish_batch() == BATCH:
                    pass
            except Exception as error:  # noqa: BLE001 - the sweep tries again; nothing was marked
                log().warning("relay_failed", error=type(error).__name__)
                eventlet.sleep(1)

    def _publish_batch(self) -> int:
        with Session(self._store.engine) as session:
            rows = session.execute(_TAKE).mappings().all()
            if not rows:
                return 0
            self._acked.clear()
            self._refused.clear()
            self._returned.clear()
            tags = {row["id"]: self._send(row) for row in rows}
            self._wait_for({tag for tag in tags.values() if tag})
            failpoint("outbox_confirmed")
            published: list[Any] = []
            failed: list[Any] = []
            for row in rows:
                returned = str(row["message_id"]) in self._returned
                (published if tags[row["id"]] in self._acked and not returned else failed).append(row)
            if published:
                session.execute(
                    update(outbox)
                    .where(outbox.c.id.in_([row["id"] for row in published]))
                    .values(published_at=func.clock_timestamp())
                )
            for row in failed:
                self._put_back(session, row, str(row["message_id"]) in self._returned)
            session.commit()
        return len(published)

    def _send(self, row: Any) -> int:
        """The delivery tag, or 0 when this row could not be sent at all."""
        channel = self._channel
        if channel is None:
            return 0
        envelope = Envelope(
            row["message_id"],
            row["type"],
            row["aggregate"],
            row["version"],
            row["trace"],
            row["payload"],
            row["reply_to"],
        )
        body = envelope.body()
        if len(body) > LARGEST_BODY:
            return 0
        message = Message(
            body,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=2,
            message_id=str(row["message_id"]),
            user_id=self._user,
        )
        try:
            channel.basic_publish(
                message,
                exchange=row["exchange"],
                routing_key=row["routing_key"],
                mandatory=row["type"] not in self._unheard,
            )
        except (OSError, AMQPError, AttributeError) as error:
            log().warning("relay_send_failed", error=type(error).__name__)
            self._channel = None
            return 0
        self._tag += 1
        return self._tag

    def _wait_for(self, tags: set[int]) -> None:
        until = time.monotonic() + CONFIRM_SECONDS
        while (
            self._channel is not None
            and not tags <= (self._acked | self._refused)
            and time.monotonic() < until
        ):
            self._progress = Signal()
            with eventlet.Timeout(max(until - time.monotonic(), 0.01), False):
                self._progress.wait()

    def _put_back(self, session: Session, row: Any, returned: bool) -> None:
        attempts = row["attempts"] + 1
        too_large = len(json.dumps(row["payload"])) > LARGEST_BODY
        reason = "nobody hears it" if returned else "too large" if too_large else "not confirmed"
        if returned or too_large:
            log().error(
                "outbox_row_stuck", message_id=str(row["message_id"]), type=row["type"], reason=reason
            )
        delay = min(5, 2 ** min(attempts, 3) / 4)
        session.execute(
            update(outbox)
            .where(outbox.c.id == row["id"])
            .values(
                attempts=attempts,
                last_error=reason,
                dead=int(too_large),
                next_at=func.clock_timestamp() + text(f"interval '{delay} seconds'"),
            )
        )

    def measure(self) -> None:
        """Bring the outbox's gauges up to date."""
        age = func.extract("epoch", func.clock_timestamp() - func.min(outbox.c.created_at))
        row = self._store.rows(
            select(func.count().label("n"), age.label("oldest")).where(
                outbox.c.published_at.is_(None), outbox.c.dead == 0
            )
        )[0]
        metrics().outbox_unpublished.set(row["n"])
        metrics().outbox_oldest.set(float(row["oldest"] or 0))
