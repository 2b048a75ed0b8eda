"""Finding partners: by name, by what they want, always as they are now; kept searches; schools; bad input."""

from typing import Any

import pytest
import uuid_utils.compat as uuid

from services.identity.contract import Visibility
from tests.journeys.europe import Europe, Person, Refused
from tests.stack import eventually

pytestmark = pytest.mark.stack


def word() -> str:
    """A word nobody else uses."""
    return f"zq{uuid.uuid7().hex[-9:]}"


def asked(person: Person, path: str, **query: Any) -> Any:
    """What a search answers; on a busy machine its index may need another second."""

    def answer() -> Any:
        try:
            return person.get(path, **query)
        except Refused as refused:
            if refused.code == "search_away":
                raise
            raise RuntimeError(str(refused)) from refused

    return eventually(answer, "the search")


def partners(person: Person, **query: Any) -> list[str]:
    return [one["card"]["id"] for one in asked(person, "/partners", **query)["people"]]


def named(person: Person, **query: Any) -> list[str]:
    return [one["card"]["id"] for one in asked(person, "/people", **query)["people"]]


def finds(person: Person, someone: Person, **query: Any) -> None:
    eventually(lambda: str(someone.id) in partners(person, **query), f"{someone.name} among partners")


@pytest.fixture(scope="module")
def ana(europe: Europe) -> Person:
    return europe.teacher(
        "ES", name="Ana", languages=("es", "en"), subjects=("music",), age_from=9, age_to=12
    )


# ---- by name


def test_somebody_is_found_by_name_school_or_place_whatever_the_script_and_spelling(
    europe: Europe, ana: Person
) -> None:
    name = f"Кирил{uuid.uuid7().hex[-4:]} Ђорђевић"
    someone = europe.teacher("RS", name=name, available=False)
    number = someone.name.split()[-1]
    for typed in (someone.name, f"Djordjevic {number}", f"Đorđević {number}", f"Djordjevich {number}"):
        eventually(lambda typed=typed: str(someone.id) in named(ana, text=typed), typed)
    assert str(someone.id) in named(ana, text=f"{someone.school.name} {number}")
    assert str(someone.id) not in named(ana, text=someone.name, countries="PL")
    assert str(someone.id) not in named(ana, text=someone.name, available="true")


def test_people_are_narrowed_down_by_several_fields_at_once(europe: Europe, ana: Person) -> None:
    keyword = word()
    fits = europe.teacher(
        "FI", keywords=(keyword,), languages=("fi", "en"), age_from=10, age_to=12, vocational=True
    )
    europe.teacher("FI", keywords=(keyword,), languages=("sv",), age_from=16, age_to=18)
    finds(ana, fits, text=keyword)
    for narrow in (
        {"languages": "en"}, {"age_from": 11, "age_to": 13}, {"vocational": "true"},
        {"countries": ["FI", "SE"], "languages": "fi"}, {"roles": "teacher", "age_to": 12},
    ):  # fmt: skip
        assert partners(ana, text=keyword, **narrow) == [str(fits.id)], narrow


# ---- partners


def test_a_partner_is_found_by_what_they_want_in_any_inflection_and_says_why_they_fit(
    europe: Europe, ana: Person
) -> None:
    mark = word()
    someone = europe.teacher(
        "DE", language="de", project_idea=f"Wir bauen singende Roboter. {mark}", keywords=("Robotik", mark),
        languages=("de", "en"), subjects=("music", "physics"), age_from=10, age_to=14,
    )  # fmt: skip
    finds(ana, someone, text=mark)
    for typed in ("Robotern", "robotik singend", "Robotk"):
        assert str(someone.id) in partners(ana, text=f"{typed}"), typed
    found = asked(ana, "/partners", text=mark)["people"][0]
    match = found["match"]
    assert match["ages"] == [10, 12]
    assert match["languages"] == ["en"]
    assert match["subjects"] == ["music"]
    assert match["months"]
    assert match["score"] == 100
    assert found["project_idea"].startswith("Wir bauen")


def test_a_flag_changed_in_the_profile_is_in_force_in_search_at_once(europe: Europe, ana: Person) -> None:
    mark = word()
    someone = europe.teacher("PL", keywords=(mark,))
    finds(ana, someone, text=mark)
    someone.put("/me/availability", {"available": False, "available_plus": False})
    assert partners(ana, text=mark) == []
    someone.put("/me/availability", {"available": True, "available_plus": False})
    finds(ana, someone, text=mark)
    someone.put("/me/privacy", {"profile": "contacts", "email": "contacts", "city": "members"})
    assert partners(ana, text=mark) == named(ana, text=someone.name) == []


