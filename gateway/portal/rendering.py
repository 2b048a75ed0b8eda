"""Turning templates into pages: the environment, and what every template may use besides its own values."""

import enum
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from gateway.languages import LANGUAGES, current_language, current_locale, direction, zone
from gateway.portal.catalogue import gettext, ngettext
from gateway.portal.errors import field_sentence, finding_sentence
from gateway.portal.icons import symbol
from gateway.portal.static_files import static_url
from gateway.portal.words import word

_time_zone: ContextVar[str] = ContextVar("time_zone", default="")
_icons: ContextVar[dict[str, None]] = ContextVar("icons")


def render(template: str, values: dict[str, Any], *, time_zone: str) -> str:
    """A page in the current language, with times in this zone."""
    zone_token, icons_token = _time_zone.set(time_zone), _icons.set({})
    try:
        return environment().get_template(template).render(values)
    finally:
        _icons.reset(icons_token)
        _time_zone.reset(zone_token)


def icon(name: str, kind: str = "") -> Markup:
    """An icon beside words that say the same; the page's sprite carries its drawing."""
    _icons.get()[name] = None
    return Markup('<svg class="i {}" aria-hidden="true"><use href="#i-{}"/></svg>').format(kind, name)


def sprite() -> Markup:
    """The drawings of the icons this page has used so far; stands at its end."""
    return Markup("").join(symbol(name) for name in _icons.get())


def bdi(text: object) -> Markup:
    """Somebody's own words inside a sentence, whatever their direction of writing."""
    return Markup("<bdi>{}</bdi>").format(text)


def lines(text: str) -> Markup:
    """Somebody's own text with its line breaks, in paragraphs."""
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    return Markup("").join(
        Markup('<p dir="auto">{}</p>').format(Markup("<br>").join(escape(line) for line in part.split("\n")))
        for part in paragraphs
    )


def day(value: date | datetime, form: str = "long") -> str:
    """A date as the reader writes it; of a moment, the day it is in the reader's time zone."""
    if isinstance(value, datetime):
        value = value.astimezone(zone(_time_zone.get())).date()
    shown: str = format_date(value, form, locale=current_locale())
    return shown


def moment(value: datetime, form: str = "medium") -> str:
    """Date and time in the reader's time zone."""
    shown: str = format_datetime(value, form, tzinfo=zone(_time_zone.get()), locale=current_locale())
    return shown


def iso_moment(value: str) -> str:
    """The same of a moment that came as text, in the details of a finding."""
    return moment(datetime.fromisoformat(value))


def month_name(value: date) -> str:
    """The name of a day's month."""
    shown: str = format_date(value, "LLLL", locale=current_locale())
    return shown


def ago(value: datetime, now: datetime) -> str:
    """How long ago, roughly."""
    shown: str = format_timedelta(value - now, add_direction=True, locale=current_locale())
    return shown


def number(value: float) -> str:
    """A number as the reader writes it."""
    shown: str = format_decimal(value, locale=current_locale())
    return shown


def country(code: str | None) -> str:
    """The name of a country, by its two letters."""
    return str(current_locale().territories.get(code or "", code or ""))


def language(code: str) -> str:
    """The name of a language, in the reader's own."""
    return str(current_locale().languages.get(code, code))


def listed(values: Iterable[object]) -> str:
    """Several things in one sentence: a, b and c."""
    shown: str = format_list([str(value) for value in values], locale=current_locale())
    return shown


def initials(name: str) -> str:
    """One or two letters that stand for a person's picture."""
    parts = [part for part in name.split() if part[0].isalpha()]
    return "".join(part[0].title() for part in (parts[:1] + parts[1:][-1:])) or "?"


def plain_value(value: object) -> str:
    """The text of a choice that goes into a form."""
    return str(value.value if isinstance(value, enum.Enum) else value)


@cache
def environment() -> Environment:
    """Templates escape what they are given; a name that was not given is a mistake, not an empty text."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).resolve().parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        icon=icon,
        sprite=sprite,
        static_url=static_url,
        languages=LANGUAGES,
        current_language=current_language,
        direction=direction,
        field_sentence=field_sentence,
        finding_sentence=finding_sentence,
        bdi=bdi,
        country=country,
        language=language,
        word=word,
    )
    made.filters.update(
        day=day,
        moment=moment,
        month_name=month_name,
        iso_moment=iso_moment,
        ago=ago,
        number=number,
        country=country,
        language=language,
        listed=listed,
        initials=initials,
        lines=lines,
        bdi=bdi,
        word=word,
        plain=plain_value,
    )
    return made
