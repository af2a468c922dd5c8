"""The list of objects as files: grid, who is in charge, what is never listed; and on the map."""

import csv
import io
import json
from datetime import date

import pandas as pd
import pytest
from redraw_objects import plan_with_objects
from redraw_plan import W1, W2, square

from gridmap.ledgers import ledger_xlsx
from gridmap.lookup.object_list import object_list, objects_of
from gridmap.maps.objects import map_objects
from layers.sheets.reading import read_table

THINGS = (
    {"id": "A", "name": "=厂", "place": (0.5, 0.5)},
    {"id": "B", "name": "乙厂", "record": "r21"},
    {"id": "C", "name": "丙厂", "record": "r21"},
    {"id": "D", "name": "校", "place": square(2, 0), "class": "unit", "category": ""},
    {"id": "E", "name": "烂尾楼", "place": (0.5, 1.5), "class": "estate"},
    {"id": "F", "name": "空房", "place": (0.5, 1.5), "class": "vacancy"},
    {"id": "G", "name": "营房", "place": (0.5, 1.5), "sensitive": True},
    {"id": "H", "name": "丁厂", "record": "r99"},
    {
        "id": "I",
        "name": "停工楼",
        "place": (0.5, 1.5),
        "class": "building",
        "category": "problem_estate",
    },
)
HIDDEN = ("烂尾楼", "空房", "营房", "停工楼")


@pytest.fixture(scope="module")
def plan():
    return plan_with_objects(*THINGS)


def test_each_object_has_its_grid_and_who_is_in_charge_of_it(plan):
    table = object_list(plan, with_contacts=True)
    assert table["grid_code"].tolist() == [W1, W2, W2, W2, ""]
    assert table["placed_by"].tolist() == ["point", "record", "record", "polygon", ""]
    assert table["charge_code"].tolist() == [W1, W2, W2, W2, ""]
    rows = plan.assignments[plan.assignments["role"] == "leader"].set_index("grid_code")
    names = plan.people["name"].reindex(rows.loc[[W1, W2], "person_id"]).tolist()
    assert table["charge_person"].tolist() == [names[0], names[1], names[1], names[1], ""]
    assert "charge_person" not in object_list(plan)


def test_while_nobody_is_on_post_the_nearest_then_the_leader_above_is_in_charge(plan):
    rows = plan.assignments
    left = rows.assign(status=rows["status"].where(rows["grid_code"] != W1, "vacant"))
    table = object_list(plan.with_tables(assignments=left), with_contacts=True)
    assert table.loc["firms:A", "charge_code"] == W2
    micro = plan.grids.index[plan.grids["kind"] == "micro"]
    left = rows.assign(status=rows["status"].where(~rows["grid_code"].isin(micro), "vacant"))
    table = object_list(plan.with_tables(assignments=left), with_contacts=True)
    assert table.loc["firms:A", ["charge_code", "charge_level", "charge_role"]].tolist() == [
        "TVW", 3, "leader",
    ]  # fmt: skip
    assert table.loc["firms:A", "charge_person"] == "TVW 长"


def test_a_post_on_the_object_itself_is_in_charge_of_it(plan):
    own = plan.posts.iloc[[0]].set_axis(["firms:B-officer-01"])
    own = own.assign(grid_code="", object_id="firms:B", role="officer")
    posted = plan.assignments.iloc[[0]].assign(
        post_id="firms:B-officer-01", grid_code="", role="officer", status="filled", person_id="C1"
    )
    both = plan.with_tables(
        posts=pd.concat([plan.posts, own]),
        assignments=pd.concat([plan.assignments, posted], ignore_index=True),
    )
    table = object_list(both, with_contacts=True)
    assert table.loc["firms:B", ["charge_code", "charge_level", "charge_person"]].tolist() == [
        "firms:B", 0, "干部1",
    ]  # fmt: skip
    assert table.loc["firms:C", "charge_code"] == W2


def test_estates_vacancies_and_what_is_sensitive_are_listed_for_inside_use_alone(plan):
    assert list(object_list(plan).index.str[-1]) == ["A", "B", "C", "D", "H"]
    assert list(object_list(plan, with_hidden=True).index.str[-1]) == list("ABCDEFGHI")
    for form in ("csv", "geojson"):
        assert not [one for one in HIDDEN if one in objects_of(plan, form).decode()]
    drawn = map_objects(plan, plan.grids.index)
    assert not set(HIDDEN) & set(drawn["zh"])


def test_the_geojson_holds_a_feature_an_object_and_says_what_was_left_out(plan):
    written = objects_of(plan, "geojson")
    found = json.loads(written)
    head = found["gridmap"]
    assert (head["objects"], head["without_grid"], head["hidden_left_out"]) == (5, 1, 4)
    kinds = [one["geometry"] and one["geometry"]["type"] for one in found["features"]]
    assert kinds == ["Point", "Point", "Point", "Polygon", None]
    first = found["features"][0]
    assert first["id"] == "firms:A"
    lon, lat = first["geometry"]["coordinates"]
    assert (round(lon, 2), round(lat, 2)) == (114.14, 34.67)
    assert objects_of(plan, "geojson") == written


def test_no_cell_of_the_csv_is_a_formula(plan):
    rows = list(csv.DictReader(io.StringIO(objects_of(plan, "csv").decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == ["'=厂", "乙厂", "丙厂", "校", "丁厂"]
    assert rows[0]["lon"].startswith("114.14")
    assert rows[4]["lon"] == ""


def test_the_map_shows_objects_by_class_and_those_of_one_record_apart(plan):
    drawn = map_objects(plan, plan.grids.index)
    assert [(one["key"], one["count"]) for one in drawn["classes"]] == [
        ("enterprise", 3), ("unit", 1),
    ]  # fmt: skip
    assert drawn["zh"] == ["=厂", "丙厂", "乙厂", "校"]
    assert drawn["spread"] == [0, 1, 1, 0]
    places = list(zip(drawn["xy"][::2], drawn["xy"][1::2], strict=True))
    assert len(set(places)) == 4
    assert drawn["grid"] == plan.grids.index.get_indexer([W1, W2, W2, W2]).tolist()
    assert (
        map_objects(plan.with_tables(objects=plan.objects.iloc[:0]), plan.grids.index)["zh"] == []
    )


def test_the_ledger_lists_all_objects_those_without_a_grid_first(plan, tmp_path):
    made = ledger_xlsx(plan, kinds=["objects"], printed=date(2026, 3, 1))
    (tmp_path / "r.xlsx").write_bytes(made.xlsx)
    cells = read_table(tmp_path / "r.xlsx", sheet="按对象")
    assert len(cells) == 9
    assert cells.iloc[0].tolist()[0] == "firms:H"
