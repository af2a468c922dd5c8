"""Shapes of a map as packed numbers: rings, borders written once, numbers of any size."""

import dataclasses

import drawn_plan
import numpy as np
import pytest
import shapely

from gridmap.maps import packing


def unpacked(data: bytes) -> list[int]:
    """Read packed numbers back: 7 bits a byte, the sign in the lowest bit."""
    numbers, number, place = [], 0, 0
    for byte in data:
        number |= (byte & 127) << place
        place += 7
        if byte < 128:
            numbers.append(-(number + 1) // 2 if number % 2 else number // 2)
            number = place = 0
    return numbers


@pytest.fixture(scope="module")
def plan():
    return drawn_plan.draw_plan()


def test_a_neighbour_border_is_written_once():
    left, right = shapely.box(113, 34, 114, 35), shapely.box(114, 34, 115, 35)
    lines = packing.borders(packing.rings(np.array([left, right]), "EPSG:4326"))
    # The whole ring of one, and the three sides that the other adds.
    assert lines.points.tolist() == [5, 4]
    drawn = shapely.linestrings(lines.xy, indices=np.repeat(np.arange(2), lines.points))
    assert shapely.length(drawn).sum() == 7 * 10**7


def test_polygons_without_holes_are_packed_as_they_are_among_others():
    plain = [shapely.box(113, 34, 114, 35), shapely.Polygon(), shapely.box(114, 34, 115, 35)]
    holed = shapely.box(115, 34, 118, 37).difference(shapely.box(116, 35, 117, 36))
    among = packing.rings(np.array([*plain, holed]), "EPSG:4326")
    alone = packing.rings(np.array(plain), "EPSG:4326")
    assert alone.rings.tolist() == [1, 0, 1]
    assert among.rings.tolist() == [1, 0, 1, 2]
    assert alone.points.tolist() == [4, 4] == among.points.tolist()[:2]
    assert (alone.xy == among.xy[:8]).all()


def test_borders_of_the_drawn_town_are_as_long_as_on_paper(plan):
    rings = packing.rings(plan.micro_grids.geometry.to_numpy(), "EPSG:4326")
    rings = dataclasses.replace(rings, xy=rings.xy // 10**7)  # metres taken for degrees
    lines = packing.borders(rings)
    numbers = np.repeat(np.arange(len(lines.points)), lines.points)
    # Sixteen strips of 250 m x 500 m in two rows: three lines across, nine of each row upright.
    assert (
        shapely.length(shapely.linestrings(lines.xy, indices=numbers)).sum() == 3 * 2000 + 18 * 500
    )


def test_packed_rings_are_seven_decimals_step_by_step_with_holes():
    holed = shapely.box(113, 34, 113.0000004, 34.0000004).difference(
        shapely.box(113.0000001, 34.0000001, 113.0000002, 34.0000002)
    )
    rings = packing.rings(np.array([shapely.normalize(holed)]), "EPSG:4326")
    numbers = unpacked(packing.pack([rings]))
    # One polygon of two rings with four points each; then steps, those of a hole from the ring.
    assert numbers[:5] == [1, 2, 2, 4, 4]
    assert numbers[5:7] == [1_130_000_000, 340_000_000]
    assert {abs(step) for step in numbers[7:13]} == {0, 4}
    assert numbers[13:15] == [1, 1]
    assert {abs(step) for step in numbers[15:]} == {0, 1}


def test_parts_holes_and_points_that_fall_together_are_taken_apart():
    two = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)])
    thin = shapely.Polygon([(5, 5), (6, 5), (6, 5.00000001), (6, 6), (5, 6)])
    corner = shapely.Polygon([(7, 7), (8, 7), (7, 8)])
    speck = shapely.Polygon([(9, 9), (9.00000001, 9), (9, 9.00000001)])  # a millimetre
    rings = packing.rings(np.array([two, thin, corner, speck]), "EPSG:4326")
    assert rings.rings.tolist() == [2, 1, 1, 0]
    assert rings.points.tolist() == [4, 4, 4, 3]
    assert packing.bounds_of(rings).xy.tolist()[:4] == [
        [0, 0], [30_000_000, 10_000_000], [50_000_000, 50_000_000], [60_000_000, 60_000_000],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "number", [0, -1, 1, 63, 64, -64, -65, 8191, 8192, 1_800_000_000, -(2**31)]
)
def test_numbers_of_any_size_come_back(number):
    line = packing.Lines(np.array([[number, -number]]), np.array([1]))
    assert unpacked(packing.pack([line, packing.NO_LINES])) == [1, 1, number, -number, 0]


def test_no_polygons_are_packed_as_none():
    rings = packing.rings(np.array([], dtype=object), "EPSG:4547")
    assert unpacked(packing.pack([rings, packing.borders(rings), packing.bounds_of(rings)])) == [
        0, 0, 0, 1, 0,
    ]  # fmt: skip
