from chassis.store.migrate import run
from services.events.store import metadata

run(metadata)
