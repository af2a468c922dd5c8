import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import box

from boundaries.overlay.cells import working_cells
from boundaries.tiling import build
from boundaries.tiling.build import kind_of, make_tiling


def squares(side, count):
    return np.array(
        [box(x, y, x + side, y + side) for x in range(count) for y in range(count)], dtype=object
    )


def test_few_shapes_make_one_cell():
    grid = box(0, 0, 10, 10)
    cells = working_cells(grid, squares(1, 5))
    assert len(cells) == 1
    assert cells[0][0] is grid
    assert cells[0][1].tolist() == list(range(25))


def test_cells_tile_the_grid_and_know_every_shape_that_meets_them():
    grid = shapely.Point(10, 10).buffer(9)
    shapes = squares(1, 20)
    cells = working_cells(grid, shapes, cell_shapes=50)
    assert len(cells) > 4
    assert sum(ground.area for ground, _ in cells) == pytest.approx(grid.area)
    for ground, rows in cells:
        touching = np.flatnonzero(shapely.area(shapely.intersection(shapes, ground)) > 0)
        assert set(touching) <= set(rows.tolist())


def test_shapes_that_all_cover_the_grid_are_not_cut_for_ever():
    shapes = np.array([box(-step, -step, 10 + step, 10 + step) for step in range(90)], dtype=object)
    assert len(working_cells(box(0, 0, 10, 10), shapes, cell_shapes=10)) == 1


def test_nothing_of_the_cells_remains_in_the_tiling(monkeypatch):
    """The same random ground in one go, by the geometry library as a whole, and in small cells."""
    rng = np.random.default_rng(8)
    frames = []
    for layer, category in enumerate(("water", "park_green", "farmland")):
        points = rng.uniform(0, 1000, (120, 2))
        cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points)))
        cells = cells[rng.random(len(cells)) < 0.6]
        columns = {"category": category, "subclass": "", "layer": str(layer), "name": ""}
        frames.append(
            gpd.GeoDataFrame(columns, geometry=cells, crs="EPSG:4547", index=range(len(cells)))
        )
    ground = pd.concat(frames, ignore_index=True)
    ground["record"] = [str(row) for row in range(len(ground))]
    town = gpd.GeoSeries({"a": box(0, 0, 1000, 1000)}, crs="EPSG:4547")
    at_once = make_tiling(ground, town)
    monkeypatch.setattr(build, "planar_overlay", lambda shapes, grids: None)
    whole = make_tiling(ground, town)
    monkeypatch.setattr(
        build, "working_cells", lambda grid, near: working_cells(grid, near, cell_shapes=20)
    )
    pieced = make_tiling(ground, town)
    assert shapely.coverage_is_valid(pieced.patches.geometry.to_numpy())
    assert len(pieced.patches) == len(whole.patches) == len(at_once.patches)
    areas = [
        sorted(zip(kind_of(one.patches), one.patches["record"], one.patches.area.round(4),
                   strict=True))
        for one in (at_once, whole, pieced)
    ]  # fmt: skip
    assert areas[0] == areas[1] == areas[2]
