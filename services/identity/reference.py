"""Countries, organisations, regions, territories and languages, from the data files, and who answers for a school."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

from chassis.contract import Invalid
from services.identity.contract import (
    CountryCard,
    CountryNotParticipating,
    OrganisationCard,
    RegionCard,
    RegionNotOfCountry,
    SchoolNumberNeeded,
    SchoolYear,
    Span,
)

_DATA = Path(__file__).parent / "data"
PLUS = "plus"


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who answers for a school, and the time zone it lives by."""

    organisation: str
    regional_organisation: str | None
    time_zone: str


@dataclass(frozen=True)
class Reference:
    """The reference data, read once."""

    countries: dict[str, CountryCard]
    organisations: dict[str, OrganisationCard]
    regions: dict[str, dict[str, str]]
    communities: dict[str, dict[str, dict[str, Any]]]
    territories: dict[str, dict[str, Any]]
    serves: dict[tuple[str, str], str]
    """National organisations by country and community ("" where the country has only one)."""
    represents: dict[tuple[str, str], str]
    """Regional representatives by country and region."""
    interface_languages: frozenset[str]
    communication_languages: frozenset[str]
    usual_years: dict[str, dict[str, Any]]
    """When schools of a country usually teach, as the data file says it."""

    def usual_years_of(self, country: str, today: date) -> tuple[SchoolYear, ...]:
        """The school year that runs or ran last, and the next one; none where a country's are not known. (PS-22)"""
        usual = self.usual_years.get(country)
        if usual is None:
            return ()
        summer = today.year if today.month >= 8 else today.year - 1
        return tuple(_usual_year(usual, year) for year in (summer, summer + 1))

    def is_plus(self, country: str | None) -> bool:
        """Whether a school of this country is a Plus school. (b.5)"""
        return country in self.countries and self.countries[country].category == PLUS

    @property
    def plus_countries(self) -> tuple[str, ...]:
        return tuple(code for code, country in self.countries.items() if country.category == PLUS)

    def require_country(self, code: str) -> CountryCard:
        """A country in which schools can take part today; raises `CountryNotParticipating`. (ID-03)"""
        country = self.countries.get(code)
        if country is None or not country.active:
            raise CountryNotParticipating(fields={"country": "not_participating"})
        return country

    def require_languages(self, field: str, languages: tuple[str, ...], *, interface: bool = False) -> None:
        """Raises `Invalid` naming the field when a language is not one of those offered."""
        offered = self.interface_languages if interface else self.communication_languages
        if not offered.issuperset(languages):
            raise Invalid(fields={field: "not_a_choice"})

    def regions_of(self, country: str) -> tuple[RegionCard, ...]:
        """Regions, communities and territories that the school form offers. (ID-09 ID-14)"""
        return (
            *(RegionCard(code, name, "region") for code, name in self.regions.get(country, {}).items()),
            *(
                RegionCard(c, one["name"], "community")
                for c, one in self.communities.get(country, {}).items()
            ),
            *(
                RegionCard(code, one["name"], "territory")
                for code, one in self.territories.items()
                if one["country"] == country
            ),
        )

    def time_zone_of(self, country: str) -> str:
        """The time zone of the country's (first) organisation."""
        return next(
            (one.time_zone for one in self.organisations.values() if one.country == country),
            "Europe/Brussels",
        )

    def responsible_for(self, country: str, territory: str, region: str, community: str) -> Responsible:
        """Who answers for a school there. (ID-14 AP-05)

        Raises `RegionNotOfCountry`, or `Invalid` when the community must be told.
        """
        overseas = self._territory_of(country, territory)
        if region and region not in self.regions.get(country, {}):
            raise RegionNotOfCountry(fields={"region": "not_of_country"})
        organisation = self.serves[country, self._community_of(country, region, community)]
        return Responsible(
            organisation,
            self.represents.get((country, region)) or self.represents.get((country, territory)),
            overseas["time_zone"] if overseas else self.organisations[organisation].time_zone,
        )

    def _territory_of(self, country: str, territory: str) -> dict[str, Any] | None:
        if not territory:
            return None
        overseas = self.territories.get(territory)
        if overseas is None or overseas["country"] != country:
            raise RegionNotOfCountry(fields={"territory": "not_of_country"})
        return overseas

    def _community_of(self, country: str, region: str, community: str) -> str:
        """The community whose organisation serves the school; told, or clear from the region."""
        communities = self.communities.get(country, {})
        if community and community not in communities:
            raise RegionNotOfCountry(fields={"community": "not_of_country"})
        possible = [code for code, one in communities.items() if not region or region in one["regions"]]
        if community:
            if community not in possible:
                raise RegionNotOfCountry(fields={"community": "not_of_region"})
            return community
        if len(possible) > 1:
            raise Invalid(fields={"community": "required"})
        return possible[0] if possible else ""

    def require_number(self, country: CountryCard, official_number: str) -> None:
        """Some countries know their schools by number; raises `SchoolNumberNeeded`. (ID-09)"""
        if country.needs_school_number and not official_number:
            raise SchoolNumberNeeded(fields={"official_number": "required"})


