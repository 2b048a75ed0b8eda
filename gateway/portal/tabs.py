"""The tabs of the portal, for each kind of person."""

from gateway.middleware.sessions import Session
from gateway.portal.catalogue import gettext as _

OFFICERS = ("officer", "lead", "regional", "css")


def tabs_for(session: Session | None) -> list[tuple[str, str, str]]:
    """Name, address and label of each tab this person has."""
    if session is None:
        return []
    tabs = [("desktop", "/desktop", _("Desktop"))]
    if session.holds("member"):
        tabs.append(("people", "/people", _("People")))
    if session.holds("member", "moderator", "css"):
        tabs.append(("forums", "/forums", _("Partner forums")))
    tabs.append(("projects", "/projects", _("Projects")))
    tabs.append(("events", "/events", _("Events")))
    tabs.append(("learning", "/learning", _("Professional development")))
    if session.holds(*OFFICERS):
        tabs.append(("cases", "/cases", _("Work queue")))
    elif session.holds("head_teacher"):
        tabs.append(("cases", "/cases", _("Confirmations")))
    return tabs
