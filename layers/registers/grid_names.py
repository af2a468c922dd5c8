"""Home villages and present grids of a roster that are written by name instead of by code."""

import geopandas as gpd
import pandas as pd

from layers.contract.issues import Issue
from layers.contract.phrases import counted, few
from layers.contract.text import narrow

__all__ = ["with_grid_codes"]

_COLUMNS = ("home_code", "present_grid")


def with_grid_codes(
    people: pd.DataFrame, grids: gpd.GeoDataFrame, *, file: str
) -> tuple[pd.DataFrame, list[Issue]]:
    """Write the code of the grid where a roster gives its name, and say so.

    A name is taken when one given grid has it; of several the one of the highest level, if it is
    the only one of that level. Whatever is left stays as it is, and PEOPLE-1 names it.

    Parameters
    ----------
    people
        PEOPLE frame.
    grids
        The given grids: a HIERARCHY frame, or rows of GRIDS.
    file
        Name of the roster, for the issue.
    """
    codes = _codes_by_name(grids)
    changed, said = {}, []
    for column in _COLUMNS:
        texts = people[column]
        found = texts.where(texts.isin(grids.index)).fillna(texts.map(narrow).map(codes))
        named = found.notna() & ~texts.isin(grids.index)
        changed[column] = found.fillna(texts).astype("str")
        said += list(texts[named])
    if not said:
        return people, []
    shown = few(list(dict.fromkeys(said)), 4)
    issue = Issue(
        "READ-8",
        "info",
        f"{file!r}: {counted(len(said), 'village or grid is', 'villages and grids are')} written "
        f"by name ({shown.en}) and taken as the grid of that name.",
        f"“{file}”：{len(said)} 处村或网格写的是名称（{shown.zh}），已按同名网格的编码处理。",
        code=file,
    )
    return people.assign(**changed), [issue]


def _codes_by_name(grids: gpd.GeoDataFrame) -> dict[str, str]:
    rows = pd.DataFrame(
        {
            "code": grids.index.astype("str"),
            "name": grids["name"].map(narrow).to_numpy(),
            "level": grids["level"].to_numpy(),
        }
    )
    rows = rows[rows["name"] != ""].drop_duplicates()
    top = rows.groupby("name")["level"].transform("min")
    rows = rows[rows["level"] == top]
    once = rows[~rows["name"].duplicated(keep=False)]
    return dict(zip(once["name"], once["code"], strict=True))
