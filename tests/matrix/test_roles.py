"""Every route of the API and every page, for every role: who gets in, and who is told what."""

import re
from collections.abc import Iterator

import httpx
import pytest

from gateway.api.routes import ROUTES
from gateway.portal.routes import TABS
from tests.matrix.expectations import PAGE_ROLES, PAGES, ROLES, ROWS, Attempt, Look
from tests.matrix.world import World
from tests.stack import stack

pytestmark = pytest.mark.stack

BESIDE_THE_CONTRACTS = {"PUT /files/{ticket}", "GET /openapi.json"}
API_CASES = [
    pytest.param(route, attempt, role, id=f"{route}-{number}-{role}")
    for route, attempts in ROWS.items()
    for number, attempt in enumerate(attempts)
    for role in ROLES
]
PAGE_CASES = [
    pytest.param(path, look, role, id=f"{path}-{number}-{role}")
    for path, looks in PAGES.items()
    for number, look in enumerate(looks)
    for role in PAGE_ROLES
]
_PLACE = re.compile(r"\{(\w+)(?::\w+)?\}")


@pytest.fixture(scope="module")
def browser() -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack().public_url, timeout=12) as client:
        yield client


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    assert set(ROWS) == {f"{r.method} {r.path}" for r in ROUTES} | BESIDE_THE_CONTRACTS


def test_every_page_has_its_row_and_every_row_its_page() -> None:
    pages = [page for pages in TABS.values() for page in pages]
    assert set(PAGES) == {page.path for page in pages if "GET" in page.methods.split()}


@pytest.mark.parametrize(("route", "attempt", "role"), API_CASES)
def test_the_api_lets_in_whom_it_should(
    world: World, browser: httpx.Client, route: str, attempt: Attempt, role: str
) -> None:
    answer = _try(world, browser, route, attempt, role)
    assert answer.status_code == attempt.statuses[role], answer.text
    _assert_guarded(answer)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
    if route != "GET /openapi.json":
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("path", "look", "role"), PAGE_CASES)
def test_the_portal_shows_a_page_to_whom_it_should(
    world: World, browser: httpx.Client, path: str, look: Look, role: str
) -> None:
    secret = world.secret_of(role)
    headers = {"Cookie": f"session={secret}"} if secret else {}
    answer = browser.get(_address(world, path, look.path), headers=headers)
    assert answer.status_code == look.statuses[PAGE_ROLES.index(role)]
    _assert_guarded(answer)
    if role == "visitor" and answer.status_code == 303:
        assert answer.headers["location"].startswith("/login?next=")
    if role != "visitor":
        assert "no-store" in answer.headers["cache-control"]


def test_approving_many_at_once_skips_what_is_anothers_to_decide(world: World, browser: httpx.Client) -> None:
    tasks = [world.things["head_task"], world.things["affiliation_task"]]
    for role in set(ROLES) - {"visitor", "head", "officer_pl"}:
        assert world.people[role].post("/decisions", {"task_ids": tasks}) == []
    for task_id in tasks:
        assert world.people["officer_pl"].get(f"/tasks/{task_id}")["task"]["state"] == "waiting"


def test_cards_name_only_projects_one_may_see(world: World) -> None:
    ids = {name: world.things[name] for name in ("draft", "waiting", "approved")}

    def seen_by(role: str) -> set[str]:
        cards = world.people[role].post("/projects/cards", {"ids": list(ids.values())})
        return {name for name, project_id in ids.items() if project_id in {c["id"] for c in cards}}

    assert seen_by("founder") == {"draft", "waiting", "approved"}
    assert seen_by("officer_pl") == {"waiting", "approved"}
    assert seen_by("officer_de") == seen_by("stranger") == seen_by("general") == {"approved"}


def _try(world: World, browser: httpx.Client, route: str, attempt: Attempt, role: str) -> httpx.Response:
    method, path = route.split(" ")
    secret = world.secret_of(role, anew=attempt.new_session)
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    address = "/api/v1" + _address(world, path, attempt.path)
    sent = world.filled(attempt.sent)
    if method in ("GET", "DELETE"):
        return browser.request(method, address, params=sent, headers=headers)
    return browser.request(method, address, json=sent or {}, headers=headers)


def _address(world: World, path: str, places: dict[str, str]) -> str:
    return _PLACE.sub(lambda found: str(world.filled(places[found[1]])), path)


def _assert_guarded(answer: httpx.Response) -> None:
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] in ("same-origin", "no-referrer")
    assert answer.headers["x-request-id"]
