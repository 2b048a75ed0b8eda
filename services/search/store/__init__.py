"""Where search keeps things: the indices in Elasticsearch, and in its database what must not be lost with them."""

from services.search.store.tables import metadata

__all__ = ["metadata"]
