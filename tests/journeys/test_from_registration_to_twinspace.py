"""The heart of the product: from two registrations to one open TwinSpace."""

import pytest

from tests.journeys.europe import Europe

pytestmark = pytest.mark.stack


def test_the_last_approval_opens_exactly_one_twinspace_for_exactly_the_founders(europe: Europe) -> None:
    project = europe.approved_project(("ES", "PL"))
    space = europe.twinspace(project, project.co_founder)
    assert {m["person_id"] for m in space["members"]} == {str(f.id) for f in project.founders}
    for founder in project.founders:
        europe.is_told(founder, "twinspace_opened", project)
