"""Classes of the map by town: named by what is in them, each value in one."""

import pandas as pd

from gridmap.ui.city.map_classes import figure_classes, state_classes
from gridmap.ui.shell.i18n import Translator

SAY = Translator("zh")


def test_few_values_are_a_class_each():
    classes, number = figure_classes(pd.Series({"a": 0.5, "b": None, "c": 0.25}), "share", SAY)
    assert [one.name for one in classes] == ["25.0%", "50.0%"]
    assert number.to_dict() == {"a": 1, "b": -1, "c": 0}
    assert classes[0].fill != classes[1].fill


def test_many_values_are_five_classes_named_by_their_ends():
    classes, number = figure_classes(pd.Series(range(1, 21)).astype(float), "people", SAY)
    assert [one.name for one in classes] == [
        "1 人 至 4 人", "5 人 至 8 人", "9 人 至 12 人", "13 人 至 16 人", "17 人 至 20 人",
    ]  # fmt: skip
    assert [one.count for one in classes] == [4] * 5
    assert number.is_monotonic_increasing


def test_values_that_read_the_same_are_in_one_class():
    values = pd.Series([1 + step / 40 for step in range(16)] + [2.0, 3.0, 4.0, 5.0, 6.0])
    classes, number = figure_classes(values, "people", SAY)
    assert classes[0].name == "1 人"
    assert classes[0].count == 16
    assert number[values < 1.5].nunique() == 1
    assert sum(one.count for one in classes) == len(values)


def test_no_value_at_all_is_no_class():
    classes, number = figure_classes(pd.Series({"a": float("nan")}), "people", SAY)
    assert classes == []
    assert number.to_dict() == {"a": -1}


def test_states_stand_in_their_order():
    classes, number = state_classes(pd.Series(["failed", "done", "done"]), SAY)
    assert [(one.name, one.count) for one in classes] == [("完成", 2), ("失败", 1)]
    assert number.tolist() == [1, 0, 0]
