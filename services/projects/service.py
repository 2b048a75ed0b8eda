"""Projects: one method per message."""

from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.contract import Actor, NotFound
from chassis.service import Service, UnitOfWork, answers, each_second, on
from chassis.store import read_cursor
from chassis.store.unit_of_work import ChangedMeanwhile
from services.approvals import contract as approvals
from services.identity import contract as identity
from services.projects import contract, places, views
from services.projects.contract import FoundingSchool, PlaceState, ProjectState, Sheet, WhyNot
from services.projects.domain import PUBLIC, Facts, Place, Project, choose_school, judge
from services.projects.store import (
    BY_ID,
    FOUNDED,
    JOINED,
    approved,
    approved_of_person,
    approved_of_school,
    counts,
    due_to_lapse,
    due_to_start,
    of_person,
    open_of_person,
    open_places_of,
    places_of_person,
    versions,
)

MOST_DOCUMENTS = 500

ENDED = {
    approvals.Status.REFUSED: ProjectState.REJECTED,
    approvals.Status.DECLINED: ProjectState.DECLINED,
    approvals.Status.WITHDRAWN: ProjectState.WITHDRAWN,
    approvals.Status.EXPIRED: ProjectState.EXPIRED,
}


class ProjectsService(Service):
    """Projects from the first idea to the last day."""

    name = "projects"
    calls = (identity.invitation_facts, identity.affiliations_of)
    unheard = (contract.PlaceSettledOtherwise,)

    # ---- drafts and founding

    @answers(contract.save_draft)
    def save_draft(
        self,
        uow: UnitOfWork,
        project_id: UUID,
        seen_version: int = 0,
        title: str = "",
        description: str = "",
        languages: tuple[str, ...] = (),
        subjects: tuple[str, ...] = (),
        age_from: int | None = None,
        age_to: int | None = None,
        pupils: int | None = None,
        tools: str = "",
        aims: str = "",
        process: str = "",
        results: str = "",
        starts_on: date | None = None,
        ends_on: date | None = None,
        allow_plus: bool = False,
        founding_school_id: UUID | None = None,
        co_founder_id: UUID | None = None,
    ) -> contract.ProjectView:
        sheet = Sheet(
            title, description, languages, subjects, age_from, age_to, pupils,
            tools, aims, process, results, starts_on, ends_on, allow_plus,
        )  # fmt: skip
        project = uow.find(Project, project_id)
        if project is None:
            project = uow.add(Project(project_id, uow.actor.id, uow.now, uow.now))
        elif uow.actor.id not in project.founders:
            raise NotFound(what="project")
        elif project.version != seen_version:
            raise ChangedMeanwhile(version=project.version)
        project.save(sheet, founding_school_id, co_founder_id, by=uow.actor.id, at=uow.now)
        return views.view(project, uow.actor, uow.now)

    @answers(contract.discard_draft)
    def discard_draft(self, uow: UnitOfWork, project_id: UUID) -> None:
        project = _own(uow, project_id)
        project.must_be(ProjectState.DRAFT)
        uow.session.delete(project)

    @answers(contract.candidates)
    def candidates(self, uow: UnitOfWork, project_id: UUID) -> tuple[contract.Candidate, ...]:
        draft = _own_as_shown(uow, project_id)
        inviter, invitees = _facts(uow.call(identity.invitation_facts(uow.actor.id, ())))
        return tuple(judge(inviter, each, allow_plus=draft.sheet.allow_plus) for each in invitees)

    @answers(contract.submit)
    def submit(self, uow: UnitOfWork, project_id: UUID, seen_version: int) -> contract.ProjectView:
        draft = _own_as_shown(uow, project_id)
        asked = draft.co_founder_id
        people = (uow.actor.id, asked) if asked else (uow.actor.id,)
        facts, affiliations = uow.call_all(
            identity.invitation_facts(uow.actor.id, people[1:]), identity.affiliations_of(people)
        )
        inviter, invitees = _facts(facts)
        if not inviter.validated:
            raise contract.NotValidated
        project = uow.get(Project, project_id)
        _must_be_as_seen(project, seen_version)
        if asked is None or not invitees or project.missing():
            raise contract.Incomplete(
                fields={name: ["required"] for name in project.missing() or ("co_founder_id",)}
            )
        candidate = judge(inviter, invitees[0], allow_plus=project.sheet.allow_plus)
        schools = _founding_schools(project, affiliations)
        project.starts_at = _first_moment(project.sheet.starts_on, affiliations)  # type: ignore[attr-defined]
        submitted = project.submit(candidate, schools, by=uow.actor.id, at=uow.now)
        project.school_ids = [s.school_id for s in schools]  # type: ignore[attr-defined]
        uow.publish(submitted)
        return views.view(project, uow.actor, uow.now)

    # ---- its life

    @answers(contract.edit)
    def edit(
        self,
        uow: UnitOfWork,
        project_id: UUID,
        seen_version: int,
        title: str,
        description: str,
        languages: tuple[str, ...],
        subjects: tuple[str, ...],
        age_from: int,
        age_to: int,
        aims: str,
        starts_on: date,
        ends_on: date,
        pupils: int | None = None,
        tools: str = "",
        process: str = "",
        results: str = "",
        allow_plus: bool = False,
        permanent_partnership: bool = False,
    ) -> contract.ProjectView:
        sheet = Sheet(
            title, description, languages, subjects, age_from, age_to, pupils,
            tools, aims, process, results, starts_on, ends_on, allow_plus,
        )  # fmt: skip
        project = _own(uow, project_id)
        _must_be_as_seen(project, seen_version)
        if project.starts_at and project.sheet.starts_on:  # type: ignore[attr-defined]
            project.starts_at += starts_on - project.sheet.starts_on  # type: ignore[attr-defined]
        uow.publish(project.edit(sheet, permanent_partnership, by=uow.actor.id, at=uow.now))
        return views.view(project, uow.actor, uow.now)

    @answers(contract.start)
    def start(self, uow: UnitOfWork, project_id: UUID, seen_version: int) -> contract.ProjectView:
        project = _own(uow, project_id)
        _must_be_as_seen(project, seen_version)
        uow.publish(project.start(by=uow.actor.id, at=uow.now))
        return views.view(project, uow.actor, uow.now)

    @answers(contract.close)
    def close(
        self, uow: UnitOfWork, project_id: UUID, seen_version: int, confirmed: bool = False
    ) -> contract.ProjectView:
        project = _own(uow, project_id)
        _must_be_as_seen(project, seen_version)
        uow.publish(project.close(confirmed=confirmed, by=uow.actor.id, at=uow.now))
        return views.view(project, uow.actor, uow.now)

    # ---- outlines, and places in running projects

    @answers(contract.copy_outline)
    def copy_outline(self, uow: UnitOfWork, project_id: UUID, draft_id: UUID) -> contract.ProjectView:
        model = _shown(uow, project_id)
        if not views.may_see(model, uow.actor):
            raise NotFound(what="project")
        if model.state not in PUBLIC:
            raise contract.NotPublic(state=model.state)
        draft = uow.find(Project, draft_id)
        if draft is None:
            draft = uow.add(Project(draft_id, uow.actor.id, uow.now, uow.now))
            draft.save(model.outline(), None, None, by=uow.actor.id, at=uow.now)
            draft.outline_of = project_id
        return views.view(draft, uow.actor, uow.now)

    @answers(contract.ask_for_place)
    def ask_for_place(
        self, uow: UnitOfWork, place_id: UUID, project_id: UUID, message: str
    ) -> contract.Place:
        model = _shown(uow, project_id)
        if not views.may_see(model, uow.actor):
            raise NotFound(what="project")
        facts = uow.call(identity.invitation_facts(uow.actor.id, model.founders))
        if all(one.blocked for one in facts.invitees):
            raise NotFound(what="project")
        project = uow.get(Project, project_id)
        places.refuse_second(uow, project, uow.actor.id, place_id)
        asked = Place(place_id, project_id, uow.actor.id, PlaceState.ASKED, uow.now, message)
        place = places.add_once(uow, asked)
        uow.publish(place.ask(project, at=uow.now))
        return views.place(place, uow.actor.id, title=project.sheet.title)

    @answers(contract.invite)
    def invite(
        self, uow: UnitOfWork, place_id: UUID, project_id: UUID, person_id: UUID, message: str = ""
    ) -> contract.Place:
        shown = _own_as_shown(uow, project_id)
        judged = _judged(uow, shown, (person_id,))
        if person_id not in judged:
            raise NotFound(what="person")
        project = _own(uow, project_id)
        places.refuse_second(uow, project, person_id, place_id)
        place = places.add_once(
            uow, Place(place_id, project_id, person_id, PlaceState.ASKED, uow.now, message)
        )
        uow.publish(place.offer(project, judged[person_id], by=uow.actor.id, at=uow.now))
        return views.place(place, uow.actor.id, project.founders, project.sheet.title)

    @answers(contract.offer_place)
    def offer_place(self, uow: UnitOfWork, place_id: UUID) -> contract.Place:
        asked = places.shown(uow, place_id)
        shown = _own_as_shown(uow, asked.project_id)
        judged = _judged(uow, shown, (asked.person_id,))
        project, place = uow.get(Project, asked.project_id), uow.get(Place, place_id)
        uow.publish(place.offer(project, judged[asked.person_id], by=uow.actor.id, at=uow.now))
        return views.place(place, uow.actor.id, project.founders, project.sheet.title)

    @answers(contract.refuse_place)
    def refuse_place(self, uow: UnitOfWork, place_id: UUID, reason: str) -> contract.Place:
        asked = places.shown(uow, place_id)
        project = _own(uow, asked.project_id)
        place = uow.get(Place, place_id)
        uow.publish(place.refuse(project, reason, by=uow.actor.id, at=uow.now))
        return views.place(place, uow.actor.id, project.founders, project.sheet.title)

    @answers(contract.accept_place)
    def accept_place(self, uow: UnitOfWork, place_id: UUID) -> contract.Place:
        offered = places.shown(uow, place_id)
        affiliations = uow.call(identity.affiliations_of((uow.actor.id,)))
        project, place = uow.get(Project, offered.project_id), uow.get(Place, place_id)
        place.accept(by=uow.actor.id, at=uow.now)
        school = places.joining_school(affiliations)
        joined = project.join(place, school.id, school.country, at=uow.now)
        project.partner_ids = [partner.person_id for partner in project.partners]  # type: ignore[attr-defined]
        project.school_ids = [*project.school_ids, school.id]  # type: ignore[attr-defined]
        place.version += 1
        uow.publish(joined)
        return views.place(place, uow.actor.id, title=project.sheet.title)

    @answers(contract.decline_place)
    def decline_place(self, uow: UnitOfWork, place_id: UUID) -> contract.Place:
        title = _shown(uow, places.shown(uow, place_id).project_id).sheet.title
        place = uow.get(Place, place_id)
        uow.publish(place.decline(by=uow.actor.id, at=uow.now))
        return views.place(place, uow.actor.id, title=title)

    @answers(contract.places)
    def places(self, uow: UnitOfWork, project_id: UUID) -> tuple[contract.Place, ...]:
        project = _shown(uow, project_id)
        if not views.may_see(project, uow.actor):
            raise NotFound(what="project")
        founder = uow.actor.id in project.founders
        rows = [
            row for row in uow.rows(open_places_of(project_id)) if founder or row["person_id"] == uow.actor.id
        ]
        asked = tuple(row["person_id"] for row in rows if row["state"] is PlaceState.ASKED)
        judged = _judged(uow, project, asked) if founder and asked else {}
        return tuple(
            views.place(
                row, uow.actor.id, project.founders, project.sheet.title, judged.get(row["person_id"])
            )
            for row in rows
        )

    @answers(contract.my_places)
    def my_places(self, uow: UnitOfWork) -> tuple[contract.Place, ...]:
        rows = uow.rows(places_of_person(uow.actor.id))
        return tuple(views.place(row, uow.actor.id, title=row["sheet"].title) for row in rows)

    @answers(contract.partner_candidates)
    def partner_candidates(self, uow: UnitOfWork, project_id: UUID) -> tuple[contract.Candidate, ...]:
        project = _own_as_shown(uow, project_id)
        return tuple(_judged(uow, project, ()).values())

    @each_second
    def invitations_lapse(self, uow: UnitOfWork) -> bool:
        """An invitation that nobody answered is over. (b.6)"""
        place_id = uow.session.execute(due_to_lapse(uow.now)).scalar()
        if place_id is None:
            return False
        uow.publish(uow.get(Place, place_id).lapse(at=uow.now))
        return True

    # ---- seeing

    @answers(contract.found)
    def found(self, uow: UnitOfWork, ids: tuple[UUID, ...]) -> tuple[contract.FoundProject, ...]:
        rows = uow.load(BY_ID, ids)
        return tuple(views.found(rows[i][0]) for i in ids if i in rows and rows[i][0]["state"] in PUBLIC)

    @answers(contract.project_documents)
    def project_documents(
        self, uow: UnitOfWork, ids: tuple[UUID, ...]
    ) -> tuple[contract.ProjectDocument, ...]:
        return tuple(views.document(row) for (row,) in uow.load(BY_ID, ids).values())

    @answers(contract.project_versions)
    def project_versions(
        self, uow: UnitOfWork, after: UUID | None = None
    ) -> tuple[contract.DocumentVersion, ...]:
        return tuple(
            contract.DocumentVersion(row["id"], row["version"])
            for row in uow.rows(versions(after, MOST_DOCUMENTS))
        )

    @answers(contract.deeds)
    def deeds(self, uow: UnitOfWork, person_ids: tuple[UUID, ...]) -> contract.ProjectDeeds:
        ids = list(person_ids)
        return contract.ProjectDeeds(
            contract.Memberships(*uow.columns(FOUNDED, ids=ids)),
            contract.Memberships(*uow.columns(JOINED, ids=ids)),
        )

    @answers(contract.project_counts)
    def project_counts(
        self, uow: UnitOfWork, person_ids: tuple[UUID, ...]
    ) -> tuple[contract.ProjectCount, ...]:
        return tuple(
            contract.ProjectCount(row["person_id"], row["projects"]) for row in uow.rows(counts(person_ids))
        )

    @answers(contract.project)
    def project(self, uow: UnitOfWork, project_id: UUID) -> contract.ProjectView:
        return views.view(_shown(uow, project_id), uow.visitor, uow.now)

    @answers(contract.mine)
    def mine(self, uow: UnitOfWork, cursor: str = "") -> contract.Projects:
        rows = uow.rows(of_person(uow.actor.id, read_cursor(cursor)))
        return views.page(rows, "saved_at", uow.actor.id, len(uow.rows(open_of_person(uow.actor.id))))

    @answers(contract.gallery)
    def gallery(self, uow: UnitOfWork, cursor: str = "") -> contract.Projects:
        return views.page(uow.rows(approved(read_cursor(cursor))), "approved_at")

    @answers(contract.projects_of)
    def projects_of(self, uow: UnitOfWork, person_id: UUID) -> contract.Projects:
        return views.page(uow.rows(approved_of_person(person_id)), "approved_at")

    @answers(contract.projects_of_school)
    def projects_of_school(self, uow: UnitOfWork, school_id: UUID) -> contract.Projects:
        return views.page(uow.rows(approved_of_school(school_id)), "approved_at")

    @answers(contract.cards)
    def cards(self, uow: UnitOfWork, ids: tuple[UUID, ...]) -> tuple[contract.ProjectCard, ...]:
        found = uow.load(BY_ID, ids)
        rows = [found[i][0] for i in ids if i in found]
        return tuple(
            views.card(row, uow.actor.id) for row in rows if views.may_see(views.loaded(row), uow.actor)
        )

    @answers(contract.project_cards)
    def project_cards(self, uow: UnitOfWork, ids: tuple[UUID, ...]) -> tuple[contract.ProjectCard, ...]:
        found = uow.load(BY_ID, ids)
        return tuple(views.card(found[i][0]) for i in ids if i in found)

    @answers(contract.sheet)
    def sheet(self, uow: UnitOfWork, project_id: UUID) -> contract.ProjectView:
        """Another service reads with the founder's eyes: all of it."""
        project = _shown(uow, project_id)
        return views.view(project, Actor(project.founder_id), uow.now)

    # ---- what approvals says

    @answers(contract.activate)
    def activate(self, uow: UnitOfWork, project_id: UUID) -> contract.Done:
        project = uow.get(Project, project_id)
        uow.publish(project.activate(at=uow.now))
        return contract.Done(project_id, project.version)

    @on(approvals.StepDecided)
    def step_decided(self, uow: UnitOfWork, decided: approvals.StepDecided) -> None:
        """The co-founder's acceptance sends the project to the authorities."""
        accepted = decided.step is approvals.StepKind.PARTNER and decided.outcome is approvals.Outcome.APPROVE
        if decided.subject_kind == "project" and accepted:
            project = uow.get(Project, decided.subject_id)
            project.approval_moved(ProjectState.PENDING_APPROVAL, sequence=decided.sequence, at=uow.now)

    @on(approvals.StatusChanged)
    def status_changed(self, uow: UnitOfWork, changed: approvals.StatusChanged) -> None:
        """Changes are asked for, or the approval goes on."""
        if changed.subject_kind != "project":
            return
        project = uow.get(Project, changed.subject_id)
        if changed.status is approvals.Status.CHANGES_REQUESTED:
            project.approval_moved(ProjectState.CHANGES_REQUESTED, sequence=changed.sequence, at=uow.now)
        elif project.state is ProjectState.CHANGES_REQUESTED and changed.status is approvals.Status.RUNNING:
            project.approval_moved(ProjectState.PENDING_APPROVAL, sequence=changed.sequence, at=uow.now)

    @on(approvals.ProjectRefused)
    def refuse(self, uow: UnitOfWork, refused: approvals.ProjectRefused) -> None:
        """It ended before it began; how, is kept."""
        project = uow.get(Project, refused.project_id)
        project.approval_moved(ENDED[refused.status], sequence=refused.sequence, at=uow.now)

    @each_second
    def start_dates_come(self, uow: UnitOfWork) -> bool:
        """An approved project starts by itself on its date, at midnight where its founder's school is. (PR-22)"""
        project_id = uow.session.execute(due_to_start(uow.now)).scalar()
        if project_id is None:
            return False
        uow.publish(uow.get(Project, project_id).start(by=None, at=uow.now))
        return True


