"""Repairing random hierarchies whose borders were drawn twice: then all levels tile exactly."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import box

from boundaries.hierarchy.consistency import check_hierarchy, repair_hierarchy

FRAME = box(0, 0, 4000, 3000)
NOISES_M = (0.0, 1e-9, 1e-6, 1e-3, 0.02, 0.1)


def redrawn(shape, random, noise_m):
    """Draw a shape again: every corner moves a little, and nobody draws the same way twice."""
    a, b, c, d = random.uniform(1, 9, 4)

    def move(points):
        x, y = points.T
        waves = np.column_stack([np.sin(a * x + b * y), np.sin(c * x + d * y)])
        return points + noise_m * waves + [513_000, 3_838_000]

    return shapely.make_valid(
        shapely.transform(shape, move), method="structure", keep_collapsed=False
    )


def random_town(seed, noise_m):
    """Cut a town of 12 km² into up to 24 cells of up to 5 villages; half have corners on edges."""
    random = np.random.default_rng(seed)
    count = int(random.integers(4, 24))
    seeds = shapely.MultiPoint(random.uniform([0, 0], [4000, 3000], (count, 2)))
    cells = [cell & FRAME for cell in shapely.voronoi_polygons(seeds, extend_to=FRAME).geoms]
    cells = [shapely.segmentize(cell, 200) if random.random() < 0.5 else cell for cell in cells]
    villages, _ = pd.factorize(random.integers(0, random.integers(1, 5), len(cells)))
    rows = [("T", "", 1, FRAME)]
    for village in range(villages.max() + 1):
        mine = [cell for cell, of in zip(cells, villages, strict=True) if of == village]
        rows.append((f"T{village:02d}", "T", 2, shapely.union_all(mine)))
    for number, (cell, of) in enumerate(zip(cells, villages, strict=True)):
        rows.append((f"T{of:02d}{number:03d}", f"T{of:02d}", 3, cell))
    return gpd.GeoDataFrame(
        {
            "name": [row[0] for row in rows],
            "name_en": "",
            "level": [row[2] for row in rows],
            "parent_code": [row[1] for row in rows],
            "households": 0,
            "population": 0,
        },
        index=pd.Index([row[0] for row in rows], name="code"),
        geometry=[redrawn(row[3], random, noise_m) for row in rows],
        crs="EPSG:4547",
    )


@pytest.mark.parametrize("noise_m", NOISES_M)
@pytest.mark.parametrize("seed", [*range(3), 31, 50])
def test_a_hierarchy_drawn_twice_is_mended_to_exact_tilings(seed, noise_m):
    given = random_town(seed, noise_m)
    assert (check_hierarchy(given)["severity"] == "warning").all()
    repaired, _ = repair_hierarchy(given)
    assert repaired.geometry.is_valid.all()
    area = repaired.geometry.area
    for level in (1, 2, 3):
        shapes = repaired.geometry[repaired["level"] == level].to_numpy()
        assert shapely.coverage_is_valid(shapes)
    for code in repaired.index[repaired["level"] < 3]:
        below = repaired["parent_code"] == code
        assert area[below].sum() == pytest.approx(area[code], abs=1e-6)
        whole = shapely.coverage_union_all(repaired.geometry[below].to_numpy())
        assert shapely.equals(whole, repaired.geometry[code])
    # Every corner moves by at most noise_m, over a border of 14 km; no ground is lost.
    assert area["T"] == pytest.approx(12e6, abs=1 + 2 * noise_m * 14_000)
    assert not shapely.get_num_interior_rings(repaired.geometry["T"])
    before, after = (shapely.get_num_geometries(frame.geometry) for frame in (given, repaired))
    assert (after <= before)[repaired["level"] == 3].all()


def test_noise_of_the_last_digits_is_not_worth_a_row():
    _, issues = repair_hierarchy(random_town(1, 1e-6))
    assert issues.empty
