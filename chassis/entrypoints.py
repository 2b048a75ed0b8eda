"""How messages become method calls: one class per kind of message.

Stock nameko acknowledges failures, executes abandoned requests and dies of malformed ones; none of its own
entrypoints is used. Here a message is understood, allowed, handled and committed before anything is answered.
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import eventlet
from eventlet.semaphore import Semaphore
from nameko.extensions import Entrypoint, SharedExtension

from chassis import parking, tokens
from chassis.contract import (
    Actor,
    Conflict,
    Event,
    Failure,
    Forbidden,
    Internal,
    Invalid,
    Request,
    Unavailable,
    encode,
    failure_from,
)
from chassis.contract.declare import parse_event
from chassis.link import Link
from chassis.observe import bind_trace, log, metrics, new_trace
from chassis.settings import settings
from chassis.store.unit_of_work import (
    Duplicate,
    Store,
    UnitOfWork,
    claim_key,
    fingerprint,
    take_in,
    transient,
    worth_repeating,
)
from chassis.wire import (
    OUTCOME,
    Envelope,
    Unreadable,
    WireCall,
    command_queue,
    dead_queue,
    event_queue,
    read_call,
    read_calls,
    rpc_queue,
)

PREFETCH_CALLS, PREFETCH_EVENTS, PREFETCH_TOGETHER, LANES = 200, 16, 100, 32
TRIES = 3


class Outcome:
    """How a command ended, as the one who ordered it hears: the key it was ordered under and a reply or failure."""

    __slots__ = ("command", "failure", "key", "reply")

    def __init__(self, key: str, command: str, reply: Any, failure: Failure | None) -> None:
        self.key, self.command, self.reply, self.failure = key, command, reply, failure


class Deliveries(SharedExtension):  # type: ignore[misc]
    """Receives the messages of one service and hands each to its entrypoint."""

    link = Link()

    def __init__(self) -> None:
        self.answers: dict[str, Answers] = {}
        self.outcomes: HearsOutcomes | None = None
        self.callers: dict[str, frozenset[str]] = {}
        self._lanes = Semaphore(LANES)

    def setup(self) -> None:
        self.store: Store = self.container.store
        self.callers = self.container.callers
        self.container.redriven[_commands_consumer()] = self.handle_command

    def consume(self) -> None:
        """Say what is to be consumed, once every entrypoint has made itself known."""
        service = settings().service
        if self.answers:
            self.link.consumers.append((rpc_queue(service), PREFETCH_CALLS, self._take_calls))
        if any(a.request.is_command for a in self.answers.values()) or self.outcomes:
            self.link.consumers.append((command_queue(service), PREFETCH_EVENTS, self._take_command))
        self.link.consumers.append((dead_queue(service), 1, self._take_dead))

    def _in_lane(self, handle: Callable[..., None], *message: Any) -> None:
        """Handle a message beside others, of which only so many at once; whoever reads the link waits for none."""

        def run() -> None:
            with self._lanes:
                handle(*message)

        eventlet.spawn_n(run)

    # ---- requests

    def _take_calls(self, message: Any) -> None:
        properties = message.properties
        caller, reply_to = properties.get("user_id") or "", properties.get("reply_to") or ""
        try:
            if not reply_to.startswith(f"{caller}.") or not caller:
                raise Unreadable("the answer would not go to the sender")
            raw_calls = read_calls(message.body)
        except Unreadable as wrong:
            log().error("message_unreadable", queue="rpc", error=str(wrong))
            metrics().messages.labels("request", "", "unreadable").inc()
            self.link.write(message.reject)
            return
        self.link.write(message.ack)
        for raw in raw_calls:
            self._spawn(raw, caller, reply_to)

    def _spawn(self, raw: Any, caller: str, reply_to: str) -> None:
        try:
            call = read_call(raw)
            entrypoint = self.answers.get(call.request)
            if entrypoint is None:
                raise Unreadable("no such request")
        except Unreadable as wrong:
            call_id = raw.get("id") if isinstance(raw, dict) else None
            if call_id:
                self.link.reply(reply_to, _answer(str(call_id), failure=Invalid(reason=str(wrong))))
            return
        if self.container.busy():
            self.link.reply(reply_to, _answer(call.id, failure=Unavailable(reason="busy")))
            return
        self.container.spawn_worker(entrypoint, (call, caller, reply_to), {})

    # ---- commands and outcomes

    def _take_command(self, message: Any) -> None:
        self._in_lane(self._command, message)

    def _command(self, message: Any) -> None:
        try:
            envelope = Envelope.read(message.body, message.properties.get("content_type"))
            self._handler_of(envelope)
            ordered = envelope.type != OUTCOME
            if ordered and message.properties.get("user_id") not in self.callers.get(envelope.type, ()):
                raise Unreadable("this sender may not order that")
        except Unreadable as wrong:
            log().error("message_unreadable", queue="commands", error=str(wrong))
            self.link.write(message.reject)
            return
        settle(self.store, self.handle_command, envelope, _commands_consumer())
        self.link.write(message.ack)

    def _handler_of(self, envelope: Envelope) -> Callable[[Envelope], None]:
        if envelope.type == OUTCOME:
            if self.outcomes is None:
                raise Unreadable("no command was ordered here")
            return self.outcomes.hear
        entrypoint = self.answers.get(envelope.type)
        if entrypoint is None or not entrypoint.request.is_command:
            raise Unreadable("no such command")
        return entrypoint.obey

    def handle_command(self, envelope: Envelope) -> None:
        """Obey a command or hear an outcome; also what a parked one is handed to again."""
        self._handler_of(envelope)(envelope)

    def take_event(self, message: Any, entrypoint: "Hears") -> None:
        """One event for one handler."""
        self._in_lane(self._event, message, entrypoint)

    def _event(self, message: Any, entrypoint: "Hears") -> None:
        envelope = self._read_event(message, entrypoint)
        if envelope is not None:
            settle(self.store, entrypoint.hear, envelope, entrypoint.consumer)
            self.link.write(message.ack)

    def take_event_together(self, message: Any, entrypoint: "HearsMany") -> None:
        """One event for a handler of many: it goes with those that wait while the handler is busy."""
        entrypoint.waiting.append(message)
        if not entrypoint.busy:
            entrypoint.busy = True
            self._in_lane(self._events, entrypoint)

    def _events(self, entrypoint: "HearsMany") -> None:
        try:
            while entrypoint.waiting:
                messages, entrypoint.waiting = entrypoint.waiting, []
                read = [(message, self._read_event(message, entrypoint)) for message in messages]
                known = [(message, envelope) for message, envelope in read if envelope is not None]
                settle_together(self.store, entrypoint, [envelope for _, envelope in known])
                for message, _ in known:
                    self.link.write(message.ack)
        finally:
            entrypoint.busy = False

    def _read_event(self, message: Any, entrypoint: "Hears") -> Envelope | None:
        """The event, or None after refusing what is none of this handler's."""
        try:
            envelope = Envelope.read(message.body, message.properties.get("content_type"))
            if envelope.type != entrypoint.event.name:
                raise Unreadable(f"{envelope.type} is not {entrypoint.event.name}")
            if message.properties.get("user_id") != entrypoint.event.service:
                raise Unreadable("the sender is not the owner of this event")
            parse_event(entrypoint.event, envelope.payload)
        except (Unreadable, Invalid) as wrong:
            log().error("message_unreadable", queue=entrypoint.queue, error=str(wrong))
            metrics().messages.labels("event", entrypoint.event.name, "unreadable").inc()
            self.link.write(message.reject)
            return None
        return envelope

    # ---- what the broker or we could not read

    def _take_dead(self, message: Any) -> None:
        self._in_lane(self._dead, message)

    def _dead(self, message: Any) -> None:
        """Bury what could not be read; a request whose caller stopped waiting is no letter."""
        while not parking.expired(message):
            try:
                parking.bury(self.store, message)
                break
            except Exception as error:  # noqa: BLE001 - kept at the broker until the database takes it
                log().warning("dead_letter_waits", error=type(error).__name__)
                eventlet.sleep(5)
        self.link.write(message.ack)


