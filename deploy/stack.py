"""What a Schoolbridge stack consists of: its services, the gateway, what they stand on, and their ports.

The one list of services. The local stack, compose, the deploy steps and the tests read it here.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

StackName = Literal["dev", "test", "bench"]

CHECKOUT = Path(__file__).resolve().parent.parent
VHOST = "schoolbridge"
GATEWAY = "gateway"
REPLICA_PORT_STEP = 10
PORTS_ABOVE: dict[StackName, int] = {"dev": 0, "test": 1000, "bench": 2000}


@dataclass(frozen=True)
class Service:
    """One service: its name is its folder, its database, its broker user and its process."""

    name: str
    health_port: int
    """Counted from the stack's first port; a second replica's lies REPLICA_PORT_STEP higher."""
    replicas: int = 1
    owns_files: bool = False
    """Signs tickets for files of its own with a key of its own."""

    @property
    def module(self) -> str:
        """What `chassis.run` is asked to run."""
        return f"services.{self.name}.service"


SERVICES = (
    Service("identity", health_port=41),
    Service("projects", health_port=42),
    Service("approvals", health_port=43),
    Service("twinspace", health_port=44),
    Service("community", health_port=45),
    Service("search", health_port=46),
    Service("events", health_port=47, owns_files=True),
    Service("progress", health_port=48),
)


@dataclass(frozen=True)
class ServiceProcess:
    """One running copy of a service."""

    name: str
    service: Service
    health_port: int


@dataclass(frozen=True)
class Ports:
    """Every port of a stack, counted from its first; all of them are bound to 127.0.0.1 only."""

    first: int

    @property
    def gateway(self) -> int:
        """The portal and the API."""
        return self.first

    @property
    def files(self) -> int:
        """The second origin, from which uploaded files are served."""
        return self.first + 1

    @property
    def mailbox(self) -> int:
        """The page that shows the mail the stack has sent."""
        return self.first + 25

    @property
    def smtp(self) -> int:
        """Where community hands in its mail."""
        return self.first + 26

    @property
    def postgres(self) -> int:
        """PostgreSQL."""
        return self.first + 32

    @property
    def amqp(self) -> int:
        """RabbitMQ, for the services."""
        return self.first + 33

    @property
    def management(self) -> int:
        """RabbitMQ's management API, for the deploy steps and operators."""
        return self.first + 34

    @property
    def distribution(self) -> int:
        """Erlang's own protocol, for rabbitmqctl."""
        return self.first + 35

    @property
    def epmd(self) -> int:
        """Erlang's port mapper, the stack's own."""
        return self.first + 36

    @property
    def elasticsearch(self) -> int:
        """Elasticsearch, for search."""
        return self.first + 37

    @property
    def elasticsearch_transport(self) -> int:
        """Elasticsearch's own protocol between nodes; there is only one."""
        return self.first + 38

    @property
    def rooms(self) -> int:
        """Janus, for the orders of the events service."""
        return self.first + 39

    @property
    def room_sockets(self) -> int:
        """Janus, for browsers."""
        return self.first + 40

    @property
    def room_media(self) -> str:
        """Sound and pictures of the rooms: UDP, two for each person in one."""
        return f"{self.first + 500}-{self.first + 899}"

    def health(self, service: Service, replica: int = 1) -> int:
        """Where a copy of a service answers /livez, /readyz and /metrics; replicas count from 1."""
        return self.first + service.health_port + REPLICA_PORT_STEP * (replica - 1)


@dataclass(frozen=True)
class Stack:
    """One local stack of this checkout: "dev" holds the demo data, "test" and "bench" belong to the tests and to `make bench`."""

    name: StackName
    ports: Ports
    state: Path
    """Everything the stack keeps; deleting it is forgetting the stack."""

    @property
    def environment(self) -> str:
        """What the processes are told they run in."""
        return "development" if self.name == "dev" else "test"

    @property
    def controls(self) -> Path:
        """Where tests and `make clock` move time (`clock`) and cause faults (`failpoints/`)."""
        return self.state / "controls"

    @property
    def files(self) -> Path:
        """Uploaded files."""
        return self.state / "files"

    @property
    def logs(self) -> Path:
        """One log per process, rotated."""
        return self.state / "logs"

    @property
    def secrets_file(self) -> Path:
        """The stack's passwords, made at random once."""
        return self.state / "secrets.json"

    @property
    def public_url(self) -> str:
        """Where people reach the portal."""
        return f"http://localhost:{self.ports.gateway}"

    @property
    def files_url(self) -> str:
        """Where files are fetched from."""
        return f"http://localhost:{self.ports.files}"

    @property
    def mailbox_url(self) -> str:
        """Where the mail that was sent can be read."""
        return f"http://localhost:{self.ports.mailbox}"

    def service_processes(self) -> Iterator[ServiceProcess]:
        """Every copy of every service; the first copy bears the service's own name."""
        for service in SERVICES:
            for replica in range(1, service.replicas + 1):
                name = service.name if replica == 1 else f"{service.name}-{replica}"
                yield ServiceProcess(name, service, self.ports.health(service, replica))


def local_stack(name: StackName) -> Stack:
    """One of this checkout's stacks.

    Ports begin at SCHOOLBRIDGE_PORTS (8000), the test stack's a thousand and the bench's two thousand higher,
    so that they can run side by side.
    """
    first = int(os.environ.get("SCHOOLBRIDGE_PORTS", "8000")) + PORTS_ABOVE[name]
    return Stack(name=name, ports=Ports(first), state=CHECKOUT / ".local" / name)


def named_stack(name: str) -> Stack:
    """The stack of a name that came as text; there are only these few."""
    for known in PORTS_ABOVE:
        if known == name:
            return local_stack(known)
    raise SystemExit(f"no stack {name}; there are {', '.join(PORTS_ABOVE)}")
