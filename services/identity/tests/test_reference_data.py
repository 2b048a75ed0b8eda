"""The reference data must agree with itself, since schools and sign-offs are routed by it."""

import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import pytest

SERVICES = Path(__file__).parents[2]
Entry = dict[str, Any]


def data(name: str, service: str = "identity") -> Entry:
    with (SERVICES / service / "data" / name).open("rb") as file:
        return tomllib.load(file)


COUNTRIES: list[Entry] = data("countries.toml")["country"]
ORGANISATIONS: list[Entry] = data("organisations.toml")["organisation"]
TERRITORIES: list[Entry] = data("territories.toml")["territory"]
REGIONS: dict[str, dict[str, str]] = data("regions.toml")["region"]
COMMUNITIES: list[Entry] = data("regions.toml")["community"]
LANGUAGES: Entry = data("languages.toml")
SUBJECTS: Entry = data("subjects.toml", service="projects")

BY_CODE = {country["code"]: country for country in COUNTRIES}
BY_ID = {organisation["id"]: organisation for organisation in ORGANISATIONS}
ACTIVE = [country["code"] for country in COUNTRIES if country["active"]]
NATIONAL = [organisation for organisation in ORGANISATIONS if organisation["kind"] in ("NSS", "PSA")]
REGIONAL = [organisation for organisation in ORGANISATIONS if organisation["kind"] == "REGIONAL"]

EU_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
OTHERS = "AL BA IS LI ME MK NO RS TR"
PLUS = "AM AZ GE JO MD TN UA"


def active_in(category: str) -> str:
    return " ".join(sorted(code for code in ACTIVE if BY_CODE[code]["category"] == category))


def test_the_participating_countries_are_those_of_the_three_categories() -> None:
    assert active_in("eu") == EU_MEMBERS
    assert active_in("other") == OTHERS
    assert active_in("plus") == PLUS


def test_kosovo_lebanon_and_algeria_wait_for_an_operator_and_great_britain_has_left() -> None:
    assert set(BY_CODE) - set(ACTIVE) == {"XK", "LB", "DZ", "GB"}
    assert (BY_CODE["GB"]["joined"].year, BY_CODE["GB"]["left"]) == (2005, date(2020, 12, 31))


def test_no_country_organisation_or_territory_is_named_twice() -> None:
    assert len(BY_CODE) == len(COUNTRIES)
    assert len(BY_ID) == len(ORGANISATIONS)
    assert len({territory["code"] for territory in TERRITORIES}) == len(TERRITORIES)
    assert len({organisation["name"] for organisation in ORGANISATIONS}) == len(ORGANISATIONS)


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda country: country["code"])
def test_a_country_has_a_name_a_category_and_dates_in_order(country: Entry) -> None:
    assert re.fullmatch(r"[A-Z]{2}", country["code"])
    assert country["name"]
    assert country["category"] in ("eu", "other", "plus")
    assert date(2005, 1, 14) <= country["joined"] < country.get("left", date.max)
    assert not (country["active"] and "left" in country)


@pytest.mark.parametrize("code", ACTIVE)
def test_every_school_of_an_active_country_has_exactly_one_organisation(code: str) -> None:
    kind = "PSA" if BY_CODE[code]["category"] == "plus" else "NSS"
    serving = [organisation for organisation in NATIONAL if organisation["country"] == code]
    served = Counter(community for one in serving for community in one.get("communities", ["everyone"]))
    expected = {community["code"] for community in COMMUNITIES if community["country"] == code} or {
        "everyone"
    }
    assert {organisation["kind"] for organisation in serving} == {kind}
    assert served == Counter(expected)


@pytest.mark.parametrize("region", REGIONS["BE"])
def test_every_belgian_region_belongs_to_a_community(region: str) -> None:
    assert any(region in community["regions"] for community in COMMUNITIES)


@pytest.mark.parametrize("community", COMMUNITIES, ids=lambda community: community["name"])
def test_a_community_lies_in_regions_of_its_country(community: Entry) -> None:
    assert set(community["regions"]) <= set(REGIONS[community["country"]])


