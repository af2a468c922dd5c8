"""The words of a roster and what they mean: roles, employment and skills.

A role of the rules is known by its key and its names; the words of a town come before ours.
"""

import re
from collections.abc import Mapping

from layers.contract.categories import CATEGORIES, RESIDUAL, SUBCLASSES
from layers.contract.text import narrow

__all__ = ["EMPLOYMENT_WORDS", "ROLE_WORDS", "SKILL_WORDS", "plain_word", "role_words", "words_of"]

# Roles that every town has: whoever is posted on micro-grids, and standing leaders of given grids.
ROLE_WORDS: Mapping[str, str] = {
    "cadre": "cadre",
    "干部": "cadre",
    "下沉干部": "cadre",
    "leader": "leader",
    "网格长": "leader",
}
EMPLOYMENT_WORDS: Mapping[str, str] = {
    word: key
    for key, words in {
        "full": ("full", "full-time", "专职", "全职", "在编", "专职网格员"),
        "part": ("part", "part-time", "兼职", "兼任", "志愿", "志愿者", "兼职网格员"),
        "detached": ("detached", "抽调", "借调", "下沉", "派驻", "选派"),
    }.items()
    for word in words
}
SKILL_WORDS: Mapping[str, str] = {
    word.lower(): kind.key for kind in (*CATEGORIES, RESIDUAL, *SUBCLASSES) for word in kind.words
}
_SEPARATORS = re.compile("[;；、，,\n]")


def plain_word(text: str) -> str:
    """Write a word as it is looked up: narrow, small letters, no blanks."""
    return "".join(narrow(text).lower().split())


def words_of(text: str) -> list[str]:
    """Give the words of a cell that may hold several, as they are looked up."""
    return [word for part in _SEPARATORS.split(text) if (word := plain_word(part))]


def role_words(given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give the key of a role by each word for it; those of the town come before ours."""
    return {**ROLE_WORDS, **{plain_word(word): key for word, key in (given or {}).items()}}
