"""What the towns of a city were given of the files that they share, kept in its folder.

It is not derived: by it a file that was cut for a town is told from one that somebody put there.
"""

import json
from typing import Any

from gridmap.city.folder import City
from layers.files.atomic import write_atomically

__all__ = ["GIVEN", "read_given", "write_given"]

GIVEN = "given.json"
_BEFORE = "roster.json"  # where the roster was recorded at first, in the catalogue


def read_given(city: City, key: str) -> dict[str, Any]:
    """Give what was cut last of a shared file, `landuse` or `roster`; nothing where none was.

    Returns
    -------
    `source`, the stamp of the shared file, "" where a town could not be given its part; `towns`,
    the digest of what each was given by name; of the roster `faults`, rows that are of no town.
    """
    told = _read(city).get(key, {})
    return told if isinstance(told, dict) else {}


def write_given(city: City, key: str, told: dict[str, Any]) -> None:
    """Keep what was cut of a shared file."""
    text = json.dumps(_read(city) | {key: told}, ensure_ascii=False, indent=1, sort_keys=True)
    write_atomically(city.folder / GIVEN, text.encode(), overwrite=True)


def _read(city: City) -> dict[str, Any]:
    for place in (city.folder / GIVEN, city.catalogue / _BEFORE):
        try:
            told = json.loads(place.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(told, dict):
            return told if place.name == GIVEN else {"roster": told}
    return {}
