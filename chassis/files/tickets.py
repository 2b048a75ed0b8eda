"""Tickets: what may be done with one file in the next quarter of an hour, signed by the service that owns it.

Everybody who has the public key can check a ticket: the door that takes and gives files knows no secret. Each
service signs with a key of its own and for its own files only; identity's is the one with which it signs tokens.
A ticket is no person's token: its audience is another.
"""

import time
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, OKPKey

from chassis.contract import NotFound
from chassis.settings import settings

LIFETIME_SECONDS = 900
_ALGORITHM = "Ed25519"
_AUDIENCE = "schoolbridge-files"
SIGNER_OF_TOKENS = "identity"


class TicketInvalid(NotFound):
    """The ticket is not one of ours, has ended, or is for something else."""


class Purpose(StrEnum):
    """What a ticket is for; one for the one is never good for the other."""

    UPLOAD = "upload"
    DOWNLOAD = "download"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One file of one service; for an upload, how large at most and of which media types."""

    purpose: Purpose
    service: str
    file_id: UUID
    file_name: str
    types: tuple[str, ...]
    most_bytes: int = 0


def sign_ticket(ticket: Ticket) -> str:
    """The ticket as text, good for fifteen minutes of real time."""
    claims = {
        "aud": _AUDIENCE,
        "exp": int(time.time()) + LIFETIME_SECONDS,
        "purpose": ticket.purpose,
        "service": ticket.service,
        "file": str(ticket.file_id),
        "name": ticket.file_name,
        "types": list(ticket.types),
        "most": ticket.most_bytes,
    }
    header = {"alg": _ALGORITHM, "kid": ticket.service}
    return jwt.encode(header, claims, _private_key(), algorithms=[_ALGORITHM])


def read_ticket(text: str, purpose: Purpose) -> Ticket:
    """What the ticket allows; raises `TicketInvalid`."""
    try:
        read = jwt.decode(text, _key_of, algorithms=[_ALGORITHM])
        claims = read.claims
        if claims["aud"] != _AUDIENCE or claims["purpose"] != purpose or claims["exp"] < time.time():
            raise TicketInvalid
        if claims["service"] != read.header["kid"]:
            raise TicketInvalid
        return Ticket(
            purpose=purpose,
            service=claims["service"],
            file_id=UUID(claims["file"]),
            file_name=claims["name"],
            types=tuple(claims["types"]),
            most_bytes=claims["most"],
        )
    except (JoseError, KeyError, ValueError, TypeError) as wrong:
        raise TicketInvalid from wrong


def download_address(ticket: Ticket) -> str:
    """A short-lived address on the files' own origin."""
    return f"{settings().files_url}/files/{sign_ticket(ticket)}"


@cache
def _private_key() -> OKPKey:
    return _key(settings().file_key or settings().token_private_key, "FILE_KEY")


def _key_of(signed: GuestProtocol) -> OKPKey:
    """The key of the service that says it has signed; a service that has none signs nothing."""
    return _public_key(str(signed.headers().get("kid", "")))


@cache
def _public_key(service: str) -> OKPKey:
    if service == SIGNER_OF_TOKENS:
        return _key(settings().token_public_key, "TOKEN_PUBLIC_KEY")
    folder = settings().file_public_keys
    path = folder / f"{service}.pem" if folder and service.isalpha() else None
    if path is None or not path.is_file():
        raise TicketInvalid
    return _key(path, "FILE_PUBLIC_KEYS")


def _key(path: Path | None, name: str) -> OKPKey:
    if path is None:
        raise SystemExit(f"SCHOOLBRIDGE_{name} is not set: no file could be given or taken")
    return OKPKey.import_key(path.read_bytes())
