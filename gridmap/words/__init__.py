"""The words on maps and pages, Chinese and English side by side: one table a page, one row a text.

A screen shows one language only. Names, duties and other texts of the user's data are not words
and stay as they were given. The tables are CSV files (key, zh, en), so that whoever translates
needs no Python; `{name}` in a text stands for a value put in by `say`.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

__all__ = ["LANGUAGES", "WORDS", "Language", "say", "words_in"]

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def _read_tables(folder: Path) -> dict[str, tuple[str, str]]:
    """Read all tables; a key stands in one of them only."""
    words: dict[str, tuple[str, str]] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["key"] in words:
                    raise ValueError(f"{path.name}: the key {row['key']!r} is there twice")
                words[row["key"]] = (row["zh"], row["en"])
    return words


WORDS: Mapping[str, tuple[str, str]] = _read_tables(Path(__file__).parent)


def say(key: str, language: Language, **values: object) -> str:
    """Give the text of a key in a language, with its values filled in."""
    return WORDS[key][LANGUAGES.index(language)].format(**values)


def words_in(language: Language, *prefixes: str) -> dict[str, str]:
    """Give all texts of a language whose keys begin with one of the prefixes, values open."""
    place = LANGUAGES.index(language)
    return {key: texts[place] for key, texts in WORDS.items() if key.startswith(prefixes)}
