"""Reading map layers and tables from disk: the doors that the rest of the code uses."""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from layers.errors import LayerSchemaError, Named, quoted
from layers.paths import file_hash, input_files
from layers.reading import read_features
from layers.sheets import TABLE_ENDINGS, read_table

__all__ = [
    "TABLE_ENDINGS",
    "file_hash",
    "input_files",
    "read_layer",
    "read_table",
    "require_columns",
]


def read_layer(path: Path, *, layer: str | None = None) -> gpd.GeoDataFrame:
    """Read one layer of a map file, without the notes of `layers.reading.read_features`.

    Returns
    -------
    The features in file order, index 0, 1, …, in the CRS of the file (which may be None).

    Raises
    ------
    LayerFileError
        If the file is missing, empty, of an unknown format or holds no such layer.
    """
    return read_features(path, layer=layer).frame.reset_index(drop=True)


def require_columns(frame: pd.DataFrame, columns: list[str | None], what: Named) -> None:
    """Refuse a table that lacks a column named in the rules; None stands for a column not named."""
    missing = [name for name in columns if name and name not in frame.columns]
    if missing:
        names = [str(name) for name in frame.columns if name != "geometry"]
        found, found_zh = ", ".join(map(repr, names)), quoted(*names)
        wanted, wanted_zh = ", ".join(map(repr, missing)), quoted(*missing)
        raise LayerSchemaError(
            f"{what} has no column {wanted}. Found: {found or 'no columns'}. "
            "Correct the name in rules.toml.",
            f"{what.zh}没有列{wanted_zh}。现有列：{found_zh or '无'}。请更正 rules.toml 中的列名。",
        )
