"""The passwords of a local stack: made at random once, kept in one file that only its owner may read."""

import json
import os
import secrets
from collections.abc import Iterator

from deploy.stack import GATEWAY, SERVICES, Stack

POSTGRES_ADMIN = "postgres admin"
RABBITMQ_ADMIN = "rabbitmq admin"
ROOMS = "events rooms"


def owner_of(service: str) -> str:
    """The password of a database's owner."""
    return f"{service} owner"


def runner_of(service: str) -> str:
    """The password of a service's run-time role."""
    return f"{service} run"


def broker_user(process: str) -> str:
    """The password of a process's broker user."""
    return f"{process} amqp"


def links_of(process: str) -> str:
    """What a process signs its links with."""
    return f"{process} links"


def _names() -> Iterator[str]:
    yield POSTGRES_ADMIN
    yield RABBITMQ_ADMIN
    yield ROOMS
    for process in [GATEWAY, *(service.name for service in SERVICES)]:
        yield broker_user(process)
        yield links_of(process)
    for service in SERVICES:
        yield owner_of(service.name)
        yield runner_of(service.name)


def ensure_passwords(stack: Stack) -> None:
    """Make those that are missing; the others stay, since databases and broker know them."""
    known = read_passwords(stack) if stack.secrets_file.exists() else {}
    missing = [name for name in _names() if name not in known]
    if not missing:
        return
    known |= {name: secrets.token_urlsafe(24) for name in missing}
    fresh = stack.secrets_file.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(known, file, indent=1)
    fresh.replace(stack.secrets_file)


def read_passwords(stack: Stack) -> dict[str, str]:
    """All of them, by name."""
    known: dict[str, str] = json.loads(stack.secrets_file.read_text())
    return known