def _commands_consumer() -> str:
    return f"{settings().service}.commands"


def settle(store: Store, handle: Callable[[Envelope], None], envelope: Envelope, consumer: str) -> None:
    """Returns when the message needs no more care from the broker: handled, known already, or parked."""
    delay = 0.5
    with bind_trace(envelope.trace or new_trace()):
        while True:
            try:
                _handle_once(store, handle, envelope, consumer)
                return
            except Exception as error:  # noqa: BLE001 - the database is away: keep the message and wait
                log().warning("message_waits", consumer=consumer, error=type(error).__name__)
                eventlet.sleep(delay)
                delay = min(delay * 2, 5)


def settle_together(store: Store, entrypoint: "HearsMany", envelopes: list[Envelope]) -> None:
    """The same for several events, in one transaction; one by one where they cannot be handled together."""
    if len(envelopes) > 1:
        started = time.perf_counter()
        try:
            with bind_trace(new_trace()):
                entrypoint.hear_together(envelopes)
        except Exception as error:  # noqa: BLE001 - each is handled, known or parked by itself
            log().info("handled_one_by_one", consumer=entrypoint.consumer, error=type(error).__name__)
        else:
            name = entrypoint.event.name
            metrics().messages.labels("event", name, "handled").inc(len(envelopes))
            metrics().handler_seconds.labels("event", name).observe(time.perf_counter() - started)
            return
    for envelope in envelopes:
        settle(store, entrypoint.hear, envelope, entrypoint.consumer)


