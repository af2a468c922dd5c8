"""How objects of the registers meet the ground: what has none, and what lies on several records."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.contract.issues import Issue

__all__ = ["find_doubtful", "find_unjoined", "largest_overlap"]

# An object that has less of itself on one piece of ground than this lies on several.
_CLEAR_SHARE = 0.5


def find_unjoined(
    objects: gpd.GeoDataFrame, ground: gpd.GeoDataFrame, outline: shapely.Geometry
) -> Iterator[Issue]:
    """List the objects that cannot be placed on the ground of the town.

    Parameters
    ----------
    objects
        OBJECTS frame.
    ground
        GROUND frame of all layers.
    outline
        Outline of the town.

    Yields
    ------
    A READ-11 issue for every object whose record no ground layer has and whose point or polygon,
    if it has one, does not lie in the town.
    """
    shapes = objects.geometry.to_numpy()
    inside = shapely.intersects(outline, shapes)
    asked = objects["record"].unique()
    records = ground["record"][ground["record"].isin(asked)].unique()
    known = objects["record"].isin(records).to_numpy() & (objects["record"] != "").to_numpy()
    for at in map(int, np.flatnonzero(~inside & ~known)):
        row = objects.iloc[at]
        if row["record"]:
            fault = f"no ground layer has its record {row['record']!r}"
            fault_zh = f"没有用地图层含有其地块编号“{row['record']}”"
        elif shapes[at] is None or shapes[at].is_empty:
            fault, fault_zh = "it has no position", "没有位置"
        else:
            fault, fault_zh = "it lies outside the town", "位于镇域之外"
        yield _issue(
            "READ-11",
            objects,
            at,
            f"is on no ground: {fault}. It counts for nobody's load; correct the register or the "
            "layer",
            f"未落到任何用地：{fault_zh}。不计入工作量；请更正台账或图层",
        )


def find_doubtful(
    objects: gpd.GeoDataFrame, ground: gpd.GeoDataFrame, outline: shapely.Geometry
) -> Iterator[Issue]:
    """List the objects that join more than one record of the ground.

    Parameters
    ----------
    objects, ground, outline
        As in `find_unjoined`.

    Yields
    ------
    A READ-14 issue for every polygon of which less than half lies on one record or in the town, and
    for every object placed by a record that several layers have.
    """
    shapes = objects.geometry.to_numpy()
    areas = np.flatnonzero(np.isin(shapely.get_type_id(shapes), (3, 6)))
    areas = areas[shapely.area(shapes[areas]) > 0]
    shares = _shares(shapes[areas], ground)
    inside = shapely.area(shapely.intersection(shapes[areas], outline)) / shapely.area(
        shapes[areas]
    )
    for place, at in enumerate(areas):
        mine = shares.get(place, [])
        if 0 < inside[place] < _CLEAR_SHARE:
            percent = f"{inside[place]:.0%}"
            yield _issue(
                "READ-14", objects, at,
                f"lies in the town with {percent} of its ground only; look at it on the map",
                f"仅有 {percent} 在镇域内；请在图上核对",
            )  # fmt: skip
        elif mine and mine[0][1] < _CLEAR_SHARE:
            shown = ", ".join(f"{name} {share:.0%}" for name, share in mine[:3])
            yield _issue(
                "READ-14", objects, at,
                f"lies on {len(mine)} records ({shown}); it counts where most of it lies",
                f"跨 {len(mine)} 个地块（{shown}），计入占比最大者",
            )  # fmt: skip
    yield from _doubled_records(objects, ground, ~shapely.is_missing(shapes))


def _shares(shapes: np.ndarray, ground: gpd.GeoDataFrame) -> dict[int, list[tuple[str, float]]]:
    """Give for each polygon the records that it lies on with their shares, the largest first."""
    tree = shapely.STRtree(ground.geometry.to_numpy())
    at, on = tree.query(shapes, predicate="intersects")
    area = shapely.area(shapely.intersection(shapes[at], ground.geometry.to_numpy()[on]))
    pairs = pd.DataFrame(
        {
            "at": at,
            "record": ground["layer"].to_numpy()[on] + " " + ground["record"].to_numpy()[on],
            "share": area / shapely.area(shapes[at]),
        }
    )
    pairs = pairs.groupby(["at", "record"], as_index=False)["share"].sum()
    pairs = pairs[pairs["share"] > 0.01].sort_values(
        ["at", "share", "record"], ascending=[True, False, True]
    )
    return {
        int(str(place)): list(zip(rows["record"], rows["share"], strict=True))
        for place, rows in pairs.groupby("at")
    }


def _doubled_records(
    objects: gpd.GeoDataFrame, ground: gpd.GeoDataFrame, placed: np.ndarray
) -> Iterator[Issue]:
    asked = ground["record"].isin(objects["record"]) & (ground["record"] != "")
    named = ground[asked].drop_duplicates(["record", "layer"])
    layers = named.groupby("record", sort=True)["layer"].agg(list)
    own = named.groupby(["record", "category"], sort=True)["layer"].nunique()
    for at in np.flatnonzero(~placed & objects["record"].isin(layers.index).to_numpy()):
        row = objects.iloc[at]
        several = layers[row["record"]]
        if len(several) > 1 and own.get((row["record"], row["category"]), 0) != 1:
            shown, shown_zh = ", ".join(map(repr, several)), "、".join(several)
            yield _issue(
                "READ-14", objects, int(at),
                f"belongs to record {row['record']!r}, which {len(several)} layers have ({shown}); "
                "it counts on the largest of them",
                f"所属地块“{row['record']}”在 {len(several)} 个图层中都有（{shown_zh}），"
                "计入面积最大者",
            )  # fmt: skip


def largest_overlap(shapes: np.ndarray, grounds: np.ndarray) -> np.ndarray:
    """Find for each polygon the ground that holds most of it.

    Returns
    -------
    Position in `grounds`, of equal ones the first; -1 for a polygon on no ground.
    """
    result = np.full(len(shapes), -1)
    at, on = shapely.STRtree(grounds).query(shapes, predicate="intersects")
    pairs = pd.DataFrame(
        {"at": at, "on": on, "area": shapely.area(shapely.intersection(shapes[at], grounds[on]))}
    )
    best = pairs.sort_values(["at", "area", "on"], ascending=[True, False, True])
    best = best.drop_duplicates("at")
    result[best["at"].to_numpy()] = best["on"].to_numpy()
    return result


def _issue(rule: str, objects: gpd.GeoDataFrame, at: int, text: str, text_zh: str) -> Issue:
    row, identity = objects.iloc[at], str(objects.index[at])
    return Issue(
        rule,
        "warning",
        f"{row['register']!r}: {identity!r} ({row['name']}) {text}.",
        f"“{row['register']}”：{identity}（{row['name']}）{text_zh}。",
        code=identity,
        other_code=str(row["record"]),
        geometry=objects.geometry.iloc[at],
    )
