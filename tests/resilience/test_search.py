"""The search when Elasticsearch is away, hangs, has lost an index or was long behind. (scenarios 31, 32, 33)"""

import time
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import uuid_utils.compat as uuid
from elasticsearch import ApiError, Elasticsearch

from deploy.local.elasticsearch import node
from deploy.local.environment import elasticsearch_url
from deploy.reindex import WANTED
from services.search.contract import Kind
from tests.journeys.europe import Europe, Person
from tests.resilience.checker import frozen, stopped, timed
from tests.stack import database, eventually, rows, stack

pytestmark = [pytest.mark.stack, pytest.mark.alone]

PATIENCE = 1.2
"""Seconds within which a search says that it is away."""


@pytest.fixture
def elastic() -> Elasticsearch:
    return Elasticsearch(elasticsearch_url(stack()))


@pytest.fixture
def ana(europe: Europe) -> Person:
    return europe.teacher("ES", name="Ana").sign_in()


def mark() -> str:
    return f"zq{uuid.uuid7().hex[-9:]}"


def partners(person: Person, text: str) -> list[str]:
    return [one["card"]["id"] for one in person.get("/partners", text=text)["people"]]


def somebody_found(europe: Europe, ana: Person) -> tuple[str, Person]:
    """A word, and the one person whom it finds."""
    word = mark()
    someone = europe.teacher("PL", keywords=(word,))
    found(ana, someone, word)
    return word, someone


def found(person: Person, someone: Person, text: str) -> None:
    eventually(lambda: partners(person, text) == [str(someone.id)], f"{someone.name} found", 40)


def ask(person: Person) -> tuple[httpx.Response, float]:
    return timed(lambda: person.client.get("/partners", params={"text": "music"}))


def says_away(answer: httpx.Response) -> bool:
    return answer.status_code == 503 and answer.json()["code"] == "search_away"


def everything_else_works(person: Person) -> None:
    me = person.get("/me")
    person.put("/me/profile", {"seen_version": me["version"], "name": me["name"], "biography": "Still here."})
    assert person.get("/forum/sections")
    assert person.get(f"/people/{person.id}")


def names_behind(elastic: Elasticsearch, kind: Kind) -> list[str]:
    return sorted(elastic.indices.get_alias(name=kind.value).body)


def test_while_elasticsearch_is_down_search_says_so_quickly_and_catches_up_by_itself(
    europe: Europe, ana: Person
) -> None:
    word, someone = somebody_found(europe, ana)
    with stopped("elasticsearch"):
        for _ in range(8):
            answer, seconds = ask(ana)
            assert says_away(answer), answer.text
            assert seconds < PATIENCE
        everything_else_works(ana)
        everything_else_works(someone)
        changed = europe.teacher("PL", keywords=(word,))
        eventually(lambda: behind() > 0, "marks that wait")
        answer, _seconds = ask(ana)
        assert answer.json()["details"]["current_until"]
        someone.put("/me/availability", {"available": False, "available_plus": False})
    eventually(lambda: node.answers(stack()), "Elasticsearch", 60)
    found(ana, changed, word)
    eventually(lambda: behind() == 0, "an index that is up to date", 40)


def behind() -> int:
    return int(rows("search", "SELECT count(*) AS n FROM dirty")[0]["n"])


def test_a_hanging_elasticsearch_keeps_nobody_waiting(europe: Europe, ana: Person) -> None:
    word = mark()
    found(ana, europe.teacher("PL", keywords=(word,)), word)
    with frozen("elasticsearch"):
        waited = []
        for _ in range(8):
            answer, seconds = ask(ana)
            assert says_away(answer), answer.text
            waited.append(seconds)
        assert max(waited) < PATIENCE
        assert min(waited) < 0.5, "after some failures in a row nobody should be kept waiting"
        everything_else_works(ana)
    eventually(lambda: not says_away(ask(ana)[0]), "the search", 40)


def test_an_elasticsearch_without_room_is_away_and_back_at_once(
    europe: Europe, ana: Person, elastic: Elasticsearch
) -> None:
    word = mark()
    found(ana, europe.teacher("PL", keywords=(word,)), word)
    limit = "indices.breaker.request.limit"
    elastic.cluster.put_settings(persistent={limit: "1b"})  # searches that count answer 429 now
    try:
        answer, seconds = ask(ana)
        assert says_away(answer), answer.text
        assert seconds < PATIENCE
        everything_else_works(ana)
    finally:
        elastic.cluster.put_settings(persistent={limit: None})
    eventually(lambda: not says_away(ask(ana)[0]), "the search", 20)


def test_an_index_that_is_behind_says_since_when_and_hides_whom_it_must(
    europe: Europe, ana: Person, elastic: Elasticsearch
) -> None:
    word, someone = somebody_found(europe, ana)
    (index,) = names_behind(elastic, Kind.PEOPLE)

    def current_until() -> str | None:
        about: dict[str, str | None] = ana.get("/partners", text=word)["about"]
        return about["current_until"]

    assert current_until() is None
    elastic.indices.put_settings(index=index, settings={"index.blocks.write": True})
    try:
        later = europe.teacher("PL", keywords=(word,))
        eventually(current_until, "a search that says since when changes wait", 30)
        assert partners(ana, word) == [str(someone.id)]
        someone.put("/me/availability", {"available": False, "available_plus": False})
        assert partners(ana, word) == []
    finally:
        elastic.indices.put_settings(index=index, settings={"index.blocks.write": None})
    found(ana, later, word)
    eventually(lambda: current_until() is None, "an index that is up to date", 40)


