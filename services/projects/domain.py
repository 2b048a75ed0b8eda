"""A project's rules: drafts, founding, who can be invited, dates, and what may be done when."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from chassis.contract import NotFound
from services.projects.contract import (
    Candidate,
    CoFounderNotAllowed,
    ConfirmationNeeded,
    DatesOutOfOrder,
    FoundingSchool,
    Full,
    Incomplete,
    NotAFounder,
    NotInThisState,
    NotYourSchool,
    Partner,
    PartnerJoined,
    PartnerNotAllowed,
    PlaceAsked,
    PlaceOffered,
    PlaceRefused,
    PlaceSettled,
    PlaceSettledOtherwise,
    PlaceState,
    ProjectActivated,
    ProjectClosed,
    ProjectEdited,
    ProjectStarted,
    ProjectState,
    ProjectSubmitted,
    Sheet,
    WhyNot,
)

MANY_OPEN = 10
SHORTEST = timedelta(days=7)
PENDING = (ProjectState.PENDING_PARTNER, ProjectState.PENDING_APPROVAL, ProjectState.CHANGES_REQUESTED)
RUNNING = (ProjectState.APPROVED, ProjectState.ACTIVE)
PUBLIC = (*RUNNING, ProjectState.CLOSED)
SUBSTANCE = ("age_from", "age_to", "aims", "allow_plus")
OUTLINE = ("languages", "subjects", "age_from", "age_to", "pupils", "tools", "aims", "process", "allow_plus")
OPEN_PLACES = (PlaceState.ASKED, PlaceState.OFFERED)

EMPTY = Sheet("", "", (), (), None, None, None, "", "", "", "", None, None, False)


@dataclass(frozen=True, slots=True)
class Facts:
    """What rule b.5 needs to know of a person."""

    person_id: UUID
    contact: bool
    available: bool
    available_plus: bool
    plus: bool
    validated: bool
    closed: bool
    blocked: bool
    country: str | None


def judge(
    inviter: Facts, invitee: Facts, *, allow_plus: bool, members: Iterable[UUID] = (), founding: bool = True
) -> Candidate:
    """Rule b.5: every reason that keeps this person out, and what is only a warning.

    Founders must come from two countries, at most one of them Plus; a partner who joins later may come from any.
    Pure; the same answer for the page that lists contacts and for the submission. (PR-06 PR-16 PR-17)
    """
    with_plus = invitee.plus != inviter.plus if founding else invitee.plus
    findings = {
        WhyNot.BLOCKED: invitee.blocked,
        WhyNot.ACCOUNT_CLOSED: invitee.closed,
        WhyNot.NOT_A_CONTACT: not invitee.contact,
        WhyNot.ALREADY_MEMBER: invitee.person_id in set(members),
        WhyNot.NOT_AVAILABLE: not invitee.available,
        WhyNot.NO_SCHOOL: invitee.country is None,
        WhyNot.SAME_COUNTRY: founding and invitee.country is not None and invitee.country == inviter.country,
        WhyNot.BOTH_PLUS: founding and invitee.plus and inviter.plus,
        WhyNot.INVITER_WITHOUT_PLUS: invitee.plus and not inviter.available_plus,
        WhyNot.INVITEE_WITHOUT_PLUS: inviter.plus and not invitee.plus and not invitee.available_plus,
        WhyNot.PROJECT_WITHOUT_PLUS: with_plus and not allow_plus,
    }
    reasons = tuple(reason for reason, holds in findings.items() if holds)
    warnings = () if invitee.validated else (WhyNot.NOT_VALIDATED,)
    return Candidate(invitee.person_id, not reasons, reasons, warnings)


@dataclass
class Project:
    """A project from the first idea to the last day."""

    id: UUID
    founder_id: UUID
    created_at: datetime
    saved_at: datetime
    sheet: Sheet = EMPTY
    state: ProjectState = ProjectState.DRAFT
    founding_school_id: UUID | None = None
    co_founder_id: UUID | None = None
    founding_schools: tuple[FoundingSchool, ...] = ()
    submitted_at: datetime | None = None
    approved_at: datetime | None = None
    started_at: datetime | None = None
    closed_at: datetime | None = None
    permanent_partnership: bool = False
    approval_sequence: int = 0
    partners: tuple[Partner, ...] = ()
    outline_of: UUID | None = None
    version: int = 0
    changed_at: datetime | None = None

    # ---- who is who

    @property
    def founders(self) -> tuple[UUID, ...]:
        """Both founders once the project is submitted; before, only who drafts it."""
        return (
            (self.founder_id, self.co_founder_id)
            if self.submitted_at and self.co_founder_id
            else (self.founder_id,)
        )

    @property
    def members(self) -> tuple[UUID, ...]:
        """Founders and partners."""
        return (*self.founders, *(partner.person_id for partner in self.partners))

    @property
    def countries(self) -> tuple[str, ...]:
        """Where its schools lie, the founders' first."""
        founding = [school.country for school in self.founding_schools]
        return tuple(dict.fromkeys([*founding, *(partner.country for partner in self.partners)]))

    def must_be_founder(self, person_id: UUID) -> None:
        """Raises `NotAFounder`."""
        if person_id not in self.founders:
            raise NotAFounder

    def must_be(self, *states: ProjectState) -> None:
        """Raises `NotInThisState`."""
        if self.state not in states:
            raise NotInThisState(state=self.state)

    # ---- the draft

    def save(
        self, sheet: Sheet, school_id: UUID | None, co_founder_id: UUID | None, *, by: UUID, at: datetime
    ) -> None:
        """Keep a draft as far as it has come; nothing is refused that could be completed later. (PR-11)"""
        self.must_be_founder(by)
        self.must_be(ProjectState.DRAFT)
        if co_founder_id == by:
            raise CoFounderNotAllowed(fields={"co_founder_id": ["yourself"]}, reasons=[])
        self.sheet, self.founding_school_id, self.co_founder_id = sheet, school_id, co_founder_id
        self.saved_at = self.changed_at = at
        self.version += 1

    def missing(self) -> tuple[str, ...]:
        """What a submission still needs, as field names."""
        sheet = self.sheet
        wanted: dict[str, Any] = {
            "title": len(sheet.title) >= 3,
            "description": len(sheet.description) >= 20,
            "languages": sheet.languages,
            "subjects": sheet.subjects,
            "age_from": sheet.age_from,
            "age_to": sheet.age_to,
            "aims": sheet.aims,
            "starts_on": sheet.starts_on,
            "ends_on": sheet.ends_on,
            "founding_school_id": self.founding_school_id,
            "co_founder_id": self.co_founder_id,
        }
        return tuple(name for name, there in wanted.items() if not there)

    def submit(
        self, candidate: Candidate, schools: tuple[FoundingSchool, ...], *, by: UUID, at: datetime
    ) -> ProjectSubmitted:
        """Ask for approval with exactly one co-founder; raises what is missing, all of it at once. (PR-03 AP-01)"""
        self.must_be_founder(by)
        self.must_be(ProjectState.DRAFT)
        missing = self.missing()
        if missing:
            raise Incomplete(fields={name: ["required"] for name in missing})
        check_dates(self.sheet, today=at.date(), founding=True)
        check_ages(self.sheet)
        if not candidate.allowed:
            raise CoFounderNotAllowed(
                fields={"co_founder_id": ["not_allowed"]}, reasons=[str(r) for r in candidate.reasons]
            )
        self.founding_schools = schools
        self.state = ProjectState.PENDING_PARTNER
        self.submitted_at = self.changed_at = at
        return ProjectSubmitted(self.id, self.founder_id, candidate.person_id, schools, at)

    # ---- changes after submission

    def edit(self, sheet: Sheet, permanent_partnership: bool, *, by: UUID, at: datetime) -> ProjectEdited:
        """Change what the project says; ages, aims and openness to Plus are its substance. (PR-12 PR-13)"""
        self.must_be_founder(by)
        self.must_be(*PENDING, *RUNNING)
        check_dates(sheet, today=at.date(), founding=False)
        check_ages(sheet)
        if self.sheet.allow_plus and not sheet.allow_plus:
            # whether a founder works in a Plus country is known to identity only: what was opened stays open
            raise NotInThisState(state=self.state, fields={"allow_plus": ["cannot_be_taken_back"]})
        substance = any(getattr(sheet, name) != getattr(self.sheet, name) for name in SUBSTANCE)
        self.sheet, self.permanent_partnership, self.changed_at = sheet, permanent_partnership, at
        return ProjectEdited(self.id, by, substance, at)

    # ---- what approvals decided

    def heard(self, sequence: int) -> bool:
        """Whether news of this number is newer than what is known; older news changes nothing."""
        if sequence <= self.approval_sequence:
            return False
        self.approval_sequence = sequence
        return True

    def approval_moved(self, state: ProjectState, *, sequence: int, at: datetime) -> None:
        """The approval stands differently; an ended or approved project is not touched any more."""
        if self.heard(sequence) and self.state in PENDING:
            self.state, self.changed_at = state, at

    def activate(self, *, at: datetime) -> ProjectActivated:
        """All founding countries have approved. Idempotent: a second order changes nothing. (AP-05)"""
        if self.state in PENDING:
            self.state = ProjectState.APPROVED
            self.approved_at = self.changed_at = at
        elif self.state not in PUBLIC:
            raise NotInThisState(state=self.state)
        return ProjectActivated(self.id, self.founders, self.approved_at or at)

    # ---- its life

    def start(self, *, by: UUID | None, at: datetime) -> ProjectStarted:
        """Begin work: on the start date, or earlier by a founder. (PR-22)"""
        if by is not None:
            self.must_be_founder(by)
        self.must_be(ProjectState.APPROVED)
        self.state = ProjectState.ACTIVE
        self.started_at = self.changed_at = at
        return ProjectStarted(self.id, self.founders, at)

    def close(self, *, confirmed: bool, by: UUID, at: datetime) -> ProjectClosed:
        """End it; the TwinSpace becomes read-only. (PR-22)"""
        self.must_be_founder(by)
        self.must_be(*RUNNING)
        if not confirmed:
            raise ConfirmationNeeded(fields={"confirmed": ["required"]})
        self.state = ProjectState.CLOSED
        self.closed_at = self.changed_at = at
        return ProjectClosed(self.id, self.founders, at)

    def join(self, place: "Place", school_id: UUID, country: str, *, at: datetime) -> PartnerJoined:
        """Somebody accepts an invitation; raises `Full` when all places are taken. (PR-16 PR-21)"""
        self.must_be(*RUNNING)
        self.must_have_room()
        self.partners = (*self.partners, Partner(place.person_id, school_id, country, at))
        self.changed_at = at
        return PartnerJoined(self.id, place.id, place.person_id, school_id, country, self.founders, at)

    def must_have_room(self) -> None:
        """Raises `Full` when as many partners as were agreed are in."""
        if len(self.members) >= limits().partners:
            raise Full(most=limits().partners)

    def outline(self) -> Sheet:
        """What another project may begin with: how the work goes, not what was made or who made it. (PR-28)"""
        return replace(EMPTY, **{name: getattr(self.sheet, name) for name in OUTLINE})

    # ---- what may be done now

    def actions_for(self, person_id: UUID | None) -> tuple[str, ...]:
        """Exactly what this person may do in this state. (PR-03 PR-36)"""
        if person_id is not None and person_id not in self.founders and self.state in PUBLIC:
            copying = ("copy_outline",)
            if person_id in self.members:
                return ("open_twinspace", *copying)
            return ("ask_for_place", *copying) if self.state in RUNNING else copying
        if person_id not in self.founders:
            return ()
        by_state = {
            ProjectState.DRAFT: ("save", "submit", "discard"),
            ProjectState.PENDING_PARTNER: ("edit", "withdraw"),
            ProjectState.PENDING_APPROVAL: ("edit", "withdraw"),
            ProjectState.CHANGES_REQUESTED: ("edit", "answer_changes", "withdraw"),
            ProjectState.APPROVED: ("edit", "invite", "start", "close", "open_twinspace", "copy_outline"),
            ProjectState.ACTIVE: ("edit", "invite", "close", "open_twinspace", "copy_outline"),
            ProjectState.CLOSED: ("open_twinspace", "copy_outline"),
        }
        return by_state.get(self.state, ())

    def why_not_for(self, person_id: UUID | None) -> dict[str, str]:
        """Why the usual actions are not there now."""
        if person_id not in self.founders:
            return {}
        possible = self.actions_for(person_id)
        usual = ("edit", "withdraw", "start", "close", "open_twinspace")
        return {name: str(self.state) for name in usual if name not in possible}


