from chassis.store.migrate import run
from services.community.store import metadata

run(metadata)
