"""Writes .env.example from the settings as the code knows them.

python -m deploy.example_settings [--check]
"""

import sys
from collections.abc import Iterator

from deploy.compose_secrets import secret_names
from deploy.settings import PROCESS_SETTINGS, operator_setting_names
from deploy.stack import CHECKOUT

EXAMPLE = CHECKOUT / ".env.example"


def example_lines() -> Iterator[str]:
    """Compose's passwords first, to be copied; then, as comments, what each process is given."""
    yield "# Made by `python -m deploy.example_settings`; the settings themselves stand in deploy/settings.py."
    yield ""
    yield "# 1. The passwords docker-compose.yml asks for. Letters, digits, - and _ only: they stand in addresses."
    yield "#    `python -m deploy.compose_secrets > .env` makes random ones; `make up` does so by itself."
    yield from (f"{name}=" for name in secret_names())
    yield ""
    yield "# 2. What a process reads. Compose and the local stack set these; other places set them likewise."
    for setting in PROCESS_SETTINGS:
        yield f"#    {setting.meaning} ({setting.given_to})"
        yield f"# {setting.name}={setting.example}"
    yield ""
    yield "# 3. What the deploy steps read: the administrator's doors and the address of every account to make."
    yield from (f"# {name}=" for name in operator_setting_names())


def main(arguments: list[str]) -> None:
    """Write the file, or with --check only say whether it is what it should be."""
    text = "\n".join(example_lines()) + "\n"
    if "--check" not in arguments:
        EXAMPLE.write_text(text)
    elif not EXAMPLE.exists() or EXAMPLE.read_text() != text:
        raise SystemExit(".env.example is out of date: python -m deploy.example_settings")


if __name__ == "__main__":
    main(sys.argv[1:])
