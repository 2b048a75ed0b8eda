"""The rules about people, schools, affiliations, contacts and sessions: no database, no clock, no broker."""

from services.identity.domain.affiliation import Affiliation
from services.identity.domain.contact import Pair
from services.identity.domain.person import Person, Registration, roles_of, state_of
from services.identity.domain.school import School
from services.identity.domain.session import Session
from services.identity.domain.upload import Upload

__all__ = [
    "Affiliation",
    "Pair",
    "Person",
    "Registration",
    "School",
    "Session",
    "Upload",
    "roles_of",
    "state_of",
]
