"""Schools, who answers for them, and working there. (ID-05 to ID-14, ID-27 to ID-29)"""

from typing import Any

import pytest
import uuid_utils.compat as uuid

from chassis.contract import Forbidden, Grant, Invalid, NotFound
from services.identity.contract import (
    AffiliationState,
    AlreadyAffiliated,
    CountryNotParticipating,
    LikelyDuplicate,
    NotAMember,
    PersonState,
    RegionNotOfCountry,
    SchoolLevel,
    SchoolNumberNeeded,
    SchoolRole,
)
from services.identity.reference import reference
from services.identity.tests.conftest import Identity


def record(**changes: Any) -> dict[str, Any]:
    return {
        "school_id": uuid.uuid7(),
        "name": "IES Río Ebro",
        "country": "ES",
        "city": "Zaragoza",
        "level": (SchoolLevel.LOWER_SECONDARY,),
        "head_name": "Pilar Head",
        "head_email": "head@example.org",
    } | changes


@pytest.mark.parametrize(
    ("place", "organisation", "regional", "time_zone"),
    [
        (("PL", "", "", ""), "nss-pl", None, "Europe/Warsaw"),
        (("UA", "", "", ""), "psa-ua", None, "Europe/Kyiv"),
        (("ES", "", "ES-AR", ""), "nss-es", "nss-es-ar", "Europe/Madrid"),
        (("ES", "ES-CN", "", ""), "nss-es", "nss-es-cn", "Atlantic/Canary"),
        (("FR", "RE", "", ""), "nss-fr", None, "Indian/Reunion"),
        (("BE", "", "BE-VLG", ""), "nss-be-nl", None, "Europe/Brussels"),
        (("BE", "", "BE-BRU", "fr"), "nss-be-fr", None, "Europe/Brussels"),
        (("BE", "", "", "de"), "nss-be-de", None, "Europe/Brussels"),
    ],
)
def test_a_school_is_answered_for_by_where_it_lies(
    place: tuple[str, str, str, str], organisation: str, regional: str | None, time_zone: str
) -> None:
    responsible = reference().responsible_for(*place)
    assert (responsible.organisation, responsible.regional_organisation, responsible.time_zone) == (
        organisation,
        regional,
        time_zone,
    )


@pytest.mark.parametrize(
    ("place", "field"),
    [
        (("ES", "RE", "", ""), "territory"),
        (("ES", "", "PL-02", ""), "region"),
        (("ES", "", "", "nl"), "community"),
        (("BE", "", "BE-VLG", "fr"), "community"),
    ],
)
def test_a_region_of_another_country_is_refused(place: tuple[str, str, str, str], field: str) -> None:
    with pytest.raises(RegionNotOfCountry) as refused:
        reference().responsible_for(*place)
    assert field in refused.value.fields


def test_brussels_must_say_which_community() -> None:
    with pytest.raises(Invalid) as refused:
        reference().responsible_for("BE", "", "BE-BRU", "")
    assert refused.value.fields == {"community": "required"}


def test_the_first_member_registers_the_school_and_the_head_teacher_is_told_once(identity: Identity) -> None:
    ana = identity.person()
    same = record(region="ES-AR")
    created = identity.answer("create_school", by=ana, **same)
    assert (created.reply.organisation, created.reply.regional_organisation) == ("nss-es", "nss-es-ar")
    assert len(created.said("SchoolRegistered")) == 1
    again = identity.answer("create_school", by=ana, **same)
    assert (again.reply, again.events) == (created.reply, [])
    eve = identity.person("Eve")
    identity.refusal(Invalid, "create_school", by=eve, **(same | {"name": "Another"}))


