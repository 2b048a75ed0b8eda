"""The acting person, and whoever they want to have to do with."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import RowMapping

from chassis.contract import Grant, NotFound
from chassis.store import UnitOfWork
from services.identity import passwords
from services.identity.contract import AffiliationCard, Me, Relation, WrongCredentials
from services.identity.domain import Person
from services.identity.domain.contact import ordered
from services.identity.store import contacts, people, schools


@dataclass(frozen=True)
class Oneself:
    """The acting person, to look at and to change."""

    person: Person
    history: tuple[AffiliationCard, ...]
    given: tuple[Grant, ...]

    def me(self) -> Me:
        """Everything about oneself, changes included."""
        return people.me(self.person, self.history, self.given)


def oneself(uow: UnitOfWork, *, lock: bool = True) -> Oneself:
    """The acting person. What is only read comes first, before the transaction begins."""
    history, given = schools.history(uow, uow.actor.id), people.held(uow, uow.actor.id)
    return Oneself(uow.get(Person, uow.actor.id, lock=lock), history, given)


def prove_password(uow: UnitOfWork, password: str) -> RowMapping:
    """The acting person's credentials; raises `WrongCredentials` when the password is not theirs."""
    known = people.credentials(uow, person_id=uow.actor.id)
    if known is None or not passwords.fits(known["password_hash"], password):
        raise WrongCredentials
    return known


def somebody(uow: UnitOfWork, person_id: UUID) -> Relation:
    """How the acting person stands to another; raises `NotYourself`, `Blocked` or `NotFound`. (CO-11)"""
    ordered(uow.actor.id, person_id)
    if not people.is_open(uow, person_id):
        raise NotFound(what="Person")
    return contacts.visible_relation(uow, uow.actor.id, person_id)
