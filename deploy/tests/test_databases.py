"""What the two roles of a service may do, on the running test stack."""

from contextlib import closing

import psycopg2
import pytest
from psycopg2 import errors

from deploy import databases
from deploy.local.environment import operator_settings
from deploy.stack import local_stack

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def settings():
    return operator_settings(local_stack("test"))


def connect(url):
    connection = psycopg2.connect(url.replace("+psycopg2", ""))
    connection.autocommit = True
    return closing(connection)


def test_the_run_time_role_keeps_rows_but_makes_no_tables(settings):
    access = settings.services[0]
    with connect(access.owner_database_url) as owner, connect(access.run_database_url) as runner:
        owner.cursor().execute("CREATE TABLE role_trial (id serial PRIMARY KEY, word text)")
        try:
            trial = runner.cursor()
            trial.execute("INSERT INTO role_trial (word) VALUES ('x') RETURNING id")
            trial.execute("UPDATE role_trial SET word = 'y'")
            trial.execute("DELETE FROM role_trial")
            for forbidden in (
                "CREATE TABLE another (id int)",
                "ALTER TABLE role_trial ADD COLUMN more int",
                "DROP TABLE role_trial",
                "TRUNCATE role_trial",
                "CREATE TEMPORARY TABLE passing (id int)",
            ):
                with pytest.raises(errors.InsufficientPrivilege):
                    trial.execute(forbidden)
        finally:
            owner.cursor().execute("DROP TABLE role_trial")


def test_a_service_cannot_enter_another_ones_database(settings):
    first, second = settings.services[:2]
    own_account_elsewhere = first.run_database_url.rpartition("/")[0] + f"/{second.service}"
    with pytest.raises(psycopg2.OperationalError, match="permission denied"):
        psycopg2.connect(own_account_elsewhere.replace("+psycopg2", ""))


def test_the_step_can_be_repeated(settings):
    databases.prepare(settings)


def test_time_is_utc_and_commits_reach_the_disk(settings):
    with connect(settings.services[0].run_database_url) as runner:
        cursor = runner.cursor()
        for setting, value in (("timezone", "UTC"), ("fsync", "on"), ("server_encoding", "UTF8")):
            cursor.execute("SELECT current_setting(%s)", (setting,))
            assert cursor.fetchone() == (value,)
