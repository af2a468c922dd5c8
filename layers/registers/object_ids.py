"""Which object a table means: by its id, with or without the file, by credit code or by name."""

import pandas as pd

__all__ = ["find_objects"]


def find_objects(given: pd.Series, objects: pd.DataFrame) -> pd.Series:
    """Find the objects that texts stand for.

    Parameters
    ----------
    given
        Texts such as `firms:QY001`, `QY001`, a credit code, or a name.
    objects
        OBJECTS by object_id.

    Returns
    -------
    The object_id of each, on the index given; "" where none is meant, or more than one. The first
    of these ways that knows a text decides.
    """
    whole = pd.Series(objects.index, index=objects.index, dtype="str")
    keys = (
        whole,
        # `str.partition` has no third column where there are no objects.
        pd.Series([one.partition(":")[2] for one in whole], index=whole.index, dtype="str"),
        objects["credit_code"].astype("str"),
        objects["name"].astype("str"),
    )
    meant: dict[str, str] = {}
    for key in reversed(keys):  # what decides is entered last
        single = key[(key != "") & ~key.duplicated(keep=False)]
        for text in key[(key != "") & key.duplicated(keep=False)].unique():
            meant[str(text)] = ""
        meant |= dict(zip(single, single.index, strict=True))
    meant[""] = ""
    return given.astype("str").map(meant).fillna("").astype("str")
