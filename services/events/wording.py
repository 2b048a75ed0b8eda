"""What papers say in each language, with days and numbers as that language writes them. (EV-14 PD-10 PD-11)

Knows nothing of rows and contracts: facts come as the JSON that typesetting is given.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from gettext import NullTranslations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, format_time, get_timezone_location
from babel.numbers import format_decimal

from chassis.catalogues import N_, catalogue_file, translations

LOCALE = Path(__file__).parent / "locale"
CATALOGUE = "papers"
SOURCE = "en"
"""The language of the sentences themselves."""
CONVENTIONS = {"en": "en_GB"}
"""Where a language's usual conventions are not those of Europe."""
SIDES = {"L": "ltr", "R": "rtl", "A": "rtl"}
"""Which way a letter runs, by the first letter of its class in Unicode: left, right, Arabic."""

KINDS = {
    "workshop": N_("Workshop"),
    "training": N_("Training session"),
    "school_presentation": N_("School presentation"),
    "project_presentation": N_("Project presentation"),
    "partner_search": N_("Partner search session"),
    "other": N_("Meeting"),
    "learning_event": N_("Learning event"),
    "online_seminar": N_("Online seminar"),
    "webinar": N_("Webinar"),
    "mooc": N_("Open online course (MOOC)"),
    "short_course": N_("Short course"),
    "onsite_workshop": N_("On-site workshop"),
    "contact_seminar": N_("Contact seminar"),
    "conference": N_("Conference"),
    "teachmeet": N_("TeachMeet"),
}
HOURS = (N_("%(count)s hour"), N_("%(count)s hours"))
HOURS_IN_ALL = (N_("%(count)s hour in all"), N_("%(count)s hours in all"))
YEARS = (N_("in %(count)s year"), N_("in %(count)s years"))
COLUMNS = (N_("Day"), N_("Activity"), N_("Kind"), N_("Hours"), N_("Certificate"))
TABLE = (
    N_("First day"),
    N_("Last day"),
    N_("Activity"),
    N_("Kind"),
    N_("Hours"),
    N_("Completed"),
    N_("Certificate"),
)
NOTES = (
    N_("Counted towards the six-yearly supplement when the certificate names the hours."),
    N_("Shown to the head teacher with the yearly plan of work."),
    N_("Half of them inside the teaching time."),
    N_("At least half in one's own subject."),
    N_("Equals ninety transferable credits."),
    N_("Within the working year."),
    N_("The French Community asks for six half-days."),
)
"""What `data/hours.toml` notes; an operator's own notes are shown as they are written."""


