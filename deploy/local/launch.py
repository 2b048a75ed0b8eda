"""Becomes one process of a local stack.

    python -m deploy.local.launch dev identity

The supervisor runs this for every process, so that no secret stands in the supervisor's own file and each
process gets its settings as they are when it starts. It replaces itself: the supervisor sees, and whoever
kills by process id hits, the real thing.
"""

import os
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from deploy.local import environment, postgres, rabbitmq, rooms
from deploy.local.elasticsearch import node
from deploy.stack import CHECKOUT, GATEWAY, Stack, named_stack

PORT_MAPPER, POSTGRES, RABBITMQ, MAILBOX = "epmd", "postgres", "rabbitmq", "mailbox"
ELASTICSEARCH, JANUS = "elasticsearch", "janus"
PORT_MAPPER_WAIT = 10.0


def pid_file(stack: Stack, process: str) -> Path:
    """Says which process was started last under this name."""
    return stack.state / "run" / f"{process}.pid"


def launch(stack: Stack, process: str) -> None:
    """Replace this process; returns never."""
    pid_file(stack, process).write_text(str(os.getpid()))
    if process == POSTGRES:
        # Where the data lies depends on who asks, so it is asked before root's rights are given up.
        command = postgres.command(stack)
        os.chdir(postgres.home(stack))
        postgres.become_unprivileged()
        _become(command, environment.plain_environment(stack))
    elif process == PORT_MAPPER:
        _become(rabbitmq.port_mapper_command(stack), rabbitmq.environment(stack))
    elif process == RABBITMQ:
        _await_port_mapper(stack)
        _become(rabbitmq.command(stack), rabbitmq.environment(stack))
    elif process == ELASTICSEARCH:
        _become(node.command(stack), node.environment(stack))
    elif process == JANUS:
        _become(rooms.command(stack), environment.plain_environment(stack))
    elif process == MAILBOX:
        _become(_python("deploy.local.mailbox", stack.name), environment.python_environment(stack))
    elif process == GATEWAY:
        _become(_python("gateway"), environment.gateway_environment(stack))
    else:
        _become_service(stack, process)


def _become_service(stack: Stack, name: str) -> None:
    copy = next(copy for copy in stack.service_processes() if copy.name == name)
    _become(_python("chassis.run", copy.service.module), environment.service_environment(stack, copy))


def _python(*arguments: str) -> list[str]:
    return [str(CHECKOUT / ".venv/bin/python"), "-m", *arguments]


def _become(command: list[str], variables: Mapping[str, str]) -> None:
    os.execve(command[0], command, dict(variables))  # noqa: S606 - a list, no shell


def _await_port_mapper(stack: Stack) -> None:
    """RabbitMQ starts a port mapper of its own, which nobody would ever stop, when it finds none."""
    until = time.monotonic() + PORT_MAPPER_WAIT
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", stack.ports.epmd), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"no port mapper on port {stack.ports.epmd}")


if __name__ == "__main__":
    name, process_name = sys.argv[1:]
    launch(named_stack(name), process_name)
