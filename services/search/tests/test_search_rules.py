"""The rules of searching, without an index: who may be found, filters and facets, cursors, spelling, kept searches."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.contract import Invalid, NotFound
from services.identity.contract import Searcher
from services.search.contract import Kind, NewMatches, Scope, Sort, TooManySaved, Wanted
from services.search.domain import cursor, others, people
from services.search.domain.cursor import DEEPEST, Place
from services.search.domain.filters import overlaps
from services.search.domain.others import PostsWanted, ProjectsWanted, SchoolsWanted
from services.search.domain.people import PeopleWanted, Words
from services.search.domain.requests import COUNTED_AMONG_MANY, FEW, Search, question_of
from services.search.domain.saved import MOST_SAVED, SavedSearch, room_for_another, unknown
from services.search.spelling import romanised, skeleton_of_query, skeletons, stumps

TODAY, NOW = date(2026, 11, 27), datetime(2026, 11, 27, 9, tzinfo=UTC)
SEARCHER = Searcher(
    person_id=UUID(int=1), plus=False, available_plus=False, languages=("es",), subjects=("music",),
    keywords=(), age_from=9, age_to=12, blocked=(UUID(int=7),),
)  # fmt: skip


def clauses(body: Any) -> list[Any]:
    """Every clause of a query, however deep."""
    if isinstance(body, list):
        return [one for part in body for one in clauses(part)]
    if not isinstance(body, dict):
        return []
    return [body, *(one for part in body.values() for one in clauses(part))]


# ---- who may be found


@given(plus=st.booleans(), takes=st.booleans(), text=st.text(max_size=40), partner=st.booleans())
def test_no_search_for_people_is_ever_without_its_protection(
    plus: bool, takes: bool, text: str, partner: bool
) -> None:
    searcher = replace(SEARCHER, plus=plus, available_plus=takes)
    words = Words(text, romanised(text))
    protection = people.protected(searcher, TODAY, partner=partner)
    clauses_of = people.by_keywords if partner else people.by_name
    question = question_of(protection, clauses_of, words, people.fitting(searcher))
    assert bool(question.levels) is not bool(words.romanised)
    levels = [fits for _, fits in question.levels]
    for asked in filter(None, (question.typed, question.mistyped, question.wordless, *levels)):
        (kept,), must_not = asked["bool"]["filter"], asked["bool"]["must_not"]
        (together,) = kept["bool"]["should"]
        must_hold = together["bool"]["filter"]
        assert {"terms": {"id": [str(UUID(int=1)), str(UUID(int=7))]}} in must_not
        assert any("seen_on" in clause.get("range", {}) for clause in must_hold)
        assert ({"term": {"available": True}} in must_hold) is partner
        if partner:
            assert ({"term": {"plus": False}} in must_hold) is not takes


def test_posts_are_found_while_open_of_authors_who_may_be_partners_and_ones_own() -> None:
    protection = others.open_posts(SEARCHER, NOW)
    found = clauses(protection)
    assert {"range": {"expires_at": {"gt": NOW.isoformat()}}} in found
    assert {"term": {"author": str(UUID(int=1))}} in found
    assert {"term": {"available": True}} in found
    assert {"terms": {"author": [str(UUID(int=7))]}} in protection["must_not"]


@given(st.text(max_size=60))
def test_what_is_typed_is_only_ever_matched_and_never_understood_as_a_query(text: str) -> None:
    words = Words(text, romanised(text), skeleton_of_query(text))
    for clauses_of in (people.by_name, people.by_keywords, others.by_text, others.by_school):
        for asked in (clauses_of(words), clauses_of(words, mistyped=True)):
            kinds = {kind for clause in clauses(asked) for kind in clause}
            assert not kinds & {
                "query_string",
                "simple_query_string",
                "regexp",
                "wildcard",
                "script",
                "prefix",
            }
            assert bool(asked) is bool(words.romanised)


# ---- filters, facets, relaxing


def searching(wanted: PeopleWanted, text: str = "choir") -> Search:
    words = Words(text, romanised(text))
    question = question_of({}, people.by_keywords, words, [])
    return Search(Kind.PEOPLE, "mark", question, wanted.filters(TODAY), wanted.facets(TODAY))


@pytest.mark.parametrize("among_many", [False, True])
def test_a_facet_counts_as_if_its_own_filter_were_not_set(among_many: bool) -> None:
    search = searching(PeopleWanted(countries=("PL",), subjects=("music",)))
    asked = search.first_page(mistyped=False, among_many=among_many)
    polish, music = {"terms": {"country": ["PL"]}}, {"terms": {"subjects": ["music"]}}
    assert asked["countries"]["query"]["bool"]["filter"] == [music]
    assert asked["subjects"]["query"]["bool"]["filter"] == [polish]
    assert asked["page"]["query"]["bool"]["filter"] == [polish, music]
    counted = {name: sorted(body.get("aggs", {})) for name, body in asked.items()}
    assert counted["countries"] == ["countries"]
    beside = counted["counts"] if among_many else counted["page"]
    assert "languages" in beside
    assert not {"countries", "subjects"} & set(beside)


def test_among_many_nothing_is_counted_with_the_page_and_no_count_looks_at_every_match() -> None:
    asked = searching(PeopleWanted(countries=("PL",))).first_page(mistyped=False, among_many=True)
    assert "aggs" not in asked["page"]
    assert {body["terminate_after"] for name, body in asked.items() if name != "page"} == {COUNTED_AMONG_MANY}


def test_without_words_a_page_is_asked_level_by_level_and_each_person_is_on_one() -> None:
    liking = people.fitting(SEARCHER)
    question = question_of(
        people.protected(SEARCHER, TODAY, partner=True), people.by_keywords, Words(), liking
    )
    search = replace(
        searching(PeopleWanted(countries=("PL",)), ""), question=question, order=people.ORDERS[Sort.BEST]
    )
    assert [score for score, _ in search.levels(Place())] == [3.25, 2.5, 2.0, 1.25, 0.75, 0.0]
    ways = [ways_of(body) for _, body in search.levels(Place())]
    assert [len(one) for one in ways] == [1, 1, 2, 2, 1, 1]
    seen = [(len(way["filter"]), len(way["must_not"])) for level in ways for way in level]
    assert sorted(seen) == [(0, 3), (1, 2), (1, 2), (1, 2), (2, 1), (2, 1), (2, 1), (3, 0)]
    for _, body in search.levels(Place()):
        assert {"terms": {"country": ["PL"]}} in clauses(body["query"])
        assert body["sort"] == people.ORDERS[Sort.BEST][1:]
    further = search.levels(Place(40, (2.0, "2026-11-01", "a")))
    assert [score for score, _ in further] == [2.0, 1.25, 0.75, 0.0]
    assert [body.get("search_after") for _, body in further] == [["2026-11-01", "a"], None, None, None]
    asked = search.first_page(mistyped=False, among_many=True)
    assert [name for name in asked if name.startswith(("page", "level"))] == ["level 0", "level 1", "level 2"]
    assert replace(search, order=people.ORDERS[Sort.NEWEST]).levels(Place()) == []
    assert searching(PeopleWanted()).levels(Place()) == []


def ways_of(body: Any) -> list[Any]:
    (fits,) = (one for one in clauses(body["query"]) if "constant_score" in one)
    return [way["bool"] for way in fits["constant_score"]["filter"]["bool"]["should"]]


def test_every_filter_in_use_says_what_there_would_be_without_it() -> None:
    wanted = PeopleWanted(
        ("PL",), ("en",), ("music",), ("primary",), ("teacher",), ("PL-LD",), 9, 12, True, True, True, True, True
    )  # fmt: skip
    search = searching(wanted)
    asked = search.first_page(mistyped=False, among_many=False)
    assert {one.name for one in search.filters} <= set(asked)
    assert len(asked["page"]["query"]["bool"]["filter"]) == len(search.filters) == 12
    without = search.without_words()
    assert without is not None
    assert len(without["query"]["bool"]["filter"]) == 12


def test_words_are_taken_as_mistyped_where_hardly_anything_is_found() -> None:
    search = searching(PeopleWanted())
    assert (search.looks_mistyped(FEW), search.looks_mistyped(FEW + 1)) == (True, False)
    fuzzy = [one for one in clauses(search.page(Place(1, ("x",), mistyped=True))) if "fuzziness" in one]
    assert fuzzy
    assert not [one for one in clauses(search.page(Place(1, ("x",)))) if "fuzziness" in one]
    wordless = searching(PeopleWanted(), text="")
    assert not wordless.looks_mistyped(0)
    assert wordless.without_words() is None


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (SchoolsWanted(("PL",), ("PL-LD",), ("primary",)), {"countries", "regions", "levels"}),
        (
            ProjectsWanted(("PL",), ("en",), ("music",), 9, 12, 2026, ("active",)),
            {"countries", "languages", "subjects", "ages", "year", "states"},
        ),
        (
            PostsWanted("new_project", "7_11", ("PL",), ("en",), ("music",), 9, None, True),
            {"section", "band", "countries", "languages", "subjects", "ages", "plus"},
        ),
    ],
)
def test_filters_that_are_set_are_in_use(wanted: Any, names: set[str]) -> None:
    assert {one.name for one in wanted.filters()} == names
    assert names <= {facet.name for facet in wanted.facets()}
    assert type(wanted)().filters() == []


def test_ages_overlap_from_either_side_and_an_open_end_is_the_youngest_or_oldest() -> None:
    assert overlaps(None, 5) == {"terms": {"ages": ["3", "4", "5"]}}
    assert overlaps(17, None) == {"terms": {"ages": ["17", "18", "19"]}}


@pytest.mark.parametrize(
    ("starts", "ends", "years"),
    [
        (date(2026, 9, 1), date(2027, 6, 1), ["2026"]),
        (date(2027, 3, 1), date(2028, 3, 1), ["2026", "2027"]),
        (date(2026, 7, 31), None, ["2025"]),
        (None, None, []),
    ],
)
def test_a_project_lies_in_the_school_years_it_touches(starts: Any, ends: Any, years: list[str]) -> None:
    assert others.school_years(starts, ends) == years


def test_regions_are_counted_once_a_country_is_chosen() -> None:
    assert "regions" not in {facet.name for facet in PeopleWanted().facets(TODAY)}
    assert "regions" in {facet.name for facet in PeopleWanted(countries=("ES",)).facets(TODAY)}


# ---- cursors


@given(
    st.integers(1, DEEPEST),
    st.lists(
        st.one_of(st.integers(-(2**50), 2**50), st.text(max_size=20), st.floats(0, 1e6)),
        min_size=1,
        max_size=4,
    ),
    st.booleans(),
)
def test_a_cursor_leads_back_to_where_the_page_ended(shown: int, after: list[Any], mistyped: bool) -> None:
    place = Place(shown, tuple(after), mistyped)
    assert cursor.read(cursor.write(place, "mark"), "mark") == place


@pytest.mark.parametrize(
    "wrong",
    ["x", "!!!!", "W10", "e30", "bnVsbA", "%00", "a" * 500, cursor.write(Place(5, ("x",)), "another search")],
)
def test_a_cursor_of_another_search_or_none_at_all_is_refused(wrong: str) -> None:
    with pytest.raises(Invalid) as refused:
        cursor.read(wrong, "mark")
    assert refused.value.fields == {"cursor": ["not_a_cursor"]}


def test_a_cursor_deeper_than_is_offered_is_refused() -> None:
    with pytest.raises(Invalid):
        cursor.read(cursor.write(Place(DEEPEST + 1, ("x",)), "mark"), "mark")


@given(st.text(max_size=80))
def test_no_text_as_a_cursor_breaks_anything(text: str) -> None:
    with pytest.raises(Invalid):
        cursor.read(f"x{text}", "mark")


# ---- spelling


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Kőszeg", "Koszeg"),
        ("Κωνσταντίνος", "Konstantinos"),
        ("Ђорђе", "Djordje"),
        ("Đorđe", "Djordje"),
        ("Παπαδοπούλου", "Papadopulu"),
        ("Թումանյան", "Tumanyan"),
        ("ხაჭაპური", "khachapuri"),
        ("თბილისი", "tbilisi"),
        ("Անահիտ", "Anahit"),
        ("O’Brien", "O Brien"),
        ("  Łódź\n ", "Lodz"),
        ("", ""),
    ],
)
def test_every_script_meets_in_plain_latin_letters(written: str, plain: str) -> None:
    assert romanised(written) == plain


@pytest.mark.parametrize(
    ("arabic", "typed"), [("الحوراني", "Hourani"), ("الحوراني", "al-Hourani"), ("محمد", "Mohammed")]
)
def test_scripts_that_write_consonants_only_meet_by_their_consonants(arabic: str, typed: str) -> None:
    assert skeletons(arabic) == tuple(skeleton_of_query(typed).split())


@pytest.mark.parametrize(
    ("written", "typed"),
    [("Skłodowskiej-Curie", "Sklodowska"), ("Kopernika", "Kopernik"), ("Maironio", "Maironis")],
)
def test_a_name_is_found_in_another_case_by_what_its_forms_begin_with(written: str, typed: str) -> None:
    assert romanised(written).startswith(stumps(typed) or typed)


def test_short_words_keep_their_endings() -> None:
    assert stumps("Ana Curie") == ""
    assert stumps("Ana Sklodowska") == "Ana Sklodowsk"


def test_latin_names_have_no_skeleton_of_their_own() -> None:
    assert skeletons("Rana Hourani") == ()


# ---- kept searches


def kept(**changes: Any) -> SavedSearch:
    one = SavedSearch(uuid4(), uuid4(), "Choirs", Scope.PARTNERS, Wanted(text="choir"), True, NOW, NOW, NOW)
    for name, value in changes.items():
        setattr(one, name, value)
    return one


def test_what_there_was_when_a_search_was_kept_is_no_news() -> None:
    one = kept()
    assert one.found(40, NOW) is None
    assert (one.primed, one.news) == (True, 0)
    told = one.found(2, NOW)
    assert told == NewMatches(one.id, one.person_id, 2, NOW)
    assert one.news == 2
    assert one.next_look_at > NOW


def test_without_alerts_news_are_counted_but_not_told() -> None:
    one = kept(primed=True, alerts=False)
    assert one.found(3, NOW) is None
    assert one.news == 3
    one.look(NOW + timedelta(days=1))
    assert one.news == 0


def test_a_changed_search_begins_anew_and_belongs_to_one_person() -> None:
    one = kept(primed=True, news=5)
    one.change("Bands", Scope.PARTNERS, Wanted(text="band"), True, NOW)
    assert (one.primed, one.news) == (False, 0)
    with pytest.raises(NotFound):
        one.must_belong_to(uuid4())


def test_twenty_searches_can_be_kept() -> None:
    room_for_another(MOST_SAVED - 1)
    with pytest.raises(TooManySaved):
        room_for_another(MOST_SAVED)


@given(st.lists(st.uuids(), unique=True), st.lists(st.uuids()))
def test_nobody_is_ever_news_twice(found: list[UUID], before: list[UUID]) -> None:
    new = unknown(found, [*before, *found[:1]])
    assert not set(new) & {*before, *found[:1]}
    assert set(new) | {*before, *found[:1]} >= set(found)
