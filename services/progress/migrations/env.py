"""Runs progress's migrations."""

from chassis.store.migrate import run
from services.progress.store import metadata

run(metadata)
