"""Reads a paper back, as far as tests need it: the words on its pages, its language, the standards it keeps.

Text is read as a screen reader gets it: glyphs by their fonts' tables of letters, words that are written from right to
left turned back, and their order too.
"""

import re
import unicodedata
import zlib

OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\s(.*?)\nendobj", re.DOTALL)
STREAM = re.compile(rb"(<<.*?>>)\s*stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
LETTERS = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")
FONT = re.compile(rb"/(f\d+) (\d+) 0 R")
INSIDE = rb"(?:[^\\()]|\\.)"
GLYPHS = rb"(?:%b|\((?:%b|\(%b*\))*\))*" % (INSIDE, INSIDE, INSIDE)
TOKEN = re.compile(
    rb"/(?P<font>f\d+) [\d.]+ Tf|<<(?P<facts>[^\n]*?)>>BDC|/(?P<mark>\w+) (?:/\w+ )?B[MD]C|(?P<end>EMC)|"
    rb"\((?P<glyphs>%b)\)|(?P<line>\bET\b)" % GLYPHS,
    re.DOTALL,
)
ACTUAL = re.compile(rb"/ActualText<FEFF([0-9A-F]*)>")
ESCAPE = re.compile(rb"\\(\d{3}|.)", re.DOTALL)
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class Paper:
    """A PDF, taken apart."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        self.objects = {int(number): body for number, body in OBJECT.findall(pdf)}
        self.pages = [body for body in self.objects.values() if b"/Type/Page/" in body]
        self.text = "\n".join(self._said_on(page) for page in self.pages)

    @property
    def language(self) -> str:
        """What the document says it is written in, and so do the facts about it."""
        [said], [known] = (
            re.findall(expression, self.pdf)
            for expression in (rb"/Lang\(([^)]*)\)", rb"<dc:language><rdf:Bag><rdf:li>([^<]*)<")
        )
        assert said == known
        return said.decode()

    @property
    def right_to_left(self) -> bool:
        return b"/Direction/R2L" in self.pdf

    @property
    def keeps_its_standards(self) -> bool:
        """PDF/A-3a and PDF/UA-1, as it says of itself; typst refuses what does not keep them."""
        marks = (b"<pdfaid:part>3<", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1<")
        return all(mark in self.pdf for mark in marks)

    def says(self, phrase: str) -> bool:
        """Whether a phrase is there, wherever its lines break."""
        return _plain(phrase) in _plain(self.text)

    def _said_on(self, page: bytes) -> str:
        fonts = {
            name: self._letters(int(number))
            for name, number in FONT.findall(self._named(page, rb"/Resources"))
        }
        lines: list[str] = []
        written: list[str] = []
        letters: dict[bytes, str] = {}
        marks: list[tuple[int, str | None, bool]] = []
        to_the_left = False
        for token in TOKEN.finditer(_stream(self._named(page, rb"/Contents"))):
            if token["font"]:
                letters = fonts[token["font"]]
            elif token["glyphs"] is not None:
                codes = ESCAPE.sub(_unescaped, token["glyphs"])
                written += [letters[codes[at : at + 2]] for at in range(0, len(codes), 2)]
            elif token["line"]:
                lines.append("".join(written[::-1] if to_the_left else written))
                written, to_the_left = [], False
            elif token["end"]:
                since, actual, turned = marks.pop()
                said = written[since:]
                written[since:] = (
                    [actual] if actual is not None else ["".join(said[::-1])] if turned else said
                )
                to_the_left = to_the_left or turned
            else:
                known = ACTUAL.search(token["facts"] or b"")
                actual = bytes.fromhex(known[1].decode()).decode("utf-16-be") if known else None
                marks.append((len(written), actual, token["mark"] == b"ReversedChars"))
        return "\n".join(lines)

    def _letters(self, font: int) -> dict[bytes, str]:
        table = _stream(self._named(self.objects[font], rb"/ToUnicode"))
        return {
            bytes.fromhex(glyph.decode()): bytes.fromhex(letters.decode()).decode("utf-16-be")
            for glyph, letters in LETTERS.findall(table)
        }

    def _named(self, body: bytes, name: bytes) -> bytes:
        [number] = re.findall(name + rb" (\d+) 0 R", body)
        return self.objects[int(number)]


def _stream(body: bytes) -> bytes:
    found = STREAM.search(body)
    assert found
    return zlib.decompress(found[2]) if b"/FlateDecode" in found[1] else found[2]


def _unescaped(escape: re.Match[bytes]) -> bytes:
    code = escape[1]
    return bytes([int(code, 8)]) if len(code) == 3 else ESCAPED.get(code, code)


def _plain(text: str) -> str:
    """Letters and digits alone: brackets are mirrored where they are written from right to left."""
    return "".join(letter for letter in unicodedata.normalize("NFC", text) if letter.isalnum())
