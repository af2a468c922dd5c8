"""The page of a city: towns on a map and in tables, from county to town to the town's own pages."""

import gzip
import shutil
from types import SimpleNamespace

import pandas as pd
import pytest
from app_pages import app_page, captions
from drawn_city import in_place, write_city
from tiled_city import catalogued_city

from gridmap.access import accounts
from gridmap.access.behalf import Behalf
from gridmap.access.scope import EVERYTHING, NOTHING, Scope
from gridmap.city import open_city, plan_city
from gridmap.city.tiles import make_city_tiles
from gridmap.plan_store import FilePlans
from gridmap.ui.basemap.tile_route import answer_tile, publish_tiles
from gridmap.ui.city import between_tab
from gridmap.ui.city.choice import WANTED, step_into
from gridmap.ui.city.city_data import city_data
from gridmap.ui.city.city_tables import areas_table, towns_table
from gridmap.ui.city.seen_part import NAMED, seen_part
from gridmap.ui.city.tile_map import tiles_of
from gridmap.ui.shell import auth
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.start import REGISTRY

CODES = {"a": "410121001", "b": "410122001"}
SAY = Translator("zh")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A city with two towns planned, and a third that came later with rules that are none."""
    folder = write_city(tmp_path_factory.mktemp("city"), CODES)
    with pytest.MonkeyPatch.context() as patch, in_place(patch):
        plan_city(open_city(folder))
    (folder / "towns" / "c").mkdir()
    (folder / "towns" / "c" / "rules.toml").write_text("[town]\nname = 3\n", encoding="utf-8")
    return folder


@pytest.fixture
def folder(made, tmp_path):
    shutil.copytree(made, tmp_path / "city")
    return tmp_path / "city"


def page_of(folder, page="city"):
    plans = folder / "plans"
    app = app_page(plans, page, plans, folder).run()
    assert not app.exception
    return app


def select(app, label):
    return next(one for one in app.selectbox if one.label == label)


def id_of(folder, town):
    return FilePlans(folder).id_of(folder / "plans" / f"{town}.gridmap.gpkg")


def links(app):
    return [link.proto.page for link in app.get("page_link")]


def test_a_planner_goes_from_the_city_to_a_county_to_a_town_and_to_its_pages(folder):
    app = page_of(folder)
    assert app.markdown[0].value == "**测试市** · 3 个镇，2 个已有方案 · 失败 1"
    assert "另有 1 个镇还没有方案，不在图上。" in captions(app)
    select(app, "区域").set_value("410122").run()
    assert app.subheader[0].value == "乙县"
    town = select(app, "镇")
    assert town.options == ["测试镇"]
    town.select_index(0).run()
    assert captions(app)[-1] == "乙县 · 410122001 · 完成"
    app.button(key="city-back").click().run()
    assert app.subheader[0].value == "乙县"
    select(app, "镇").select_index(0).run()
    app.button(key="city-to-coverage").click().run()
    assert not app.exception
    assert app.title[0].value == "覆盖"
    assert select(app, "已有方案").options == [
        "b"
    ]  # another town is opened on the page of the city
    assert app.session_state["plan-open"] == id_of(folder, "b")


def test_the_map_is_coloured_by_any_figure_that_a_town_has_or_by_state(folder):
    app = page_of(folder)
    colour = select(app, "着色依据")
    assert colour.value == "state"  # not all towns are done
    assert {"微网格数", "到岗率"} < set(colour.options)
    assert "综合网格" not in colour.options
    legends = []
    for key in ("state", "micro_grids"):
        select(app, "着色依据").set_value(key).run()
        shown = [one.proto.body for one in app.get("html")]
        legends += [body for body in shown if body.startswith('<div class="city-legend"')]
    assert "完成" in legends[0]
    assert "无数据" in legends[1]


def test_tables_list_every_town_with_its_fault_and_every_area_with_sums(made):
    data = city_data(made)
    towns = towns_table(data, data.top, SAY, with_faults=True)
    assert towns["state"].to_dict() == {"a": "完成", "b": "完成", "c": "失败"}
    assert towns.loc["a", "area"] == "甲县"
    assert towns.loc["a", "covered_share"] == pytest.approx(100.0)
    assert "name" in towns.loc["c", "fault"]
    areas = areas_table(data, SAY)
    assert areas["planned"].to_dict() == {"410100": 2, "410121": 1, "410122": 1}
    whole, parts = areas.loc["410100", "posts"], areas.loc[["410121", "410122"], "posts"]
    assert whole == parts.sum() > 0


def test_a_row_of_a_table_opens_its_town_on_the_map(folder):
    app = page_of(folder)
    app.session_state["city-tab-wanted"] = "towns"
    app.run()
    rows = {"selection": {"rows": [1], "columns": [], "cells": []}}
    app.session_state["city-towns"] = rows
    app.run()
    assert not app.exception
    assert app.subheader[0].value == "测试镇"
    assert captions(app)[-1] == "乙县 · 410122001 · 完成"


def test_a_click_on_a_town_leads_to_its_county_first(made):
    data = city_data(made)
    assert step_into(data, "410100", "b") == ("410122", "")
    assert step_into(data, "410122", "b") == ("410122", "b")
    assert step_into(data, "410122", "a") == ("410121", "")
    assert step_into(data, "410100", "c") == ("410100", "c")  # it lies in no county
    province = SimpleNamespace(areas_of_town=lambda _town: ["410122", "410100"], top="410000")
    assert step_into(province, "410000", "b") == ("410100", "")
    assert step_into(province, "410100", "b") == ("410122", "")
    assert step_into(province, "410122", "b") == ("410122", "b")


def test_faults_of_borders_and_people_of_two_towns_are_listed_and_a_fault_opens_on_the_map(
    folder, monkeypatch
):
    monkeypatch.setattr("gridmap.ui.city.between_tab.AT_ONCE", 1)
    app = page_of(folder)
    app.session_state["city-tab-wanted"] = "between"
    app.run()
    assert not app.dataframe  # what takes its time is asked for
    app.button(key="city-compare").click().run()
    assert not app.exception
    borders = app.dataframe[0].value
    assert borders["fault"].tolist() == ["重叠"]  # both towns are of one drawing
    assert borders["m2"].tolist() == pytest.approx([2e6], rel=1e-4)
    assert "镇界检查：重叠 1 处，缝隙 0 处，画法不一致 0 处。" in captions(app)
    people = next(one.value for one in app.dataframe if "rosters" in one.value)
    assert people["rosters"].iloc[0] == "测试镇 410121001、测试镇 410122001"
    app.session_state["city-borders"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run()
    assert not app.exception
    assert captions(app)[-1] == "甲县 · 410121001 · 完成"
    lon, lat = app.session_state["city-point"]
    assert (round(lon), round(lat)) == (114, 35)
    app.button(key="city-back").click().run()
    assert app.session_state["city-point"] is None


def test_who_sees_one_town_of_many_does_not_start_to_compare_them_all(tmp_path, monkeypatch):
    for number in range(between_tab.AT_ONCE + 1):
        (tmp_path / "towns" / f"t{number}").mkdir(parents=True)
        (tmp_path / "towns" / f"t{number}" / "rules.toml").touch()
    asked = []
    page = SimpleNamespace(session_state={}, button=lambda text, key: asked.append(text))
    monkeypatch.setattr(between_tab, "st", page)
    city = SimpleNamespace(folder=tmp_path, settings=SimpleNamespace(towns=()))
    seen = SimpleNamespace(city=city, towns=pd.DataFrame(index=["t1"]))

    between_tab.show(SimpleNamespace(say=Translator("zh")), seen)

    assert asked == ["比对 101 个镇的界线和花名册"]


def test_what_is_found_in_the_city_leads_to_its_town(folder):
    app = page_of(folder)
    box = next(one for one in app.text_input if one.key == "city-find")
    box.set_value("没有这个").run()
    assert "没有找到“没有这个”" in app.info[0].value
    next(one for one in app.text_input if one.key == "city-find").set_value("乙县 测试镇").run()
    hits = [one.label for one in app.button if one.key.startswith("city-hit-")]
    assert hits == []  # counties are no part of the names of towns
    next(one for one in app.text_input if one.key == "city-find").set_value("410122001").run()
    hits = [one.label for one in app.button if one.key.startswith("city-hit-")]
    assert hits[0] == "镇 **测试镇** 410122001 · 乙县"
    grid = next(number for number, label in enumerate(hits) if label.startswith("网格"))
    assert hits[grid].endswith("乙县 · 测试镇")
    app.button(key="city-hit-0").click().run()
    assert captions(app)[-1] == "乙县 · 410122001 · 完成"
    app.button(key=f"city-hit-{grid}").click().run()
    assert not app.exception
    assert app.title[0].value == "覆盖"
    assert app.session_state["plan-open"] == id_of(folder, "b")
    assert app.session_state["map-grid"].startswith("410122001")


def test_only_the_app_of_a_city_has_its_page_and_none_of_a_single_town(folder):
    own = [entry.key for entry in REGISTRY if entry.where == "own"]
    assert set(own) == {"newtown"}
    there = links(page_of(folder))
    assert "home" in there
    assert not set(own) & set(there)
    app = app_page(folder / "plans", "home", folder / "plans").run()
    assert "city" not in links(app)
    assert "data" in links(app)


def test_the_wizard_of_a_new_town_is_not_there_and_the_card_says_who_says_each_value(folder):
    settings = (folder / "city.toml").read_text(encoding="utf-8")
    shared = settings.replace('name = "测试市"\n', 'name = "测试市"\nrules = "common.toml"\n')
    (folder / "city.toml").write_text(shared, encoding="utf-8")
    common = "[capacity]\nofficer_hours = 9.0\n[split]\nseed = 7\n"
    (folder / "common.toml").write_text(common, encoding="utf-8")
    app = app_page(folder / "plans", "newtown", folder / "plans", folder)
    app.query_params["plan"] = id_of(folder, "b")
    app.run()
    assert not app.exception
    assert "新的镇" in app.info[0].value
    told = " ".join(one.value for one in app.markdown)
    assert "towns/b/rules.toml" in told
    assert "common.toml" in told
    said = app.dataframe[0].value.groupby("谁写的")["值"].agg(list)
    assert said["本镇（取代全市共用）"] == ["12"]
    assert said["全市共用"] == ["7"]
    assert "410122001" in said["本镇"]
    app.button(key="town-note-run").click().run()
    assert app.title[0].value == "城市"


def test_a_city_without_plans_leads_from_the_pages_of_a_town_to_its_own(folder):
    shutil.rmtree(folder / "plans")
    app = page_of(folder, "coverage")
    app.button(key="no-plan-city").click().run()
    assert app.title[0].value == "城市"
    assert page_of(folder, "home").button(key="no-plan-city")


def test_a_city_of_which_nothing_is_planned_is_shown_and_nothing_is_written_for_it(folder):
    shutil.rmtree(folder / "plans")
    shutil.rmtree(folder / "catalogue")
    app = page_of(folder)
    assert app.markdown[0].value == "**测试市** · 3 个镇，0 个已有方案 · 失败 1"
    assert select(app, "着色依据").options == ["状态"]
    select(app, "区域").set_value("410121").run()
    assert captions(app)[-1] == "县 · 410121 · 1 个镇，0 个已有方案"
    select(app, "镇").select_index(0).run()
    assert app.info[-1].value == "该镇还没有方案。"
    assert not (folder / "catalogue").exists()


def test_a_city_that_cannot_be_read_says_why(folder):
    (folder / "city.toml").write_text("[city]\n", encoding="utf-8")
    assert "city.code" in page_of(folder).error[0].value


def test_who_is_for_a_county_sees_its_towns_and_no_sums_of_others(folder):
    whole = city_data(folder)
    county = seen_part(whole, Scope.named(areas=["410122"]))
    assert list(county.towns.index) == ["b"]
    assert list(county.outlines.index) == ["b"]
    assert list(county.areas.index) == ["410100", "410122"]
    assert county.areas["towns"].to_dict() == {"410100": 1, "410122": 1}
    assert county.areas.loc["410122", "households"] == whole.areas.loc["410122", "households"]
    assert county.areas.loc["410100"].drop(list(NAMED)).isna().all()  # of the other county too
    assert seen_part(whole, Scope.named(towns=["410121001"])).towns.index.tolist() == ["a"]
    assert seen_part(whole, NOTHING).towns.empty
    assert seen_part(whole, EVERYTHING) is whole


def test_the_page_of_a_county_planner_shows_the_county_and_opens_its_plan_alone(folder):
    quick = accounts.PasswordHasher(time_cost=1, memory_cost=64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_HASHER", quick)
        scope = Scope.named(areas=["410122"])
        accounts.add_account(
            folder / "plans", "li", "tea lamp river nine", role="planner", scope=scope
        )
    (li,) = accounts.accounts_in(folder / "plans")
    app = app_page(folder / "plans", "city", folder / "plans", folder)
    behalf = Behalf(folder / "plans", "planner", "li", li.mark)
    app.session_state[auth.SESSION] = auth.LoginSession(behalf, 9e9, 9e9)
    app.query_params["plan"] = id_of(folder, "a")
    app.run()
    assert not app.exception
    assert select(app, "区域").options == ["测试市", "乙县"]
    assert "编制" not in [tab.label for tab in app.tabs]  # a run is of all towns
    assert app.session_state["plan-open"] == id_of(folder, "b")


def test_the_map_of_micro_grids_says_what_to_do_until_there_are_tiles(folder):
    app = page_of(folder)
    app.session_state[WANTED] = "grids"
    app.run()
    assert [one.value for one in app.info] == [
        "微网格图的瓦片尚未制作。请运行 python -m gridmap city tiles"
    ]
    make_city_tiles(open_city(folder))
    app.session_state[WANTED] = "grids"
    app.run()
    assert not app.exception
    assert not app.info
    colours = app.get("button_group")[-1]
    assert [one.content for one in colours.proto.options] == ["网格类别", "负荷", "超负荷"]
    colours.set_value("over").run()
    assert any("无超负荷" in one.proto.body for one in app.get("html"))


def test_tiles_of_a_city_are_sent_packed_to_their_session_alone(tmp_path):
    city = catalogued_city(tmp_path)
    make_city_tiles(city)
    address = publish_tiles(tiles_of(city.catalogue), "a city", "a session")
    parts = address.format(z=8, x=208, y=101).strip("/").split("/")
    behalf = Behalf(tmp_path, "planner")
    status, headers, body = answer_tile(parts, {"a session": behalf}.get)
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert gzip.decompress(body).startswith(b"\x1a")
    assert answer_tile([*parts[:4], "99"], {"a session": behalf}.get)[0] == 404
    assert answer_tile(parts, {"another": behalf}.get)[0] == 403


def test_a_damaged_catalogue_is_left_to_the_next_run_and_nothing_of_a_town_is_removed(folder):
    derived = folder / "catalogue" / "towns" / "a"
    before = sorted(path.name for path in derived.iterdir())
    (folder / "catalogue" / "catalogue.parquet").write_bytes(b"PAR1 no more")
    data = city_data(folder)
    assert sorted(data.towns.index) == ["a", "b", "c"]
    assert sorted(path.name for path in derived.iterdir()) == before
    assert page_of(folder).title[0].value == "城市"
