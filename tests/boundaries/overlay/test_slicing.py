"""Lines cut a polygon into faces."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, MultiLineString, Polygon, box

from boundaries.overlay.slicing import slices
from boundaries.tiling.build import sealed
from boundaries.tiling.streets import split_streets

CRS = "EPSG:4547"
PLACES = [(0.0, 0.0), (2.0**19, 3_838_000.0), (38_500_000.0, 2.0**22), (-(2.0**20), -7.3)]


def at(shape, x, y):
    return shapely.transform(shape, lambda places: places + np.array([x, y]))


def areas(faces):
    return sorted(round(face.area, 6) for face in faces)


def test_a_line_through_a_square_makes_two_faces():
    faces = slices(box(0, 0, 10, 10), [LineString([(-5, 4), (15, 4)])])
    assert areas(faces) == [40.0, 60.0]
    assert shapely.coverage_is_valid(faces)


def test_lines_that_end_inside_or_stay_outside_cut_nothing():
    square = box(0, 0, 10, 10)
    assert slices(square, []) == [square]
    assert slices(square, [LineString([(-5, 4), (5, 4)]), LineString([(20, 0), (20, 9)])]) == [
        square
    ]
    assert slices(square, [MultiLineString([[(0, 0), (10, 0)], [(10, 0), (10, 10)]])]) == [square]


def test_a_hole_is_no_face():
    ring = box(0, 0, 10, 10).difference(box(3, 3, 7, 7))
    faces = slices(ring, [MultiLineString([[(-1, 5), (11, 5)]])])
    assert areas(faces) == [42.0, 42.0]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("hair", [0.0, 1e-10, 1e-8, 1e-7])
def test_a_line_that_ends_a_hair_short_of_the_outline_cuts_all_the_same(place, hair):
    slanted = at(Polygon([(0, 0), (100, 0), (130, 70), (0, 70)]), *place)
    end = np.array([115.0, 35.0]) - [hair, 0]
    line = at(LineString([(-5, 35), end]), *place)
    assert areas(slices(slanted, [line])) == pytest.approx([3762.5, 4287.5], abs=1e-3)


@pytest.mark.parametrize("place", PLACES)
def test_a_line_along_the_outline_but_for_a_hair_leaves_no_hair(place):
    outline = at(box(0, 0, 100, 50), *place)
    along = at(LineString([(-5, 1e-7), (30, -2e-7), (60, 3e-7), (105, 0)]), *place)
    assert slices(outline, [along]) == [outline]


@pytest.mark.parametrize(
    ("x", "y"),
    [(526794.16, 3842127.56), (526125.24, 3834756.56), (528265.68, 3842808.35), (0.0, 0.0)],
)
def test_a_street_does_not_take_the_ground_that_its_centre_line_cuts_off(x, y):
    """The line runs straight where the border has a corner 3 mm aside: a field of 0.03 m2 between.

    One vertex of the line is a last digit off, as after a layer was moved. The field and the hair
    beside the border beyond are one face; a point in the hair lies in the street by rounding, and
    the street took the field, which is still there.
    """
    border = [(0.0, 0.0), (5.36, 0.63), (16.67, 1.97), (56.94, 17.36)]
    street, field = (
        shapely.transform(
            Polygon([*border, (56.94, end), (0, end)]), lambda p: np.round(p + np.array([x, y]), 2)
        )
        for end in (-20.0, 30.0)
    )
    corners = shapely.get_coordinates(street)
    beside = (np.nextafter(corners[2, 0], -np.inf), corners[2, 1])
    line = LineString([corners[0], beside, corners[3], corners[3] + [20, 3]])
    streets, land = (
        gpd.GeoDataFrame({"parent_code": ["a"]}, geometry=[shape], crs=CRS)
        for shape in (street, field)
    )
    pieces, _ = split_streets(streets, land, centre_lines=gpd.GeoSeries([line], crs=CRS))
    assert pieces.area.sum() == pytest.approx(street.area, abs=1e-6)
    whole = sealed(gpd.GeoDataFrame(geometry=[*pieces.geometry, field], crs=CRS))
    assert shapely.coverage_is_valid(whole.geometry.to_numpy())
