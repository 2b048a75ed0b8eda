"""Every setting a Schoolbridge process reads, what it means and who is given it.

Two kinds of reader: a process (a service or the gateway), which sees its own settings only, and the deploy
steps, which see the owner's side of every database and of the broker.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from deploy.stack import GATEWAY, SERVICES, VHOST

PREFIX = "SCHOOLBRIDGE_"


@dataclass(frozen=True)
class Setting:
    """One environment variable of a process."""

    name: str
    meaning: str
    example: str
    given_to: str = "every service and the gateway"


PROCESS_SETTINGS = (
    Setting("SCHOOLBRIDGE_ENVIRONMENT", "development, test or production", "production"),
    Setting("SCHOOLBRIDGE_SERVICE", "the service's name, or gateway", "identity"),
    Setting(
        "SCHOOLBRIDGE_DATABASE_URL",
        "the service's own database, by its run-time role; always the psycopg2 driver",
        "postgresql+psycopg2://identity_run:<secret>@postgres:5432/identity",
        "every service",
    ),
    Setting(
        "SCHOOLBRIDGE_AMQP_URL",
        "the broker, by the process's own user",
        "amqp://identity:<secret>@rabbitmq:5672/schoolbridge",
    ),
    Setting(
        "SCHOOLBRIDGE_HEALTH_PORT",
        "where the service answers /livez, /readyz and /metrics",
        "8041",
        "every service",
    ),
    Setting("SCHOOLBRIDGE_HEALTH_HOST", "the address that port is bound to", "127.0.0.1", "every service"),
    Setting("SCHOOLBRIDGE_HTTP_PORT", "where the portal and the API are served", "8000", "the gateway"),
    Setting("SCHOOLBRIDGE_FILES_PORT", "where the files' origin is served", "8001", "the gateway"),
    Setting("SCHOOLBRIDGE_HTTP_HOST", "the address those two ports are bound to", "127.0.0.1", "the gateway"),
    Setting(
        "SCHOOLBRIDGE_TRUSTED_PROXIES",
        "addresses, by comma, whose word about the visitor's own address is taken",
        "10.0.0.7",
        "the gateway",
    ),
    Setting(
        "SCHOOLBRIDGE_MOST_IN_FLIGHT",
        "requests answered at the same time; more are turned away at the door",
        "400",
        "the gateway",
    ),
    Setting(
        "SCHOOLBRIDGE_TOKEN_PUBLIC_KEY",
        "file with the Ed25519 public key that checks the acting person's token",
        "/keys/public/token.pem",
    ),
    Setting(
        "SCHOOLBRIDGE_TOKEN_PRIVATE_KEY",
        "file with the key that signs it",
        "/keys/private/token.pem",
        "identity alone",
    ),
    Setting(
        "SCHOOLBRIDGE_FILE_KEY",
        "file with the Ed25519 key by which the service signs tickets for its own files",
        "/keys/private/files.pem",
        "every service that owns files but identity, which signs with its token's key",
    ),
    Setting(
        "SCHOOLBRIDGE_FILE_PUBLIC_KEYS",
        "folder with the public keys that check those tickets, one <service>.pem each",
        "/keys/public/files",
    ),
    Setting("SCHOOLBRIDGE_LINK_SECRET", "signs the process's own links and tickets", "<secret>"),
    Setting(
        "SCHOOLBRIDGE_CONTROLS",
        "folder through which time is moved and faults are caused; refused in production",
        "",
    ),
    Setting("SCHOOLBRIDGE_FILES", "folder of uploaded files", "/files"),
    Setting("SCHOOLBRIDGE_PUBLIC_URL", "where people reach the portal", "http://localhost:8000"),
    Setting(
        "SCHOOLBRIDGE_FILES_URL", "where files are fetched from, another origin", "http://localhost:8001"
    ),
    Setting(
        "SCHOOLBRIDGE_SEARCH_URL",
        "where Elasticsearch answers",
        "http://elastic:<secret>@elasticsearch:9200",
        "search alone",
    ),
    Setting(
        "SCHOOLBRIDGE_ROOM_URL",
        "where rooms of online meetings are made: bbb+, jitsi+ or janus+ and the server's address, for Janus also the "
        "one browsers speak to; without it, organisers give a link to a room of their own",
        "janus+http://:<secret>@janus:8088/janus?socket=wss://rooms.example.org",
        "events alone",
    ),
    Setting(
        "SCHOOLBRIDGE_ROOM_RELAYS",
        "STUN and TURN servers for browsers in rooms of a Janus server, by space",
        "stun:stun.example.org:3478 turn:turn.example.org:3478?transport=udp",
        "events alone",
    ),
    Setting(
        "SCHOOLBRIDGE_ROOM_RELAY_SECRET",
        "what the TURN server shares with us (coturn: use-auth-secret), to make accounts that end with the meeting",
        "<secret>",
        "events alone",
    ),
    Setting(
        "SCHOOLBRIDGE_HOURS_FILE",
        "which hours of professional development countries ask for, written like services/events/data/hours.toml; "
        "without it that file, whose figures nobody has checked",
        "/etc/schoolbridge/hours.toml",
        "events alone",
    ),
    Setting("SCHOOLBRIDGE_SMTP_URL", "where mail is handed in", "smtp://mailbox:1025", "community alone"),
    Setting(
        "SCHOOLBRIDGE_MAIL_FROM",
        "the sender of every mail",
        "Schoolbridge <no-reply@schoolbridge.example>",
        "community alone",
    ),
)


def database_url(*, role: str, secret: str, host: str, port: int, database: str) -> str:
    """A SQLAlchemy address; the driver is named, since another one would freeze the event loop."""
    return f"postgresql+psycopg2://{quote(role)}:{quote(secret, safe='')}@{host}:{port}/{database}"


def amqp_url(*, user: str, secret: str, host: str, port: int) -> str:
    """The broker's address for one user."""
    return f"amqp://{quote(user)}:{quote(secret, safe='')}@{host}:{port}/{VHOST}"


