"""A hand on the bus that sends what no service would: malformed, foreign and out of time."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pika

from deploy.local.environment import operator_settings
from tests.stack import stack


def _address(service: str) -> str:
    operator = operator_settings(stack())
    if service == "gateway":
        return operator.gateway_amqp_url
    return next(a.amqp_url for a in operator.services if a.service == service)


@contextlib.contextmanager
def channel(service: str) -> Iterator[Any]:
    """A channel with this service's own rights."""
    connection = pika.BlockingConnection(pika.URLParameters(_address(service)))
    try:
        yield connection.channel()
    finally:
        with contextlib.suppress(Exception):
            connection.close()


def send(service: str, exchange: str, routing_key: str, *bodies: bytes, **properties: Any) -> None:
    """Publish as this service, each once the broker has kept the one before; raises when it does not permit it.

    What is not confirmed a quorum queue may still forget when the channel closes.
    """
    told = pika.BasicProperties(**{"user_id": service, **properties})
    with channel(service) as own:
        own.confirm_delivery()
        for body in bodies:
            own.basic_publish(exchange, routing_key, body, told)
