"""Somebody's way to a seat and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.events.contract import NoSuchPlace, Place

LIVE = (Place.PENDING, Place.WAITING, Place.OFFERED, Place.CONFIRMED)


@dataclass(eq=False)
class Registration:
    """One person and one meeting; a second try after a withdrawal is another registration, at the end of the line."""

    id: UUID
    meeting_id: UUID
    person_id: UUID
    asked_at: datetime
    country: str | None = None
    place: Place = Place.WITHDRAWN
    rank: int | None = None
    """The order a draw gave; comes before the time of asking."""
    offered_until: datetime | None = None
    reason: str = ""
    attended_at: datetime | None = None
    completed_at: datetime | None = None
    hours: int = 0
    certificate: str | None = None
    certificate_at: datetime | None = None
    no_show_at: datetime | None = None
    settled: bool = False
    removed_at: datetime | None = None
    version: int = 0

    def must_be(self, *places: Place) -> None:
        """Raises `NoSuchPlace`."""
        if self.place not in places:
            raise NoSuchPlace(place=self.place)

    @property
    def live(self) -> bool:
        """Whether it still leads, or may lead, to a seat."""
        return self.place in LIVE
