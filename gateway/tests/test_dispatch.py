"""The API finds its endpoints by segments: every route its own, literal words before places."""

import asyncio

import pytest
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse

from gateway.api.dispatch import Dispatch
from gateway.api.routes import ROUTES


def said(dispatch: Dispatch, method: str, path: str) -> str:
    """What answers, with the places it was told."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": f"/api/v1{path}",
        "root_path": "/api/v1",
        "headers": [],
        "query_string": b"",
    }
    asyncio.run(dispatch(scope, None, send))
    return b"".join(message.get("body", b"") for message in sent).decode()


def named(name: str):
    async def endpoint(http):
        return PlainTextResponse(f"{name} {sorted(http.path_params.items())}")

    return endpoint


@pytest.fixture(scope="module")
def few() -> Dispatch:
    return Dispatch(
        (method, path, named(f"{method} {path}"))
        for method, path in (
            ("GET", "/people/{person_id}"),
            ("POST", "/people/cards"),
            ("GET", "/people/{person_id}/follow"),
            ("GET", "/schools"),
        )
    )


def test_every_route_of_the_api_reaches_its_own_endpoint():
    dispatch = Dispatch((r.method, r.path, named(f"{r.method} {r.path}")) for r in ROUTES)
    for route in ROUTES:
        path = route.path.replace("{", "some_").replace("}", "")
        places = sorted((name, f"some_{name}") for name in route.places)
        assert said(dispatch, route.method, path) == f"{route.method} {route.path} {places}"


def test_a_place_takes_what_no_literal_takes_with_that_method(few):
    assert said(few, "POST", "/people/cards") == "POST /people/cards []"
    assert said(few, "GET", "/people/cards") == "GET /people/{person_id} [('person_id', 'cards')]"


@pytest.mark.parametrize(
    "path", ["", "/", "/people", "/people/", "/people/a/b", "/people//follow", "/schools/"]
)
def test_what_nobody_knows_is_not_found(few, path):
    with pytest.raises(HTTPException) as refused:
        said(few, "GET", path)
    assert refused.value.status_code == 404


def test_a_method_nobody_takes_is_refused_with_those_that_are_taken(few):
    with pytest.raises(HTTPException) as refused:
        said(few, "DELETE", "/people/cards")
    assert (refused.value.status_code, refused.value.headers) == (405, {"Allow": "GET, HEAD, POST"})


def test_whoever_may_get_may_ask_for_the_head(few):
    assert said(few, "HEAD", "/schools") == "GET /schools []"


def test_two_routes_of_one_address_are_refused():
    with pytest.raises(ValueError, match="there already"):
        Dispatch([("GET", "/a/{b}", named("one")), ("GET", "/a/{c}", named("other"))])
