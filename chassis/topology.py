"""Exchanges, queues, bindings, users and permissions, made from the service classes and nothing else.

`definitions()` is pure; `apply()` imports it through RabbitMQ's management API before any service starts.
"""

import base64
import hashlib
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from chassis.contract import Request
from chassis.entrypoints import Answers, Hears
from chassis.service import Service
from chassis.wire import (
    COMMANDS,
    DEAD,
    EVENTS,
    EXCHANGES,
    OUTCOME,
    REPLIES,
    RPC,
    command_queue,
    dead_queue,
    event_queue,
    rpc_queue,
)

DELIVERY_LIMIT = 20


def entrypoints_of(service: type[Service]) -> list[Any]:
    """What a service class answers, hears and pumps."""
    found: list[Any] = []
    for name in dir(service):
        found.extend(getattr(getattr(service, name), "nameko_entrypoints", ()))
    return found


def heard_by(service: type[Service]) -> list[Hears]:
    """The events a service hears."""
    return [e for e in entrypoints_of(service) if isinstance(e, Hears)]


def answered_by(service: type[Service]) -> list[Request[..., Any]]:
    """The requests and commands a service answers."""
    return [e.request for e in entrypoints_of(service) if isinstance(e, Answers)]


def callers(
    services: Iterable[type[Service]], gateway_calls: Iterable[Request[..., Any]]
) -> dict[str, list[str]]:
    """Request name → who may send it, as the callee checks for each call."""
    who: dict[str, set[str]] = defaultdict(set)
    for service in services:
        for request in (*service.calls, *service.commands):
            who[request.name].add(service.name)
    for request in gateway_calls:
        who[request.name].add("gateway")
    return {name: sorted(names) for name, names in sorted(who.items())}


def definitions(
    services: list[type[Service]],
    gateway_calls: Iterable[Request[..., Any]],
    gateway_hears: Iterable[Any],
    passwords: dict[str, str],
    vhost: str = "schoolbridge",
) -> dict[str, Any]:
    """Everything the broker must know, as RabbitMQ's definitions; `passwords` by user name."""
    gateway_calls = list(gateway_calls)
    queues: list[dict[str, Any]] = []
    bindings: list[dict[str, Any]] = []

    def queue(name: str, kind: str, exchange: str, keys: Iterable[str], dead: str | None) -> None:
        arguments: dict[str, Any] = {"x-queue-type": kind}
        if dead:
            arguments |= {"x-dead-letter-exchange": DEAD, "x-dead-letter-routing-key": dead}
        if kind == "quorum":
            arguments |= {"x-delivery-limit": DELIVERY_LIMIT}
        queues.append(
            {"name": name, "vhost": vhost, "durable": True, "auto_delete": False, "arguments": arguments}
        )
        bindings.extend(
            {
                "source": exchange,
                "vhost": vhost,
                "destination": name,
                "destination_type": "queue",
                "routing_key": key,
                "arguments": {},
            }
            for key in keys
        )

    for service in services:
        queue(rpc_queue(service.name), "classic", RPC, [service.name], service.name)
        queue(command_queue(service.name), "quorum", COMMANDS, [f"{service.name}.*"], service.name)
        queue(dead_queue(service.name), "quorum", DEAD, [service.name], None)
        for heard in heard_by(service):
            if not heard.every_process:
                queue(
                    event_queue(service.name, heard.event.name),
                    "quorum",
                    EVENTS,
                    [heard.event.name],
                    service.name,
                )
    users = [*(service.name for service in services), "gateway"]
    permissions = _permissions(services, gateway_calls, list(gateway_hears), vhost)
    return {
        "users": [
            {
                "name": user,
                "password_hash": _password_hash(user, passwords[user]),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": "",
            }
            for user in users
        ],
        "vhosts": [{"name": vhost}],
        "permissions": permissions["permissions"],
        "topic_permissions": permissions["topic_permissions"],
        "exchanges": [
            {
                "name": name,
                "vhost": vhost,
                "type": "topic",
                "durable": True,
                "auto_delete": False,
                "internal": False,
                "arguments": {},
            }
            for name in EXCHANGES
        ],
        "queues": queues,
        "bindings": bindings,
    }


def _password_hash(user: str, password: str) -> str:
    salt = hashlib.sha256(f"{user}:{password}".encode()).digest()[:4]
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _any_of(names: Iterable[str], *, after: str = "$") -> str:
    """A regular expression for exactly these names; for none, one that nothing matches (empty would mean the same)."""
    ordered = sorted(set(names))
    return f"^({'|'.join(re.escape(n) for n in ordered)}){after}" if ordered else "^$"


def _permissions(
    services: list[type[Service]],
    gateway_calls: list[Request[..., Any]],
    gateway_hears: list[Any],
    vhost: str,
) -> dict[str, list[dict[str, Any]]]:
    calls = {service.name: list(service.calls) for service in services} | {"gateway": gateway_calls}
    orders = {service.name: list(service.commands) for service in services}
    callers_of: dict[str, set[str]] = defaultdict(set)
    for caller, requests in calls.items():
        for request in requests:
            callers_of[request.service].add(caller)
    order_givers: dict[str, set[str]] = defaultdict(set)
    for giver, requests in orders.items():
        for request in requests:
            order_givers[request.service].add(giver)
    overheard = {
        service.name: [h.event.name for h in heard_by(service) if h.every_process] for service in services
    } | {"gateway": [event.name for event in gateway_hears]}

    plain, topics = [], []

    def allow(user: str, configure: str, write: str, read: str) -> None:
        plain.append({"user": user, "vhost": vhost, "configure": configure, "write": write, "read": read})

    def topic(user: str, exchange: str, write: str, read: str) -> None:
        topics.append({"user": user, "vhost": vhost, "exchange": exchange, "write": write, "read": read})

    for user in calls:
        own = rf"own\.{user}\..*"
        is_service = user != "gateway"
        written = [RPC, *((EVENTS, COMMANDS, REPLIES) if is_service else ())]
        read = [own, REPLIES, EVENTS]
        if is_service:
            read += [re.escape(q(user)) for q in (rpc_queue, command_queue, dead_queue)] + [
                rf"on\.{user}\..*"
            ]
        allow(user, f"^{own}$", f"^({'|'.join([own, *written])})$", f"^({'|'.join(read)})$")
        topic(user, RPC, _any_of(r.service for r in calls[user]), "^$")
        topic(user, REPLIES, _any_of(callers_of[user], after=r"\."), _any_of([user], after=r"\."))
        topic(user, EVENTS, rf"^{user}\." if is_service else "^$", _any_of(overheard[user]))
        ordered = [r.name for r in orders.get(user, [])] + [
            f"{giver}.{OUTCOME}" for giver in order_givers[user]
        ]
        topic(user, COMMANDS, _any_of(ordered), "^$")
        topic(user, DEAD, "^$", "^$")
    return {"permissions": plain, "topic_permissions": topics}


def apply(wanted: dict[str, Any], management_url: str) -> None:
    """Import definitions; `management_url` carries the administrator's name and password."""
    parts = urllib.parse.urlsplit(management_url)
    secret = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()
    request = urllib.request.Request(  # noqa: S310 - the operator's own broker
        f"{parts.scheme}://{parts.hostname}:{parts.port}/api/definitions",
        data=json.dumps(wanted).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Basic {secret}"},
    )
    try:
        urllib.request.urlopen(request, timeout=30).close()  # noqa: S310
    except urllib.error.HTTPError as error:
        raise SystemExit(
            f"RabbitMQ refused the topology: {error.code} {error.read().decode()[:500]}"
        ) from error
