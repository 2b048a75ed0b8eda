"""PostgreSQL of a local stack: Debian's programs, a data folder and a port of our own."""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from deploy.local import passwords
from deploy.local.environment import ADMIN, LOOPBACK
from deploy.stack import CHECKOUT, Stack

UNPRIVILEGED = "postgres"
DEBIAN_VERSIONS = Path("/usr/lib/postgresql")


def program(name: str) -> Path | None:
    """Where a PostgreSQL program lies: Debian's newest version, or the PATH."""
    versions = sorted(DEBIAN_VERSIONS.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    if versions:
        return versions[-1]
    found = shutil.which(name)
    return Path(found) if found else None


def data_folder(stack: Stack) -> Path:
    """Inside the state folder, unless the unprivileged user could not get there.

    No folder above is opened for it: a checkout under a closed home keeps its data under /var/lib.
    """
    return home(stack) / "data"


def home(stack: Stack) -> Path:
    """The folder that `reset` removes."""
    inside = stack.state / "postgres"
    if os.geteuid() != 0 or _others_may_pass(CHECKOUT):
        return inside
    mark = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:10]
    return Path(f"/var/lib/schoolbridge-{mark}") / stack.name / "postgres"


def _others_may_pass(folder: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in [folder, *folder.parents])


def ensure_cluster(stack: Stack) -> bool:
    """Make the data folder if there is none; True when it was made now.

    It is made beside its place and moved there whole, so an interrupted first start is simply repeated.
    """
    data = data_folder(stack)
    if data.exists():
        return False
    home(stack).mkdir(parents=True, exist_ok=True)
    # In one go with initdb's own "fsync": what stands in data/ survived a power cut.
    fresh = data.with_name("data.new")
    shutil.rmtree(fresh, ignore_errors=True)
    home(stack).chmod(0o700)
    _give_to_unprivileged(home(stack))
    with tempfile.NamedTemporaryFile("w", dir=home(stack)) as password:
        password.write(passwords.read_passwords(stack)[passwords.POSTGRES_ADMIN])
        password.flush()
        _give_to_unprivileged(Path(password.name))
        _run_unprivileged(
            [
                str(program("initdb")),
                f"--pgdata={fresh}",
                f"--username={ADMIN}",
                f"--pwfile={password.name}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--data-checksums",
            ],
            cwd=home(stack),
        )
    fresh.rename(data)
    return True


def command(stack: Stack) -> list[str]:
    """The server itself in the foreground; what it is told here cannot drift from a file."""
    settings = {
        "listen_addresses": LOOPBACK,
        "port": str(stack.ports.postgres),
        "unix_socket_directories": "",
        "max_connections": "200",
        "shared_buffers": "128MB",
        "fsync": "on",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "password_encryption": "scram-sha-256",
        "log_min_duration_statement": "500ms",
        "log_line_prefix": "%m [%p] %d %u ",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [str(program("postgres")), "-D", str(data_folder(stack)), *options]


def become_unprivileged() -> None:
    """PostgreSQL refuses to run as root: this very process takes the unprivileged user's place."""
    if os.geteuid() != 0:
        return
    user = pwd.getpwnam(UNPRIVILEGED)
    os.setgid(user.pw_gid)
    os.initgroups(user.pw_name, user.pw_gid)
    os.setuid(user.pw_uid)


def _give_to_unprivileged(path: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(path, UNPRIVILEGED, UNPRIVILEGED)


def _run_unprivileged(arguments: list[str], cwd: Path) -> None:
    done = subprocess.run(
        arguments,
        cwd=cwd,
        user=UNPRIVILEGED if os.geteuid() == 0 else None,
        group=UNPRIVILEGED if os.geteuid() == 0 else None,
        extra_groups=[] if os.geteuid() == 0 else None,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{Path(arguments[0]).name} failed:\n{done.stdout}{done.stderr}")
