"""The page 数据 maps columns: wrong headers, a choice, the real reader, a plan with the people."""

import re

import drawn_town
import pandas as pd
import pytest
from app_pages import app_page, captions
from office_files import ROSTER

from gridmap.rules import load_rules
from gridmap.rules.text import change_rules, set_value
from gridmap.town.town import load_town
from gridmap.workflow.entry_check import check_entry
from gridmap.workflow.workflow import make_plan, reassign
from layers.contract.errors import GridmapError

CRS = drawn_town.CRS


def odd_roster():
    """The drawn roster as an office may keep it: a running number, and villages by name."""
    roster = drawn_town.draw_roster()
    names = dict(drawn_town.draw_hierarchy()[["code", "name"]].to_numpy())
    named = {column: roster[column].map(names).fillna("") for column in ("家庭村", "现任网格")}
    headers = {"编号": "序号", "姓名": "人员名称", "单位职务": "所在单位", "家庭村": "居住村"}
    roster = roster.assign(**named, 编号=[str(number) for number in range(1, len(roster) + 1)])
    return roster.rename(columns={**headers, "电话": "联系电话（必填）"})


@pytest.fixture
def town(tmp_path):
    entry = f'roster = {{ file = "{ROSTER}" }}  # 人事提供'
    rules = drawn_town.rules_text().replace('roster = { file = "roster.xlsx" }', entry)
    folder = drawn_town.write_town(tmp_path / "towns" / "镇", rules=rules)
    odd_roster().to_excel(folder / ROSTER, index=False)
    return folder


def page_of(town, **query):
    app = app_page(town.parent.parent / "out", "data", town.parent)
    app.query_params["town"] = town.name
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def html_of(app):
    return "\n".join(element.proto.body for element in app.get("html"))


def row_of(app, name):
    found = re.search(
        rf'step-(\w+)"><span[^>]*>[^<]*</span><div><p[^>]*>{re.escape(name)}<', html_of(app)
    )
    return found[1]


def field(app, name):
    return app.selectbox(key=f"declare {ROSTER}  people {name}")


def test_a_roster_with_other_headers_is_mapped_on_the_page_and_staffs_the_plan(town):
    before = (town / "rules.toml").read_text(encoding="utf-8")
    with pytest.raises(GridmapError):
        load_town(town)
    app = page_of(town)
    assert row_of(app, ROSTER) == "look"
    app.button(key=f"open {ROSTER}").click().run()
    assert not app.exception
    assert "没有“编号”列" in app.error[0].value
    assert "编号、姓名" in app.warning[0].value
    assert field(app, "person_id").options[0] == "序号（可能是这一列）"
    assert field(app, "person_id").value is None  # nothing is taken that was only guessed
    assert app.button(key="declare-save").disabled
    heads = app.dataframe[0].value
    assert list(heads["人员名称"]) == ["网格长01", "网格长02", "网格长03", "网格长04", "网格长05"]
    field(app, "person_id").set_value("序号").run()
    field(app, "name").set_value("人员名称").run()
    field(app, "office").set_value("所在单位").run()
    field(app, "home_code").set_value("居住村").run()
    assert not app.exception
    assert app.success[0].value == "试读通过：25 人，其中干部 18 人、网格长 7 人。"
    app.button(key="declare-save").click().run()
    assert not app.exception
    assert row_of(app, ROSTER) == "done"
    after = (town / "rules.toml").read_text(encoding="utf-8")
    roster = load_rules(town / "rules.toml").roster
    assert roster.columns() == {
        "person_id": "序号", "name": "人员名称", "office": "所在单位", "home_code": "居住村",
    }  # fmt: skip
    assert "# 人事提供" in after
    plan = make_plan(town)
    assert list(plan.people["name"]) == list(drawn_town.draw_roster()["姓名"])
    assert set(plan.people["home_code"]) == {"410122106200", "410122106201", "410122106", ""}
    filled = plan.assignments["status"] == "filled"
    assert set(plan.assignments.loc[filled, "person_id"]) <= {str(one) for one in range(1, 26)}
    assert filled.sum() >= 14
    assert not (plan.issues["rule"] == "PEOPLE-1").any()
    # The same office's roster of next year reads alike.
    odd_roster().tail(20).to_excel(town / "next.xlsx", index=False)
    assert len(reassign(plan, town / "next.xlsx").people) == 20
    app.button(key="undo").click().run()
    assert (town / "rules.toml").read_text(encoding="utf-8") == before
    assert row_of(app, ROSTER) == "look"


def test_a_wrong_choice_is_told_before_it_is_written_and_is_not_green_after(town):
    doubled = odd_roster().assign(序号=["1", "1", *map(str, range(3, 26))])
    doubled.to_excel(town / ROSTER, index=False)
    app = page_of(town)
    app.button(key=f"open {ROSTER}").click().run()
    field(app, "person_id").set_value("序号").run()
    field(app, "name").set_value("人员名称").run()
    assert any("编号“1”在第 2、3 行重复" in one.value for one in app.error)
    assert not [one for one in app.success if "试读" in one.value]
    app.button(key="declare-save").click().run()
    assert row_of(app, ROSTER) == "look"


