"""Migrations: one alembic history per service, applied by the owner role under an advisory lock."""

from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import MetaData, create_engine, text

from chassis.store.tables import chassis_metadata

_LOCK = 7_301_994


def _configuration(service: str, url: str) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(Path("services") / service / "migrations"))
    configuration.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return configuration


def upgrade(service: str, url: str) -> None:
    """Bring one service's database to the newest revision; two deploys at once wait for each other."""
    command.upgrade(_configuration(service, url), "head")


def revise(service: str, url: str, message: str) -> None:
    """Write a new revision from the difference between tables and database."""
    command.revision(_configuration(service, url), message, autogenerate=True)


def run(metadata: MetaData) -> None:
    """What a service's `migrations/env.py` calls, with its own tables."""
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        connection.commit()
        context.configure(
            connection=connection, target_metadata=[chassis_metadata, metadata], compare_type=True
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()
