"""What each process of a local stack is told: its own settings and nobody else's secrets."""

import os
from pathlib import Path

from deploy.local import passwords
from deploy.settings import (
    OperatorSettings,
    ServiceAccess,
    amqp_url,
    database_url,
    owner_role,
    room_url,
    run_role,
    search_url,
)
from deploy.stack import CHECKOUT, GATEWAY, SERVICES, ServiceProcess, Stack, named_stack

LOOPBACK = "127.0.0.1"
ADMIN = "schoolbridge_admin"
STATE_MARK = "SCHOOLBRIDGE_STATE"
"""Every process bears the state folder's path, so that what a dead supervisor left can be recognised."""


def private_key(stack: Stack) -> Path:
    """Signs tokens; identity alone is told where."""
    return stack.state / "keys" / "private.pem"


def public_key(stack: Stack) -> Path:
    """Checks tokens."""
    return stack.state / "keys" / "public.pem"


def file_key(stack: Stack, service: str) -> Path:
    """Signs tickets for one service's files; it alone is told where."""
    return stack.state / "keys" / f"{service}-files.pem"


def file_public_keys(stack: Stack) -> Path:
    """Check those tickets, one for each service."""
    return stack.state / "keys" / "files"


def plain_environment(stack: Stack) -> dict[str, str]:
    """What any program needs, and nothing of the shell that called `make up`."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "TZ", "USER", "SCHOOLBRIDGE_PORTS")
        if name in os.environ
    }
    return kept | {"LANG": "C.UTF-8", STATE_MARK: str(stack.state)}


def python_environment(stack: Stack) -> dict[str, str]:
    """What a process of our own needs."""
    return plain_environment(stack) | {
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONUNBUFFERED": "1",
        # what hashing a password took is given back, and not kept for the next one in every thread
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": "1048576",
        "MALLOC_TRIM_THRESHOLD_": "1048576",
        "PYTHONWARNINGS": "ignore::DeprecationWarning",  # eventlet announces its age at every start
        "SCHOOLBRIDGE_ENVIRONMENT": stack.environment,
    }


def service_environment(stack: Stack, process: ServiceProcess) -> dict[str, str]:
    """A service's settings."""
    known, name = passwords.read_passwords(stack), process.service.name
    environment = _shared_environment(stack, name) | {
        "SCHOOLBRIDGE_DATABASE_URL": _database_url(
            stack, name, run_role(name), known[passwords.runner_of(name)]
        ),
        "SCHOOLBRIDGE_HEALTH_PORT": str(process.health_port),
        "SCHOOLBRIDGE_HEALTH_HOST": LOOPBACK,
        "EVENTLET_NO_GREENDNS": "yes",
    }
    if name == "identity":
        environment["SCHOOLBRIDGE_TOKEN_PRIVATE_KEY"] = str(private_key(stack))
    if process.service.owns_files:
        environment["SCHOOLBRIDGE_FILE_KEY"] = str(file_key(stack, name))
    if name == "search":
        environment["SCHOOLBRIDGE_SEARCH_URL"] = elasticsearch_url(stack)
    if name == "events":
        environment["SCHOOLBRIDGE_ROOM_URL"] = rooms_url(stack)
    if name == "community":
        environment["SCHOOLBRIDGE_SMTP_URL"] = f"smtp://{LOOPBACK}:{stack.ports.smtp}"
        environment["SCHOOLBRIDGE_MAIL_FROM"] = "Schoolbridge <no-reply@schoolbridge.example>"
    return environment


def gateway_environment(stack: Stack) -> dict[str, str]:
    """The gateway's settings; it has no database."""
    return _shared_environment(stack, GATEWAY) | {
        "SCHOOLBRIDGE_HTTP_HOST": LOOPBACK,
        "SCHOOLBRIDGE_HTTP_PORT": str(stack.ports.gateway),
        "SCHOOLBRIDGE_FILES_PORT": str(stack.ports.files),
    }


