"""What belongs to a connection that is gone takes nothing of the present one with it."""

from amqp.exceptions import RecoverableConnectionError

from chassis.link import Link


def test_an_acknowledgement_that_comes_after_a_reconnect_spoils_no_other() -> None:
    link, acknowledged = Link(), []
    link._producer = object()

    def stale() -> None:
        raise RecoverableConnectionError("connection already closed")

    for number in range(3):
        link.write(stale)
        link.write(lambda number=number: acknowledged.append(number))
    link._flush()
    assert acknowledged == [0, 1, 2]
