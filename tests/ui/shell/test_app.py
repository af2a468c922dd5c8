"""The app without a browser: it opens, says what is missing, and keeps to one language."""

import os
import re
import tomllib

import drawn_plan
import pytest
from app_pages import SECONDS, app_page, captions, words_on
from project import ROOT
from saved_plans import put_plan
from streamlit.testing.v1 import AppTest

from gridmap.coverage.metrics import METRICS
from gridmap.coverage.split_figures import SPLIT_FIGURES
from gridmap.store import save_plan
from gridmap.ui.coverage import coverage_page
from gridmap.ui.shell import plan_map, tables
from gridmap.ui.shell.plans import find_plans
from gridmap.ui.shell.tables import figure_table, issue_table, matching, micro_grid_table
from gridmap.words import WORDS

CHINESE = re.compile("[\u4e00-\u9fff]")
DATA_IN_CHINESE = re.compile(r"干部\d+|微网格\d+")  # people have no English names


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    put_plan(drawn_plan.draw_plan, out / "test.gridmap.gpkg")
    return out


@pytest.fixture(scope="module")
def plan():
    return drawn_plan.draw_plan()


def test_app_file_is_nothing_but_the_start_of_the_pages():
    for script in ("app.py", "gridmap/ui/script/pages.py"):
        assert not AppTest.from_file(str(ROOT / script), default_timeout=SECONDS).run().exception


def test_app_is_reached_from_this_machine_only_and_reports_nothing():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["server"]["fileWatcherType"] == "none"  # half a second for every visitor
    assert settings["server"]["headless"]  # or the first start asks for an e-mail address
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["logger"]["hideWelcomeMessage"]  # the address in it lacks the key


def test_the_map_is_on_its_way_before_figures_are_counted(folder, monkeypatch):
    done, pause = [], []
    show, count = plan_map.show_map, tables.figure_table
    monkeypatch.setattr(
        plan_map, "show_map", lambda *a, **more: (show(*a, **more), done.append("map"))
    )
    monkeypatch.setattr(
        tables, "figure_table", lambda *a, **more: (done.append("figures"), count(*a, **more))[1]
    )
    monkeypatch.setattr(coverage_page.time, "sleep", lambda seconds: pause.append((seconds, *done)))
    coverage_page._figures.clear()
    assert not app_page(folder).run().exception
    assert done == ["map", "figures"]
    # Whoever counts leaves the process to those who send the map's data, once it is published.
    assert (coverage_page.HEAD_START_S, "map") in pause
    assert not app_page(folder).run().exception
    assert done == ["map", "figures", "map"]  # and counts but once


def test_app_opens_in_chinese_with_figures_map_and_tables(folder):
    app = app_page(folder).run()
    assert not app.exception
    assert app.title[0].value == "覆盖"
    assert "测试镇" in captions(app)
    assert [metric.label for metric in app.metric] == [
        "计算面积", "微网格数", "在岗干部", "土地覆盖率", "到岗率", "人均工作量",
    ]  # fmt: skip
    assert [metric.value for metric in app.metric][:2] == ["2.00 平方公里", "16 个"]
    assert [tab.label for tab in app.tabs] == [
        "覆盖图", "找负责人", "微网格（16）", "三个100%", "公示牌", "工作量", "问题项（1）",
        "全部指标", "方案比较", "确认与异议（34）",
    ]  # fmt: skip
    assert len(app.get("iframe")) == 1


def test_switch_to_english_leaves_no_chinese_word(folder):
    app = app_page(folder).run()
    app.segmented_control(key="lang").set_value("en").run()
    assert not app.exception
    assert app.title[0].value == "Coverage"
    assert "Test Town" in captions(app)
    assert [tab.label for tab in app.tabs] == [
        "Map",
        "Who is in charge",
        "Micro-grids (16)",
        "The three 100 %",
        "Boards",
        "Load",
        "Issues (1)",
        "All figures",
        "Compare",
        "Receipts and disputes (34)",
    ]
    assert app.query_params["lang"] == "en"
    assert not CHINESE.search(DATA_IN_CHINESE.sub("", words_on(app)))
    for table in app.dataframe:
        assert not CHINESE.search(DATA_IN_CHINESE.sub("", table.value.to_csv()))


def test_address_with_a_language_opens_in_it(folder):
    app = app_page(folder)
    app.query_params["lang"] = "en"
    assert app.run().title[0].value == "Coverage"


def test_newest_plan_is_the_one_that_opens(tmp_path):
    for name, age in (("a", 3), ("b", 1), ("c", 2)):
        path = tmp_path / f"{name}.gridmap.gpkg"
        path.touch()
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    assert [path.name[0] for path in find_plans(tmp_path)] == ["b", "c", "a"]


def test_empty_folder_says_how_to_make_a_plan(tmp_path):
    app = app_page(tmp_path).run()
    assert not app.exception
    assert app.subheader[0].value == "还没有方案"
    assert app.code[0].value == "python -m gridmap demo"
    assert not app.metric


def test_a_folder_that_is_not_there_is_an_empty_one(tmp_path):
    app = app_page(tmp_path / "out").run()
    assert not app.exception
    assert app.subheader[0].value == "还没有方案"


