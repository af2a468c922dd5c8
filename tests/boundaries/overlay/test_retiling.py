"""Pieces that cross by hairs are made an exact tiling again."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import Polygon, box

from boundaries.export.rounding import is_tiling
from boundaries.overlay import retiling
from boundaries.overlay.noding import HAIR_M
from boundaries.overlay.retiling import exact

CRS = "EPSG:4547"
BEFORE = gpd.GeoDataFrame(
    {"parent_code": ["a", "b"]}, geometry=[box(0, 0, 10, 10), box(10, 0, 20, 10)], crs=CRS
)


def pieces(*rows):
    codes, shapes = zip(*rows, strict=True)
    return gpd.GeoDataFrame({"parent_code": list(codes)}, geometry=list(shapes), crs=CRS)


def moving(by):
    return lambda places: places + by


def test_an_exact_tiling_is_given_back_as_it_is():
    assert exact(BEFORE, BEFORE) is BEFORE


@pytest.mark.parametrize("by", [0.0, 2.0**19, 38_500_000.0])
def test_overlaps_and_gaps_go_to_one_piece_each(by):
    """The first piece keeps what two hold; a gap goes to the piece that borders on it most."""
    made = pieces(
        ("a", box(0, 0, 6.01, 10)),  # overlaps the next by a centimetre
        ("a", Polygon([(6, 0), (9.99, 0), (9.99, 10), (6, 10)])),  # ends short of its grid
        ("b", box(10, 0, 20, 10.002)),  # reaches outside
        ("b", Polygon()),
    )
    made, before = (
        one.set_geometry(one.geometry.translate(by, by), crs=CRS) for one in (made, BEFORE)
    )
    whole = exact(made, before)
    shapes = whole.geometry.to_numpy()
    assert is_tiling(shapes[:3])
    assert shapely.area(shapes) == pytest.approx([60.1, 39.9, 100.0, 0.0], abs=1e-6)


def watched(monkeypatch, most=99):
    """Number of grids of every laying over; with fewer than `most` there is no answer."""
    laid, planar_overlay = [], retiling.planar_overlay

    def counted(shapes, grids):
        laid.append(len(grids))
        return None if most != 99 and len(grids) < most else planar_overlay(shapes, grids)

    monkeypatch.setattr(retiling, "planar_overlay", counted)
    return laid


ROW = pieces(*((f"{x:02}", box(10 * x, 0, 10 * x + 10, 10)) for x in range(20)))


def halved(*of_third):
    """The row with every grid cut in two; the pieces of grid 03 are given, and come last."""
    halves = [
        (f"{x:02}", box(10 * x, low, 10 * x + 10, low + 5))
        for x in range(20)
        for low in (0, 5)
        if x != 3
    ]
    return pieces(*halves, *(("03", shape) for shape in of_third))


def test_only_the_grid_at_fault_is_laid_over_again(monkeypatch):
    """One hair in one village is no reason to lay a whole town over once more."""
    bent = Polygon([(30, 0), (40, 0), (40, 5), (35, 5.01), (30, 5)])
    made, laid = halved(bent, box(30, 5, 40, 10)), watched(monkeypatch)
    whole = exact(made, ROW)
    assert laid == [1]
    assert is_tiling(whole.geometry.to_numpy())
    assert all(whole.geometry.iloc[row] is made.geometry.iloc[row] for row in range(38))
    assert whole.area.iloc[-2:].tolist() == pytest.approx([50.05, 49.95])


def test_grids_that_share_the_border_at_fault_are_laid_over_with_it(monkeypatch):
    """Its corners at 5.01 lie on the borders of 02 and 04, whose own are at 5."""
    laid = watched(monkeypatch)
    whole = exact(halved(box(30, 0, 40, 5.01), box(30, 5, 40, 10)), ROW)
    assert laid == [3]
    assert is_tiling(whole.geometry.to_numpy())


def test_all_grids_are_laid_over_where_those_at_fault_are_not_enough(monkeypatch):
    laid = watched(monkeypatch, most=20)
    whole = exact(halved(box(30, 0, 40, 5.01), box(30, 5, 40, 10)), ROW)
    assert laid == [3, 20]
    assert is_tiling(whole.geometry.to_numpy())


def test_ground_of_another_grid_is_not_taken():
    made = pieces(("a", box(0, 0, 10.5, 10)), ("b", box(10.5, 0, 20, 10)))
    assert exact(made, BEFORE).area.tolist() == pytest.approx([100.0, 100.0])


def test_pieces_that_fit_each_other_but_not_their_ground_are_no_tiling_of_it():
    """Sealing drew a corner of the outline aside: the pieces agree and ground is lost."""
    made = BEFORE.set_geometry(
        [Polygon([(0, 0), (10, 0), (10, 10), (0.01, 10)]), BEFORE.geometry[1]], crs=CRS
    )
    assert is_tiling(made.geometry.to_numpy())
    assert exact(made, BEFORE).area.tolist() == [100.0, 100.0]


def test_random_shaken_pieces_tile_again():
    rng = np.random.default_rng(5)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(
            shapely.multipoints(rng.uniform(0, 100, (60, 2))), extend_to=box(0, 0, 100, 100)
        )
    )
    cells = shapely.intersection(cells, box(0, 0, 100, 100))
    before = pieces(*(("a", cell) for cell in cells))
    for size in (1e-8, 1e-5, 1e-2):
        by = rng.uniform(-size, size, (len(cells), 2))
        shaken = [shapely.transform(*one) for one in zip(cells, map(moving, by), strict=True)]
        whole = exact(before.set_geometry(shaken, crs=CRS), before)
        assert is_tiling(whole.geometry.to_numpy())
        assert whole.area.sum() == pytest.approx(10_000.0, abs=400 * HAIR_M)


def field():
    """Sixteen squares of a metre in two grids, one above the other."""
    squares = [box(x, y, x + 1, y + 1) for y in range(2) for x in range(8)]
    codes = ["a"] * 8 + ["b"] * 8
    return gpd.GeoDataFrame({"parent_code": codes}, geometry=squares, crs=CRS)


def with_shape(frame, row, shape):
    shapes = frame.geometry.to_numpy().copy()
    shapes[row] = shape
    return frame.set_geometry(shapes, crs=CRS)


@pytest.mark.parametrize(
    ("row", "shape"),
    [
        (3, box(3, 0, 4.001, 1)),  # over the next
        (3, box(3, 0, 3.999, 1)),  # a gap
        (3, Polygon([(3, 0), (4, 0), (4, 1), (3.5, 1), (3, 1)])),  # a corner that row 11 lacks
        (3, Polygon([(3, 0), (4, 0), (3, 1), (4, 1)])),  # crosses itself
    ],
)
def test_one_faulty_piece_among_many_is_found(monkeypatch, row, shape):
    laid = watched(monkeypatch)
    whole = exact(with_shape(field(), row, shape), field())
    assert len(laid) > 0
    assert is_tiling(whole.geometry.to_numpy())


def test_one_sound_new_piece_among_many_is_left_as_it_is(monkeypatch):
    laid, before = watched(monkeypatch), field()
    turned = with_shape(before, 3, Polygon([(4, 0), (4, 1), (3, 1), (3, 0)]))
    assert exact(turned, before) is turned
    assert laid == []


def test_what_was_there_before_is_looked_at_only_when_nobody_has():
    """A hole that touches the outline is written as a part of the outline."""
    hole = [(3.5, 0.0), (3.3, 0.3), (3.7, 0.3)]
    around = Polygon([(3, 0), *hole, (3.5, 0), (4, 0), (4, 1), (3, 1)])
    given = with_shape(field(), 3, around)
    given = with_shape(given, 4, shapely.union_all([box(4, 0, 5, 1), Polygon(hole)]))
    assert not given.geometry.is_valid.all()
    assert exact(given, given) is given
    whole = exact(given, given, is_sound=False)
    assert whole.geometry.is_valid.all()
    assert is_tiling(whole.geometry.to_numpy())


def test_ground_that_is_gone_comes_back_where_nothing_is_new():
    given = pieces(
        *zip("aab", [box(0, 0, 5, 10), box(5, 0, 10, 10), box(10, 0, 20, 10)], strict=True)
    )

    made = exact(given.iloc[[0, 2]], given)

    assert made.area.tolist() == [100.0, 100.0]
