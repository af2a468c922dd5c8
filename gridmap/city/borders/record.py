"""What towns have agreed on, as kept in the folder of a city: which layer counts for which town.

The ground that a town gives and takes lies in a layer in its own folder, whose name says what is in
it and which is never changed. One small file says which layer counts for each town; replacing it
changes the border of all of them at once.
"""

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd

from layers.contract.errors import LayerFileError, quoted
from layers.files.atomic import write_atomically

__all__ = ["AGREED", "NAME", "read_agreed", "read_moves", "write_agreed", "write_moves"]

AGREED = "agreed-borders.json"
NAME = "agreed-borders-*.parquet"
_SIGNS = 12  # of the digest in the name of a layer


def read_agreed(folder: Path) -> dict[str, str]:
    """Give the layer of agreed borders that counts for each town, by name.

    Raises
    ------
    LayerFileError
        If the file is there and cannot be read: without it borders would fall back unseen.
    """
    path = Path(folder) / AGREED
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(told, dict):
            raise ValueError("no table")
        return {str(town): str(file) for town, file in told.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise LayerFileError(
            f"{str(path)!r} cannot be read. Bring it back from a copy; it says which "
            "borders towns have agreed on.",
            f"{quoted(path)}无法读取。请从备份恢复，其中记有各镇商定的边界。",
        ) from None


def write_agreed(folder: Path, agreed: Mapping[str, str]) -> None:
    """Say which layer counts for each town; "" for none."""
    kept = {town: file for town, file in sorted(agreed.items()) if file}
    text = json.dumps(kept, ensure_ascii=False, indent=1)
    write_atomically(Path(folder) / AGREED, text.encode(), overwrite=True)


def read_moves(path: Path) -> gpd.GeoDataFrame:
    """Give the ground that a town has agreed to give and take, in order.

    Returns
    -------
    `number`, `kind`, `other` (code of the town agreed with) and polygons in the work CRS of the
    town.
    """
    return gpd.read_parquet(path)


def write_moves(folder: Path, moves: gpd.GeoDataFrame) -> str:
    """Write the agreed ground of a town into its folder; give the name of the layer, "" for none.

    The same ground has the same name.
    """
    if moves.empty:
        return ""
    content = io.BytesIO()
    moves.to_parquet(content, index=False)
    digest = hashlib.sha256(content.getvalue()).hexdigest()
    name = NAME.replace("*", digest[:_SIGNS])
    write_atomically(folder / name, content.getvalue(), overwrite=True)
    return name
