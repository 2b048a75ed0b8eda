"""Draws that anybody can compute again: tickets, tiers and an order that follows from the published seed. (EV-22)

The seed is made with the meeting and kept; its SHA-256 is published at once. After registration has closed, the
seed itself is published with the draw: nobody could know it while choosing, and nobody could change it afterwards.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from services.events.contract import Selection, Ticket
from services.events.domain.limits import limits

LOWERED = 4


def seed_hash(seed: str) -> str:
    """What is published of a seed before the draw."""
    return hashlib.sha256(seed.encode()).hexdigest()


def rare_countries(countries: Iterable[str | None]) -> frozenset[str]:
    """Countries with at most a tenth of the applicants."""
    known = [country for country in countries if country]
    share = limits().rare_country_percent
    return frozenset(c for c, n in Counter(known).items() if n * 100 <= share * len(known))


def ticket_of(
    registration_id: UUID,
    country: str | None,
    rare: frozenset[str],
    *,
    first_timer: bool,
    missed_last_time: bool,
    no_shows: int,
) -> Ticket:
    """What the rule looks at, without a name."""
    return Ticket(
        registration_id, first_timer, country in rare, missed_last_time, no_shows >= limits().no_shows
    )


def tier_of(ticket: Ticket, selection: Selection) -> int:
    """The lower goes first. Who has not come twice in ninety days goes after everybody else. (b.10 14, 15)

    Priority: each of first time, under-represented country and not selected last time lifts by one.
    """
    tier = LOWERED if ticket.missed_often else 0
    if selection is Selection.PRIORITY:
        tier += 3 - (ticket.first_timer + ticket.rare_country + ticket.missed_last_time)
    return tier


def lot(seed: str, registration_id: UUID) -> str:
    """A ticket's lot."""
    return hashlib.sha256(f"{seed}:{registration_id}".encode()).hexdigest()


def order_of(tickets: Iterable[Ticket], selection: Selection, seed: str) -> tuple[UUID, ...]:
    """Everybody in the order in which seats are given: ascending tier, then ascending lot."""
    ordered = sorted(tickets, key=lambda t: (tier_of(t, selection), lot(seed, t.registration_id)))
    return tuple(ticket.registration_id for ticket in ordered)