def _judged(uow: UnitOfWork, project: Project, people: tuple[UUID, ...]) -> dict[UUID, contract.Candidate]:
    """Rule b.5 for these people, or all contacts of the acting founder, as partners of a running project. (PR-17)"""
    inviter, invitees = _facts(uow.call(identity.invitation_facts(uow.actor.id, people)))
    return {
        each.person_id: judge(
            inviter, each, allow_plus=project.sheet.allow_plus, members=project.members, founding=False
        )
        for each in invitees
    }


def _own(uow: UnitOfWork, project_id: UUID) -> Project:
    """A project to change; those who may not even know of it get `NotFound`."""
    project = uow.get(Project, project_id)
    views.view(project, uow.actor, uow.now)
    project.must_be_founder(uow.actor.id)
    return project


def _shown(uow: UnitOfWork, project_id: UUID) -> Project:
    found = uow.load(BY_ID, (project_id,))
    if project_id not in found:
        raise NotFound(what="project")
    return views.loaded(found[project_id][0])


def _own_as_shown(uow: UnitOfWork, project_id: UUID) -> Project:
    """A founder's project, read before others are asked; who may not even know of it gets `NotFound`."""
    project = _shown(uow, project_id)
    if not views.may_see(project, uow.actor):
        raise NotFound(what="project")
    project.must_be_founder(uow.actor.id)
    return project