def search_url(*, host: str, port: int) -> str:
    """Elasticsearch's address without an account, as in the local stack."""
    return f"http://{host}:{port}"


def room_url(*, secret: str, host: str, port: int, socket: str) -> str:
    """A Janus server's address for the events service, with the one that browsers speak to."""
    return f"janus+http://:{quote(secret, safe='')}@{host}:{port}/janus?socket={socket}"


def owner_role(service: str) -> str:
    """The role that owns a service's database and migrates it."""
    return f"{service}_owner"


def run_role(service: str) -> str:
    """The role a service runs as: rows, no tables."""
    return f"{service}_run"


@dataclass(frozen=True)
class Account:
    """A name and its password, as they stand in an address."""

    name: str
    secret: str

    @classmethod
    def of(cls, url: str) -> "Account":
        """The account an address logs in with."""
        parts = urlsplit(url)
        if not parts.username or not parts.password:
            raise ValueError(f"no account in the address of {parts.hostname}")
        return cls(unquote(parts.username), unquote(parts.password))


@dataclass(frozen=True)
class ServiceAccess:
    """How one service's database and broker user are reached."""

    service: str
    owner_database_url: str
    run_database_url: str
    amqp_url: str


@dataclass(frozen=True)
class OperatorSettings:
    """What the deploy steps are given: the administrator's doors and every account they are to make."""

    admin_database_url: str
    management_url: str
    """RabbitMQ's management API, with the administrator's account in it."""
    gateway_amqp_url: str
    services: tuple[ServiceAccess, ...]

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "OperatorSettings":
        """Read them; what is missing is named, all of it at once."""
        found = os.environ if environ is None else environ
        missing = sorted(name for name in operator_setting_names() if not found.get(name))
        if missing:
            raise SystemExit(f"These settings are missing: {', '.join(missing)}")
        return cls(
            admin_database_url=found[ADMIN_DATABASE_URL],
            management_url=found[MANAGEMENT_URL],
            gateway_amqp_url=found[_of_process(GATEWAY, "AMQP_URL")],
            services=tuple(
                ServiceAccess(
                    service=service.name,
                    owner_database_url=found[_of_process(service.name, "OWNER_DATABASE_URL")],
                    run_database_url=found[_of_process(service.name, "DATABASE_URL")],
                    amqp_url=found[_of_process(service.name, "AMQP_URL")],
                )
                for service in SERVICES
            ),
        )

    def as_environment(self) -> dict[str, str]:
        """The same settings as environment variables."""
        environment = {
            ADMIN_DATABASE_URL: self.admin_database_url,
            MANAGEMENT_URL: self.management_url,
            _of_process(GATEWAY, "AMQP_URL"): self.gateway_amqp_url,
        }
        for access in self.services:
            environment[_of_process(access.service, "OWNER_DATABASE_URL")] = access.owner_database_url
            environment[_of_process(access.service, "DATABASE_URL")] = access.run_database_url
            environment[_of_process(access.service, "AMQP_URL")] = access.amqp_url
        return environment


ADMIN_DATABASE_URL = "SCHOOLBRIDGE_ADMIN_DATABASE_URL"
MANAGEMENT_URL = "SCHOOLBRIDGE_MANAGEMENT_URL"


def operator_setting_names() -> Iterator[str]:
    """The variables a deploy step reads."""
    yield ADMIN_DATABASE_URL
    yield MANAGEMENT_URL
    yield _of_process(GATEWAY, "AMQP_URL")
    for service in SERVICES:
        yield _of_process(service.name, "OWNER_DATABASE_URL")
        yield _of_process(service.name, "DATABASE_URL")
        yield _of_process(service.name, "AMQP_URL")


def _of_process(process: str, setting: str) -> str:
    return f"{PREFIX}{process.upper()}_{setting}"
