"""What search says and answers: people, partners, schools, projects and forum posts found, and searches kept.

An index only says who or what may fit; what is shown comes from its owner at that moment, in the owner's own
shapes. So a result is never older than the page, and nobody is shown who may not be found any more.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from chassis.contract import (
    ANYONE,
    SIGNED_IN,
    Conflict,
    Length,
    Pattern,
    Range,
    Size,
    Unavailable,
    event,
    request,
    role,
    value,
)
from services.community import contract as community
from services.events import contract as events
from services.identity import contract as identity
from services.projects import contract as projects

Words = Annotated[str, Length(0, 200)]
Cursor = Annotated[str, Length(0, 500)]
Countries = Annotated[tuple[Annotated[str, Pattern("[A-Z]{2}")], ...], Size(0, 50)]
Languages = Annotated[tuple[Annotated[str, Pattern("[a-z]{2,3}")], ...], Size(0, 50)]
Slugs = Annotated[tuple[Annotated[str, Pattern("[a-z0-9_]{2,60}")], ...], Size(0, 50)]
Levels = Annotated[tuple[identity.SchoolLevel, ...], Size(0, 5)]
Roles = Annotated[tuple[identity.SchoolRole, ...], Size(0, 8)]
Regions = Annotated[tuple[Annotated[str, Pattern("[A-Z0-9-]{2,10}")], ...], Size(0, 50)]
Age = Annotated[int, Range(3, 19)]
Year = Annotated[int, Range(2005, 2100)]
Name = Annotated[str, Length(2, 80)]
MEMBER = role("member")


class Kind(StrEnum):
    """What there is an index of."""

    PEOPLE = "people"
    SCHOOLS = "schools"
    PROJECTS = "projects"
    POSTS = "posts"
    MEETINGS = "meetings"


class Sort(StrEnum):
    """In which order people are listed. (PS-10)"""

    BEST = "best"
    ACTIVE = "active"
    NEWEST = "newest"


class Scope(StrEnum):
    """Which search a kept one is. (PS-11)"""

    PARTNERS = "partners"
    POSTS = "posts"


# ---- shapes -----------------------------------------------------------------------------------------------------


@value
class Count:
    """How many results there would be with this value of a filter, the other filters as they are."""

    value: str
    count: int


@value
class Facet:
    """A filter with its values and their counts, the most frequent first."""

    name: str
    counts: tuple[Count, ...]


@value
class Relaxation:
    """What leaving one filter out would give; `name` is the filter, `text` the words. (PS-10)"""

    name: str
    count: int


@value
class About:
    """What goes with every list of results.

    `total` counts up to 10,000; `total_is_exact` says whether that is all. `relax` is there when nothing was found.
    `current_until`: changes since then are not in the index yet; None when it is up to date. `too_deep`: there are
    more results, and a narrower search is the way to them. `facets_are_exact`: with very many results each count is a
    least one.
    """

    total: int
    total_is_exact: bool
    facets: tuple[Facet, ...]
    relax: tuple[Relaxation, ...]
    current_until: datetime | None
    too_deep: bool = False
    facets_are_exact: bool = True


@value
class PeopleFound:
    people: tuple[identity.FoundPerson, ...]
    about: About
    next_cursor: str | None = None


@value
class SchoolsFound:
    schools: tuple[identity.SchoolCard, ...]
    about: About
    next_cursor: str | None = None


@value
class ProjectsFound:
    projects: tuple[projects.FoundProject, ...]
    about: About
    next_cursor: str | None = None


@value
class PostsFound:
    posts: tuple[community.PostCard, ...]
    about: About
    next_cursor: str | None = None


@value
class MeetingsFound:
    meetings: tuple[events.MeetingCard, ...]
    about: About
    next_cursor: str | None = None


@value
class Suggestions:
    """How what was typed may go on: people, schools and interest keywords."""

    people: tuple[identity.PersonCard, ...]
    schools: tuple[identity.SchoolCard, ...]
    keywords: tuple[str, ...]


@value
class Wanted:
    """The words and filters of a kept search; what does not apply to its scope is left empty."""

    text: Words = ""
    countries: Countries = ()
    languages: Languages = ()
    subjects: Slugs = ()
    levels: Levels = ()
    roles: Roles = ()
    regions: Regions = ()
    age_from: Age | None = None
    age_to: Age | None = None
    vocational: bool | None = None
    plus: bool | None = None
    recently_active: bool = False
    first_time: bool = False
    section: Annotated[str, Length(0, 30)] = ""
    band: Annotated[str, Length(0, 30)] = ""


@value
class SavedSearch:
    """A kept search; `news` counts what was found since its owner looked last. (PS-11)"""

    id: UUID
    name: str
    scope: Scope
    wanted: Wanted
    alerts: bool
    news: int
    saved_at: datetime
    looked_at: datetime
    version: int


# ---- findings ---------------------------------------------------------------------------------------------------


class SearchAway(Unavailable):
    """The search does not answer at the moment; everything else works. `current_until` says how new its index is."""


class TooManySaved(Conflict):
    """Twenty searches can be kept; one must go before another comes."""


# ---- searching --------------------------------------------------------------------------------------------------


@request(by=MEMBER)
def find_people(
    text: Words = "",
    countries: Countries = (),
    languages: Languages = (),
    subjects: Slugs = (),
    levels: Levels = (),
    roles: Roles = (),
    regions: Regions = (),
    age_from: Age | None = None,
    age_to: Age | None = None,
    vocational: bool | None = None,
    available: bool | None = None,
    plus: bool | None = None,
    recently_active: bool = False,
    first_time: bool = False,
    sort: Sort = Sort.BEST,
    cursor: Cursor = "",
) -> PeopleFound:
    """Members by name, school or place, and by several fields; being unavailable hides nobody here. (PS-01 PS-02
    PS-07 PS-09 PS-10 b.4)
    """


@request(by=MEMBER)
def find_partners(
    text: Words = "",
    countries: Countries = (),
    languages: Languages = (),
    subjects: Slugs = (),
    levels: Levels = (),
    roles: Roles = (),
    regions: Regions = (),
    age_from: Age | None = None,
    age_to: Age | None = None,
    vocational: bool | None = None,
    plus: bool | None = None,
    recently_active: bool = False,
    first_time: bool = False,
    sort: Sort = Sort.BEST,
    cursor: Cursor = "",
) -> PeopleFound:
    """People who are available, by keyword over project idea, interests, biography and forum posts; Plus members as
    rule b.5 has it. (PS-03 to PS-06 PS-08 to PS-10 PS-21)
    """


@request(by=ANYONE)
def find_schools(
    text: Words = "",
    countries: Countries = (),
    regions: Regions = (),
    levels: Levels = (),
    cursor: Cursor = "",
) -> SchoolsFound:
    """Schools by name, place or number, whatever the script. (ID-10 PS-09)"""


@request(by=ANYONE)
def find_projects(
    text: Words = "",
    countries: Countries = (),
    languages: Languages = (),
    subjects: Slugs = (),
    age_from: Age | None = None,
    age_to: Age | None = None,
    year: Year | None = None,
    states: Annotated[tuple[projects.ProjectState, ...], Size(0, 3)] = (),
    sort: Sort = Sort.BEST,
    cursor: Cursor = "",
) -> ProjectsFound:
    """Approved, running and finished projects. `year` is the one in which the school year begins. (PS-20 PR-28)"""


@request(by=ANYONE)
def similar_projects(project_id: UUID) -> tuple[projects.FoundProject, ...]:
    """Up to six projects like this one; none when it is not public. (PS-20)"""


@request(by=MEMBER)
def find_posts(
    text: Words = "",
    section: Annotated[str, Length(0, 30)] = "",
    band: Annotated[str, Length(0, 30)] = "",
    countries: Countries = (),
    languages: Languages = (),
    subjects: Slugs = (),
    age_from: Age | None = None,
    age_to: Age | None = None,
    plus: bool | None = None,
    sort: Sort = Sort.BEST,
    cursor: Cursor = "",
) -> PostsFound:
    """Open posts of the partner forums whose authors are available to the reader. `countries` are the authors'.
    (PS-15 PS-25)
    """


@request(by=SIGNED_IN)
def find_meetings(
    text: Words = "",
    kinds: Annotated[tuple[events.Kind, ...], Size(0, 20)] = (),
    modes: Annotated[tuple[events.Mode, ...], Size(0, 3)] = (),
    languages: Languages = (),
    countries: Countries = (),
    past: bool = False,
    cursor: Cursor = "",
) -> MeetingsFound:
    """Public meetings and professional development to come, or past ones, by keyword and filter; without words by
    date. (EV-19 EV-23 PD-01)
    """


@request(by=MEMBER)
def suggestions(text: Annotated[str, Length(1, 60)]) -> Suggestions:
    """How what was typed may go on, whatever the script; at most five of each. (PS-09)"""


# ---- kept searches ----------------------------------------------------------------------------------------------


@request(by=MEMBER)
def save_search(
    search_id: UUID, name: Name, scope: Scope, wanted: Wanted, alerts: bool = True
) -> SavedSearch:
    """Keep a search; with `alerts` new matches are told. The same id again changes it. Raises `TooManySaved`. (PS-11)"""


@request(by=SIGNED_IN)
def saved_searches() -> tuple[SavedSearch, ...]:
    """One's kept searches by name. (PS-11)"""


@request(by=SIGNED_IN)
def set_alerts(search_id: UUID, alerts: bool) -> SavedSearch:
    """Be told of new matches, or not any more. (PS-11)"""


@request(by=MEMBER)
def open_search(search_id: UUID) -> SavedSearch:
    """Look at a kept search: its news are seen from now on. (PS-11)"""


@request(by=SIGNED_IN)
def delete_search(search_id: UUID) -> None:
    """Keep a search no longer. (PS-11)"""


# ---- events -----------------------------------------------------------------------------------------------------


@event
class NewMatches:
    """A kept search has found what was not there before; its owner wants to be told. (PS-11)"""

    saved_search_id: UUID
    person_id: UUID
    count: int
    at: datetime
