"""The configuration of a Janus server."""

import pytest

from deploy.janus import RoomServer
from deploy.local import launch, rooms, supervision
from deploy.local.passwords import ROOMS, ensure_passwords, read_passwords
from deploy.stack import Ports, Stack

ROOM_URL = "janus+http://:a%2Fsecret@janus:8088/janus?socket=wss://rooms.example.org"


def test_the_services_setting_says_what_the_server_is_told(tmp_path):
    server = RoomServer.of(ROOM_URL, listens_on="0.0.0.0", address="203.0.113.7")
    server.write(tmp_path / "janus")
    written = {file.name: file.read_text() for file in (tmp_path / "janus").iterdir()}
    assert {file.stat().st_mode & 0o077 for file in (tmp_path / "janus").iterdir()} == {0}
    for setting in ('api_secret = "a/secret"', "token_auth = true", 'token_auth_secret = "a/secret"'):
        assert setting in written["janus.jcfg"]
    assert 'nat_1_1_mapping = "203.0.113.7"' in written["janus.jcfg"]
    assert 'admin_key = "a/secret"' in written["janus.plugin.videoroom.jcfg"]
    assert "admin_http = false" in written["janus.transport.http.jcfg"]
    assert "port = 8088" in written["janus.transport.http.jcfg"]


@pytest.mark.parametrize(
    "wrong", ["", "bbb+https://:secret@bbb.example.org/api", "janus+http://janus:8088/janus"]
)
def test_another_servers_setting_is_refused(wrong):
    with pytest.raises(SystemExit, match="SCHOOLBRIDGE_ROOM_URL"):
        RoomServer.of(wrong)


def test_a_secret_that_would_end_its_quotes_is_refused(tmp_path):
    with pytest.raises(SystemExit, match="quotes"):
        RoomServer('a" admin_http = true', 8088, 8188).write(tmp_path)


def test_every_stack_has_a_server_of_its_own_on_this_machine_only(tmp_path):
    stack = Stack(name="test", ports=Ports(31000), state=tmp_path)
    ensure_passwords(stack)
    rooms.write_configuration(stack)
    told = (rooms.home(stack) / "janus.jcfg").read_text()
    assert read_passwords(stack)[ROOMS] in told
    assert 'ice_enforce_list = "127.0.0.1"' in told
    assert 'rtp_port_range = "31500-31899"' in told
    assert launch.JANUS in supervision.INFRASTRUCTURE
