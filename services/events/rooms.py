"""Rooms with sound and picture, by the server an installation has; each adapter answers with an address to enter by.

`SCHOOLBRIDGE_ROOM_URL` names the server: `bbb+https://:secret@host/bigbluebutton/api`,
`jitsi+https://application:secret@host` or `janus+https://:secret@host/janus?client=https://host/room`. Without it,
online meetings need a link to a room elsewhere.
"""

import hashlib
import hmac
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qs, quote, urlencode, urlsplit
from uuid import UUID, uuid4

import orjson
from joserfc import jwt
from joserfc.jwk import OctKey

from chassis.settings import settings
from services.events.contract import RoomAway

SECONDS = 3
LATE = 1_800
"""A room closes half an hour after the end: nobody is thrown out in the middle of a sentence."""
_AWAY = (OSError, urllib.error.URLError, ValueError, KeyError)


@dataclass(frozen=True, slots=True)
class Guest:
    """Who enters which room."""

    meeting_id: UUID
    title: str
    person_id: UUID
    name: str
    host: bool
    seats: int
    seconds_left: float
    recorded: bool


class RoomServer(Protocol):
    """Where rooms are made."""

    def entry(self, guest: Guest) -> str:
        """The address by which this person enters, the room being made if it is not there; raises `RoomAway`."""


def room_server() -> RoomServer | None:
    """The server this installation has, if any; refuses an address it cannot use."""
    url = settings().room_url
    return server_at(url) if url else None


def server_at(url: str) -> RoomServer:
    """The adapter for an address."""
    kind, _, rest = url.partition("+")
    parts = urlsplit(rest)
    secret = parts.password or ""
    base = f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}".rstrip(
        "/"
    )
    if kind == "bbb":
        return BigBlueButton(base, secret)
    if kind == "jitsi":
        return Jitsi(base, parts.username or "", secret)
    if kind == "janus":
        return Janus(base, secret, parse_qs(parts.query).get("client", [""])[0])
    raise SystemExit(f"SCHOOLBRIDGE_ROOM_URL begins with bbb+, jitsi+ or janus+, not with {kind!r}")


def _ask(url: str, body: Any = None) -> bytes:
    request = urllib.request.Request(  # noqa: S310 - the address is the operator's own setting
        url,
        data=orjson.dumps(body) if body is not None else None,
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - the same
        return bytes(answer.read())


def _proof(secret: str, *words: object) -> str:
    """Words that only we and the room's server can write."""
    return hmac.new(secret.encode(), ":".join(str(w) for w in words).encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class BigBlueButton:
    """A room made by one signed request, entered by another."""

    base: str
    secret: str

    def entry(self, guest: Guest) -> str:
        """Made as often as one likes; it is made once."""
        made = {
            "meetingID": guest.meeting_id,
            "name": guest.title,
            "maxParticipants": guest.seats,
            "record": str(guest.recorded).lower(),
            "autoStartRecording": "false",
            "moderatorPW": self._word(guest, "host"),
            "attendeePW": self._word(guest, "guest"),
        }
        try:
            answer = _ask(self.signed("create", made))
        except _AWAY as away:
            raise RoomAway from away
        if b"<returncode>SUCCESS</returncode>" not in answer:
            raise RoomAway
        role = "host" if guest.host else "guest"
        joined = {
            "meetingID": guest.meeting_id,
            "fullName": guest.name,
            "userID": guest.person_id,
            "password": self._word(guest, role),
        }
        return self.signed("join", joined)

    def signed(self, call: str, values: dict[str, Any]) -> str:
        """An address with the checksum the server asks for."""
        query = urlencode(values)
        checksum = hashlib.sha256(f"{call}{query}{self.secret}".encode()).hexdigest()
        return f"{self.base}/{call}?{query}&checksum={checksum}"

    def _word(self, guest: Guest, role: str) -> str:
        return _proof(self.secret, guest.meeting_id, role)[:20]


@dataclass(frozen=True, slots=True)
class Jitsi:
    """A room that is there for whoever has a token for it."""

    base: str
    application: str
    secret: str

    def entry(self, guest: Guest) -> str:
        """The token names room, person and role, and ends with the meeting."""
        room = _proof(self.secret, guest.meeting_id)[:24]
        now = int(time.time())
        claims = {
            "aud": "jitsi",
            "iss": self.application,
            "sub": urlsplit(self.base).hostname,
            "room": room,
            "nbf": now - 60,
            "exp": now + int(guest.seconds_left) + LATE,
            "context": {
                "user": {"id": str(guest.person_id), "name": guest.name, "moderator": guest.host},
                "features": {"recording": guest.host and guest.recorded},
            },
        }
        key = OctKey.import_key(self.secret)
        token = jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, key, algorithms=["HS256"])
        return f"{self.base}/{room}?jwt={token}#config.subject={quote(orjson.dumps(guest.title).decode())}"


@dataclass(frozen=True, slots=True)
class Janus:
    """A VideoRoom of a Janus server, made over its HTTP interface; entered by a page of the installation's own."""

    base: str
    secret: str
    client: str

    EXISTS = 427

    def entry(self, guest: Guest) -> str:
        """The room is made with as many publishers as there are seats; its PIN is known to those let in."""
        room, pin = self.room_of(guest.meeting_id), self.pin_of(guest.meeting_id)
        wanted = {
            "request": "create",
            "room": room,
            "description": guest.title,
            "publishers": guest.seats,
            "pin": pin,
            "secret": self.secret_of(guest.meeting_id),
            "is_private": True,
            "record": False,
        }
        said = self.say(wanted)
        if said.get("videoroom") != "created" and said.get("error_code") != self.EXISTS:
            raise RoomAway(said=str(said.get("error_code", "")))
        return f"{self.client}?{urlencode({'room': room, 'pin': pin, 'name': guest.name})}"

    def say(self, body: dict[str, Any]) -> dict[str, Any]:
        """One order to the VideoRoom plugin, in a session of its own."""
        try:
            session = f"{self.base}/{self._order(self.base, janus='create')['data']['id']}"
            try:
                handle = self._order(session, janus="attach", plugin="janus.plugin.videoroom")["data"]["id"]
                told = self._order(f"{session}/{handle}", janus="message", body=body)
                return dict(told["plugindata"]["data"])
            finally:
                self._order(session, janus="destroy")
        except _AWAY as away:
            raise RoomAway from away

    @staticmethod
    def room_of(meeting_id: UUID) -> int:
        """A number that JavaScript can count to."""
        return int.from_bytes(hashlib.sha256(meeting_id.bytes).digest()[:6], "big")

    def secret_of(self, meeting_id: UUID) -> str:
        """What lets one change or end the room."""
        return _proof(self.secret, meeting_id, "host")[:20]

    def pin_of(self, meeting_id: UUID) -> str:
        """What lets one into the room."""
        return _proof(self.secret, meeting_id, "pin")[:16]

    @staticmethod
    def _order(url: str, **order: Any) -> dict[str, Any]:
        return dict(orjson.loads(_ask(url, {**order, "transaction": uuid4().hex})))
