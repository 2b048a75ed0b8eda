"""Runs search's migrations."""

from chassis.store.migrate import run
from services.search.store import metadata

run(metadata)
