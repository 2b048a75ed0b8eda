"""Sentences in a reader's language, with the forms that numbers take; English where nobody has translated them."""

from pathlib import Path

from chassis.catalogues import translations

POLISH = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"

msgid "Day"
msgstr "Dzień"

msgid "Hours"
msgstr ""

#, fuzzy
msgid "Kind"
msgstr "Dzień"

msgid "%(count)s hour"
msgid_plural "%(count)s hours"
msgstr[0] "%(count)s godzina"
msgstr[1] "%(count)s godziny"
msgstr[2] "%(count)s godzin"
"""


def locale(folder: Path) -> Path:
    file = folder / "pl" / "LC_MESSAGES" / "papers.po"
    file.parent.mkdir(parents=True)
    file.write_text(POLISH, "utf-8")
    return folder


def test_what_is_not_translated_or_not_sure_is_said_in_english(tmp_path: Path) -> None:
    catalogue = translations(locale(tmp_path), "papers", "pl")
    assert [catalogue.gettext(one) for one in ("Day", "Hours", "Kind")] == ["Dzień", "Hours", "Kind"]


def test_numbers_take_the_languages_forms(tmp_path: Path) -> None:
    catalogue = translations(locale(tmp_path), "papers", "pl")
    said = [catalogue.ngettext("%(count)s hour", "%(count)s hours", n) % {"count": n} for n in (1, 3, 5, 22)]
    assert said == ["1 godzina", "3 godziny", "5 godzin", "22 godziny"]


def test_a_language_without_a_catalogue_is_english(tmp_path: Path) -> None:
    catalogue = translations(locale(tmp_path), "papers", "fi")
    assert (catalogue.gettext("Day"), catalogue.ngettext("day", "days", 2)) == ("Day", "days")
