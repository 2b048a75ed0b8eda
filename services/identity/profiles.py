"""A profile as one reader may see it."""

from uuid import UUID

from chassis.contract import Actor, NotFound
from chassis.store import UnitOfWork
from services.identity.contract import AffiliationCard, AffiliationState, Profile, Relation
from services.identity.domain import Person
from services.identity.domain.person import last_seen
from services.identity.domain.privacy import Reader, actions, why_not
from services.identity.store import contacts, documents, people, schools

_SHOWN_TO_OTHERS = (AffiliationState.VALIDATED, AffiliationState.ENDED)


def profile(uow: UnitOfWork, person_id: UUID, visitor: Actor | None) -> Profile:
    """Everything on the page; raises `NotFound` where privacy, a block or a closed account hides it. (ID-15 ID-16)"""
    history = schools.history(uow, person_id)
    relation = contacts.STRANGERS
    if visitor and visitor.id != person_id:
        relation = contacts.visible_relation(uow, visitor.id, person_id)
    followers, following = contacts.follow_counts(uow, person_id)
    card = people.full_card(uow, person_id)
    fits = None
    if visitor and visitor.holds("member"):
        fits, _terms = documents.match_and_terms(uow, visitor.id, person_id)
    owner = uow.get(Person, person_id, lock=False)
    reader = _reader(person_id, visitor, relation, history)
    if card is None or not owner.open or not reader.finds(owner.profile_visibility):
        raise NotFound(what="Person")
    shown = card if reader.sees(owner.city_visibility) else people.without_city(card)
    return Profile(
        card=shown,
        biography=owner.biography,
        project_idea=owner.project_idea,
        subjects=owner.subjects,
        languages=owner.languages,
        age_from=owner.age_from,
        age_to=owner.age_to,
        vocational=owner.vocational,
        keywords=owner.keywords,
        links=owner.links,
        email=owner.email if reader.sees(owner.email_visibility) else None,
        affiliations=history if reader.is_self or reader.officer else _for_others(history),
        relation=relation,
        is_self=reader.is_self,
        actions=actions(reader, relation),
        why_not=why_not(reader, relation),
        followers=followers,
        following=following,
        last_seen=last_seen(owner.seen_on, shown=owner.shows_last_seen, today=uow.now.date())
        if visitor
        else None,
        match=fits,
    )


def _reader(
    person_id: UUID, visitor: Actor | None, relation: Relation, history: tuple[AffiliationCard, ...]
) -> Reader:
    if visitor is None:
        return Reader()
    return Reader(
        is_self=visitor.id == person_id,
        signed_in=True,
        member=visitor.holds("member"),
        officer=any(schools.answers_for(visitor, one.school) for one in history),
        contact=relation.contact,
    )


def _for_others(history: tuple[AffiliationCard, ...]) -> tuple[AffiliationCard, ...]:
    """What a school has confirmed, without the papers."""
    return tuple(schools.without_evidence(one) for one in history if one.state in _SHOWN_TO_OTHERS)