def test_blocked_people_never_find_each_other(europe: Europe, ana: Person) -> None:
    mark = word()
    someone = europe.teacher("PL", keywords=(mark,))
    finds(ana, someone, text=mark)
    someone.put(f"/people/{ana.id}/block")
    assert partners(ana, text=mark) == named(ana, text=someone.name) == []
    assert str(ana.id) not in named(someone, text=ana.name)


def test_plus_members_are_found_by_who_takes_plus_and_the_other_way_round(europe: Europe) -> None:
    mark = word()
    georgia = europe.teacher("GE", keywords=(mark,), available_plus=True)
    closed = europe.teacher("FR", keywords=(mark,))
    opened = europe.teacher("IT", keywords=(mark,), available_plus=True)
    finds(opened, georgia, text=mark)
    assert str(georgia.id) not in partners(closed, text=mark)
    eventually(lambda: partners(georgia, text=mark) == [str(opened.id)], "who takes Plus, and nobody else")
    closed.put("/me/availability", {"available": True, "available_plus": True})
    finds(closed, georgia, text=mark)
    finds(georgia, closed, text=mark)


def test_who_may_not_be_found_is_in_no_list_whatever_is_asked(europe: Europe, ana: Person) -> None:
    mark = word()
    shown = europe.teacher("PL", keywords=(mark,))
    planted = [
        europe.teacher("PL", keywords=(mark,), profile_visibility=Visibility.CONTACTS),
        europe.teacher("PL", keywords=(mark,), validated=False),
    ]
    finds(ana, shown, text=mark)
    for person in planted:
        assert str(person.id) not in partners(ana, text=mark)
        assert str(person.id) not in named(ana, text=person.name)
        suggested = ana.get("/suggestions", text=person.name[:60])["people"]
        assert str(person.id) not in [one["id"] for one in suggested]


def test_facets_count_as_if_their_own_filter_were_not_set(europe: Europe, ana: Person) -> None:
    mark = word()
    for country in ("PL", "PL", "FR"):
        finds(ana, europe.teacher(country, keywords=(mark,), languages=("en",)), text=mark)
    about = asked(ana, "/partners", text=mark, countries="FR")["about"]
    facets = {f["name"]: {c["value"]: c["count"] for c in f["counts"]} for f in about["facets"]}
    assert (about["total"], about["total_is_exact"]) == (1, True)
    assert facets["countries"] == {"PL": 2, "FR": 1}
    assert facets["languages"] == {"en": 1}


def test_an_empty_result_says_which_filter_to_relax_and_what_that_would_give(
    europe: Europe, ana: Person
) -> None:
    mark = word()
    finds(ana, europe.teacher("PL", keywords=(mark,), languages=("pl",)), text=mark)
    found = asked(ana, "/partners", text=mark, countries="PL", languages="mt")
    assert found["people"] == []
    relax = {one["name"]: one["count"] for one in found["about"]["relax"]}
    assert relax["languages"] == 1
    assert "countries" not in relax


def test_pages_follow_each_other_without_gap_or_repetition(europe: Europe, ana: Person) -> None:
    mark = word()
    school = europe.school("PL")
    everyone = {str(europe.teacher("PL", school=school, keywords=(mark,)).id) for _ in range(23)}
    eventually(lambda: asked(ana, "/partners", text=mark)["about"]["total"] == 23, "all of them")
    for sort in ("best", "active", "newest"):
        seen: list[str] = []
        cursor = ""
        while True:
            page = asked(ana, "/partners", text=mark, sort=sort, cursor=cursor)
            seen += [one["card"]["id"] for one in page["people"]]
            cursor = page["next_cursor"]
            if not cursor:
                break
        assert len(seen) == 23
        assert set(seen) == everyone


def test_the_terms_of_both_schools_are_compared_before_anyone_writes(europe: Europe, ana: Person) -> None:
    someone = europe.teacher("PL")
    terms = ana.get(f"/people/{someone.id}/terms")
    assert terms["both_teach"]
    assert (terms["own_usual"], terms["other_usual"]) == (True, True)
    year = europe.today().year if europe.today().month >= 8 else europe.today().year - 1
    someone.put(
        f"/schools/{someone.school.id}/year",
        {"first": f"{year}-09-01", "last": f"{year + 1}-06-25", "breaks": [{"first": f"{year + 1}-05-03", "last": f"{year + 1}-05-07"}]},
    )  # fmt: skip
    after = ana.get(f"/people/{someone.id}/terms")
    assert not after["other_usual"]
    assert {"first": f"{year + 1}-05-03", "last": f"{year + 1}-05-07"} in after["other_breaks"]


