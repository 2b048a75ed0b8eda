"""Janus of a local stack: Debian's program with a configuration of our own, on this machine only."""

import shutil
from pathlib import Path

from deploy.janus import RoomServer
from deploy.local.environment import LOOPBACK, rooms_url
from deploy.stack import Stack


def home(stack: Stack) -> Path:
    """Its configuration; it keeps nothing else."""
    return stack.state / "janus"


def write_configuration(stack: Stack) -> None:
    """Write what it reads at its start."""
    ports = stack.ports
    server = RoomServer.of(
        rooms_url(stack), socket_port=ports.room_sockets, media_ports=ports.room_media, only_on=LOOPBACK
    )
    server.write(home(stack))


def command(stack: Stack) -> list[str]:
    """The server in the foreground."""
    return [shutil.which("janus") or "/usr/bin/janus", "--configs-folder", str(home(stack))]


def health_address(stack: Stack) -> str:
    """Answers once rooms can be made."""
    return f"http://{LOOPBACK}:{stack.ports.rooms}/janus/info"
