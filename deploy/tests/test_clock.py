"""Business time is moved by a file, forward, and never in production."""

from datetime import timedelta

import pytest

from deploy import clock


def test_days_add_up(tmp_path):
    clock.move(tmp_path, timedelta(days=15))
    assert clock.move(tmp_path, timedelta(days=1)) == timedelta(days=16)
    assert float((tmp_path / "clock").read_text()) == 16 * 86400


def test_time_does_not_go_back(tmp_path):
    with pytest.raises(SystemExit):
        clock.move(tmp_path, timedelta(days=-1))


def test_an_unmoved_stack_lives_in_real_time(tmp_path):
    assert clock.offset(tmp_path) == timedelta(0)


def test_a_production_stacks_clock_is_not_moved(tmp_path, monkeypatch):
    monkeypatch.setenv("SCHOOLBRIDGE_ENVIRONMENT", "production")
    monkeypatch.setenv("SCHOOLBRIDGE_CONTROLS", str(tmp_path))
    with pytest.raises(SystemExit, match="production"):
        clock.main(days=1)
    assert not (tmp_path / "clock").exists()
