"""Certificates and records as PDF, set by typst, with a number that anybody can check. (EV-14 PD-10 PD-11)"""

import base64
import hashlib
import hmac
import io
import subprocess
import sys
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from chassis.settings import settings
from services.events import contract

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


def certificate(shown: contract.CertificateView, language: str) -> bytes:
    """A certificate, in English where there are no words of that language.

    Called in a thread of its own, since setting it takes a tenth of a second.
    """
    address = check_address(shown.number)
    facts = {"certificate": shown, "language": language, "address": address, "qr": qr(address)}
    return _set("certificate", facts)


def record(found: contract.Record, language: str, *, name: str, zone: str, made_at: datetime) -> bytes:
    """Somebody's record of professional development, by the days of their own zone; called as `certificate`."""
    facts = {"record": found, "language": language, "name": name, "zone": zone, "made_at": made_at}
    return _set("record", facts)


def qr(text: str) -> str:
    """A QR code as SVG."""
    import segno  # noqa: PLC0415 - only whoever sets papers carries it

    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode()


def _set(paper: str, facts: dict[str, Any]) -> bytes:
    command = [sys.executable, "-m", "services.events.typesetting", paper]
    done = subprocess.run(
        command, input=orjson.dumps(facts), capture_output=True, check=True, timeout=SECONDS
    )
    return done.stdout
