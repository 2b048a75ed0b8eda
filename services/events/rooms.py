"""Rooms with sound and picture, by the server an installation has; each adapter answers with a way to enter.

`SCHOOLBRIDGE_ROOM_URL` names the server: `bbb+https://:secret@host/bigbluebutton/api`,
`jitsi+https://application:secret@host` or `janus+http://:secret@host:8088/janus?socket=wss://rooms.example.org`.
Without it, online meetings need a link to a room elsewhere.
"""

import base64
import hashlib
import hmac
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit
from uuid import UUID, uuid4

import orjson
from joserfc import jwt
from joserfc.jwk import OctKey

from chassis.settings import settings
from services.events.contract import Relay, RoomAway, RoomFull, RoomPass

SECONDS = 3
LATE = 1_800
"""A room closes half an hour after the end: nobody is thrown out in the middle of a sentence."""
LONGEST_PASS = 12 * 3_600
"""Learning events last for weeks; whoever stays longer is given another pass on the way."""
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
    crew: frozenset[UUID] = frozenset()
    admitted: frozenset[UUID] = frozenset()
    """Everybody who may be in the room, crew and this person among them."""


@dataclass(frozen=True, slots=True)
class Door:
    """The address to enter by, and a pass where the page there is one of ours."""

    url: str
    room_pass: RoomPass | None = None


class RoomServer(Protocol):
    """Where rooms are made."""

    @property
    def socket(self) -> str:
        """Where our own page speaks to it; empty where rooms have pages of their own."""

    def entry(self, guest: Guest) -> Door:
        """How this person enters, the room being made if it is not there; raises `RoomAway`, `RoomFull`."""

    def silence(self, meeting_id: UUID, person_id: UUID, *, silent: bool) -> bool:
        """Take somebody's microphone or give it back; False where nothing can be done from here."""

    def expel(self, meeting_id: UUID, person_id: UUID) -> bool:
        """Remove somebody, whose passes are worth nothing from then on; the same."""


def room_server() -> RoomServer | None:
    """The server this installation has, if any; refuses an address it cannot use."""
    url = settings().room_url
    return server_at(url) if url else None


def server_at(url: str) -> RoomServer:
    """The adapter for an address."""
    kind, _, rest = url.partition("+")
    parts = urlsplit(rest)
    secret = unquote(parts.password or "")
    base = f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}".rstrip(
        "/"
    )
    if kind == "bbb":
        return BigBlueButton(base, secret)
    if kind == "jitsi":
        return Jitsi(base, parts.username or "", secret)
    if kind == "janus":
        socket = parse_qs(parts.query).get("socket", [""])[0]
        if urlsplit(socket).scheme not in ("ws", "wss"):
            raise SystemExit("SCHOOLBRIDGE_ROOM_URL for Janus ends with ?socket=wss://... for browsers")
        return Janus(base, secret, socket)
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


class PagesElsewhere:
    """A server whose rooms have pages of their own, where hosts look after order themselves."""

    __slots__ = ()
    socket = ""

    def silence(self, meeting_id: UUID, person_id: UUID, *, silent: bool) -> bool:
        return False

    def expel(self, meeting_id: UUID, person_id: UUID) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class BigBlueButton(PagesElsewhere):
    """A room made by one signed request, entered by another."""

    base: str
    secret: str

    def entry(self, guest: Guest) -> Door:
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
        return Door(self.signed("join", joined))

    def signed(self, call: str, values: dict[str, Any]) -> str:
        """An address with the checksum the server asks for."""
        query = urlencode(values)
        checksum = hashlib.sha256(f"{call}{query}{self.secret}".encode()).hexdigest()
        return f"{self.base}/{call}?{query}&checksum={checksum}"

    def _word(self, guest: Guest, role: str) -> str:
        return _proof(self.secret, guest.meeting_id, role)[:20]


@dataclass(frozen=True, slots=True)
class Jitsi(PagesElsewhere):
    """A room that is there for whoever has a token for it."""

    base: str
    application: str
    secret: str

    def entry(self, guest: Guest) -> Door:
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
        subject = quote(orjson.dumps(guest.title).decode())
        return Door(f"{self.base}/{room}?jwt={token}#config.subject={subject}")


