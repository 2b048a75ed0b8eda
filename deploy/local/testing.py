"""Runs the tests on a stack of their own and ends with one summary line for all of them.

Two rounds: first everything that can share a running stack, then, alone, what moves the clock or kills
processes. The stack is made anew before and taken down afterwards, whatever happened in between.
"""

import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

from deploy.local import lifecycle
from deploy.stack import CHECKOUT, Stack

ROUNDS = {"together": "not alone", "alone": "alone"}
NOTHING_COLLECTED = 5
OUTCOMES = ("failed", "passed", "skipped", "error")


def run_tests(stack: Stack, arguments: list[str]) -> int:
    """Check the code, bring the stack up, run both rounds, take it down; 0 when all of it went well."""
    began = time.monotonic()
    # Being told to end takes the stack down, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    checked = subprocess.run(["make", "--no-print-directory", "check"], cwd=CHECKOUT, check=False).returncode
    lifecycle.forget(stack)
    try:
        lifecycle.bring_up(stack)
        codes = [_round(stack, name, expression, arguments) for name, expression in ROUNDS.items()]
    finally:
        lifecycle.take_down(stack)
    failed = any(code not in (0, NOTHING_COLLECTED) for code in codes)
    nothing_at_all = all(code == NOTHING_COLLECTED for code in codes)
    if checked:
        print("make check found something; it stands at the top.")
    print(summary([_report(stack, name) for name in ROUNDS], time.monotonic() - began), flush=True)
    return 1 if failed or nothing_at_all or checked else 0


def _round(stack: Stack, name: str, expression: str, arguments: list[str]) -> int:
    report = _report(stack, name)
    report.unlink(missing_ok=True)
    # No account is passed on: a test that needs one asks deploy.local.environment for it.
    environment = os.environ | {
        "PYTHONPATH": str(CHECKOUT),
        "SCHOOLBRIDGE_ENVIRONMENT": stack.environment,
        "EVENTLET_NO_GREENDNS": "yes",
    }
    command = [sys.executable, "-m", "pytest", "-m", expression, f"--junitxml={report}", *arguments]
    return subprocess.run(command, cwd=CHECKOUT, env=environment, check=False).returncode


def _report(stack: Stack, name: str) -> Path:
    return stack.state / f"tests-{name}.xml"


def summary(reports: list[Path], seconds: float) -> str:
    """Both rounds in one line, in pytest's own words."""
    counted: Counter[str] = Counter()
    for report in filter(Path.exists, reports):
        for case in ET.parse(report).iter("testcase"):  # noqa: S314 - written by our own pytest
            counted[_outcome(case)] += 1
    said = ", ".join(f"{counted[outcome]} {outcome}" for outcome in OUTCOMES if counted[outcome])
    return f" {said or 'no tests ran'} in {seconds:.2f}s ".center(80, "=")


def _outcome(case: ET.Element) -> str:
    for tag, outcome in (("failure", "failed"), ("error", "error"), ("skipped", "skipped")):
        if case.find(tag) is not None:
            return outcome
    return "passed"
