"""The invented community: always the same, in life's proportions, and such as identity would take."""

import time
import tomllib
from collections import Counter
from datetime import date, timedelta
from itertools import chain

import psycopg2
import pytest
import typer

from chassis.contract import plain
from chassis.contract.declare import request_named
from chassis.store import Store, UnitOfWork
from deploy.data.__main__ import how_many
from deploy.data.filling import fill
from deploy.data.invention import ANSWERED_WITHIN_DAYS, BATCH, Batch, Invention
from deploy.stack import CHECKOUT
from services.identity.contract import AffiliationState, SchoolRole, Visibility
from services.identity.domain.person import ANSWER_HOLDS, ProfileText
from services.identity.reference import reference
from services.identity.store import documents

TODAY = date(2026, 11, 28)
SUBJECTS = CHECKOUT / "services/projects/data/subjects.toml"
PROFILE = ProfileText.__dataclass_fields__


class NobodyToAsk:
    def call(self, *_, **__):
        raise AssertionError("identity asks no other service")


@pytest.fixture(scope="module")
def invention():
    return Invention(TODAY, "digest")


@pytest.fixture(scope="module")
def many(invention):
    batches = [invention.batch(number) for number in range(5)]
    return Batch(
        *(
            list(chain(*(getattr(one, name) for one in batches)))
            for name in ("school", "person", "affiliation")
        )
    )


def share(rows, holds):
    return sum(map(bool, map(holds, rows))) / len(rows)


def test_the_same_seed_makes_the_same_people_and_another_seed_others(invention):
    again, other = Invention(TODAY, "digest"), Invention(TODAY, "digest", seed=1)
    assert invention.batch(3) == again.batch(3)
    assert {p["id"] for p in invention.batch(3).person}.isdisjoint(p["id"] for p in other.batch(3).person)
    assert invention.batch(3).person[0]["name"] != other.batch(3).person[0]["name"]


def test_a_larger_community_begins_with_the_people_of_a_smaller_one(invention):
    few, all_of_them = invention.batch(1, 777), invention.batch(1)
    assert few.person == all_of_them.person[:777]
    assert few.affiliation == all_of_them.affiliation[:777]
    assert few.school == all_of_them.school[: len(few.school)]


def test_every_country_that_takes_part_has_teachers_the_large_ones_most(invention, many):
    lived_in = Counter(person["country"] for person in many.person)
    active = {code for code, country in reference().countries.items() if country.active}
    assert set(lived_in) <= active
    assert len(lived_in) >= 40
    assert {code for code, _ in lived_in.most_common(6)} <= {"TR", "IT", "ES", "PL", "FR", "RO"}
    assert {place.country for place in invention._places} == active


def test_proportions_are_lifes(many):
    people, ways = many.person, many.affiliation
    assert len(people) == 5 * BATCH
    assert 3.4 < len(people) / len(many.school) < 4.6
    assert 0.66 < share(people, lambda p: p["available"]) < 0.73
    assert 0.2 < share([p for p in people if p["available"]], lambda p: p["available_plus"]) < 0.45
    assert 0.9 < share(people, lambda p: p["role_kind"] is SchoolRole.TEACHER) < 0.96
    for few in (
        share(people, lambda p: p["suspended"]),
        share(people, lambda p: p["closed_at"]),
        share(people, lambda p: p["email_confirmed_at"] is None),
        share(people, lambda p: p["profile_visibility"] is Visibility.CONTACTS),
        share(ways, lambda a: a["state"] is not AffiliationState.VALIDATED),
    ):
        assert 0 < few < 0.09
    away = [(TODAY - p["seen_on"]).days for p in people if p["seen_on"]]
    assert 0 <= min(away) < 3
    assert 540 < max(away) <= 548
    assert 0.7 < share(away, lambda days: days <= 365) < 0.9


def test_scripts_and_languages_are_those_of_the_country(many):
    def scripts_of(code, letters):
        told = [p["name"] for p in many.person if p["country"] == code]
        return share(told, lambda name: any(letter in letters for letter in name.lower()))

    for code, letters in {
        "GR": "αεηιο",
        "BG": "аеио",
        "RS": "аеио",
        "UA": "аеио",
        "GE": "აეიო",
        "AM": "աեիո",
        "JO": "اوي",
    }.items():
        assert scripts_of(code, letters) > 0.9, code
    for code, language in {"PL": "pl", "FI": "fi", "TR": "tr"}.items():
        spoken = [p["languages"] for p in many.person if p["country"] == code]
        assert all(language in languages for languages in spoken)


