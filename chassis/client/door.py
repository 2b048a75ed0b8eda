"""One life of a connection to the broker: pika's callbacks as things that can be awaited."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from pika.adapters.asyncio_connection import AsyncioConnection
from pika.connection import Parameters
from pika.spec import Basic, BasicProperties

Deliver = Callable[[Basic.Deliver, BasicProperties, bytes], None]
Return = Callable[[Basic.Return, bytes], None]


class DoorClosed(ConnectionError):
    """The broker went away, or refused, while the door was being opened."""


class Door:
    """A connection with one channel; used once, from `open` until `closed` is done."""

    def __init__(self, parameters: Parameters, came_back: Return) -> None:
        self._parameters = parameters
        self._came_back = came_back
        self._connection: Any = None
        self._channel: Any = None
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def open(self) -> None:
        """Connect and open the channel; raises `DoorClosed`."""

        def connect(done: Callable[..., None]) -> None:
            self._connection = AsyncioConnection(
                self._parameters,
                on_open_callback=done,
                on_open_error_callback=self._has_closed,
                on_close_callback=self._has_closed,
                custom_ioloop=asyncio.get_running_loop(),
            )

        await self._step(connect)
        self._channel = await self._step(lambda done: self._connection.channel(on_open_callback=done))
        self._channel.add_on_close_callback(self._has_closed)
        self._channel.add_on_return_callback(
            lambda _channel, method, _properties, body: self._came_back(method, body)
        )

    async def consume(self, queue: str, exchange: str, routing_keys: list[str], deliver: Deliver) -> None:
        """Make an exclusive queue of this process, bind it, and have its messages delivered."""
        channel = self._channel
        await self._step(
            lambda done: channel.queue_declare(
                queue, exclusive=True, auto_delete=True, durable=False, callback=done
            )
        )
        for key in routing_keys:
            await self._step(partial(self._bind, queue, exchange, key))

        def take(_channel: Any, method: Basic.Deliver, properties: BasicProperties, body: bytes) -> None:
            deliver(method, properties, body)

        await self._step(
            lambda done: channel.basic_consume(queue, take, auto_ack=True, exclusive=True, callback=done)
        )

    def _bind(self, queue: str, exchange: str, key: str, done: Callable[..., None]) -> None:
        self._channel.queue_bind(queue, exchange, key, callback=done)

    def publish(self, exchange: str, routing_key: str, body: bytes, properties: BasicProperties) -> None:
        """Send one message; it comes back if no queue wants it."""
        self._channel.basic_publish(exchange, routing_key, body, properties, mandatory=True)

    def close(self) -> None:
        """Let go, whatever state the connection is in."""
        connection = self._connection
        if connection is not None and not (connection.is_closed or connection.is_closing):
            connection.close()
        if not self.closed.done():
            self.closed.set_result(None)

    async def _step(self, begin: Callable[[Callable[..., None]], Any]) -> Any:
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def finished(*answer: Any) -> None:
            if not done.done():
                done.set_result(answer[0] if answer else None)

        begin(finished)
        await asyncio.wait((done, self.closed), return_when=asyncio.FIRST_COMPLETED)
        if not done.done():
            raise DoorClosed
        return done.result()

    def _has_closed(self, *_why: Any) -> None:
        if not self.closed.done():
            self.closed.set_result(None)
