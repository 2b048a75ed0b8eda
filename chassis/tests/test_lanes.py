"""Whoever reads the link hands messages over and reads on, however many wait; those for a handler of many go together."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import eventlet
import pytest
from eventlet.event import Event as Signal

from chassis.entrypoints import LANES, Deliveries, settle_together
from chassis.store.unit_of_work import Duplicate
from chassis.wire import Envelope


def test_more_messages_than_are_handled_at_once_do_not_hold_up_the_reader() -> None:
    deliveries, answered, begun = Deliveries(), Signal(), []

    def handle(message: int, _entrypoint: object) -> None:
        begun.append(message)
        answered.wait()

    deliveries._event = handle  # type: ignore[method-assign, assignment]
    with eventlet.Timeout(2):
        for number in range(3 * LANES):
            deliveries.take_event(number, None)  # type: ignore[arg-type]
        eventlet.sleep(0)
        assert len(begun) == LANES
        answered.send()
        while len(begun) < 3 * LANES:
            eventlet.sleep(0.01)
    assert sorted(begun) == list(range(3 * LANES))


class Many:
    """A handler of many that keeps what it has heard, refuses a bad one with all that come with it, and knows a few."""

    def __init__(self, *, bad: int | None = None, known: frozenset[int] = frozenset()) -> None:
        self.event = SimpleNamespace(name="test.Happened")
        self.consumer = "test.heard"
        self.waiting: list[Any] = []
        self.busy = False
        self.heard: list[tuple[int, ...]] = []
        self.may_go_on = Signal()
        self._bad, self._known = bad, known

    def hear_together(self, envelopes: list[Envelope]) -> None:
        numbers = tuple(one.version for one in envelopes)
        if self._known & set(numbers):
            raise Duplicate
        if self._bad in numbers:
            raise ValueError
        self.heard.append(numbers)
        self.may_go_on.wait()

    def hear(self, envelope: Envelope) -> None:
        self.hear_together([envelope])


def envelope(number: int) -> Envelope:
    return Envelope(UUID(int=number), "test.Happened", "", number, "", {})


@pytest.fixture
def parked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    found: list[int] = []
    monkeypatch.setattr(
        "chassis.parking.park", lambda _store, _consumer, envelope, _error: found.append(envelope.version)
    )
    return found


def test_what_arrives_while_a_handler_is_busy_is_handled_together() -> None:
    deliveries, many, acknowledged = Deliveries(), Many(), []
    deliveries.store = None  # type: ignore[assignment]
    deliveries.link = SimpleNamespace(write=lambda action: action())  # type: ignore[assignment]
    deliveries._read_event = lambda message, _: envelope(message.number)  # type: ignore[method-assign]
    with eventlet.Timeout(2):
        for number in range(5):
            message = SimpleNamespace(number=number, ack=lambda number=number: acknowledged.append(number))
            deliveries.take_event_together(message, many)  # type: ignore[arg-type]
            eventlet.sleep(0)
        assert many.heard == [(0,)]
        assert acknowledged == []
        many.may_go_on.send()
        while len(acknowledged) < 5:
            eventlet.sleep(0.01)
    assert many.heard == [(0,), (1, 2, 3, 4)]
    assert not many.busy


@pytest.mark.parametrize(("bad", "known"), [(2, frozenset()), (None, frozenset({1})), (2, frozenset({1, 3}))])
def test_one_that_cannot_be_handled_with_the_others_spoils_none_of_them(
    parked: list[int], bad: int | None, known: frozenset[int]
) -> None:
    many = Many(bad=bad, known=known)
    many.may_go_on.send()
    settle_together(None, many, [envelope(number) for number in range(5)])  # type: ignore[arg-type]
    assert many.heard == [(number,) for number in range(5) if number != bad and number not in known]
    assert parked == ([] if bad is None else [bad])
