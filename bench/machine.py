"""On what was measured: the machine and the versions of all that took part."""

import json
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path


def described(tools: Path) -> str:
    """A few lines for the head of the report."""
    memory = next(
        line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal")
    )
    peers = json.loads((tools / "peers" / "package.json").read_text())["dependencies"]
    return "\n".join(
        (
            f"  {os.cpu_count()} × {_processor()}, {int(memory.split()[1]) // 2**20} GB, {_system()}, load {_load()}",
            f"  Python {platform.python_version()}, "
            + _versions(
                "starlette", "uvicorn", "uvloop", "pika", "nameko", "kombu", "SQLAlchemy", "psycopg2-binary"
            ),
            f"  {_says('/usr/lib/rabbitmq/bin/rabbitmqctl', 'version', prefix='RabbitMQ ')}, {_postgres()}",
            f"  peers: Node {_says('node', '--version')}, "
            + ", ".join(f"{name} {pinned}" for name, pinned in peers.items())
            + ", stock nameko 2.14.1 in a Python environment of its own",
            f"  load: {_says('wrk', '--version').split(' [')[0]}, one thread per gateway, on the same machine",
        )
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "processor"
    )


def _system() -> str:
    lines = Path("/etc/os-release").read_text().splitlines()
    return next(line for line in lines if line.startswith("PRETTY_NAME=")).partition("=")[2].strip('"')


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def _versions(*packages: str) -> str:
    return ", ".join(f"{package} {version(package)}" for package in packages)


def _postgres() -> str:
    newest = max(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return _says(str(newest), "--version").replace("postgres (PostgreSQL)", "PostgreSQL")


def _says(*command: str, prefix: str = "") -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return prefix + (done.stdout or done.stderr).strip().splitlines()[0]
