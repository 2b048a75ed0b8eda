"""A school's record and the organisation that answers for it."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.contract import Invalid
from services.identity.contract import (
    HeadTeacherChanged,
    SchoolLevel,
    SchoolRegistered,
    SchoolYear,
    SchoolYearChanged,
)
from services.identity.domain.school_year import with_year

_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']{3,190}")


@dataclass(eq=False)
class School:
    """A school: kept once, however many of its staff are here. (ID-09 ID-12)"""

    id: UUID
    name: str
    country: str
    city: str
    level: tuple[SchoolLevel, ...]
    organisation: str
    regional_organisation: str | None
    time_zone: str
    head_name: str
    head_email: str
    registered_at: datetime
    registered_by: UUID | None
    legal_name: str = ""
    territory: str | None = None
    region: str | None = None
    community: str | None = None
    address: str = ""
    official_number: str = ""
    website: str = ""
    abroad: bool = False
    years: tuple[SchoolYear, ...] = ()
    version: int = 0

    def __post_init__(self) -> None:
        """A web address is one that a browser opens and nothing else."""
        if self.website and not _WEB_ADDRESS.fullmatch(self.website):
            raise Invalid(fields={"website": "wrong_form"})

    def refuse_other(self, name: str, registered_by: UUID) -> None:
        """A second try with this id is the same try; anything else under it raises `Invalid`."""
        if (self.name, self.registered_by) != (name, registered_by):
            raise Invalid(fields={"school_id": "taken"})

    def registered(self) -> SchoolRegistered:
        """The head teacher is told, once. (ID-11)"""
        return SchoolRegistered(self.id, self.country, self.organisation, self.registered_at)

    def name_head_teacher(self, name: str, email: str, at: datetime) -> HeadTeacherChanged:
        """Correct who consents for this school; open requests go to the new address. (ID-09 AP-17)"""
        self.head_name, self.head_email = name, email
        return HeadTeacherChanged(self.id, at)

    def enter_year(self, year: SchoolYear, at: datetime) -> SchoolYearChanged:
        """When the school teaches; raises `Invalid` for days out of order. (PS-22)"""
        self.years = with_year(self.years, year)
        return SchoolYearChanged(self.id, at)
