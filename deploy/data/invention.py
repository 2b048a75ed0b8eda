"""Teachers and schools as rows of identity's tables, invented by number: the same seed and day make the same people.

They come in batches of two thousand; each batch depends on nothing but its number, so a larger community begins with
the same people as a smaller one.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from deploy.data.names import Names, names_of
from services.identity.contract import AffiliationState, SchoolLevel, SchoolRole, Visibility
from services.identity.reference import reference

FOLDER = Path(__file__).parent
BATCH = 2_000
DOMAIN = "data.example.org"
IDS_BEGIN = 1_577_836_800_000
"""Ids look as if they had been made by time, as those of the platform's own people are; milliseconds."""
SEEN_WITHIN_DAYS = 548
ANSWERED_WITHIN_DAYS = 300
"""Younger than the year after which an answer about availability is asked for again: nobody gets mail."""
TEACHERS = {1: 14, 2: 22, 3: 20, 4: 14, 5: 10, 6: 7, 8: 7, 12: 6}
"""How many schools have how many teachers here; about four on average."""
POPULAR = (9, 10, 5, 8, 10, 6, 9, 6, 8, 7, 10, 5, 6, 8)
"""Of the topics, in their order."""
AGES = {
    SchoolLevel.PRE_PRIMARY: (3, 6),
    SchoolLevel.PRIMARY: (6, 11),
    SchoolLevel.LOWER_SECONDARY: (11, 15),
    SchoolLevel.UPPER_SECONDARY: (15, 18),
    SchoolLevel.INITIAL_VOCATIONAL: (15, 19),
}
LEVELS = {
    (SchoolLevel.PRE_PRIMARY,): 7,
    (SchoolLevel.PRIMARY,): 29,
    (SchoolLevel.PRIMARY, SchoolLevel.LOWER_SECONDARY): 12,
    (SchoolLevel.LOWER_SECONDARY,): 22,
    (SchoolLevel.LOWER_SECONDARY, SchoolLevel.UPPER_SECONDARY): 8,
    (SchoolLevel.UPPER_SECONDARY,): 13,
    (SchoolLevel.INITIAL_VOCATIONAL,): 9,
}
ROLES = {
    SchoolRole.TEACHER: 930,
    SchoolRole.HEAD_TEACHER: 30,
    SchoolRole.LIBRARIAN: 15,
    SchoolRole.PEDAGOGUE: 10,
    SchoolRole.COUNSELLOR: 8,
    SchoolRole.STUDENT_TEACHER: 5,
    SchoolRole.TEACHER_EDUCATOR: 2,
}
FASHIONS = ("STEM", "CLIL", "AI", "Erasmus+", "open schooling", "eco-school")
LEARNT = ("fr", "de", "es", "it", "ru")

Row = dict[str, Any]


@dataclass(frozen=True)
class Batch:
    """Rows by table, in the order in which they refer to each other."""

    school: list[Row] = field(default_factory=list)
    person: list[Row] = field(default_factory=list)
    affiliation: list[Row] = field(default_factory=list)

    def tables(self) -> Iterator[tuple[str, list[Row]]]:
        """The tables with their rows."""
        for name in ("school", "person", "affiliation"):
            yield name, getattr(self, name)


@dataclass(frozen=True)
class Place:
    """A country, or one community of it, with what its teachers call themselves and write."""

    country: str
    region: str
    community: str
    cities: tuple[str, ...]
    patterns: tuple[str, ...]
    languages: tuple[str, ...]
    speaks: str
    writes: dict[str, Any]
    names: Names

    def lies_in(self, city: int) -> str:
        """The region of one of its cities, always the same one."""
        regions = sorted(reference().regions.get(self.country, {}))
        return self.region or (regions[(7 * city) % len(regions)] if regions else "")


def id_of(kind: str, number: int, seed: int) -> UUID:
    """The id of the person, school or affiliation of that number."""
    told = blake2b(f"{seed} {kind} {number}".encode(), digest_size=10).digest()
    chance = int.from_bytes(told, "big")
    moment = IDS_BEGIN + number * 50_000 + chance % 50_000
    return UUID(int=moment << 80 | 7 << 76 | (chance >> 68) << 64 | 2 << 62 | chance & (1 << 62) - 1)


