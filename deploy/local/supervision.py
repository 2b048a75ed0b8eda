"""The supervisor of a local stack: starts, restarts and stops its processes, and says how they are."""

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from deploy.local import launch, occupied
from deploy.local.environment import STATE_MARK
from deploy.stack import CHECKOUT, GATEWAY, Stack

INFRASTRUCTURE = (
    launch.PORT_MAPPER,
    launch.POSTGRES,
    launch.RABBITMQ,
    launch.ELASTICSEARCH,
    launch.JANUS,
    launch.MAILBOX,
)
STOP_SECONDS = 20
LONGEST_SOCKET_PATH = 100
SHUTTING_DOWN, ALREADY_STARTED, NOT_RUNNING = 6, 60, 70


@dataclass(frozen=True)
class ProcessState:
    """How one supervised process is."""

    name: str
    state: str
    """The supervisor's word: RUNNING, STARTING, BACKOFF, STOPPED, EXITED, FATAL."""
    pid: int | None
    description: str

    @property
    def is_wanted_up(self) -> bool:
        """Running, or the supervisor is at it."""
        return self.state in ("RUNNING", "STARTING", "BACKOFF")


def product_processes(stack: Stack) -> list[str]:
    """The services' copies and the gateway."""
    return [*(copy.name for copy in stack.service_processes()), GATEWAY]


def write_configuration(stack: Stack) -> None:
    """Write the supervisor's file; no secret stands in it."""
    _configuration(stack).write_text("\n".join(_configuration_lines(stack)))


def _configuration(stack: Stack) -> Path:
    return stack.state / "supervisord.conf"


def _configuration_lines(stack: Stack) -> Iterator[str]:
    yield from (
        "[unix_http_server]",
        f"file = {_escaped(_socket(stack))}",
        "chmod = 0700",
        "[rpcinterface:supervisor]",
        "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface",
        "[supervisorctl]",
        f"serverurl = unix://{_escaped(_socket(stack))}",
        "[supervisord]",
        f"directory = {_escaped(CHECKOUT)}",
        f"pidfile = {_escaped(_pid_file(stack))}",
        f"logfile = {_escaped(stack.logs / 'supervisord.log')}",
        "logfile_maxbytes = 10MB",
        "logfile_backups = 3",
        "minfds = 4096",
    )
    if os.geteuid() == 0:
        yield "user = root"
    for priority, name in enumerate([*INFRASTRUCTURE, *product_processes(stack)]):
        yield from (
            f"[program:{name}]",
            f"command = {_escaped(Path(sys.executable))} -m deploy.local.launch {stack.name} {name}",
            f"priority = {priority}",
            f"autostart = {'true' if name in INFRASTRUCTURE else 'false'}",
            "autorestart = true",
            "startsecs = 2",
            # Every try waits a second longer than the one before; giving up is left to people.
            "startretries = 1000000",
            f"stopsignal = {'INT' if name == launch.POSTGRES else 'TERM'}",
            f"stopwaitsecs = {STOP_SECONDS}",
            "redirect_stderr = true",
            f"stdout_logfile = {_escaped(stack.logs / name)}.log",
            "stdout_logfile_maxbytes = 10MB",
            "stdout_logfile_backups = 3",
        )


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")


