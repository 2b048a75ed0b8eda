"""The home folder of Elasticsearch, made once for all stacks of a checkout: the server, and what its module lacks.

The server is published on Maven Central, its distribution is not. Beside the server's own jars the home holds
a launcher and a small analysis module, compiled here from `sources/`.

    python -m deploy.local.elasticsearch.home --renew-checksums    # after VERSION was changed
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

from deploy.local.elasticsearch import java
from deploy.stack import CHECKOUT

VERSION = "8.19.21"
"""The same as of the image in docker-compose.yml."""
FOLDER = Path(__file__).parent
SHARED = CHECKOUT / ".local"
CHECKSUMS = FOLDER / "jars.sha256"
TRANSPORT = "transport-netty4"
ANALYSIS = "analysis-common"
TRIES = 3
PAUSE_SECONDS = 5.0
PROGRAM_SECONDS = 600
DESCRIPTOR = f"""name={ANALYSIS}
description=Filters of the official module that Schoolbridge's indices use
version={VERSION}
elasticsearch.version={VERSION}
java.version={java.OLDEST}
classname=schoolbridge.analysis.CommonAnalysis
"""


class NotBuilt(SystemExit):
    """Elasticsearch could not be made ready; the message says at which step and why."""


def home(shared: Path = SHARED) -> Path:
    """Where it lies; whatever it is made from is in the name, so a change makes another one."""
    digest = hashlib.sha256()
    for source in [Path(__file__), CHECKSUMS, FOLDER / "pom.xml", *sorted(FOLDER.glob("sources/**/*.java"))]:
        digest.update(str(source.relative_to(FOLDER)).encode() + b"\0" + source.read_bytes() + b"\0")
    return shared / f"elasticsearch-{VERSION}-{digest.hexdigest()[:12]}"


def ensure_home(shared: Path = SHARED) -> bool:
    """Make the home folder if there is none; True when it was made now.

    It is made beside its place and moved there whole, so an interrupted or failed build is simply repeated.
    """
    wanted = home(shared)
    if wanted.exists():
        return False
    shared.mkdir(parents=True, exist_ok=True)
    with _alone(shared):
        if wanted.exists():
            return False
        for left in shared.glob("elasticsearch-*.new"):
            shutil.rmtree(left)
        fresh = wanted.with_name(f"{wanted.name}.new")
        with tempfile.TemporaryDirectory() as scratch:
            _build(fresh, Path(scratch))
        fresh.rename(wanted)
    return True


@contextmanager
def _alone(shared: Path) -> Iterator[None]:
    """Two stacks that come up at once make one home between them."""
    with (shared / "elasticsearch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(fresh: Path, scratch: Path) -> None:
    jars = scratch / "jars"
    _fetch(jars)
    _check(jars)
    modules = fresh / "modules"
    (fresh / "lib").mkdir(parents=True)
    (fresh / "plugins").mkdir()
    for jar in sorted(jars.iterdir()):
        beside_transport = jar.name.startswith(("netty-", f"{TRANSPORT}-"))
        folder = modules / TRANSPORT if beside_transport else fresh / "lib"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.move(jar, folder / jar.name)
    transport = modules / TRANSPORT
    with ZipFile(transport / f"{TRANSPORT}-{VERSION}.jar") as published:
        inside = f"META-INF/es-plugins/{TRANSPORT}/plugin-descriptor.properties"
        (transport / "plugin-descriptor.properties").write_bytes(published.read(inside))
    _compile("launcher", fresh / "lib", fresh / "launcher")
    classes = scratch / "classes"
    _compile("analysis", fresh / "lib", classes)
    analysis = modules / ANALYSIS
    analysis.mkdir()
    (analysis / "plugin-descriptor.properties").write_text(DESCRIPTOR)
    with ZipFile(analysis / f"{ANALYSIS}.jar", "w") as jar_file:
        for compiled in sorted(classes.rglob("*.class")):
            jar_file.write(compiled, compiled.relative_to(classes))


def _fetch(jars: Path) -> None:
    """Ask Maven for the server and all it needs; the network may fail, so more than once."""
    command = [
        str(java.maven()),
        "--batch-mode",
        "--quiet",
        "--strict-checksums",
        f"--file={FOLDER / 'pom.xml'}",
        "dependency:copy-dependencies",
        f"-Delasticsearch.version={VERSION}",
        f"-DoutputDirectory={jars}",
        "-Dstyle.color=never",
    ]
    for tried in range(1, TRIES + 1):
        # Maven remembers what it could not get, and would not ask again without -U.
        problem = _problem_of(command if tried == 1 else [*command, "--update-snapshots"])
        if not problem:
            return
        shutil.rmtree(jars, ignore_errors=True)
        if tried < TRIES:
            time.sleep(PAUSE_SECONDS * tried)
    raise NotBuilt(
        f"Elasticsearch {VERSION} could not be fetched with Maven, tried {TRIES} times:\n{problem}"
    )


def _check(jars: Path) -> None:
    """The jars are those this checkout was tested with, each by its hash."""
    expected = {name: digest for digest, name in map(str.split, CHECKSUMS.read_text().splitlines())}
    found = checksums(jars.iterdir())
    wrong = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    if wrong:
        raise NotBuilt(f"What Maven fetched differs from {CHECKSUMS.name}: {', '.join(wrong)}")


def checksums(jars: Iterable[Path]) -> dict[str, str]:
    """Each file's SHA-256, by name."""
    return {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in sorted(jars)}


def _compile(what: str, lib: Path, classes: Path) -> None:
    sources = sorted(str(source) for source in (FOLDER / "sources" / what).rglob("*.java"))
    command = [str(java.program("javac")), "--release", str(java.OLDEST), "-cp", f"{lib}/*"]
    problem = _problem_of([*command, "-d", str(classes), *sources])
    if problem:
        raise NotBuilt(f"The {what} of Elasticsearch could not be compiled:\n{problem}")


def _problem_of(command: list[str]) -> str:
    """Run a program; the end of what it said when it failed, nothing when all went well."""
    machine = java.program("javac")
    environment = os.environ | ({"JAVA_HOME": str(machine.resolve().parent.parent)} if machine else {})
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=PROGRAM_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"{Path(command[0]).name} did not end within {PROGRAM_SECONDS} s"
    if not done.returncode:
        return ""
    return done.stdout[-2000:] or f"{Path(command[0]).name} ended with {done.returncode}"


def _renew_checksums() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        jars = Path(scratch) / "jars"
        _fetch(jars)
        found = checksums(jars.iterdir())
    CHECKSUMS.write_text("".join(f"{digest}  {name}\n" for name, digest in found.items()))


if __name__ == "__main__":
    if sys.argv[1:] != ["--renew-checksums"]:
        raise SystemExit(__doc__)
    _renew_checksums()
