"""Answers that cost seconds and change only with the plans: kept, with what they are made of.

They lie with the notes of the catalogue and are worked out anew whenever these are missing, damaged
or of something else. A folder that nobody may write to keeps none.
"""

import json
from collections.abc import Callable

import pandas as pd

from gridmap.city.folder import City
from gridmap.city.joined import PARTS
from layers.contract.errors import GridmapError
from layers.files.atomic import write_atomically

__all__ = ["kept_answer"]

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
    place = city.catalogue / PARTS / f"{name}.json"
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
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(place, json.dumps(told, ensure_ascii=False).encode(), overwrite=True)
    except (OSError, GridmapError):
        pass
    return frame
