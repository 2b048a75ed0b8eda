"""The one list of services and what follows from it."""

import itertools
import re
from dataclasses import replace

import pytest

from deploy import stack as stacks
from deploy.compose_secrets import secret_names
from deploy.example_settings import EXAMPLE, example_lines
from deploy.stack import CHECKOUT, SERVICES, Ports, local_stack

COMPOSE = (CHECKOUT / "docker-compose.yml").read_text()


def all_ports(stack):
    ports = [getattr(stack.ports, name) for name, kind in vars(Ports).items() if isinstance(kind, property)]
    return ports + [copy.health_port for copy in stack.service_processes()]


def test_both_stacks_can_run_side_by_side():
    both = all_ports(local_stack("dev")) + all_ports(local_stack("test"))
    assert len(both) == len(set(both))
    assert local_stack("dev").state != local_stack("test").state


def test_other_ports_can_be_chosen(monkeypatch):
    monkeypatch.setenv("SCHOOLBRIDGE_PORTS", "20000")
    assert local_stack("dev").ports.gateway == 20000
    assert local_stack("test").ports.gateway == 21000


def test_replicas_answer_on_ports_of_their_own(monkeypatch):
    threefold = tuple(replace(service, replicas=3) for service in SERVICES)
    monkeypatch.setattr(stacks, "SERVICES", threefold)
    copies = list(local_stack("dev").service_processes())
    assert [copy.name for copy in copies][:3] == ["identity", "identity-2", "identity-3"]
    assert len({copy.health_port for copy in copies}) == 3 * len(SERVICES)


def test_compose_runs_every_service():
    for service in SERVICES:
        assert f'"chassis.run", "{service.module}"' in COMPOSE


def test_compose_asks_for_exactly_the_passwords_that_are_made():
    assert set(re.findall(r"\$\{([A-Z_]+)", COMPOSE)) == set(secret_names())


def test_the_example_of_settings_is_what_the_code_says():
    assert EXAMPLE.read_text() == "\n".join(example_lines()) + "\n"


@pytest.mark.parametrize("kind", ["runtime", "local", "dev"])
def test_requirements_are_pinned_by_hash_and_name_no_index(kind):
    lines = (CHECKOUT / "requirements" / f"{kind}.txt").read_text().splitlines()
    packages = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert packages
    assert all(re.fullmatch(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+( ;.*)? \\", package) for package in packages)
    assert not any("://" in line or "index" in line for line in itertools.chain(lines))