def _must_be_as_seen(project: Project, seen_version: int) -> None:
    if project.version != seen_version:
        raise ChangedMeanwhile(version=project.version)


def _facts(facts: identity.InvitationFacts) -> tuple[Facts, list[Facts]]:
    def one(person: identity.PersonFacts) -> Facts:
        return Facts(**{name: getattr(person, name) for name in Facts.__dataclass_fields__})

    return one(facts.inviter), [one(each) for each in facts.invitees]


def _founding_schools(
    project: Project, affiliations: tuple[identity.AffiliationCard, ...]
) -> tuple[FoundingSchool, ...]:
    """The school the founder picked and the co-founder's main one."""

    def founding(card: identity.AffiliationCard) -> FoundingSchool:
        school = card.school
        return FoundingSchool(
            school.id, card.person_id, school.country, school.organisation, school.regional_organisation
        )

    validated = identity.AffiliationState.VALIDATED
    own = [
        (a.school.id, founding(a), a.state is validated)
        for a in affiliations
        if a.person_id == project.founder_id
    ]
    theirs = [founding(a) for a in affiliations if a.person_id == project.co_founder_id]
    chosen = choose_school(own, project.founding_school_id)
    if not theirs:
        raise contract.CoFounderNotAllowed(
            fields={"co_founder_id": ["not_allowed"]}, reasons=[str(WhyNot.NO_SCHOOL)]
        )
    if theirs[0].country == chosen.country:
        raise contract.CoFounderNotAllowed(
            fields={"co_founder_id": ["not_allowed"]}, reasons=[str(WhyNot.SAME_COUNTRY)]
        )
    return (chosen, theirs[0])


def _first_moment(day: date | None, affiliations: tuple[identity.AffiliationCard, ...]) -> datetime | None:
    """Midnight of a day in the time zone of the founder's school."""
    if day is None or not affiliations:
        return None
    return datetime.combine(day, time(), ZoneInfo(affiliations[0].school.time_zone))
