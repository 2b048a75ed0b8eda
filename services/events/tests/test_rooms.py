"""Rooms: signed addresses for BigBlueButton and Jitsi, and a Janus server that really runs."""

import hashlib
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from chassis.settings import settings
from deploy.local.packages import ensure_janus
from services.events import contract
from services.events.rooms import BigBlueButton, Guest, Janus, Jitsi, _ask, room_server, server_at
from services.events.tests.conftest import STARTS, Meetings

UNAUTHORISED = 433
GUEST = Guest(
    meeting_id=UUID(int=7), title="Songs & more", person_id=UUID(int=8), name="Ana Ruiz", host=False,
    seats=100, seconds_left=3600, recorded=False,
)  # fmt: skip
CONFIGURATION = {
    "janus.jcfg": """
general: {{ configs_folder = "{folder}", log_to_stdout = true, server_name = "tests", session_timeout = 60 }}
nat: {{ ice_enforce_list = "127.0.0.1", full_trickle = true }}
media: {{ }}
transports: {{ disable = "libjanus_websockets.so,libjanus_nanomsg.so,libjanus_rabbitmq.so,libjanus_mqtt.so,libjanus_pfunix.so" }}
""",
    "janus.transport.http.jcfg": """
general: {{ json = "compact", base_path = "/janus", http = true, port = {port}, ip = "127.0.0.1", https = false }}
admin: {{ admin_http = false, admin_https = false }}
""",
    "janus.plugin.videoroom.jcfg": "general: {{ }}\n",
}


@pytest.fixture(scope="module")
def janus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Janus]:
    """Debian's Janus on this machine only, without STUN, websockets and nanomsg; ended by its own process id."""
    program, folder = ensure_janus(), tmp_path_factory.mktemp("janus")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name, text in CONFIGURATION.items():
        (folder / name).write_text(text.format(folder=folder, port=port))
    log = (folder / "log").open("wb")
    running = subprocess.Popen([program, "--configs-folder", str(folder)], stdout=log, stderr=log)
    server = Janus(f"http://127.0.0.1:{port}/janus", "a secret", "https://rooms.example.org/room")
    try:
        _wait_for(server, running, folder / "log")
        yield server
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=20)
        log.close()


def _wait_for(server: Janus, running: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(200):
        if running.poll() is not None:
            break
        try:
            server.say({"request": "list"})
            return
        except contract.RoomAway:
            time.sleep(0.05)
    pytest.fail(f"Janus did not start:\n{log.read_text(errors='replace')[-2000:]}")


def test_a_real_room_is_made_once_for_a_hundred_and_its_pin_lets_in(janus: Janus) -> None:
    address = urlsplit(janus.entry(GUEST))
    again = janus.entry(replace(GUEST, name="Jan Nowak"))
    said = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert address.netloc == "rooms.example.org"
    room = int(said["room"])
    assert parse_qs(urlsplit(again).query)["room"] == [said["room"]], "the same room for everybody"
    assert janus.say({"request": "exists", "room": room})["exists"] is True
    wrong = {"request": "edit", "room": room, "secret": "wrong", "new_publishers": 5}
    assert janus.say(wrong)["error_code"] == UNAUTHORISED, "only who knows the secret changes it"
    assert room not in [one["room"] for one in janus.say({"request": "list"})["list"]], "it is in no list"
    own = {
        "request": "edit",
        "room": room,
        "secret": janus.secret_of(GUEST.meeting_id),
        "new_publishers": 100,
    }
    assert janus.say(own)["videoroom"] == "edited"
    guessed = Sitting(janus, room, "guessed", "Spy")
    assert guessed.heard["error_code"] == UNAUTHORISED
    guessed.leaves()


def test_two_people_are_in_a_real_room_at_the_same_time(janus: Janus) -> None:
    other = replace(GUEST, meeting_id=UUID(int=70))
    said = parse_qs(urlsplit(janus.entry(other)).query)
    room, pin = int(said["room"][0]), said["pin"][0]
    people = [Sitting(janus, room, pin, name) for name in ("Ana", "Jan")]
    assert [one.heard["videoroom"] for one in people] == ["joined", "joined"]
    try:
        listed = janus.say({"request": "listparticipants", "room": room})["participants"]
        assert sorted(one["display"] for one in listed) == ["Ana", "Jan"]
    finally:
        for one in people:
            one.leaves()


class Sitting:
    """Somebody in a room of a Janus server, for as long as the session lasts."""

    def __init__(self, janus: Janus, room: int, pin: str, name: str) -> None:
        self.order = janus._order
        session = self.order(janus.base, janus="create")["data"]["id"]
        self.session = f"{janus.base}/{session}"
        handle = self.order(self.session, janus="attach", plugin="janus.plugin.videoroom")["data"]["id"]
        body = {"request": "join", "ptype": "publisher", "room": room, "pin": pin, "display": name}
        assert self.order(f"{self.session}/{handle}", janus="message", body=body)["janus"] == "ack"
        self.heard = self._hears()

    def _hears(self) -> dict[str, Any]:
        """What the room answered to joining."""
        for _ in range(5):
            event = orjson.loads(_ask(f"{self.session}?maxev=1"))
            if "plugindata" in event:
                return dict(event["plugindata"]["data"])
        pytest.fail("the room said nothing")

    def leaves(self) -> None:
        self.order(self.session, janus="destroy")


def test_a_member_enters_a_real_room_through_the_service(
    meetings: Meetings, janus: Janus, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = (
        janus.base.replace("http://", "janus+http://:a%20secret@") + "?client=https://rooms.example.org/room"
    )
    monkeypatch.setenv("SCHOOLBRIDGE_ROOM_URL", address)
    settings.cache_clear()
    with pytest.raises(contract.SheetRefused) as refused:
        meetings.meeting(link="", capacity=101)
    assert refused.value.fields == {"capacity": ["too_large:100"]}
    meeting_id = meetings.meeting(link="", capacity=100)
    guest, _ = meetings.register(meeting_id)
    meetings.now = STARTS
    entry = meetings.ask("join", by=guest, meeting_id=meeting_id)
    assert entry.checked_in
    assert entry.url.startswith("https://rooms.example.org/room?room=")
    assert janus.say({"request": "exists", "room": Janus.room_of(meeting_id)})["exists"] is True


def test_a_server_that_is_away_is_told_and_notes_nobody_as_present(
    meetings: Meetings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "SCHOOLBRIDGE_ROOM_URL", "janus+http://:x@127.0.0.1:9/janus?client=https://r.example.org"
    )
    settings.cache_clear()
    meeting_id = meetings.meeting(link="")
    guest, _ = meetings.register(meeting_id)
    meetings.now = STARTS
    meetings.refusal(contract.RoomAway, "join", by=guest, meeting_id=meeting_id)
    assert meetings.ask("meeting", by=guest, meeting_id=meeting_id).mine.attended_at is None


# ---- BigBlueButton


class Bigbluebutton(BaseHTTPRequestHandler):
    """The world's side of the interface: checks the checksum as the documentation has it."""

    asked: ClassVar[list[str]] = []
    answer = "SUCCESS"

    def do_GET(self) -> None:
        Bigbluebutton.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"<response><returncode>{Bigbluebutton.answer}</returncode></response>".encode())

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def bbb() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Bigbluebutton)
    Bigbluebutton.asked, Bigbluebutton.answer = [], "SUCCESS"
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"bbb+http://:secret@127.0.0.1:{server.server_port}/bigbluebutton/api"
    server.shutdown()
    serving.join()
    server.server_close()


