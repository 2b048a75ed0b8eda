"""Rooms: signed addresses for BigBlueButton and Jitsi, and a Janus server that really runs."""

import base64
import hashlib
import hmac
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import orjson
import pytest
import uuid_utils.compat as uuid
from joserfc import jwt
from joserfc.jwk import OctKey

from chassis.contract import Actor, Failure, Forbidden, Grant, NotFound
from chassis.settings import settings
from deploy.janus import RoomServer
from services.events import contract
from services.events.rooms import BigBlueButton, Guest, Janus, Jitsi, _ask, room_server, server_at
from services.events.tests.conftest import DAY, HOUR, STARTS, Meetings

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
UNAUTHORISED = 433
GUEST = Guest(
    meeting_id=UUID(int=7), title="Songs & more", person_id=UUID(int=8), name="Ana Ruiz", host=False,
    seats=100, seconds_left=3600, recorded=False,
)  # fmt: skip


@pytest.fixture(scope="module")
def janus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Janus]:
    """Debian's Janus as a stack configures it, on this machine only; ended by its own process id."""
    folder = tmp_path_factory.mktemp("janus")
    http, socket_port = _free_port(), _free_port()
    RoomServer("a secret", http, socket_port, only_on="127.0.0.1").write(folder)
    log = (folder / "log").open("wb")
    running = subprocess.Popen(["janus", "--configs-folder", str(folder)], stdout=log, stderr=log)
    server = Janus(f"http://127.0.0.1:{http}/janus", "a secret", f"ws://127.0.0.1:{socket_port}")
    try:
        _wait_for(server, running, folder / "log")
        yield server
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=20)
        log.close()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(server: Janus, running: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(200):
        if running.poll() is not None:
            break
        try:
            with server.talking(GUEST.meeting_id) as say:
                say({"request": "list"})
            return
        except contract.RoomAway:
            time.sleep(0.05)
    pytest.fail(f"Janus did not start:\n{log.read_text(errors='replace')[-2000:]}")


def guest(number: int, name: str, **more: Any) -> Guest:
    """Somebody before the door of a meeting of their own number's hundred."""
    meeting_id, person_id = UUID(int=number // 100), UUID(int=number)
    known = more.pop("admitted", frozenset()) | {person_id}
    return replace(GUEST, meeting_id=meeting_id, person_id=person_id, name=name, admitted=known, **more)


def passed(janus: Janus, one: Guest) -> contract.RoomPass:
    given = janus.entry(one).room_pass
    assert given is not None
    return given


class Sitting:
    """Somebody in a room of a Janus server by what a pass says, for as long as the session lasts."""

    def __init__(self, janus: Janus, given: contract.RoomPass, **changes: Any) -> None:
        self.base, self.token = janus.base, changes.pop("token", given.token)
        self.session = f"{janus.base}/{self._order(janus.base, janus='create')['data']['id']}"
        self.handle = (
            f"{self.session}/{self._order(self.session, janus='attach', plugin=Janus.PLUGIN)['data']['id']}"
        )
        wanted = {"room": given.room, "id": str(given.participant), "display": given.name, "token": given.key}
        self.heard = self.asks(request="join", ptype="publisher", **wanted | changes)

    def asks(self, **body: Any) -> dict[str, Any]:
        answer = self._order(self.handle, janus="message", body=body)
        while "plugindata" not in answer:
            answer = orjson.loads(_ask(f"{self.session}?{urlencode({'maxev': 1, 'token': self.token})}"))
        return dict(answer["plugindata"]["data"])

    def _order(self, url: str, **order: Any) -> dict[str, Any]:
        return dict(orjson.loads(_ask(url, order | {"token": self.token, "transaction": "one"})))

    def leaves(self) -> None:
        self._order(self.session, janus="destroy")


def those_in(janus: Janus, meeting_id: UUID) -> list[str]:
    with janus.talking(meeting_id) as say:
        return sorted(one["display"] for one in say({"request": "listparticipants"})["participants"])


def test_two_people_are_in_a_real_room_at_the_same_time(janus: Janus) -> None:
    both = frozenset({UUID(int=101), UUID(int=102)})
    ana, jan = guest(101, "Ana", admitted=both), guest(102, "Jan", admitted=both)
    sitting = [Sitting(janus, passed(janus, one)) for one in (ana, jan)]
    assert [one.heard["videoroom"] for one in sitting] == ["joined", "joined"]
    assert those_in(janus, ana.meeting_id) == ["Ana", "Jan"]
    for one in sitting:
        one.leaves()


def test_a_pass_opens_one_room_and_nothing_else(janus: Janus) -> None:
    mine, other = passed(janus, guest(201, "Ana")), passed(janus, guest(301, "Ana"))
    assert str(GUEST.meeting_id) not in mine.room, "the room cannot be guessed from the meeting"
    for wrong in ({"key": other.key}, {"key": "made up"}):
        refused = Sitting(janus, replace(mine, **wrong))
        assert refused.heard["error_code"] == UNAUTHORISED
        refused.leaves()
    ana = Sitting(janus, mine)
    assert "error_code" in ana.asks(request="create", room="of my own")
    for order in ("kick", "destroy", "allowed", "moderate", "edit"):
        assert "error_code" in ana.asks(request=order, room=mine.room, id="x", mid="0", mute=True), order
    assert mine.room not in str(ana.asks(request="list")), "it is in no list"
    ana.leaves()
    ended = replace(mine, token=janus._signed(int(time.time()) - 1, "janus", Janus.PLUGIN))
    with pytest.raises(KeyError):
        Sitting(janus, ended)
    with pytest.raises(KeyError):
        Sitting(
            janus,
            replace(mine, token=mine.token.replace(str(int(mine.expires_at.timestamp())), "9999999999")),
        )


def test_a_pass_ends_half_an_hour_after_the_meeting(janus: Janus) -> None:
    before = time.time()
    ends = passed(janus, guest(401, "Ana", seconds_left=600)).expires_at.timestamp()
    assert before + 600 + 1800 - 1 <= ends <= time.time() + 600 + 1800
    longest = passed(janus, guest(402, "Ana", seconds_left=21 * 86_400)).expires_at.timestamp()
    assert longest <= time.time() + 12 * 3600


def test_a_room_takes_a_hundred_and_no_more_and_keeps_places_for_its_crew(janus: Janus) -> None:
    host, everybody = UUID(int=1000), frozenset(UUID(int=n) for n in range(1000, 1102))
    sitting: dict[int, Sitting] = {}

    def comes(number: int) -> None:
        crew = frozenset({host})
        one = replace(
            guest(number, f"{number}", crew=crew, admitted=everybody), meeting_id=UUID(int=10), seats=100
        )
        given = passed(janus, one)
        if number in sitting:
            sitting.pop(number).leaves()
        sitting[number] = Sitting(janus, given)

    for number in range(1001, 1100):
        comes(number)
    with pytest.raises(contract.RoomFull):
        comes(1100)
    comes(1000)
    assert len(those_in(janus, UUID(int=10))) == 100
    with pytest.raises(contract.RoomFull):
        comes(1100)
    comes(1050)
    assert len(those_in(janus, UUID(int=10))) == 100, "coming again is no second place"
    for one in sitting.values():
        one.leaves()


def test_whoever_has_lost_their_seat_is_put_out_when_the_next_one_enters(janus: Janus) -> None:
    lost = Sitting(janus, passed(janus, guest(601, "Ana")))
    Sitting(janus, passed(janus, guest(602, "Jan")))
    assert those_in(janus, UUID(int=6)) == ["Jan"]
    lost.leaves()


def test_a_removed_person_is_out_and_their_pass_is_worth_nothing(janus: Janus) -> None:
    given = passed(janus, guest(701, "Ana"))
    ana = Sitting(janus, given)
    assert janus.expel(UUID(int=7), UUID(int=701)) is True
    assert those_in(janus, UUID(int=7)) == []
    back = Sitting(janus, given)
    assert back.heard["error_code"] == UNAUTHORISED
    assert janus.expel(UUID(int=7), UUID(int=701)) is False
    for one in (ana, back):
        one.leaves()


def test_relays_get_an_account_that_ends_with_the_pass(janus: Janus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "SCHOOLBRIDGE_ROOM_RELAYS", "stun:stun.example.org turn:turn.example.org:3478?transport=udp"
    )
    monkeypatch.setenv("SCHOOLBRIDGE_ROOM_RELAY_SECRET", "of the relay")
    settings.cache_clear()
    given = passed(janus, guest(801, "Ana"))
    stun, turn = given.relays
    assert (stun.urls, stun.username) == (("stun:stun.example.org",), "")
    assert turn.username.partition(":")[0] == str(int(given.expires_at.timestamp()))
    proof = hmac.new(b"of the relay", turn.username.encode(), hashlib.sha1).digest()
    assert turn.credential == base64.b64encode(proof).decode()


# ---- through the service


@pytest.fixture
def rooms(meetings: Meetings, janus: Janus, monkeypatch: pytest.MonkeyPatch) -> Meetings:
    """The service with a Janus server."""
    address = janus.base.replace("http://", "janus+http://:a%20secret@")
    monkeypatch.setenv("SCHOOLBRIDGE_ROOM_URL", f"{address}?socket={janus.socket}")
    settings.cache_clear()
    return meetings


def test_who_may_enter_a_room_of_ours_is_told_the_names_of_all_who_may(rooms: Meetings) -> None:
    host = rooms.person()
    ours, elsewhere = rooms.meeting(host, link=""), rooms.meeting(host)
    guest, _ = rooms.register(ours)
    rooms.now = STARTS
    told = rooms.ask("room_names", by=guest, meeting_id=ours)
    assert {one.person_id for one in told} == {host, guest}
    assert all(one.name for one in told)
    assert rooms.ask("room_names", by=host, meeting_id=elsewhere) == ()
    rooms.refusal(contract.SeatNeeded, "room_names", by=rooms.person(), meeting_id=ours)


def test_a_member_enters_a_real_room_through_the_service(rooms: Meetings, janus: Janus) -> None:
    with pytest.raises(contract.SheetRefused) as refused:
        rooms.meeting(link="", capacity=101)
    assert refused.value.fields == {"capacity": ["too_large:100"]}
    meeting_id = rooms.meeting(link="", capacity=100)
    person, _ = rooms.register(meeting_id)
    rooms.now = STARTS
    assert rooms.ask("room", by=person, meeting_id=meeting_id).server == janus.socket
    entry = rooms.ask("join", by=person, meeting_id=meeting_id)
    assert entry.checked_in
    assert entry.url == f"https://bridge.example.org/events/{meeting_id}/room"
    sitting = Sitting(janus, entry.room_pass)
    assert sitting.heard["videoroom"] == "joined"
    sitting.leaves()


def test_the_room_is_open_for_hosts_and_the_seated_at_their_minutes_and_for_nobody_else(
    rooms: Meetings,
) -> None:
    host = rooms.person()
    meeting_id = rooms.meeting(host, link="", capacity=1)
    seated, _ = rooms.register(meeting_id)
    waiting, _ = rooms.register(meeting_id)
    pupil = Actor(uuid.uuid7(), (Grant("pupil"),))

    def comes(by: Actor | UUID) -> type[Failure] | None:
        found = set()
        for request in ("room", "join"):
            try:
                rooms.ask(request, by=by, meeting_id=meeting_id)
                found.add(None)
            except Failure as failure:
                found.add(type(failure))
        assert len(found) == 1, "the page and the pass are for the same people"
        return found.pop()

    for now, expected in {
        STARTS - DAY - SECOND: [contract.RoomNotOpen, contract.RoomNotOpen],
        STARTS - DAY: [None, contract.RoomNotOpen],
        STARTS - 30 * MINUTE - SECOND: [None, contract.RoomNotOpen],
        STARTS - 30 * MINUTE: [None, None],
    }.items():
        rooms.now = now
        assert [comes(host), comes(seated)] == expected
        assert comes(waiting) is comes(rooms.person()) is contract.SeatNeeded
        assert comes(pupil) is Forbidden
    rooms.now = STARTS + 10 * DAY
    assert comes(host) is contract.NotPossibleAnyMore


def test_hosts_keep_order_in_the_room(rooms: Meetings, janus: Janus) -> None:
    host = rooms.person()
    meeting_id = rooms.meeting(host, link="")
    seated, registration = rooms.register(meeting_id)
    given: dict[str, Any] = {"meeting_id": meeting_id, "person_id": seated}
    rooms.now = STARTS
    sitting = Sitting(janus, rooms.ask("join", by=seated, meeting_id=meeting_id).room_pass)
    for request in ("silence", "expel"):
        rooms.refusal(contract.NotTheHost, request, by=seated, **given)
    rooms.refusal(NotFound, "silence", by=host, meeting_id=meeting_id, person_id=host)
    rooms.refusal(contract.CrewStays, "expel", by=host, meeting_id=meeting_id, person_id=host)
    rooms.ask("expel", by=host, **given)
    assert those_in(janus, meeting_id) == []
    rooms.refusal(contract.RemovedFromRoom, "join", by=seated, meeting_id=meeting_id)
    shown = rooms.ask("roster", by=host, meeting_id=meeting_id).registrations[0]
    assert shown.removed_at is not None
    assert "readmit" in shown.actions
    rooms.ask("readmit", by=host, meeting_id=meeting_id, registration_id=registration.id)
    assert rooms.ask("join", by=seated, meeting_id=meeting_id).room_pass
    sitting.leaves()


def test_registering_again_is_no_way_back_into_the_room(rooms: Meetings) -> None:
    host = rooms.person()
    meeting_id = rooms.meeting(host, link="")
    seated, _ = rooms.register(meeting_id)
    rooms.now = STARTS - HOUR
    rooms.ask("expel", by=host, meeting_id=meeting_id, person_id=seated)
    rooms.ask("withdraw", by=seated, meeting_id=meeting_id)
    rooms.register(meeting_id, seated)
    rooms.now = STARTS
    rooms.refusal(contract.RemovedFromRoom, "join", by=seated, meeting_id=meeting_id)


def test_a_server_that_is_away_is_told_and_notes_nobody_as_present(
    meetings: Meetings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "SCHOOLBRIDGE_ROOM_URL", "janus+http://:x@127.0.0.1:9/janus?socket=wss://rooms.example.org"
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
    joined = checked(server.entry(GUEST).url)
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
    host = checked(server.entry(replace(GUEST, host=True)).url)
    assert host["password"] == made["moderatorPW"] != made["attendeePW"]


def test_a_refusal_of_bigbluebutton_is_told(bbb: str) -> None:
    Bigbluebutton.answer = "FAILED"
    with pytest.raises(contract.RoomAway):
        server_at(bbb).entry(GUEST)


# ---- Jitsi


def test_jitsi_gets_a_token_for_one_room_one_person_and_the_time_of_the_meeting() -> None:
    server = server_at("jitsi+https://schoolbridge:secret-of-the-room@meet.example.org")
    assert isinstance(server, Jitsi)
    address = urlsplit(server.entry(replace(GUEST, host=True)).url)
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
    with pytest.raises(SystemExit, match="socket"):
        server_at("janus+http://:secret@127.0.0.1:8088/janus")
