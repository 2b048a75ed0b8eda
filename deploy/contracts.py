"""What the classes and the gateway's source say about who calls whom; everything about topology is made from it."""

import ast
import importlib
from pathlib import Path
from typing import Any

from chassis.contract import Event, Request
from chassis.service import Service, service_in
from deploy.stack import CHECKOUT, SERVICES


def service_classes() -> list[type[Service]]:
    """The class of every service, in the stack's order."""
    return [service_in(service.module) for service in SERVICES]


def gateway_calls() -> list[Request[..., Any]]:
    """The requests that the gateway's routes and views name."""
    return sorted(
        (r for r in _named_in(CHECKOUT / "gateway") if isinstance(r, Request)), key=lambda r: r.name
    )


def gateway_hears() -> list[type[Event]]:
    """The events that the gateway listens to."""
    found = [e for e in _named_in(CHECKOUT / "gateway") if isinstance(e, type) and issubclass(e, Event)]
    return sorted(found, key=lambda e: e.name)


def _named_in(folder: Path) -> set[Any]:
    """Every attribute of a contract module that the source in a folder uses, tests left out."""
    found: set[Any] = set()
    for path in sorted(folder.rglob("*.py")):
        if "tests" not in path.parts:
            found |= _named_by(ast.parse(path.read_text()))
    return found


def _named_by(tree: ast.Module) -> set[Any]:
    aliases: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("services."):
            for name in node.names:
                if name.name == "contract":
                    aliases[name.asname or name.name] = importlib.import_module(f"{node.module}.contract")
    named: set[Any] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
            thing = getattr(aliases[node.value.id], node.attr, None)
            if isinstance(thing, Request) or (isinstance(thing, type) and issubclass(thing, Event)):
                named.add(thing)
    return named
