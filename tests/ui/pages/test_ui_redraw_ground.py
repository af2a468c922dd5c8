"""The ground that the map editor is sent: each border once, and what it runs along."""

import gzip
import json

import geopandas as gpd
import numpy as np
import redraw_plan
import shapely
from drawn_context import context_of

from gridmap.ui.redraw.redraw_map import ground_key, make_sheet


def unpacked(content):
    """Read the file for the browser as ground.js does."""
    data = gzip.decompress(content)
    length = int.from_bytes(data[:4], "little")
    header = json.loads(data[4 : 4 + length])
    arrays = {
        name: np.frombuffer(data, "<" + kind, size, 4 + length + place)
        for name, (kind, place, size) in header["arrays"].items()
    }
    return header, arrays


def test_the_file_for_the_browser_holds_each_border_once():
    header, arrays = unpacked(make_sheet(redraw_plan.draw()).content)

    assert header["ids"][:2] == ["P00", "P01"]
    assert header["origin"] == [redraw_plan.WEST, redraw_plan.SOUTH]
    assert arrays["load"].tolist() == [2.0] * 18
    # 3 rows of 5 borders and 6 columns of 2 inside; the rim is in runs of single patches.
    inner = arrays["arc_right"] >= 0
    assert inner.sum() == 3 * 5 - 3 + 6 * 2 + 3
    pairs = set(
        zip(arrays["arc_left"][inner].tolist(), arrays["arc_right"][inner].tolist(), strict=True)
    )
    assert (0, 1) in pairs
    assert all(left < right for left, right in pairs)
    # The run between the first two patches is the border at 100 m.
    at = np.flatnonzero((arrays["arc_left"] == 0) & (arrays["arc_right"] == 1))[0]
    points = arrays["points"].reshape(-1, 2)
    first = arrays["arc_start"][at]
    ring = arrays["ring_start"][arrays["arc_ring"][at] : arrays["arc_ring"][at] + 2]
    ends = [points[place if place < ring[1] else ring[0]] for place in (first, first + 1)]
    assert sorted(map(tuple, np.array(ends).tolist())) == [(0, 10_000), (10_000, 10_000)]


def test_the_context_reaches_the_browser_in_centimetres_and_names_the_ground_anew():
    plan = redraw_plan.draw()
    corner = shapely.Point(*redraw_plan.at(0, 0)).buffer(10).envelope
    rows = [
        ("road", "lane", "西街", redraw_plan.line((0, 1), (1, 1), (2, 3))),
        ("building", "", "", shapely.difference(corner, corner.centroid.buffer(1).envelope)),
    ]
    drawn = plan.with_tables(context=context_of(rows, plan.crs))

    header, arrays = unpacked(make_sheet(drawn).content)

    signs = [header["signs"]["context"][one["sign"]]["key"] for one in header["context"]["groups"]]
    assert signs == ["building", "road.lane"]
    assert header["context"]["names"] == ["", "西街"]
    points = arrays["context1_points"].reshape(-1, 2).tolist()
    assert sorted(points) == [[0, 10_000], [10_000, 10_000], [20_000, 30_000]]
    assert arrays["context0_line"].tolist() == [0, 5, 10]
    assert arrays["context0_shape"].tolist() == [0, 2]
    assert ground_key(drawn) != ground_key(plan)


def test_holes_and_parts_of_patches_reach_the_browser_as_rings():
    plan = redraw_plan.draw()
    outer = redraw_plan.square(0, 0)
    hole = shapely.box(*redraw_plan.at(0.4, 0.4), *redraw_plan.at(0.6, 0.6))
    shapes = plan.patches.geometry.copy()
    shapes.loc["P00"] = shapely.difference(outer, hole)
    shapes.loc["P52"] = shapely.MultiPolygon([redraw_plan.square(5, 2), hole])
    patches = gpd.GeoDataFrame(plan.patches.assign(geometry=shapes), crs=plan.crs)

    _, arrays = unpacked(make_sheet(plan.with_tables(patches=patches)).content)

    assert np.diff(arrays["patch_ring"]).tolist() == [2, *[1] * 16, 2]
    # The outline of the hole is shared by the patch around and the part inside.
    assert (0, 17) in set(
        zip(arrays["arc_left"].tolist(), arrays["arc_right"].tolist(), strict=True)
    )


def test_the_browser_gets_what_each_border_runs_along():
    plan = redraw_plan.draw()
    rows = [("road", "lane", "", redraw_plan.line((1, 0), (1, 1))),
            ("water", "", "", redraw_plan.line((1, 1), (1, 2)))]  # fmt: skip
    lined = plan.with_tables(context=context_of(rows, plan.crs))
    header, arrays = unpacked(make_sheet(lined).content)
    ends = zip(arrays["arc_left"].tolist(), arrays["arc_right"].tolist(), strict=True)
    of = {pair: at for at, pair in enumerate(ends)}
    told = [
        [int(arrays[f"arc_{name}"][of[pair]]) for name in ("length", "road", "seen")]
        for pair in ((0, 3), (1, 4), (2, 5))
    ]
    # Where both are near it is the road, which is so for 20 m beyond its end.
    assert told == [[10_000, 10_000, 10_000], [10_000, 2_000, 10_000], [10_000, 0, 2_000]]
    assert header["lines_known"]
    assert not unpacked(make_sheet(plan).content)[0]["lines_known"]
