"""Who sees what of a profile, and what they may do with its owner."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.identity.contract import ContactState, Relation, Visibility


@dataclass(frozen=True, slots=True)
class Reader:
    """How somebody who looks at a profile stands to its owner."""

    is_self: bool = False
    signed_in: bool = False
    member: bool = False
    officer: bool = False
    contact: ContactState = ContactState.NONE

    def sees(self, visibility: Visibility) -> bool:
        """Whether something with this visibility is shown. (PV-02)

        Contacts see what members see, and the officers of the owner's organisation see everything.
        """
        if self.is_self or self.officer or visibility is Visibility.PUBLIC:
            return True
        contact = self.contact is ContactState.ACCEPTED
        return contact or (self.member and visibility is Visibility.MEMBERS)

    def finds(self, profile: Visibility) -> bool:
        """Whether there is a profile at all for this reader: who is asked may see who asks. (PV-03)"""
        return self.sees(profile) or self.contact is ContactState.RECEIVED


def actions(reader: Reader, relation: Relation) -> tuple[str, ...]:
    """What the reader may do now."""
    return tuple(_actions(reader, relation))


def _actions(reader: Reader, relation: Relation) -> Iterator[str]:
    if reader.is_self:
        yield "edit"
        return
    if not reader.signed_in:
        return
    if reader.member:
        yield "unfollow" if relation.following else "follow"
    match relation.contact:
        case ContactState.NONE if reader.member:
            yield "ask_for_contact"
        case ContactState.RECEIVED:
            yield from ("accept_contact", "decline_contact")
        case ContactState.SENT | ContactState.ACCEPTED:
            yield "remove_contact"
        case _:
            pass
    yield "block"


def why_not(reader: Reader, relation: Relation) -> dict[str, str]:
    """What the reader might expect to be able to do, and the reason why it is not so."""
    if reader.is_self:
        return {}
    if not reader.signed_in:
        return dict.fromkeys(("follow", "ask_for_contact"), "not_signed_in")
    reasons = {} if reader.member else dict.fromkeys(("follow", "ask_for_contact"), "not_a_member")
    if relation.contact is not ContactState.NONE:
        reasons["ask_for_contact"] = relation.contact.value
    return reasons
