"""When a meeting is: in the reader's own time, and in the organiser's where clocks differ. (EV-10)"""

from datetime import datetime

from babel.dates import format_date, format_time, get_timezone_location

from gateway.languages import current_locale, zone
from gateway.portal.catalogue import gettext as _


def city(name: str) -> str:
    """The city a time zone is named after, in the reader's language."""
    shown: str = get_timezone_location(zone(name), locale=current_locale(), return_city=True)
    return shown


def span(starts: datetime, ends: datetime, name: str) -> str:
    """From when to when, by the clocks of that zone."""
    place, locale = zone(name), current_locale()
    first, last = starts.astimezone(place), ends.astimezone(place)
    times = [str(format_time(t, "short", locale=locale)) for t in (first, last)]
    days = [str(format_date(t.date(), "full", locale=locale)) for t in (first, last)]
    if first.date() == last.date():
        return _("%(day)s, %(from)s to %(until)s") % {"day": days[0], "from": times[0], "until": times[1]}
    said = {"day": days[0], "from": times[0], "last_day": days[1], "until": times[1]}
    return _("%(day)s, %(from)s to %(last_day)s, %(until)s") % said


def own_time(starts: datetime, ends: datetime, name: str) -> str:
    """In the reader's own time, naming the zone."""
    said = {"span": span(starts, ends, name), "city": city(zone(name).key)}
    return _("%(span)s (time in %(city)s)") % said


def organisers_time(starts: datetime, ends: datetime, organisers: str, readers: str) -> str:
    """The same by the organiser's clocks, where they show something else; else only the zone's name."""
    here, there = zone(readers), zone(organisers)
    if starts.astimezone(here).utcoffset() == starts.astimezone(there).utcoffset():
        return _("The organiser’s clock, in %(city)s, shows the same time.") % {"city": city(organisers)}
    said = {"city": city(organisers), "span": span(starts, ends, organisers)}
    return _("For the organiser in %(city)s: %(span)s.") % said


def typed(moment: datetime | None, name: str) -> str:
    """As a field for date and time wants it, in the reader's zone."""
    return moment.astimezone(zone(name)).strftime("%Y-%m-%dT%H:%M") if moment else ""
