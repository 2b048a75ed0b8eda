"""Brings a local stack up, takes it down and forgets it; every step is skipped when its work is done."""

import fcntl
import importlib.util
import os
import shutil
import subprocess
import sys
import time
import tomllib
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

from deploy.local import launch, occupied, passwords, postgres, rabbitmq, rooms, supervision
from deploy.local.elasticsearch import node
from deploy.local.elasticsearch.home import ensure_home
from deploy.local.environment import (
    file_key,
    file_public_keys,
    operator_environment,
    operator_settings,
    private_key,
    public_key,
)
from deploy.local.packages import ensure_packages
from deploy.local.supervision import Supervisor
from deploy.settings import Account
from deploy.stack import CHECKOUT, GATEWAY, SERVICES, Stack
from deploy.token_keys import ensure_token_keys

INFRASTRUCTURE_SECONDS = 60
SERVICE_SECONDS = 90
DEMO_LOGINS = CHECKOUT / "deploy" / "demo_logins.toml"
DEPLOY_STEPS = {
    "deploy.databases": "databases and roles",
    "deploy.migrate": "migrations",
    "deploy.topology": "exchanges, queues, broker users",
}
DEMO = "deploy.demo"


def say(text: str) -> None:
    """One line of progress."""
    print(text, flush=True)


def bring_up(stack: Stack) -> None:
    """Everything from nothing, or only what is missing."""
    with _alone(stack):
        for package in ensure_packages():
            say(f"  installed  {package}")
        began = time.monotonic()
        if ensure_home():
            say(f"  made       a home for Elasticsearch ({time.monotonic() - began:.1f} s)")
        _prepare_state(stack)
        supervisor = Supervisor(stack)
        if not supervisor.is_running():
            for name in supervision.end_leftovers(stack, chain(*_ports_of(stack).values())):
                say(f"  ended      {name}, left over from a supervisor that died")
        _refuse_taken_ports(stack, supervisor)
        _start_infrastructure(stack, supervisor)
        _run_deploy_steps(stack)
        _start_product(stack, supervisor)
        if stack.name == "dev":
            # The demo's people act through the API, so everything must run by now.
            _run_step(stack, DEMO, "demo data")
    _announce(stack)


def take_down(stack: Stack) -> None:
    """Stop whatever runs; nothing is lost."""
    if not stack.state.exists():
        say(f"The {stack.name} stack does not run.")
        return
    with _alone(stack):
        supervisor = Supervisor(stack)
        if supervisor.is_running():
            supervisor.end()
            say(f"The {stack.name} stack is down; its data stays in {_shown(stack.state)}.")
        else:
            ended = supervision.end_leftovers(stack, chain(*_ports_of(stack).values()))
            say(
                f"Ended what was left: {', '.join(ended)}."
                if ended
                else f"The {stack.name} stack does not run."
            )


def forget(stack: Stack) -> None:
    """Stop the stack and delete its data, passwords and mail."""
    take_down(stack)
    data = postgres.home(stack)
    if data.exists() and not data.is_relative_to(stack.state):
        shutil.rmtree(data)
        for emptied in (data.parent, data.parent.parent):
            with suppress(OSError):
                emptied.rmdir()
    if stack.state.exists():
        shutil.rmtree(stack.state)
    say(f"The {stack.name} stack is forgotten.")


def show_status(stack: Stack) -> bool:
    """One line per process; True when all of them run and answer."""
    supervisor = Supervisor(stack)
    if not supervisor.is_running():
        say(f"The {stack.name} stack does not run.")
        return False
    health = _health_addresses(stack) | {
        launch.ELASTICSEARCH: node.health_address(stack),
        launch.JANUS: rooms.health_address(stack),
    }
    all_well = True
    for state in supervisor.states():
        ready = _answers(health[state.name]) if state.name in health else state.state == "RUNNING"
        all_well = all_well and ready
        readiness = "ready" if ready else "not ready"
        say(f"  {state.name:<14} {state.state:<9} {readiness:<10} {state.description}")
    return all_well


