"""Brings every service's database to its newest revision: `python -m deploy.migrate`."""

from chassis.store.migrate import upgrade
from deploy.settings import OperatorSettings


def main() -> None:
    """Migrate each service by its owner role."""
    for access in OperatorSettings.from_environment().services:
        upgrade(access.service, access.owner_database_url)
        print(f"  {access.service}: database is up to date")


if __name__ == "__main__":
    main()
