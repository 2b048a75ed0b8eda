from uuid import UUID

import pytest

from chassis.contract.declare import request_named
from gateway.api.openapi import document
from gateway.api.problems import TYPE
from gateway.api.routes import ROUTES
from gateway.tests.conftest import ORIGIN, SECRET
from services.community import contract as community
from services.events import contract as events
from services.identity import contract as identity
from services.progress import contract as progress
from services.projects import contract as projects
from services.search import contract as search

BEARER = {"Authorization": f"Bearer {SECRET}"}


def test_routes_and_document_say_the_same():
    paths = document(ROUTES)["paths"]
    described = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert described == {(route.method, route.path) for route in ROUTES}
    assert len(described) == len(ROUTES)


def test_every_reference_of_the_document_leads_somewhere():
    whole = document(ROUTES)
    schemas = whole["components"]["schemas"]

    def references(part):
        if isinstance(part, dict):
            if "$ref" in part:
                yield part["$ref"].rsplit("/", 1)[1]
            for inner in part.values():
                yield from references(inner)
        elif isinstance(part, list):
            for inner in part:
                yield from references(inner)

    assert set(references(whole)) <= set(schemas)
    assert whole["openapi"] == "3.1.0"


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: f"{r.method} {r.path}")
def test_a_route_forwards_to_a_request_persons_may_make_and_fills_its_places(route):
    assert request_named(route.request.name) is route.request
    assert not route.request.by.platform
    assert set(route.places) <= set(route.request.shape)


def test_a_problem_names_code_sentence_fields_and_trace(browser):
    answer = browser.send(
        "POST", "/api/v1/sessions", json={"email": "x", "pass": "y"}, headers={"Accept-Language": "en"}
    )
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, body["code"], body["type"]) == (422, "invalid", f"{TYPE}invalid")
    assert body["trace_id"] == answer.headers["x-request-id"]
    assert body["errors"]["pass"] == [{"code": "unknown_field", "message": "There is no such field."}]
    assert body["errors"]["password"][0]["code"] == "required"


def test_without_a_session_the_api_answers_401(browser):
    answer = browser.get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_bearer_needs_no_token_for_forms_and_its_key_travels(browser, services, me):
    services.answer(identity.set_language, me)
    answer = browser.send(
        "PUT", "/api/v1/me/language", json={"language": "pl"}, headers={**BEARER, "Idempotency-Key": "try-1"}
    )
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"1"'
    assert ("identity.set_language", {"language": "pl"}, "try-1") in services.asked


def test_a_paper_is_in_the_language_asked_for_or_else_in_the_requests(browser, services):
    services.answer(events.record_file, events.Address("https://files.example.org/paper", "paper.pdf"))
    services.answer(events.record_table, "a,b")
    for query in ("", "?lang=pl", "?language=ar", "?lang=pl&language=ar"):
        assert browser.get(f"/api/v1/me/record/file{query}", headers=BEARER).status_code == 200
        browser.cookies.delete("language")
    asked = [one["language"] for one in services.calls_of(events.record_file)]
    assert asked == ["es", "pl", "ar", "ar"]
    assert browser.get("/api/v1/me/record/file?language=Polish", headers=BEARER).status_code == 422


def test_a_table_for_programs_is_in_no_language_unless_one_is_asked_for(browser, services):
    services.answer(events.record_table, "a,b")
    for query in ("", "?language=pl"):
        browser.get(f"/api/v1/me/record/table{query}", headers=BEARER)
    assert [one["language"] for one in services.calls_of(events.record_table)] == [None, "pl"]


def test_the_cookie_works_with_the_token_a_reading_call_gave(browser, services, me):
    services.answer(identity.me, me)
    services.answer(identity.set_language, me)
    token = browser.log_in().get("/api/v1/me").headers["x-csrf-token"]
    headers = {"Origin": ORIGIN, "X-CSRF-Token": token}
    assert (
        browser.send("PUT", "/api/v1/me/language", json={"language": "pl"}, headers=headers).status_code
        == 200
    )


def test_if_match_is_the_version_seen(browser, services):
    def submit(arguments):
        raise projects.NotInThisState(state=str(arguments["seen_version"]))

    services.answer(projects.submit, submit)
    answer = browser.send(
        "POST", f"/api/v1/projects/{UUID(int=1)}/submission", headers={**BEARER, "If-Match": '"7"'}
    )
    assert answer.status_code == 409
    assert answer.json()["details"] == {"state": "7"}


def test_a_list_s_next_page_is_a_link(browser, services):
    about = search.About(0, True, (), (), None)
    services.answer(search.find_people, search.PeopleFound((), about, "abc"))
    answer = browser.get("/api/v1/people?text=ana&countries=ES&countries=PL&cursor=xyz", headers=BEARER)
    query = "text=ana&countries=ES&countries=PL&cursor=abc"
    assert answer.headers["link"] == f'</api/v1/people?{query}>; rel="next"'
    assert services.calls_of(search.find_people)[0]["countries"] == ("ES", "PL")


@pytest.mark.parametrize(
    ("query", "headers", "language"),
    [
        ("", {}, "en"),
        ("", {"Accept-Language": "pl, en;q=0.5"}, "pl"),
        ("", {**BEARER, "Accept-Language": "pl"}, "es"),
        ("?lang=ar", BEARER, "ar"),
        ("?language=pl", BEARER, "pl"),
        ("?language=fr&lang=ar", {}, "fr"),
    ],
)
def test_what_is_written_in_a_language_comes_in_that_of_the_answer_unless_another_is_named(
    browser, services, query, headers, language
):
    services.answer(progress.modules, ())
    assert browser.get(f"/api/v1/modules{query}", headers=headers).status_code == 200
    assert services.calls_of(progress.modules) == [{"language": language}]


@pytest.mark.parametrize(("body", "language"), [({}, "es"), ({"language": "pl"}, "pl")])
def test_a_quiz_is_explained_in_the_language_of_the_answer_too(browser, services, body, language):
    services.answer(progress.take_quiz, progress.QuizResult("sing", 0, 1, 0, False, False, (), language))
    answer = browser.send("POST", "/api/v1/modules/sing/quiz", json=body, headers=BEARER)
    assert answer.json()["language"] == language
    assert services.calls_of(progress.take_quiz)[0]["language"] == language


def test_a_filter_by_language_is_never_filled_in(browser, services):
    services.answer(community.posts, community.Posts((), None))
    browser.get("/api/v1/forum/posts?lang=pl", headers=BEARER)
    assert services.calls_of(community.posts)[0]["language"] is None


def test_a_query_field_the_request_does_not_know_is_refused(browser):
    assert browser.get("/api/v1/people?text=ana&colour=red", headers=BEARER).status_code == 422


@pytest.mark.parametrize(
    ("content", "kind", "status"), [("{", "application/json", 400), ("a=b", "text/plain", 415)]
)
def test_a_body_that_is_no_json_is_refused(browser, content, kind, status):
    answer = browser.send("POST", "/api/v1/sessions", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status


def test_a_bearer_whose_session_has_ended_is_told_so_even_where_anyone_may_ask(browser):
    answer = browser.get("/api/v1/countries", headers={"Authorization": "Bearer ended"})
    assert answer.status_code == 401