def test_a_likely_duplicate_is_shown_unless_it_is_none(identity: Identity) -> None:
    ana = identity.person()
    there = identity.ask("create_school", by=ana, **record())
    again = record(name="I.E.S. Rio Ebro", city="ZARAGOZA")
    refused = identity.refusal(LikelyDuplicate, "create_school", by=ana, **again)
    assert refused.details == {"schools": [str(there.id)]}
    identity.ask("create_school", by=ana, **(again | {"not_a_duplicate": True}))
    identity.ask("create_school", by=ana, **record(city="Huesca"))


@pytest.mark.parametrize(
    ("changes", "finding", "field"),
    [
        ({"country": "GB"}, CountryNotParticipating, "country"),
        ({"country": "IT"}, SchoolNumberNeeded, "official_number"),
        ({"website": "javascript:alert(1)"}, Invalid, "website"),
    ],
)
def test_a_record_with_a_mistake_names_the_field(
    identity: Identity, changes: dict[str, Any], finding: type[Invalid], field: str
) -> None:
    refused = identity.refusal(finding, "create_school", by=identity.person(), **record(**changes))
    assert field in refused.fields


@pytest.mark.parametrize("text", ["rio ebro", "EBRO río", "zaragoza ies", "Rio Evro", "zaragosa rio"])
def test_a_school_is_found_whatever_the_case_accents_and_order(identity: Identity, text: str) -> None:
    ana = identity.person()
    wanted = identity.ask("create_school", by=ana, **record()).id
    identity.ask("create_school", by=ana, **record(name="Colegio La Paz", city="Huesca"))
    assert identity.ask("find_schools", by=ana, country="ES", text=text)[0].id == wanted
    assert identity.ask("find_schools", by=ana, country="PL", text=text) == ()


def test_percent_and_underscore_are_letters_like_others(identity: Identity) -> None:
    ana = identity.person()
    identity.ask("create_school", by=ana, **record())
    assert identity.ask("find_schools", by=ana, country="ES", text="%%") == ()
    assert identity.ask("find_schools", by=ana, country="ES", text="__") == ()


def test_an_affiliation_is_asked_for_validated_and_makes_a_member(identity: Identity) -> None:
    school = identity.school(region="ES-AR")
    ana = identity.person()
    asked = identity.answer(
        "join_school", by=ana, affiliation_id=uuid.uuid7(), school_id=school, role_kind=SchoolRole.TEACHER
    )
    (said,) = asked.said("AffiliationRequested")
    assert (said["organisation"], said["regional_organisation"]) == ("nss-es", "nss-es-ar")
    assert identity.ask("me", by=ana).state is PersonState.AWAITING_VALIDATION
    assert identity.ask("grants_of", person_id=ana) == ()
    done = identity.answer("validate_affiliation", affiliation_id=asked.reply.id)
    assert done.said("AffiliationValidated")
    assert done.said("GrantsChanged") == [{"person_id": str(ana)}]
    assert identity.ask("grants_of", person_id=ana) == (Grant("member"),)
    assert identity.answer("validate_affiliation", affiliation_id=asked.reply.id).events == []


def test_a_refused_person_is_rejected_and_may_ask_again(identity: Identity) -> None:
    school = identity.school()
    ana = identity.person()
    join = {"school_id": school, "role_kind": SchoolRole.TEACHER}
    first = identity.ask("join_school", by=ana, affiliation_id=uuid.uuid7(), **join)
    identity.refusal(AlreadyAffiliated, "join_school", by=ana, affiliation_id=uuid.uuid7(), **join)
    identity.ask("refuse_affiliation", affiliation_id=first.id)
    assert identity.ask("me", by=ana).state is PersonState.REJECTED
    identity.ask("join_school", by=ana, affiliation_id=uuid.uuid7(), **join)
    assert len(identity.ask("me", by=ana).affiliations) == 2


