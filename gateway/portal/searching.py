"""What every page with results shares: the form's filters with their counts, what is in use, what to relax."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from chassis.contract import Call, Failure, Invalid, Request
from gateway.forms import Form, arguments_from
from gateway.languages import current_locale, zone
from gateway.portal.catalogue import N_
from gateway.portal.catalogue import gettext as _
from gateway.portal.choices import Pairs, sorted_by_label
from gateway.portal.visit import Visit
from gateway.portal.words import word
from services.community import contract as community
from services.events import contract as events
from services.identity import contract as identity
from services.projects import contract as projects
from services.search import contract as search

SHOWN_AT_FIRST = 8
YES, NO = "true", "false"

LEGENDS: dict[str, str] = {
    "countries": N_("Country"),
    "languages": N_("Language of the project"),
    "subjects": N_("Subject"),
    "ages": N_("Pupils’ age"),
    "levels": N_("School level"),
    "roles": N_("Role"),
    "regions": N_("Region"),
    "vocational": N_("Vocational education"),
    "plus": N_("Plus countries"),
    "available": N_("Availability"),
    "recently_active": N_("Activity"),
    "first_time": N_("First project"),
    "states": N_("State"),
    "year": N_("School year"),
    "section": N_("Section"),
    "band": N_("Age band"),
    "kinds": N_("Type"),
    "modes": N_("Online or on site"),
    "past": N_("Past events"),
    "text": N_("The words"),
}
TICKS: dict[str, str] = {
    "vocational": N_("In vocational education"),
    "plus": N_("In Plus countries"),
    "available": N_("Available for projects"),
    "recently_active": N_("Here in the last month"),
    "first_time": N_("Looking for their first project"),
    "past": N_("Past events"),
}
BANDS: dict[str, str] = {
    "up_to_6": N_("Up to 6"),
    "7_11": N_("7 to 11"),
    "12_15": N_("12 to 15"),
    "16_19": N_("16 to 19"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter: what it is called, how many results it has, whether it is chosen."""

    value: str
    label: str
    count: int | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A filter of the form."""

    name: str
    legend: str
    choices: list[Choice]
    one: bool = False

    @property
    def in_use(self) -> bool:
        """Whether anything is chosen."""
        return any(choice.chosen for choice in self.choices)

    @property
    def first(self) -> list[Choice]:
        """What is shown at once: all that is chosen, and the most frequent."""
        chosen = [choice for choice in self.choices if choice.chosen]
        return [*chosen, *(c for c in self.choices if not c.chosen)][: max(len(chosen), SHOWN_AT_FIRST)]

    @property
    def rest(self) -> list[Choice]:
        """What is shown on demand."""
        first = self.first
        return [choice for choice in self.choices if choice not in first]


@dataclass(frozen=True, slots=True)
class InUse:
    """A filter in use, in words, and the address without it."""

    label: str
    without: str


@dataclass
class Results:
    """A search as its page shows it."""

    visit: Visit
    request: Request[..., Any]
    form: Form
    found: Any = None
    away: Failure | None = None
    facets: dict[str, list[search.Count]] = field(default_factory=dict)

    @property
    def about(self) -> search.About | None:
        """What goes with the results, when there are any."""
        return self.found.about if self.found else None

    # ---- the form's filters

    def group(self, name: str, label: Callable[[str], str], *, one: bool = False) -> Group:
        """A filter with its values, the most frequent first; what is chosen stays even without results. With `one`
        a single value can be chosen.
        """
        chosen = self.form.values(name)
        counted = {facet.value: facet.count for facet in self.facets.get(name, [])}
        values = [*counted, *(value for value in chosen if value not in counted)]
        choices = [Choice(v, label(v), counted.get(v), v in chosen) for v in values if v]
        return Group(name, _(LEGENDS[name]), choices, one)

    def tick(self, name: str) -> Choice:
        """A yes-or-no filter, with how many say yes."""
        counted = {one.value: one.count for one in self.facets.get(name, [])}
        return Choice(YES, _(TICKS[name]), counted.get(YES), self.form.ticked(name))

    def bands(self) -> list[tuple[str, int, str]]:
        """Age bands with their counts, each with the address that chooses it."""
        ends = {"up_to_6": ("3", "6"), "7_11": ("7", "11"), "12_15": ("12", "15"), "16_19": ("16", "19")}
        counted = {one.value: one.count for one in self.facets.get("ages", [])}
        return [
            (_(BANDS[name]), counted.get(name, 0), self.address(age_from=low, age_to=high))
            for name, (low, high) in ends.items()
        ]

    # ---- what is in use

    def in_use(self) -> list[InUse]:
        """Every filter in use, with the address without it."""
        used: list[InUse] = []
        for name, value in self.visit.query.multi_items():
            if not value or name in ("text", "sort", "cursor", "lang", "age_from", "age_to"):
                continue
            if name in self.request.shape:
                used.append(InUse(_value_label(name, value), self.without(name, value)))
        low, high = self.form.value("age_from"), self.form.value("age_to")
        if low or high:
            ages = _("ages %(youngest)s to %(oldest)s") % {"youngest": low or "3", "oldest": high or "19"}
            used.append(InUse(ages, self.address(age_from="", age_to="")))
        return used

    def relax(self) -> list[tuple[str, int, str]]:
        """For an empty result: which filter to leave out, how many that would give, and its address. (PS-10)"""
        about = self.about
        return [
            (_(LEGENDS.get(one.name, one.name)), one.count, self._leaving_out(one.name))
            for one in (about.relax if about else ())
        ]

    def _leaving_out(self, name: str) -> str:
        if name == "ages":
            return self.address(age_from="", age_to="")
        return self.address(**{name: ""})

    # ---- addresses

    def address(self, **changed: str) -> str:
        """This search with some fields changed; an empty one is left out. Always from the first page."""
        kept = [
            (name, value)
            for name, value in self.visit.query.multi_items()
            if value and name not in (*changed, "cursor", "lang")
        ]
        return f"?{urlencode([*kept, *((n, v) for n, v in changed.items() if v)])}"

    def without(self, name: str, value: str) -> str:
        """This search without one value of a filter."""
        pairs = self.visit.query.multi_items()
        kept = [(n, v) for n, v in pairs if v and (n, v) != (name, value) and n not in ("cursor", "lang")]
        return f"?{urlencode(kept)}"

    def toggled(self, name: str, value: str) -> str:
        """This search with a value of a filter chosen, or not any more."""
        if value in self.form.values(name):
            return self.without(name, value)
        pairs = self.visit.query.multi_items()
        kept = [(n, v) for n, v in pairs if v and n not in ("cursor", "lang")]
        return f"?{urlencode([*kept, (name, value)])}"


async def results(visit: Visit, request: Request[..., Any]) -> Results:
    """Put the search to its service as the address says; what is wrong with it is told beside its field."""
    form = Form(visit.query)
    shown = Results(visit, request, form)
    given = arguments_from(request, visit.query, zone("UTC"))
    given = {name: value for name, value in given.items() if name in visit.query}
    try:
        shown.found = await visit.call(Call(request, request.parse(given)))
    except Invalid as invalid:
        form.refuse(invalid)
    except search.SearchAway as away:
        shown.away = away
    if shown.about is not None:
        shown.facets = {facet.name: list(facet.counts) for facet in shown.about.facets}
    return shown


def country_name(code: str) -> str:
    """A country, by its two letters."""
    return str(current_locale().territories.get(code, code))


def language_name(code: str) -> str:
    """A language, in the reader's own."""
    return str(current_locale().languages.get(code, code))


