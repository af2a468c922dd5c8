"""One layer of the dropped files: what it is taken for, where it lies, and its shapes there."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from gridmap.first_town.guess import Guess
from gridmap.first_town.looking import Looked
from layers.contract.errors import GridmapError, Named, quoted
from layers.location.datum_shift import Shift
from layers.location.placing import read_placed
from layers.reading.features import Declared

__all__ = ["Finding", "declared_for", "read_finding"]


@dataclass(frozen=True)
class Finding:
    """One layer: what it is taken for, and where it lies."""

    looked: Looked
    guess: Guess
    chosen: bool  # whether a person has said so
    crs: str  # of the file, as it will be read; "" when nobody knows
    asks_crs: bool  # whether it is not told by the file
    shift: Shift | None = None
    datum: str = ""

    @property
    def key(self) -> str:
        """Name it among all."""
        return self.looked.key

    @property
    def role(self) -> str:
        """What it is taken for."""
        return str(self.guess.role)


def declared_for(finding: Finding) -> Declared:
    """What reading has to be told of the place of a layer."""
    told = finding.looked.found
    crs = finding.crs if not (told.crs_sure and finding.crs == told.crs) else None
    return Declared(crs=crs or None, datum=finding.datum or None)


def read_finding(folder: Path, finding: Finding, crs: str) -> gpd.GeoDataFrame | None:
    """Read a layer where it lies; None when that is not known."""
    looked = finding.looked
    what = Named(f"Layer {looked.file!r}", f"图层{quoted(looked.file)}")
    try:
        placed, _ = read_placed(
            folder / looked.file, crs=crs, what=what, layer=looked.found.layer or None,
            declared=declared_for(finding),
        )  # fmt: skip
    except (GridmapError, ValueError):
        return None
    return placed[~(placed.geometry.isna() | placed.geometry.is_empty)]