def test_a_second_school_leaves_the_first_as_it_is(identity: Identity) -> None:
    first, second = identity.school(), identity.school("Liceo", city="Huesca")
    ana = identity.person(school=first)
    identity.days_pass(1)
    joined = identity.ask(
        "join_school", by=ana, affiliation_id=uuid.uuid7(), school_id=second, role_kind=SchoolRole.LIBRARIAN
    )
    assert identity.ask("me", by=ana).state is PersonState.VALIDATED
    assert [card.school.id for card in identity.ask("affiliations_of", person_ids=(ana,))] == [first, second]
    left = identity.answer("leave_school", by=ana, affiliation_id=joined.id)
    assert (left.reply.state, left.reply.until) == (AffiliationState.ENDED, identity.now.date())
    assert left.said("GrantsChanged")
    assert len(identity.ask("me", by=ana).affiliations) == 2
    identity.refusal(NotFound, "leave_school", by=ana, affiliation_id=joined.id)


def test_nobody_leaves_a_school_for_somebody_else(identity: Identity) -> None:
    ana = identity.person(school=identity.school())
    card = identity.ask("affiliations_of", person_ids=(ana,))[0]
    identity.refusal(NotFound, "leave_school", by=identity.person("Eve"), affiliation_id=card.id)


def test_a_general_account_joins_no_school(identity: Identity) -> None:
    firm = identity.person("Firm", role_kind=SchoolRole.COMPANY_STAFF)
    join = {"affiliation_id": uuid.uuid7(), "school_id": identity.school(), "role_kind": SchoolRole.TEACHER}
    identity.refusal(NotAMember, "join_school", by=firm, **join)
    assert identity.ask("me", by=firm).state is PersonState.GENERAL


def test_a_head_teachers_account_is_known_by_its_school(identity: Identity) -> None:
    school = identity.school()
    head = identity.person("Pilar", school, role=SchoolRole.HEAD_TEACHER, language="ca")
    assert Grant("head_teacher", str(school)) in identity.ask("grants_of", person_id=head)
    (found,) = identity.ask("head_teachers", school_ids=(school,))
    assert (found.account_id, found.email, found.language) == (head, "head@example.org", "ca")


def test_the_head_teacher_is_seen_and_corrected_by_members_and_officers_only(identity: Identity) -> None:
    school = identity.school()
    ana, waiting = (
        identity.person(school=school),
        identity.person("New", school, state=AffiliationState.AWAITING),
    )
    spain, poland = identity.officer("nss-es"), identity.officer("nss-pl")
    correction = {"school_id": school, "head_name": "Jorge Head", "head_email": "jorge@example.org"}
    for stranger in (waiting, poland, identity.person("Eve")):
        identity.refusal(Forbidden, "edit_head_teacher", by=stranger, **correction)
        assert identity.ask("school", by=stranger, school_id=school).head_email is None
    assert identity.answer("edit_head_teacher", by=ana, **correction).said("HeadTeacherChanged")
    assert identity.ask("school", by=spain, school_id=school).head_email == "jorge@example.org"
    assert identity.ask("school", school_id=school).head_name is None


def test_a_schools_page_lists_validated_members_that_the_reader_may_find(identity: Identity) -> None:
    school = identity.school()
    ana = identity.person(school=school)
    identity.person("New", school, state=AffiliationState.AWAITING)
    assert identity.ask("school", by=ana, school_id=school).members == (ana,)
    assert identity.ask("school", school_id=school).members == ()


def test_officers_are_listed_with_the_schools_they_belong_to(identity: Identity) -> None:
    school = identity.school()
    olga = identity.person("Olga", school, grants=(Grant("officer", "nss-es"),))
    identity.officer("nss-pl")
    (found,) = identity.ask("officers", organisation_ids=("nss-es",))
    assert (found.person_id, found.role, found.schools) == (olga, "officer", (school,))


def test_reference_data_is_answered_as_it_is(identity: Identity) -> None:
    assert "GB" not in {card.code for card in identity.ask("countries")}
    assert {card.kind for card in identity.ask("regions", country="BE")} == {"region", "community"}
    assert [one.id for one in identity.ask("organisations", ids=("nss-es", "nobody"))] == ["nss-es"]
    assert len(identity.ask("organisations")) > 40
