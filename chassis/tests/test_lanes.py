"""Whoever reads the link hands messages over and reads on, however many of them still wait."""

from types import SimpleNamespace

import eventlet
from eventlet.event import Event as Signal

from chassis.entrypoints import LANES, Deliveries


def test_more_messages_than_are_handled_at_once_do_not_hold_up_the_reader() -> None:
    deliveries, answered, begun = Deliveries(), Signal(), []

    def handle(message: SimpleNamespace, _entrypoint: object) -> None:
        begun.append(message.number)
        answered.wait()

    deliveries._event = handle  # type: ignore[method-assign]
    with eventlet.Timeout(2):
        for number in range(3 * LANES):
            deliveries.take_event(SimpleNamespace(number=number), None)  # type: ignore[arg-type]
        eventlet.sleep(0)
        assert len(begun) == LANES
        answered.send()
        while len(begun) < 3 * LANES:
            eventlet.sleep(0.01)
    assert sorted(begun) == list(range(3 * LANES))
