"""Letters in the reader's language: complete, with all their places, from right to left where it is read so."""

import re

import pytest

from chassis.tests.marking import catalogue, marked_in
from services.community import letters
from services.community.catalogue import LOCALE
from services.community.letters import TEXTS, Written, item, write

TRANSLATED = ("es", "pl", "ar")
PLACE = re.compile(r"%\(\w+\)s")
VALUES = {
    "title": "Rivers of Europe",
    "school": "IES Ribera",
    "founder": "Ana Ruiz",
    "other": "Jan Nowak",
    "day": "3 November 2026",
    "count": "4",
    "reason": "It is advertising.",
    "level": "50",
}
URL = "https://bridge.example/cases/7"


def letter(kind: str, language: str) -> Written:
    return write(kind, language, "Maria Silva", URL, VALUES)


@pytest.mark.parametrize("language", ["en", *TRANSLATED])
@pytest.mark.parametrize("kind", TEXTS)
def test_every_letter_writes_with_all_its_places_filled(kind: str, language: str) -> None:
    written = letter(kind, language)
    assert written.subject
    assert "Maria Silva" in written.text
    assert URL in written.text
    assert URL in written.html
    assert not PLACE.search(written.subject + written.text + written.html)


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("kind", TEXTS)
def test_a_translated_letter_shares_no_paragraph_with_the_english_one(kind: str, language: str) -> None:
    english, translated = letter(kind, "en"), letter(kind, language)
    assert translated.subject != english.subject
    shared = set(translated.text.splitlines()) & set(english.text.splitlines())
    assert shared == {"", "--", URL}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_marked_sentence_is_translated_with_its_places(language: str) -> None:
    translations = catalogue(LOCALE, "mail", language)
    for sentence in marked_in(letters):
        message = translations.get(sentence)
        assert message is not None, sentence
        assert message.string, sentence
        assert not message.fuzzy, sentence
        assert sorted(PLACE.findall(str(message.string))) == sorted(PLACE.findall(sentence)), sentence


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_keeps_no_sentence_that_is_no_longer_said(language: str) -> None:
    assert {message.id for message in catalogue(LOCALE, "mail", language) if message.id} == marked_in(letters)


@pytest.mark.parametrize(
    ("language", "direction"), [("en", "ltr"), ("es", "ltr"), ("pl", "ltr"), ("ar", "rtl")]
)
def test_the_html_says_its_language_and_its_direction(language: str, direction: str) -> None:
    assert f'<html lang="{language}" dir="{direction}">' in letter("confirm", language).html


def test_a_summary_lists_each_matter_with_its_page() -> None:
    items = tuple(
        item(kind, "pl", f"https://bridge.example/{kind}", VALUES)
        for kind in ("post_replied", "message_received")
    )
    written = write("digest", "pl", "Maria Silva", URL, {}, items)
    for one in items:
        assert one.sentence in written.text
        assert one.url in written.text
        assert f'href="{one.url}"' in written.html


def test_a_language_without_a_catalogue_falls_back_to_english() -> None:
    assert letter("confirm", "fi").subject == letter("confirm", "en").subject
