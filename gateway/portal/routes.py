"""The portal's pages, tab by tab."""

from starlette.routing import BaseRoute

from gateway.portal.account.views import PAGES as ACCOUNT
from gateway.portal.cases.views import PAGES as CASES
from gateway.portal.forums.search import PAGES as FORUM_SEARCH
from gateway.portal.forums.views import PAGES as FORUMS
from gateway.portal.home.views import PAGES as HOME
from gateway.portal.learning.modules import PAGES as MODULES
from gateway.portal.learning.views import PAGES as LEARNING
from gateway.portal.meetings.search import PAGES as MEETING_SEARCH
from gateway.portal.meetings.views import PAGES as MEETINGS
from gateway.portal.messages.views import PAGES as MESSAGES
from gateway.portal.notifications.views import PAGES as NOTIFICATIONS
from gateway.portal.page import Page
from gateway.portal.people.finding import PAGES as FINDING
from gateway.portal.people.views import PAGES as PEOPLE
from gateway.portal.progress.views import PAGES as PROGRESS
from gateway.portal.projects.joining import PAGES as JOINING
from gateway.portal.projects.views import PAGES as PROJECTS
from gateway.portal.twinspaces.views import PAGES as TWINSPACES

TABS: dict[str, list[Page]] = {
    "desktop": HOME,
    "people": [*FINDING, *PROGRESS, *PEOPLE],
    "projects": [*JOINING, *PROJECTS, *TWINSPACES],
    "events": [*MEETING_SEARCH, *MEETINGS],
    "learning": [*MODULES, *LEARNING],
    "forums": [*FORUM_SEARCH, *FORUMS],
    "cases": CASES,
    "messages": MESSAGES,
    "notifications": NOTIFICATIONS,
    "account": ACCOUNT,
}


def portal_routes() -> list[BaseRoute]:
    """Every page, as Starlette routes it."""
    return [page.route(tab) for tab, pages in TABS.items() for page in pages]
