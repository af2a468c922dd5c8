"""Answers that are kept while frames stay as they are."""

import gc
import weakref

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import Point, box

from layers.contract.unchanged import while_unchanged


class _Answer(list):
    """A list that can be looked for once it is gone."""


def _counted():
    asked = []

    @while_unchanged
    def answer_of(frame, *, factor=1, places=None):
        asked.append(len(frame))
        return _Answer([factor * int(frame["a"].sum())])

    return answer_of, asked


def test_the_same_frame_is_asked_once_and_every_change_of_it_anew():
    answer_of, asked = _counted()
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    first = answer_of(frame)
    assert answer_of(frame) is first
    assert asked == [2]
    frame.loc[0, "a"] = 5
    assert answer_of(frame) == [7]
    frame["c"] = 0
    frame.index = [1, 0]
    assert answer_of(frame) == [7]
    assert len(asked) == 3
    assert answer_of(frame.copy()) == [7]
    assert answer_of(frame, factor=2) == [14]
    assert len(asked) == 5


def test_shapes_count_by_themselves_whatever_series_or_frame_holds_them():
    answer_of, asked = _counted()
    frame = gpd.GeoDataFrame({"a": [1, 2]}, geometry=[Point(0, 0), Point(1, 1)])
    answer_of(frame, places=frame.geometry)
    answer_of(frame, places=frame.geometry)
    assert len(asked) == 1
    answer_of(frame, places=gpd.GeoSeries([Point(0, 0), Point(1, 1)]))
    assert len(asked) == 2
    frame.loc[0, "geometry"] = Point(2, 2)
    answer_of(frame, places=frame.geometry)
    assert len(asked) == 3


def test_a_shape_that_is_put_into_its_series_or_array_counts_as_another():
    ground = while_unchanged(lambda shapes: float(shapes.area.sum()))
    series = gpd.GeoSeries([box(0, 0, 1, 1), box(0, 0, 2, 2)])
    frame = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1), box(0, 0, 2, 2)])
    assert (ground(series), ground(frame)) == (5, 5)
    series.iloc[0] = box(0, 0, 3, 3)
    frame.geometry.values[0] = box(0, 0, 3, 3)
    assert (ground(series), ground(frame)) == (13, 13)
    frame.loc[0, "geometry"] = box(0, 0, 1, 1)
    assert (ground(frame), ground(frame.geometry)) == (5, 5)
    frame.loc[0, "geometry"] = box(0, 0, 3, 3)
    assert ground(frame.geometry) == 13


def test_an_array_that_was_written_into_is_asked_anew():
    chosen = while_unchanged(lambda frame, *, mask: int(frame["a"][mask].sum()))
    frame, mask = pd.DataFrame({"a": [1, 2]}), np.array([True, False])
    assert chosen(frame, mask=mask) == 1
    mask[1] = True
    assert chosen(frame, mask=mask) == 3
    assert chosen(frame, mask=np.array([True, True])) == 3


def test_an_answer_goes_with_its_frame():
    answer_of, _ = _counted()
    frame = pd.DataFrame({"a": [1]})
    kept = weakref.ref(answer_of(frame))
    gc.collect()
    assert kept() is not None
    del frame
    gc.collect()
    assert kept() is None


def test_whoever_writes_into_a_frame_that_was_an_answer_changes_it_for_nobody():
    given = pd.DataFrame({"a": [1, 2]})
    doubled = while_unchanged(lambda frame: frame * 2)
    mine = doubled(given)
    mine.loc[0, "a"] = 100
    assert doubled(given)["a"].tolist() == [2, 4]
    assert np.shares_memory(doubled(given)["a"], doubled(given)["a"])
