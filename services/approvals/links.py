"""The head teacher's mailed link: signed over step, version and address; valid 21 days of real time."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer

from services.approvals.contract import LinkInvalid

VALID_SECONDS = 21 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a link proves: which step, as it was when the mail went out, sent to which address."""

    task_id: UUID
    version: int
    address: str


def address_digest(email: str) -> str:
    """So that the link tells nobody the address, and ends when it is corrected."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()[:16]


def write_link(secret: str, task_id: UUID, version: int, email: str) -> str:
    """The text after `/consent/` in a mail to this address."""
    return str(_serializer(secret).dumps([task_id.hex, version, address_digest(email)]))


def read_link(secret: str, link: str) -> Ticket:
    """What the link proves; raises `LinkInvalid` when it is not ours or too old."""
    try:
        task, version, address = _serializer(secret).loads(link, max_age=VALID_SECONDS)
        return Ticket(UUID(task), int(version), str(address))
    except (BadData, ValueError, TypeError) as wrong:
        raise LinkInvalid from wrong


def _serializer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="head teacher's consent")