@dataclass
class Place:
    """Somebody's way into a running project: asked for, or offered by a founder. (PR-16 PR-36)"""

    id: UUID
    project_id: UUID
    person_id: UUID
    state: PlaceState
    asked_at: datetime
    message: str = ""
    reason: str = ""
    answered_at: datetime | None = None
    answered_by: UUID | None = None
    lapses_at: datetime | None = None
    version: int = 0

    def must_be(self, *states: PlaceState) -> None:
        """Raises `PlaceSettled`."""
        if self.state not in states:
            raise PlaceSettled(state=self.state)

    def ask(self, project: Project, *, at: datetime) -> PlaceAsked:
        """The founders are told. (PR-36)"""
        project.must_be(*RUNNING)
        return PlaceAsked(self.id, project.id, self.person_id, project.founders, at)

    def offer(self, project: Project, candidate: Candidate, *, by: UUID, at: datetime) -> PlaceOffered:
        """A founder invites; raises every reason against it at once. (PR-16 PR-17)"""
        project.must_be_founder(by)
        project.must_be(*RUNNING)
        project.must_have_room()
        self.must_be(PlaceState.ASKED)
        if not candidate.allowed:
            raise PartnerNotAllowed(
                fields={"person_id": ["not_allowed"]}, reasons=[str(r) for r in candidate.reasons]
            )
        self._answer(PlaceState.OFFERED, by, at)
        self.lapses_at = at + limits().invitation_holds
        return PlaceOffered(self.id, project.id, self.person_id, by, at)

    def refuse(self, project: Project, reason: str, *, by: UUID, at: datetime) -> PlaceRefused:
        """The founders say no, and why. (PR-36)"""
        project.must_be_founder(by)
        self.must_be(PlaceState.ASKED)
        self.reason = reason
        self._answer(PlaceState.REFUSED, by, at)
        return PlaceRefused(self.id, self.project_id, self.person_id, at)

    def accept(self, *, by: UUID, at: datetime) -> None:
        """The invited person says yes; raises `NotFound` for anybody else."""
        self._must_be_of(by)
        self.must_be(PlaceState.OFFERED)
        self._answer(PlaceState.JOINED, by, at)

    def decline(self, *, by: UUID, at: datetime) -> PlaceSettledOtherwise:
        """The person declines an invitation or takes the request back."""
        self._must_be_of(by)
        self.must_be(*OPEN_PLACES)
        asked = self.state is PlaceState.ASKED
        self._answer(PlaceState.WITHDRAWN if asked else PlaceState.DECLINED, by, at)
        return PlaceSettledOtherwise(self.id, self.project_id, self.person_id, self.state, at)

    def lapse(self, *, at: datetime) -> PlaceSettledOtherwise:
        """Nobody answered the invitation in time. (b.6)"""
        self.must_be(PlaceState.OFFERED)
        self.state = PlaceState.LAPSED
        return PlaceSettledOtherwise(self.id, self.project_id, self.person_id, self.state, at)

    def actions_for(self, person_id: UUID, founders: Iterable[UUID]) -> tuple[str, ...]:
        """What this person may do with it now."""
        if person_id == self.person_id:
            by_state = {PlaceState.ASKED: ("take_back",), PlaceState.OFFERED: ("accept", "decline")}
            return by_state.get(self.state, ())
        return ("offer", "refuse") if person_id in set(founders) and self.state is PlaceState.ASKED else ()

    def _must_be_of(self, person_id: UUID) -> None:
        if person_id != self.person_id:
            raise NotFound(what="place")

    def _answer(self, state: PlaceState, by: UUID, at: datetime) -> None:
        self.state, self.answered_by, self.answered_at = state, by, at


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers of policy, from `data/limits.toml`."""

    partners: int
    invitation_holds: timedelta


@cache
def limits() -> Limits:
    """The limits as the file says them."""
    found = tomllib.loads((Path(__file__).parent / "data" / "limits.toml").read_text("utf-8"))
    return Limits(found["partners"], timedelta(days=found["invitation_days"]))


def check_dates(sheet: Sheet, *, today: date, founding: bool) -> None:
    """From one week to any length; a new project does not begin in the past. (PR-10)"""
    if sheet.starts_on is None or sheet.ends_on is None:
        return
    if sheet.ends_on - sheet.starts_on < SHORTEST:
        raise DatesOutOfOrder(fields={"ends_on": ["at_least_a_week"]})
    if founding and sheet.ends_on < today:
        raise DatesOutOfOrder(fields={"ends_on": ["in_the_past"]})


def check_ages(sheet: Sheet) -> None:
    """From the younger to the older."""
    if sheet.age_from is not None and sheet.age_to is not None and sheet.age_to < sheet.age_from:
        raise Incomplete(fields={"age_to": ["before_start"]})


def choose_school(
    candidates: Iterable[tuple[UUID, FoundingSchool, bool]], wanted: UUID | None
) -> FoundingSchool:
    """The founder's own current validated school that was picked; raises `NotYourSchool`. (PR-07)"""
    for school_id, school, validated in candidates:
        if school_id == wanted and validated:
            return school
    raise NotYourSchool(fields={"founding_school_id": ["not_your_school"]})
