"""People who are on the rosters of several towns: one person can be posted in one of them only."""

from collections.abc import Mapping

import pandas as pd

__all__ = ["find_shared_people"]


def find_shared_people(rosters: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """List the people who are on more than one roster.

    Parameters
    ----------
    rosters
        PEOPLE frames by the name of each roster or town.

    Returns
    -------
    One row a person: `name`, `known_by` (id, when the id and the name are the same; phone, when the
    name and the phone are), `rosters` (names, separated by ";") and `ids` (the id on each, in the
    same order), in order of name. Phones are not in it. Two towns may number alike: one id with two
    names is nobody who is shared.
    """
    rows = pd.concat(
        [
            pd.DataFrame(
                {
                    "roster": name,
                    "id": people.index.astype("str"),
                    "name": people["name"].to_numpy(),
                    "phone": people["phone"].to_numpy(),
                }
            )
            for name, people in rosters.items()
        ],
        ignore_index=True,
    )
    found: dict[tuple[str, tuple[tuple[str, str], ...]], dict[str, str]] = {}
    for known_by in ("id", "phone"):
        given = rows[(rows["name"] != "") & (rows[known_by] != "")]
        # Most people are there once: in a province half a million.
        given = given[given.duplicated(["name", known_by], keep=False)]
        for (name, _), part in given.groupby(["name", known_by], sort=True):
            places = tuple(zip(part["roster"], part["id"], strict=True))
            if part["roster"].nunique() > 1 and (str(name), places) not in found:
                found[str(name), places] = {
                    "name": str(name),
                    "known_by": known_by,
                    "rosters": ";".join(part["roster"]),
                    "ids": ";".join(part["id"]),
                }
    columns = ["name", "known_by", "rosters", "ids"]
    table = pd.DataFrame(list(found.values()), columns=columns)
    return table.sort_values(["name", "rosters"], kind="stable").reset_index(drop=True)