def _handle_once(store: Store, handle: Callable[[Envelope], None], envelope: Envelope, consumer: str) -> None:
    started = time.perf_counter()
    try:
        handle(envelope)
        outcome = "handled"
    except Duplicate:
        outcome = "known"
    except Exception as error:
        if transient(error):
            raise
        outcome = "parked"
        log().error("message_parked", consumer=consumer, message_id=str(envelope.id), exc_info=True)
        parking.park(store, consumer, envelope, error)
    metrics().messages.labels("event", envelope.type, outcome).inc()
    metrics().handler_seconds.labels("event", envelope.type).observe(time.perf_counter() - started)


def _answer(call_id: str, *, reply: Any = None, failure: Failure | None = None) -> bytes:
    if failure is not None:
        return encode({"id": call_id, "error": failure.on_the_wire()})
    return encode({"id": call_id, "ok": reply})


class _Bound(Entrypoint):  # type: ignore[misc]
    """What the entrypoints share: the method, the store and the link."""

    deliveries = Deliveries()

    @property
    def store(self) -> Store:
        return self.container.store  # type: ignore[no-any-return]

    @property
    def consumer(self) -> str:
        return f"{settings().service}.{self.method_name}"

    def method(self) -> Callable[..., Any]:
        return getattr(self.container.instance, self.method_name)  # type: ignore[no-any-return]

    def in_transaction(self, uow: UnitOfWork, handle: Callable[[], Any]) -> Any:
        """Handle and commit before anything is answered; undone as a whole when it raises."""
        for tries_left in range(TRIES - 1, -1, -1):
            try:
                reply = handle()
                uow.commit()
                return reply
            except BaseException as error:
                uow.roll_back()
                if isinstance(error, Conflict | Forbidden):
                    uow.record_refusal()
                if not tries_left or uow.perhaps_done or not worth_repeating(error):
                    raise
                eventlet.sleep(random.random() / 20)  # noqa: S311 - jitter
        raise AssertionError("unreachable: the last try returns or raises")


class Answers(_Bound):
    """A request from another service or the gateway."""

    def __init__(self, request: Request[..., Any]) -> None:
        super().__init__()
        self.request = request

    def setup(self) -> None:
        self.deliveries.answers[self.request.name] = self

    def run(self, call: WireCall, caller: str, reply_to: str) -> None:
        """Understand, allow, handle, commit, answer. Whatever happens, exactly this call is answered."""
        if call.deadline < time.time():
            metrics().messages.labels("request", call.request, "expired").inc()
            return
        started = time.perf_counter()
        with bind_trace(call.trace or new_trace()):
            try:
                answer = _answer(call.id, reply=self._reply(call, caller))
                outcome = "ok"
            except Failure as failure:
                outcome = failure.kind
                answer = _answer(call.id, failure=failure)
                if failure.status >= 500 or failure.status in (401, 403):
                    log().info("request_refused", request=call.request, caller=caller, code=failure.code)
            except Exception as error:  # noqa: BLE001 - told as internal or unavailable, never with its text
                away = transient(error)
                outcome = "unavailable" if away else "internal"
                log().error(
                    "request_failed",
                    request=call.request,
                    caller=caller,
                    exc_info=not away,
                    error=type(error).__name__,
                )
                told = Unavailable(service=settings().service) if away else Internal(request_id=call.trace)
                answer = _answer(call.id, failure=told)
        metrics().messages.labels("request", call.request, outcome).inc()
        metrics().handler_seconds.labels("request", call.request).observe(time.perf_counter() - started)
        self.deliveries.link.reply(reply_to, answer)

    def _reply(self, call: WireCall, caller: str) -> Any:
        if caller not in self.deliveries.callers.get(call.request, ()):
            raise Forbidden(reason="caller")
        actor: Actor | None = tokens.verify(call.token) if call.token else None
        self.request.by.admit(actor)
        arguments = self.request.parse(call.arguments)
        if call.key is None:
            return self._run(call, actor, arguments, None)
        key = f"{actor.id if actor else ''}:{call.request}:{call.key}"
        digest = fingerprint(call.arguments)
        known, reply = self.store.kept_answer(key, digest)
        if known:
            return reply
        try:
            return self._run(call, actor, arguments, (key, digest))
        except Duplicate:
            known, reply = self.store.kept_answer(key, digest)
            if known:
                return reply
            raise Unavailable(reason="in progress") from None

    def _run(
        self, call: WireCall, actor: Actor | None, arguments: dict[str, Any], key: tuple[str, str] | None
    ) -> Any:
        uow = UnitOfWork(
            self.store,
            self.deliveries.link,
            actor=actor,
            token=call.token,
            deadline=call.deadline,
            guard=claim_key(*key) if key else None,
        )

        def handle() -> Any:
            reply = self.method()(uow, **arguments)
            if key:
                uow.keep_reply(key[0], reply)
            return reply

        return self.in_transaction(uow, handle)

    def obey(self, envelope: Envelope) -> None:
        """A saga's command: handled once; the outcome, good or bad, goes back through the outbox."""
        consumer = _commands_consumer()
        uow = UnitOfWork(self.store, self.deliveries.link, guard=take_in(consumer, envelope.id))

        def report(outcome: dict[str, Any]) -> None:
            uow.report(
                envelope.reply_to, envelope.aggregate, envelope.id, {"command": envelope.type, **outcome}
            )

        try:
            arguments = self.request.parse(envelope.payload)
            self.in_transaction(uow, lambda: report({"ok": self.method()(uow, **arguments)}))
        except Unavailable:
            raise
        except Failure as failure:
            refusal = failure.on_the_wire()
            self.in_transaction(uow, lambda: report({"error": refusal}))


