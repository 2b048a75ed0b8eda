"""Says who holds a port that the stack needs."""

import os
import pwd
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LISTENING = "0A"


@dataclass(frozen=True)
class Holder:
    """Somebody else's process on a port of ours."""

    port: int
    user: str
    program: str | None
    """Unknown when the process belongs to another user."""
    pid: int | None

    def __str__(self) -> str:
        who = f"{self.program} (process {self.pid}) of user {self.user}" if self.pid else f"user {self.user}"
        return f"port {self.port} is taken by {who}"


def holder_of(port: int) -> Holder | None:
    """Who listens there; None when the port is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return _identified(port)
    return None


def _identified(port: int) -> Holder:
    for uid, inode in _listeners(port):
        pid = _process_with_socket(inode)
        program = Path(f"/proc/{pid}/comm").read_text().strip() if pid else None
        return Holder(port, _user_name(uid), program, pid)
    return Holder(port, "unknown", None, None)


def _listeners(port: int) -> Iterator[tuple[int, str]]:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if not Path(table).exists():
            continue
        for line in Path(table).read_text().splitlines()[1:]:
            _, local, _, state, _, _, _, uid, _, inode, *_ = line.split()
            if state == LISTENING and int(local.rsplit(":", 1)[1], 16) == port:
                yield int(uid), inode


def _process_with_socket(inode: str) -> int | None:
    for descriptors in Path("/proc").glob("[0-9]*/fd"):
        if f"socket:[{inode}]" in _links(descriptors):
            return int(descriptors.parent.name)
    return None


def _links(descriptors: Path) -> Iterator[str]:
    """What a process's open files are; none when it is another user's or gone."""
    try:
        entries = os.listdir(descriptors)  # noqa: PTH208 - names are enough
    except OSError:
        return
    for entry in entries:
        with suppress(OSError):
            yield os.readlink(descriptors / entry)  # noqa: PTH115 - "socket:[7]" is no path


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