@pytest.mark.parametrize("organisation", REGIONAL, ids=lambda organisation: organisation["id"])
def test_a_regional_representative_forwards_to_the_organisation_of_its_country(organisation: Entry) -> None:
    parent = BY_ID[organisation["parent"]]
    assert parent["kind"] in ("NSS", "PSA")
    assert parent["country"] == organisation["country"]
    assert organisation["region"] in REGIONS[organisation["country"]]


def test_every_spanish_region_has_exactly_one_regional_representative() -> None:
    served = [one["region"] for one in REGIONAL if one["country"] == "ES"]
    assert sorted(served) == sorted(REGIONS["ES"])
    assert len(served) == 17 + 2


def test_there_is_one_central_support_service_and_it_belongs_to_no_country() -> None:
    central = [organisation for organisation in ORGANISATIONS if organisation["kind"] == "CSS"]
    assert [organisation["id"] for organisation in central] == ["css"]
    assert "country" not in central[0]


@pytest.mark.parametrize("organisation", ORGANISATIONS, ids=lambda organisation: organisation["id"])
def test_an_organisation_is_complete_and_writes_to_no_real_mailbox(organisation: Entry) -> None:
    slug = organisation["id"]
    assert re.fullmatch(r"css|(nss|psa)-[a-z]{2}(-[a-z]{2})?", slug)
    assert organisation["kind"] == "CSS" or organisation["country"] in BY_CODE
    assert organisation["email"] == f"{slug}@example.org"
    assert organisation["url"] == f"https://{slug}.example.org"
    assert organisation["name"]
    assert organisation["languages"]
    assert set(organisation["languages"]) <= set(LANGUAGES["communication"])
    assert organisation["time_zone"] in available_timezones()


@pytest.mark.parametrize("territory", TERRITORIES, ids=lambda territory: territory["code"])
def test_a_territory_follows_an_active_country(territory: Entry) -> None:
    assert territory["country"] in ACTIVE
    assert territory["code"] not in BY_CODE
    assert territory["name"]
    assert territory["time_zone"] in available_timezones()


def test_a_territory_that_is_also_a_region_of_its_country_is_listed_there() -> None:
    for territory in TERRITORIES:
        if territory["code"].startswith(f"{territory['country']}-"):
            assert territory["code"] in REGIONS[territory["country"]]


def test_the_school_form_offers_regions_for_every_active_country() -> None:
    assert set(REGIONS) == set(ACTIVE)


@pytest.mark.parametrize("country", REGIONS)
def test_regions_carry_codes_of_their_country_and_names_of_their_own(country: str) -> None:
    regions = REGIONS[country]
    iso_or_statistical = rf"{country}(-[A-Z0-9]{{1,3}}|[0-9]{{3}})"
    assert len(regions) >= 2
    assert [code for code in regions if not re.fullmatch(iso_or_statistical, code)] == []
    assert len(set(regions.values())) == len(regions)


def test_every_interface_language_can_be_communicated_in_and_every_language_has_a_name() -> None:
    interface, communication = LANGUAGES["interface"], LANGUAGES["communication"]
    assert len(interface) == len(set(interface)) == 24 + 12
    assert len(communication) == len(set(communication)) == len(interface) + 7
    assert set(interface) < set(communication)
    assert set(LANGUAGES["name"]) == set(communication)


def test_subjects_and_their_neighbours_have_stable_slugs() -> None:
    sizes = {
        "subjects": 39,
        "vocational_fields": 14,
        "key_competences": 8,
        "school_levels": 5,
        "age_bands": 4,
    }
    assert {name: len(entries) for name, entries in SUBJECTS.items()} == sizes
    for entries in SUBJECTS.values():
        assert [slug for slug in entries if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", slug)] == []


def test_the_age_bands_cover_three_to_nineteen_without_gap_or_overlap() -> None:
    bands = SUBJECTS["age_bands"].values()
    years = [year for band in bands for year in range(band["from"], band["to"] + 1)]
    assert years == list(range(3, 20))
