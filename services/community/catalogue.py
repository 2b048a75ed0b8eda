"""The languages of mail: catalogues in `locale/<language>/LC_MESSAGES/mail.po`, compiled when first needed.

The English sentence is its own key; a sentence that is missing falls back to it.
"""

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
LOCALE = HERE / "locale"


def N_(sentence: str) -> str:  # noqa: N802 - gettext's name for "a sentence to be translated where it is sent"
    """Mark a sentence for translation without translating it yet."""
    return sentence


@cache
def translator(language: str) -> Callable[[str], str]:
    """What puts a sentence into that language."""
    file = LOCALE / language / "LC_MESSAGES" / "mail.po"
    if not file.exists():
        return N_
    compiled = io.BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language, domain="mail"))
    compiled.seek(0)
    translate: Callable[[str], str] = Translations(compiled, domain="mail").ugettext
    return translate


_pages = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)


def page(*, language: str, **parts: object) -> str:
    """The HTML side of a mail, written from right to left where the language is."""
    known = Locale.parse(language)
    return _pages.get_template("mail.html").render(language=language, direction=known.text_direction, **parts)
