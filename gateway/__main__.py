"""`python -m gateway` serves the portal and the API until it is told to stop."""

import socket

import uvicorn

from chassis.observe import configure_logs
from gateway.app import make_app
from gateway.files import ByPort, files_app
from gateway.settings import Settings

KEEP_ALIVE_SECONDS = 5
DRAIN_SECONDS = 15
MOST_CONNECTIONS = 2_000


def listen(host: str, port: int) -> socket.socket:
    """A socket on this address; a port somebody else holds ends the process with a message."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise SystemExit(f"The gateway cannot listen on {host}:{port}: {error.strerror}") from error
    listener.set_inheritable(True)
    return listener


def main() -> None:
    """Serve with uvloop and httptools."""
    settings = Settings.from_environment()
    configure_logs("gateway")
    listeners = [listen(settings.http_host, port) for port in (settings.http_port, settings.files_port)]
    server = uvicorn.Server(
        uvicorn.Config(
            ByPort(make_app(settings), files_app(), settings.files_port),
            loop="uvloop",
            http="httptools",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies or None,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=DRAIN_SECONDS,
            limit_concurrency=MOST_CONNECTIONS,
        )
    )
    server.run(sockets=listeners)


if __name__ == "__main__":
    main()
