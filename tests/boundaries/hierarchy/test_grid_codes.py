import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from boundaries.hierarchy.codes import child_codes, reading_order
from layers.contract.errors import BoundaryError


def test_reading_order_runs_west_to_east_in_bands_from_north_to_south():
    """
    2 0      four points make two bands
    3 1
    """
    x, y = np.array([5.0, 5.0, 1.0, 1.0]), np.array([9.0, 1.0, 8.0, 2.0])
    assert reading_order(x, y).tolist() == [2, 0, 3, 1]


def test_reading_order_of_a_row_of_points_is_west_to_east():
    assert reading_order(np.array([3.0, 1.0, 2.0]), np.zeros(3)).tolist() == [1, 2, 0]


def test_reading_order_of_nothing_is_nothing():
    assert reading_order(np.empty(0), np.empty(0)).tolist() == []


def test_codes_are_text_with_the_number_behind_the_parents_code(four_squares):
    """
    b d     both parents number from the north
    a c
    """
    parents = pd.Series(["01", "01", "02", "02"], index=four_squares.index)
    codes = child_codes(four_squares.geometry, parents, digits=3)
    assert codes.to_dict() == {"a": "01002", "b": "01001", "c": "02002", "d": "02001"}


def test_codes_do_not_depend_on_the_order_of_rows(four_squares):
    parents = pd.Series("9", index=four_squares.index)
    codes = child_codes(four_squares.geometry, parents, digits=2)
    handle = child_codes(four_squares.geometry.iloc[::-1], parents.iloc[::-1], digits=2)
    assert codes.sort_index().equals(handle.sort_index())


def test_more_children_than_numbers_is_refused_with_both_figures():
    row = gpd.GeoSeries([box(x, 0, x + 1, 1) for x in range(10)], crs="EPSG:4547")
    with pytest.raises(BoundaryError, match=r"'77' has 10 micro-grids, but 1 digits .* only 9"):
        child_codes(row, pd.Series("77", index=row.index), digits=1)
