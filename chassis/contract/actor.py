"""Who acts: the claims of a person's token, as every service reads them."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Grant:
    """A role and the organisation (or, for a head teacher, the school) it is held in."""

    role: str
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """The person a call is made for: id, roles, session, assurance (1 password, 2 second factor)."""

    id: UUID
    roles: tuple[Grant, ...] = ()
    session: UUID | None = None
    assurance: int = 1

    def holds(self, role: str, organisation: str | None = None) -> bool:
        """Whether this role is held, in that organisation if one is named."""
        return any(
            grant.role == role and (organisation is None or grant.organisation == organisation)
            for grant in self.roles
        )

    def organisations(self, *roles: str) -> tuple[str, ...]:
        """The organisations in which any of these roles is held."""
        return tuple(
            dict.fromkeys(
                grant.organisation for grant in self.roles if grant.role in roles and grant.organisation
            )
        )