def test_a_lost_index_is_built_again_from_its_owners_while_everything_goes_on(
    europe: Europe, ana: Person, elastic: Elasticsearch
) -> None:
    word, someone = somebody_found(europe, ana)
    before = set(listed(elastic))
    for name in names_behind(elastic, Kind.PEOPLE):
        elastic.indices.delete(index=name)
    everything_else_works(ana)
    found(ana, someone, word)
    eventually(lambda: set(listed(elastic)) >= before, "the same people", 40)
    eventually(compared, "the comparison with the owner", 40)
    assert rows("search", "SELECT differing FROM comparison WHERE kind = 'people'")[0]["differing"] == 0


def compared() -> bool:
    return bool(rows("search", "SELECT ended_at FROM comparison WHERE kind = 'people'")[0]["ended_at"])


def listed(elastic: Elasticsearch) -> dict[str, int]:
    """Every person in the index, with the version of the document."""
    elastic.indices.refresh(index="people")
    hits = elastic.search(index="people", size=5_000, version=True, sort=[{"id": "asc"}])["hits"]["hits"]
    return {hit["_id"]: hit["_version"] for hit in hits}


def test_an_index_is_built_anew_while_searches_go_on_and_changes_arrive(
    europe: Europe, ana: Person, elastic: Elasticsearch
) -> None:
    word, someone = somebody_found(europe, ana)
    (before,) = names_behind(elastic, Kind.PEOPLE)
    write("search", WANTED, kind="people")
    answers: list[list[str]] = []
    until = time.monotonic() + 40
    while names_behind(elastic, Kind.PEOPLE) == [before] and time.monotonic() < until:
        answers.append(partners(ana, word))
    (after,) = names_behind(elastic, Kind.PEOPLE)
    assert after != before
    assert all(answer == [str(someone.id)] for answer in answers), "somebody was missing meanwhile"
    assert partners(ana, word) == [str(someone.id)]
    assert before not in elastic.indices.get(index="people-*").body


def write(service: str, statement: str, **values: Any) -> None:
    with database(service).begin() as connection:
        connection.execute(sa.text(statement), values)


def test_an_older_document_never_replaces_a_newer_one(
    europe: Europe, ana: Person, elastic: Elasticsearch
) -> None:
    word, someone = somebody_found(europe, ana)
    newest = listed(elastic)[str(someone.id)]
    with pytest.raises(ApiError) as refused:
        elastic.index(
            index="people", id=str(someone.id), document={"id": str(someone.id), "name": ["stale"]},
            version=newest - 1, version_type="external",
        )  # fmt: skip
    assert refused.value.meta.status == 409
    assert partners(ana, word) == [str(someone.id)]


def test_what_strayed_into_an_index_or_never_came_there_is_found_by_the_daily_comparison(
    europe: Europe, ana: Person, elastic: Elasticsearch
) -> None:
    _, someone = somebody_found(europe, ana)
    never_told = mark()
    write(
        "identity",
        "UPDATE person SET keywords = jsonb_build_array(CAST(:word AS text)), version = version + 1 WHERE id = :id",
        word=never_told,
        id=someone.id,
    )
    stray = str(uuid.uuid7())
    elastic.index(
        index="people", id=stray, document={"id": stray}, version=1, version_type="external", refresh=True
    )
    assert partners(ana, never_told) == []
    write("search", "UPDATE comparison SET due_at = now() - interval '1 day' WHERE kind = 'people'")
    found(ana, someone, never_told)
    eventually(lambda: stray not in listed(elastic), "the stray document gone", 40)


def test_pupils_private_texts_and_hidden_people_are_in_no_index(
    europe: Europe, ana: Person, elastic: Elasticsearch
) -> None:
    word = mark()
    hidden = europe.teacher("PL", name=word, keywords=(word,), profile_visibility="contacts")
    other = europe.teacher("PL")
    thread = {"thread_id": str(uuid.uuid7()), "message_id": str(uuid.uuid7()), "to": [str(other.id)]}
    ana.post("/messages", {**thread, "subject": word, "text": f"A secret: {word}"})
    shown = europe.teacher("PL", keywords=(f"{word}x",))
    found(ana, shown, f"{word}x")
    for kind in Kind:
        fields = elastic.indices.get_mapping(index=kind.value).body
        texts = [
            name
            for mapping in fields.values()
            for name, field in mapping["mappings"]["properties"].items()
            if field.get("type") == "text"
        ]
        query: dict[str, Any] = {
            "multi_match": {"query": word, "fields": [*texts, "said.*"], "lenient": True}
        }
        hits = elastic.search(index=kind.value, query=query)["hits"]["hits"]
        assert str(hidden.id) not in [hit["_id"] for hit in hits]
        assert hits == [], f"{word} stands in {kind}"
        assert all("_source" not in hit for hit in hits)
