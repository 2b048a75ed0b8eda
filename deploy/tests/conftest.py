"""A PostgreSQL of the tests' own, for what is written into a service's database."""

from services.conftest import cluster, database

__all__ = ["cluster", "database"]
