"""Who may be shown to whom as a possible partner."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PartnerFacts:
    """A person's two answers, and whether the present school's country is a Plus country."""

    available: bool
    available_plus: bool
    plus: bool


def may_be_partners(searcher: PartnerFacts, found: PartnerFacts) -> bool:
    """Whether partner search may show somebody to this searcher. (PS-06 PS-08 b.4 b.5)

    Only who is available; people of Plus countries only to those who take Plus partners, and to people of Plus
    countries only those who take them.
    """
    if not found.available:
        return False
    if found.plus and not searcher.available_plus:
        return False
    return not searcher.plus or found.plus or found.available_plus
