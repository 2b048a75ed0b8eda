"""The bench's own stack, with the measured service put in, and the peers on the same broker and database."""

import json
import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid5

import httpx
import sqlalchemy as sa

from bench.load import System
from bench.measured import contract, store
from bench.measured.service import MeasuredService
from bench.processes import Processes
from chassis import topology
from chassis.store import chassis_metadata
from deploy import databases
from deploy.contracts import gateway_calls, gateway_hears, service_classes
from deploy.local import launch
from deploy.local.environment import LOOPBACK, gateway_environment, operator_settings, service_environment
from deploy.local.supervision import Supervisor
from deploy.settings import (
    Account,
    OperatorSettings,
    ServiceAccess,
    amqp_url,
    database_url,
    owner_role,
    run_role,
)
from deploy.stack import CHECKOUT, GATEWAY, VHOST, Stack

NAME = MeasuredService.name
ARTICLES = 1_000
FIRST_PORT = 60
PEERS_VHOST = "peers"
OURS, MOLECULER, BARE, NAMEKO = "Schoolbridge", "Moleculer", "bare Moleculer", "stock nameko"
PYTHON = str(CHECKOUT / ".venv/bin/python")
REQUESTS = (contract.echo, contract.article, contract.ring)
ARTICLE_IDS = [uuid5(UUID(int=0), f"article {number}") for number in range(ARTICLES)]
BODY = "Two classes count the stars above their towns and compare what the lamps have left of the sky. " * 6


@dataclass(frozen=True)
class Contenders:
    """Who is measured against whom, by name."""

    echo: dict[str, System]
    read: dict[str, System]


@dataclass(frozen=True)
class Gateway:
    """One process that takes HTTP."""

    port: int
    pid: int

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"


