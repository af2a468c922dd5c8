"""Which coordinate system a layer without one is in: what its numbers allow, and how sure that is.

Chinese plane coordinates often carry the number of their zone in front of the easting; then only
one zone is possible. Without it the central meridian cannot be known from the numbers.
"""

from dataclasses import dataclass, replace

import numpy as np
from pyproj import CRS, Proj, Transformer

from layers.contract.errors import Named
from layers.contract.issues import Issue

__all__ = ["NOWHERE", "Guess", "as_swapped", "guess_crs", "misfit_of_work_crs", "pick_work_crs"]

# CGCS2000 / 3-degree Gauss-Kruger: zones 25 to 45 with the number in front are EPSG 4513 to 4533,
# the same without it are EPSG 4534 to 4554. 6-degree zones 13 to 23: EPSG 4491 to 4501.
_ZONES_3, _FIRST_3 = range(25, 46), 4513
_ZONES_6, _FIRST_6 = range(13, 24), 4491
_FIRST_3_PLAIN = 4534  # EPSG code of CGCS2000 in 3-degree zones without a number in front, at 75°E
# Areas may be wrong by this share; at the edge of a 3-degree zone it is 0.05 %, of UTM 0.2 %.
_AREA_ERROR = 0.003
_CHINA = (72.0, 3.0, 136.0, 54.0)  # degrees, with the sea: west, south, east, north


NOWHERE = Named(
    "the numbers fit no known system; they may be those of a local grid of the city. Ask for the "
    "layer in CGCS2000",
    "数值不符合任何已知坐标系，可能是地方独立坐标系；请索取 CGCS2000 成果",
)


@dataclass(frozen=True)
class Guess:
    """A coordinate system that fits the numbers; `sure` when no other one does."""

    crs: str
    why: str
    why_zh: str
    sure: bool = False


def guess_crs(bounds: np.ndarray, *, work_crs: CRS | None = None) -> list[Guess]:
    """List the coordinate systems that coordinates within the bounds can be in, best first.

    Parameters
    ----------
    bounds
        West, south, east, north of the layer.
    work_crs
        Work CRS of the town, which is tried for numbers that leave the zone open.

    Returns
    -------
    Guesses with the name of the system (`crs`, such as EPSG:4526), the reason in both languages and
    whether no other system fits (`sure`). A guess without a name says that the numbers alone do
    not tell; the list is empty where no system fits.
    """
    west, south, east, north = (float(value) for value in bounds)
    if not np.isfinite([west, south, east, north]).all():
        return []
    if abs(west) <= 180 and abs(east) <= 180 and abs(south) <= 90 and abs(north) <= 90:
        return [_degrees((west, south, east, north))]
    if south >= 0 and north <= 6_500_000:
        told = _told_by_size((west, south, east, north), work_crs)
        if told:
            return told
    guesses = []
    if work_crs is not None and _lies_in(work_crs, (west, south, east, north)):
        name = work_crs.to_string()
        guesses.append(Guess(name, f"it fits the work CRS {name}", f"与工作坐标系 {name} 相符"))
    if 100_000 <= west <= east <= 900_000 and 1_800_000 <= south <= north <= 6_000_000:
        guesses.append(
            Guess(
                "",
                "eastings of six digits fit every 3-degree zone of China (EPSG:4534 to EPSG:4554) "
                "and every UTM zone",
                "六位横坐标可属任一三度带（EPSG:4534 至 EPSG:4554）或 UTM 分带",
            )
        )
    return guesses


def as_swapped(guess: Guess) -> Guess:
    """Say of a guess that it holds for the coordinates the other way round."""
    return replace(
        guess,
        why=f"northing or latitude stands first; the other way round {guess.why}",
        why_zh=f"纵坐标或纬度在前；对调后{guess.why_zh}",
    )


