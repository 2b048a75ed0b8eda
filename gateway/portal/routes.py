"""The portal's pages, tab by tab."""

from starlette.routing import BaseRoute

from gateway.portal.account.views import PAGES as ACCOUNT
from gateway.portal.cases.views import PAGES as CASES
from gateway.portal.home.views import PAGES as HOME
from gateway.portal.learning.views import PAGES as LEARNING
from gateway.portal.meetings.views import PAGES as MEETINGS
from gateway.portal.notifications.views import PAGES as NOTIFICATIONS
from gateway.portal.page import Page
from gateway.portal.people.views import PAGES as PEOPLE
from gateway.portal.projects.views import PAGES as PROJECTS
from gateway.portal.twinspaces.views import PAGES as TWINSPACES

TABS: dict[str, list[Page]] = {
    "desktop": HOME,
    "people": PEOPLE,
    "projects": [*PROJECTS, *TWINSPACES],
    "events": MEETINGS,
    "learning": LEARNING,
    "cases": CASES,
    "notifications": NOTIFICATIONS,
    "account": ACCOUNT,
}


def portal_routes() -> list[BaseRoute]:
    """Every page, as Starlette routes it."""
    return [page.route(tab) for tab, pages in TABS.items() for page in pages]
