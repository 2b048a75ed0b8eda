"""Processes of the bench: starting and ending them, and what CPU time they have had."""

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
READY_SECONDS = 60.0


class Processes:
    """What the bench itself has started; ended with it, whatever happens."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._started: dict[str, subprocess.Popen[bytes]] = {}
        self._files = ExitStack()
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, command: list[str], environment: Mapping[str, str], folder: Path) -> int:
        """Start one, its output to a log of its own; its process id."""
        log = self._files.enter_context((self._logs / f"{name}.log").open("wb"))
        process = subprocess.Popen(command, env=dict(environment), cwd=folder, stdout=log, stderr=log)
        self._started[name] = process
        return process.pid

    def await_answer(self, url: str, headers: Mapping[str, str] | None = None) -> bytes:
        """Wait until an address answers 200; its body."""
        until = time.monotonic() + READY_SECONDS
        last = ""
        while time.monotonic() < until:
            dead = [name for name, process in self._started.items() if process.poll() is not None]
            if dead:
                raise SystemExit(f"{dead[0]} died; see {self._logs / dead[0]}.log")
            try:
                asked = urllib.request.Request(url, headers=dict(headers or {}))
                with urllib.request.urlopen(asked, timeout=3) as answer:
                    return answer.read()
            except (urllib.error.URLError, OSError) as error:
                last = str(error)
                time.sleep(0.2)
        raise SystemExit(f"{url} does not answer: {last}")

    def end(self) -> None:
        """Ask all of them to end, and see to it."""
        for process in self._started.values():
            process.terminate()
        for process in self._started.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        self._files.close()


def cpu_seconds(pid: int) -> float:
    """CPU time a process and its children, those that have ended too, have had so far."""
    return _cpu(pid, ended_children=True) + sum(map(_cpu, _children(pid)))


def resident_megabytes(pid: int) -> float:
    """Memory a process has now."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def _cpu(pid: int, *, ended_children: bool = False) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11 : 15 if ended_children else 13])) / TICKS_PER_SECOND


def _children(pid: int) -> Iterable[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield int(child)
            yield from _children(int(child))
