"""A service's own database: mapping, units of work, outbox, inbox and the coalescing loader."""

from chassis.store.columns import Moment, choice, document
from chassis.store.cursor import read_cursor, write_cursor
from chassis.store.loader import Loader
from chassis.store.tables import chassis_metadata, new_registry
from chassis.store.unit_of_work import Store, UnitOfWork

__all__ = [
    "Loader",
    "Moment",
    "Store",
    "UnitOfWork",
    "chassis_metadata",
    "choice",
    "document",
    "new_registry",
    "read_cursor",
    "write_cursor",
]