Say = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Janus:
    """A VideoRoom of a Janus server, made over its HTTP interface; browsers enter it by a page of the portal.

    What the browser is given opens this one room for this one person: Janus checks its signature and its end, and
    that it stands on the room's list, from which `expel` takes it. `python -m deploy.janus` writes the server's side.
    """

    base: str
    secret: str
    socket: str

    PLUGIN = "janus.plugin.videoroom"
    EXISTS, NOBODY, NO_ROOM = 427, 428, 426
    MICROPHONE = "0"
    """Our page sends sound as its first stream and the picture as its second."""
    BITRATE = 400_000
    SPEAKING_PACKETS, SPEAKING_LEVEL = 50, 45
    """Somebody speaks who for a second is louder than -45 dBov on average."""

    def entry(self, guest: Guest) -> Door:
        """A pass; who was in the room without a seat, or oneself in another window, is put out first."""
        ends = int(time.time() + min(guest.seconds_left + LATE, LONGEST_PASS))
        key = self._signed(ends, self.PLUGIN, self._room(guest.meeting_id), f"person={guest.person_id}")
        with self.talking(guest.meeting_id) as say:
            self._ensure(guest, say)
            present = {found["id"] for found in say({"request": "listparticipants"})["participants"]}
            stay = {str(person) for person in guest.admitted - {guest.person_id}}
            for person in present - stay:
                say({"request": "kick", "id": person})
            if guest.person_id not in guest.crew:
                kept = {str(person) for person in guest.crew}
                if len(present & stay | kept) >= guest.seats:
                    raise RoomFull
            say({"request": "allowed", "action": "add", "allowed": [key]})
        return Door(
            f"{settings().public_url}/events/{guest.meeting_id}/room",
            RoomPass(
                server=self.socket,
                room=self.room_of(guest.meeting_id),
                participant=guest.person_id,
                name=guest.name,
                token=self._signed(ends, "janus", self.PLUGIN, f"person={guest.person_id}"),
                key=key,
                relays=tuple(relays(ends)),
                expires_at=datetime.fromtimestamp(ends, UTC),
            ),
        )

    def silence(self, meeting_id: UUID, person_id: UUID, *, silent: bool) -> bool:
        with self.talking(meeting_id) as say:
            wanted = {"request": "moderate", "id": str(person_id), "mid": self.MICROPHONE, "mute": silent}
            return "error_code" not in say(wanted)

    def expel(self, meeting_id: UUID, person_id: UUID) -> bool:
        with self.talking(meeting_id) as say:
            listed = say({"request": "allowed", "action": "add", "allowed": []}).get("allowed", ())
            theirs = [key for key in listed if f"person={person_id}" in key]
            say({"request": "allowed", "action": "remove", "allowed": theirs})
            return "error_code" not in say({"request": "kick", "id": str(person_id)})

    def _ensure(self, guest: Guest, say: Say) -> None:
        made = say(
            {
                "request": "create",
                "admin_key": self.secret,
                "description": guest.title,
                "publishers": guest.seats,
                "bitrate": self.BITRATE,
                "is_private": True,
                "signed_tokens": True,
                "allowed": [],
                "notify_joining": True,
                "audiolevel_event": True,
                "audio_active_packets": self.SPEAKING_PACKETS,
                "audio_level_average": self.SPEAKING_LEVEL,
                "record": False,
                "lock_record": True,
            }
        )
        if made.get("videoroom") != "created" and made.get("error_code") != self.EXISTS:
            raise RoomAway(said=str(made.get("error_code", "")))

    @contextmanager
    def talking(self, meeting_id: UUID) -> Iterator[Say]:
        """Orders about one room to the VideoRoom plugin, in a session of their own; raises `RoomAway`."""
        room = {"room": self.room_of(meeting_id), "secret": self._proof("secret", meeting_id)}
        try:
            session = f"{self.base}/{self._order(self.base, janus='create')['data']['id']}"
            try:
                handle = f"{session}/{self._order(session, janus='attach', plugin=self.PLUGIN)['data']['id']}"

                def say(body: dict[str, Any]) -> dict[str, Any]:
                    told = self._order(handle, janus="message", body=room | body)
                    return dict(told["plugindata"]["data"])

                yield say
            finally:
                self._order(session, janus="destroy")
        except _AWAY as away:
            raise RoomAway from away

    def room_of(self, meeting_id: UUID) -> str:
        """A name that nobody can guess from the meeting's id."""
        return self._proof("room", meeting_id)

    def _room(self, meeting_id: UUID) -> str:
        return f"room={self.room_of(meeting_id)}"

    def _proof(self, purpose: str, meeting_id: UUID) -> str:
        return _proof(self.secret, meeting_id, purpose)[:24]

    def _signed(self, ends: int, realm: str, *facts: str) -> str:
        """A token as Janus checks it: when it ends, for what, and who signed it."""
        words = ",".join((str(ends), realm, *facts))
        return f"{words}:{_sha1(self.secret, words)}"

    def _order(self, url: str, **order: Any) -> dict[str, Any]:
        return dict(orjson.loads(_ask(url, order | {"apisecret": self.secret, "transaction": uuid4().hex})))


def relays(ends: int) -> Iterator[Relay]:
    """The STUN and TURN servers of the settings; TURN's account is made for this pass and ends with it."""
    known = settings()
    for url in known.room_relays.split():
        if url.startswith("turn"):
            account = f"{ends}:{uuid4().hex[:12]}"
            yield Relay((url,), account, _sha1(known.room_relay_secret, account))
        else:
            yield Relay((url,))


def _sha1(secret: str, words: str) -> str:
    """Janus' signed tokens and TURN's passing accounts are both defined with HMAC-SHA1."""
    return base64.b64encode(hmac.new(secret.encode(), words.encode(), hashlib.sha1).digest()).decode()
