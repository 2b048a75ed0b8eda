"""What a process is told by its environment, read once and checked at start-up."""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path


class WrongSetting(SystemExit):
    """A setting that a process must not start with; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one process; every name is `SCHOOLBRIDGE_<NAME>` in the environment."""

    environment: str
    service: str
    database_url: str
    amqp_url: str
    health_host: str
    health_port: int
    public_url: str
    files_url: str
    files: Path
    controls: Path | None
    token_public_key: Path | None
    token_private_key: Path | None
    file_key: Path | None
    file_public_keys: Path | None
    link_secret: str
    search_url: str
    room_url: str
    room_relays: str
    room_relay_secret: str
    hours_file: str
    smtp_url: str
    mail_from: str

    @property
    def production(self) -> bool:
        return self.environment == "production"


def _read(name: str, default: str = "") -> str:
    return os.environ.get(f"SCHOOLBRIDGE_{name}", default)


def _path(name: str) -> Path | None:
    text = _read(name)
    return Path(text) if text else None


@cache
def settings() -> Settings:
    """The settings of this process; refuses test controls in production and an unknown environment."""
    environment = _read("ENVIRONMENT", "production")
    if environment not in ("production", "development", "test"):
        raise WrongSetting(
            f"SCHOOLBRIDGE_ENVIRONMENT must be production, development or test, not {environment!r}"
        )
    controls = _path("CONTROLS")
    if controls and environment == "production":
        raise WrongSetting(
            "SCHOOLBRIDGE_CONTROLS moves the clock and breaks things on purpose: not in production"
        )
    return Settings(
        environment=environment,
        service=_read("SERVICE"),
        database_url=_read("DATABASE_URL"),
        amqp_url=_read("AMQP_URL"),
        health_host=_read("HEALTH_HOST", "127.0.0.1"),
        health_port=int(_read("HEALTH_PORT", "0")),
        public_url=_read("PUBLIC_URL", "http://localhost:8000").rstrip("/"),
        files_url=_read("FILES_URL", "http://localhost:8001").rstrip("/"),
        files=_path("FILES") or Path("files"),
        controls=controls,
        token_public_key=_path("TOKEN_PUBLIC_KEY"),
        token_private_key=_path("TOKEN_PRIVATE_KEY"),
        file_key=_path("FILE_KEY"),
        file_public_keys=_path("FILE_PUBLIC_KEYS"),
        link_secret=_read("LINK_SECRET"),
        search_url=_read("SEARCH_URL").rstrip("/"),
        room_url=_read("ROOM_URL"),
        room_relays=_read("ROOM_RELAYS"),
        room_relay_secret=_read("ROOM_RELAY_SECRET"),
        hours_file=_read("HOURS_FILE"),
        smtp_url=_read("SMTP_URL"),
        mail_from=_read("MAIL_FROM", "Schoolbridge <no-reply@schoolbridge.example.org>"),
    )
