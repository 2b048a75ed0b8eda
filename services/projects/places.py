"""Places in running projects: finding and keeping them."""

from uuid import UUID

from chassis.contract import NotFound
from chassis.service import UnitOfWork
from services.identity import contract as identity
from services.projects.contract import AlreadyThere, NotValidated
from services.projects.domain import Place, Project
from services.projects.store import open_place, place_by_id


def shown(uow: UnitOfWork, place_id: UUID) -> Place:
    """A place read before others are asked; raises `NotFound`."""
    rows = uow.rows(place_by_id(place_id))
    if not rows:
        raise NotFound(what="place")
    return Place(**rows[0])


def refuse_second(uow: UnitOfWork, project: Project, person_id: UUID, place_id: UUID) -> None:
    """Who is in, or has an open request or invitation, needs no other; raises `AlreadyThere`."""
    there = uow.session.execute(open_place(project.id, person_id)).scalar()
    if person_id in project.members or there not in (None, place_id):
        raise AlreadyThere


def add_once(uow: UnitOfWork, place: Place) -> Place:
    """Keep a new place; the same id again finds it, another's raises `NotFound`."""
    there = uow.find(Place, place.id)
    if there is None:
        return uow.add(place)
    if (there.project_id, there.person_id) != (place.project_id, place.person_id):
        raise NotFound(what="place")
    return there


def joining_school(affiliations: tuple[identity.AffiliationCard, ...]) -> identity.SchoolCard:
    """The validated school somebody joins with, the main one; raises `NotValidated`."""
    for one in affiliations:
        if one.state is identity.AffiliationState.VALIDATED:
            return one.school
    raise NotValidated
