"""Nothing declared is left unanswered, and the migrations make exactly the tables the code knows."""

from collections.abc import Callable

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from chassis.contract import requests_of
from chassis.store import chassis_metadata
from chassis.topology import answered_by
from services.identity.service import IdentityService
from services.identity.store import metadata


def test_every_request_of_the_contract_is_answered() -> None:
    assert {r.name for r in answered_by(IdentityService)} == {r.name for r in requests_of("identity")}


def test_the_migrations_make_the_tables_the_code_knows(database: Callable[[str], str]) -> None:
    engine = create_engine(database("identity"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, [chassis_metadata, metadata]) == []
    engine.dispose()
