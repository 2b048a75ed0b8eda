"""Names on the broker and the form of what travels, said once for services, gateway and topology."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.contract import decode, encode

EVENTS, COMMANDS, RPC, REPLIES, DEAD = "events", "commands", "rpc", "replies", "dead"
EXCHANGES = (EVENTS, COMMANDS, RPC, REPLIES, DEAD)
OUTCOME = "outcome"
CALLS_PER_MESSAGE = 32


def rpc_queue(service: str) -> str:
    """Where a service's requests wait."""
    return f"rpc.{service}"


def command_queue(service: str) -> str:
    """Where a service's commands and their outcomes wait."""
    return f"commands.{service}"


def dead_queue(service: str) -> str:
    """Where what a service could not read waits to be buried."""
    return f"dead.{service}"


def event_queue(consumer: str, event_name: str) -> str:
    """Where one event waits for one consumer."""
    return f"on.{consumer}.{event_name}"


def own_queue(service: str, purpose: str, instance: str) -> str:
    """An exclusive queue of one process."""
    return f"own.{service}.{purpose}.{instance}"


class Unreadable(ValueError):
    """A message that is not in the form agreed on; it goes to the dead letters."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What goes round every event, command and outcome."""

    id: UUID
    type: str
    aggregate: str
    version: int
    trace: str
    payload: dict[str, Any]
    reply_to: str = ""

    def body(self) -> bytes:
        return encode(self)

    @classmethod
    def read(cls, body: bytes | memoryview | str, content_type: str | None) -> "Envelope":
        if content_type != "application/json":
            raise Unreadable(f"content type {content_type!r} is not application/json")
        try:
            data = decode(bytes(body) if isinstance(body, memoryview) else body)
            if not isinstance(data["payload"], dict):
                raise Unreadable("the payload is not a mapping")
            return cls(
                id=UUID(data["id"]),
                type=str(data["type"]),
                aggregate=str(data["aggregate"]),
                version=int(data["version"]),
                trace=str(data["trace"]),
                payload=data["payload"],
                reply_to=str(data.get("reply_to") or ""),
            )
        except Unreadable:
            raise
        except Exception as wrong:
            raise Unreadable(f"not an envelope: {type(wrong).__name__}") from wrong


@dataclass(slots=True)
class WireCall:
    """One call inside an RPC message."""

    id: str
    request: str
    arguments: dict[str, Any]
    deadline: float
    token: str | None = None
    key: str | None = None
    trace: str = ""


def calls_body(calls: list[WireCall]) -> bytes:
    """The body of a message of calls."""
    return encode({"calls": calls})


def read_calls(body: bytes | memoryview | str) -> list[Any]:
    """The raw calls of an RPC message; each is still to be read by `read_call`."""
    try:
        calls = decode(bytes(body) if isinstance(body, memoryview) else body)["calls"]
    except Exception as wrong:
        raise Unreadable(f"not a list of calls: {type(wrong).__name__}") from wrong
    if not isinstance(calls, list):
        raise Unreadable("calls is not a list")
    return calls


def read_call(raw: Any) -> WireCall:
    """One call, or `Unreadable`; a malformed one spoils no other."""
    try:
        arguments = raw["arguments"]
        if not isinstance(arguments, dict):
            raise Unreadable("arguments is not a mapping")
        return WireCall(
            id=str(raw["id"]),
            request=str(raw["request"]),
            arguments=arguments,
            deadline=float(raw["deadline"]),
            token=raw.get("token") or None,
            key=raw.get("key") or None,
            trace=str(raw.get("trace") or ""),
        )
    except Unreadable:
        raise
    except Exception as wrong:
        raise Unreadable(f"not a call: {type(wrong).__name__}") from wrong
