"""Sentences in the reader's language.

The catalogues are `locale/<language>/LC_MESSAGES/portal.po`; `python -m gateway.portal.catalogue update` brings them up
to date with the sources.
"""

import io
import sys
from gettext import NullTranslations
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from chassis.catalogues import N_, catalogue_file, translations
from gateway.languages import DEFAULT, LANGUAGES, current_language

__all__ = ["N_", "extract", "gettext", "ngettext", "update"]

DOMAIN = "portal"
GATEWAY = Path(__file__).resolve().parent.parent
LOCALE = GATEWAY / "portal" / "locale"


def gettext(sentence: str) -> str:
    """The sentence in the language of the answer being written."""
    return _translations().gettext(sentence)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form that this number takes in that language."""
    return _translations().ngettext(singular, plural, number)


def _translations() -> NullTranslations:
    return translations(LOCALE, DOMAIN, current_language())


def _file(language: str) -> Path:
    return catalogue_file(LOCALE, DOMAIN, language)


def _read(language: str) -> Catalog:
    with _file(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def extract() -> Catalog:
    """Every sentence of the gateway's templates and code."""
    with (GATEWAY / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = Catalog(project="Schoolbridge", domain=DOMAIN, charset="utf-8", creation_date=None)
    for file_name, line, message, comments, context in extract_from_dir(
        str(GATEWAY), methods, options, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        found.add(message, None, [(f"gateway/{file_name}", line)], auto_comments=comments, context=context)
    return found


def update() -> None:
    """Bring every language's catalogue up to date; what is no longer said is dropped."""
    template = extract()
    for language in LANGUAGES:
        if language == DEFAULT:
            continue
        file = _file(language)
        kept = _read(language) if file.exists() else _begin(language)
        kept.update(template, no_fuzzy_matching=True)
        kept.obsolete.clear()
        file.parent.mkdir(parents=True, exist_ok=True)
        written = io.BytesIO()
        write_po(written, kept, width=110, omit_header=False, include_lineno=False, sort_output=True)
        lines = written.getvalue().decode().splitlines(keepends=True)
        file.write_text("".join(line for line in lines if not line.startswith('"POT-Creation-Date')), "utf-8")


def _begin(language: str) -> Catalog:
    return Catalog(
        locale=language,
        domain=DOMAIN,
        project="Schoolbridge",
        version="1",
        header_comment=f"# Schoolbridge's pages: {LANGUAGES[language]}.",
        language_team="Schoolbridge",
        last_translator="Schoolbridge",
        msgid_bugs_address="",
        revision_date="2026-11-22 00:00+0000",
        fuzzy=False,
    )


def main(words: list[str]) -> None:
    """`update` writes the catalogues; `missing` says how much of each is untranslated."""
    if words == ["update"]:
        update()
    elif words != ["missing"]:
        raise SystemExit("python -m gateway.portal.catalogue update|missing")
    for language in LANGUAGES:
        if language != DEFAULT and _file(language).exists():
            sentences = [message for message in _read(language) if message.id]
            missing = sum(1 for message in sentences if not _is_translated(message.string))
            sys.stdout.write(f"{language}: {missing} of {len(sentences)} sentences are not translated\n")


def _is_translated(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    main(sys.argv[1:])