class Measured:
    """Puts the measured service, two gateways and the peers beside a running stack."""

    def __init__(self, stack: Stack, tools: Path) -> None:
        self.stack, self.tools = stack, tools
        self.operator = operator_settings(stack)
        self.processes = Processes(stack.state / "bench-logs")
        self.folder = stack.state / "measured"
        self._pids: dict[str, int] = {}
        self._secret = secrets.token_urlsafe(24)
        self.access = ServiceAccess(NAME, *self._addresses())

    def _addresses(self) -> tuple[str, str, str]:
        ports = self.stack.ports
        owner, runner = (
            database_url(role=role, secret=self._secret, host=LOOPBACK, port=ports.postgres, database=NAME)
            for role in (owner_role(NAME), run_role(NAME))
        )
        return owner, runner, amqp_url(user=NAME, secret=self._secret, host=LOOPBACK, port=ports.amqp)

    def port(self, number: int) -> int:
        return self.stack.ports.first + FIRST_PORT + number

    # ---- what they stand on

    def install(self) -> None:
        """Database with articles, broker user and queues, a virtual host for the peers."""
        databases.prepare(replace(self.operator, services=(self.access,)))
        engine = sa.create_engine(self.access.owner_database_url)
        with engine.begin() as connection:
            chassis_metadata.create_all(connection)
            store.metadata.create_all(connection)
            if not connection.execute(sa.select(sa.func.count()).select_from(store.article)).scalar():
                connection.execute(sa.insert(store.article), [_article(each) for each in ARTICLE_IDS])
        engine.dispose()
        services, calls = [*service_classes(), MeasuredService], [*gateway_calls(), *REQUESTS]
        passwords = {a.service: Account.of(a.amqp_url).secret for a in (*self.operator.services, self.access)}
        passwords[GATEWAY] = Account.of(self.operator.gateway_amqp_url).secret
        wanted = topology.definitions(services, calls, gateway_hears(), passwords, VHOST)
        topology.apply(wanted, self.operator.management_url)
        callers = self.folder / "services" / "callers.json"
        callers.parent.mkdir(parents=True, exist_ok=True)
        callers.write_text(json.dumps(topology.callers(services, calls)))
        _make_vhost(self.operator)

    # ---- processes

    def start(self, session: str) -> Contenders:
        """Everything that is measured, warm enough to answer."""
        self._start_service()
        ours = [self._start_gateway(number) for number in (1, 2)]
        self._start_peers_service()
        moleculer = [self._start_peers_gateway("gateway", number) for number in (1, 2)]
        bare = [self._start_peers_gateway("bare_gateway", number) for number in (3, 4)]
        nameko = self._start_nameko()
        token = json.loads(self.processes.await_answer(f"{bare[0].address}/token/somebody"))
        echo = {
            OURS: self._system(OURS, ours, "service", "/api/v1/bench/echo/hello"),
            MOLECULER: self._system(MOLECULER, moleculer, "peers-service", "/echo/hello"),
            BARE: self._system(BARE, bare, "peers-service", "/echo/hello"),
            NAMEKO: self._system(NAMEKO, [nameko], "nameko-service", "/echo/hello"),
        }
        path, bearer = "/articles/{}", f"Bearer {token}"
        read = {
            OURS: self._system(OURS, ours, "service", f"/api/v1/bench{path}", f"Bearer {session}"),
            MOLECULER: self._system(MOLECULER, moleculer, "peers-service", path, bearer),
            BARE: self._system(BARE, bare, "peers-service", path, bearer),
        }
        self._must_answer_alike(read)
        return Contenders(echo, read)

    def _start(self, name: str, command: list[str], environment: dict[str, str], folder: Path) -> int:
        self._pids[name] = self.processes.start(name, command, environment, folder)
        return self._pids[name]

    def _start_service(self) -> None:
        template = next(p for p in self.stack.service_processes() if p.name == "projects")
        environment = service_environment(self.stack, template) | {
            "SCHOOLBRIDGE_SERVICE": NAME,
            "SCHOOLBRIDGE_DATABASE_URL": self.access.run_database_url,
            "SCHOOLBRIDGE_AMQP_URL": self.access.amqp_url,
            "SCHOOLBRIDGE_HEALTH_PORT": str(self.port(0)),
            "SCHOOLBRIDGE_CONTROLS": "",  # as in production: nobody moves its clock
        }
        command = [PYTHON, "-W", "ignore", "-m", "chassis.run", "bench.measured.service"]
        self._start("service", command, environment, self.folder)
        self.processes.await_answer(f"http://{LOOPBACK}:{self.port(0)}/readyz")

    def _start_gateway(self, number: int) -> Gateway:
        port = self.port(2 * number)
        environment = gateway_environment(self.stack) | {
            "SCHOOLBRIDGE_HTTP_PORT": str(port),
            "SCHOOLBRIDGE_FILES_PORT": str(port + 1),
        }
        command = [PYTHON, "-W", "ignore", "-m", "bench.gateway"]
        return Gateway(port, self._start(f"gateway-{number}", command, environment, CHECKOUT))

    def _start_peers_service(self) -> None:
        self._start("peers-service", ["node", "service.js"], self._peers_environment(), self.tools / "peers")

    def _start_peers_gateway(self, script: str, number: int) -> Gateway:
        port = self.port(9 + number)
        environment = self._peers_environment() | {"PORT": str(port)}
        command = ["node", f"{script}.js"]
        return Gateway(
            port, self._start(f"peers-{script}-{number}", command, environment, self.tools / "peers")
        )

    def _peers_environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "NODE_ENV": "production",
            "AMQP_URL": self._peers_amqp(),
            "DATABASE_URL": self.access.run_database_url.replace("+psycopg2", ""),
            "TOKEN_SECRET": self._secret,
        }

    def _start_nameko(self) -> Gateway:
        port, settings = self.port(15), self.folder / "nameko.yaml"
        settings.write_text(f"AMQP_URI: {self._peers_amqp()}\nWEB_SERVER_ADDRESS: {LOOPBACK}:{port}\n")
        settings.chmod(0o600)
        environment = {
            "PATH": os.environ["PATH"],
            "EVENTLET_NO_GREENDNS": "yes",
            "PYTHONWARNINGS": "ignore",
        }
        run = [str(self.tools / "nameko" / "bin" / "nameko"), "run", "--config", str(settings)]
        for name in ("service", "gateway"):
            self._start(f"nameko-{name}", [*run, f"nameko_{name}"], environment, CHECKOUT / "bench" / "peers")
        return Gateway(port, self._pids["nameko-gateway"])

    def _peers_amqp(self) -> str:
        account = Account.of(self.operator.management_url)
        return f"amqp://{account.name}:{account.secret}@{LOOPBACK}:{self.stack.ports.amqp}/{PEERS_VHOST}"

    # ---- contenders

    def _system(
        self, name: str, gateways: list[Gateway], service: str, path: str, authorization: str = ""
    ) -> System:
        reads = "{}" in path
        paths = [path.format(each) for each in ARTICLE_IDS] if reads else [path]
        file = self.folder / f"{name.replace(' ', '-')}-{'read' if reads else 'echo'}.paths"
        file.write_text("\n".join(paths) + "\n")
        headers = {"Authorization": authorization} if authorization else {}
        for gateway in gateways:
            self.processes.await_answer(gateway.address + paths[0], headers)
        supervisor = Supervisor(self.stack)
        shared = {"rabbit": launch.RABBITMQ} | ({"postgres": launch.POSTGRES} if reads else {})
        return System(
            name=name,
            addresses=tuple(gateway.address for gateway in gateways),
            paths=file,
            processes={
                "gateway": tuple(gateway.pid for gateway in gateways),
                "service": (self._pids[service],),
                **{part: (supervisor.state(process).pid or 0,) for part, process in shared.items()},
            },
            authorization=authorization,
        )

    def _must_answer_alike(self, contenders: dict[str, System]) -> None:
        """The comparison is of the same work: every contender gives the same article."""
        said = []
        for system in contenders.values():
            url = system.addresses[0] + system.paths.read_text().splitlines()[0]
            answer = self.processes.await_answer(url, {"Authorization": system.authorization})
            article = json.loads(answer)
            said.append({name: str(article[name]) for name in sorted(article)})
        if any(article != said[0] for article in said):
            raise SystemExit(f"The contenders do not give the same answer: {said}")


def _article(each: UUID) -> dict[str, object]:
    title = f"What {str(each)[:4]} saw at night"
    return {
        "id": each,
        "title": title,
        "body": BODY,
        "author_id": each,
        "words": len(BODY.split()),
        "version": 1,
    }


def _make_vhost(operator: OperatorSettings) -> None:
    account, host = (
        Account.of(operator.management_url),
        urlsplit(operator.management_url).netloc.rpartition("@")[2],
    )
    with httpx.Client(base_url=f"http://{host}/api", auth=(account.name, account.secret)) as management:
        management.put(f"/vhosts/{PEERS_VHOST}").raise_for_status()
        rights = {"configure": ".*", "write": ".*", "read": ".*"}
        management.put(f"/permissions/{PEERS_VHOST}/{account.name}", json=rights).raise_for_status()
