import asyncio
from typing import Any
from uuid import UUID

import pytest
from pika.spec import Basic, BasicProperties

from chassis.client import Bus
from chassis.contract import NotFound, Unavailable, decode, encode
from services.identity import contract as identity
from services.projects import contract as projects


class Broker:
    """The other side of the door: keeps what is published and can answer."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.published: list[tuple[str, list[dict[str, Any]], BasicProperties]] = []

    def publish(self, _exchange: str, routing_key: str, body: bytes, properties: BasicProperties) -> None:
        self.published.append((routing_key, decode(body)["calls"], properties))

    def reply(self, service: str, replies: list[dict[str, Any]]) -> None:
        self.bus._take_replies(
            Basic.Deliver(), BasicProperties(user_id=service), encode({"replies": replies})
        )


def run(story: Any) -> Any:
    async def tell() -> Any:
        bus = Bus("amqp://nobody:x@127.0.0.1:9/x")
        broker = Broker(bus)
        bus._door = broker  # type: ignore[assignment]
        return await story(bus, broker)

    return asyncio.run(tell())


def test_calls_of_one_turn_to_one_service_travel_in_one_message():
    async def story(bus: Bus, broker: Broker) -> None:
        asked = [asyncio.create_task(bus.call(identity.profile(UUID(int=n)), budget=0.2)) for n in range(40)]
        asked.append(asyncio.create_task(bus.call(projects.mine(), budget=0.2)))
        await asyncio.gather(*asked, return_exceptions=True)
        assert [(service, len(calls)) for service, calls, _ in broker.published] == [
            ("identity", 32),
            ("identity", 8),
            ("projects", 1),
        ]

    run(story)


def test_a_message_says_who_asks_and_is_not_done_after_its_deadline():
    async def story(bus: Bus, broker: Broker) -> None:
        with pytest.raises(Unavailable) as late:
            await bus.call(identity.countries(), token="t", key="k", budget=0.15)
        assert late.value.details == {"service": "identity", "reason": "deadline"}
        _, [call], properties = broker.published[0]
        assert (call["request"], call["token"], call["key"]) == ("identity.countries", "t", "k")
        assert properties.user_id == "gateway"
        assert properties.reply_to == f"gateway.{bus.instance}"
        assert properties.delivery_mode == 1
        assert 0 < int(properties.expiration) <= 150
        assert not bus._pending

    run(story)


def test_replies_are_typed_and_findings_are_raised():
    async def story(bus: Bus, broker: Broker) -> None:
        good = asyncio.create_task(bus.call(identity.countries()))
        bad = asyncio.create_task(bus.call(identity.profile(UUID(int=1))))
        await asyncio.sleep(0.01)
        _, (first, second), _ = broker.published[0]
        broker.reply(
            "identity",
            [
                {"id": second["id"], "error": {"kind": "not_found", "code": "blocked", "details": {}}},
                {"id": first["id"], "ok": [{"code": "ES", "category": "eu", "active": True}]},
            ],
        )
        assert await good == (identity.CountryCard("ES", "eu", active=True),)
        with pytest.raises(NotFound) as hidden:
            await bad
        assert hidden.value.code == "blocked"

    run(story)


def test_only_the_service_that_was_asked_can_answer():
    async def story(bus: Bus, broker: Broker) -> None:
        asked = asyncio.create_task(bus.call(identity.countries(), budget=0.1))
        await asyncio.sleep(0.01)
        _, [call], _ = broker.published[0]
        broker.reply("projects", [{"id": call["id"], "ok": []}])
        with pytest.raises(Unavailable):
            await asked

    run(story)


def test_a_request_no_queue_wants_fails_at_once():
    async def story(bus: Bus, broker: Broker) -> None:
        asked = asyncio.create_task(bus.call(identity.countries(), budget=5))
        await asyncio.sleep(0.01)
        service, calls, _ = broker.published[0]
        bus._came_back(Basic.Return(routing_key=service), encode({"calls": calls}))
        with pytest.raises(Unavailable) as failure:
            await asyncio.wait_for(asked, 0.1)
        assert failure.value.details["reason"] == "unknown service"

    run(story)


def test_without_a_broker_a_call_fails_at_once_and_so_do_those_on_their_way():
    async def story(bus: Bus, _broker: Broker) -> None:
        asked = asyncio.create_task(bus.call(identity.countries(), budget=5))
        await asyncio.sleep(0.01)
        bus._let_go()
        with pytest.raises(Unavailable):
            await asyncio.wait_for(asked, 0.1)
        with pytest.raises(Unavailable):
            await asyncio.wait_for(bus.call(identity.countries(), budget=5), 0.1)

    run(story)


def test_events_are_heard_typed_and_only_from_their_owner():
    async def story(bus: Bus, _broker: Broker) -> None:
        heard: list[Any] = []
        forgotten: list[int] = []
        bus.hear(identity.SessionEnded, heard.append)
        bus.on_reconnect(lambda: forgotten.append(1))
        payload = {"session_id": str(UUID(int=1)), "person_id": str(UUID(int=2))}
        envelope = {
            "id": str(UUID(int=3)),
            "type": "identity.SessionEnded",
            "aggregate": str(UUID(int=1)),
            "version": 1,
            "trace": "",
            "payload": payload,
        }
        for sender in ("projects", "identity"):
            properties = BasicProperties(user_id=sender, content_type="application/json")
            bus._take_event(Basic.Deliver(), properties, encode(envelope))
        assert heard == [identity.SessionEnded(UUID(int=1), UUID(int=2))]
        bus._take_event(
            Basic.Deliver(), BasicProperties(user_id="identity", content_type="application/json"), b"{"
        )
        assert forgotten == [1]

    run(story)
