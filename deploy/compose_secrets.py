"""Writes the passwords that docker-compose.yml asks for, made at random.

    python -m deploy.compose_secrets > .env

Needs nothing but Python, since it runs before any package is installed.
"""

import secrets
from collections.abc import Iterator

from deploy.stack import GATEWAY, SERVICES


def secret_names() -> Iterator[str]:
    """Every password of the compose stack: the administrators', then each process's own."""
    yield "POSTGRES_ADMIN_SECRET"
    yield "RABBITMQ_ADMIN_SECRET"
    yield "ELASTICSEARCH_SECRET"
    yield "ROOM_SECRET"
    yield f"{GATEWAY.upper()}_AMQP_SECRET"
    yield f"{GATEWAY.upper()}_LINK_SECRET"
    for service in SERVICES:
        for purpose in ("OWNER", "RUN", "AMQP", "LINK"):
            yield f"{service.name.upper()}_{purpose}_SECRET"


if __name__ == "__main__":
    for name in secret_names():
        print(f"{name}={secrets.token_urlsafe(24)}")
