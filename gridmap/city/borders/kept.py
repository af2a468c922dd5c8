"""Answers that cost seconds and change only with the plans: kept, with what they are made of.

They lie with the notes of the catalogue and are worked out anew whenever these are missing, damaged
or of something else. A folder that nobody may write to keeps none.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from gridmap.city.folder import City
from gridmap.city.joined import PARTS
from layers.contract.errors import GridmapError
from layers.files.atomic import write_atomically

__all__ = ["kept_answer", "kept_pairs"]

Pair = tuple[str, str]
_FORM = 1  # raised when the same plans are answered otherwise


def kept_answer(
    city: City, name: str, made_of: object, work: Callable[[], pd.DataFrame]
) -> pd.DataFrame:
    """Give an answer as it was worked out before, or work it out.

    Parameters
    ----------
    city
        Of whom it is asked.
    name
        Of the question.
    made_of
        Plain values that are others when the answer may be another one.
    work
        Gives a frame of texts and numbers with a plain index.
    """
    place = _place(city, name)
    key = json.dumps([_FORM, made_of])
    try:
        told = json.loads(place.read_bytes())
        if told["made_of"] == key:
            return pd.DataFrame(told["columns"]).astype(told["kinds"])
    except (OSError, ValueError, TypeError, KeyError):
        pass  # derived: worked out
    frame = work()
    told = {
        "made_of": key,
        "kinds": frame.dtypes.map(str).to_dict(),
        "columns": frame.to_dict("list"),
    }
    _keep(place, told)
    return frame


def kept_pairs(
    city: City,
    name: str,
    made_of: Mapping[Pair, str],
    work: Callable[[list[Pair]], Mapping[Pair, list[Any]]],
) -> dict[Pair, list[Any]]:
    """Give an answer by pairs of towns: of them only what is made of others is worked out.

    Parameters
    ----------
    city
        Of whom it is asked.
    name
        Of the question.
    made_of
        For each pair a digest of all that it depends on.
    work
        Gives rows of plain values for some of the pairs; none for one that it leaves out.

    Returns
    -------
    The rows of every pair, in the order of `made_of`.
    """
    place, known = _place(city, name), {}
    try:
        told = json.loads(place.read_bytes())
        if told["form"] == _FORM:
            known = {str(key): list(rows) for key, rows in told["pairs"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        pass  # derived: worked out
    missing = [pair for pair, digest in made_of.items() if digest not in known]
    if missing:
        fresh = work(missing)
        # As they are when read again, so that the first answer is that of later.
        known |= {made_of[one]: json.loads(json.dumps(fresh.get(one, []))) for one in missing}
    used = {digest: known[digest] for digest in made_of.values()}
    if used.keys() != known.keys() or missing:
        _keep(place, {"form": _FORM, "pairs": used})
    return {pair: known[digest] for pair, digest in made_of.items()}


def _place(city: City, name: str) -> Path:
    return city.catalogue / PARTS / f"{name}.json"


def _keep(place: Path, told: Mapping[str, object]) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(place, json.dumps(told, ensure_ascii=False).encode(), overwrite=True)
    except (OSError, GridmapError):
        pass
