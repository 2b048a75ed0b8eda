"""Whether those who fit are found first, and that nobody is ever found who must not be."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from deploy.door import Refused
from tests.relevance.measure import ndcg
from tests.relevance.world import World
from tests.stack import eventually

QUERIES = tomllib.loads(Path(__file__).with_name("queries.toml").read_text())["query"]
PATHS = {
    "people": "/people", "partners": "/partners", "schools": "/search/schools", "projects": "/search/projects",
}  # fmt: skip
PAGES = 5
GOOD_ENOUGH = 0.9
WORST_SHOWN = 12


@dataclass
class Judged:
    """One query, what it found and how good that is; strangers of other tests do not count."""

    query: dict[str, Any]
    ids: list[UUID]
    ranking: list[str]
    wrongly_shown: list[str]
    score: float = field(init=False)

    def __post_init__(self) -> None:
        self.score = ndcg(self.ranking, self.query["answers"])

    def __str__(self) -> str:
        told = self.query.get("text", ""), self.query.get("filters", {})
        wanted = ", ".join(self.query["answers"])
        return f"{self.score:.2f}  {self.query['scope']} {told}: {self.ranking[:10]} instead of {wanted}"


@pytest.fixture(scope="module")
def world(running_stack: None) -> Iterator[World]:
    world = World()
    world.seed()
    yield world
    world.forget_projects()


@pytest.fixture(scope="module")
def judged(world: World) -> list[Judged]:
    return [_judged(world, query) for query in QUERIES]


def _judged(world: World, query: dict[str, Any]) -> Judged:
    scope, by = query["scope"], query.get("by", "lucia")
    ids = _found(world, scope, by, query)
    keys = world.keys[scope]
    ranking = [keys[one] for one in ids if one in keys]
    return Judged(query, ids, ranking, world.wrongly_shown(scope, by, ids))


def _found(world: World, scope: str, by: str, query: dict[str, Any]) -> list[UUID]:
    """The first pages, in order."""
    asked = {"text": query.get("text", ""), **query.get("filters", {})}
    asked = {name: str(value).lower() if isinstance(value, bool) else value for name, value in asked.items()}
    ids: list[UUID] = []
    cursor = ""
    for _ in range(PAGES):
        page = _answered(world, by, PATHS[scope], asked | ({"cursor": cursor} if cursor else {}))
        shown = page["people"] if "people" in page else page[scope]
        ids += [UUID(one["card"]["id"] if "card" in one else one["id"]) for one in shown]
        cursor = page["next_cursor"]
        if not cursor:
            break
    return ids


def _answered(world: World, by: str, path: str, asked: dict[str, Any]) -> Any:
    def ask() -> Any:
        try:
            return world.doors[by].get(path, **asked)
        except Refused as refused:
            if refused.code != "search_away":
                raise RuntimeError(str(refused)) from refused
            raise

    return eventually(ask, f"{path} {asked}", 60)


@pytest.mark.stack
def test_those_who_fit_come_first(judged: list[Judged]) -> None:
    mean = sum(one.score for one in judged) / len(judged)
    worst = sorted(judged, key=lambda one: one.score)[:WORST_SHOWN]
    assert mean >= GOOD_ENOUGH, "\n".join([f"nDCG@10 is {mean:.3f}; the worst:", *map(str, worst)])


@pytest.mark.stack
def test_no_scope_of_search_lags_behind_the_others(judged: list[Judged]) -> None:
    for scope in PATHS:
        scores = [one.score for one in judged if one.query["scope"] == scope]
        worst = sorted((one for one in judged if one.query["scope"] == scope), key=lambda one: one.score)[:5]
        assert sum(scores) / len(scores) >= GOOD_ENOUGH - 0.05, "\n".join([scope, *map(str, worst)])


@pytest.mark.stack
def test_nobody_is_ever_found_who_must_not_be(judged: list[Judged]) -> None:
    assert {str(one): one.wrongly_shown for one in judged if one.wrongly_shown} == {}


@pytest.mark.stack
def test_the_forbidden_would_have_been_found_were_they_not_forbidden(world: World) -> None:
    kinds = Counter(told.split()[0] for told in (*world.forbidden.values(), *world.not_as_partner.values()))
    assert set(kinds) == {"hidden", "unvalidated", "suspended", "blocked", "unavailable"}
    shown = _found(world, "people", "lucia", {"text": "Jelena Markovic"})
    unavailable = {one: told for one, told in world.not_as_partner.items() if told.endswith("jelena")}
    assert unavailable.keys() <= set(shown), "being unavailable hides nobody from a search by name"


@pytest.mark.stack
@pytest.mark.parametrize("by", ["lucia", "carmen", "nino"])
def test_the_plus_rule_holds_in_the_whole_list(world: World, by: str) -> None:
    found = _found(world, "partners", by, {"text": ""})
    assert world.wrongly_shown("partners", by, found) == []


def test_there_are_enough_judged_queries_in_all_scopes_and_scripts() -> None:
    scopes = Counter(query["scope"] for query in QUERIES)
    assert len(QUERIES) >= 60
    assert min(scopes[scope] for scope in PATHS) >= 8
    texts = " ".join(query.get("text", "") for query in QUERIES).lower()
    for letters in ("aeiou", "абвг", "αεηι", "აეიო", "աեիո", "ابتن"):
        assert any(letter in texts for letter in letters), letters


def test_a_perfect_ranking_is_worth_one_and_strangers_in_front_cost() -> None:
    grades = {"best": 3, "good": 2}
    assert ndcg(["best", "good"], grades) == 1
    assert 0 < ndcg(["good", "best"], grades) < 1
    assert 0 < ndcg(["stranger", "best", "good"], grades) < ndcg(["best", "good"], grades)
    assert ndcg([], grades) == 0
    assert ndcg(["stranger"] * 10 + ["best"], grades) == 0
