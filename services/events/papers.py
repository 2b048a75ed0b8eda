"""Certificates and records as PDF, set by typst, with a number that anybody can check. (EV-14 PD-10 PD-11)"""

import base64
import hashlib
import hmac
import io
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from chassis.settings import settings

SECONDS = 20


def number_of(registration_id: UUID, year: int) -> str:
    """A certificate's number: the same for the same registration, and not to be guessed."""
    secret = settings().link_secret
    if not secret:
        raise SystemExit("SCHOOLBRIDGE_LINK_SECRET is not set: anybody could write numbers")
    seal = hmac.new(secret.encode(), b"events.certificate" + registration_id.bytes, hashlib.sha256).digest()
    return f"SB-{year}-{base64.b32encode(seal[:10]).decode()}"


def check_address(number: str) -> str:
    """Where a number is looked up."""
    return f"{settings().public_url}/verify/{number}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a record."""

    title: str
    kind: str
    day: str
    hours: int
    certificate: str


def certificate(
    *, number: str, name: str, title: str, kind: str, starts_at: datetime, ends_at: datetime, zone: str,
    hours: int, completed: bool, issued_at: datetime,
) -> bytes:  # fmt: skip
    """A certificate; called in a thread of its own, since setting it takes a tenth of a second."""
    place = ZoneInfo(zone)
    said = {
        "number": number,
        "name": name,
        "title": title,
        "kind": kind.replace("_", " "),
        "when": span(starts_at.astimezone(place), ends_at.astimezone(place)),
        "zone": zone.replace("_", " "),
        "hours": hours,
        "completed": completed,
        "issued": day(issued_at.astimezone(place)),
        "address": check_address(number),
        "qr": qr(check_address(number)),
    }
    return _set("certificate.typ", said)


def record(*, name: str, lines: list[Line], hours: int, made_at: datetime, rule: str) -> bytes:
    """Somebody's record of professional development; called in a thread of its own."""
    rows = [
        [line.day, line.title, line.kind.replace("_", " "), str(line.hours), line.certificate]
        for line in lines
    ]
    return _set(
        "record.typ", {"name": name, "rows": rows, "hours": hours, "made": day(made_at), "rule": rule}
    )


def day(moment: datetime) -> str:
    """A day, without the month's name in any language."""
    return f"{moment:%Y-%m-%d}"


def span(starts: datetime, ends: datetime) -> str:
    """From when to when."""
    if starts.date() == ends.date():
        return f"{starts:%Y-%m-%d, %H:%M}–{ends:%H:%M}"
    return f"{starts:%Y-%m-%d} – {ends:%Y-%m-%d}"


def qr(text: str) -> str:
    """A QR code as SVG."""
    import segno  # noqa: PLC0415 - only whoever sets papers carries it

    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode()


def _set(template: str, said: dict[str, Any]) -> bytes:
    command = [sys.executable, "-m", "services.events.typesetting", template]
    done = subprocess.run(command, input=orjson.dumps(said), capture_output=True, check=True, timeout=SECONDS)
    return done.stdout
