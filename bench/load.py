"""Load on one system for a few seconds: requests a second, times, and CPU time by process."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.processes import cpu_seconds

SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True)
class System:
    """One contender: where it is asked (one address per gateway), with what header, and its processes."""

    name: str
    addresses: tuple[str, ...]
    paths: Path
    processes: Mapping[str, tuple[int, ...]]
    authorization: str = ""


@dataclass(frozen=True)
class Run:
    """What one run brought; times in milliseconds, CPU in milliseconds per request."""

    requests_per_second: float
    p50: float
    p95: float
    p99: float
    failed: int
    cpu: dict[str, float] = field(default_factory=dict)

    @property
    def cpu_in_all(self) -> float:
        return sum(self.cpu.values())


def put_load_on(system: System, connections: int, seconds: int, gateways: int = 1) -> Run:
    """As fast as it goes, so many requests in flight, shared evenly between so many gateways."""
    addresses = system.addresses[:gateways]
    each = max(connections // len(addresses), 1)
    before = _cpu_of(system)
    loads = [
        subprocess.Popen(
            [
                *("wrk", "-t1", f"-c{each}", f"-d{seconds}s", "--latency", "-s", str(SCRIPT)),
                *(*_header(system), address, "--", str(system.paths)),
            ],
            stdout=subprocess.PIPE,
        )
        for address in addresses
    ]
    told = [json.loads(load.communicate()[0].decode().strip().splitlines()[-1]) for load in loads]
    spent = {name: after - before[name] for name, after in _cpu_of(system).items()}
    requests = sum(t["requests"] for t in told)
    return Run(
        requests_per_second=sum(t["requests"] / t["seconds"] for t in told),
        p50=max(t["p50"] for t in told),
        p95=max(t["p95"] for t in told),
        p99=max(t["p99"] for t in told),
        failed=sum(t["failed"] for t in told),
        cpu={name: 1000 * used / max(requests, 1) for name, used in spent.items()},
    )


def _header(system: System) -> list[str]:
    return ["-H", f"Authorization: {system.authorization}"] if system.authorization else []


def _cpu_of(system: System) -> dict[str, float]:
    return {name: sum(map(cpu_seconds, pids)) for name, pids in system.processes.items()}
