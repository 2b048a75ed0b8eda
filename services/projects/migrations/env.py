from chassis.store.migrate import run
from services.projects.store import metadata

run(metadata)
