"""Runs identity's migrations."""

from chassis.store.migrate import run
from services.identity.store import metadata

run(metadata)