def language_of(wish: str | None) -> str:
    """The language wished for, if there are words in it; else English."""
    return wish if wish and catalogue_file(LOCALE, CATALOGUE, wish).exists() else SOURCE


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences, days and numbers of one language."""

    language: str

    @classmethod
    def of(cls, wish: str | None) -> "Words":
        """Those of the language wished for, or English ones."""
        return cls(language_of(wish))

    def say(self, sentence: str, **places: object) -> str:
        """A sentence with its places filled."""
        said = self._catalogue.gettext(sentence)
        return said % places if places else said

    def count(self, forms: tuple[str, str], number: int) -> str:
        """So many of something, in the form which that number takes."""
        return self._catalogue.ngettext(*forms, number) % {"count": self.number(number)}

    def number(self, number: int) -> str:
        shown: str = format_decimal(number, locale=self.locale)
        return shown

    def kind(self, kind: str) -> str:
        """What sort of meeting it was."""
        return self.say(KINDS.get(kind, KINDS["other"]))

    def country(self, code: str) -> str:
        return str(self.locale.territories.get(code, code))

    def day(self, day: date) -> str:
        """A day, with the month's name."""
        shown: str = format_date(day, "long", locale=self.locale)
        return shown

    def short_day(self, day: date) -> str:
        """A day in a table, with the month's name cut short."""
        shown: str = format_skeleton("yMMMd", day, locale=self.locale)
        return shown

    def span(self, starts: datetime, ends: datetime) -> str:
        """From when to when: hours of one day, else days."""
        if starts.date() != ends.date():
            shown: str = format_interval(starts.date(), ends.date(), "yMMMMd", locale=self.locale)
            return shown
        first, last = (format_time(t, "short", locale=self.locale) for t in (starts, ends))
        said = {"day": self.day(starts.date()), "from": first, "until": last}
        return self.say(N_("%(day)s, %(from)s to %(until)s"), **said)

    def city(self, zone: str) -> str:
        """The city a time zone is named after."""
        shown: str = get_timezone_location(place(zone), locale=self.locale, return_city=True)
        return shown

    @property
    def locale(self) -> Locale:
        """The language's conventions."""
        return Locale.parse(CONVENTIONS.get(self.language, self.language))

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`."""
        return str(self.locale.text_direction)

    @property
    def _catalogue(self) -> NullTranslations:
        return translations(LOCALE, CATALOGUE, self.language)

    def own(self, text: str) -> dict[str, str]:
        """Somebody's own words, with the direction in which they are written."""
        sides = (SIDES.get(unicodedata.bidirectional(letter)[:1]) for letter in text)
        return {"text": text, "dir": next((side for side in sides if side), self.direction)}


def certificate(facts: dict[str, Any]) -> dict[str, Any]:
    """A certificate's words, from its facts: what `certificate.typ` wants."""
    words, shown = Words.of(facts["language"]), facts["certificate"]
    zone, completed, address = shown["time_zone"], shown["kind"] == "completion", facts["address"]
    starts, ends, issued = (_moment(shown[at], zone) for at in ("starts_at", "ends_at", "issued_at"))
    return {
        "language": words.language,
        "dir": words.direction,
        "heading": words.say(
            N_("Certificate of completion") if completed else N_("Certificate of attendance")
        ),
        "given_to": words.say(N_("This certificate is given to")),
        "name": words.own(shown["person_name"]),
        "what_for": words.say(N_("for completing") if completed else N_("for taking part in")),
        "title": words.own(shown["title"]),
        "kind": words.kind(shown["meeting_kind"]),
        "when": words.say(
            N_("%(span)s (time in %(city)s)"), span=words.span(starts, ends), city=words.city(zone)
        ),
        "hours": words.count(HOURS, shown["hours"]) if shown["hours"] else "",
        "number": shown["number"],
        "number_is": words.say(N_("Number")),
        "issued": words.say(N_("issued on %(day)s"), day=words.day(issued.date())),
        "genuine": words.say(N_("Whether it is genuine can be seen at")),
        "address": address,
        "qr": facts["qr"],
        "qr_leads": words.say(N_("QR code that leads to %(address)s"), address=address),
    }


def record(facts: dict[str, Any]) -> dict[str, Any]:
    """A record's words, from its facts: what `record.typ` wants."""
    words, found, zone = Words.of(facts["language"]), facts["record"], facts["zone"]
    asked = found["wanted_hours"] > 0
    return {
        "language": words.language,
        "dir": words.direction,
        "heading": words.say(N_("Record of professional development")),
        "name": words.own(facts["name"]),
        "made": words.say(N_("Made on %(day)s"), day=words.day(_moment(facts["made_at"], zone).date())),
        "hours": words.count(HOURS_IN_ALL, found["hours"]),
        "rule": _rule(words, found, zone) if asked else [],
        "note": words.own(note(found["note"], words.language) if asked else ""),
        "columns": [words.say(column) for column in COLUMNS],
        "lines": [
            {
                "day": words.short_day(_moment(entry["starts_at"], zone).date()),
                "title": words.own(entry["title"]),
                "kind": words.kind(entry["kind"]),
                "hours": words.number(entry["hours"]),
                "certificate": entry["certificate"],
            }
            for entry in found["entries"]
        ],
    }


def _rule(words: Words, found: dict[str, Any], zone: str) -> list[str]:
    """What the country asks for, what is counted towards it, and whether anybody has checked that."""
    asked = {
        "country": words.country(found["country"]),
        "hours": words.count(HOURS, found["wanted_hours"]),
        "period": words.count(YEARS, found["every_years"]),
    }
    since = words.day(_moment(found["counted_since"], zone).date())
    checked = found["checked_on"] and words.day(date.fromisoformat(found["checked_on"]))
    return [
        words.say(N_("%(country)s asks for %(hours)s %(period)s."), **asked),
        words.say(
            N_("Counted since %(day)s: %(hours)s."),
            day=since,
            hours=words.count(HOURS, found["counted_hours"]),
        ),
        words.say(N_("The country confirmed this figure on %(day)s."), day=checked)
        if checked
        else words.say(N_("Nobody has checked this figure with the country.")),
    ]


@dataclass(frozen=True, slots=True)
class Table:
    """The words of a record as a table."""

    columns: tuple[str, ...]
    yes: str
    no: str
    kind: Callable[[str], str]


def table(language: str) -> Table:
    """Those of this language."""
    words = Words.of(language)
    columns = tuple(words.say(column) for column in TABLE)
    return Table(columns, words.say(N_("yes")), words.say(N_("no")), words.kind)


def note(text: str, language: str | None) -> str:
    """What an hours rule notes; an empty text is no sentence."""
    return Words.of(language).say(text) if text else ""


def _moment(at: str, zone: str) -> datetime:
    return datetime.fromisoformat(at).astimezone(place(zone))


def place(zone: str) -> ZoneInfo:
    """The time zone of this name; Brussels where there is none of that name."""
    try:
        return ZoneInfo(zone or "Europe/Brussels")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("Europe/Brussels")
