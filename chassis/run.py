"""Starts one service: `python -m chassis.run services.projects.service`.

Everything is patched first; then the container, the health door, the relay, the pump and the watchdog.
"""

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402

import psycopg2.extensions  # noqa: E402

from chassis.container import Container  # noqa: E402
from chassis.observe import configure_logs, log  # noqa: E402
from chassis.observe.health import health_server  # noqa: E402
from chassis.observe.watchdog import watch_hub  # noqa: E402
from chassis.service import CALLERS, service_in  # noqa: E402
from chassis.settings import settings  # noqa: E402
from chassis.store import Store  # noqa: E402


def main(module_name: str) -> None:
    """Run until told to stop; exit 1 when the container dies, so that the supervisor starts it again."""
    service = service_in(module_name)
    if settings().service != service.name:
        raise SystemExit(f"SCHOOLBRIDGE_SERVICE is {settings().service!r}, but this is {service.name!r}")
    if psycopg2.extensions.get_wait_callback() is None:
        raise SystemExit("psycopg2 is not green: it would freeze the event loop")
    configure_logs(service.name)
    callers = {request: frozenset(names) for request, names in json.loads(CALLERS.read_text()).items()}
    container = Container(
        service, Store(settings().database_url, settings=service.database_settings), callers
    )
    server = health_server(
        settings().health_host,
        settings().health_port,
        {"broker": lambda: container.link.ready, "database": container.store.alive},
        container.measure,
    )
    eventlet.spawn(server.serve_forever)
    watch_hub()

    def stop(*_: object) -> None:
        eventlet.spawn_n(container.stop)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    container.start()
    log().info("started", pid=os.getpid())
    try:
        container.wait()
    except Exception:  # noqa: BLE001 - the log says why, the supervisor starts anew
        log().error("died", exc_info=True)
        os._exit(1)
    log().info("stopped")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
