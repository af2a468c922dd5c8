"""A window of the ground in a frame on paper: its scale is true, and usual."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridmap.maps.pdf.sheets import Box
from gridmap.maps.pdf.view import view_of

FRAME = Box(10, 20, 110, 90)  # 100 mm x 70 mm


def test_ground_lies_in_the_middle_at_the_largest_usual_scale_that_holds_it():
    view = view_of((1000, 2000, 1170, 2040), FRAME, spare_mm=5, size=1)
    # 170 m on 90 mm is 1:1889 at best; 1:2000 is the next usual scale.
    assert view.scale == 2000
    assert view.window == Box(985, 1950, 1185, 2090)
    on_paper = view.cut(np.array([shapely.box(1000, 2000, 1170, 2040)]))[0]
    assert on_paper.bounds == pytest.approx((17.5, 45, 102.5, 65))


@pytest.mark.parametrize(("metres", "scale"), [(1, 500), (90_000, 1_000_000), (101_000, 1_200_000)])
def test_ground_of_any_size_has_a_scale(metres, scale):
    assert view_of((0, 0, metres, 1), FRAME, spare_mm=5, size=1).scale == scale


def test_what_lies_outside_is_left_out_and_the_rest_is_cut_a_little_beyond_the_frame():
    view = view_of((0, 0, 100, 70), FRAME, spare_mm=0, size=1, scale=1000)
    ground = gpd.GeoDataFrame(
        {"name": ["far", "across"]},
        geometry=[shapely.box(500, 0, 600, 9), shapely.box(50, 9, 400, 19)],
    )
    shown = view.shown(ground)
    assert list(shown["name"]) == ["across"]
    assert shown.total_bounds == pytest.approx((60, 71, 112, 81))
