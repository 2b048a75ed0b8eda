"""One spelling for all scripts: what is indexed and what is searched for meet in plain Latin letters."""

import re
import unicodedata

from anyascii import anyascii

SPELLING = 2
"""Raised when a text is spelt otherwise than before: indices are built anew then."""

_APOSTROPHES = re.compile(r"['’ʼʻ`´]")
_SPOKEN = (
    (re.compile("ου|ού|Ου|Ού|ΟΥ|ու|Ու|ՈՒ"), "u"),  # letter by letter they would be "oy" and "ow"
    (re.compile("Đ"), "Dj"),
    (re.compile("đ"), "dj"),
)
_ENDING = re.compile(r"(?:[aeiouy]{1,2}|[aeiouy][jms])$")
LONG_WORD = 6
_BLANKS = re.compile(r"\s+")
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"[aeiouwy\W_]")
_ARTICLE = re.compile(r"^(?:al|el|l)-?(?=\w{3})")
_CONSONANT_SCRIPTS = ("ARABIC", "HEBREW")


def romanised(text: str) -> str:
    """The text in plain Latin letters, apostrophes as blanks: "Ђорђе" as "Djordje", "Kőszeg" as "Koszeg". (PS-09)

    Where letters of a script become an apostrophe, as the breathed ones of Armenian and Georgian do, nothing stands.
    """
    for written, spoken in _SPOKEN:
        text = written.sub(spoken, text)
    return _BLANKS.sub(" ", _APOSTROPHES.sub("", anyascii(_APOSTROPHES.sub(" ", text)))).strip()


def stumps(latin: str) -> str:
    """Long words without their endings, which Slavic and Baltic names change by case: "Skłodowska" and
    "Skłodowskiej" begin alike; nothing when no word is long enough.
    """
    words = latin.split()
    cut = [_ENDING.sub("", word) if len(word) >= LONG_WORD else word for word in words]
    return " ".join(cut) if cut != words else ""


def skeletons(text: str) -> tuple[str, ...]:
    """Words of scripts that write consonants only, as those consonants: "الحوراني" and "Hourani" meet as "hrn"."""
    return tuple(
        bones for word in text.split() if _writes_consonants(word) and (bones := _bones(romanised(word)))
    )


def skeleton_of_query(text: str) -> str:
    """The same of words in any script, for looking them up; words too short to mean anything are left out."""
    return " ".join(bones for word in romanised(text).replace("-", " ").split() if (bones := _bones(word)))


def _bones(word: str) -> str:
    bones = _DOUBLED.sub(r"\1", _VOWELS.sub("", _ARTICLE.sub("", word.lower())))
    return bones if len(bones) > 1 else ""


def _writes_consonants(word: str) -> bool:
    return any(unicodedata.name(letter, "").startswith(_CONSONANT_SCRIPTS) for letter in word)
