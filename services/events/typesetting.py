"""Sets one paper: `python -m services.events.typesetting certificate.typ` takes JSON and gives a PDF.

A process of its own, since typst keeps thirty megabytes of fonts and layouts for as long as its process lives.
"""

import sys
from pathlib import Path
from typing import Literal

TEMPLATES = Path(__file__).parent / "templates"
STANDARDS: list[Literal["a-3a", "ua-1"]] = ["a-3a", "ua-1"]
"""To be kept for long, and to be read with a screen reader."""


def main(template: str) -> None:
    """From standard input to standard output."""
    import typst  # noqa: PLC0415 - a service that only starts this one needs none of it

    source = (TEMPLATES / template).read_bytes()
    made = typst.compile(source, sys_inputs={"data": sys.stdin.read()}, pdf_standards=[*STANDARDS])
    sys.stdout.buffer.write(bytes(made))


if __name__ == "__main__":
    main(sys.argv[1])
