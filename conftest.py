"""A real PostgreSQL for tests without a stack: a cluster of their own, made at first use and thrown away."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from deploy.local.postgres import UNPRIVILEGED, program

OWNER, RUNNER = "owner", "runner"


def _as_unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(UNPRIVILEGED)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """The folder of the socket of a fresh cluster."""
    folder = Path(tempfile.mkdtemp(prefix="services-tests-"))
    folder.chmod(0o700)
    who = _as_unprivileged()
    if who:
        shutil.chown(folder, UNPRIVILEGED, UNPRIVILEGED)
    data = folder / "data"
    initdb, server = program("initdb"), program("postgres")
    if initdb is None or server is None:
        pytest.fail("PostgreSQL is not installed here; `make up` installs it")
    quick = ["--no-sync", "--auth=trust", "--username=admin", "--encoding=UTF8", "--locale=C.UTF-8"]
    subprocess.run([initdb, f"--pgdata={data}", *quick], check=True, capture_output=True, cwd=folder, **who)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "fsync": "off",
        "max_connections": "200",
        "timezone": "UTC",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    log = (folder / "log").open("wb")
    running = subprocess.Popen([server, "-D", data, *options], cwd=folder, stdout=log, stderr=log, **who)
    try:
        _wait_for(folder, running)
        yield folder
    finally:
        running.send_signal(signal.SIGINT)  # "fast": does not wait for connections a test has forgotten
        running.wait(timeout=30)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(folder: Path, running: "subprocess.Popen[bytes]") -> None:
    ready = [str(program("pg_isready")), "-q", "-h", str(folder), "-U", "admin", "-d", "postgres", "-t", "1"]
    for _ in range(600):
        if running.poll() is not None:
            pytest.fail((folder / "log").read_text())
        if subprocess.run(ready, check=False).returncode == 0:
            return
        try:
            running.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            continue
    pytest.fail("PostgreSQL did not start within thirty seconds")


@pytest.fixture(scope="session")
def database(cluster: Path) -> Callable[[str], str]:
    """The owner's address of a service's database, made and migrated to head at first use."""
    from chassis.store.migrate import upgrade  # noqa: PLC0415 - the cluster may be asked for without SQLAlchemy

    made: dict[str, str] = {}

    def of(service: str) -> str:
        if service not in made:
            _create(cluster, service)
            url = f"postgresql+psycopg2://{OWNER}@/{service}?host={cluster}"
            upgrade(service, url)
            made[service] = url
        return made[service]

    return of


def _create(cluster: Path, service: str) -> None:
    admin = psycopg2.connect(host=str(cluster), user="admin", dbname="postgres")
    admin.autocommit = True
    cursor = admin.cursor()
    for role in (OWNER, RUNNER):
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER")
    cursor.execute(f"CREATE DATABASE {service} OWNER {OWNER}")
    admin.close()
    inside = psycopg2.connect(host=str(cluster), user="admin", dbname=service)
    inside.autocommit = True
    inside.cursor().execute(f"ALTER SCHEMA public OWNER TO {OWNER}")
    inside.close()
