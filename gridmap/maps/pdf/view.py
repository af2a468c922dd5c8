"""A window of the ground in a frame on paper, at a true scale."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from gridmap.maps.pdf.pen import on_paper
from gridmap.maps.pdf.sheets import SCALES, Box

__all__ = ["View", "view_of"]

SPARE_MM = 2.0  # drawn round the frame, cut by it
_NEAR = (500, 600, 750, 800, 1000, 1250, 1500)  # larger than maps of a whole town


@dataclass(frozen=True)
class View:
    """A window of the ground in a frame of a page.

    Attributes
    ----------
    frame
        The frame, in mm from the upper left corner of the page.
    window
        The ground that it shows, in metres of the work CRS; as wide and high as the frame.
    scale
        Denominator of the scale.
    size
        How much larger letters and lines are than on A3.
    """

    frame: Box
    window: Box
    scale: int
    size: float

    @property
    def seen(self) -> shapely.Polygon:
        """The ground that is drawn, a little more than the window."""
        spare, window = SPARE_MM * self.scale / 1000, self.window
        return shapely.box(
            window.left - spare, window.low - spare, window.right + spare, window.high + spare
        )

    def cut(self, shapes: np.ndarray) -> np.ndarray:
        """Bring what the frame shows to paper; what lies outside comes back empty."""
        return on_paper(
            shapely.clip_by_rect(shapes, *self.seen.bounds), self.window, self.frame, self.scale
        )

    def shown(self, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Bring the rows of a frame to paper, without those that lie outside."""
        cut = self.cut(frame.geometry.to_numpy())
        there = ~shapely.is_empty(cut)
        return gpd.GeoDataFrame(frame[there].drop(columns="geometry"), geometry=cut[there])


def view_of(
    bounds: tuple[float, float, float, float], frame: Box, *, spare_mm: float, size: float,
    scale: int | None = None,
) -> View:  # fmt: skip
    """Lay ground into the middle of a frame, at the largest usual scale that holds it.

    Parameters
    ----------
    bounds
        West, south, east and north of the ground, in metres of the work CRS.
    frame
        The frame on the page, in mm.
    spare_mm
        Least room between the ground and the frame.
    size
        Of letters and lines, as in `View`.
    scale
        Denominator of the scale; None for the largest of 1:500, 1:600, … that holds the ground.
    """
    west, south, east, north = bounds
    if scale is None:
        least = max(
            (east - west) * 1000 / max(frame.width - 2 * spare_mm, 1.0),
            (north - south) * 1000 / max(frame.height - 2 * spare_mm, 1.0),
        )
        scale = next((each for each in (*_NEAR, *SCALES) if each >= least), _rounded_up(least))
    x, y = (west + east) / 2, (south + north) / 2
    half_x, half_y = frame.width * scale / 2000, frame.height * scale / 2000
    return View(frame, Box(x - half_x, y - half_y, x + half_x, y + half_y), scale, size)


def _rounded_up(least: float) -> int:
    """Give the least denominator of two digits, 26000 or 110000, that is not below one."""
    step = 10.0 ** (np.floor(np.log10(max(least, 10.0))) - 1)
    return int(np.ceil(least / step) * step)