class Hears(_Bound):
    """An event of some service."""

    def __init__(self, event: type[Event], every_process: bool = False) -> None:
        super().__init__()
        self.event = event
        self.every_process = every_process

    @property
    def queue(self) -> str:
        return event_queue(settings().service, self.event.name)

    def setup(self) -> None:
        link = self.deliveries.link
        if self.every_process:
            link.broadcasts.append(((self.event.name,), self._overhear, lambda: None))
        else:
            link.consumers.append((self.queue, *self._taken()))
        self.container.redriven[self.consumer] = self.hear

    def _taken(self) -> tuple[int, Callable[[Any], None]]:
        """How many are in hand at most, and what takes each."""
        return PREFETCH_EVENTS, lambda message: self.deliveries.take_event(message, self)

    def hear(self, envelope: Envelope) -> None:
        """Handle once in effect; raises `Duplicate` when it was heard before."""
        happened = parse_event(self.event, envelope.payload)
        uow = UnitOfWork(self.store, self.deliveries.link, guard=take_in(self.consumer, envelope.id))
        self.in_transaction(uow, lambda: self.method()(uow, happened))

    def _overhear(self, message: Any) -> None:
        try:
            envelope = Envelope.read(message.body, message.properties.get("content_type"))
            happened = parse_event(self.event, envelope.payload)
        except (Unreadable, Invalid):
            return
        self.method()(UnitOfWork(self.store, self.deliveries.link), happened)


class HearsMany(Hears):
    """Events of one kind, those that wait in one transaction; the method takes them all at once."""

    def __init__(self, event: type[Event]) -> None:
        super().__init__(event)
        self.waiting: list[Any] = []
        self.busy = False

    def _taken(self) -> tuple[int, Callable[[Any], None]]:
        return PREFETCH_TOGETHER, lambda message: self.deliveries.take_event_together(message, self)

    def hear(self, envelope: Envelope) -> None:
        """Handle one by itself; raises `Duplicate` when it was heard before."""
        self.hear_together([envelope])

    def hear_together(self, envelopes: Sequence[Envelope]) -> None:
        """Handle these once in effect; raises `Duplicate` when any was heard before."""
        happened = tuple(parse_event(self.event, envelope.payload) for envelope in envelopes)
        guard = take_in(self.consumer, *(envelope.id for envelope in envelopes))
        uow = UnitOfWork(self.store, self.deliveries.link, guard=guard)
        self.in_transaction(uow, lambda: self.method()(uow, happened))


class HearsOutcomes(_Bound):
    """How ordered commands have ended."""

    def setup(self) -> None:
        self.deliveries.outcomes = self

    def hear(self, envelope: Envelope) -> None:
        """Handle one outcome once in effect."""
        said = envelope.payload
        failure = failure_from(said["error"]) if said.get("error") else None
        outcome = Outcome(envelope.aggregate, str(said.get("command")), said.get("ok"), failure)
        uow = UnitOfWork(self.store, self.deliveries.link, guard=take_in(self.consumer, envelope.id))
        self.in_transaction(uow, lambda: self.method()(uow, outcome))


class Pumps(_Bound):
    """Due rows, taken by a single pump per process; `woken` by every commit, or once a second only. One that `gathers`
    rests for so many seconds after each take, so that the next is larger.
    """

    def __init__(self, *, woken: bool = True, gathers: float = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.woken, self.gathers = woken, gathers

    def setup(self) -> None:
        self.container.pumps.append(self)

    def pump(self) -> bool:
        """Take one due row; True when there was one."""
        with bind_trace(new_trace()):
            uow = UnitOfWork(self.store, self.deliveries.link)

            def take() -> bool:
                taken = bool(self.method()(uow))
                if not taken:
                    # committing the look that found nothing would wake the pump to look again, for ever
                    uow.roll_back()
                return taken

            return bool(self.in_transaction(uow, take))
