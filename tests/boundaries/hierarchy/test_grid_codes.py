from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from boundaries.hierarchy.codes import Issued, child_codes, reading_order
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


def test_codes_that_were_published_stay_with_their_ground_and_are_never_given_to_other():
    """
    01 was [0, 2], 02 was [2, 4], 03 was given up; now [0, 1.8], [1.8, 2.9], [2.9, 4] and [4, 5]
    """
    ends = [0.0, 1.8, 2.9, 4.0, 5.0]
    row = gpd.GeoSeries([box(x, 0, y, 1) for x, y in pairwise(ends)], crs=4547)
    shapes = gpd.GeoSeries([box(0, 0, 2, 1), box(2, 0, 4, 1)], index=["7701", "7702"], crs=4547)
    issued = Issued(frozenset({"7701", "7702", "7703", "77", "780101"}), shapes)
    codes = child_codes(row, pd.Series("77", index=row.index), digits=2, issued=issued)
    assert codes.tolist() == ["7701", "7704", "7702", "7705"]
    with pytest.raises(BoundaryError, match="published before count too"):
        child_codes(row, pd.Series("7", index=row.index), digits=1, issued=Issued(
            frozenset({"77"}), shapes))  # fmt: skip