def pick_work_crs(lon: float, lat: float) -> str:
    """Pick a system in metres for a place: the 3-degree zone of CGCS2000 in China, else UTM."""
    west, south, east, north = _CHINA
    if west <= lon <= east and south <= lat <= north:
        return f"EPSG:{_FIRST_3_PLAIN + round(lon / 3) - 25}"
    zone = min(60, max(1, int((lon + 180) // 6) + 1))
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


def misfit_of_work_crs(crs: CRS, x: float, y: float) -> Issue | None:
    """Say when areas in a work CRS are wrong at a place; None when they are right.

    Parameters
    ----------
    crs
        Work CRS in metres.
    x, y
        The place, such as the middle of the town, in that CRS.
    """
    to_degrees = Transformer.from_crs(crs, crs.geodetic_crs or 4326, always_xy=True)
    lon, lat = to_degrees.transform(x, y)
    if not np.isfinite([lon, lat]).all():
        return None
    error = float(Proj(crs).get_factors(lon, lat).areal_scale) - 1
    if abs(error) <= _AREA_ERROR:
        return None
    better = pick_work_crs(lon, lat)
    return Issue(
        "READ-10",
        "warning",
        f"In the work CRS {crs.name!r} areas at {lon:.3f}, {lat:.3f} are wrong by {error:+.2%}. "
        f"If the town really lies there, {better} suits it: write it as crs under [town] in "
        "rules.toml.",
        f"工作坐标系 {crs.name} 在 {lon:.3f}, {lat:.3f} 处的面积误差为 {error:+.2%}。"
        f"如本镇确在此处，适用 {better}，请在 rules.toml 的 [town] 中改写 crs。",
        size=error,
        unit="share",
    )


def _degrees(bounds: tuple[float, float, float, float]) -> Guess:
    west, south, east, north = bounds
    in_china = west >= _CHINA[0] and east <= _CHINA[2] and south >= _CHINA[1] and north <= _CHINA[3]
    return Guess(
        "EPSG:4490" if in_china else "EPSG:4326",
        "the numbers are degrees of longitude and latitude",
        "数值为经纬度",
        sure=in_china,
    )


def _told_by_size(bounds: tuple[float, float, float, float], work_crs: CRS | None) -> list[Guess]:
    """List the systems with eastings as large as these; one alone is sure where it is used.

    From 117 E on the metres of a web map look like zones 13 to 15 of 6 degrees, in Xinjiang.
    """
    west, _, east, _ = bounds
    prefixed, web = _prefixed(west, east), _web_map(bounds)
    if not web:
        return prefixed
    guesses = [*prefixed, *web]
    if work_crs is None:
        return [replace(guess, sure=False) for guess in guesses]
    here = [guess for guess in guesses if _is_in(guess.crs, bounds, work_crs)]
    return [replace(guess, sure=len(here) == 1) for guess in here or guesses]


def _web_map(bounds: tuple[float, float, float, float]) -> list[Guess]:
    west, south, east, north = _in_degrees(CRS("EPSG:3857"), bounds)
    inside = _CHINA[0] <= west <= east <= _CHINA[2] and _CHINA[1] <= south <= north <= _CHINA[3]
    if not inside:
        return []
    return [
        Guess(
            "EPSG:3857",
            "the numbers fit Web Mercator, the metres of web maps",
            "数值符合网络地图的 Web 墨卡托投影（EPSG:3857）",
        )
    ]


def _is_in(crs: str, bounds: tuple[float, float, float, float], work_crs: CRS) -> bool:
    """Tell whether a place lies where the work CRS is meant to be used."""
    area = work_crs.area_of_use
    if area is None:
        return False
    west, south, east, north = _in_degrees(CRS(crs), bounds)
    lon, lat = (west + east) / 2, (south + north) / 2
    return bool(area.west <= lon <= area.east and area.south <= lat <= area.north)


def _in_degrees(
    crs: CRS, bounds: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    to_degrees = Transformer.from_crs(crs, crs.geodetic_crs or 4326, always_xy=True)
    west, south = to_degrees.transform(bounds[0], bounds[1])
    east, north = to_degrees.transform(bounds[2], bounds[3])
    return float(west), float(south), float(east), float(north)


def _prefixed(west: float, east: float) -> list[Guess]:
    zone = int(west // 1_000_000)
    inside = zone == int(east // 1_000_000) and all(
        100_000 <= value % 1_000_000 <= 900_000 for value in (west, east)
    )
    if not inside:
        return []
    if zone in _ZONES_3:
        code, width, width_zh = _FIRST_3 + zone - 25, "3-degree", "三度带"
    elif zone in _ZONES_6:
        code, width, width_zh = _FIRST_6 + zone - 13, "6-degree", "六度带"
    else:
        return []
    return [
        Guess(
            f"EPSG:{code}",
            f"the eastings begin with {zone}, the number of a {width} zone; the datum is not told "
            "and taken as CGCS2000",
            f"横坐标以 {zone} 开头，为{width_zh}的带号；基准未注明，按 CGCS2000 处理",
            sure=True,
        )
    ]


def _lies_in(crs: CRS, bounds: tuple[float, float, float, float]) -> bool:
    """Tell whether numbers mean a place where their projected system is meant to be used."""
    return _is_in(crs.to_wkt(), bounds, crs)
