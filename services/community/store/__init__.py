"""Community's tables and named queries, one file per noun."""

from services.community.store.tables import metadata

__all__ = ["metadata"]