def _socket(stack: Stack) -> Path:
    """Beside the state, or under the temporary folder where that path is too long for a socket."""
    inside = stack.state / "supervisor.sock"
    if len(str(inside)) <= LONGEST_SOCKET_PATH:
        return inside
    mark = hashlib.sha256(str(stack.state).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"schoolbridge-{os.getuid()}-{mark}.sock"


def _pid_file(stack: Stack) -> Path:
    return stack.state / "supervisord.pid"


class Supervisor:
    """Speaks to the supervisor of one stack; whether it runs is asked each time."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    @property
    def _remote(self) -> Any:
        # A transport whose connection failed once is spoiled for good, so each call has its own.
        transport = SupervisorTransport(None, None, f"unix://{_socket(self._stack)}")
        return ServerProxy("http://127.0.0.1", transport=transport)

    def is_running(self) -> bool:
        """Whether a supervisor answers."""
        if not _socket(self._stack).exists():
            return False
        try:
            self._remote.supervisor.getState()
        except OSError:
            return False
        except Fault as fault:
            # A supervisor that is shutting down answers nothing else, and is still there.
            return fault.faultCode == SHUTTING_DOWN
        return True

    def begin(self) -> None:
        """Start the supervisor and with it whatever the services stand on."""
        environment = os.environ | {"PYTHONPATH": str(CHECKOUT), STATE_MARK: str(self._stack.state)}
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(_configuration(self._stack))]
        done = subprocess.run(
            command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"The supervisor did not start:\n{done.stdout}{done.stderr}")
        _wait_until(self.is_running, seconds=10, otherwise="The supervisor did not answer.")

    def adopt_configuration(self) -> None:
        """Make processes known that a newer checkout has added."""
        added, _, removed = self._remote.supervisor.reloadConfig()[0]
        for name in removed:
            self.stop(name)
            self._remote.supervisor.removeProcessGroup(name)
        for name in added:
            self._remote.supervisor.addProcessGroup(name)

    def states(self) -> list[ProcessState]:
        """Every process, in the order in which they are started."""
        order = [*INFRASTRUCTURE, *product_processes(self._stack)]
        found = [
            ProcessState(entry["name"], entry["statename"], entry["pid"] or None, entry["description"])
            for entry in self._remote.supervisor.getAllProcessInfo()
        ]
        return sorted(found, key=lambda state: order.index(state.name) if state.name in order else len(order))

    def state(self, name: str) -> ProcessState:
        """One process."""
        return next(state for state in self.states() if state.name == name)

    def start(self, name: str) -> bool:
        """Start it without waiting; False when it was running already."""
        if self.state(name).is_wanted_up:
            return False
        try:
            self._remote.supervisor.startProcess(name, False)
        except Fault as fault:
            if fault.faultCode != ALREADY_STARTED:
                raise
            return False
        return True

    def stop(self, *names: str) -> None:
        """Ask all of them at once to end, and wait until they have."""
        for name in names:
            try:
                self._remote.supervisor.stopProcess(name, False)
            except Fault as fault:
                if fault.faultCode != NOT_RUNNING:
                    raise
        _wait_until(
            lambda: not any(state.pid for state in self.states() if state.name in names),
            seconds=STOP_SECONDS + 10,
            otherwise=f"These did not end: {', '.join(names)}",
        )

    def restart(self, name: str) -> None:
        """Stop and start again."""
        self.stop(name)
        self.start(name)

    def end(self) -> None:
        """Stop the product, then what it stands on, then the supervisor."""
        self.stop(*product_processes(self._stack))
        self._remote.supervisor.shutdown()
        _wait_until(
            lambda: not self.is_running() and not _socket(self._stack).exists(),
            seconds=STOP_SECONDS * len(INFRASTRUCTURE) + 10,
            otherwise="The supervisor did not end.",
        )


def end_leftovers(stack: Stack, ports: Iterable[int]) -> list[str]:
    """End what a supervisor that died has left running, found by its notes and by the stack's ports.

    Recognised by this stack's mark in the process's own environment, never by name or number alone.
    """
    found: dict[int, str] = {}
    for file in sorted((stack.state / "run").glob("*.pid")):
        found[int(file.read_text() or "0")] = file.stem
        file.unlink()
    for holder in filter(None, map(occupied.holder_of, ports)):
        if holder.pid:
            found.setdefault(holder.pid, holder.program or "")
    left = {pid: name for pid, name in found.items() if _bears_mark(stack, pid)}
    for pid, name in left.items():
        _end(pid, signal.SIGINT if name == launch.POSTGRES else signal.SIGTERM)
    return list(left.values())


def _bears_mark(stack: Stack, pid: int) -> bool:
    try:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return f"{STATE_MARK}={stack.state}".encode() in variables


def _end(pid: int, politely: signal.Signals) -> None:
    # It may be ending by itself, since nobody reads any more what it says.
    with suppress(ProcessLookupError):
        os.kill(pid, politely)
        until = time.monotonic() + STOP_SECONDS
        while Path(f"/proc/{pid}").exists():
            if time.monotonic() > until:
                os.kill(pid, signal.SIGKILL)
                return
            time.sleep(0.1)


def _wait_until(true: Callable[[], bool], *, seconds: float, otherwise: str) -> None:
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise SystemExit(otherwise)
        time.sleep(0.1)
