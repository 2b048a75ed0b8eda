"""RabbitMQ of a local stack: Debian's programs, a node of our own with its own port mapper and cookie."""

import os
import shutil
import subprocess
from pathlib import Path

from deploy.local import passwords
from deploy.local.environment import ADMIN, LOOPBACK, plain_environment
from deploy.stack import VHOST, Stack

DEBIAN_PROGRAMS = Path("/usr/lib/rabbitmq/bin")
"""Debian's /usr/sbin wrapper would switch to the system's user and folders; these do not."""


def program(name: str) -> Path | None:
    """Where a RabbitMQ program lies."""
    inside = DEBIAN_PROGRAMS / name
    if inside.exists():
        return inside
    found = shutil.which(name)
    return Path(found) if found else None


def home(stack: Stack) -> Path:
    """Everything the node keeps, and its HOME."""
    return stack.state / "rabbitmq"


def node_name(stack: Stack) -> str:
    """Never the system's `rabbit@<machine>`; localhost, so that renaming the machine changes nothing."""
    return f"schoolbridge_{stack.name}_{stack.ports.first}@localhost"


def write_configuration(stack: Stack) -> None:
    """Write what the node reads at its start; only the owner may read it, the password stands in it."""
    home(stack).mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = {
        "listeners.tcp.1": f"{LOOPBACK}:{stack.ports.amqp}",
        "management.tcp.ip": LOOPBACK,
        "management.tcp.port": stack.ports.management,
        "default_user": ADMIN,
        "default_pass": passwords.read_passwords(stack)[passwords.RABBITMQ_ADMIN],
        "default_user_tags.administrator": "true",
        "default_vhost": VHOST,
        "log.file": "false",
        "log.console": "true",
        "log.console.level": "info",
        # Quorum queues keep half a gigabyte of log by default, which a laptop need not spend.
        "raft.wal_max_size_bytes": 64 * 1024 * 1024,
    }
    _write_private(_configuration(stack), "".join(f"{name} = {value}\n" for name, value in settings.items()))
    _write_private(home(stack) / "enabled_plugins", "[rabbitmq_management].\n")
    _write_private(home(stack) / "environment.conf", "")


def _configuration(stack: Stack) -> Path:
    return home(stack) / "rabbitmq.conf"


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def environment(stack: Stack) -> dict[str, str]:
    """For the node and for rabbitmqctl alike."""
    return plain_environment(stack) | {
        "HOME": str(home(stack)),
        "ERL_EPMD_PORT": str(stack.ports.epmd),
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "RABBITMQ_NODENAME": node_name(stack),
        "RABBITMQ_DIST_PORT": str(stack.ports.distribution),
        "RABBITMQ_MNESIA_BASE": str(home(stack) / "mnesia"),
        "RABBITMQ_LOG_BASE": str(home(stack) / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home(stack) / "enabled_plugins"),
        "RABBITMQ_CONFIG_FILE": str(_configuration(stack)),
        "RABBITMQ_CONF_ENV_FILE": str(home(stack) / "environment.conf"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false",
        # Without it the start script stays as a parent, and whoever kills "rabbitmq" kills the wrong process.
        "RUNNING_UNDER_SYSTEMD": "true",
        # rabbitmqctl, too, would leave a port mapper behind when it finds none.
        "RABBITMQ_CTL_ERL_ARGS": "-start_epmd false",
    }


def command(_: Stack) -> list[str]:
    """The node in the foreground; the script replaces itself with the Erlang machine."""
    return [str(program("rabbitmq-server"))]


def port_mapper_command(stack: Stack) -> list[str]:
    """Erlang's port mapper, supervised by us: left to itself it would outlive the stack."""
    return [shutil.which("epmd") or "epmd", "-port", str(stack.ports.epmd), "-address", LOOPBACK]


def control(stack: Stack, *arguments: str) -> str:
    """What `rabbitmqctl` answers for this stack's node; a failure raises CalledProcessError."""
    done = subprocess.run(
        [str(program("rabbitmqctl")), *arguments],
        env=environment(stack),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout
