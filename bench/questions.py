"""Forty searches for partners, as teachers put them: by keyword, by filters, by both, by nothing, and further pages."""

from typing import Any

Question = dict[str, Any]

BY_WORDS: list[Question] = [
    {"text": text}
    for text in (
        "robotics", "climate change", "coro", "teatro", "Wasser", "astronomía", "fairy tales", "podcast",
        "fotografía naturaleza", "роботика", "αστρονομία", "theatr", "matematica giochi", "Märchen Kinder",
        "kultureles Erbe Stadt", "ჭადრაკი", "water rivers", "chorale",
    )
]  # fmt: skip
BY_FILTERS: list[Question] = [
    {"countries": "IT"},
    {"countries": ("FR", "BE")},
    {"languages": "en", "age_from": 10, "age_to": 12},
    {"subjects": "music"},
    {"countries": "PL", "languages": "en", "subjects": "mathematics"},
    {"levels": "primary"},
    {"vocational": "true"},
    {"recently_active": "true", "languages": "de"},
]
BY_BOTH: list[Question] = [
    {"text": "water", "languages": "en", "age_from": 8, "age_to": 11},
    {"text": "teatro", "countries": ("ES", "PT")},
    {"text": "robotik", "countries": "DE", "levels": "upper_secondary"},
    {"text": "klima", "languages": "en", "recently_active": "true"},
    {"text": "STEM", "subjects": "informatics"},
    {"text": "songs", "countries": ("TR", "GR", "IT"), "age_from": 6, "age_to": 9},
    {"text": "photography", "levels": "lower_secondary", "languages": ("en", "fr")},
    {"text": "sport", "countries": "RO", "first_time": "true"},
]
BY_NOTHING: list[Question] = [{}, {"sort": "active"}]
FIRST_PAGES = [*BY_WORDS, *BY_FILTERS, *BY_BOTH, *BY_NOTHING]
PAGED: list[Question] = [
    {},
    {"text": "robotics"},
    {"countries": "IT"},
    {"text": "teatro", "countries": ("ES", "PT")},
]
"""Of these the second page is asked for, too."""
