"""Where Java and Maven are on this machine."""

import re
import shutil
import subprocess
from pathlib import Path

DEBIAN_MACHINES = Path("/usr/lib/jvm")
OLDEST = 17


def program(name: str) -> Path | None:
    """Where a program of a Java that Elasticsearch runs on lies: Debian's 17, or the PATH when that is no older."""
    for machine in sorted(DEBIAN_MACHINES.glob(f"java-{OLDEST}-openjdk-*")):
        if (machine / "bin" / name).exists():
            return machine / "bin" / name
    found = shutil.which(name)
    return Path(found) if found and _major_version(found) >= OLDEST else None


def maven() -> Path | None:
    """Where Maven lies."""
    found = shutil.which("mvn")
    return Path(found) if found else None


def _major_version(java: str) -> int:
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    number = re.search(r"(\d+)[.\d]*", said.stderr + said.stdout)
    return int(number[1]) if number else 0
