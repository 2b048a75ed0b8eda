"""Events' database: tables, how the domain is kept in them, and the named queries over them."""

from services.events.store.tables import metadata

__all__ = ["metadata"]