def test_broken_plan_is_an_error_with_words_and_the_page_stays(tmp_path):
    (tmp_path / "broken.gridmap.gpkg").write_bytes(b"not a GeoPackage")
    app = app_page(tmp_path).run()
    assert not app.exception
    assert "无法打开文件" in app.error[0].value
    assert "broken.gridmap.gpkg" in app.error[0].value
    assert app.text[0].value


def test_typed_path_opens_that_plan_and_a_wrong_one_is_an_error(folder, tmp_path):
    app = app_page(tmp_path).run()
    app.text_input(key="path-0").set_value(str(folder / "test.gridmap.gpkg")).run()
    assert "测试镇" in captions(app)
    app.text_input(key="path-0").set_value(str(tmp_path / "nowhere.gridmap.gpkg")).run()
    assert not app.exception
    assert "无法打开文件" in app.error[0].value


def test_a_town_name_with_marks_of_markdown_is_shown_as_it_is(tmp_path):
    plan = drawn_plan.draw_plan()
    town = plan.rules.town.model_copy(update={"name": "*镇* :red[x] <b>"})
    text = plan.rules_text.replace('name = "测试镇"', 'name = "*镇* :red[x] <b>"')
    renamed = plan.rules.model_copy(update={"town": town})
    save_plan(plan.with_tables(rules=renamed, rules_text=text), tmp_path / "test.gridmap.gpkg")
    assert r"\*镇\* \:red\[x\] \<b\>" in captions(app_page(tmp_path).run())


def test_filters_of_the_table_narrow_it_down(folder):
    app = app_page(folder).run()
    app.session_state["coverage-tab"] = "微网格（16）"  # only the open tab is worked out
    app.run()
    app.toggle(key="vacant").set_value(True).run()
    assert "显示 3 个，共 16 个" in captions(app)
    app.selectbox(key="village-zh").set_value("西村").run()
    assert app.info[0].value == "没有符合条件的微网格，请放宽条件。"
    app.toggle(key="vacant").set_value(False).run()
    assert "显示 8 个，共 16 个" in captions(app)
    app.selectbox(key="category-zh").set_value("水域").run()
    assert "显示 1 个，共 16 个" in captions(app)
    app.text_input(key="search").set_value("0201").run()
    assert app.dataframe[0].value["code"].tolist() == [f"{drawn_plan.WEST_2}01"]


def test_table_of_micro_grids_by_hand(plan):
    table = micro_grid_table(plan, language="zh").set_index("code")
    assert table.index.tolist() == drawn_plan.micro_codes()
    row = table.loc[f"{drawn_plan.WEST_1}01"]
    assert row.to_dict() == {
        "name": "微网格0101",
        "category": "问题楼盘",
        "state": "全部到岗",
        "area_ha": 12.5,
        "area_mu": 187.5,
        "load_h": 2.0,
        "load_each_h": 1.0,
        "officers": 2,
        "leader": "干部008",
        "members": "干部009",
        "village": "西村",
        "parent": "西村第一网格",
        "family": "",
        "households": 0,
    }
    assert table.loc[f"{drawn_plan.EAST_1}01", "leader"] == ""
    assert table.loc[f"{drawn_plan.EAST_1}02", "members"] == ""


def test_village_of_a_micro_grid_right_below_it_is_its_parent(plan):
    villages = plan.grids["level"] <= 2
    grids = plan.grids[villages | (plan.grids.index == f"{drawn_plan.WEST_1}01")].copy()
    grids.loc[f"{drawn_plan.WEST_1}01", "parent_code"] = f"{drawn_plan.TOWN}200"
    table = micro_grid_table(plan.with_tables(grids=grids), language="en")
    assert table[["village", "parent"]].iloc[0].tolist() == ["West Village", "West Village"]


def test_search_text_is_no_pattern_and_knows_no_case(plan):
    table = micro_grid_table(plan, language="en")
    assert len(matching(table, text="MICRO 0101")) == 2
    assert matching(table, text=".*").empty
    assert len(matching(table, text="  ")) == 16


def test_issues_are_in_the_language_and_the_severest_come_first(plan):
    issues = plan.issues.iloc[[0, 0]].reset_index(drop=True)
    issues.loc[0, ["severity", "rule", "message_zh"]] = ["info", "AREA-1", ""]
    table = issue_table(plan.with_tables(issues=issues), language="zh")
    assert table["severity"].tolist() == ["错误", "说明"]
    assert table["message"].tolist() == [
        "工作量超出承载力 2.0 小时。",
        "The load is 2.0 hours above capacity.",
    ]


def test_figures_carry_units_in_the_language(plan):
    zh = figure_table(plan, language="zh")
    en = figure_table(plan, language="en")
    assert zh.loc["area_km2"].tolist() == ["计算面积", "2.00 平方公里"]
    assert en.loc["area_km2"].tolist() == ["Area as computed", "2.00 km²"]
    assert en.loc["covered_share", "value"] == "93.8%"
    assert {f"unit.{figure.unit}" for figure in (*METRICS, *SPLIT_FIGURES)} <= set(WORDS)
