"""Each process is told what it needs and nobody else's secrets."""

import re

import pytest

from deploy.local import environment, passwords, supervision
from deploy.settings import PROCESS_SETTINGS, Account, OperatorSettings
from deploy.stack import CHECKOUT, Ports, Stack

EXPLAINED = {setting.name for setting in PROCESS_SETTINGS}


@pytest.fixture
def stack(tmp_path):
    made = Stack(name="test", ports=Ports(31000), state=tmp_path)
    passwords.ensure_passwords(made)
    return made


def environments(stack):
    found = {copy.name: environment.service_environment(stack, copy) for copy in stack.service_processes()}
    return found | {"gateway": environment.gateway_environment(stack)}


def test_every_setting_is_explained(stack):
    for variables in environments(stack).values():
        given = {name for name in variables if name.startswith("SCHOOLBRIDGE_")}
        assert given - {environment.STATE_MARK, "SCHOOLBRIDGE_PORTS"} <= EXPLAINED


@pytest.mark.parametrize("part", ["chassis", "gateway"])
def test_every_setting_that_is_read_is_explained(part):
    read = re.findall(r"_(?:read|path)\(\"([A-Z_]+)\"", (CHECKOUT / part / "settings.py").read_text())
    assert read
    assert {f"SCHOOLBRIDGE_{name}" for name in read} <= EXPLAINED


def test_no_process_sees_another_ones_secret(stack):
    known = passwords.read_passwords(stack)
    for process, variables in environments(stack).items():
        foreign = [secret for name, secret in known.items() if not name.startswith(f"{process} ")]
        assert not any(secret in value for secret in foreign for value in variables.values())


def test_no_process_sees_the_owner_of_its_own_database(stack):
    known = passwords.read_passwords(stack)
    for process, variables in environments(stack).items():
        if process != "gateway":
            assert not any(known[passwords.owner_of(process)] in value for value in variables.values())


def test_identity_alone_signs_tokens(stack):
    holders = [
        process
        for process, variables in environments(stack).items()
        if "SCHOOLBRIDGE_TOKEN_PRIVATE_KEY" in variables
    ]
    assert holders == ["identity"]


def test_each_owner_of_files_alone_has_the_key_that_signs_for_them(stack):
    keys = {
        process: variables["SCHOOLBRIDGE_FILE_KEY"]
        for process, variables in environments(stack).items()
        if "SCHOOLBRIDGE_FILE_KEY" in variables
    }
    assert set(keys) == {copy.name for copy in stack.service_processes() if copy.service.owns_files}
    assert len(set(keys.values())) == len(keys)


def test_nothing_of_the_callers_shell_is_passed_on_but_the_choice_of_ports(stack, monkeypatch):
    monkeypatch.setenv("SOMEBODYS_PASSWORD", "x")
    monkeypatch.setenv("SCHOOLBRIDGE_PORTS", "31000")
    for variables in environments(stack).values():
        assert "SOMEBODYS_PASSWORD" not in variables
        assert variables["SCHOOLBRIDGE_PORTS"] == "31000"


def test_the_supervisors_file_holds_no_secret(stack):
    supervision.write_configuration(stack)
    text = (stack.state / "supervisord.conf").read_text()
    assert not any(secret in text for secret in passwords.read_passwords(stack).values())


def test_passwords_are_made_once_and_read_by_their_owner_only(stack):
    before = passwords.read_passwords(stack)
    passwords.ensure_passwords(stack)
    assert passwords.read_passwords(stack) == before
    assert stack.secrets_file.stat().st_mode & 0o077 == 0


def test_operators_settings_survive_the_environment(stack):
    settings = environment.operator_settings(stack)
    assert OperatorSettings.from_environment(settings.as_environment()) == settings


def test_missing_operators_settings_are_all_named():
    with pytest.raises(SystemExit, match=r"SCHOOLBRIDGE_ADMIN_DATABASE_URL.*SCHOOLBRIDGE_MANAGEMENT_URL"):
        OperatorSettings.from_environment({})


def test_an_account_is_read_from_an_address_even_with_odd_letters():
    assert Account.of("amqp://a:p%40ss%2F@host/v") == Account("a", "p@ss/")
