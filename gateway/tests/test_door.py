"""What every request meets before its page: headers, limits, sizes, origins, sessions."""

from uuid import UUID

import pytest

from gateway.api.routes import ROUTES
from gateway.app import make_app
from gateway.middleware.csrf import ForgedForm, check_token, make_token
from gateway.portal.routes import TABS
from gateway.portal.visit import local_path
from gateway.tests.conftest import ORIGIN, Browser, Services, settings_of
from services.identity import contract as identity

PAGES = [page for pages in TABS.values() for page in pages]
ID = "00000000-0000-0000-0000-000000000001"


def concrete(path: str) -> str:
    parts = [part if not part.startswith("{") else ID for part in path.split("/")]
    return "/".join(parts)


@pytest.mark.parametrize(
    "page", [p for p in PAGES if "GET" in p.methods and p.by.signed_in], ids=lambda p: p.path
)
def test_a_page_for_the_signed_in_sends_a_visitor_to_log_in_and_back(browser, page):
    answer = browser.get(concrete(page.path))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=%2F")


@pytest.mark.parametrize("page", [p for p in PAGES if "POST" in p.methods], ids=lambda p: p.path)
def test_a_form_without_our_token_changes_nothing(browser, services, page):
    answer = browser.log_in().send("POST", concrete(page.path), data={"a": "b"}, headers={"Origin": ORIGIN})
    assert answer.status_code == 403
    beside = {"identity.authenticate", "community.unread", "community.unread_messages"}
    assert {name for name, *_ in services.asked} <= beside


@pytest.mark.parametrize(
    "route", [r for r in ROUTES if r.method != "GET"], ids=lambda r: f"{r.method} {r.path}"
)
def test_the_api_wants_a_token_with_the_cookie(browser, services, route):
    path = f"/api/v1{concrete(route.path)}"
    answer = browser.log_in().send(route.method, path, headers={"Origin": ORIGIN})
    assert answer.status_code in (403, 401)
    assert not services.calls_of(route.request)


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_site_cannot_send_a_form(browser, headers):
    assert browser.send("POST", "/login", data={}, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/login", "/api/v1/me", "/api/v1/openapi.json", "/people?x=%00"]
)
def test_every_answer_carries_the_strict_headers(browser, path):
    headers = browser.get(path, headers={"X-Request-ID": "forged"}).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert len(headers["x-request-id"]) == 32


def test_personal_pages_are_stored_and_indexed_nowhere_but_the_start_page_may_be_found(browser):
    page = browser.get("/login")
    assert (page.headers["cache-control"], page.headers["x-robots-tag"]) == ("no-store", "noindex")
    assert "x-robots-tag" not in browser.get("/").headers


@pytest.mark.parametrize("query", ["x=%00", "x=%ff", "%01=1"])
def test_what_is_no_text_is_refused_and_breaks_nothing(browser, query):
    assert browser.get(f"/people?{query}").status_code == 400


def test_a_body_beyond_its_size_is_refused(browser):
    answer = browser.send("POST", "/login", content=b"a" * 600_000, headers={"Origin": ORIGIN})
    assert answer.status_code == 413


def test_an_overfull_house_says_so_at_the_door_but_answers_probes():
    services = Services()
    crowded = Browser(make_app(settings_of(most_in_flight=0), services))  # type: ignore[arg-type]
    answer = crowded.get("/")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert crowded.get("/livez").status_code == 200
    assert crowded.get("/metrics").status_code == 200
    assert not services.asked
    crowded.close()


def test_guessing_a_password_is_stopped_before_identity_is_asked(browser, services):
    def wrong(_arguments):
        raise identity.WrongCredentials

    services.answer(identity.sign_in, wrong)
    statuses = [
        browser.fill_in("/login", {"email": "maria@rio.example", "password": "guess"}).status_code
        for _ in range(11)
    ]
    assert statuses == [401] * 10 + [429]
    assert len(services.calls_of(identity.sign_in)) == 10


def test_signing_in_keeps_the_secret_in_a_cookie_no_script_reads(browser, services):
    services.answer(
        identity.sign_in,
        lambda arguments: identity.SignedIn("secret", UUID(ID), UUID(ID)) if arguments["email"] else None,
    )
    answer = browser.fill_in(
        "/login", {"email": "maria@rio.example", "password": "x", "next": "//evil.example/"}
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/desktop"
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("session="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_in_production_cookies_are_bound_to_the_host():
    services = Services()
    opened = Browser(make_app(settings_of(environment="production"), services))  # type: ignore[arg-type]
    answer = opened.get("/login")
    assert any(
        c.startswith("__Host-visitor=") and "Secure" in c for c in answer.headers.get_list("set-cookie")
    )
    assert "max-age=31536000" in answer.headers["strict-transport-security"]
    opened.close()


def test_a_session_that_has_ended_is_forgotten_on_the_way_to_log_in(browser):
    browser.cookies.set("session", "ended")
    answer = browser.get("/account")
    assert answer.status_code == 303
    assert 'session=""' in answer.headers["set-cookie"]


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", ""])
def test_nobody_is_sent_elsewhere_by_a_link_to_us(path):
    assert local_path(path) == "/"


def test_a_token_serves_the_one_it_was_made_for_only():
    token = make_token("secret", "maria")
    check_token("secret", "maria", token)
    for bound_to, sent in (
        ("tomasz", token),
        ("", make_token("secret", "")),
        ("maria", ""),
        ("maria", token[:-1]),
    ):
        with pytest.raises(ForgedForm):
            check_token("secret", bound_to, sent)


def test_two_routes_never_share_an_address():
    found: set[tuple[str, str]] = set()
    for page in PAGES:
        for method in page.methods.split():
            assert (method, page.path) not in found
            found.add((method, page.path))
