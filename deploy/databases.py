"""Makes every service's database and its two roles: an owner that migrates, and one that only runs.

    python -m deploy.databases

Idempotent: passwords and rights are brought to what the settings say, whatever was there before.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection, cursor

from deploy.settings import Account, OperatorSettings, ServiceAccess

ADVISORY_LOCK = 5_120_716
"""Two operators' runs wait for each other."""


def prepare(settings: OperatorSettings) -> None:
    """Bring every database, role and right to what the settings say."""
    with _connected(settings.admin_database_url) as admin:
        session = admin.cursor()
        session.execute("SELECT pg_advisory_lock(%s)", (ADVISORY_LOCK,))
        for access in settings.services:
            owner, runner = Account.of(access.owner_database_url), Account.of(access.run_database_url)
            _ensure_role(session, owner)
            _ensure_role(session, runner)
            _ensure_database(session, access.service, owner)
    for access in settings.services:
        _grant_rows_only(settings.admin_database_url, access)


def _ensure_role(session: cursor, account: Account) -> None:
    session.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (account.name,))
    verb = sql.SQL("ALTER" if session.fetchone() else "CREATE")
    session.execute(
        sql.SQL(
            "{verb} ROLE {role} LOGIN PASSWORD {secret} NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
        ).format(verb=verb, role=sql.Identifier(account.name), secret=sql.Literal(account.secret))
    )


def _ensure_database(session: cursor, database: str, owner: Account) -> None:
    """Code-point order by default; pages that sort for people name an ICU collation."""
    session.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
    if session.fetchone():
        return
    # A managed server's administrator is no superuser and may give a database only to a role it is in.
    session.execute(sql.SQL("GRANT {owner} TO CURRENT_USER").format(owner=sql.Identifier(owner.name)))
    session.execute(
        sql.SQL(
            "CREATE DATABASE {database} OWNER {owner} TEMPLATE template0"
            " ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
        ).format(database=sql.Identifier(database), owner=sql.Identifier(owner.name))
    )


def _grant_rows_only(admin_url: str, access: ServiceAccess) -> None:
    names = {
        "database": sql.Identifier(access.service),
        "owner": sql.Identifier(Account.of(access.owner_database_url).name),
        "runner": sql.Identifier(Account.of(access.run_database_url).name),
    }
    with _connected(admin_url, database=access.service) as admin:
        session = admin.cursor()
        for statement in ROWS_ONLY:
            session.execute(sql.SQL(statement).format(**names))


ROWS_ONLY = (
    "ALTER DATABASE {database} OWNER TO {owner}",
    "ALTER DATABASE {database} SET timezone TO 'UTC'",
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
    "GRANT CONNECT ON DATABASE {database} TO {owner}, {runner}",
    "REVOKE TEMPORARY ON DATABASE {database} FROM {runner}",
    "ALTER SCHEMA public OWNER TO {owner}",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {runner}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {runner}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO {runner}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE ON SCHEMAS TO {runner}",
)
"""What is already there is not granted again: a migration may have taken a right away on purpose."""


@contextmanager
def _connected(url: str, database: str | None = None) -> Iterator[connection]:
    """A connection outside any transaction, as CREATE DATABASE demands; closed at the end."""
    dsn = url.replace("postgresql+psycopg2://", "postgresql://", 1)
    named = {"dbname": database} if database else {}
    connected = psycopg2.connect(dsn, connect_timeout=5, **named)
    connected.autocommit = True
    try:
        yield connected
    finally:
        connected.close()


if __name__ == "__main__":
    prepare(OperatorSettings.from_environment())
