"""Each organisation's rules, from dated files: a country is a file, not code.

`policies/<organisation>/<from-date>.toml` holds only what differs from `policies/default/`; the file in force on
the day a process begins is stored with the process.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from services.approvals.contract import StepKind
from services.approvals.engine.steps import Deadlines, Escalation

FOLDER = Path(__file__).parent / "policies"


@dataclass(frozen=True, slots=True)
class ProjectPolicy:
    """How one organisation signs projects off. (AP-18)"""

    regional_step: bool
    substance_resets: tuple[StepKind, ...]
    late_after_days: int
    standing_approval_of_schools: bool
    deadlines: dict[StepKind, Deadlines]


@dataclass(frozen=True, slots=True)
class ValidationPolicy:
    """How one organisation validates its members. (ID-05)"""

    steps: tuple[StepKind, ...]
    evidence: bool
    late_after_days: int
    deadlines: dict[StepKind, Deadlines]


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything an organisation decides for itself, as in force on one day."""

    organisation: str
    since: date
    project: ProjectPolicy
    validation: ValidationPolicy


def policy_of(organisation: str, day: date) -> Policy:
    """The rules of an organisation in force on that day."""
    own = [(since, rules) for since, rules in _files(organisation) if since <= day]
    common = [(since, rules) for since, rules in _files("default") if since <= day] or _files("default")[:1]
    since, rules = common[-1]
    merged = rules
    for own_since, differing in own:
        merged, since = _merge(merged, differing), own_since
    return Policy(organisation, since, _project(merged["project"]), _validation(merged["validation"]))


def organisations_with_a_policy() -> list[str]:
    """Whose folder is there, the common one left out."""
    return sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir() and folder.name != "default")


@cache
def _files(organisation: str) -> list[tuple[date, dict[str, Any]]]:
    folder = FOLDER / organisation
    if not folder.is_dir():
        return []
    return sorted(
        (date.fromisoformat(path.stem), tomllib.loads(path.read_text())) for path in folder.glob("*.toml")
    )


def _merge(common: dict[str, Any], differing: dict[str, Any]) -> dict[str, Any]:
    merged = dict(common)
    for key, wanted in differing.items():
        merged[key] = (
            _merge(merged[key], wanted)
            if isinstance(wanted, dict) and isinstance(merged.get(key), dict)
            else wanted
        )
    return merged


def _project(rules: dict[str, Any]) -> ProjectPolicy:
    return ProjectPolicy(
        regional_step=rules["regional_step"],
        substance_resets=tuple(StepKind(k) for k in rules["substance_resets"]),
        late_after_days=rules["late_after_days"],
        standing_approval_of_schools=rules["standing_approval_of_schools"],
        deadlines=_deadlines(rules["deadlines"]),
    )


def _validation(rules: dict[str, Any]) -> ValidationPolicy:
    return ValidationPolicy(
        steps=tuple(StepKind(k) for k in rules["steps"]),
        evidence=rules["evidence"],
        late_after_days=rules["late_after_days"],
        deadlines=_deadlines(rules["deadlines"]),
    )


def _deadlines(rules: dict[str, Any]) -> dict[StepKind, Deadlines]:
    return {
        StepKind(kind): Deadlines(
            remind=tuple(days.get("remind", ())),
            due=days.get("due"),
            escalate=tuple(
                Escalation(e["days"], tuple(e["roles"]), e.get("organisation"))
                for e in days.get("escalate", ())
            ),
            expires=days.get("expires"),
        )
        for kind, days in rules.items()
    }