def address_of(number: int, seed: int = 0) -> str:
    """Where a generated teacher signs in."""
    return f"teacher.{number}@{DOMAIN}" if not seed else f"teacher.{number}.{seed}@{DOMAIN}"


class Invention:
    """A community of any size."""

    def __init__(self, today: date, password_hash: str, seed: int = 0) -> None:
        self.today, self.seed = today, seed
        self._midnight = datetime.fromisoformat(f"{today.isoformat()}T00:00:00+00:00")
        self._digest = password_hash
        self._phrases = tomllib.loads((FOLDER / "phrases.toml").read_text())
        self._places, self._weights = self._read_places()

    def _read_places(self) -> tuple[list[Place], list[int]]:
        told = tomllib.loads((FOLDER / "places.toml").read_text())["place"]
        there = [one for one in told if reference().countries[one["country"]].active]
        return [self._place(one) for one in there], list(accumulate(one["weight"] for one in there))

    def _place(self, told: Row) -> Place:
        languages, offered = tuple(told["languages"]), reference().interface_languages
        written = next((code for code in languages if code in self._phrases), "en")
        return Place(
            country=told["country"],
            region=told.get("region", ""),
            community=told.get("community", ""),
            cities=tuple(told["cities"]),
            patterns=tuple(told["schools"]),
            languages=languages,
            speaks=next((code for code in languages if code in offered), "en"),
            writes=self._phrases[written],
            names=names_of(told, self.seed),
        )

    def batch(self, number: int, most: int = BATCH) -> Batch:
        """The people of one batch, or the first `most` of them, with their schools."""
        random = Random(f"{self.seed} {number}")  # noqa: S311 - invents people, keeps no secrets
        made, at = Batch(), number * BATCH
        end = at + min(most, BATCH)
        while at < end:
            (place,) = random.choices(self._places, cum_weights=self._weights)
            school = self._school(random, place, at)
            made.school.append(school)
            (many,) = random.choices(tuple(TEACHERS), tuple(TEACHERS.values()))
            for _ in range(min(many, (number + 1) * BATCH - at)):
                person = self._person(random, place, school, at)
                if at < end:
                    made.person.append(person)
                    made.affiliation.append(self._affiliation(random, person, school, at))
                at += 1
        return made

    def _school(self, random: Random, place: Place, number: int) -> Row:
        city = random.randrange(len(place.cities))
        region = place.lies_in(city)
        responsible = reference().responsible_for(place.country, "", region, place.community)
        pattern = random.choice(place.patterns)
        patron = place.names.full(random) if "{patron}" in pattern else ""
        name = pattern.format(city=place.cities[city], number=random.randint(1, 60), patron=patron)
        return {
            "id": id_of("school", number, self.seed),
            "name": name,
            "country": place.country,
            "region": region or None,
            "community": place.community or None,
            "city": place.cities[city],
            "level": random.choices(tuple(LEVELS), tuple(LEVELS.values()))[0],
            "official_number": f"{number % 10_000_000:07}{'ABCDEFGHJK'[number % 10]}",
            "organisation": responsible.organisation,
            "regional_organisation": responsible.regional_organisation,
            "time_zone": responsible.time_zone,
            "head_name": place.names.full(random),
            "head_email": f"head.of.{number}@{DOMAIN}",
            "registered_at": self._midnight - timedelta(days=random.randint(600, 2_500)),
            "version": 1,
        }

    def _person(self, random: Random, place: Place, school: Row, number: int) -> Row:
        (role,) = random.choices(tuple(ROLES), tuple(ROLES.values()))
        ages = self._ages(random, school["level"])
        confirmed, closed = random.random() < 0.99, random.random() < 0.005
        available = confirmed and not closed and random.random() < 0.70
        seen = int(SEEN_WITHIN_DAYS * random.random() ** 1.8)
        joined = self._midnight - timedelta(
            days=seen + random.randint(0, 1_800), minutes=random.randrange(1_440)
        )
        return {
            "id": id_of("person", number, self.seed),
            "name": place.names.full(random),
            "email": address_of(number, self.seed),
            "password_hash": self._digest,
            "country": place.country,
            "role_kind": role,
            "language": place.speaks,
            "time_zone": school["time_zone"],
            "registered_at": joined,
            "conduct_accepted_at": joined,
            "email_confirmed_at": joined if confirmed else None,
            "suspended": random.random() < 0.004,
            "closed_at": self._midnight - timedelta(days=random.randint(0, seen)) if closed else None,
            **self._wishes(random, place, school, role),
            "age_from": ages[0],
            "age_to": ages[1],
            "vocational": SchoolLevel.INITIAL_VOCATIONAL in school["level"],
            "available": available,
            "available_plus": available and random.random() < self._openness(place),
            "availability_at": self._midnight - timedelta(days=random.randint(0, ANSWERED_WITHIN_DAYS)),
            "profile_visibility": random.choices(tuple(Visibility), (20, 77, 3))[0],
            "email_visibility": Visibility.CONTACTS,
            "city_visibility": Visibility.MEMBERS if random.random() < 0.95 else Visibility.CONTACTS,
            "changed_at": joined,
            "seen_on": self.today - timedelta(days=seen) if confirmed else None,
            "seen_days": random.randint(1, 200) if confirmed else 0,
            "shows_last_seen": random.random() < 0.85,
            "version": 2,
        }

    @staticmethod
    def _openness(place: Place) -> float:
        """How many of the available take partners from Plus countries."""
        return 0.8 if reference().is_plus(place.country) else 0.25

    @staticmethod
    def _ages(random: Random, levels: tuple[SchoolLevel, ...]) -> tuple[int | None, int | None]:
        if random.random() < 0.08:
            return None, None
        low, high = AGES[levels[0]][0], AGES[levels[-1]][1]
        first = random.randint(low, high - 1)
        return first, random.randint(first + 1, high)

    def _wishes(self, random: Random, place: Place, school: Row, role: SchoolRole) -> Row:
        """What somebody teaches, speaks, is interested in and writes."""
        told = self._phrases["en"] if random.random() < 0.15 else place.writes
        topics = list(
            dict.fromkeys(random.choices(range(len(POPULAR)), POPULAR, k=random.choice((1, 2, 2, 3))))
        )
        subjects = [self._phrases["subjects"][topic] for topic in topics]
        if SchoolLevel.PRIMARY in school["level"]:
            subjects.append("primary_school_subjects")
        if SchoolLevel.PRE_PRIMARY in school["level"]:
            subjects.append("pre_school_subjects")
        languages = [*place.languages, *(["en"] if random.random() < 0.9 else [])]
        if random.random() < 0.2:
            languages.append(random.choice(LEARNT))
        keywords = [told["keywords"][topic] for topic in topics]
        if random.random() < 0.3:
            keywords.append(random.choice(FASHIONS))
        topic, city = told["topics"][topics[0]], school["city"]
        biography = random.choice(told["biographies"]).format(topic=told["topics"][topics[-1]], city=city)
        idea = " ".join(
            [
                random.choice(told["ideas"]).format(topic=topic),
                *random.sample(told["steps"], random.randint(0, 2)),
            ]
        )
        writes_idea = role is SchoolRole.TEACHER and random.random() < 0.85
        return {
            "biography": biography if random.random() < 0.8 else "",
            "project_idea": idea if writes_idea else "",
            "subjects": tuple(dict.fromkeys(subjects)),
            "languages": tuple(dict.fromkeys(languages)),
            "keywords": tuple(dict.fromkeys(keywords)),
        }

    def _affiliation(self, random: Random, person: Row, school: Row, number: int) -> Row:
        chance, joined = random.random(), person["registered_at"]
        state = AffiliationState.VALIDATED
        if chance < 0.05 or person["email_confirmed_at"] is None:
            state = AffiliationState.AWAITING
        elif chance < 0.06:
            state = AffiliationState.REFUSED
        return {
            "id": id_of("affiliation", number, self.seed),
            "person_id": person["id"],
            "school_id": school["id"],
            "role": person["role_kind"],
            "state": state,
            "since": joined.date(),
            "requested_at": joined,
            "decided_at": None if state is AffiliationState.AWAITING else joined,
            "version": 1,
        }
