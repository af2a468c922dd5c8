"""Slivers, with answers by hand. Lengths in m; strips are drawn 1 m wide, slivers below 2 m."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from shapely import LineString, Polygon, box
from shapely.affinity import rotate, scale
from tiling_cases import balance, ground, parents

from boundaries.tiling.build import kind_of, make_tiling
from boundaries.tiling.slivers import join_slivers


def joined(*rows, town, unmapped=("residual", "unmapped"), width=2.0, snapped_m2=1e-6, **options):
    tiling = make_tiling(ground(*rows), parents(a=town), unmapped_to=unmapped)
    repaired = join_slivers(tiling, min_width_m=width, min_area_m2=0.0, **options)
    patches = repaired.patches
    assert shapely.coverage_is_valid(patches.geometry.to_numpy())
    assert patches.area.sum() == pytest.approx(town.area, rel=1e-9)
    assert balance(repaired.ledger) < snapped_m2
    return repaired


def ground_of(repaired):
    """Area by record of the layers."""
    return repaired.patches.area.groupby(repaired.patches["record"]).sum().round(6).to_dict()


def fields(*widths, bottom=0, top=20, kind="farmland", start=0):
    """A row of fields from west to east."""
    ends = start + np.cumsum([0, *widths])
    return [(kind, "", box(west, bottom, east, top)) for west, east in pairwise(ends)]


def test_strip_along_three_fields_is_cut_among_them():
    """The strip of 1 x 300 m above three fields of 100 m is in no layer.

    ============    nothing above it but the edge of the town
    |  |  |  |
    """
    repaired = joined(*fields(100, 100, 100), town=box(0, 0, 300, 21))
    assert ground_of(repaired) == {"R0": 2100.0, "R1": 2100.0, "R2": 2100.0}
    assert repaired.joined["size_m2"].tolist() == [100.0, 100.0, 100.0]
    assert set(repaired.joined["into_kind"]) == {"farmland"}


def test_strip_between_fields_and_one_lake_goes_whole_to_the_lake_that_borders_all_of_it():
    lake = ("water", "", box(0, 21, 300, 60))
    repaired = joined(*fields(100, 100, 100), lake, town=box(0, 0, 300, 60))
    assert ground_of(repaired) == {"R0": 2000.0, "R1": 2000.0, "R2": 2000.0, "R3": 39 * 300 + 300}
    assert len(repaired.joined) == 1


def test_strip_of_the_same_kind_as_the_fields_goes_to_them_and_not_to_the_lake():
    """Now the strip is farmland itself: equal kind first, each field its part."""
    strip = ("farmland", "", box(0, 20, 300, 21))
    lake = ("water", "", box(0, 21, 300, 60))
    repaired = joined(*fields(100, 100, 100), strip, lake, town=box(0, 0, 300, 60))
    assert ground_of(repaired) == {"R0": 2100.0, "R1": 2100.0, "R2": 2100.0, "R4": 39 * 300}


def test_strip_between_two_rows_is_cut_where_either_row_changes():
    """Fields of 100 m below, ponds of 150 m above; the strip is unmapped ground.

    150 | 150           pieces 100, 50, 50, 100 long; all four border as much on a field as on a
    ---------           pond, and an equal border goes to the first of the patches
    100|100|100
    """
    ponds = fields(150, 150, bottom=21, top=60, kind="water")
    repaired = joined(*fields(100, 100, 100), *ponds, town=box(0, 0, 300, 60))
    assert repaired.joined["size_m2"].round(6).tolist() == [100.0, 50.0, 50.0, 100.0]
    area = ground_of(repaired)
    assert sum(area.values()) == pytest.approx(18_000)
    longest = repaired.patches.geometry.map(lambda shape: shape.bounds[2] - shape.bounds[0]).max()
    assert longest == pytest.approx(150)


def test_ends_that_meet_nearly_are_cut_once():
    """The fields above end 20 cm beside those below: no crumb of 20 cm comes to lie between."""
    above = fields(100.2, 100.0, 99.8, bottom=21, top=60, kind="water")
    repaired = joined(*fields(100, 100, 100), *above, town=box(0, 0, 300, 60))
    assert len(repaired.joined) == 3
    assert repaired.joined["size_m2"].tolist() == pytest.approx([100.1, 100.0, 99.9])


def test_strip_round_a_corner_is_cut_among_the_fields_on_both_sides_of_it():
    """A strip along the west and the north of four fields, 100 x 100 m each."""
    four = [
        ("farmland", "", box(x, y, x + 100, y + 100)) for x in (1, 101) for y in (0, 100)
    ]  # fmt: skip
    repaired = joined(*four, town=box(0, 0, 201, 201))
    area = ground_of(repaired)
    assert area["R2"] == 10_000.0  # south-east: no strip beside it
    assert area["R0"] == area["R3"] == 10_100.0
    assert area["R1"] == 10_201.0  # the corner too


def test_tapering_and_turned_strip_is_cut_among_its_fields():
    """A wedge from 1.6 m to nothing over 240 m, turned by 30 degrees."""
    wedge = Polygon([(0, 20), (240, 20), (0, 21.6)])
    town = shapely.union_all([box(0, 0, 240, 20), wedge])
    below = fields(60, 60, 60, 60)
    handle = [(kind, sub, rotate(shape, 30, origin=(0, 0))) for kind, sub, shape in below]
    repaired = joined(*handle, town=rotate(town, 30, origin=(0, 0)))
    heights = [1.6, 1.2, 0.8, 0.4, 0.0]
    expected = [1200 + 30 * (one + two) for one, two in pairwise(heights)]
    assert list(ground_of(repaired).values()) == pytest.approx(expected, abs=0.05)


def test_strip_is_cut_where_it_is_wider_than_a_sliver_for_once():
    """A wedge from 3.6 m to nothing over 300 m, 1.8 m on average; a field ends at 50 m."""
    wedge = Polygon([(0, 20), (300, 20), (0, 23.6)])
    repaired = joined(*fields(50, 125, 125), town=shapely.union_all([box(0, 0, 300, 20), wedge]))
    expected = [1000 + 50 * 3.3, 2500 + 125 * 2.25, 2500 + 125 * 0.75]
    assert list(ground_of(repaired).values()) == pytest.approx(expected, abs=0.01)


def test_strip_that_bends_where_the_fields_change_is_cut_along_the_bisector():
    """1 m wide and bent by 45 degrees between a field of 100 m and one of 20 m.

    The cut runs from the inner corner to the outer one, which lies tan(22.5 degrees) m on.
    """
    side, turn = 20 * np.sqrt(0.5), np.tan(np.radians(22.5))
    zero = box(-200, -20, -100, 0)
    one = Polygon([(-100, -20), (0, -20), (0, 0), (-100, 0)])
    two = Polygon([(0, -20), (side, -side), (0, 0)])
    far = (side + np.sqrt(0.5), -side + np.sqrt(0.5))
    strip = Polygon([(-200, 0), (0, 0), (side, -side), far, (turn, 1), (-200, 1)])
    rows = [("farmland", "", shape) for shape in (zero, one, two)]
    repaired = joined(*rows, town=shapely.union_all([zero, one, two, strip]))
    expected = [2100, 2100 + turn / 2, two.area + 20 + turn / 2]
    assert list(ground_of(repaired).values()) == pytest.approx(expected, abs=0.03)


def test_short_strip_is_given_whole():
    """1 x 12 m above two fields of 6 m: cutting it would be toil for nothing."""
    repaired = joined(*fields(6, 6), town=box(0, 0, 12, 21))
    assert sorted(ground_of(repaired).values()) == [120.0, 132.0]


def test_strip_between_two_grids_stays_in_its_own():
    tiling = make_tiling(
        ground(*fields(100, 100, 100), *fields(150, 150, bottom=21, top=60, kind="water")),
        parents(south=box(0, 0, 300, 21), north=box(0, 21, 300, 60)),
    )
    repaired = join_slivers(tiling, min_width_m=2.0, min_area_m2=0.0)
    by_grid = repaired.patches.area.groupby(repaired.patches["parent_code"]).apply(sorted).to_dict()
    assert by_grid == {"north": [5850.0, 5850.0], "south": [2100.0, 2100.0, 2100.0]}


def test_strip_alone_in_its_grid_stays():
    tiling = make_tiling(
        ground(*fields(100, 100)), parents(field=box(0, 0, 200, 20), strip=box(0, 20, 200, 21))
    )
    repaired = join_slivers(tiling, min_width_m=2.0, min_area_m2=0.0)
    assert repaired.patches.area.tolist() == [2000.0, 2000.0, 200.0]


def test_equal_kind_takes_a_sliver_before_a_longer_border_of_another():
    """A green of 1 x 10 m: 10 m along a field, 4 m of the other side along a park."""
    repaired = joined(
        ("park_green", "", box(0, 20, 10, 21)),
        ("farmland", "", box(0, 0, 10, 20)),
        ("park_green", "", box(0, 21, 4, 40)),
        ("water", "", box(4, 21, 10, 40)),
        town=box(0, 0, 10, 40),
    )
    assert ground_of(repaired) == {"R1": 200.0, "R2": 86.0, "R3": 114.0}


def test_equal_kind_that_hardly_touches_does_not_take_it():
    """The park meets the green of 1 x 30 m in its western end only, with 1 m."""
    repaired = joined(
        ("park_green", "", box(10, 20, 40, 21)),
        ("farmland", "", box(10, 0, 40, 20)),
        ("park_green", "", box(0, 0, 10, 41)),
        ("water", "", box(10, 21, 40, 41)),
        town=box(0, 0, 40, 41),
    )
    area = ground_of(repaired)
    assert area == {"R1": 600.0, "R2": 410.0, "R3": 630.0}  # of equal borders the lake is first


def test_least_area_by_kind_decides_what_is_too_small():
    """COV-6: 400 m² of built ground may stand, 800 m² of field, 1,200 m² of anything else."""
    rows = [
        ("residual", "industry_other", box(0, 0, 20, 21)),  # 420 m²
        ("farmland", "", box(20, 0, 55, 20)),  # 700 m²
        ("water", "", box(0, 30, 50, 60)),  # 1,500 m²
        ("park_green", "", box(50, 30, 85, 60)),  # 1,050 m²
    ]
    town = box(0, 0, 300, 300)
    least = {"industry_other": 400.0, "farmland": 800.0}
    tiling = make_tiling(ground(*rows), parents(a=town))
    repaired = join_slivers(tiling, min_width_m=2.0, min_area_m2=1200.0, area_by_kind_m2=least)
    kept = repaired.patches.area.groupby(kind_of(repaired.patches)).sum().to_dict()
    assert kept == {"industry_other": 420.0, "water": 1500.0, "unmapped": 90_000.0 - 1920.0}
    assert sorted(repaired.joined["kind"]) == ["farmland", "park_green"]


def test_a_patch_of_just_the_least_area_stands():
    rows = [("water", "", box(0, 0, 20, 20)), ("park_green", "", box(50, 0, 69, 21))]  # 400, 399 m²
    tiling = make_tiling(ground(*rows), parents(a=box(0, 0, 300, 300)))
    repaired = join_slivers(tiling, min_width_m=2.0, min_area_m2=400.0)
    assert set(kind_of(repaired.patches)) == {"water", "unmapped"}


def test_gap_between_two_layers_is_shared_out_along_the_parcels():
    """Two layers drawn 5 cm apart along a bent line: the gap goes in parts to whom it borders."""
    bend = [(x, 50 + 10 * np.sin(x / 60)) for x in range(0, 601, 20)]
    line = LineString(bend)
    gap = line.buffer(0.025, cap_style="flat")
    town = box(0, 0, 600, 100)
    upper = Polygon([*bend, (600, 100), (0, 100)]).difference(gap)
    lower = Polygon([*bend, (600, 0), (0, 0)]).difference(gap)
    rows = [("water", "", upper.intersection(box(x, 0, x + 100, 100))) for x in range(0, 600, 100)]
    rows += [
        ("farmland", "", lower.intersection(box(x, 0, x + 75, 100))) for x in range(0, 600, 75)
    ]  # fmt: skip
    repaired = joined(*rows, town=town, width=0.1, snapped_m2=0.05)
    assert set(repaired.patches["record"]) == {f"R{row}" for row in range(14)}
    wide = repaired.patches.geometry.map(lambda shape: shape.bounds[2] - shape.bounds[0])
    assert wide.max() < 102  # nobody got a tail along his neighbours


def test_order_of_rows_changes_nothing():
    rows = [*fields(100, 100, 100), *fields(150, 150, bottom=21, top=60, kind="water")]
    town = box(0, 0, 300, 60)
    one, two = joined(*rows, town=town), joined(*rows[::-1], town=town)
    assert sorted(one.patches.area.round(6)) == sorted(two.patches.area.round(6))


def test_mirrored_town_is_shared_out_alike():
    rows = fields(100, 70, 130)
    mirrored = [(kind, sub, scale(shape, -1, 1, origin=(0, 0))) for kind, sub, shape in rows]
    town = box(0, 0, 300, 21)
    one = joined(*rows, town=town)
    two = joined(*mirrored, town=scale(town, -1, 1, origin=(0, 0)))
    assert ground_of(one) == ground_of(two) == {"R0": 2100.0, "R1": 1470.0, "R2": 2730.0}
