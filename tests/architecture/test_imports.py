"""Who may import whom. import-linter enforces the layers; here stands what it cannot say, and that each rule bites."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.stack import CHECKOUT, SERVICES

NAMES = {service.name for service in SERVICES}


def imports_of(source: str) -> list[str]:
    """Dotted names a module imports, `from a import b` as a.b."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{name.name}" for name in node.names]
    return found


def strangers(own: str, source: str) -> list[str]:
    """Imports of another service that are not its contract."""
    wrong = []
    for name in imports_of(source):
        parts = name.split(".")
        if (
            parts[0] == "services"
            and len(parts) > 1
            and parts[1] in NAMES - {own}
            and "contract" not in parts[2:4]
        ):
            wrong.append(name)
    return wrong


def clocks(source: str) -> list[str]:
    """Places where a module looks at the clock by itself."""
    looks = {"now", "utcnow", "today"}
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in looks
        and ast.unparse(node.func.value) in ("datetime", "date", "datetime.datetime", "datetime.date")
    ]


def stock_entrypoints(source: str) -> list[str]:
    """Uses of nameko's own @rpc, @event_handler and the like."""
    return [
        name for name in imports_of(source) if name.startswith(("nameko.rpc", "nameko.events", "nameko.web"))
    ]


def modules(folder: str) -> list[Path]:
    return [
        p
        for p in sorted((CHECKOUT / folder).rglob("*.py"))
        if "tests" not in p.parts and "migrations" not in p.parts
    ]


@pytest.mark.parametrize("service", sorted(NAMES))
def test_of_another_service_only_the_contract_is_imported(service: str) -> None:
    for path in modules(f"services/{service}"):
        assert strangers(service, path.read_text()) == [], path


def test_the_rule_about_strangers_bites() -> None:
    assert strangers("projects", "from services.identity.store import tables") == [
        "services.identity.store.tables"
    ]
    assert strangers("projects", "import services.identity.service") == ["services.identity.service"]
    assert strangers("projects", "from services.identity import contract as identity") == []


@pytest.mark.parametrize("folder", ["services", "gateway"])
def test_time_comes_in(folder: str) -> None:
    allowed = {"services/identity/links.py", "services/identity/service.py", "services/identity/accounts.py"}
    for path in modules(folder):
        if str(path.relative_to(CHECKOUT)) not in allowed:  # links and sessions live in real time
            assert clocks(path.read_text()) == [], path


def test_the_rule_about_time_bites() -> None:
    assert clocks("x = datetime.now(UTC)") == ["datetime.now(UTC)"]
    assert clocks("x = date.today()") == ["date.today()"]
    assert clocks("x = uow.now") == []


@pytest.mark.parametrize("folder", ["services", "gateway", "chassis"])
def test_stock_nameko_entrypoints_are_not_used(folder: str) -> None:
    for path in modules(folder):
        assert stock_entrypoints(path.read_text()) == [], path


def test_the_rule_about_stock_entrypoints_bites() -> None:
    assert stock_entrypoints("from nameko.rpc import rpc") == ["nameko.rpc.rpc"]
    assert stock_entrypoints("from nameko.extensions import Entrypoint") == []


def test_no_country_code_stands_in_a_services_code() -> None:
    codes = {line.split('"')[1] for line in _country_lines()}
    for path in modules("services"):
        if path.name == "demo.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert node.value not in codes, f"{path}: {node.value!r}: a country is a file"


def _country_lines() -> list[str]:
    text = (CHECKOUT / "services/identity/data/countries.toml").read_text()
    return [line for line in text.splitlines() if line.startswith("code = ")]


def test_the_gateways_process_knows_neither_eventlet_nor_a_database() -> None:
    look = (
        "import sys, gateway.app; "
        "print([m for m in ('eventlet', 'kombu', 'nameko', 'amqp', 'sqlalchemy') if m in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", look], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"


LAYERS = {
    "chassis-knows-nothing-of-schools": ("chassis/offload.py", "import services.projects.contract"),
    "contracts-are-light": ("services/projects/contract.py", "import sqlalchemy"),
    "domains-know-nothing": ("services/projects/domain.py", "import chassis.store"),
    "elasticsearch-stays-in-searchs-store": ("services/search/saved.py", "import elasticsearch"),
    "the-bus-stays-in-the-chassis": ("services/projects/views.py", "import kombu"),
    "the-gateway-speaks-asyncio": ("gateway/forms.py", "import chassis.store"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources in a folder of their own, to break on purpose."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("chassis", "services", "gateway", "deploy", "pyproject.toml"):
        subprocess.run(["cp", "-r", str(CHECKOUT / name), str(folder)], check=True)
    return folder


@pytest.mark.parametrize("contract", sorted(LAYERS))
def test_each_layer_rule_bites(copy: Path, contract: str) -> None:
    name, line = LAYERS[contract]
    file = copy / name
    before = file.read_text()
    file.write_text(f"{before}\n{line}\n")
    try:
        said = subprocess.run(
            [str(Path(sys.executable).parent / "lint-imports"), "--contract", contract, "--no-cache"],
            cwd=copy, capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        file.write_text(before)
    assert said.returncode != 0, said.stdout
    assert "broken" in said.stdout.lower()


def test_reading_the_contracts_patches_nobodys_threads() -> None:
    look = (
        "import deploy.contracts, deploy.topology; from eventlet.patcher import is_monkey_patched; "
        "print(is_monkey_patched('socket'))"
    )
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", look], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "False"
