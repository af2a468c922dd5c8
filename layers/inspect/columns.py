"""What is in the columns of a layer, for looking into a file before it is used."""

import geopandas as gpd
import pandas as pd

from layers.contract.counts import read_counts
from layers.contract.issues import Issue
from layers.contract.text import as_text
from layers.landuse.grids import hierarchy_columns

__all__ = ["column_facts", "first_rows", "odd_counts"]

_ROWS = 5  # shown as examples
_LONGEST = 60  # signs of a text that are shown


def column_facts(gdf: gpd.GeoDataFrame) -> pd.DataFrame:
    """Describe the columns of a layer.

    Returns
    -------
    Index `column`; its kind ("number" or "text"), how many rows have it filled, how many different
    values there are, and an example.
    """
    rows = {}
    for name in gdf.columns.drop(gdf.geometry.name):
        texts = as_text(gdf[name])
        filled = texts[texts != ""]
        number = pd.api.types.is_numeric_dtype(gdf[name])
        rows[str(name)] = {
            "kind": "number" if number else "text",
            "filled": len(filled),
            "different": int(filled.nunique()),
            "example": str(filled.iloc[0])[:_LONGEST] if len(filled) else "",
        }
    columns = ["kind", "filled", "different", "example"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("column")


def first_rows(gdf: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give the first rows of a layer as texts, without their shapes."""
    rows = pd.DataFrame(gdf.drop(columns=gdf.geometry.name).head(_ROWS))
    texts = rows.apply(lambda column: as_text(column).str.slice(stop=_LONGEST))
    return texts.set_axis(list(map(str, rows.columns)), axis=1)


def odd_counts(gdf: gpd.GeoDataFrame, file: str) -> list[Issue]:
    """Say which numbers of households and people of a hierarchy cannot be read."""
    found = hierarchy_columns(gdf.columns)
    if not {"code", "level"} <= set(found):
        return []
    names = {key: str(found[key]) for key in ("households", "population") if key in found}
    return [
        issue
        for key, name in names.items()
        for issue in read_counts(gdf[name], file=file, name=name, of=key)[1]
    ]
