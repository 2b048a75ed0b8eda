"""The map of the participating countries, drawn from outlines that are committed (see README.md)."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent


@cache
def europe() -> dict[str, Any]:
    """Width, height, the path of each country by its two letters, and that of everything around."""
    outlines: dict[str, Any] = json.loads((FOLDER / "europe.json").read_text("utf-8"))
    return outlines