def test_the_page_says_of_a_roster_what_the_plan_would(town):
    roster = odd_roster().rename(columns={"序号": "编号", "人员名称": "姓名", "居住村": "家庭村"})
    roster.loc[24, "家庭村"] = "无此村"
    roster.loc[1, "现任网格"] = roster.loc[0, "现任网格"]  # two leaders for one grid
    total = pd.DataFrame([{"编号": "合计", "姓名": "25人"}])
    pd.concat([roster, total]).fillna("").to_excel(town / ROSTER, index=False)
    app = page_of(town)
    assert row_of(app, ROSTER) == "done"
    app.button(key=f"open {ROSTER}").click().run()
    assert not app.exception
    said = list(app.dataframe[-1].value["message"])
    plan = make_plan(town)
    told = plan.issues[plan.issues["rule"] == "PEOPLE-1"]
    assert len(told) == 2
    assert set(told["message_zh"]) <= set(said)
    assert any("略去" in one and "合计" in one for one in said)
    assert "7 个既有网格中 6 个在花名册里有网格长，其余 1 个会列为空缺。" in captions(app)


def test_a_micro_grid_of_the_plan_before_is_no_fault_of_the_roster(town):
    frame = drawn_town.draw_roster()
    frame.loc[20, "现任网格"] = "41012210620000101"
    frame.loc[21, "现任网格"] = "999"
    frame.to_excel(town / "r.xlsx", index=False)
    grids = drawn_town.draw_hierarchy().set_index("code")
    trial = check_entry(town, "roster", {"file": "r.xlsx"}, CRS, grids=grids)
    assert list(trial.issues["other_code"]) == ["C15"]


@pytest.mark.parametrize(
    ("role", "values"),
    [
        ("register", {"file": "firms.gpkg", "category": "factory", "id_column": "编号"}),
        ("roster", {"file": ROSTER, "id_colum": "序号"}),
        ("layer", {"file": "landuse.gpkg", "category": "water", "codes": "gbt21010"}),
        ("roads", {"file": "roads.gpkg", "datum": "wgs"}),
    ],
)
def test_an_entry_that_the_rules_refuse_is_not_green(town, role, values):
    with pytest.raises(GridmapError, match=re.escape(values["file"])) as error:
        check_entry(town, role, values, CRS)
    assert "条目有误" in error.value.zh


def test_without_a_work_crs_only_what_needs_none_is_settled(town):
    change_rules(town / "rules.toml", lambda text: set_value(text, ("town", "crs"), ""))
    app = page_of(town)
    rows = html_of(app)
    assert "尚未试读" in rows
    drawn_town.draw_roster().to_excel(town / ROSTER, index=False)
    assert row_of(page_of(town), ROSTER) == "done"


def test_a_table_that_does_not_say_where_its_objects_are_is_asked(town):
    frame = pd.DataFrame(
        {"企业编号": ["A", "B"], "企业名称": ["甲", "乙"], "东": ["513870", "514120"],
         "北": ["3838370", "3838380"]}
    )  # fmt: skip
    frame.to_csv(town / "企业.csv", index=False)
    app = page_of(town)
    app.button(key="open 企业.csv").click().run()

    def choose(name, value):
        app.selectbox(key=f"declare 企业.csv  {name}").set_value(value).run()

    choose("role", "register")
    choose("kind", "key_enterprise")
    assert app.selectbox(key="declare 企业.csv  id").options[0] == "企业编号（可能是这一列）"
    choose("id", "企业编号")
    assert "看不出对象在哪里" in app.warning[0].value
    assert app.button(key="declare-save").disabled
    choose("x", "东")
    choose("y", "北")
    assert any("没有坐标系" in one.value for one in app.error)
    choose("crs", CRS)
    assert app.success[0].value == "已按划分的方式试读，没有中断。"
    app.button(key="declare-save").click().run()
    assert not app.exception
    assert row_of(app, "企业.csv") == "done"
    assert load_rules(town / "rules.toml").registers[-1].position() == ("东", "北")


def test_the_form_of_a_roster_in_english_has_no_chinese_word_of_its_own(town):
    app = page_of(town, lang="en")
    app.button(key=f"open {ROSTER}").click().run()
    labels = [one.label for one in app.selectbox]
    assert labels[labels.index("Use") :][:3] == ["Use", "Id", "Name"]
    assert "(may be it)" in field(app, "person_id").options[0]
    field(app, "person_id").set_value("序号").run()
    field(app, "name").set_value("人员名称").run()
    assert app.success[0].value.startswith("Read as dividing will: 25 people")
