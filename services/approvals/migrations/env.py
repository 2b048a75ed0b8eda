from chassis.store.migrate import run
from services.approvals.store import metadata

run(metadata)
