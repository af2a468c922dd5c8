"""Whether a coordinate system is made for the place, and which of its kind is.

A map projection is true near its middle alone: a zone of 3 degrees serves what lies in it. By the
area of use that the EPSG registry gives to each system; its copy comes with pyproj.
"""

from dataclasses import dataclass

import numpy as np
from pyproj import CRS, Proj, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType

from layers.contract.errors import LayerCRSError, Named, quoted

__all__ = ["OutOfUse", "out_of_use", "require_use"]

_NEAR = 6.0  # degrees: the widest zones that are in use
_TURN = 360.0
_WGS84 = CRS("EPSG:4326")


@dataclass(frozen=True)
class OutOfUse:
    """A place for which a coordinate system is not made.

    Attributes
    ----------
    crs
        The system.
    place
        Longitude and latitude of the middle of the ground, degrees.
    off_deg
        How far that lies beyond the area of use, along the meridian or the parallel.
    stretch
        By which share lengths in it are too long there; None for longitude and latitude, and where
        the system has no numbers.
    fitting
        The system of its family in whose area the place lies; else the UTM zone of the place.
    along_deg
        How far it lies beyond the area along the parallel alone.
    """

    crs: CRS
    place: tuple[float, float]
    off_deg: float
    stretch: float | None
    fitting: CRS | None
    along_deg: float

    @property
    def is_far(self) -> bool:
        """Whether no zone beside it begins there: nobody can mean this system.

        Of a zone along a meridian the longitude decides. It is as true at any latitude, and the
        registry lets zones of China end at the mainland, far north of the islands of Sansha.
        """
        area = self.crs.area_of_use
        width = _width(area.west, area.east) if area else 0.0
        off = self.along_deg if _follows_meridian(self.crs) else self.off_deg
        return off > min(width, _NEAR)

    @property
    def told(self) -> Named:
        """Where the system is made for, where the ground lies, and which system fits."""
        lon, lat = self.place
        area = self.crs.area_of_use
        made_for = "" if area is None else (
            f"{area.west:g} to {area.east:g} E, {area.south:g} to {area.north:g} N"
        )  # fmt: skip
        made_for_zh = "" if area is None else (
            f"东经 {area.west:g}° 至 {area.east:g}°、北纬 {area.south:g}° 至 {area.north:g}°"
        )  # fmt: skip
        off = off_zh = take = take_zh = ""
        if self.stretch is not None:
            size = f"{100 * self.stretch:.2g}"
            off = f"; lengths in it are {size} % too long there"
            off_zh = f"，长度偏大 {size}%"
        if self.fitting is not None:
            code = ":".join(self.fitting.to_authority() or ()) or self.fitting.name
            take = f" Take {code} ({self.fitting.name})."
            take_zh = f"请用 {code}（{self.fitting.name}）。"
        return Named(
            f"{self.crs.name!r} is made for {made_for}, but the ground lies at {lon:.2f} E, "
            f"{lat:.2f} N{off}.{take}",
            f"{quoted(self.crs.name)}适用于{made_for_zh}，而地块位于东经 {lon:.2f}°、"
            f"北纬 {lat:.2f}°{off_zh}。{take_zh}",
        )


def out_of_use(
    bounds: tuple[float, float, float, float], crs: CRS, wanted: CRS
) -> OutOfUse | None:  # fmt: skip
    """Say whether ground lies outside the area of use of a coordinate system, by its middle.

    Parameters
    ----------
    bounds, crs
        West, south, east and north of the ground, and the system of these numbers.
    wanted
        The system that it is to be written in.

    Returns
    -------
    What is wrong; None where nothing is, where the registry says nothing of the system, and where
    ground has no bounds.
    """
    area = wanted.area_of_use
    if area is None or wanted == crs or not np.isfinite(bounds).all():
        return None
    west, south, east, north = bounds
    lon, lat = Transformer.from_crs(crs, _WGS84, always_xy=True).transform(
        (west + east) / 2, (south + north) / 2
    )
    beyond = 0.0
    if (lon - area.west) % _TURN > _width(area.west, area.east):
        beyond = min((area.west - lon) % _TURN, (lon - area.east) % _TURN)
    off = max(beyond, area.south - lat, lat - area.north)
    if off <= 0 or not np.isfinite([lon, lat]).all():
        return None
    place = (float(lon), float(lat))
    return OutOfUse(
        wanted, place, float(off), _stretch(wanted, place), _fitting(wanted, place), float(beyond)
    )


def require_use(
    bounds: tuple[float, float, float, float], crs: CRS, wanted: CRS, what: Named
) -> OutOfUse | None:
    """Refuse a projection that belongs to another part of the world.

    Parameters
    ----------
    bounds, crs, wanted
        As `out_of_use` has them.
    what
        Where the system was given, for the error.

    Returns
    -------
    What is to be told of a system whose area of use is near; longitude and latitude have numbers
    for the whole world, and are never refused.

    Raises
    ------
    LayerCRSError
        If the ground lies farther from the area than the next zone.
    """
    found = out_of_use(bounds, crs, wanted)
    if found is not None and found.is_far and not wanted.is_geographic:
        told = found.told
        raise LayerCRSError(
            f"{what}: not of this place. {told.en}", f"{what.zh}不适用于当地：{told.zh}"
        )
    return found


def _width(west: float, east: float) -> float:
    return _TURN if east - west >= _TURN else (east - west) % _TURN


def _follows_meridian(crs: CRS) -> bool:
    how = crs.coordinate_operation
    return how is not None and how.method_name.startswith("Transverse Mercator")


def _stretch(crs: CRS, place: tuple[float, float]) -> float | None:
    if not crs.is_projected:
        return None
    factors = Proj(crs).get_factors(*place)
    scale = max(factors.meridional_scale, factors.parallel_scale)
    return float(scale - 1) if np.isfinite(scale) and 0 < scale - 1 < 1 else None


def _fitting(crs: CRS, place: tuple[float, float]) -> CRS | None:
    """Find the system of the same family for a place, such as the zone beside it."""
    if not crs.is_projected:
        return None
    lon, lat = place
    found = query_crs_info(
        auth_name="EPSG",
        pj_types=PJType.PROJECTED_CRS,
        area_of_interest=AreaOfInterest(lon, lat, lon, lat),
        contains=True,
    )
    for family in (_family(crs.name), _family("WGS 84 / UTM zone 0N")):
        fit = sorted(one.code for one in found if _family(one.name) == family)
        if fit:
            return CRS.from_authority("EPSG", fit[0])
    return None


def _family(name: str) -> str:
    """Give what systems of a family have in common: their names without numbers of zones."""
    return name.rstrip("0123456789NSEW").rstrip()
