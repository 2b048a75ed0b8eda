from uuid import UUID

from bs4 import BeautifulSoup

from chassis.contract import Unavailable
from gateway.tests.conftest import ORIGIN
from services.identity import contract as identity

REGISTRATION = {
    "name": "Ana <b>Royo</b>",
    "email": "ana@rio.example",
    "password": "four words without sense",
    "country": "ES",
    "role_kind": "teacher",
    "conduct_accepted": "yes",
}


def test_registering_twice_with_one_form_makes_one_person(browser, services):
    services.answer(identity.register, lambda arguments: identity.Done(arguments["person_id"]))
    fields = REGISTRATION | {"once": str(UUID(int=77))}
    for _ in range(2):
        answer = browser.fill_in("/register", fields)
        assert answer.headers["location"] == "/register/sent"
    ids = {arguments["person_id"] for arguments in services.calls_of(identity.register)}
    keys = {key for name, _arguments, key in services.asked if name == identity.register.name}
    assert ids == {UUID(int=77)}
    assert len(keys) == 1


def test_a_form_with_mistakes_comes_back_with_a_summary_and_what_was_typed(browser):
    answer = browser.fill_in("/register", REGISTRATION | {"email": "ana", "password": "short"})
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 422
    assert [link["href"] for link in page.select("#errors a")] == ["#email", "#password"]
    assert page.select_one("#name")["value"] == "Ana <b>Royo</b>"
    assert page.select_one("#email")["aria-invalid"] == "true"
    assert "value" not in page.select_one("#password").attrs
    assert page.title.text.startswith("Error:")


def test_before_registering_company_staff_learn_that_they_get_no_members_area(browser):
    assert "without the members’ area" in browser.get("/register").text


def test_looking_at_a_mailed_link_confirms_nothing(browser, services):
    assert browser.get("/confirm/abc.def").status_code == 200
    assert not services.calls_of(identity.confirm_address)
    services.answer(identity.confirm_address, identity.Done(UUID(int=1)))
    assert browser.fill_in("/confirm/abc.def", {}).headers["location"] == "/login"
    assert services.calls_of(identity.confirm_address) == [{"link": "abc.def"}]


def test_a_spent_link_is_explained_on_its_page(browser, services):
    def spent(_arguments):
        raise identity.LinkSpent

    services.answer(identity.confirm_address, spent)
    answer = browser.fill_in("/confirm/abc", {})
    assert answer.status_code == 409
    assert "has been used" in answer.text


def test_a_part_that_does_not_answer_is_left_out_saying_so(english, services, me):
    services.answer(identity.me, me)
    page = english.get("/desktop")
    assert page.status_code == 200
    assert "does not answer at the moment" in page.text


def test_a_page_whose_owner_is_away_says_so_with_503(browser, services):
    def away(_arguments):
        raise Unavailable(service="identity")

    services.answer(identity.me, away)
    answer = browser.log_in().get("/account")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


def test_a_defect_gets_a_page_with_a_number_and_no_details(browser, services):
    def broken(_arguments):
        raise RuntimeError("secret detail")

    services.answer(identity.me, broken)
    answer = browser.log_in().get("/account")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert answer.headers["x-request-id"] in answer.text


def test_a_person_s_words_never_become_markup(browser, services, me):
    services.answer(identity.me, me)
    page = browser.log_in().get("/desktop").text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_logging_out_ends_the_session_with_identity_and_empties_the_browser(browser, services, me):
    services.answer(identity.me, me)
    services.answer(identity.sign_out, None)
    page = BeautifulSoup(browser.log_in().get("/desktop").text, "html.parser")
    token = page.select_one("form[action='/logout'] input[name=csrf]")["value"]
    answer = browser.send("POST", "/logout", data={"csrf": token}, headers={"Origin": ORIGIN})
    assert services.calls_of(identity.sign_out) == [{}]
    assert "storage" in answer.headers["clear-site-data"]


def test_static_files_bear_their_content_in_their_name(browser):
    page = BeautifulSoup(browser.get("/").text, "html.parser")
    style = browser.get(page.select_one("link[rel=stylesheet]")["href"])
    assert style.status_code == 200
    assert "immutable" in style.headers["cache-control"]
    assert browser.get("/static/portal.css").status_code == 404
