"""Who may be found by whom, why they would fit, and when schools teach."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.contract import Invalid
from services.identity.contract import LastSeen, NoSchool, SchoolYear, Span, Visibility
from services.identity.domain.matching import Wishes, match
from services.identity.domain.partners import PartnerFacts, may_be_partners
from services.identity.domain.school_year import DAY, breaks_between, months_of, together, with_year
from services.identity.reference import reference
from services.identity.tests.conftest import TODAY, Identity

SEARCHER = PartnerFacts(available=True, available_plus=False, plus=False)
days = st.dates(date(2026, 8, 1), date(2027, 8, 1))
spans = st.tuples(days, st.integers(0, 40)).map(lambda t: Span(t[0], t[0] + timedelta(days=t[1])))


def facts(**changes: bool) -> PartnerFacts:
    return PartnerFacts(**{"available": True, "available_plus": False, "plus": False} | changes)


# ---- rules


@pytest.mark.parametrize(
    ("searcher", "found", "shown"),
    [
        (facts(), facts(), True),
        (facts(), facts(available=False), False),
        (facts(available=False), facts(), True),
        (facts(), facts(plus=True), False),
        (facts(available_plus=True), facts(plus=True), True),
        (facts(plus=True), facts(), False),
        (facts(plus=True), facts(available_plus=True), True),
        (facts(plus=True), facts(plus=True), False),
        (facts(plus=True, available_plus=True), facts(plus=True), True),
    ],
)
def test_partner_search_shows_the_available_and_plus_only_to_who_takes_plus(searcher, found, shown):
    assert may_be_partners(searcher, found) is shown


@given(st.builds(PartnerFacts, available=st.just(False), available_plus=st.booleans(), plus=st.booleans()))
def test_nobody_unavailable_is_ever_a_possible_partner(found):
    assert not may_be_partners(facts(available_plus=True), found)


def test_a_match_names_what_both_have_and_counts_only_what_the_reader_told():
    own = Wishes(9, 12, ("es", "en"), ("music",), ("CLIL",))
    other = Wishes(11, 15, ("en", "fr"), ("art",), ("clil", "STEM"))
    found = match(own, other, ())
    assert (found.ages, found.languages, found.subjects, found.keywords) == ((11, 12), ("en",), (), ("CLIL",))
    assert found.score == 80
    assert match(Wishes(None, None, (), (), ()), other, ()).score is None
    assert match(own, Wishes(13, 15, (), (), ()), ()).score == 0


@given(st.lists(spans, max_size=6), st.lists(spans, max_size=6), days)
def test_when_both_teach_neither_is_ever_on_holiday(own, other, today):
    first, last = date(2026, 8, 1), date(2027, 9, 30)
    terms = together(
        [SchoolYear(first, last, tuple(own))],
        [SchoolYear(first, last, tuple(other))],
        today,
        own_usual=False,
        other_usual=False,
    )
    off = [*terms.own_breaks, *terms.other_breaks]
    for span in terms.both_teach:
        assert all(span.last < one.first or one.last < span.first for one in off)
    covered = {
        one.first + DAY * n
        for one in (*off, *terms.both_teach)
        for n in range((one.last - one.first).days + 1)
    }
    assert covered == {today + DAY * n for n in range(301)}


def test_between_two_school_years_nobody_teaches():
    years = [SchoolYear(date(2026, 9, 1), date(2027, 6, 20)), SchoolYear(date(2027, 9, 1), date(2028, 6, 20))]
    assert breaks_between(years, date(2027, 6, 1), date(2027, 10, 1)) == (
        Span(date(2027, 6, 21), date(2027, 8, 31)),
    )


def test_a_month_counts_when_three_weeks_of_it_are_shared():
    assert months_of(
        [Span(date(2027, 2, 1), date(2027, 2, 21)), Span(date(2027, 3, 1), date(2027, 3, 20))]
    ) == (date(2027, 2, 1),)


@pytest.mark.parametrize(
    ("first", "last", "breaks", "wrong"),
    [
        (date(2026, 9, 1), date(2026, 9, 1), (), "last"),
        (date(2026, 9, 1), date(2028, 9, 1), (), "last"),
        (date(2026, 9, 1), date(2027, 6, 1), (Span(date(2026, 8, 1), date(2026, 8, 9)),), "breaks"),
        (date(2026, 9, 1), date(2027, 6, 1), (Span(date(2026, 12, 9), date(2026, 12, 1)),), "breaks"),
    ],
)
def test_a_school_year_with_days_out_of_order_is_refused(first, last, breaks, wrong):
    with pytest.raises(Invalid) as refused:
        with_year((), SchoolYear(first, last, breaks))
    assert list(refused.value.fields) == [wrong]


def test_every_participating_country_has_a_usual_school_year_in_order():
    for code, country in reference().countries.items():
        if country.active:
            years = reference().usual_years_of(code, date(2026, 11, 27))
            assert len(years) == 2, code
            assert with_year((), years[0]), code


# ---- the service


def ids_of(found: tuple) -> set[UUID]:
    return {one.card.id if hasattr(one, "card") else one.id for one in found}


def test_whom_a_reader_may_find_obeys_privacy_blocks_availability_and_plus_at_once(
    identity: Identity,
) -> None:
    spain, georgia = identity.school(), identity.school("Tbilisi 7", "GE", city="Tbilisi")
    reader = identity.person("Reader", spain)
    people = {
        "open": identity.person("Open", spain),
        "unavailable": identity.person("Unavailable", spain, available=False),
        "hidden": identity.person("Hidden", spain, profile_visibility=Visibility.CONTACTS),
        "blocker": identity.person("Blocker", spain),
        "plus": identity.person("Plus", georgia, country="GE", available_plus=True),
        "stranger": identity.person("Nobody yet"),
    }
    identity.ask("block", by=people["blocker"], person_id=reader)
    everyone = tuple(people.values())

    def found(*, partner: bool) -> set[str]:
        cards = ids_of(identity.ask("findable", by=reader, ids=everyone, partner=partner))
        page = identity.ask("found_people", by=reader, ids=everyone, partner=partner)
        assert cards == ids_of(page.people)
        assert page.searcher == identity.ask("searcher", by=reader)
        return {name for name, one in people.items() if one in cards}

    assert found(partner=False) == {"open", "unavailable", "plus"}
    assert found(partner=True) == {"open"}
    identity.ask("set_availability", by=reader, available=True, available_plus=True)
    identity.ask("set_availability", by=people["open"], available=False, available_plus=False)
    assert found(partner=True) == {"plus"}
    identity.days_pass(366)
    assert found(partner=False) == set()


def test_results_come_in_the_order_asked_for_with_what_they_share(identity: Identity) -> None:
    school = identity.school()
    reader = identity.person("Reader", school, languages=("es", "en"), age_from=9, age_to=12)
    first = identity.person("First", school, languages=("en",), age_from=12, age_to=14)
    second = identity.person("Second", school)
    found = identity.ask("found_people", by=reader, ids=(second, first, reader)).people
    assert [one.card.id for one in found] == [second, first, reader]
    assert found[1].match.languages == ("en",)
    assert found[1].match.ages == (12, 12)
    assert found[1].match.score == 100
    assert found[1].match.months
    assert found[2].match is None


def test_a_document_rises_with_everything_it_shows_and_hides_who_is_hidden(identity: Identity) -> None:
    school = identity.school("Colegio del Río")
    one = identity.person("Ana", school, project_idea="Robots that sing")

    def document() -> object:
        return identity.ask("person_documents", ids=(one,))[0]

    seen = [document()]
    assert (seen[0].listed, seen[0].schools, seen[0].project_idea) == (
        True,
        ("Colegio del Río",),
        "Robots that sing",
    )
    identity.ask("set_availability", by=one, available=True, available_plus=True)
    seen.append(document())
    identity.ask("set_school_year", by=one, school_id=school, first=date(2026, 9, 1), last=date(2027, 6, 1))
    seen.append(document())
    identity.ask("set_privacy", by=one, profile="contacts", email="contacts", city="members")
    seen.append(document())
    assert [d.version for d in seen] == sorted({d.version for d in seen})
    assert (seen[-1].listed, seen[-1].name, seen[-1].project_idea) == (False, "", "")
    assert identity.ask("person_versions") == ()


def test_versions_come_page_by_page_in_the_order_of_ids(identity: Identity) -> None:
    school = identity.school()
    people = sorted(identity.person(f"Person {n}", school) for n in range(3))
    listed = identity.ask("person_versions")
    assert [one.id for one in listed] == people
    documents = identity.ask("person_documents", ids=tuple(people))
    assert {d.id: d.version for d in documents} == {one.id: one.version for one in listed}
    assert [one.id for one in identity.ask("person_versions", after=people[0])] == people[1:]
    assert [one.id for one in identity.ask("school_versions")] == [school]
    assert identity.ask("school_documents", ids=(school,))[0].name == "Colegio del Río"


def test_availability_not_confirmed_for_a_year_is_reminded_of_and_lapses_a_month_later(
    identity: Identity,
) -> None:
    one = identity.person("Ana", identity.school())
    identity.ask("set_availability", by=one, available=True, available_plus=False)

    def pump() -> list[dict[str, object]]:
        said: list[dict[str, object]] = []
        while True:
            answered = identity.answer("availability_ends")
            if not answered.reply:
                return said
            said += answered.events

    assert pump() == []
    identity.days_pass(366)
    assert [e["type"] for e in pump()] == ["identity.AvailabilityReminder"]
    assert pump() == []
    assert identity.ask("me", by=one).availability_lapses_on == (identity.now + timedelta(days=30)).date()
    identity.days_pass(31)
    (lapsed,) = pump()
    assert lapsed["payload"]["lapsed"]
    assert not lapsed["payload"]["available"]
    assert not identity.ask("me", by=one).available


def test_an_answer_to_the_reminder_holds_for_another_year(identity: Identity) -> None:
    one = identity.person("Ana", identity.school())
    identity.days_pass(366)
    assert identity.ask("availability_ends")
    identity.ask("set_availability", by=one, available=True, available_plus=False)
    identity.days_pass(31)
    assert not identity.ask("availability_ends")
    assert identity.ask("me", by=one).available


def test_when_someone_was_last_seen_is_told_roughly_or_not_at_all(identity: Identity) -> None:
    school = identity.school()
    reader, one = identity.person("Reader", school), identity.person("Ana", school)
    secret = identity.ask(
        "sign_in", email=f"{one.hex}@example.org", password="seven quiet otters on the roof"
    ).secret
    first = identity.answer("authenticate", secret=secret)
    assert [e["type"] for e in first.events] == ["identity.PersonSeen"]
    assert identity.answer("authenticate", secret=secret).events == []

    def seen() -> LastSeen | None:
        return identity.ask("profile", by=reader, person_id=one).last_seen

    assert seen() is LastSeen.THIS_WEEK
    identity.days_pass(8)
    assert seen() is LastSeen.THIS_MONTH
    identity.days_pass(30)
    assert seen() is LastSeen.LONGER
    identity.ask(
        "set_privacy", by=one, profile="members", email="contacts", city="members", shows_last_seen=False
    )
    assert seen() is None


def test_terms_are_usual_ones_until_a_member_enters_the_schools_own(identity: Identity) -> None:
    spain, poland = identity.school(), identity.school("Szkoła", "PL", city="Łódź")
    ana, ewa = identity.person("Ana", spain), identity.person("Ewa", poland, country="PL")
    before = identity.ask("terms_together", by=ana, person_id=ewa)
    assert (before.own_usual, before.other_usual) == (True, True)
    off = Span(TODAY.date() + timedelta(days=40), TODAY.date() + timedelta(days=50))
    identity.ask(
        "set_school_year",
        by=ewa,
        school_id=poland,
        first=date(2026, 9, 1),
        last=date(2027, 6, 25),
        breaks=(off,),
    )
    after = identity.ask("terms_together", by=ana, person_id=ewa)
    assert (after.own_usual, after.other_usual) == (True, False)
    assert off in after.other_breaks
    assert identity.ask("school", by=ana, school_id=poland).years_usual is False


def test_only_members_of_a_school_enter_its_year(identity: Identity) -> None:
    spain = identity.school()
    outsider = identity.person("Ewa", identity.school("Szkoła", "PL", city="Łódź"), country="PL")
    with pytest.raises(Exception, match="forbidden"):
        identity.ask(
            "set_school_year", by=outsider, school_id=spain, first=date(2026, 9, 1), last=date(2027, 6, 1)
        )


def test_without_a_school_there_are_no_terms_to_compare(identity: Identity) -> None:
    ana = identity.person("Ana", identity.school())
    general = identity.person("Nobody yet")
    identity.refusal(NoSchool, "terms_together", by=ana, person_id=general)
