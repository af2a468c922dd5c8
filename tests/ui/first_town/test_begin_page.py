"""The page 新建乡镇 without a browser: each button does what it says, in both languages."""

import re

import pandas as pd
import pytest
from app_pages import app_page, words_on
from first_towns import draw_grids, draw_land, write_loose, write_package, write_sketch
from redraw_plan import draw
from saved_plans import put_plan
from streamlit.testing.v1 import AppTest

from gridmap import versions
from gridmap.first_town.choices import read_choices
from gridmap.first_town.division import read_division
from gridmap.first_town.drafts import drafts_of, new_draft
from gridmap.first_town.dropped import take_in
from gridmap.ui.shell.context import ASKED_IMPORT

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def towns(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "towns").mkdir()
    return tmp_path / "towns"


@pytest.fixture
def draft(towns, tmp_path):
    folder = new_draft(towns)
    take_in(folder, [(one.name, one) for one in write_loose(tmp_path / "office")])
    return folder


def open_page(towns):
    return app_page(towns.parent / "out", "newtown", towns).run()


def test_what_was_left_is_gone_on_with_or_given_up(towns, draft):
    app = open_page(towns)
    assert "上次没有做完：DLTB.dbf" in app.markdown[0].value
    app.button(key="begin-resume-0").click().run()
    assert not app.exception
    assert "网格体系" in "".join(one.value for one in app.get("html"))
    app = open_page(towns)
    app.button(key="begin-drop-0").click().run()
    assert drafts_of(towns) == []


def test_dropped_files_are_taken_at_once_and_those_of_a_folder_with_a_click(towns, tmp_path):
    app = open_page(towns)
    app.file_uploader[0].upload("水系.csv", "编码,类别\n01,耕地\n".encode()).run()
    assert not app.exception
    assert "刚放入 1 份资料" in [one.value for one in app.caption][1]
    write_sketch(tmp_path / "office")
    app.text_input(key="begin-from").set_value(str(tmp_path / "office")).run()
    app.button(key="begin-take-folder").click().run()
    assert not app.exception
    (draft,) = drafts_of(towns)
    assert (draft / "各村范围.kml").exists()


def test_a_guess_is_changed_by_a_click(towns, draft):
    app = open_page(towns)
    app.button(key="begin-resume-0").click().run()
    app.button(key="begin-change-2").click().run()  # the roster
    assert any("电话" in one.value for one in app.caption)
    app.button(key="begin-close").click().run()
    assert not any(one.key == "begin-save" for one in app.button)
    app.button(key="begin-change-2").click().run()
    app.button(key="begin-leave-out").click().run()
    assert read_choices(draft).roles["花名册(最新).xlsx|"]["role"] == "other"
    app.button(key="begin-change-2").click().run()  # it shows what it was taken for at first
    app.button(key="begin-save").click().run()
    assert not app.exception
    assert read_choices(draft).roles["花名册(最新).xlsx|"]["role"] == "roster"


def test_classes_and_repairs_are_changed_one_by_one_or_all(towns, draft):
    app = open_page(towns)
    app.button(key="begin-resume-0").click().run()
    app.button(key="begin-next-land").click().run()
    assert not app.exception
    app.selectbox(key="begin-class").select("DLTB.shp||0601").run()
    app.selectbox(key="begin-target").select("key_enterprise").run()
    app.button(key="begin-save-class").click().run()
    assert read_choices(draft).targets == {"DLTB.shp||0601": "key_enterprise"}
    app.button(key="begin-next-people").click().run()
    assert "23 人，网格长 9 人" in "".join(one.value for one in app.caption)
    app.checkbox(key="begin-one-double-0-True").uncheck().run()
    assert read_choices(draft).refused == ("double 29 ",)
    app.checkbox(key="begin-all-leader-True").uncheck().run()
    assert "24 人，网格长 0 人" in "".join(one.value for one in app.caption)
    app.button(key="begin-next-plan").click().run()
    app.text_input(key="begin-hours").set_value("很多").run()
    assert "0 到 60" in app.error[0].value
    assert app.button(key="begin-make").disabled
    app.text_input(key="begin-hours").set_value("6").run()
    assert read_choices(draft).answers["hours"] == "6"
    app.button(key="begin-step-files").click().run()
    assert not app.exception


def test_a_shift_and_a_code_system_are_asked_with_an_answer_filled_in(towns, tmp_path):
    folder = new_draft(towns)
    write_package(tmp_path / "office")
    land = draw_land().to_crs("EPSG:4490")[["DLBM", "geometry"]]
    land = land[land["DLBM"].isin(["0102", "0103"])]  # cropland in both systems
    files = [*(tmp_path / "office").glob("*.gpkg"), tmp_path / "耕地.geojson"]
    files[1].write_text(land.to_json(), encoding="utf-8")
    take_in(folder, [(one.name, one) for one in files])
    app = open_page(towns)
    app.button(key="begin-resume-0").click().run()
    key = "石桥资料汇总.gpkg|dltb"
    assert app.radio(key=f"begin datum {key}").value == "gcj02"
    app.button(key="begin-answer-0").click().run()
    assert read_choices(folder).places[key] == {"datum": "gcj02"}
    app.button(key="begin-step-land").click().run()
    assert not app.exception
    app.radio(key="begin-land-0").set_value("yongdi_yonghai_2023")
    app.button(key="begin-answer-land-0").click().run()
    assert not app.exception
    assert read_choices(folder).roles["耕地.geojson|"]["values"]["codes"] == "yongdi_yonghai_2023"


