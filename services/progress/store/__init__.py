"""Progress's database: facts, what they add up to, and a recount under way."""

from services.progress.store.tables import metadata

__all__ = ["metadata"]