def require_time_zone(time_zone: str) -> None:
    """Raises `Invalid` for a time zone nobody knows; none at all is fine."""
    if time_zone and time_zone not in available_timezones():
        raise Invalid(fields={"time_zone": "not_a_choice"})


def _read(name: str) -> dict[str, Any]:
    with (_DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def reference() -> Reference:
    """The data files as they are at start-up."""
    countries, organisations = _read("countries")["country"], _read("organisations")["organisation"]
    regions, languages = _read("regions"), _read("languages")
    communities: dict[str, dict[str, dict[str, Any]]] = {}
    for one in regions["community"]:
        communities.setdefault(one["country"], {})[one["code"]] = one
    return Reference(
        countries={
            one["code"]: CountryCard(
                one["code"], one["category"], one["active"], one.get("needs_school_number", False)
            )
            for one in countries
        },
        organisations={one["id"]: _organisation(one) for one in organisations},
        regions=regions["region"],
        communities=communities,
        territories={one["code"]: one for one in _read("territories")["territory"]},
        serves={
            (one["country"], community): one["id"]
            for one in organisations
            if one["kind"] in ("NSS", "PSA")
            for community in one.get("communities", [""])
        },
        represents={
            (one["country"], one["region"]): one["id"] for one in organisations if one["kind"] == "REGIONAL"
        },
        interface_languages=frozenset(languages["interface"]),
        communication_languages=frozenset(languages["communication"]),
        usual_years=_read("school_years"),
    )


def _usual_year(usual: dict[str, Any], summer: int) -> SchoolYear:
    """The usual year that begins in this summer."""

    def on(month_and_day: str) -> date:
        month, day = map(int, month_and_day.split("-"))
        return date(summer if month >= 8 else summer + 1, month, day)

    breaks = [Span(on(first), on(last)) for first, last in usual["breaks"]]
    if "easter" in usual:
        sunday = easter(summer + 1, EASTER_ORTHODOX if usual.get("orthodox") else EASTER_WESTERN)
        before, after = usual["easter"]
        breaks.append(Span(sunday + timedelta(days=before), sunday + timedelta(days=after)))
    return SchoolYear(on(usual["first"]), on(usual["last"]), tuple(sorted(breaks, key=lambda one: one.first)))


def _organisation(entry: dict[str, Any]) -> OrganisationCard:
    return OrganisationCard(
        id=entry["id"],
        kind=entry["kind"],
        name=entry["name"],
        country=entry.get("country"),
        email=entry["email"],
        url=entry["url"],
        languages=tuple(entry["languages"]),
        time_zone=entry["time_zone"],
        parent=entry.get("parent"),
    )
