"""Installs the Debian packages the local stack stands on, without starting the system's own instances."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local import postgres, rabbitmq
from deploy.local.elasticsearch import java

FONTS = Path("/usr/share/fonts/truetype/noto")
"""Letters of every language on certificates."""
START_POLICY = Path("/usr/sbin/policy-rc.d")


def missing_packages() -> list[str]:
    """What this machine does not have yet."""
    missing = []
    if not postgres.program("initdb"):
        missing.append("postgresql")
    if not rabbitmq.program("rabbitmq-server") or not shutil.which("epmd"):
        missing.append("rabbitmq-server")
    if not java.program("java") or not java.program("javac"):
        missing.append(f"openjdk-{java.OLDEST}-jdk-headless")
    if not java.maven():
        missing.append("maven")
    if not shutil.which("janus"):
        missing.append("janus")
    if not FONTS.is_dir():
        missing.append("fonts-noto-core")
    return missing


def ensure_packages() -> list[str]:
    """Install what is missing and say what it was; without the right to, say what to type."""
    missing = missing_packages()
    if not missing:
        return []
    _install(missing, "PostgreSQL, RabbitMQ, Java, Maven, Janus and fonts are needed.")
    if shutil.which("systemctl"):
        for unit in ("postgresql", "rabbitmq-server", "janus"):
            subprocess.run(["systemctl", "disable", "--quiet", unit], capture_output=True, check=False)
    return missing


def _install(packages: list[str], why: str) -> None:
    if os.geteuid() != 0:
        raise SystemExit(f"{why} Please have an administrator run:\n  apt-get install {' '.join(packages)}")
    with _nothing_is_started():
        _apt_get("update", "-q")
        _apt_get("install", "-y", "-q", "--no-install-recommends", *packages)


@contextmanager
def _nothing_is_started() -> Iterator[None]:
    """Debian starts what it installs, unless this file says no; one that is there already stays."""
    if START_POLICY.exists():
        yield
        return
    START_POLICY.write_text("#!/bin/sh\nexit 101\n")
    START_POLICY.chmod(0o755)
    try:
        yield
    finally:
        START_POLICY.unlink()


def _apt_get(*arguments: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        ["apt-get", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"apt-get {arguments[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
