"""The land of a first town: every piece placed and classified, shifts found, maps that overlap."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

from gridmap.first_town.choices import Choices
from gridmap.first_town.finding import Finding, read_finding
from gridmap.first_town.land_codes import classes_of, guess_system
from gridmap.first_town.land_names import target_of_name
from layers.contract.errors import GridmapError
from layers.location.datum_shift import find_shift

__all__ = ["classify_ground", "overlaps_of"]

_SHIFT_OF = {"GCJ-02": "gcj02", "BD-09": "bd09"}


def classify_ground(
    folder: Path,
    found: list[Finding],
    crs: str,
    outline: gpd.GeoSeries | None,
    choices: Choices,
) -> tuple[gpd.GeoDataFrame, pd.DataFrame, list[Finding]]:
    """Place the land and say of what class each piece is; shifts against the town are found."""
    parts, classes, result = [], [], []
    town = outline.union_all() if outline is not None and len(outline) else None
    for one in found:
        if one.role not in ("layer", "growth_boundary") or not crs:
            result.append(one)
            continue
        placed = read_finding(folder, one, crs)
        if placed is None or placed.empty:
            result.append(one)
            continue
        if town is not None and not one.datum:
            shift = find_shift(town, placed.geometry.to_numpy(), CRS(crs))
            if shift is not None and (kind := _SHIFT_OF.get(shift.kind, "")):
                one = replace(one, shift=shift, datum=kind)
                placed = read_finding(folder, one, crs)
                if placed is None:  # pragma: no cover
                    placed = gpd.GeoDataFrame(geometry=[], crs=crs)
        result.append(one)
        if one.role == "layer":
            rows, told = _classified(one, placed, choices)
            parts.append(rows)
            classes.append(told)
    empty = gpd.GeoDataFrame({name: [] for name in ("key", "code", "target", "known")},
                             geometry=[], crs=crs or None)  # fmt: skip
    ground = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True)) if parts else empty
    table = (
        pd.concat(classes, ignore_index=True)
        if classes
        else pd.DataFrame(columns=["code", "name", "target", "known", "features", "area_ha", "key"])
    )
    return ground, table, result


def _classified(
    finding: Finding, placed: gpd.GeoDataFrame, choices: Choices
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Say of every piece of a layer what it is: its code, and the category or sub-class."""
    values = finding.guess.values
    whole = values.get("category") or values.get("subclass")
    area = placed.area
    if whole:
        table = pd.DataFrame(
            [{"code": "", "name": "", "target": str(whole), "known": True,
              "features": len(placed), "area_ha": float(area.sum()) / 10_000}]
        )  # fmt: skip
        codes = pd.Series("", index=placed.index, dtype="str")
    else:
        codes, table = _coded_classes(finding, placed, area)
    chosen = {code: target for code, target in choices.targets.items() if code}
    table["target"] = [
        chosen.get(f"{finding.key}|{code}", target)
        for code, target in zip(table["code"], table["target"], strict=True)
    ]
    table["known"] = [
        bool(known) or f"{finding.key}|{code}" in chosen
        for code, known in zip(table["code"], table["known"], strict=True)
    ]
    by_code = table.set_index("code")
    rows = gpd.GeoDataFrame(
        {
            "key": finding.key,
            "code": codes.to_numpy(),
            "target": by_code["target"].reindex(codes).to_numpy(),
            "known": by_code["known"].reindex(codes).to_numpy(),
        },
        geometry=placed.geometry.to_numpy(),
        crs=placed.crs,
    )
    return rows, table.assign(key=finding.key)


def _coded_classes(
    finding: Finding, placed: gpd.GeoDataFrame, area: pd.Series
) -> tuple[pd.Series, pd.DataFrame]:
    values, cells = finding.guess.values, finding.looked.cells
    column = str(values.get("code_column", ""))
    codes = (
        cells[column].reindex(placed.index).fillna("")
        if column in cells
        else pd.Series("", index=placed.index, dtype="str")
    )
    names = finding.looked.columns_of("land_name")
    beside = cells[names[0]] if names and names[0] != column else None
    system = str(values.get("codes", "")) or guess_system(codes, beside).system
    try:
        if system and not system.endswith((".csv", ".xlsx")):
            return codes, classes_of(codes, area, system, beside)
    except GridmapError:
        pass
    # No system has them: the names are read, and the rest waits for a person.
    grouped = pd.DataFrame({"code": codes, "area_ha": area / 10_000}).groupby("code", sort=True)
    table = grouped.agg(features=("code", "size"), area_ha=("area_ha", "sum")).reset_index()
    words = {} if beside is None else beside.groupby(codes).first().to_dict()
    said = [
        target_of_name(str(code)) or target_of_name(str(words.get(code, "")))
        for code in table["code"]
    ]
    table = table.assign(
        name=[str(words.get(code, "")) for code in table["code"]],
        target=[one or "other_land" for one in said],
        known=[bool(one) for one in said],
    )
    ordered = table.sort_values(["area_ha", "code"], ascending=[False, True], ignore_index=True)
    return codes, ordered[["code", "name", "target", "known", "features", "area_ha"]]


def overlaps_of(ground: gpd.GeoDataFrame) -> tuple[tuple[str, str, float], ...]:
    """Find pairs of maps of land use that cover the same ground; registers lie over maps anyway."""
    maps = {
        str(key): shapely.union_all(shapely.make_valid(part.geometry.to_numpy()))
        for key, part in ground.groupby("key", sort=True)
        if part["code"].nunique() > 1
    }
    keys = list(maps)
    pairs = []
    for at, one in enumerate(keys):
        for other in keys[at + 1 :]:
            common = shapely.area(shapely.intersection(maps[one], maps[other])) / 10_000
            if common > 1.0:
                pairs.append((one, other, float(common)))
    return tuple(pairs)
