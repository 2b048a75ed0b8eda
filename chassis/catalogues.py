"""Sentences in a reader's language: `<locale>/<language>/LC_MESSAGES/<name>.po`, compiled when first needed.

The English sentence is its own key; a sentence that is missing falls back to it.
"""

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def N_(sentence: str) -> str:  # noqa: N802 - gettext's name for "a sentence to be translated where it is said"
    """Mark a sentence for translation without translating it yet."""
    return sentence


def catalogue_file(locale: Path, name: str, language: str) -> Path:
    """Where a language's sentences are."""
    return locale / language / "LC_MESSAGES" / f"{name}.po"


@cache
def translations(locale: Path, name: str, language: str) -> NullTranslations:
    """What puts sentences into that language; says them in English where there is no catalogue."""
    file = catalogue_file(locale, name, language)
    if not file.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language, domain=name))
    compiled.seek(0)
    return GNUTranslations(compiled)
