"""Choices and buttons that no journey passes: groups of charts, parts of a comparison, finding."""

import re
from datetime import date, datetime, timedelta

import drawn_plan
import drawn_town
from app_pages import app_page, captions, turn_to
from streamlit.testing.v1 import AppTest

from gridmap.access.answers import confirm, responses
from gridmap.access.links import make_link
from gridmap.access.view import cadre_view
from gridmap.rules.text import change_rules, get_value, set_value
from gridmap.store import save_plan
from gridmap.ui.coverage.compare import PARTS
from gridmap.ui.shell.plan_map import WANTED
from gridmap.ui.shell.towns import make_town, rules_text_of

SECONDS = 60


def at_tab(folder, tab):
    app = app_page(folder)
    app.session_state[WANTED] = tab
    app.run()
    assert not app.exception
    return app


def charts(app):
    return [chart.proto.spec for chart in app.get("vega_lite_chart")]


def test_charts_of_load_are_grouped_by_village_and_category(path):
    app = at_tab(path.parent, "load")
    whole = charts(app)
    shown = [whole]
    for way in ("village", "category"):
        app.segmented_control(key="charts-by").set_value(way).run()
        assert not app.exception
        shown.append(charts(app))
    assert len({str(one) for one in shown}) == 3


def test_a_comparison_shows_its_figures_and_its_differences(path):
    save_plan(drawn_plan.draw_plan(), path.with_name("other.gridmap.gpkg"))
    app = at_tab(path.parent, "compare")
    (other,) = (one for one in app.selectbox if one.label == "与哪个方案比较")
    other.select_index(0).run()
    frames = []
    for part in PARTS:
        app.segmented_control(key="compare-part").set_value(part).run()
        assert not app.exception
        frames.append(len(app.dataframe))
    assert frames == [1, 0, 0]  # two equal plans: their figures, a map, nothing that differs


def test_people_are_found_by_name(path):
    app = app_page(path.parent, "people").run()
    app.text_input(key="people-find-person").set_value("干部008").run()
    assert list(app.dataframe[1].value.index) == ["P008"]


def test_a_switch_of_the_rules_is_turned(tmp_path):
    town = make_town(tmp_path / "towns", "测试镇", drawn_town.TOWN_CODE, today=date(2026, 1, 1))
    before = get_value(rules_text_of(town), ("tiling", "cut_along_roads"), True)
    app = app_page(tmp_path / "out", "rules", tmp_path / "towns").run()
    app.pills(key="rules-section").set_value("tiling").run()
    (switch,) = (one for one in app.toggle if one.label == "沿道路切开大图斑")
    assert switch.value == before
    switch.set_value(not before).run()
    app.button(key="rules-save").click().run()
    assert get_value(rules_text_of(town), ("tiling", "cut_along_roads"), before) is not before


def test_from_a_plan_of_older_rules_the_page_leads_to_the_split(tmp_path):
    town = make_town(tmp_path / "towns", "测试镇", drawn_town.TOWN_CODE, today=date(2026, 1, 1))
    plan = drawn_plan.draw_plan()
    (town / "rules.toml").write_text(plan.rules_text, "utf-8")
    change_rules(
        town / "rules.toml", lambda text: set_value(text, ("capacity", "officer_hours"), 9.0)
    )
    place = tmp_path / "out" / town.name / f"{town.name}.gridmap.gpkg"
    place.parent.mkdir(parents=True)
    save_plan(plan, place)
    app = app_page(tmp_path / "out", "rules", tmp_path / "towns").run()
    app.button(key="rules-go-split").click().run()
    assert not app.exception
    assert [one.value for one in app.subheader] == ["新的划分", "还没有划分结果"]
    assert f"现在打开的方案：{town.name}" in captions(app)  # its picture is beside the form
    turn_to(app, "split")
    app.button(key="plan-card-go-split").click().run()
    assert app.title[0].value == "覆盖"


def test_an_opened_file_is_closed_again(tmp_path):
    town = make_town(tmp_path / "towns", "测试镇", drawn_town.TOWN_CODE, today=date(2026, 1, 1))
    drawn_town.draw_hierarchy().to_file(town / "网格.gpkg")
    app = app_page(tmp_path / "out", "data", tmp_path / "towns")
    app.session_state["data-open"] = "网格.gpkg"
    app.run()
    app.button(key="back").click().run()
    assert app.button(key="open 网格.gpkg").label == "查看"


def test_somebody_with_several_grids_chooses_and_confirms_each(path):
    posts = drawn_plan.draw_plan().assignments
    held = posts[posts["status"] == "filled"].groupby("person_id")["grid_code"].nunique()
    many = held[held > 1]
    plan = drawn_plan.draw_plan()
    if many.empty:  # one more post for somebody who has one
        rows = posts[posts["status"] == "filled"]
        person = rows["person_id"].iloc[-1]
        other = rows[(rows["person_id"] != person) & (rows["role"] == "member")].index[0]
        plan = plan.with_tables(
            assignments=posts.assign(
                person_id=posts["person_id"].where(posts.index != other, person)
            )
        )
        save_plan(plan, path, overwrite=True)
    else:
        person = many.index[0]
    codes = [grid.code for grid in cadre_view(plan, person).grids]
    assert len(codes) > 1
    today = date.today()
    _, token = make_link(path, person, expires=today + timedelta(days=9), today=today)
    app = AppTest.from_string(
        "from pathlib import Path\nfrom gridmap.ui.start import run\n"
        f"run(Path({str(path.parent)!r}))\n",
        default_timeout=SECONDS,
    )
    app.query_params["t"] = token
    app.run()
    sheet = "\n".join(element.proto.body for element in app.get("html"))
    assert re.search("[一二三四]级网格", sheet)  # not 4级网格
    app.selectbox(key="my-grid").set_value(codes[1]).run()
    app.button(key="confirm").click().run()
    assert not app.exception
    found = responses(plan, path).set_index(["person_id", "grid_code"])["state"]
    assert (found[person, codes[0]], found[person, codes[1]]) == ("unconfirmed", "confirmed")
    confirm(path, cadre_view(plan, person), codes[1], when=datetime(2026, 1, 1))  # twice is once