@contextmanager
def _alone(stack: Stack) -> Iterator[None]:
    """Two people's `make up` in one checkout wait for each other."""
    stack.state.parent.mkdir(exist_ok=True)
    with (stack.state.parent / f"{stack.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Somebody else is bringing the {stack.name} stack up or down; waiting for them.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _prepare_state(stack: Stack) -> None:
    for folder in (stack.state.parent, stack.state):
        folder.mkdir(exist_ok=True)
        # PostgreSQL's own user must pass through; what is private below is closed file by file.
        folder.chmod(0o711)
    for folder in (
        stack.logs,
        stack.files,
        stack.controls,
        stack.controls / "failpoints",
        stack.state / "run",
    ):
        folder.mkdir(exist_ok=True, parents=True, mode=0o700)
    passwords.ensure_passwords(stack)
    ensure_token_keys(private_key(stack), public_key(stack))
    for service in SERVICES:
        if service.owns_files:
            public = file_public_keys(stack) / f"{service.name}.pem"
            ensure_token_keys(file_key(stack, service.name), public)
    if postgres.ensure_cluster(stack):
        say("  made       a PostgreSQL data folder")
    rabbitmq.write_configuration(stack)
    node.write_configuration(stack)
    rooms.write_configuration(stack)
    supervision.write_configuration(stack)


def _ports_of(stack: Stack) -> dict[str, list[int]]:
    """Which process will want which ports."""
    ports = stack.ports
    return {
        launch.PORT_MAPPER: [ports.epmd],
        launch.POSTGRES: [ports.postgres],
        launch.RABBITMQ: [ports.amqp, ports.management, ports.distribution],
        launch.ELASTICSEARCH: [ports.elasticsearch, ports.elasticsearch_transport],
        launch.JANUS: [ports.rooms, ports.room_sockets],
        launch.MAILBOX: [ports.mailbox, ports.smtp],
        **{copy.name: [copy.health_port] for copy in stack.service_processes()},
        GATEWAY: [ports.gateway, ports.files],
    }


def _refuse_taken_ports(stack: Stack, supervisor: Supervisor) -> None:
    up = (
        {state.name for state in supervisor.states() if state.is_wanted_up}
        if supervisor.is_running()
        else set()
    )
    taken = [
        f"  {holder} - {name} needs it"
        for name, ports in _ports_of(stack).items()
        if name not in up
        for port in ports
        if (holder := occupied.holder_of(port))
    ]
    if taken:
        raise SystemExit(
            "Schoolbridge cannot start here:\n"
            + "\n".join(taken)
            + "\nPlease ask them to free it, or choose other ports: SCHOOLBRIDGE_PORTS=10000 make up"
        )


def _start_infrastructure(stack: Stack, supervisor: Supervisor) -> None:
    if supervisor.is_running():
        supervisor.adopt_configuration()
    else:
        supervisor.begin()
    for name in supervision.INFRASTRUCTURE:
        supervisor.start(name)
    probes: dict[str, Callable[[], bool]] = {
        launch.POSTGRES: lambda: _postgres_answers(stack),
        launch.RABBITMQ: lambda: _rabbitmq_answers(stack),
        launch.ELASTICSEARCH: lambda: node.answers(stack),
        launch.JANUS: lambda: _answers(rooms.health_address(stack)),
        launch.MAILBOX: lambda: _answers(f"{stack.mailbox_url}/api/messages"),
    }
    for name, probe in probes.items():
        _await(stack, supervisor, name, probe, INFRASTRUCTURE_SECONDS)


def _run_deploy_steps(stack: Stack) -> None:
    for module, what in DEPLOY_STEPS.items():
        _run_step(stack, module, what)


def _run_step(stack: Stack, module: str, what: str) -> None:
    if importlib.util.find_spec(module) is None:
        say(f"  skipped    {what}: {module} is not there")
        return
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", module], cwd=CHECKOUT, env=operator_environment(stack), check=False
    )
    if done.returncode:
        raise SystemExit(f"{module} ended with {done.returncode}; nothing after it was started.")
    say(f"  done       {what} ({time.monotonic() - began:.1f} s)")


