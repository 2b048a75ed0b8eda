"""Asks one address and ends with 0 when it answers 200: the health check inside a container.

python -m deploy.probe http://127.0.0.1:8040/readyz
"""

import sys
import urllib.request


def answers(address: str) -> bool:
    """Whether a process says that it is ready."""
    try:
        with urllib.request.urlopen(address, timeout=3) as response:  # noqa: S310 - the caller's own address
            return bool(response.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(0 if answers(sys.argv[1]) else 1)
