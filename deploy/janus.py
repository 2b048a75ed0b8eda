"""Writes the configuration of a Janus server, in which online meetings have their rooms.

    SCHOOLBRIDGE_ROOM_URL=janus+http://:<secret>@127.0.0.1:8088/janus?socket=wss://rooms.example.org \
        python -m deploy.janus /etc/janus --address 203.0.113.7

The services' side and the server's side are the same setting: secret, port and path come from it.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

import typer

SESSION_SECONDS = 60
"""So long somebody whose connection is gone stays in the room."""
OTHER_PLUGINS = (
    "audiobridge", "duktape", "echotest", "lua", "nosip", "recordplay", "sip", "streaming", "textroom", "videocall",
    "voicemail",
)  # fmt: skip
OTHER_TRANSPORTS = ("mqtt", "nanomsg", "pfunix", "rabbitmq")


@dataclass(frozen=True)
class RoomServer:
    """A Janus server: its secret, where it listens, and where sound and pictures go."""

    secret: str
    http_port: int
    socket_port: int = 8188
    listens_on: str = "127.0.0.1"
    """For orders of the service and for browsers alike; a proxy with TLS stands before the latter."""
    path: str = "/janus"
    media_ports: str = "20000-20999"
    """UDP; two for each person in a room."""
    only_on: str = ""
    """The one address of this machine that is offered to browsers; all of them without it."""
    address: str = ""
    """The public address, where the machine itself has another."""

    @classmethod
    def of(cls, room_url: str, **more: object) -> "RoomServer":
        """As the services' setting names it; raises `SystemExit` for another kind of server."""
        kind, _, rest = room_url.partition("+")
        parts = urlsplit(rest)
        if kind != "janus" or not parts.password or not parts.port:
            raise SystemExit(
                "SCHOOLBRIDGE_ROOM_URL must be janus+http://:<secret>@<host>:<port>/<path>?socket=..."
            )
        return cls(unquote(parts.password), parts.port, path=parts.path, **more)  # type: ignore[arg-type]

    def write(self, folder: Path) -> None:
        """Write every file into a folder that only its owner may read; the secret stands in them."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, text in self.files(folder).items():
            with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(text)

    def files(self, folder: Path) -> dict[str, str]:
        """What each file says. Nobody records, forwards or makes rooms but the service; there is no admin interface."""
        if any(letter in self.secret for letter in '"\\\n'):
            raise SystemExit("the secret of the rooms may not contain quotes, backslashes or line breaks")
        plugins = ",".join(f"libjanus_{name}.so" for name in OTHER_PLUGINS)
        transports = ",".join(f"libjanus_{name}.so" for name in OTHER_TRANSPORTS)
        nat = [
            "full_trickle = false",
            f'ice_enforce_list = "{self.only_on}"' if self.only_on else "",
            f'nat_1_1_mapping = "{self.address}"' if self.address else "",
        ]
        return {
            "janus.jcfg": f"""\
general: {{
  configs_folder = "{folder}"
  log_to_stdout = true
  debug_level = 3
  debug_colors = false
  server_name = "schoolbridge"
  session_timeout = {SESSION_SECONDS}
  api_secret = "{self.secret}"
  token_auth = true
  token_auth_secret = "{self.secret}"
}}
nat: {{ {" ".join(filter(None, nat))} }}
media: {{ rtp_port_range = "{self.media_ports}" }}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "{transports}" }}
loggers: {{ disable = "libjanus_jsonlog.so" }}
events: {{ broadcast = false }}
""",
            "janus.transport.http.jcfg": f"""\
general: {{
  json = "compact"
  base_path = "{self.path}"
  http = true
  port = {self.http_port}
  ip = "{self.listens_on}"
  https = false
}}
admin: {{ admin_http = false admin_https = false }}
""",
            "janus.transport.websockets.jcfg": f"""\
general: {{
  json = "compact"
  ws = true
  ws_port = {self.socket_port}
  ws_ip = "{self.listens_on}"
  wss = false
}}
admin: {{ admin_ws = false admin_wss = false }}
""",
            "janus.plugin.videoroom.jcfg": f"""\
general: {{
  string_ids = true
  lock_rtp_forward = true
  admin_key = "{self.secret}"
}}
""",
        }


def main(
    folder: Path,
    address: Annotated[str, typer.Option(help="The public address, where the machine has another.")] = "",
    listens_on: Annotated[str, typer.Option(help="Where the service and the proxy reach it.")] = "127.0.0.1",
    socket_port: Annotated[int, typer.Option(help="The port of the proxy's websocket.")] = 8188,
    media_ports: Annotated[str, typer.Option(help="UDP ports of sound and pictures.")] = "20000-20999",
) -> None:
    """Write the configuration for SCHOOLBRIDGE_ROOM_URL."""
    server = RoomServer.of(
        os.environ.get("SCHOOLBRIDGE_ROOM_URL", ""),
        address=address,
        listens_on=listens_on,
        socket_port=socket_port,
        media_ports=media_ports,
    )
    server.write(folder)


if __name__ == "__main__":
    typer.run(main)
