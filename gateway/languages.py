"""In which language and time zone a request is answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale

LANGUAGES = {"en": "English", "es": "Español", "pl": "Polski", "ar": "العربية"}
"""Languages of the pages, each by its own name; every other falls back to English."""
DEFAULT = "en"
RIGHT_TO_LEFT = frozenset({"ar"})
_CONVENTIONS = {"en": "en_GB"}
"""Where a language's usual conventions are not those of Europe."""

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


def current_language() -> str:
    """The language of the answer being written."""
    return _language.get()


def current_locale() -> Locale:
    """The conventions of that language for dates, numbers, names of countries and languages."""
    language = current_language()
    return Locale.parse(_CONVENTIONS.get(language, language))


def direction(language: str | None = None) -> str:
    """`rtl` or `ltr`: how a language is written, by default that of the answer."""
    return "rtl" if (language or current_language()) in RIGHT_TO_LEFT else "ltr"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Everything written inside is in this language."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def choose(*wishes: str | None, accepted: str = "") -> str:
    """The first wish there are pages for, else the best of an `Accept-Language` header, else English."""
    for wish in wishes:
        if wish and wish.lower() in LANGUAGES:
            return wish.lower()
    return _best_accepted(accepted) or DEFAULT


def _best_accepted(header: str) -> str | None:
    best: tuple[float, str] | None = None
    for entry in header[:500].split(","):
        tag, _, parameters = entry.strip().partition(";")
        language = tag.partition("-")[0].strip().lower()
        weight = _weight(parameters)
        if language in LANGUAGES and weight > 0 and (best is None or weight > best[0]):
            best = (weight, language)
    return best[1] if best else None


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def zone(name: str | None) -> ZoneInfo:
    """The time zone of this name; Brussels where there is none of that name."""
    try:
        return ZoneInfo(name or "Europe/Brussels")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("Europe/Brussels")
