"""What the migrations make is what the code knows, in every service; and what only a real database can show."""

import importlib
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from chassis.contract import encode
from chassis.store import chassis_metadata
from deploy.stack import SERVICES
from services.approvals.engine.trail import State

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize("service", [s.name for s in SERVICES])
def test_the_migrations_make_the_tables_the_code_knows(service: str, database: Callable[[str], str]) -> None:
    metadata = importlib.import_module(f"services.{service}.store").metadata
    engine = sa.create_engine(database(service))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, [chassis_metadata, metadata]) == []
    engine.dispose()


@pytest.fixture
def approvals(database: Callable[[str], str]) -> sa.Engine:
    """The approvals database by its owner, with one open task of Poland; rolled back by nobody, owned by this test."""
    url = database("approvals")
    engine = sa.create_engine(url, connect_args={"options": "-c app.engine=on"})
    process, task = uuid4(), uuid4()
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO process VALUES (:id, 'project', :id, '{}', CAST(:state AS jsonb), 'running', :now, NULL, '', 1)"
            ),
            {"id": process, "state": encode(State()).decode(), "now": NOW},
        )
        connection.execute(
            sa.text(
                "INSERT INTO task (id, process_id, key, subject_kind, subject_id, kind, holder, organisation, country, "
                "person_id, state, opened_at, version) VALUES (:task, :id, 'k', 'project', :id, 'support_organisation', "
                "'nss-pl', 'nss-pl', 'PL', :id, 'waiting', :now, 1)"
            ),
            {"task": task, "id": process, "now": NOW},
        )
        connection.execute(
            sa.text("INSERT INTO trail VALUES (:id, 1, :now, 'started', '', NULL, '', '', '{}', 'x')"),
            {"id": process, "now": NOW},
        )
        connection.execute(sa.text("GRANT SELECT ON task TO runner"))
    return engine


@pytest.mark.parametrize("change", ["UPDATE trail SET role = 'x'", "DELETE FROM trail", "TRUNCATE trail"])
def test_the_trail_only_grows_whoever_asks(approvals: sa.Engine, change: str) -> None:
    with approvals.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="only grows"):
        connection.execute(sa.text(change))


@pytest.mark.parametrize(("named", "sees"), [("", 0), ("nss-es", 0), ("nss-pl", 1), ("nss-es,nss-pl", 1)])
def test_a_reader_without_the_engines_setting_sees_the_named_organisations_only(
    approvals: sa.Engine, named: str, sees: int
) -> None:
    reader = sa.create_engine(approvals.url.set(username="runner"))
    with reader.begin() as connection:
        connection.execute(sa.text("SELECT set_config('app.organisations', :names, true)"), {"names": named})
        found = connection.execute(sa.text("SELECT count(DISTINCT organisation) FROM task")).scalar_one()
    reader.dispose()
    assert found == sees
