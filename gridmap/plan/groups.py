"""Members of groups that are written by name, as the grids and objects that they are."""

import pandas as pd

from layers.contract.issues import Issue
from layers.contract.phrases import counted, few
from layers.contract.text import narrow

__all__ = ["with_member_ids"]


def with_member_ids(
    members: pd.DataFrame, grids: pd.DataFrame, objects: pd.DataFrame, *, file: str
) -> tuple[pd.DataFrame, list[Issue]]:
    """Write the code of a grid, or the id of an object, where a table of groups gives its name.

    A name or label is taken when one grid has it; of several levels the highest, if it is the only
    one there. An object is known by its id, its number in its register, its name or its credit
    code. Whatever is left stays as it is, and the rule GROUP-1 names it.

    Parameters
    ----------
    members
        MEMBERS as read.
    grids, objects
        GRIDS and OBJECTS of the plan.
    file
        Name of the table, for the issue.
    """
    if members.empty:
        return members, []
    known = {"grid": (set(grids.index), _grid_names(grids)),
             "object": (set(objects.index), _object_names(objects))}  # fmt: skip
    found, said = [], []
    for kind, given in zip(members["kind"], members["member_id"], strict=True):
        ids, names = known.get(kind, (set(), {}))
        code = given if given in ids else names.get(narrow(given), given)
        if code != given:
            said.append(given)
        found.append(code)
    changed = members.assign(member_id=pd.Series(found, index=members.index, dtype="str"))
    changed = changed[~changed.duplicated()].reset_index(drop=True)
    if not said:
        return changed, []
    shown = few(list(dict.fromkeys(said)), 4)
    one = Issue(
        "READ-8",
        "info",
        f"{file!r}: {counted(len(said), 'member is', 'members are')} written by name ({shown.en}) "
        "and taken as the grid or object of that name.",
        f"“{file}”：{len(said)} 个成员写的是名称（{shown.zh}），已按同名网格或对象处理。",
        code=file,
    )
    return changed, [one]


def _grid_names(grids: pd.DataFrame) -> dict[str, str]:
    """Grids by their names and labels, where one alone has it on its level."""
    rows = pd.concat(
        [
            pd.DataFrame(
                {
                    "code": grids.index.astype("str"),
                    "name": grids[column].map(narrow).to_numpy(),
                    "level": grids["level"].to_numpy(),
                }
            )
            for column in ("label", "name")
        ]
    )
    rows = rows[rows["name"] != ""].drop_duplicates()
    rows = rows[rows["level"] == rows.groupby("name")["level"].transform("min")]
    return _once(rows["name"], rows["code"])


def _object_names(objects: pd.DataFrame) -> dict[str, str]:
    ids = pd.Series(objects.index.astype("str"), dtype="str")
    numbers = ids.str.rpartition(":")[2]
    names = [numbers, *(objects[one].reset_index(drop=True) for one in ("name", "credit_code"))]
    found: dict[str, str] = {}
    for column in reversed(names):
        found |= _once(column.map(narrow), ids)
    return found


def _once(names: pd.Series, codes: pd.Series) -> dict[str, str]:
    """Codes by names that one alone has."""
    rows = pd.DataFrame({"name": names.to_numpy(), "code": codes.to_numpy()}).drop_duplicates()
    rows = rows[(rows["name"] != "") & ~rows["name"].duplicated(keep=False)]
    return dict(zip(rows["name"], rows["code"], strict=True))
