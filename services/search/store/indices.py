"""The indices: how words are cut and folded, which fields each kind has, and what a change of them means.

An index is named after its kind and what it is made of, `people-3f2a91c0-1`; readers know the alias `people` only.
"""

import hashlib
import json
from typing import Any

from services.search.contract import Kind
from services.search.spelling import SPELLING

STEMMED = {
    "en": "english",
    "fr": "light_french",
    "de": "light_german",
    "es": "light_spanish",
    "it": "light_italian",
    "pt": "light_portuguese",
    "nl": "dutch",
    "sv": "swedish",
    "nb": "norwegian",
    "da": "danish",
    "fi": "finnish",
    "hu": "hungarian",
    "ro": "romanian",
    "el": "greek",
    "tr": "turkish",
    "ru": "russian",
    "bg": "bulgarian",
    "ar": "arabic",
}
"""Languages whose inflections are undone, and the stemmer of each. (PS-09)"""

LOWERCASE = {"el": "greek", "tr": "turkish"}
WRITTEN_AS = {"no": "nb", "uk": "ru", "mk": "bg", "az": "tr"}
"""Languages close enough to be read by another's stemmer."""


def _analysis() -> dict[str, Any]:
    filters: dict[str, Any] = {
        "beginnings": {"type": "edge_ngram", "min_gram": 2, "max_gram": 15},
        "elisions": {
            "type": "elision",
            "articles_case": True,
            "articles": ["l", "m", "t", "qu", "n", "s", "j", "d", "c", "un", "dell", "nell", "all", "sull"],
        },
    }
    analyzers: dict[str, Any] = {
        "words": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "asciifolding"]},
        "beginnings": {
            "type": "custom",
            "tokenizer": "standard",
            "filter": ["lowercase", "asciifolding", "beginnings"],
        },
    }
    for code, stemmer in STEMMED.items():
        lower = f"lower_{code}" if code in LOWERCASE else "lowercase"
        if code in LOWERCASE:
            filters[lower] = {"type": "lowercase", "language": LOWERCASE[code]}
        filters[f"stem_{code}"] = {"type": "stemmer", "language": stemmer}
        steps = [lower, f"stem_{code}"]
        if code in ("fr", "it"):
            steps.insert(1, "elisions")
        if code == "ar":
            steps.insert(1, "arabic_normalization")
        if code == "de":
            steps.insert(1, "german_normalization")
        if code not in ("el", "ru", "bg", "ar"):
            steps.append("asciifolding")
        analyzers[f"said_{code}"] = {"type": "custom", "tokenizer": "standard", "filter": steps}
    return {"filter": filters, "analyzer": analyzers}


_KEYWORD = {"type": "keyword"}
_FLAG = {"type": "boolean"}
_DAY = {"type": "date"}
_WORDS = {"type": "text", "analyzer": "words", "norms": False}
_PROSE = {"type": "text", "analyzer": "words"}
_AGES = {"ages": _KEYWORD, "bands": _KEYWORD}
"""Every year of the pupils' ages and the bands they touch: words are compared faster than ranges."""
_BEGUN = {
    **_WORDS,
    "fields": {
        "begin": {"type": "text", "analyzer": "beginnings", "search_analyzer": "words", "norms": False}
    },
}
_SAID = {
    "properties": {code: {"type": "text", "analyzer": f"said_{code}", "norms": False} for code in STEMMED}
}

FIELDS: dict[Kind, dict[str, Any]] = {
    Kind.PEOPLE: {
        "id": _KEYWORD,
        "name": _WORDS,
        "who": _BEGUN,
        "bones": _WORDS,
        "interests": _BEGUN,
        "idea": _PROSE,
        "about": _PROSE,
        "taught": _WORDS,
        "said": _SAID,
        **dict.fromkeys(("country", "region", "languages", "subjects", "level", "role"), _KEYWORD),
        **dict.fromkeys(("vocational", "available", "available_plus", "plus", "first_time"), _FLAG),
        **_AGES,
        **dict.fromkeys(("seen_on", "active_on", "registered_at"), _DAY),
    },
    Kind.SCHOOLS: {
        "id": _KEYWORD,
        "who": _BEGUN,
        "bones": _WORDS,
        **dict.fromkeys(("country", "region", "level"), _KEYWORD),
    },
    Kind.PROJECTS: {
        "id": _KEYWORD,
        "title": _WORDS,
        "text": _PROSE,
        "taught": _WORDS,
        "said": _SAID,
        **dict.fromkeys(("countries", "languages", "subjects", "years", "state"), _KEYWORD),
        **_AGES,
        "approved_at": _DAY,
    },
    Kind.POSTS: {
        "id": _KEYWORD,
        "author": _KEYWORD,
        "title": _WORDS,
        "text": _PROSE,
        "taught": _WORDS,
        "said": _SAID,
        **dict.fromkeys(("section", "band", "country", "languages", "subjects", "wanted"), _KEYWORD),
        **dict.fromkeys(("plus", "available", "available_plus", "pinned"), _FLAG),
        **_AGES,
        **dict.fromkeys(("seen_on", "renewed_at", "expires_at"), _DAY),
    },
    Kind.MEETINGS: {
        "id": _KEYWORD,
        "title": _WORDS,
        "text": _PROSE,
        "taught": _WORDS,
        "said": _SAID,
        **dict.fromkeys(("kind", "mode", "languages", "country"), _KEYWORD),
        **dict.fromkeys(("starts_at", "ends_at"), _DAY),
    },
}


REFRESHED = "1s"
"""How long after it was written a document is searchable, at most."""


def body_of(kind: Kind, refreshed: str = REFRESHED) -> dict[str, Any]:
    """What an index of this kind is created with. Nothing is kept but what is searched: texts stay with their owner."""
    return {
        "settings": {
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            "refresh_interval": refreshed,
            "gc_deletes": "10m",
            "analysis": _analysis(),
        },
        "mappings": {"dynamic": "strict", "_source": {"enabled": False}, "properties": FIELDS[kind]},
    }


def made_of(kind: Kind) -> str:
    """What tells an index of today's fields, and of today's way to write what is in them, from one of yesterday's."""
    told = json.dumps([body_of(kind), sorted(WRITTEN_AS.items()), SPELLING], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:8]
