"""The page 数据 takes registers with class, boards, groups, sites, cases and business areas."""

import drawn_town
import pandas as pd
import pytest
from app_pages import app_page, captions

from gridmap.rules import load_rules
from gridmap.rules.entries import entries_of
from gridmap.town.town import load_town
from gridmap.workflow.entry_check import check_entry
from layers.contract.errors import LayerSchemaError

GRID = f"{drawn_town.TOWN_CODE}200001"
TABLES = {
    "units.csv": {"编号": ["U1", "U2"], "单位": ["小学", "医院"], "经度": [114.146, 114.156],
                  "纬度": [34.665, 34.667], "职工人数": ["40", "二十"], "负责人": ["甲", ""]},
    "boards.csv": {"牌号": ["1"], "网格编码": [GRID], "挂在": ["村口"], "版本": ["1"],
                   "悬挂日期": ["2026-01-03"]},
    "groups.csv": {"组合": ["G1"], "叫": ["联盟"], "谁": [GRID]},
    "cases.csv": {"哪里": [GRID], "数": ["3"]},
}  # fmt: skip


@pytest.fixture
def town(tmp_path):
    folder = drawn_town.write_town(tmp_path / "towns" / "镇")
    for name, columns in TABLES.items():
        pd.DataFrame(columns).to_csv(folder / name, index=False, encoding="utf-8-sig")
    for name in ("sites", "business"):
        areas = drawn_town.draw_layers()["estates"]
        areas.to_file(folder / f"{name}.gpkg", layer=name)
    return folder


def open_file(town, name):
    app = app_page(town.parent.parent / "out", "data", town.parent)
    app.query_params["town"] = town.name
    app.run()
    return app.button(key=f"open {name}").click().run()


def declare(app, name, layer, role, **fields):
    key = f"declare {name} {layer}"
    app.selectbox(key=f"{key} role").set_value(role).run()
    for field, value in fields.items():
        app.selectbox(key=f"{key} {field}").set_value(value).run()
    return app


def entry(town, role):
    text = (town / "rules.toml").read_text(encoding="utf-8")
    return next(one for one in entries_of(text) if one.role == role)


def test_a_register_is_declared_with_its_class_facts_and_fields_and_asks_for_no_load(town):
    app = open_file(town, "units.csv")
    declare(app, "units.csv", "", "register", **{"class": "unit"})
    assert "没有选择用地类别：这些对象不计工作量。" in captions(app)
    declare(app, "units.csv", "", "register", id="编号", name_column="单位")
    app.multiselect(key="declare units.csv  fields").set_value(["负责人"]).run()
    assert not app.exception
    app.button(key="declare-save").click().run()
    rules = load_rules(town / "rules.toml")
    own = rules.registers[-1]
    assert (own.kind, own.category, own.fields) == ("unit", None, ("负责人",))
    assert own.staff_column is None  # its header says it
    loaded = load_town(town)
    units = loaded.objects[loaded.objects["class"] == "unit"]
    assert units["staff"].tolist() == [40, 20]
    assert units["missing"].tolist() == ["", "负责人"]
    doubts = loaded.issues.loc[loaded.issues["rule"] == "READ-20", "message"].tolist()
    assert len(doubts) == 1
    assert "'职工人数'" in doubts[0]


def test_boards_are_known_by_their_headers_and_other_columns_can_be_named(town):
    app = open_file(town, "boards.csv")
    declare(app, "boards.csv", "", "board")
    told = " ".join(captions(app))
    assert "由表头认出的列：牌号、网格编码、版本、悬挂日期" in told
    declare(app, "boards.csv", "", "board", place_column="挂在")
    app.button(key="declare-save").click().run()
    assert dict(entry(town, "board").values) == {"file": "boards.csv", "place_column": "挂在"}
    boards = load_town(town).boards
    assert boards.iloc[0].tolist() == [GRID, "", "村口", "1", "2026-01-03"]


def test_what_a_list_cannot_do_without_is_asked_first_and_keeps_it_open(town):
    app = open_file(town, "groups.csv")
    declare(app, "groups.csv", "", "group")
    assert app.button(key="declare-save").disabled
    declare(app, "groups.csv", "", "group", id_column="组合", member_column="谁")
    assert not app.button(key="declare-save").disabled
    app.button(key="declare-save").click().run()
    given = {"file": "groups.csv", "id_column": "组合", "member_column": "谁"}
    assert dict(entry(town, "group").values) == given
    app = open_file(town, "cases.csv")
    declare(app, "cases.csv", "", "cases", grid_column="哪里", found_column="数")
    app.text_input(key="declare cases.csv  base").set_value("2026 上半年").run()
    app.button(key="declare-save").click().run()
    assert load_rules(town / "rules.toml").cases[0].base == "2026 上半年"


@pytest.mark.parametrize(("name", "role"), [("sites", "site"), ("business", "business")])
def test_areas_of_units_and_of_departments_are_declared_and_read_as_they_will_be(town, name, role):
    app = open_file(town, f"{name}.gpkg")
    declare(app, f"{name}.gpkg", "", role, id_column="XMBH", name_column="名称")
    app.button(key="declare-save").click().run()
    assert not app.exception
    assert entry(town, role).values["id_column"] == "XMBH"
    assert len(check_entry(town, role, dict(entry(town, role).values), drawn_town.CRS).issues) == 0
    with pytest.raises(LayerSchemaError, match="no column"):
        check_entry(town, role, {"file": f"{name}.gpkg", "id_column": "没有"}, drawn_town.CRS)
