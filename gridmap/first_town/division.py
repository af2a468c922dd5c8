"""Boundaries of grids that a town has already, kept until its first plan is made of them.

They are no layer of ground: what they say is where micro-grids lie. So they lie in a folder of
their own, which the reading of the other files passes by, and go with it.
"""

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from gridmap.imports import Straddle
from layers.contract.errors import LayerFileError, quoted
from layers.files.atomic import watched_write, write_atomically
from layers.files.paths import clean_name
from layers.reading.features import Declared

__all__ = ["ENDINGS", "Division", "drop_division", "keep_division", "read_division", "say_how"]

# A shapefile as one zip file, or with its parts.
ENDINGS = ("geojson", "json", "geojsonl", "gpkg", "zip", "kml", "kmz", "fgb", "parquet", "shp")
SIDE = ("dbf", "shx", "prj", "cpg")
_FOLDER, _HOW = ".division", "how.json"
_TEXTS = ("layer", "straddle", "crs", "datum")


@dataclass(frozen=True)
class Division:
    """The file, and what was said of it.

    Attributes
    ----------
    path
        The file.
    columns
        Its columns by ours, as `gridmap.imports.read_source` has them; others are guessed.
    layer, crs, datum
        "" for what the file says itself.
    straddle
        What becomes of patches in several grids.
    """

    path: Path
    columns: Mapping[str, str] = field(default_factory=dict)
    layer: str = ""
    straddle: Straddle = "cut"
    crs: str = ""
    datum: str = ""

    @property
    def reading(self) -> dict[str, Any]:
        """Give what `gridmap.imports.read_source` is told."""
        declared = Declared(self.crs or None, self.datum or None)
        return {"columns": dict(self.columns), "layer": self.layer or None, "declared": declared}


def keep_division(folder: Path, files: Iterable[tuple[str, bytes]]) -> Division:
    """Keep the files of a division with a first town; one that was kept before goes.

    Parameters
    ----------
    folder
        Of the town in the making.
    files
        Names and bytes: one file, or the parts of a shapefile.

    Raises
    ------
    LayerFileError
        If none of them is a layer.
    """
    given = [(clean_name(name), data) for name, data in files]
    layers = sorted(name for name, _ in given if _ending(name) in ENDINGS)
    if not layers:
        names = ", ".join(repr(name) for name, _ in given)
        names_zh = "、".join(quoted(name) for name, _ in given)
        raise LayerFileError(
            f"None of {names} holds the areas of grids. Give a GeoJSON, GeoPackage or KML, or a "
            "shapefile as a zip file or with all of its parts.",
            f"{names_zh}都不是网格的面图层。请给出 GeoJSON、GeoPackage、KML，"
            "或整包（zip）及各配套文件齐全的 shp。",
        )
    drop_division(folder)
    home = folder / _FOLDER
    with watched_write(home):
        home.mkdir(mode=0o700)
    for name, data in given:
        write_atomically(home / name, data, private=True)
    made = Division(home / layers[0])
    say_how(folder, made)
    return made


def read_division(folder: Path) -> Division | None:
    """Give the division that is kept with a town; None without one."""
    try:
        told = json.loads((folder / _FOLDER / _HOW).read_text(encoding="utf-8"))
        path = folder / _FOLDER / clean_name(str(told["file"]))
        columns = {str(ours): str(name) for ours, name in told["columns"].items()}
        kinds: tuple[Straddle, ...] = get_args(Straddle)
        straddle = next((one for one in kinds if one == told["straddle"]), kinds[0])
        made = Division(
            path, columns, str(told["layer"]), straddle, str(told["crs"]), str(told["datum"])
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return made if path.is_file() else None


def say_how(folder: Path, division: Division) -> None:
    """Keep what was said of the division of a town."""
    told = {"file": division.path.name, "columns": dict(division.columns)}
    told |= {name: getattr(division, name) for name in _TEXTS}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    write_atomically(folder / _FOLDER / _HOW, text.encode(), overwrite=True, private=True)


def drop_division(folder: Path) -> None:
    """Take the division of a town away again; nothing of it is left."""
    if (folder / _FOLDER).is_dir():
        with watched_write(folder):
            shutil.rmtree(folder / _FOLDER)


def _ending(name: str) -> str:
    return Path(name).suffix.lower().removeprefix(".")