def _start_product(stack: Stack, supervisor: Supervisor) -> None:
    health = _health_addresses(stack)
    started = [name for name in health if _is_written(name) and supervisor.start(name)]
    for name in started:
        say(f"  started    {name}")
    for name, address in health.items():
        if not _is_written(name):
            say(f"  skipped    {name}: its code is not there")
            continue
        _await(stack, supervisor, name, lambda address=address: _answers(address), SERVICE_SECONDS)  # type: ignore[misc]


def _is_written(process: str) -> bool:
    if process == GATEWAY:
        return (CHECKOUT / "gateway" / "__main__.py").exists()
    service = process.partition("-")[0]
    return (CHECKOUT / "chassis" / "run.py").exists() and (
        CHECKOUT / "services" / service / "service.py"
    ).exists()


def _health_addresses(stack: Stack) -> dict[str, str]:
    addresses = {
        copy.name: f"http://127.0.0.1:{copy.health_port}/readyz" for copy in stack.service_processes()
    }
    return addresses | {GATEWAY: f"http://127.0.0.1:{stack.ports.gateway}/readyz"}


def _await(
    stack: Stack, supervisor: Supervisor, name: str, probe: Callable[[], bool], seconds: float
) -> None:
    began = time.monotonic()
    while not probe():
        if time.monotonic() - began > seconds:
            raise SystemExit(
                f"{name} is not ready after {seconds:.0f} s ({supervisor.state(name).description}).\n"
                f"Its log, {_shown(stack.logs / name)}.log, ends with:\n{_tail(stack.logs / f'{name}.log')}"
            )
        time.sleep(0.2)
    waited = time.monotonic() - began
    say(f"  ready      {name}" + (f" ({waited:.1f} s)" if waited > 0.5 else ""))


def _answers(address: str, headers: dict[str, str] | None = None) -> bool:
    request = urllib.request.Request(address, headers=headers or {})  # noqa: S310 - our own loopback address
    try:
        with urllib.request.urlopen(request, timeout=3) as response:  # noqa: S310
            return bool(response.status == 200)
    except OSError:
        return False


def _postgres_answers(stack: Stack) -> bool:
    url = operator_settings(stack).admin_database_url.replace("postgresql+psycopg2://", "postgresql://", 1)
    try:
        psycopg2.connect(url, connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True


def _rabbitmq_answers(stack: Stack) -> bool:
    url = operator_settings(stack).management_url
    account, host = Account.of(url), urlsplit(url).netloc.rpartition("@")[2]
    credentials = b64encode(f"{account.name}:{account.secret}".encode()).decode()
    return _answers(f"http://{host}/api/overview", {"Authorization": f"Basic {credentials}"})


def _announce(stack: Stack) -> None:
    say("")
    say(f"Schoolbridge ({stack.name}) is at {stack.public_url}")
    say(f"The mail it sends is at {stack.mailbox_url}")
    if stack.name == "dev" and DEMO_LOGINS.exists():
        say("People to log in as:")
        for line in _login_lines(tomllib.loads(DEMO_LOGINS.read_text())):
            say(f"  {line}")


def _login_lines(logins: dict[str, object]) -> Iterator[str]:
    """One line per role, whatever facts the file gives for it."""
    for role, facts in logins.items():
        people = facts if isinstance(facts, list) else [facts]
        for person in people:
            if isinstance(person, dict):
                yield f"{person.get('role', role):<28} " + "  ".join(
                    str(value) for key, value in person.items() if key != "role"
                )
            else:
                yield f"{role:<28} {person}"


def _tail(log: Path, lines: int = 15) -> str:
    if not log.exists():
        return "(nothing)"
    return "\n".join(f"    {line}" for line in log.read_text(errors="replace").splitlines()[-lines:])


def _shown(path: Path) -> str:
    return os.path.relpath(path, Path.cwd())
