"""The sites that the rules of a town name, with their ground."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from gridmap.rules.schema import Rules
from gridmap.town.registered import empty_sites
from layers.contract.issues import join_issues
from layers.reading.features import Declared
from layers.registers.site_ground import place_sites
from layers.registers.sites import read_sites

__all__ = ["town_sites"]


def town_sites(
    folder: Path,
    rules: Rules,
    crs: CRS,
    *,
    ground: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
    objects: gpd.GeoDataFrame,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Read all files of `[[sites]]` as one SITES frame with the ground of each, and the ISSUES.

    Parameters
    ----------
    folder, rules, crs
        The town.
    ground, units, objects
        GROUND, UNITS and OBJECTS, which sites may name instead of drawing their outline.

    Returns
    -------
    Sites in the order of the rules. An id that two files share is told apart by the name of the
    second file.
    """
    if not rules.sites:
        return empty_sites(crs), join_issues([], crs)
    frames: list[gpd.GeoDataFrame] = []
    issues: list[gpd.GeoDataFrame] = []
    for entry in rules.sites:
        frame, notes = read_sites(
            folder / entry.file,
            crs=crs,
            layer=entry.layer,
            declared=Declared(crs=entry.crs, datum=entry.datum, encoding=entry.encoding),
            columns=entry.columns(),
        )
        name, known = Path(entry.file).name, [site for one in frames for site in one.index]
        doubled = {site: f"{site}@{name}" for site in frame.index.intersection(known)}
        parts = frame["part_of"].replace(doubled)
        frames.append(gpd.GeoDataFrame(frame.assign(part_of=parts).rename(index=doubled)))
        issues.append(notes)
    sites = gpd.GeoDataFrame(pd.concat(frames), geometry="geometry", crs=crs)
    sites.index = pd.Index(sites.index, dtype="str", name="site_id")
    sites, lost = place_sites(sites, ground=ground, units=units, objects=objects)
    return sites, join_issues([*issues, lost], crs)