def test_boundaries_that_there_are_are_taken_with_their_columns_and_away_again(towns, draft):
    app = open_page(towns)
    app.button(key="begin-resume-0").click().run()
    app.button(key="begin-step-plan").click().run()
    assert app.text_input(key="begin-target").value == ""

    def send(number, name, data):
        field = app.file_uploader(key=f"begin-division-file-{number}")
        field.upload(name, data, "application/octet-stream").run()
        assert not app.exception

    send(0, "名单.dbf", b"no layer")
    assert "不是网格的面图层" in app.error[0].value
    grids = draw_grids()
    theirs = grids[grids["level"] == 3][["name", "geometry"]].rename(columns={"name": "PM"})
    theirs["GH"] = [f"ZW{number}" for number in range(len(theirs))]
    theirs = pd.concat([theirs, theirs.iloc[:1]])  # one is there twice
    send(1, "他们的.geojson", theirs.to_json(to_wgs84=True).encode())
    app.selectbox(key="begin-division-code").select("GH").run()
    app.selectbox(key="begin-division-name").select("PM").run()
    app.radio(key="begin-division-straddle").set_value("majority").run()
    assert not app.exception
    assert "读到 6 个网格" in words_on(app)
    assert not app.button(key="begin-make").disabled
    assert not any(one.key == "begin-target" for one in app.text_input)
    kept = read_division(draft)
    assert (dict(kept.columns), kept.straddle) == ({"code": "GH", "name": "PM"}, "majority")
    app.text_input(key="begin-division-crs").set_value("EPSG:9999999").run()
    assert app.button(key="begin-make").disabled
    app.button(key="begin-division-away").click().run()
    assert not app.exception
    assert read_division(draft) is None
    assert sorted(one.name for one in draft.iterdir() if one.name[0] == ".") == [".choices.json"]
    assert not app.button(key="begin-make").disabled
    assert any(one.key == "begin-target" for one in app.text_input)


def test_the_page_is_english_when_english_is_chosen(towns, draft):
    app = open_page(towns)
    app.button(key="begin-resume-0").click().run()
    app.segmented_control(key="lang").set_value("en").run()
    for step in ("files", "land", "people", "plan"):
        app.button(key=f"begin-step-{step}").click().run()
        assert not app.exception
        left = [line for line in words_on(app).splitlines() if CHINESE.search(line)]
        # Cells of the roster and the name of the town are shown as they are.
        assert all(line.startswith("Row ") or line == "柳河镇" for line in left), left


def test_the_page_of_data_leads_here(towns):
    app = app_page(towns.parent / "out", "data", towns).run()
    app.button(key="data-begin").click().run()
    assert not app.exception


SUMMARY = """
from pathlib import Path
from gridmap.store import load_plan
from gridmap.trials.first_plan import FirstPlan
from gridmap.ui.first_town import step_plan
from gridmap.ui.shell.i18n import Translator
path = Path({path!r})
plan = load_plan(path)
step_plan._summary(None, plan, FirstPlan(path, None, len(plan.micro_grids), ()), Translator("zh"))
"""


def test_a_division_made_elsewhere_is_taken_in_on_the_page_of_plans(towns):
    put_plan(draw, towns.parent / "out" / "t.gridmap.gpkg")
    app = app_page(towns.parent / "out", "plans", towns=towns)
    app.run()
    (part,) = [one for one in app.expander if one.label == "导入别处的划分"]
    assert not part.proto.expanded
    made = AppTest.from_string(
        SUMMARY.format(path=str(towns.parent / "out" / "t.gridmap.gpkg")), default_timeout=60
    ).run()
    made.button(key="begin-to-import").click().run()
    assert not made.exception
    app.session_state[ASKED_IMPORT] = made.session_state[ASKED_IMPORT]
    app.run()
    (part,) = [one for one in app.expander if one.label == "导入别处的划分"]
    assert part.proto.expanded


TAKEN = """
from pathlib import Path
from gridmap.store import load_plan
from gridmap.trials.first_plan import FirstPlan, TakenIn
from gridmap.ui.first_town import step_plan
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
path, towns, say = Path({path!r}), Path({towns!r}), Translator("zh")
if path.exists():
    context = PageContext(path.parent, towns, None, path, True, "li", say)
    plan = load_plan(path)
    names = "area kept away received outside overlap left bare".split()
    taken = TakenIn(3, 0, dict.fromkeys([f"{{one}}_m2" for one in names], 0.0), ())
    result = FirstPlan(path, None, len(plan.micro_grids), (), taken)
    step_plan._summary(context, plan, result, say)
"""


def test_an_import_is_undone_as_it_stands_on_the_page_and_no_later_plan_with_it(towns):
    path = towns.parent / "out" / "t.gridmap.gpkg"
    put_plan(draw, path)
    page = AppTest.from_string(TAKEN.format(path=str(path), towns=str(towns)), default_timeout=60)
    page.run()
    versions.name_plan(path, "审定稿", folder=path.parent, who="wang")
    page.button(key="begin-division-undo").click().run()
    assert not page.exception
    assert path.exists()
    assert "已被他人修改" in page.error[0].value
    page.button(key="begin-division-undo").click().run()
    assert not page.exception
    assert not path.exists()
