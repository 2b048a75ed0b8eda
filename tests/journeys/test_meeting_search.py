"""Meetings are found by keyword in any script and inflection, while they can be seen. (EV-19 PD-01)"""

from datetime import timedelta

import pytest
import uuid_utils.compat as uuid

from tests.journeys.europe import Europe, Person
from tests.stack import eventually

pytestmark = pytest.mark.stack


def organise(europe: Europe, host: Person, word: str, **changed: object) -> str:
    meeting_id = str(uuid.uuid7())
    starts = europe.now + timedelta(days=20)
    sheet = {
        "meeting_id": meeting_id,
        "kind": "workshop",
        "title": f"Warsztaty o robotach {word}",
        "description": "Budujemy i programujemy.",
        "mode": "online",
        "link": "https://meet.example.org/robots",
        "languages": ["pl", "en"],
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=2)).isoformat(),
    }
    host.post("/meetings", sheet | changed)
    return meeting_id


def test_a_public_meeting_is_found_and_a_private_one_is_not(europe: Europe) -> None:
    host, reader = europe.teacher("PL"), europe.teacher("ES")
    word = f"zq{uuid.uuid7().hex[-9:]}"
    shown = organise(europe, host, word)
    private = organise(europe, host, word, access="private")

    def found(**query: object) -> list[str]:
        return [one["id"] for one in reader.get("/search/meetings", text=word, **query)["meetings"]]

    eventually(lambda: found() == [shown], "the meeting")
    assert found(kinds="workshop", modes="online", languages="pl") == [shown]
    assert found(kinds="webinar") == found(languages="fr") == found(past="true") == []
    assert private not in found()
    facets = reader.get("/search/meetings", text=word)["about"]["facets"]
    assert {"kinds", "modes", "languages", "countries"} <= {facet["name"] for facet in facets}
