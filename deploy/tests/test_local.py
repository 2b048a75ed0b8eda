"""The local stack's own parts, without starting it."""

import os
import signal
import socket
import subprocess
import sys
import threading

import pytest

from deploy.local import lifecycle, occupied, postgres, supervision
from deploy.local.environment import STATE_MARK
from deploy.local.testing import summary
from deploy.stack import Ports, Stack
from deploy.token_keys import ensure_token_keys


@pytest.fixture
def stack(tmp_path):
    made = Stack(name="test", ports=Ports(31000), state=tmp_path)
    (tmp_path / "run").mkdir()
    return made


def test_who_holds_a_port_is_named():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        holder = occupied.holder_of(port)
        assert (holder.port, holder.pid) == (port, os.getpid())
        assert str(port) in str(holder)
    assert occupied.holder_of(port) is None


def a_sleeper(**variables):
    command = [sys.executable, "-c", "print(flush=True); import time; time.sleep(60)"]
    process = subprocess.Popen(command, env=os.environ | variables, stdout=subprocess.PIPE)
    process.stdout.readline()
    return process


def test_only_processes_that_bear_the_stacks_mark_are_ended(stack):
    ours, stranger = a_sleeper(**{STATE_MARK: str(stack.state)}), a_sleeper()
    try:
        (stack.state / "run" / "identity.pid").write_text(str(ours.pid))
        (stack.state / "run" / "projects.pid").write_text(str(stranger.pid))
        threading.Thread(target=ours.wait, daemon=True).start()
        assert supervision.end_leftovers(stack, ports=[]) == ["identity"]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_leftover_that_ended_by_itself_meanwhile_is_no_problem():
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    supervision._end(gone.pid, signal.SIGTERM)


def test_data_under_a_closed_home_goes_where_its_user_can_reach_it(stack, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(postgres, "_others_may_pass", lambda folder: False)
    assert not postgres.home(stack).is_relative_to(stack.state)
    monkeypatch.setattr(postgres, "_others_may_pass", lambda folder: True)
    assert postgres.home(stack).is_relative_to(stack.state)


def test_a_deep_checkout_still_has_a_short_socket(tmp_path):
    deep = Stack(name="test", ports=Ports(31000), state=tmp_path / ("x" * 120))
    assert len(str(supervision._socket(deep))) <= supervision.LONGEST_SOCKET_PATH


def test_every_process_is_restarted_for_ever(stack):
    lines = list(supervision._configuration_lines(stack))
    programs = [line for line in lines if line.startswith("[program:")]
    assert lines.count("autorestart = true") == len(programs)
    assert {"[program:postgres]", "[program:rabbitmq]", "[program:identity]", "[program:gateway]"} <= set(
        programs
    )


def test_a_token_key_pair_is_made_once(tmp_path):
    private, public = tmp_path / "private.pem", tmp_path / "public.pem"
    ensure_token_keys(private, public)
    before = private.read_bytes()
    ensure_token_keys(private, public)
    assert private.read_bytes() == before
    assert private.stat().st_mode & 0o077 == 0
    assert b"PRIVATE" not in public.read_bytes()


def test_both_rounds_are_summed_up_in_one_line(tmp_path):
    one, two = tmp_path / "one.xml", tmp_path / "two.xml"
    one.write_text(
        "<testsuites><testsuite><testcase/><testcase><failure/></testcase></testsuite></testsuites>"
    )
    two.write_text(
        "<testsuites><testsuite><testcase/><testcase><skipped/></testcase></testsuite></testsuites>"
    )
    assert "1 failed, 2 passed, 1 skipped in 3.00s" in summary([one, two, tmp_path / "none.xml"], 3)


def test_demo_logins_are_shown_one_per_line():
    logins = {"people": [{"role": "teacher", "email": "ana@example.org", "password": "p"}]}
    assert list(lifecycle._login_lines(logins)) == [f"{'teacher':<28} ana@example.org  p"]
