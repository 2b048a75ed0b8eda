"""Whether two texts say the same to a reader, whatever their spaces, capitals, accents and punctuation."""

import hashlib
import unicodedata


def letters_of(*texts: str) -> str:
    """Nothing but the letters and digits, small and without accents; a text without any stays as it is."""
    taken_apart = unicodedata.normalize("NFKD", "\n".join(texts)).casefold()
    return "".join(letter for letter in taken_apart if letter.isalnum()) or taken_apart.strip()


def fingerprint_of(*texts: str) -> str:
    """The same for all texts that say the same. (CO-10 PS-18)"""
    return hashlib.sha256(letters_of(*texts).encode()).hexdigest()
