"""The Elasticsearch node of a local stack: its configuration, data and ports, and whether it answers."""

import json
import urllib.request
from pathlib import Path

from deploy.local.elasticsearch import java
from deploy.local.elasticsearch.home import home
from deploy.local.environment import LOOPBACK, elasticsearch_url, plain_environment
from deploy.stack import Stack

HEAP = "512m"
LOGGING = """status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %c{1.}: %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""


def folder(stack: Stack) -> Path:
    """Everything the node keeps."""
    return stack.state / "elasticsearch"


def settings(stack: Stack) -> dict[str, str | int | bool]:
    """What the node is told; docker-compose.yml tells its own the same limits."""
    return {
        "cluster.name": f"schoolbridge-{stack.name}-{stack.ports.first}",
        "node.name": "schoolbridge",
        "discovery.type": "single-node",
        "network.host": LOOPBACK,
        "http.port": stack.ports.elasticsearch,
        "transport.port": stack.ports.elasticsearch_transport,
        "path.data": str(folder(stack) / "data"),
        "path.logs": str(folder(stack) / "logs"),
        # An index is made by whoever owns it, with its mapping, or not at all; none is deleted by a pattern.
        "action.auto_create_index": False,
        "action.destructive_requires_name": True,
        "search.max_buckets": 10_000,
        # A developer's full disk must not turn every index read-only.
        "cluster.routing.allocation.disk.threshold_enabled": False,
    }


def write_configuration(stack: Stack) -> None:
    """Write what the node reads at its start."""
    folder(stack).mkdir(parents=True, exist_ok=True, mode=0o700)
    for part in ("config", "data", "logs", "tmp"):
        (folder(stack) / part).mkdir(exist_ok=True, mode=0o700)
    # JSON values are YAML values, whatever letters the checkout's path has.
    lines = [f"{name}: {json.dumps(value)}\n" for name, value in settings(stack).items()]
    (folder(stack) / "config" / "elasticsearch.yml").write_text("".join(lines))
    (folder(stack) / "config" / "log4j2.properties").write_text(LOGGING)


def environment(stack: Stack) -> dict[str, str]:
    """For the node; it holds no secret."""
    return plain_environment(stack)


def command(stack: Stack) -> list[str]:
    """The node in the foreground, in one Java machine without a script around it."""
    kept, made = folder(stack), home()
    return [
        str(java.program("java")),
        "-Xms128m",
        f"-Xmx{HEAP}",
        "-XX:+UseG1GC",
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:-UsePerfData",
        f"-XX:ErrorFile={kept / 'logs' / 'java-error.log'}",
        f"-Djava.io.tmpdir={kept / 'tmp'}",
        f"-Djna.tmpdir={kept / 'tmp'}",
        "-Djava.awt.headless=true",
        "-Dfile.encoding=UTF-8",
        "-Dio.netty.noUnsafe=true",
        "-Dio.netty.noKeySetOptimization=true",
        "-Dlog4j.shutdownHookEnabled=false",
        "-Dlog4j2.disable.jmx=true",
        f"-Des.path.home={made}",
        f"--module-path={made / 'lib'}",
        "--add-modules=ALL-MODULE-PATH",
        "-cp",
        str(made / "launcher"),
        "schoolbridge.LocalNode",
        str(made),
        str(kept / "config"),
    ]


def health_address(stack: Stack) -> str:
    """Answers 200 once every index can be searched; `GET /` is not there."""
    return f"{elasticsearch_url(stack)}/_cluster/health?wait_for_status=yellow&timeout=2s"


def answers(stack: Stack) -> bool:
    """Whether the node is there and its status yellow or green."""
    try:
        with urllib.request.urlopen(health_address(stack), timeout=3) as response:  # noqa: S310 - our own loopback address
            return json.load(response)["status"] in ("yellow", "green")
    except (OSError, ValueError, KeyError):
        return False
