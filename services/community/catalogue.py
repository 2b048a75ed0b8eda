"""The languages of mail: catalogues in `locale/<language>/LC_MESSAGES/mail.po`, and the page around a letter."""

from collections.abc import Callable
from pathlib import Path

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chassis.catalogues import translations

HERE = Path(__file__).parent
LOCALE = HERE / "locale"


def translator(language: str) -> Callable[[str], str]:
    """What puts a sentence into that language."""
    return translations(LOCALE, "mail", language).gettext


_pages = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)


def page(*, language: str, **parts: object) -> str:
    """The HTML side of a mail, written from right to left where the language is."""
    known = Locale.parse(language)
    return _pages.get_template("mail.html").render(language=language, direction=known.text_direction, **parts)