def _value_label(name: str, value: str) -> str:
    labels: dict[str, Callable[[str], str]] = {
        "countries": country_name,
        "languages": language_name,
        "subjects": word,
        "levels": level_name,
        "roles": role_name,
        "states": state_name,
        "kinds": meeting_kind_name,
        "modes": mode_name,
        "section": section_name,
        "band": band_name,
    }
    if name in TICKS:
        return _(TICKS[name])
    return labels.get(name, str)(value)


def _enum(kind: Any, value: str) -> str:
    try:
        return word(kind(value))
    except ValueError:
        return value


def level_name(value: str) -> str:
    """A school level."""
    return _enum(identity.SchoolLevel, value)


def role_name(value: str) -> str:
    """What somebody does at a school."""
    return _enum(identity.SchoolRole, value)


def section_name(value: str) -> str:
    """A section of the partner forums."""
    return _enum(community.Section, value)


def band_name(value: str) -> str:
    """An age band of the partner forums."""
    return _enum(community.Band, value)


def meeting_kind_name(value: str) -> str:
    """A type of meeting or activity."""
    return _enum(events.Kind, value)


def mode_name(value: str) -> str:
    """Whether a meeting is online, on site or both."""
    return _enum(events.Mode, value)


def state_name(value: str) -> str:
    """Where a project stands."""
    return _enum(projects.ProjectState, value)


async def region_names(visit: Visit, countries: list[str]) -> Callable[[str], str]:
    """Names of the regions of the countries chosen."""
    cards = await visit.together(*(identity.regions(code) for code in countries[:5]))
    names = {card.code: card.name for found in cards for card in found or ()}
    return lambda code: names.get(code, code)


def sorts() -> Pairs:
    """The orders of a list of people."""
    return [
        (search.Sort.BEST, _("Best match")),
        (search.Sort.ACTIVE, _("Last here")),
        (search.Sort.NEWEST, _("Newest members")),
    ]


def shades(counts: dict[str, int]) -> dict[str, int]:
    """How dark each country is on the map: 1 to 4, by its part of the largest count."""
    largest = max(counts.values(), default=0)
    return {code: min(4, 1 + 4 * count // (largest + 1)) for code, count in counts.items() if count}


def all_countries(codes: list[str]) -> Pairs:
    """Countries by name."""
    return sorted_by_label((code, country_name(code)) for code in codes)
