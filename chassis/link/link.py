"""One connection per process: one greenlet reads, one writes, everything goes through both.

Calls and replies that begin in the same turn of the event loop travel together; there is no timer, so a lone
call waits for nothing.
"""

import contextlib
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import eventlet
import uuid_utils.compat as uuid
from amqp.exceptions import AMQPError, RecoverableConnectionError
from eventlet.event import Event as Signal
from kombu.connection import Connection
from kombu.entity import Queue
from kombu.exceptions import OperationalError as BrokerAway
from kombu.messaging import Consumer, Producer
from nameko.extensions import SharedExtension

from chassis.contract import Call, Failure, Unavailable, decode, failure_from, plain
from chassis.link.relay import Relay
from chassis.observe import current_trace, log, metrics
from chassis.settings import settings
from chassis.wire import (
    CALLS_PER_MESSAGE,
    EVENTS,
    REPLIES,
    RPC,
    WireCall,
    calls_body,
    own_queue,
)

HEARTBEAT = 8
CONNECTION_ERRORS = (OSError, AMQPError, BrokerAway, AttributeError, IndexError)


class _Pending:
    """A call on its way."""

    __slots__ = ("answered", "callee", "started")

    def __init__(self, callee: str) -> None:
        self.answered = Signal()
        self.callee = callee
        self.started = time.perf_counter()

    def settle(self, outcome: Any) -> None:
        if not self.answered.ready():
            self.answered.send(outcome)


Consume = Callable[[Any, "Link"], None]


