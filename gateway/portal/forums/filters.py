"""What a reader of the forums narrows a list down by, as it stands in the page's address."""

from dataclasses import dataclass
from typing import Any

from gateway.forms import arguments_from
from gateway.languages import zone
from gateway.portal import choices
from gateway.portal.visit import Visit
from services.community import contract as community

NAMES = ("country", "language", "subject", "age_from", "age_to", "plus")


@dataclass(frozen=True, slots=True)
class Filters:
    """Those in use, typed as the request has them, and what the fields offer."""

    used: dict[str, Any]
    countries: choices.Pairs
    languages: choices.Pairs
    subjects: choices.Pairs

    @property
    def many(self) -> int:
        """How many are in use."""
        return sum(1 for value in self.used.values() if value not in (None, False))

    def value(self, name: str) -> str:
        """What a field shows."""
        value = self.used.get(name)
        return "" if value is None else str(value)


async def filters_of(visit: Visit) -> Filters:
    """The filters of this page's address; raises `Invalid` for what cannot be understood."""
    typed = {name: visit.query.get(name, "") for name in NAMES}
    arguments = arguments_from(community.posts, typed, zone(visit.time_zone))
    parsed = community.posts.parse(arguments)
    return Filters(
        {name: parsed.get(name) for name in NAMES},
        await choices.countries(visit),
        choices.languages(),
        choices.subjects(),
    )