# ---- schools and suggestions


def test_schools_are_found_by_name_and_place_and_what_is_typed_is_completed(
    europe: Europe, ana: Person
) -> None:
    school = europe.school("PL")
    number = school.name.split()[-1]

    def found() -> bool:
        schools = ana.get("/search/schools", text=f"escola {number}", countries="PL")["schools"]
        return str(school.id) in [one["id"] for one in schools]

    eventually(found, school.name)
    someone = europe.teacher("PL", name="Žofie")
    typed = someone.name[:4]
    eventually(lambda: ana.get("/suggestions", text=typed)["people"], typed)


# ---- kept searches


def test_a_kept_search_is_its_owners_and_can_be_given_up(europe: Europe) -> None:
    mark = word()
    keeper = europe.teacher("ES")
    finds(keeper, europe.teacher("PL", keywords=(mark,)), text=mark)
    search_id = str(uuid.uuid7())
    wanted = {"text": mark, "countries": ["PL", "FI"]}
    keeper.put(f"/me/searches/{search_id}", {"name": "Robots", "scope": "partners", "wanted": wanted})
    kept = keeper.get("/me/searches")
    assert [(one["name"], one["news"]) for one in kept] == [("Robots", 0)]
    stranger = europe.teacher("ES")
    with pytest.raises(Refused) as refused:
        stranger.delete(f"/me/searches/{search_id}")
    assert refused.value.status == 404
    keeper.delete(f"/me/searches/{search_id}")
    assert keeper.get("/me/searches") == []


@pytest.mark.alone
def test_a_kept_search_is_looked_at_again_and_tells_its_owner(europe: Europe) -> None:
    mark = word()
    keeper, before = europe.teacher("ES"), europe.teacher("PL", keywords=(mark,))
    finds(keeper, before, text=mark)
    search_id = str(uuid.uuid7())
    body = {"name": "Robots", "scope": "partners", "wanted": {"text": mark}}
    keeper.put(f"/me/searches/{search_id}", body)
    europe.days_pass(0.1)
    after = europe.teacher("FI", keywords=(mark,))
    finds(keeper, after, text=mark)
    europe.days_pass(0.1)
    eventually(lambda: keeper.get("/me/searches")[0]["news"] == 1, "the news")
    told = [n for n in europe.notifications_of(keeper) if n["kind"] == "new_matches"]
    assert [(n["subject_id"], n["detail"]) for n in told] == [(search_id, "1")]
    keeper.post(f"/me/searches/{search_id}/look")
    europe.days_pass(0.1)
    assert keeper.get("/me/searches")[0]["news"] == 0
    assert len([n for n in europe.notifications_of(keeper) if n["kind"] == "new_matches"]) == 1


@pytest.mark.alone
@pytest.mark.timeout(300)
def test_availability_nobody_confirms_is_reminded_of_and_lapses(europe: Europe) -> None:
    someone = europe.teacher("PL")
    europe.days_pass(366)
    europe.is_told(someone, "availability_lapses")
    assert someone.get("/me")["availability_lapses_on"]
    europe.days_pass(31)
    europe.is_told(someone, "availability_lapsed")
    assert not someone.get("/me")["available"]


# ---- what is typed


BAD_TEXTS = [
    '") OR (name:*', "name:a*", "/[a-z]*/", "a" * 200, "\\", "🙂" * 40, "AND OR NOT", "<script>", "{{7*7}}",
    "a\u202eb", "''; DROP TABLE", "*", "?", "~~~~", "क्षत्रिय", "١٢٣",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD_TEXTS)
@pytest.mark.parametrize(
    "path", ["/people", "/partners", "/search/schools", "/search/projects", "/search/posts"]
)
def test_whatever_is_typed_is_looked_for_and_nothing_else(ana: Person, path: str, text: str) -> None:
    assert "about" in asked(ana, path, text=text)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"text": "a" * 10_000}, "text"),
        ({"countries": "Poland"}, "countries"),
        ({"languages": "EN"}, "languages"),
        ({"subjects": "x y"}, "subjects"),
        ({"levels": "kindergarten"}, "levels"),
        ({"age_from": "two"}, "age_from"),
        ({"age_to": 120}, "age_to"),
        ({"sort": "cheapest"}, "sort"),
        ({"cursor": "not a cursor"}, "cursor"),
        ({"cursor": "WyJhIiwxLDJd"}, "cursor"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_search_that_cannot_be_understood_names_its_field(
    ana: Person, query: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        ana.get("/partners", **query)
    assert refused.value.status in (400, 422)
    assert field in str(refused.value)
