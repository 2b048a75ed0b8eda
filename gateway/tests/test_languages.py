import re
from pathlib import Path

import pytest
from jinja2 import Environment
from jinja2.lexer import Lexer

from chassis.contract import failures_of
from gateway.languages import choose
from gateway.portal import errors
from gateway.portal.catalogue import LOCALE, extract
from gateway.portal.rendering import environment

PORTAL = Path(__file__).resolve().parent.parent / "portal"
TEMPLATES = sorted(PORTAL.rglob("*.html"))


def untranslated(source: str) -> list[str]:
    """Letters a template shows without asking the catalogue."""
    source = re.sub(r"{%-? macro _described.*?endmacro -?%}", "", source, flags=re.DOTALL)
    source = re.sub(r"{%-?\s*trans\b.*?endtrans\s*-?%}", "", source, flags=re.DOTALL)
    tokens = Lexer(Environment(autoescape=True, extensions=["jinja2.ext.i18n"])).tokeniter(source, "template")
    data = "".join(text if kind == "data" else "\x00" for _line, kind, text in tokens)
    shown = re.sub(r"<[^<>]*>", " ", data.replace("\x00", ""))
    spoken = re.findall(r'(?:aria-label|placeholder|title|alt)="([^"\x00]+)"', data)
    return [
        text.strip() for text in [*shown.split("\n"), *spoken] if re.search(r"[^\W\d_]", _no_entities(text))
    ]


def _no_entities(text: str) -> str:
    return re.sub(r"&\w+;|\x00", "", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: str(t.relative_to(PORTAL)))
def test_templates_speak_only_through_the_catalogue_and_never_unescaped(template):
    source = template.read_text("utf-8")
    assert untranslated(source) == []
    assert "|safe" not in source.replace(" ", "")
    assert "style=" not in source
    assert not re.search(r"\son\w+=[\"']", source)
    environment().get_template(str(template.relative_to(PORTAL)))


@pytest.mark.parametrize(
    "guilty", ["<p>Hello</p>", '<a aria-label="Close">x</a>', "{% if a %}Yes{% endif %}"]
)
def test_the_check_finds_a_sentence_that_forgot_the_catalogue(guilty):
    assert untranslated(guilty)


@pytest.mark.parametrize(
    ("wishes", "accepted", "chosen"),
    [
        (("pl", "es"), "ar", "pl"),
        ((None, "es"), "ar", "es"),
        ((None, None), "de, ar;q=0.5, es-MX;q=0.7", "es"),
        ((None, "de"), "fr", "en"),
        ((None, None), "es;q=0, pl;q=x", "en"),
    ],
)
def test_the_language_is_the_first_wish_there_are_pages_for(wishes, accepted, chosen):
    assert choose(*wishes, accepted=accepted) == chosen


def test_a_language_chosen_by_link_is_remembered(browser):
    first = browser.get("/login?lang=ar")
    assert 'dir="rtl"' in first.text
    assert 'lang="ar"' in browser.get("/login").text


def test_a_language_there_are_no_pages_for_changes_nothing(browser):
    assert "set-cookie" not in browser.get("/help?lang=xx").headers


@pytest.mark.parametrize("service", ["identity", "projects", "approvals", "twinspace", "community", "events"])
def test_every_finding_of_a_service_has_a_sentence(service):
    __import__(f"services.{service}.contract")
    missing = {failure.code for failure in failures_of(f"services.{service}.contract")} - set(errors.FINDINGS)
    assert missing == set()


def test_every_code_of_a_schema_has_a_sentence():
    source = (Path(errors.__file__).parents[2] / "chassis/contract/shapes.py").read_text("utf-8")
    codes = {code.split(":")[0] for code in re.findall(r'ValidationError\(f?"([a-z_]+)', source)}
    assert codes <= set(errors.FIELD_SENTENCES)


def test_every_catalogue_knows_every_sentence():
    sentences = {message.id for message in extract() if message.id}
    assert len(sentences) > 300
    for file in LOCALE.rglob("portal.po"):
        source = file.read_text("utf-8")
        assert source.startswith(("#", "msgid")), file
