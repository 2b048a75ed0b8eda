import socket
import subprocess
import sys

import pytest

from gateway.__main__ import listen


def test_the_gateway_runs_without_the_services_event_loop():
    found = subprocess.run(
        [sys.executable, "-c", "import gateway.app, sys; print(*sorted({m.split('.')[0] for m in sys.modules}))"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert "gateway" in found
    assert not {"eventlet", "kombu", "nameko", "amqp"} & set(found)


def test_a_port_somebody_holds_ends_the_process_with_a_message():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SystemExit, match="cannot listen"):
            listen("127.0.0.1", taken.getsockname()[1])
