"""Search: one method per message."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from chassis.contract import Unavailable, build
from chassis.observe import log, metrics
from chassis.service import Service, UnitOfWork, answers, each_second, gathered, on, on_many
from chassis.store import Store
from services.community import contract as community
from services.events import contract as events
from services.identity import contract as identity
from services.projects import contract as projects
from services.search import contract, indexing, saved, searchers
from services.search.asking import Found, ask, asked, bound_to, for_people, words_of
from services.search.contract import Kind, Scope, Sort, Wanted
from services.search.domain import others, people
from services.search.domain.others import MeetingsWanted, PostsWanted, ProjectsWanted, SchoolsWanted
from services.search.domain.people import PeopleWanted
from services.search.domain.requests import Search, query, question_of
from services.search.store import elastic
from services.search.store.tables import mark, waiting_by_kind

MOST_SIMILAR, MOST_SUGGESTED = 6, 5
GATHERED_SECONDS = 0.2
"""How long changes gather, since a batch costs its owner and Elasticsearch about the same whatever is in it."""


class SearchService(Service):
    """Indices of what others own, and the searches people keep."""

    name = "search"
    calls = (
        identity.searcher,
        identity.searcher_of,
        identity.found_people,
        identity.findable,
        identity.findable_by,
        identity.person_documents,
        identity.person_versions,
        identity.school_documents,
        identity.school_versions,
        identity.school_cards,
        identity.keyword_suggestions,
        projects.found,
        projects.project_documents,
        projects.project_versions,
        projects.project_counts,
        community.post_cards,
        community.post_documents,
        community.post_versions,
        events.meeting_cards,
        events.meeting_documents,
        events.meeting_versions,
    )

    # ---- people

    @answers(contract.find_people)
    def find_people(
        self,
        uow: UnitOfWork,
        text: str = "",
        countries: tuple[str, ...] = (),
        languages: tuple[str, ...] = (),
        subjects: tuple[str, ...] = (),
        levels: tuple[identity.SchoolLevel, ...] = (),
        roles: tuple[identity.SchoolRole, ...] = (),
        regions: tuple[str, ...] = (),
        age_from: int | None = None,
        age_to: int | None = None,
        vocational: bool | None = None,
        available: bool | None = None,
        plus: bool | None = None,
        recently_active: bool = False,
        first_time: bool = False,
        sort: Sort = Sort.BEST,
        cursor: str = "",
    ) -> contract.PeopleFound:
        wanted = PeopleWanted(
            countries=countries, languages=languages, subjects=subjects, levels=levels, roles=roles,
            regions=regions, age_from=age_from, age_to=age_to, vocational=vocational, available=available,
            plus=plus, recently_active=recently_active, first_time=first_time,
        )  # fmt: skip
        return _find(uow, text, wanted, sort, cursor, partner=False)

    @answers(contract.find_partners)
    def find_partners(
        self,
        uow: UnitOfWork,
        text: str = "",
        countries: tuple[str, ...] = (),
        languages: tuple[str, ...] = (),
        subjects: tuple[str, ...] = (),
        levels: tuple[identity.SchoolLevel, ...] = (),
        roles: tuple[identity.SchoolRole, ...] = (),
        regions: tuple[str, ...] = (),
        age_from: int | None = None,
        age_to: int | None = None,
        vocational: bool | None = None,
        plus: bool | None = None,
        recently_active: bool = False,
        first_time: bool = False,
        sort: Sort = Sort.BEST,
        cursor: str = "",
    ) -> contract.PeopleFound:
        wanted = PeopleWanted(
            countries=countries, languages=languages, subjects=subjects, levels=levels, roles=roles,
            regions=regions, age_from=age_from, age_to=age_to, vocational=vocational,
            plus=plus, recently_active=recently_active, first_time=first_time,
        )  # fmt: skip
        return _find(uow, text, wanted, sort, cursor, partner=True)

    @answers(contract.suggestions)
    def suggestions(self, uow: UnitOfWork, text: str) -> contract.Suggestions:
        words = words_of(text)
        searcher = uow.call(identity.searcher())
        begun = people.begun(words)
        protection = people.protected(searcher, uow.now.date(), partner=False)
        order = people.ORDERS[Sort.BEST]
        persons = _ids(uow, Kind.PEOPLE, query(protection, begun, []), order, MOST_SUGGESTED)
        schools = _ids(uow, Kind.SCHOOLS, {"bool": {"must": begun}}, others.BY_SCORE, MOST_SUGGESTED)
        cards, places, keywords = uow.call_all(
            identity.findable(persons),
            identity.school_cards(schools),
            identity.keyword_suggestions(text[:40]),
        )
        return contract.Suggestions(cards, places, keywords[:MOST_SUGGESTED])

    # ---- schools and projects

    @answers(contract.find_schools)
    def find_schools(
        self,
        uow: UnitOfWork,
        text: str = "",
        countries: tuple[str, ...] = (),
        regions: tuple[str, ...] = (),
        levels: tuple[identity.SchoolLevel, ...] = (),
        cursor: str = "",
    ) -> contract.SchoolsFound:
        wanted = SchoolsWanted(countries, regions, levels)
        search = Search(
            Kind.SCHOOLS,
            bound_to("schools", text, wanted),
            question_of({}, others.by_school, words_of(text), []),
            wanted.filters(),
            wanted.facets(),
            others.BY_SCORE,
        )
        found = ask(uow, search, cursor, _caller(uow, identity.school_cards), _own_id)
        return contract.SchoolsFound(found.shown, found.about, found.next_cursor)

    @answers(contract.find_projects)
    def find_projects(
        self,
        uow: UnitOfWork,
        text: str = "",
        countries: tuple[str, ...] = (),
        languages: tuple[str, ...] = (),
        subjects: tuple[str, ...] = (),
        age_from: int | None = None,
        age_to: int | None = None,
        year: int | None = None,
        states: tuple[projects.ProjectState, ...] = (),
        sort: Sort = Sort.BEST,
        cursor: str = "",
    ) -> contract.ProjectsFound:
        wanted = ProjectsWanted(countries, languages, subjects, age_from, age_to, year, states)
        search = Search(
            Kind.PROJECTS,
            bound_to("projects", text, wanted, sort),
            question_of({}, others.by_text, words_of(text), []),
            wanted.filters(),
            wanted.facets(),
            others.project_order(sort),
        )
        found = ask(uow, search, cursor, _caller(uow, projects.found), _card_id)
        return contract.ProjectsFound(found.shown, found.about, found.next_cursor)

    @answers(contract.similar_projects)
    def similar_projects(self, uow: UnitOfWork, project_id: UUID) -> tuple[projects.FoundProject, ...]:
        shown = uow.call(projects.found((project_id,)))
        model = shown[0] if shown else None
        if model is None:
            return ()
        words = words_of(f"{model.card.title} {model.description}").romanised
        related = {
            "bool": {
                "must_not": [{"term": {"id": str(project_id)}}],
                "should": [
                    *others.alike(words, "20%"),
                    *({"term": {"subjects": {"value": one, "boost": 0.5}}} for one in model.subjects),
                ],
                "minimum_should_match": 1,
            }
        }
        alike: tuple[projects.FoundProject, ...] = uow.call(
            projects.found(_ids(uow, Kind.PROJECTS, related, others.BY_SCORE, MOST_SIMILAR))
        )
        return alike

    # ---- the partner forums

    @answers(contract.find_posts)
    def find_posts(
        self,
        uow: UnitOfWork,
        text: str = "",
        section: str = "",
        band: str = "",
        countries: tuple[str, ...] = (),
        languages: tuple[str, ...] = (),
        subjects: tuple[str, ...] = (),
        age_from: int | None = None,
        age_to: int | None = None,
        plus: bool | None = None,
        sort: Sort = Sort.BEST,
        cursor: str = "",
    ) -> contract.PostsFound:
        wanted = PostsWanted(section, band, countries, languages, subjects, age_from, age_to, plus)
        words, searcher = words_of(text), uow.call(identity.searcher())
        search = Search(
            Kind.POSTS,
            bound_to("posts", text, wanted, sort, searcher.person_id),
            question_of(others.open_posts(searcher, uow.now), others.by_text, words, []),
            wanted.filters(),
            wanted.facets(),
            others.post_order(sort, words=bool(words.romanised)),
        )
        found = ask(uow, search, cursor, lambda ids: _posts(uow, ids), _own_id)
        return contract.PostsFound(found.shown, found.about, found.next_cursor)

    # ---- meetings

    @answers(contract.find_meetings)
    def find_meetings(
        self,
        uow: UnitOfWork,
        text: str = "",
        kinds: tuple[events.Kind, ...] = (),
        modes: tuple[events.Mode, ...] = (),
        languages: tuple[str, ...] = (),
        countries: tuple[str, ...] = (),
        past: bool = False,
        cursor: str = "",
    ) -> contract.MeetingsFound:
        wanted, words = MeetingsWanted(kinds, modes, languages, countries), words_of(text)
        search = Search(
            Kind.MEETINGS,
            bound_to("meetings", text, wanted, past),
            question_of(others.to_come(uow.now, past=past), others.by_text, words, []),
            wanted.filters(),
            wanted.facets(),
            others.meeting_order(words=bool(words.romanised), past=past),
        )
        found = ask(uow, search, cursor, _caller(uow, events.meeting_cards), _own_id)
        return contract.MeetingsFound(found.shown, found.about, found.next_cursor)

    # ---- kept searches

    @answers(contract.save_search)
    def save_search(
        self, uow: UnitOfWork, search_id: UUID, name: str, scope: Scope, wanted: Wanted, alerts: bool = True
    ) -> contract.SavedSearch:
        return saved.save(uow, search_id, name, scope, wanted, alerts=alerts)

    @answers(contract.saved_searches)
    def saved_searches(self, uow: UnitOfWork) -> tuple[contract.SavedSearch, ...]:
        return saved.all_of(uow, uow.actor.id)

    @answers(contract.set_alerts)
    def set_alerts(self, uow: UnitOfWork, search_id: UUID, alerts: bool) -> contract.SavedSearch:
        kept = saved.own(uow, search_id)
        kept.alerts = alerts
        kept.version += 1
        return saved.shown(kept)

    @answers(contract.open_search)
    def open_search(self, uow: UnitOfWork, search_id: UUID) -> contract.SavedSearch:
        kept = saved.own(uow, search_id)
        before = saved.shown(kept)
        kept.look(uow.now)
        return before

    @answers(contract.delete_search)
    def delete_search(self, uow: UnitOfWork, search_id: UUID) -> None:
        uow.session.delete(saved.own(uow, search_id))

    @each_second
    def look_again(self, uow: UnitOfWork) -> bool:
        """The kept search whose turn it is."""
        return _unless_away(lambda: saved.look_again(uow))

    # ---- keeping the indices true

    @gathered(GATHERED_SECONDS)
    def bring_people_up_to_date(self, uow: UnitOfWork) -> bool:
        """One batch."""
        return _unless_away(lambda: indexing.bring_up_to_date(uow, Kind.PEOPLE))

    @gathered(GATHERED_SECONDS)
    def bring_schools_up_to_date(self, uow: UnitOfWork) -> bool:
        """One batch."""
        return _unless_away(lambda: indexing.bring_up_to_date(uow, Kind.SCHOOLS))

    @gathered(GATHERED_SECONDS)
    def bring_projects_up_to_date(self, uow: UnitOfWork) -> bool:
        """One batch."""
        return _unless_away(lambda: indexing.bring_up_to_date(uow, Kind.PROJECTS))

    @gathered(GATHERED_SECONDS)
    def bring_posts_up_to_date(self, uow: UnitOfWork) -> bool:
        """One batch."""
        return _unless_away(lambda: indexing.bring_up_to_date(uow, Kind.POSTS))

    @gathered(GATHERED_SECONDS)
    def bring_meetings_up_to_date(self, uow: UnitOfWork) -> bool:
        """One batch."""
        return _unless_away(lambda: indexing.bring_up_to_date(uow, Kind.MEETINGS))

    @each_second
    def tend_indices(self, uow: UnitOfWork) -> bool:
        """One page of whatever index is being built, or the beginning of one that must be."""
        return _unless_away(lambda: indexing.tend(uow))

    @each_second
    def compare_indices(self, uow: UnitOfWork) -> bool:
        """One page of whatever comparison is due."""
        return _unless_away(lambda: indexing.compare(uow))

    def measure(self, store: Store) -> None:
        """How far the indices are behind."""
        waiting = {row["kind"]: row for row in store.rows(waiting_by_kind())}
        for kind in Kind:
            row = waiting.get(kind)
            metrics().index_waiting.labels(kind).set(row["n"] if row else 0)
            metrics().index_lag.labels(kind).set(row["seconds"] if row else 0)

    # ---- what has changed

    @on_many(identity.ProfileChanged)
    def profile_changed(self, uow: UnitOfWork, changed: Sequence[identity.ProfileChanged]) -> None:
        _people_changed(uow, [one.person_id for one in changed])

    @on_many(identity.AvailabilityChanged)
    def availability_changed(self, uow: UnitOfWork, changed: Sequence[identity.AvailabilityChanged]) -> None:
        _people_changed(uow, [one.person_id for one in changed])

    @on(identity.AddressConfirmed)
    def address_confirmed(self, uow: UnitOfWork, confirmed: identity.AddressConfirmed) -> None:
        _people_changed(uow, [confirmed.person_id])

    @on(identity.AccountClosed)
    def account_closed(self, uow: UnitOfWork, closed: identity.AccountClosed) -> None:
        _people_changed(uow, [closed.person_id])

    @on_many(identity.PersonSeen)
    def person_seen(self, uow: UnitOfWork, seen: Sequence[identity.PersonSeen]) -> None:
        _people_changed(uow, [one.person_id for one in seen])

    @on(identity.AffiliationValidated)
    def affiliation_validated(self, uow: UnitOfWork, validated: identity.AffiliationValidated) -> None:
        _people_changed(uow, [validated.person_id])

    @on(identity.AffiliationEnded)
    def affiliation_ended(self, uow: UnitOfWork, ended: identity.AffiliationEnded) -> None:
        _people_changed(uow, [ended.person_id])

    @on(identity.SchoolRegistered)
    def school_registered(self, uow: UnitOfWork, registered: identity.SchoolRegistered) -> None:
        mark(uow, Kind.SCHOOLS, [registered.school_id])

    @on(identity.SchoolYearChanged)
    def school_year_changed(self, uow: UnitOfWork, changed: identity.SchoolYearChanged) -> None:
        mark(uow, Kind.SCHOOLS, [changed.school_id])

    @on(projects.ProjectActivated)
    def project_activated(self, uow: UnitOfWork, activated: projects.ProjectActivated) -> None:
        """Its founders are no first-time members any more."""
        mark(uow, Kind.PEOPLE, activated.founders)
        mark(uow, Kind.PROJECTS, [activated.project_id])

    @on(projects.ProjectEdited)
    def project_edited(self, uow: UnitOfWork, edited: projects.ProjectEdited) -> None:
        mark(uow, Kind.PROJECTS, [edited.project_id])

    @on(projects.ProjectStarted)
    def project_started(self, uow: UnitOfWork, started: projects.ProjectStarted) -> None:
        mark(uow, Kind.PROJECTS, [started.project_id])

    @on(projects.ProjectClosed)
    def project_closed(self, uow: UnitOfWork, closed: projects.ProjectClosed) -> None:
        mark(uow, Kind.PROJECTS, [closed.project_id])

    @on(projects.PartnerJoined)
    def partner_joined(self, uow: UnitOfWork, joined: projects.PartnerJoined) -> None:
        mark(uow, Kind.PEOPLE, [joined.person_id])
        mark(uow, Kind.PROJECTS, [joined.project_id])

    @on(events.MeetingPublished)
    def meeting_published(self, uow: UnitOfWork, published: events.MeetingPublished) -> None:
        mark(uow, Kind.MEETINGS, [published.meeting_id])

    @on(events.MeetingChanged)
    def meeting_changed(self, uow: UnitOfWork, changed: events.MeetingChanged) -> None:
        mark(uow, Kind.MEETINGS, [changed.meeting_id])

    @on(events.MeetingCancelled)
    def meeting_cancelled(self, uow: UnitOfWork, cancelled: events.MeetingCancelled) -> None:
        mark(uow, Kind.MEETINGS, [cancelled.meeting_id])

    @on(community.PostChanged)
    def post_changed(self, uow: UnitOfWork, changed: community.PostChanged) -> None:
        mark(uow, Kind.POSTS, [changed.post_id])


def _unless_away(work: Callable[[], bool]) -> bool:
    """Work on the indices waits while Elasticsearch, or an owner, is away; nothing is lost by waiting."""
    try:
        return work()
    except (elastic.Away, elastic.Gone, Unavailable) as error:
        log().warning("indexing_waits", error=type(error).__name__)
        return False


def _find(
    uow: UnitOfWork, text: str, wanted: PeopleWanted, sort: Sort, cursor: str, *, partner: bool
) -> contract.PeopleFound:
    """People as somebody may find them at this moment. Identity says with each page how the searcher is now: where
    that is not how the searcher was remembered, it is asked again.
    """
    told: identity.Searcher | None = None

    def show(ids: Sequence[UUID]) -> Sequence[Any]:
        nonlocal told
        page = uow.call(identity.found_people(tuple(ids), partner=partner).plainly())
        told = build(identity.Searcher, page["searcher"])
        return page["people"]  # type: ignore[no-any-return]

    def found_by(searcher: identity.Searcher) -> Found[Any]:
        search = for_people(searcher, uow.now.date(), text, wanted, sort, partner=partner)
        return ask(uow, search, cursor, show, _told_id)

    remembered = searchers.remembered(uow.actor.id)
    searcher = remembered or uow.call(identity.searcher())
    found = found_by(searcher)
    if remembered and told is None:
        told = uow.call(identity.searcher())
    if told not in (None, searcher):
        searcher = told
        found = found_by(searcher)
    searchers.remember(searcher)
    return contract.PeopleFound(found.shown, found.about, found.next_cursor)


def _posts(uow: UnitOfWork, ids: Sequence[UUID]) -> tuple[community.PostCard, ...]:
    """Posts as their owner has them, without those whose author the reader may not find as a partner. (PS-25)"""
    if not ids:
        return ()
    cards = uow.call(community.post_cards(tuple(ids)))
    authors = tuple(dict.fromkeys(card.author_id for card in cards))
    findable = {one.id for one in uow.call(identity.findable(authors, partner=True))}
    return tuple(card for card in cards if card.author_id in findable)


def _ids(uow: UnitOfWork, kind: Kind, wanted: Any, order: list[Any], most: int) -> tuple[UUID, ...]:
    body = {"query": wanted, "sort": order, "size": most, "track_total_hits": False}
    return tuple(UUID(hit["_id"]) for hit in asked(uow, kind, body)["hits"]["hits"])


def _caller(uow: UnitOfWork, request: Any) -> Any:
    return lambda ids: uow.call(request(tuple(ids)))


def _people_changed(uow: UnitOfWork, ids: Sequence[UUID]) -> None:
    """Their documents, and those of their posts, which say whether their author is available."""
    mark(uow, Kind.PEOPLE, ids)
    mark(uow, Kind.POSTS, saved.posts_by(uow, ids))


def _own_id(one: Any) -> UUID:
    return one.id  # type: ignore[no-any-return]


def _card_id(one: Any) -> UUID:
    return one.card.id  # type: ignore[no-any-return]


def _told_id(one: Any) -> UUID:
    return UUID(one["card"]["id"])
