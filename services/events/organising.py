"""Who may hold what, for whom, and who can be invited: what events asks others before it opens its store."""

from uuid import UUID

from chassis.contract import NotFound
from chassis.service import UnitOfWork
from services.events import contract, views
from services.events.contract import Sheet
from services.events.domain import limits
from services.events.domain.meeting import ACTIVITIES
from services.events.store import meetings as stored
from services.identity import contract as identity
from services.projects import contract as projects

NOBODY = "…"
"""The name of who is not there any more."""


def where_from(uow: UnitOfWork, sheet: Sheet) -> tuple[str | None, str | None]:
    """The organiser's country, and for an activity the organisation that offers it. (PD-01 PD-13)"""
    organisations = uow.actor.organisations(*views.OFFICER_ROLES)
    if sheet.kind not in ACTIVITIES:
        return country_of(uow), None
    if not organisations:
        raise contract.OfficersOnly
    cards = uow.call(identity.organisations(organisations[:1]))
    country = cards[0].country if cards else None
    if sheet.national and country is None:
        raise contract.SheetRefused(fields={"national": ["not_a_choice"]})
    return country, organisations[0]


def country_of(uow: UnitOfWork) -> str | None:
    """Where the acting person works."""
    for one in uow.call(identity.affiliations_of((uow.actor.id,))):
        if one.state is identity.AffiliationState.VALIDATED:
            return one.school.country
    return None


def reader(uow: UnitOfWork) -> identity.Recipient:
    """The acting person as papers are written for them; somebody without an open account reads English."""
    known = uow.call(identity.recipients((uow.actor.id,)))
    return known[0] if known else identity.Recipient(uow.actor.id, NOBODY, "", "en", "")


def must_be_reviewed(uow: UnitOfWork) -> bool:
    """The first meeting of a very new account, where an installation has switched that on. (EV-21)"""
    if not limits().review_first_meetings or views.is_officer(uow.actor):
        return False
    if uow.rows(stored.held_before(uow.actor.id)):
        return False
    known = uow.call(identity.person_documents((uow.actor.id,)))
    since = known[0].registered_at if known else None
    return since is None or uow.now - since < limits().newcomer


def invitable(
    uow: UnitOfWork, person_ids: tuple[UUID, ...], project_ids: tuple[UUID, ...]
) -> tuple[UUID, ...]:
    """Contacts as named, and everybody of the named projects one is in. (EV-13)"""
    fellows: list[UUID] = []
    for found in uow.call_all(*(projects.sheet(i) for i in project_ids)) if project_ids else ():
        members = [found.founder_id, found.co_founder_id, *(p.person_id for p in found.partners)]
        if uow.actor.id not in members:
            raise NotFound(what="project")
        fellows += [m for m in members if m is not None]
    wanted = [p for p in dict.fromkeys([*person_ids, *fellows]) if p != uow.actor.id]
    if not wanted:
        raise contract.CannotInvite(fields={"person_ids": ["required"]})
    facts = uow.call(identity.invitation_facts(uow.actor.id, tuple(wanted))).invitees
    known = {
        f.person_id for f in facts if (f.contact or f.person_id in fellows) and not (f.blocked or f.closed)
    }
    strangers = [str(p) for p in person_ids if p not in known and p != uow.actor.id]
    if strangers:
        raise contract.CannotInvite(fields={"person_ids": ["not_a_contact"]}, people=strangers)
    return tuple(p for p in wanted if p in known)
