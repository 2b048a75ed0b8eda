"""The icons, drawn from lucide (ISC licence, see LICENSE); a page carries only those it shows."""

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

FOLDER = Path(__file__).resolve().parent


@cache
def symbol(name: str) -> Markup:
    """An icon as a symbol of the page's sprite."""
    drawing = (FOLDER / f"{name}.svg").read_text("utf-8")
    inside = drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.rindex("</svg>")]
    inside = re.sub(r"\s+", " ", inside).replace("> <", "><").strip()
    return Markup('<symbol id="i-{}" viewBox="0 0 24 24">{}</symbol>').format(name, Markup(inside))  # noqa: S704 - our own files