def _shared_environment(stack: Stack, process: str) -> dict[str, str]:
    known = passwords.read_passwords(stack)
    return python_environment(stack) | {
        "SCHOOLBRIDGE_SERVICE": process,
        "SCHOOLBRIDGE_AMQP_URL": _amqp_url(stack, process, known[passwords.broker_user(process)]),
        "SCHOOLBRIDGE_TOKEN_PUBLIC_KEY": str(public_key(stack)),
        "SCHOOLBRIDGE_FILE_PUBLIC_KEYS": str(file_public_keys(stack)),
        "SCHOOLBRIDGE_LINK_SECRET": known[passwords.links_of(process)],
        "SCHOOLBRIDGE_CONTROLS": str(stack.controls),
        "SCHOOLBRIDGE_FILES": str(stack.files),
        "SCHOOLBRIDGE_PUBLIC_URL": stack.public_url,
        "SCHOOLBRIDGE_FILES_URL": stack.files_url,
    }


def settings_of(name: str) -> OperatorSettings:
    """An operator's settings for the local stack of that name, or those of the environment where none is named."""
    return operator_settings(named_stack(name)) if name else OperatorSettings.from_environment()


def operator_settings(stack: Stack) -> OperatorSettings:
    """What the deploy steps, operators' commands and tests may use: the owner's side of everything."""
    known = passwords.read_passwords(stack)
    admin = known[passwords.RABBITMQ_ADMIN]
    return OperatorSettings(
        admin_database_url=_database_url(stack, "postgres", ADMIN, known[passwords.POSTGRES_ADMIN]),
        management_url=f"http://{ADMIN}:{admin}@{LOOPBACK}:{stack.ports.management}",
        gateway_amqp_url=_amqp_url(stack, GATEWAY, known[passwords.broker_user(GATEWAY)]),
        services=tuple(
            ServiceAccess(
                service=name,
                owner_database_url=_database_url(
                    stack, name, owner_role(name), known[passwords.owner_of(name)]
                ),
                run_database_url=_database_url(stack, name, run_role(name), known[passwords.runner_of(name)]),
                amqp_url=_amqp_url(stack, name, known[passwords.broker_user(name)]),
            )
            for name in (service.name for service in SERVICES)
        ),
    )


def operator_environment(stack: Stack) -> dict[str, str]:
    """The environment a deploy step runs in."""
    return (
        python_environment(stack)
        | operator_settings(stack).as_environment()
        | {
            "SCHOOLBRIDGE_TOKEN_PUBLIC_KEY": str(public_key(stack)),
            "SCHOOLBRIDGE_CONTROLS": str(stack.controls),
            "SCHOOLBRIDGE_FILES": str(stack.files),
            "SCHOOLBRIDGE_PUBLIC_URL": stack.public_url,
            "SCHOOLBRIDGE_FILES_URL": stack.files_url,
        }
    )


def elasticsearch_url(stack: Stack) -> str:
    """Where the stack's Elasticsearch answers; it listens on this machine only and asks for no account."""
    return search_url(host=LOOPBACK, port=stack.ports.elasticsearch)


def rooms_url(stack: Stack) -> str:
    """Where the stack's Janus makes rooms; browsers on this machine reach it, too."""
    return room_url(
        secret=passwords.read_passwords(stack)[passwords.ROOMS],
        host=LOOPBACK,
        port=stack.ports.rooms,
        socket=f"ws://{LOOPBACK}:{stack.ports.room_sockets}",
    )


def _database_url(stack: Stack, database: str, role: str, secret: str) -> str:
    return database_url(role=role, secret=secret, host=LOOPBACK, port=stack.ports.postgres, database=database)


def _amqp_url(stack: Stack, user: str, secret: str) -> str:
    return amqp_url(user=user, secret=secret, host=LOOPBACK, port=stack.ports.amqp)
