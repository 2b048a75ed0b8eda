"""Sets one paper: `python -m services.events.typesetting certificate` takes its facts as JSON and gives a PDF.

A process of its own, since typst keeps thirty megabytes of fonts and layouts for as long as its process lives, and
each language's conventions some more.
"""

import json
import sys
from pathlib import Path
from typing import Any, Literal

from services.events import wording

TEMPLATES = Path(__file__).parent / "templates"
STANDARDS: list[Literal["a-3a", "ua-1"]] = ["a-3a", "ua-1"]
"""To be kept for long, and to be read with a screen reader."""
WORDED = {"certificate": wording.certificate, "record": wording.record}


def pdf(paper: str, facts: dict[str, Any]) -> bytes:
    """A paper from its facts, in the language they name."""
    import typst  # noqa: PLC0415 - a service that only starts this one needs none of it

    said = {"data": json.dumps(WORDED[paper](facts))}
    template = TEMPLATES / f"{paper}.typ"
    return bytes(typst.compile(template, root=TEMPLATES, sys_inputs=said, pdf_standards=[*STANDARDS]))


def main(paper: str) -> None:
    """From standard input to standard output."""
    sys.stdout.buffer.write(pdf(paper, json.load(sys.stdin)))


if __name__ == "__main__":
    main(sys.argv[1])
