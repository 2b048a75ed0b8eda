"""Names as they are borne in a country, drawn once per locale instead of once per person."""

from dataclasses import dataclass
from random import Random
from typing import Any

from faker import Faker

FIRST, LAST = 240, 320
"""How many different names are drawn of each kind: some tens of thousands of people, as in life with namesakes."""

_DIGRAPHS = {"lj": "љ", "nj": "њ", "dž": "џ"}
_LETTERS = dict(zip("abcčćdđefghijklmnoprsštuvzž", "абцчћдђефгхијклмнопрсштувзж", strict=True))


@dataclass(frozen=True)
class Names:
    """Who lives in a place; first and last names go together, as women's and men's names differ in many languages."""

    female: tuple[tuple[str, ...], tuple[str, ...]]
    male: tuple[tuple[str, ...], tuple[str, ...]]

    def full(self, random: Random) -> str:
        """Somebody's name; two in three teachers are women."""
        first, last = self.female if random.random() < 0.68 else self.male
        return f"{random.choice(first)} {random.choice(last)}"


def names_of(place: dict[str, Any], seed: int) -> Names:
    """The names of a place, the same ones for the same seed."""
    if "last" in place:
        last = tuple(place["last"])
        return Names((tuple(place["female"]), last), (tuple(place["male"]), last))
    faker = Faker(place["locale"])
    faker.seed_instance(f"{seed} {place['locale']}")
    write = in_cyrillic if place.get("script") == "cyrillic" else str

    def drawn(kind: str, many: int) -> tuple[str, ...]:
        draw = getattr(faker, kind)
        return tuple(dict.fromkeys(write(draw()) for _ in range(many)))

    return Names(
        (drawn("first_name_female", FIRST), drawn("last_name_female", LAST)),
        (drawn("first_name_male", FIRST), drawn("last_name_male", LAST)),
    )


def in_cyrillic(name: str) -> str:
    """Serbian in its other script: "Đorđević" as "Ђорђевић"."""
    small = name.lower()
    for latin, letter in _DIGRAPHS.items():
        small = small.replace(latin, letter)
    written = "".join(_LETTERS.get(letter, letter) for letter in small)
    return " ".join("-".join(part.capitalize() for part in word.split("-")) for word in written.split())
