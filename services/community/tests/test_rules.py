"""Who is told, by which way, and what cannot be switched off."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.community.contract import CannotBeSwitchedOff, Channel, Kind
from services.community.domain.news import (
    DEFAULTS,
    FIXED,
    GROUPS,
    NOTICE_KINDS,
    PORTAL_ONLY,
    audience,
    channel_for,
    check_choice,
    next_morning,
    next_try,
)
from services.community.letters import TEXTS

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)


@given(st.sampled_from(sorted(FIXED)), st.sampled_from([None, *Channel]))
def test_approvals_and_account_notices_are_always_told_by_mail(group: str, chosen: Channel | None) -> None:
    assert channel_for(group, chosen) is Channel.MAIL


@pytest.mark.parametrize("group", FIXED)
def test_they_cannot_be_switched_off(group: str) -> None:
    with pytest.raises(CannotBeSwitchedOff):
        check_choice(group, Channel.OFF)


def test_the_rest_is_as_chosen() -> None:
    assert channel_for("contacts", Channel.OFF) is Channel.OFF
    assert channel_for("contacts", None) is DEFAULTS["contacts"]


@given(st.lists(st.uuids(), max_size=20))
def test_everybody_is_told_once(people: list) -> None:
    told = audience([*people, *people])
    assert len(told) == len(set(told)) == len(set(people))


def test_every_kind_that_is_mailed_has_its_letter() -> None:
    assert {str(k) for k in Kind} - set(TEXTS) <= set(PORTAL_ONLY)
    assert set(NOTICE_KINDS.values()) <= set(Kind)
    assert set(GROUPS) <= set(Kind)


def test_a_mail_is_tried_again_ever_more_slowly_and_given_up_in_the_end() -> None:
    waits = [next_try(n, NOW) for n in range(1, 9)]
    assert waits[-1] is None
    pauses = [w - NOW for w in waits if w]
    assert pauses == sorted(pauses)
    assert pauses[-1] >= timedelta(hours=12)


ZONES = [ZoneInfo(name) for name in ("Europe/Madrid", "Asia/Amman", "Atlantic/Azores", "America/Martinique")]
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments, st.sampled_from(ZONES))
def test_a_summary_is_always_due_at_seven_in_the_readers_next_morning(
    after: datetime, zone: ZoneInfo
) -> None:
    due = next_morning(after, zone, 7)
    assert due.astimezone(zone).hour == 7
    assert timedelta(0) < due - after <= timedelta(hours=25)
