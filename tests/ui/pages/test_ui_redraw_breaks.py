"""What hangs together is the same for the brush in the browser as for previews in Python.

The scripts of the editor run in a bare page, without the app: ground from a seed, random strokes.
"""

import base64

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import redraw_plan
import shapely

from gridmap.edits.moves.ground import pieces_of, survey
from gridmap.ui.redraw.redraw_map import ground_key, make_sheet
from gridmap.ui.redraw.redraw_script import FOLDER
from layers.contract import columns

PARTS = ("ground", "sums", "breaks", "painting")
STROKES = 120
# Strokes over random patches, each on what the ones before have left.
PAINT = """async ([sheet, strokes]) => {
  const ground = await gmGround.fetchGround(`data:application/gzip;base64,${sheet}`);
  const board = {
    ground, label: ground.label.slice(), base: ground.label.slice(),
    sums: gmSums.byGrid(ground, ground.label),
    open: new Uint8Array(ground.count).fill(1), locked: new Set(), given: { kinds: [] }, brush: {},
    answer: { grids: Object.fromEntries(ground.codes.map((code) => [code, { kind: "" }])) },
  };
  return strokes.map(({ steps, target, ...how }) => {
    const grid = ground.codes.indexOf(target);
    const stroke = gmPainting.stroke(board, { ...how, target: grid, skip: false });
    for (const step of steps) stroke.reach(step);
    const watch = gmBreaks.watch(board);
    return {
      label: [...board.label], patches: [...board.sums.patches],
      held: stroke.held.size, along: stroke.along.size, moved: stroke.was.size,
      parts: ground.codes.map((_, grid) => watch.piecesOf(grid).length),
    };
  });
}"""


def voronoi_plan(seed, extra="", gap=False, barrier=False):
    """Crooked cells in two given grids of three micro-grids each, some of them in parts already."""
    rng = np.random.default_rng(seed)
    points = rng.uniform((0, 0), (1000, 600), (90, 2))
    frame = shapely.box(0, 0, 1000, 600)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=frame))
    cells = shapely.intersection(cells, frame)
    if gap:  # a road that is nobody's ground
        cells = shapely.difference(cells, shapely.box(-1, 296, 1001, 304))
        cells = shapely.get_parts(cells)
    cells = shapely.set_precision(cells[shapely.area(cells) > 5], 0.01)
    x, y = shapely.get_x(shapely.centroid(cells)), shapely.get_y(shapely.centroid(cells))
    west = x < 500
    number = 1 + (rng.uniform(0, 3, len(cells)) * 0.3 + y / 600 * 2.2).astype(int).clip(0, 2)
    code = [f"TV{'W' if left else 'E'}0{row}" for left, row in zip(west, number, strict=True)]
    rows = {
        "parent_code": [one[:3] for one in code], "category": "farmland", "subclass": "",
        "layer": "a.gpkg", "record": "", "name": "", "area_m2": shapely.area(cells),
        "absorbed_m2": 0.0, "households": 0.0, "objects": 0, "load_h": 1.0, "grid_code": code,
    }  # fmt: skip
    index = pd.Index([f"Q{row:03d}" for row in range(len(cells))], dtype="str", name="patch_id")
    frame = gpd.GeoDataFrame(rows, index=index, geometry=cells, crs=redraw_plan.CRS)
    plan = redraw_plan.draw(extra).with_tables(patches=columns.with_dtypes(frame, columns.PATCHES))
    if barrier:
        line = shapely.LineString([(180, -10), (230, 310), (200, 610)])
        lines = gpd.GeoDataFrame({"kind": ["barrier"]}, geometry=[line], crs=redraw_plan.CRS)
        plan = plan.with_tables(barriers=lines)
    return plan


def strokes_over(plan, rng):
    """Random targets; steps that wander from patch to patch, and some that jump."""
    x = shapely.get_x(shapely.centroid(plan.patches.geometry.to_numpy()))
    y = shapely.get_y(shapely.centroid(plan.patches.geometry.to_numpy()))
    codes = sorted(set(plan.patches["grid_code"]))
    found = []
    for number in range(STROKES):
        at, steps = rng.uniform((0, 0), (1000, 600)), []
        for _ in range(rng.integers(1, 6)):
            at = at + rng.uniform(-120, 120, 2)
            steps.append(np.flatnonzero(np.hypot(x - at[0], y - at[1]) < 90).tolist())
        erase = number % 5 == 4
        target = "" if erase else codes[rng.integers(len(codes))]
        found.append({"steps": steps, "target": target, "erase": erase, "heal": number % 2 == 1})
    return found


CONTIGUITY = "[contiguity]\n"


@pytest.mark.parametrize(
    ("extra", "more"),
    [
        ("", {}),
        (f"{CONTIGUITY}min_border_m = 40.0\n", {}),
        (f"{CONTIGUITY}max_gap_m = 9.0\n", {"gap": True}),
        ("", {"gap": True}),
        ("", {"barrier": True}),
    ],
    ids=["plain", "least border", "links across a road", "a road that parts", "barrier"],
)
def test_strokes_break_nothing_and_both_count_the_same_parts(chromium, extra, more):
    plan = voronoi_plan(7, extra, **more)
    strokes = strokes_over(plan, np.random.default_rng(3))
    sheet = make_sheet(plan)
    page = chromium.new_page()
    page.goto("about:blank")
    page.add_script_tag(content="\n".join((FOLDER / f"{part}.js").read_text() for part in PARTS))
    told = page.evaluate(PAINT, [base64.b64encode(sheet.content).decode(), strokes])
    page.close()

    ground = survey(plan.patches, rules=plan.rules, barriers=plan.barriers)
    parent = plan.patches["parent_code"].to_numpy()
    before = parts_of(ground, sheet.labels, len(sheet.codes))
    for stroke, seen in zip(strokes, told, strict=True):
        label = np.array(seen["label"])
        parts = parts_of(ground, label, len(sheet.codes))
        assert seen["parts"] == parts.tolist()
        assert (parts <= before).all()
        assert (parts > 0).all()  # none has lost its last patch
        assert seen["patches"] == np.bincount(label, minlength=len(sheet.codes)).tolist()
        assert (parent == np.array([code[:3] for code in np.array(sheet.codes)[label]])).all()
        if stroke["erase"] or not stroke["heal"]:
            assert seen["along"] == 0
        before = parts
    # Each thing was tried often enough to mean something.
    for what in ("moved", "held", "along"):
        assert sum(seen[what] > 0 for seen in told) >= 5, what


def parts_of(ground, label, count):
    piece = pieces_of(ground, label.astype(object))
    heads = np.unique(np.column_stack([label, piece]), axis=0)[:, 0]
    return np.bincount(heads, minlength=count)


def test_the_ground_of_other_rules_of_contiguity_is_another():
    plain, wider = (voronoi_plan(7, extra) for extra in ("", f"{CONTIGUITY}min_border_m = 40.0\n"))
    barred = voronoi_plan(7, barrier=True)
    assert len({ground_key(plan) for plan in (plain, wider, barred)}) == 3
    assert ground_key(plain) == ground_key(voronoi_plan(7))
