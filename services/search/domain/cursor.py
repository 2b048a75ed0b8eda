"""Where a page of results ended: opaque to readers, bound to the very search it came from."""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from chassis.contract import Invalid

PAGE = 20
DEEPEST = 1_000
"""Results after which a narrower search is the better way; deeper pages are not offered."""


@dataclass(frozen=True, slots=True)
class Place:
    """How many results went before, the sort values of the last of them, and whether words are taken as mistyped."""

    shown: int = 0
    after: tuple[Any, ...] = ()
    mistyped: bool = False


def fingerprint(search: Any) -> str:
    """What makes a search the same one: its words, filters and order, and who searches."""
    told = json.dumps(search, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def write(place: Place, mark: str) -> str:
    """The cursor behind a page of that search."""
    told = json.dumps([mark, place.shown, place.mistyped, *place.after], separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def read(cursor: str, mark: str) -> Place:
    """Where to go on; raises `Invalid` for what is no cursor, or one of another search."""
    if not cursor:
        return Place()
    try:
        told = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        of, shown, mistyped, *after = told
    except (ValueError, binascii.Error, TypeError):
        raise Invalid(fields={"cursor": ["not_a_cursor"]}) from None
    sound = type(shown) is int and 0 < shown <= DEEPEST and after and all(_plain(one) for one in after)
    if of != mark or not sound or type(mistyped) is not bool:
        raise Invalid(fields={"cursor": ["not_a_cursor"]})
    return Place(shown, tuple(after), mistyped)


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)
