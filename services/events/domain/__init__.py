"""The rules about meetings, seats, draws and records: no database, no clock, no broker."""

from services.events.domain.drawing import order_of, ticket_of, tier_of
from services.events.domain.limits import Limits, limits
from services.events.domain.meeting import Meeting
from services.events.domain.registration import Registration

__all__ = ["Limits", "Meeting", "Registration", "limits", "order_of", "ticket_of", "tier_of"]
