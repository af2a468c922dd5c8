"""Registers meet the ground: by most of a polygon, and with a list of what is not clear."""

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import Point, box

from layers.contract.columns import GROUND, OBJECTS, with_dtypes
from layers.registers.joining import find_doubtful, find_unjoined, largest_overlap

CRS = "EPSG:4547"
TOWN = box(0, 0, 400, 100)


def ground(*rows):
    """Lay out fields: layer, record, west and east end in a strip of 100 m."""
    frame = gpd.GeoDataFrame(
        {
            "category": "farmland",
            "subclass": "",
            "layer": [row[0] for row in rows],
            "record": [row[1] for row in rows],
            "name": "",
        },
        geometry=[box(row[2], 0, row[3], 100) for row in rows],
        crs=CRS,
    )
    return with_dtypes(frame, GROUND)


def objects(*rows):
    frame = gpd.GeoDataFrame(
        {
            "register": "r.csv",
            "category": "key_enterprise",
            "name": "甲",
            "record": [row[0] for row in rows],
        },
        geometry=[row[1] for row in rows],
        index=pd.Index([f"r:{at}" for at in range(len(rows))], name="object_id"),
        crs=CRS,
    )  # fmt: skip
    return with_dtypes(frame, OBJECTS)


FIELDS = ground(
    ("a", "1", 0, 100), ("a", "2", 100, 200), ("a", "3", 200, 300), ("a", "4", 300, 400)
)


def test_a_polygon_lies_where_most_of_it_is():
    """Its middle is on record 2, but 160 of its 300 m lie on record 3."""
    shape = box(90, 0, 130, 10).union(box(200, 0, 260, 10))
    found = largest_overlap(np.array([shape, box(900, 0, 910, 10)]), FIELDS.geometry.to_numpy())
    assert found.tolist() == [2, -1]


def test_a_polygon_on_one_record_is_clear():
    assert list(find_doubtful(objects(("", box(10, 10, 95, 90))), FIELDS, TOWN)) == []
    assert list(find_doubtful(objects(("", box(40, 0, 120, 90))), FIELDS, TOWN)) == []


def test_a_polygon_on_several_records_is_listed_with_its_shares():
    """40 m on record 1, 100 m on record 2, 80 m on record 3."""
    issues = list(find_doubtful(objects(("", box(60, 0, 280, 100))), FIELDS, TOWN))
    assert [(issue.rule, issue.code) for issue in issues] == [("READ-14", "r:0")]
    assert "lies on 3 records (a 2 45%, a 3 36%, a 1 18%)" in issues[0].message
    assert "跨 3 个地块" in issues[0].message_zh


def test_a_polygon_mostly_outside_the_town_is_listed():
    issues = list(find_doubtful(objects(("", box(380, 0, 480, 100))), FIELDS, TOWN))
    assert "lies in the town with 20% of its ground only" in issues[0].message


def test_a_record_of_two_layers_is_listed():
    fields = ground(("a", "7", 0, 100), ("b", "7", 100, 200))
    issues = list(find_doubtful(objects(("7", None)), fields, TOWN))
    assert "belongs to record '7', which 2 layers have ('a', 'b')" in issues[0].message
    assert list(find_doubtful(objects(("7", Point(1, 1))), fields, TOWN)) == []


def test_objects_on_no_ground_are_listed():
    given = objects(("9", None), ("", Point(999, 0)), ("", None), ("1", None), ("", Point(1, 1)))
    issues = list(find_unjoined(given, FIELDS, TOWN))
    assert [issue.code for issue in issues] == ["r:0", "r:1", "r:2"]
