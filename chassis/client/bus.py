"""One connection to the broker for an asyncio process: calls go out in batches, answers and events come in.

Calls to one service that begin in the same turn of the event loop travel in one message; there is no timer, so
a lone call waits for nothing.
"""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

import pika
import uuid_utils.compat as uuid
from pika.exceptions import AMQPError
from pika.spec import Basic, BasicProperties

from chassis.client.door import Door, DoorClosed
from chassis.contract import Call, Event, Failure, Request, Unavailable, decode, failure_from, plain
from chassis.contract.declare import parse_event
from chassis.observe import current_trace, log, metrics
from chassis.wire import (
    CALLS_PER_MESSAGE,
    EVENTS,
    REPLIES,
    RPC,
    Envelope,
    Unreadable,
    WireCall,
    calls_body,
    own_queue,
)

R = TypeVar("R")
READ_SECONDS = 3.0
SWEEP_SECONDS = 0.05
RECONNECT_LEAST, RECONNECT_MOST = 0.2, 5.0


class _Pending:
    """A call on its way: who is to answer it, and until when (the event loop's clock)."""

    __slots__ = ("answer", "callee", "ends", "started")

    def __init__(self, answer: "asyncio.Future[Any]", callee: str, started: float, ends: float) -> None:
        self.answer = answer
        self.callee = callee
        self.started = started
        self.ends = ends

    def settle(self, outcome: Any) -> None:
        if self.answer.done():
            return
        if isinstance(outcome, Failure):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


