from chassis.store.migrate import run
from services.twinspace.store import metadata

run(metadata)