def test_nobody_is_asked_about_availability_because_of_this(many):
    oldest = min(p["availability_at"].date() for p in many.person)
    assert timedelta(days=ANSWERED_WITHIN_DAYS) < ANSWER_HOLDS
    assert TODAY - oldest <= timedelta(days=ANSWERED_WITHIN_DAYS)


def test_what_people_and_schools_say_is_what_the_forms_take(many):
    edit, create = request_named("identity.edit_profile"), request_named("identity.create_school")
    subjects = tomllib.loads(SUBJECTS.read_text())["subjects"].keys()
    for person in many.person[::7]:
        profile = {name: person[name] for name in PROFILE if name in person}
        edit.parse(plain({"seen_version": 1, **profile}))
        reference().require_languages("languages", person["languages"])
        reference().require_languages("language", (person["language"],), interface=True)
        assert set(person["subjects"]) <= subjects
        assert (person["age_from"] or 3) <= (person["age_to"] or 19)
    names = ("name", "country", "city", "level", "head_name", "head_email", "official_number")
    for school in many.school[::3]:
        create.parse(plain({"school_id": school["id"], **{name: school[name] for name in names}}))
        country = reference().require_country(school["country"])
        reference().require_number(country, school["official_number"])
        responsible = reference().responsible_for(
            school["country"], "", school["region"] or "", school["community"] or ""
        )
        assert responsible.organisation == school["organisation"]


def test_nobody_can_be_written_to(many):
    addresses = [p["email"] for p in many.person] + [s["head_email"] for s in many.school]
    assert all(address.endswith(".example.org") for address in addresses)
    assert len(set(addresses)) == len(addresses)


def test_filling_twice_adds_nothing_and_more_adds_the_rest(database, invention):
    url = database("identity")
    assert list(fill(url, invention, 300)) == [(300, 300)]
    assert list(fill(url, invention, 300)) == [(300, 0)]
    assert list(fill(url, invention, BATCH + 100)) == [(BATCH, BATCH - 300), (BATCH + 100, 100)]
    assert list(fill(url, invention, 50)) == [(50, 0)]
    with psycopg2.connect(url.replace("+psycopg2", "")) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM affiliation a JOIN person ON person.id = a.person_id JOIN school s ON s.id = a.school_id"
        )
        assert cursor.fetchone() == (BATCH + 100,)


def test_identity_gives_the_index_a_document_of_each_and_only_of_those_who_may_be_found(database, invention):
    url = database("identity")
    list(fill(url, invention, 500))
    made = invention.batch(0, 500)
    states = {a["person_id"]: a["state"] for a in made.affiliation}
    uow = UnitOfWork(Store(url), NobodyToAsk(), deadline=time.time() + 60)
    told = {one.id: one for one in documents.person_documents(uow, [p["id"] for p in made.person])}
    assert len(told) == 500
    for person in made.person:
        may_be_found = (
            states[person["id"]] is AffiliationState.VALIDATED
            and person["email_confirmed_at"] is not None
            and not person["suspended"]
            and person["closed_at"] is None
            and person["profile_visibility"] is not Visibility.CONTACTS
        )
        document = told[person["id"]]
        assert document.listed is may_be_found
        if may_be_found:
            assert (document.name, document.keywords, document.country) == (
                person["name"], person["keywords"], person["country"],
            )  # fmt: skip
            assert document.plus is reference().is_plus(person["country"])
    schools = documents.school_documents(uow, [s["id"] for s in made.school])
    assert {one.name for one in schools} == {s["name"] for s in made.school}


@pytest.mark.parametrize(("told", "meant"), [("10k", 10_000), ("1200k", 1_200_000), ("2500", 2_500)])
def test_sizes_are_said_briefly(told, meant):
    assert how_many(told) == meant


def test_a_size_that_is_none_is_refused():
    with pytest.raises(typer.BadParameter):
        how_many("many")