def checked(address: str) -> dict[str, str]:
    """What an address asks for, if its checksum is right."""
    call, _, query = address.rpartition("/")[2].partition("?")
    unsigned, _, checksum = query.rpartition("&checksum=")
    assert checksum == hashlib.sha256(f"{call}{unsigned}secret".encode()).hexdigest()
    return {"call": call} | {name: values[0] for name, values in parse_qs(unsigned).items()}


def test_bigbluebutton_gets_a_signed_order_and_the_person_a_signed_address(bbb: str) -> None:
    server = server_at(bbb)
    assert isinstance(server, BigBlueButton)
    joined = checked(server.entry(GUEST))
    made = checked(Bigbluebutton.asked[0])
    assert (made["call"], made["name"], made["maxParticipants"], made["record"]) == (
        "create",
        "Songs & more",
        "100",
        "false",
    )
    assert (joined["call"], joined["fullName"], joined["password"]) == (
        "join",
        "Ana Ruiz",
        made["attendeePW"],
    )
    host = checked(server.entry(replace(GUEST, host=True)))
    assert host["password"] == made["moderatorPW"] != made["attendeePW"]


def test_a_refusal_of_bigbluebutton_is_told(bbb: str) -> None:
    Bigbluebutton.answer = "FAILED"
    with pytest.raises(contract.RoomAway):
        server_at(bbb).entry(GUEST)


# ---- Jitsi


def test_jitsi_gets_a_token_for_one_room_one_person_and_the_time_of_the_meeting() -> None:
    server = server_at("jitsi+https://schoolbridge:secret-of-the-room@meet.example.org")
    assert isinstance(server, Jitsi)
    address = urlsplit(server.entry(replace(GUEST, host=True)))
    token = jwt.decode(parse_qs(address.query)["jwt"][0], OctKey.import_key("secret-of-the-room"))
    claims = token.claims
    assert claims["room"] == address.path.strip("/")
    assert re.fullmatch(r"[0-9a-f]{24}", claims["room"]), "not to be guessed from the meeting's id"
    assert (claims["iss"], claims["sub"], claims["context"]["user"]["moderator"]) == (
        "schoolbridge",
        "meet.example.org",
        True,
    )
    assert claims["exp"] - claims["nbf"] == 3600 + 1800 + 60


def test_without_a_server_there_is_none_and_a_wrong_address_is_refused_at_once() -> None:
    assert room_server() is None
    with pytest.raises(SystemExit, match="bbb"):
        server_at("zoom+https://example.org")
