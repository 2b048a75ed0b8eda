"""What selects and ticks offer: pairs of value and label, in the reader's language and order."""

import enum
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlencode
from zoneinfo import available_timezones

from babel.core import get_global

from chassis.contract import plain
from gateway.languages import current_locale
from gateway.portal.visit import Visit
from gateway.portal.words import SUBJECTS, word
from services.identity import contract as identity

Pairs = list[tuple[str, str]]

COMMUNICATION_LANGUAGES = [
    "bg",
    "hr",
    "cs",
    "da",
    "nl",
    "en",
    "et",
    "fi",
    "fr",
    "de",
    "el",
    "hu",
    "ga",
    "it",
    "lv",
    "lt",
    "mt",
    "pl",
    "pt",
    "ro",
    "sk",
    "sl",
    "es",
    "sv",
    "sq",
    "hy",
    "az",
    "bs",
    "ka",
    "mk",
    "no",
    "is",
    "sr",
    "tr",
    "uk",
    "ar",
    "ca",
    "eu",
    "gl",
    "lb",
    "ru",
    "la",
]
_AREAS = ("Europe/", "Atlantic/", "Africa/", "Asia/", "America/", "Indian/", "Pacific/")


def sorted_by_label(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """In the order of the labels, without regard to accents and case as far as that goes without a library."""
    return sorted(pairs, key=lambda pair: _sort_key(pair[1]))


def _sort_key(text: str) -> str:
    return unicodedata.normalize("NFD", text).casefold()


def words_of(kind: type[enum.Enum]) -> Pairs:
    """Every choice of a contract's enumeration."""
    return [(str(choice.value), word(choice)) for choice in kind]


async def countries(visit: Visit) -> Pairs:
    """Participating countries by name; none at all when they do not come in time."""
    names = current_locale().territories
    cards = await visit.maybe(identity.countries()) or ()
    return sorted_by_label((card.code, str(names.get(card.code, card.code))) for card in cards if card.active)


def languages() -> Pairs:
    """Languages in which people work together."""
    names = current_locale().languages
    return sorted_by_label((code, str(names.get(code, code))) for code in COMMUNICATION_LANGUAGES)


def subjects() -> Pairs:
    """School subjects."""
    return sorted_by_label((slug, word(slug)) for slug in SUBJECTS)


def time_zones() -> Pairs:
    """Time zones by their names."""
    known = set(get_global("zone_aliases"))
    return [
        (name, name.replace("_", " "))
        for name in sorted(available_timezones() - known)
        if name.startswith(_AREAS)
    ]


def query_of(value: object) -> str:
    """The query whose fields are a value's, those left empty left out."""
    pairs: list[tuple[str, str]] = []
    for name, given in plain(value).items():
        each = given if isinstance(given, list) else [given]
        pairs += [(name, "true" if one is True else str(one)) for one in each if one not in (None, "", False)]
    return urlencode(pairs)