class Bus:
    """Asks services and hears events; connects again for ever when the broker goes away."""

    def __init__(self, amqp_url: str, service: str = "gateway") -> None:
        self.service = service
        self.instance = uuid.uuid7().hex
        self._parameters = pika.URLParameters(amqp_url)
        self._parameters.heartbeat = 8
        self._parameters.socket_timeout = self._parameters.stack_timeout = 3
        self._door: Door | None = None
        self._pending: dict[str, _Pending] = {}
        self._outgoing: dict[str, list[WireCall]] = defaultdict(list)
        self._sweeping = False
        self._heard: dict[str, tuple[type[Event], list[Callable[[Any], None]]]] = {}
        self._forget: list[Callable[[], None]] = []
        self._life: asyncio.Task[None] | None = None

    # ---- life

    async def start(self) -> None:
        """Begin connecting; returns at once, the broker may come later."""
        self._life = asyncio.create_task(self._keep_connected(), name="bus")

    async def stop(self) -> None:
        """Let go of the broker; calls on their way fail."""
        if self._life is not None:
            self._life.cancel()
            await asyncio.gather(self._life, return_exceptions=True)
            self._life = None

    @property
    def ready(self) -> bool:
        """Whether calls can be sent and answers received."""
        return self._door is not None

    def hear(self, kind: type[Any], callback: Callable[[Any], None]) -> None:
        """Have every event of this kind told to `callback`, typed; to be said before `start`."""
        self._heard.setdefault(kind.name, (kind, []))[1].append(callback)

    def on_reconnect(self, callback: Callable[[], None]) -> None:
        """Have `callback` called at each new connection: events may have been missed, so caches are emptied."""
        self._forget.append(callback)

    async def _keep_connected(self) -> None:
        delay = RECONNECT_LEAST
        while True:
            door = Door(self._parameters, self._came_back)
            try:
                await self._move_in(door)
                delay = RECONNECT_LEAST
                await door.closed
                log().warning("broker_away")
            except (AMQPError, OSError, DoorClosed, TimeoutError) as error:
                log().warning("broker_away", error=type(error).__name__)
            finally:
                self._let_go()
                door.close()
            await asyncio.sleep(delay * (1 + random.random()))  # noqa: S311 - spreads reconnects, no secret
            delay = min(delay * 2, RECONNECT_MOST)

    async def _move_in(self, door: Door) -> None:
        async with asyncio.timeout(10):
            await door.open()
            answers = own_queue(self.service, "replies", self.instance)
            await door.consume(answers, REPLIES, [f"{self.service}.{self.instance}"], self._take_replies)
            if self._heard:
                cache = own_queue(self.service, "cache", self.instance)
                await door.consume(cache, EVENTS, list(self._heard), self._take_event)
        for forget in self._forget:
            forget()
        self._door = door
        log().info("broker_connected")

    def _let_go(self) -> None:
        self._door = None
        self._outgoing.clear()
        pending, self._pending = self._pending, {}
        for call in pending.values():
            call.settle(Unavailable(service=call.callee, reason="broker"))

    # ---- calling

    async def call(
        self, call: Call[R], *, token: str | None = None, key: str | None = None, budget: float = READ_SECONDS
    ) -> R:
        """The typed reply to one call, within `budget` seconds; raises the contract's `Failure`."""
        reply = await self._send(call.request, plain(call.arguments), token, key, budget)
        return call.request.build_reply(reply)

    async def ask(
        self,
        request: Request[..., Any],
        arguments: dict[str, Any],
        *,
        token: str | None = None,
        key: str | None = None,
        budget: float = READ_SECONDS,
    ) -> Any:
        """The reply's JSON to a request with these JSON arguments; raises the contract's `Failure`."""
        return await self._send(request, arguments, token, key, budget)

    async def _send(
        self,
        request: Request[..., Any],
        arguments: dict[str, Any],
        token: str | None,
        key: str | None,
        budget: float,
    ) -> Any:
        callee = request.service
        if self._door is None:
            raise Unavailable(service=callee, reason="broker")
        loop = asyncio.get_running_loop()
        call_id, started = uuid.uuid7().hex, loop.time()
        pending = self._pending[call_id] = _Pending(loop.create_future(), callee, started, started + budget)
        if not self._outgoing:
            loop.call_soon(self._flush)
        self._outgoing[callee].append(
            WireCall(call_id, request.name, arguments, time.time() + budget, token, key, current_trace())
        )
        self._sweep_later(loop)
        outcome = "ok"
        try:
            return await pending.answer
        except Failure as failure:
            outcome = failure.kind
            raise
        finally:
            self._pending.pop(call_id, None)
            metrics().call_seconds.labels(callee, outcome).observe(loop.time() - started)

    def _flush(self) -> None:
        outgoing, self._outgoing = self._outgoing, defaultdict(list)
        door = self._door
        if door is None:
            return
        for callee, calls in outgoing.items():
            for start in range(0, len(calls), CALLS_PER_MESSAGE):
                batch = calls[start : start + CALLS_PER_MESSAGE]
                try:
                    door.publish(RPC, callee, calls_body(batch), self._properties(batch))
                except AMQPError:
                    self._settle(batch, Unavailable(service=callee, reason="broker"))

    def _properties(self, batch: list[WireCall]) -> BasicProperties:
        remaining = max(call.deadline for call in batch) - time.time()
        return BasicProperties(
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=1,
            user_id=self.service,
            reply_to=f"{self.service}.{self.instance}",
            expiration=str(max(int(remaining * 1000), 1)),
        )

    def _settle(self, batch: list[WireCall], failure: Failure) -> None:
        for call in batch:
            waiting = self._pending.pop(call.id, None)
            if waiting is not None:
                waiting.settle(failure)

    def _sweep_later(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._sweeping:
            self._sweeping = True
            loop.call_later(SWEEP_SECONDS, self._sweep, loop)

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        """End every call whose time is up; goes on only while calls are on their way."""
        self._sweeping = False
        now = loop.time()
        for call_id in [call_id for call_id, call in self._pending.items() if call.ends <= now]:
            call = self._pending.pop(call_id)
            call.settle(Unavailable(service=call.callee, reason="deadline"))
        if self._pending:
            self._sweep_later(loop)

    # ---- what comes in

    def _take_replies(self, _method: Basic.Deliver, properties: BasicProperties, body: bytes) -> None:
        try:
            replies = [(reply["id"], reply) for reply in decode(body)["replies"]]
        except (ValueError, KeyError, TypeError):
            log().error("unreadable_replies", sender=properties.user_id)
            return
        for call_id, reply in replies:
            waiting = self._pending.get(call_id)
            if waiting is None or waiting.callee != properties.user_id:
                continue
            del self._pending[call_id]
            waiting.settle(failure_from(reply["error"]) if "error" in reply else reply.get("ok"))

    def _take_event(self, _method: Basic.Deliver, properties: BasicProperties, body: bytes) -> None:
        try:
            envelope = Envelope.read(body, properties.content_type)
            kind, callbacks = self._heard[envelope.type]
            if properties.user_id != kind.service:
                log().error("event_from_a_stranger", type=envelope.type, sender=properties.user_id)
                return
            happened = parse_event(kind, envelope.payload)
        except (Unreadable, KeyError, Failure) as error:
            log().error("unreadable_event", sender=properties.user_id, error=type(error).__name__)
            for forget in self._forget:
                forget()
            return
        for callback in callbacks:
            callback(happened)

    def _came_back(self, method: Basic.Return, body: bytes) -> None:
        """A request that no queue wanted: the callee was never deployed here."""
        for raw in decode(body)["calls"]:
            waiting = self._pending.pop(raw["id"], None)
            if waiting is not None:
                waiting.settle(Unavailable(service=method.routing_key, reason="unknown service"))
