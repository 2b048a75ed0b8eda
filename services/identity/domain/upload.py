"""An employment certificate, from the ticket to its deletion."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

MOST_BYTES = 5_000_000
UNUSED = timedelta(days=1)
AFTER_DECISION = timedelta(days=30)


@dataclass(eq=False)
class Upload:
    """A file of somebody's; deleted when `delete_at` has come. (ID-08)"""

    id: UUID
    owner_id: UUID
    file_name: str
    delete_at: datetime | None
    arrived_at: datetime | None = None

    @classmethod
    def expected(cls, file_id: UUID, owner_id: UUID, file_name: str, at: datetime) -> "Upload":
        """A ticket was given; what never comes or is never used goes after a day."""
        return cls(file_id, owner_id, file_name, delete_at=at + UNUSED)

    def keep(self) -> None:
        """It belongs to an affiliation that awaits a decision."""
        self.delete_at = None

    def decided(self, at: datetime) -> None:
        """Kept until thirty days after the decision. (ID-08 b.13)"""
        self.delete_at = at + AFTER_DECISION
