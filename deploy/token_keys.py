"""Makes the key pair with which identity signs the acting person's token, and everyone checks it.

    python -m deploy.token_keys --private FILE --public FILE

A pair that is there is kept: replacing it ends every session.
"""

import argparse
import os
from pathlib import Path

from joserfc.jwk import OKPKey


def ensure_token_keys(private: Path, public: Path) -> None:
    """Write both files unless both are there; only their owner may read the private one."""
    if private.exists() and public.exists():
        return
    pair = OKPKey.generate_key("Ed25519")
    private.parent.mkdir(parents=True, exist_ok=True)
    public.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(pair.as_pem(private=True))
    public.write_bytes(pair.as_pem(private=False))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make the token's key pair.")
    parser.add_argument("--private", type=Path, required=True)
    parser.add_argument("--public", type=Path, required=True)
    asked = parser.parse_args()
    ensure_token_keys(asked.private, asked.public)