class Link(SharedExtension):  # type: ignore[misc]
    """Connects, consumes, calls, replies and publishes for everything in one container."""

    def __init__(self) -> None:
        self.consumers: list[tuple[str, int, Callable[[Any], None]]] = []
        self.broadcasts: list[tuple[tuple[str, ...], Callable[[Any], None], Callable[[], None]]] = []
        self.relay: Relay | None = None
        self.pump_wake = Signal()
        self._pending: dict[str, _Pending] = {}
        self._calls: dict[str, list[WireCall]] = defaultdict(list)
        self._replies: dict[str, list[bytes]] = defaultdict(list)
        self._writes: list[Callable[[], None]] = []
        self._written = Signal()
        self._connection: Any = None
        self._producer: Any = None
        self._turned = 0.0
        self._stopping = False

    # ---- life

    def setup(self) -> None:
        self.service: str = settings().service
        self.instance = uuid.uuid7().hex

    def start(self) -> None:
        self.container.spawn_managed_thread(self._read_for_ever, identifier="link reader")
        self.container.spawn_managed_thread(self._write_for_ever, identifier="link writer")

    def stop(self) -> None:
        self._stopping = True
        self._let_go()

    kill = stop

    @property
    def ready(self) -> bool:
        """Whether the connection is up and has turned within five seconds."""
        return self._connection is not None and time.monotonic() - self._turned < 5

    # ---- reading

    def _connect(self) -> Any:
        connection = Connection(
            settings().amqp_url,
            heartbeat=HEARTBEAT,
            connect_timeout=3,
            transport_options={"confirm_publish": False},
        )
        connection.connect()
        # py-amqp drains the socket before each publish while this capability is on, and loses what another
        # greenlet is reading: alarms are learnt of by deadlines instead
        connection.connection.client_properties["capabilities"]["connection.blocked"] = False
        return connection

    def _read_for_ever(self) -> None:
        delay = 0.2
        while not self._stopping:
            try:
                self._open()
                delay = 0.2
                self._drain()
            except CONNECTION_ERRORS as error:
                if not self._stopping:
                    log().warning("broker_away", error=type(error).__name__)
            finally:
                self._let_go()
            eventlet.sleep(delay + random.random() * delay)  # noqa: S311 - spreading reconnects, no secret
            delay = min(delay * 2, 5)

    def _open(self) -> None:
        connection = self._connect()
        channel = connection.channel()
        channel.events["basic_return"].add(self._came_back)
        for queue_name, prefetch, handle in self.consumers:
            own = connection.channel()
            own.basic_qos(0, prefetch, False)
            Consumer(
                own,
                [Queue(queue_name, no_declare=True)],
                on_message=handle,
                no_ack=False,
                auto_declare=False,
            ).consume()
        replies = own_queue(self.service, "replies", self.instance)
        self._own(channel, replies, REPLIES, (f"{self.service}.{self.instance}",), self._take_replies)
        for number, (event_names, handle, forget) in enumerate(self.broadcasts):
            forget()
            self._own(
                channel, own_queue(self.service, f"cache{number}", self.instance), EVENTS, event_names, handle
            )
        self._producer = Producer(channel, auto_declare=False)
        self._connection = connection
        self._turned = time.monotonic()
        if self.relay:
            self.relay.connected(connection)
        self._wake_writer()
        log().info("broker_connected")

    @staticmethod
    def _own(
        channel: Any, name: str, exchange: str, keys: Sequence[str], handle: Callable[[Any], None]
    ) -> None:
        channel.queue_declare(name, exclusive=True, auto_delete=True, durable=False)
        for key in keys:
            channel.queue_bind(name, exchange=exchange, routing_key=key)
        queue = Queue(name, no_declare=True)
        Consumer(channel, [queue], on_message=handle, no_ack=True, auto_declare=False).consume()

    def _drain(self) -> None:
        beaten = time.monotonic()
        while not self._stopping:
            with contextlib.suppress(TimeoutError):
                self._connection.drain_events(timeout=1)
            self._turned = time.monotonic()
            if self._turned - beaten > HEARTBEAT / 4:
                beaten = self._turned
                self._connection.heartbeat_check(rate=2)

    def _let_go(self) -> None:
        connection, self._connection, self._producer = self._connection, None, None
        self._writes.clear()
        self._replies.clear()
        if self.relay:
            self.relay.disconnected()
        pending, self._pending = self._pending, {}
        for call in pending.values():
            call.settle(Unavailable(service=call.callee, reason="broker"))
        if connection is not None:
            # never close(): it waits for an answer that a blocked or frozen broker does not give
            connection.collect(socket_timeout=0.1)

    def _take_replies(self, message: Any) -> None:
        try:
            answers = decode(bytes(message.body) if isinstance(message.body, memoryview) else message.body)[
                "replies"
            ]
        except Exception:  # noqa: BLE001 - whoever sent it, its callers wait until their deadline
            log().error("unreadable_replies")
            return
        for answer in answers:
            waiting = self._pending.pop(answer.get("id", ""), None)
            if waiting is not None:
                waiting.settle(failure_from(answer["error"]) if "error" in answer else (answer.get("ok"),))

    def _came_back(self, _code: int, _text: str, _exchange: str, routing_key: str, message: Any) -> None:
        """A request that no queue wanted: the callee was never deployed here."""
        for raw in decode(message.body)["calls"]:
            waiting = self._pending.pop(raw["id"], None)
            if waiting is not None:
                waiting.settle(Unavailable(service=routing_key, reason="unknown service"))

    # ---- calling

    def call(self, calls: Sequence[Call[Any]], *, token: str | None, deadline: float) -> list[Any]:
        """Ask other services side by side; typed replies in the same order. Raises the first failure.

        `deadline` is in seconds of the epoch, real time; `Unavailable` when it passes.
        """
        return self.ask(calls, token=token, deadline=deadline)()

    def ask(
        self, calls: Sequence[Call[Any]], *, token: str | None, deadline: float
    ) -> Callable[[], list[Any]]:
        """Ask, and return at once what waits for the replies as `call` does."""
        if self._connection is None:
            raise Unavailable(service=calls[0].request.service, reason="broker")
        sent: list[tuple[str, _Pending, Call[Any]]] = []
        trace = current_trace()
        for call in calls:
            call_id = uuid.uuid7().hex
            pending = self._pending[call_id] = _Pending(call.request.service)
            self._calls[call.request.service].append(
                WireCall(call_id, call.request.name, plain(call.arguments), deadline, token, None, trace)
            )
            sent.append((call_id, pending, call))
        self._wake_writer()
        return lambda: [self._await(call_id, pending, call, deadline) for call_id, pending, call in sent]

    def _await(self, call_id: str, pending: _Pending, call: Call[Any], deadline: float) -> Any:
        outcome: Any = None
        with eventlet.Timeout(max(deadline - time.time(), 0.001), False):
            outcome = pending.answered.wait()
        self._pending.pop(call_id, None)
        took = time.perf_counter() - pending.started
        if outcome is None:
            outcome = Unavailable(service=pending.callee, reason="deadline")
        if isinstance(outcome, Failure):
            metrics().call_seconds.labels(pending.callee, outcome.kind).observe(took)
            raise outcome
        metrics().call_seconds.labels(pending.callee, "ok").observe(took)
        return outcome[0] if call.plain else call.request.build_reply(outcome[0])

    # ---- writing

    def reply(self, reply_to: str, answer: bytes) -> None:
        """Queue one answer (its JSON) for the caller's process."""
        self._replies[reply_to].append(answer)
        self._wake_writer()

    def write(self, action: Callable[[], None]) -> None:
        """Have the writer do this on the connection: acknowledgements and the like."""
        self._writes.append(action)
        self._wake_writer()

    def wake_relay(self) -> None:
        if self.relay:
            self.relay.wake()

    def wake_pump(self) -> None:
        woken, self.pump_wake = self.pump_wake, Signal()
        woken.send()

    def _wake_writer(self) -> None:
        if not self._written.ready():
            self._written.send()

    def _write_for_ever(self) -> None:
        while not self._stopping:
            self._written.wait()
            eventlet.sleep(0)  # let this turn's other calls and answers join
            self._written = Signal()
            connection = self._connection
            try:
                self._flush()
            except CONNECTION_ERRORS as error:
                log().warning("broker_write_failed", error=type(error).__name__)
                if connection is not None and connection is self._connection:
                    connection.collect(socket_timeout=0.1)

    def _flush(self) -> None:
        calls, self._calls = self._calls, defaultdict(list)
        if self._producer is None:
            for callee, stranded in calls.items():
                for call in stranded:
                    waiting = self._pending.pop(call.id, None)
                    if waiting:
                        waiting.settle(Unavailable(service=callee, reason="broker"))
            return
        writes, self._writes = self._writes, []
        replies, self._replies = self._replies, defaultdict(list)
        for action in writes:
            # of a connection that is gone: its messages come again, and this one is not to go with it
            with contextlib.suppress(RecoverableConnectionError):
                action()
        for reply_to, answers in replies.items():
            self._publish(REPLIES, reply_to, b'{"replies":[' + b",".join(answers) + b"]}")
        for callee, batch in calls.items():
            for start in range(0, len(batch), CALLS_PER_MESSAGE):
                part = batch[start : start + CALLS_PER_MESSAGE]
                self._publish(
                    RPC,
                    callee,
                    calls_body(part),
                    reply_to=f"{self.service}.{self.instance}",
                    mandatory=True,
                    expiration=max(max(call.deadline for call in part) - time.time(), 0.001),
                )

    def _publish(self, exchange: str, routing_key: str, body: bytes, **properties: Any) -> None:
        self._producer.publish(
            body,
            exchange=exchange,
            routing_key=routing_key,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=1,
            user_id=self.service,
            retry=False,
            **properties,
        )


__all__ = ["Link"]
