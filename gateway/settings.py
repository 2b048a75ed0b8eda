"""What the gateway is told by its environment, read once at start-up."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """The gateway's settings; every name is `SCHOOLBRIDGE_<NAME>` in the environment."""

    environment: str
    amqp_url: str
    http_host: str
    http_port: int
    files_port: int
    public_url: str
    files_url: str
    files: Path
    link_secret: str
    trusted_proxies: str = ""
    """Addresses whose word about the visitor's own address is taken, by comma."""
    most_in_flight: int = 400
    """Requests answered at the same time; more are turned away at the door."""

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read them; an unknown environment, or no secret, is not started with."""
        environment = _read("ENVIRONMENT", "production")
        if environment not in ("production", "development", "test"):
            raise SystemExit(
                f"SCHOOLBRIDGE_ENVIRONMENT must be production, development or test, not {environment!r}"
            )
        if not _read("LINK_SECRET"):
            raise SystemExit("SCHOOLBRIDGE_LINK_SECRET is not set: forms could not be told from forged ones")
        return cls(
            environment=environment,
            amqp_url=_read("AMQP_URL"),
            http_host=_read("HTTP_HOST", "127.0.0.1"),
            http_port=int(_read("HTTP_PORT", "8000")),
            files_port=int(_read("FILES_PORT", "8001")),
            public_url=_read("PUBLIC_URL", "http://localhost:8000").rstrip("/"),
            files_url=_read("FILES_URL", "http://localhost:8001").rstrip("/"),
            files=Path(_read("FILES", "files")),
            link_secret=_read("LINK_SECRET"),
            trusted_proxies=_read("TRUSTED_PROXIES"),
            most_in_flight=int(_read("MOST_IN_FLIGHT", "400")),
        )

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def https(self) -> bool:
        """Whether browsers reach the portal by https: then cookies are bound to it."""
        return self.production or self.public_url.startswith("https://")


def _read(name: str, default: str = "") -> str:
    return os.environ.get(f"SCHOOLBRIDGE_{name}", default)
