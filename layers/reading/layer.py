"""Reading map layers and tables from disk: the doors that the rest of the code uses."""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from layers.contract.errors import LayerSchemaError, Named
from layers.contract.phrases import did_you_mean, few
from layers.files.paths import file_hash, input_files
from layers.reading.features import read_features
from layers.sheets.reading import TABLE_ENDINGS, read_table

__all__ = [
    "TABLE_ENDINGS",
    "file_hash",
    "input_files",
    "missing_columns",
    "read_layer",
    "read_table",
    "require_columns",
]

_COLUMNS = 20  # named in one sentence


def read_layer(path: Path, *, layer: str | None = None) -> gpd.GeoDataFrame:
    """Read one layer of a map file, without the notes of `read_features`.

    Parameters
    ----------
    path
        File of any known format.
    layer
        Layer to read; may be left out when there is just one.

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
        fault = missing_columns(missing, list(frame.columns), what)
        raise LayerSchemaError(
            f"{fault.en} Correct the name in rules.toml.",
            f"{fault.zh}请更正 rules.toml 中的列名。",
        )


def missing_columns(missing: list[str], names: list[object], what: Named) -> Named:
    """Say which columns a file lacks, what may have been meant, and which there are."""
    there = [str(name) for name in names if name != "geometry"]
    wanted, found = few(missing), few(there, _COLUMNS)
    near = [did_you_mean(name, there) for name in missing]
    meant = "".join(f" {one.en[0].upper()}{one.en[1:]}" for one in near if one.en)
    meant_zh = "".join(one.zh for one in near)
    return Named(
        f"{what} has no column {wanted.en}.{meant} Found: {found.en or 'no columns'}.",
        f"{what.zh}没有列{wanted.zh}。{meant_zh}现有列：{found.zh or '无'}。",
    )
