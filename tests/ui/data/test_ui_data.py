"""The page 数据 without a browser: what is asked about each file, and errors in words."""

import re
from datetime import date

import drawn_town
import pytest
from app_pages import app_page
from office_files import GRIDS, LAND, SHIFTED, write_office_files

from gridmap.rules.entries import declare, entries_of
from gridmap.rules.text import change_rules, drop_value, get_value, set_value
from gridmap.ui.data.data_rows import row_of
from gridmap.ui.data.inspection import look_into, outline_of, state_of
from gridmap.ui.data.town_files import files_of
from gridmap.ui.shell.towns import make_town, rules_text_of
from layers.contract.errors import GridmapError
from layers.registers.roster import read_roster_and_issues

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def town(tmp_path):
    folder = make_town(tmp_path / "towns", "测试镇", drawn_town.TOWN_CODE, today=date(2026, 1, 1))
    write_office_files(folder)

    def begun(text):
        text = set_value(text, ("town", "crs"), "EPSG:4547")
        return declare(text, "hierarchy", {"file": GRIDS})

    change_rules(folder / "rules.toml", begun)
    return folder


def looks_of(town):
    entries = entries_of(rules_text_of(town))
    outline, key = outline_of(town, entries, "EPSG:4547")
    assert outline is not None
    return {file.name: look_into(town, file, outline, key) for file in files_of(town)}, entries


def html_of(app):
    return "\n".join(element.proto.body for element in app.get("html"))


def with_layer(town, **values):
    """Declare a layer and give how its file stands then."""
    change_rules(town / "rules.toml", lambda text: declare(text, "layer", values))
    looks, entries = looks_of(town)
    return row_of(looks[values["file"]], entries, [])


def test_files_nobody_has_declared_are_asked_about_first(town):
    looks, entries = looks_of(town)
    assert {name: row_of(look, entries, []).asked for name, look in looks.items()} == {
        GRIDS: (), LAND: ("role",), SHIFTED: ("role",), "花名册.xlsx": ("role",),
    }  # fmt: skip


def test_a_zone_number_in_front_is_confirmed_by_a_person(town):
    row = with_layer(town, file=LAND, codes="gbt21010", code_column="DLBM")
    assert row.asked == ("crs",)
    entry = row.entries[0]
    known = type(entry)("layer", entry.path, LAND, "", {**entry.values, "crs": "EPSG:4526"})
    assert state_of(row.look, known) == []


def test_a_shifted_layer_is_not_taken_in_silence(town):
    row = with_layer(town, file=SHIFTED, category="water")
    assert row.asked == ("datum",)
    assert row.state == "todo"
    shift = row.look.layers[0].shift
    assert shift.kind == "GCJ-02"
    assert round(shift.distance_m) == 562


def test_a_file_that_cannot_be_read_is_shown_with_its_fault(town):
    (town / "broken.gpkg").write_bytes(b"no GeoPackage")
    app = app_page(town.parent.parent / "out", "data", town.parent).run()
    assert not app.exception
    assert "无法读取" in html_of(app)
    app.button(key="open broken.gpkg").click().run()
    assert not app.exception
    assert "不是 GeoPackage" in app.error[0].value


def test_the_page_says_what_a_plan_still_needs(town):
    app = app_page(town.parent.parent / "out", "data", town.parent).run()
    assert not app.exception
    text = html_of(app)
    assert "必须有，还没有" in text  # land-use layers
    assert "EPSG:4547 三度带，中央经线 114°" in text
    assert "data-next" not in [button.key for button in app.button]


@pytest.mark.parametrize(
    ("spoil", "said", "stops"),
    [
        (lambda roster: roster.rename(columns={"编号": "序号"}), "编号", True),
        (lambda roster: roster.assign(编号=["C01", "C01", *roster["编号"][2:]]), "C01", False),
        (lambda roster: roster.assign(身份="村民"), "村民", False),
    ],
)
def test_nothing_is_settled_that_dividing_would_refuse_or_leave_out(town, spoil, said, stops):
    drawn_town.draw_roster().to_excel(town / "花名册.xlsx", index=False)
    settled = with_roster(town)
    assert (settled.state, settled.faults) == ("done", ())
    spoil(drawn_town.draw_roster()).to_excel(town / "花名册.xlsx", index=False)
    row = with_roster(town)
    assert row.state == "look"
    if stops:
        with pytest.raises(GridmapError) as error:
            read_roster_and_issues(town / "花名册.xlsx")
        assert [str(fault) for fault in row.faults] == [str(error.value)]
        assert said in error.value.zh
    else:  # the rest goes on, and who is left out is told
        _, notes = read_roster_and_issues(town / "花名册.xlsx")
        assert row.faults == ()
        assert any(said in one.message_zh for one in notes if one.severity == "error")
    app = open_page(town)
    assert ("划分时会在此中断" in html_of(app)) == stops
    app.button(key="open 花名册.xlsx").click().run()
    assert any(said in one.value for one in app.error)


def with_roster(town):
    text = rules_text_of(town)
    if not [entry for entry in entries_of(text) if entry.role == "roster"]:
        change_rules(
            town / "rules.toml", lambda text: declare(text, "roster", {"file": "花名册.xlsx"})
        )
    looks, entries = looks_of(town)
    return row_of(looks["花名册.xlsx"], entries, [], town=town, crs="EPSG:4547")


def test_a_register_is_tried_as_it_is_declared(town):
    (town / "台账.csv").write_text("编号,名称\nA,甲\nA,乙\n", encoding="utf-8")
    values = {"file": "台账.csv", "category": "key_enterprise", "id_column": "编号"}
    change_rules(town / "rules.toml", lambda text: declare(text, "register", values))
    looks, entries = looks_of(town)
    row = row_of(looks["台账.csv"], entries, [], town=town, crs="EPSG:4547")
    assert row.state == "look"
    assert "没有坐标" in row.faults[0].zh


def test_the_code_of_the_town_comes_from_its_hierarchy(town):
    change_rules(town / "rules.toml", lambda text: set_value(text, ("town", "code"), "999"))
    app = open_page(town)
    app.button(key=f"open {GRIDS}").click().run()
    app.button(key="declare-save").click().run()
    assert not app.exception
    assert get_value(rules_text_of(town), ("town", "code"), "") == drawn_town.TOWN_CODE
    app.button(key="undo").click().run()
    assert get_value(rules_text_of(town), ("town", "code"), "") == "999"


def test_a_file_is_declared_and_the_change_taken_back(town):
    before = rules_text_of(town)
    app = app_page(town.parent.parent / "out", "data", town.parent).run()
    app.button(key="open 花名册.xlsx").click().run()
    app.selectbox(key="declare 花名册.xlsx  role").set_value("roster").run()
    app.button(key="declare-save").click().run()
    assert not app.exception
    assert 'file = "花名册.xlsx"' in rules_text_of(town)
    assert app.success[0].value == "已写入规则：花名册.xlsx"
    app.button(key="undo").click().run()
    assert not app.exception
    assert rules_text_of(town) == before


def test_a_change_on_top_of_which_somebody_else_worked_is_not_taken_back(town):
    app = app_page(town.parent.parent / "out", "data", town.parent).run()
    app.button(key="open 花名册.xlsx").click().run()
    app.selectbox(key="declare 花名册.xlsx  role").set_value("roster").run()
    app.button(key="declare-save").click().run()
    change_rules(town / "rules.toml", lambda text: set_value(text, ("capacity", "officers_max"), 5))
    app.button(key="undo").click().run()
    assert not app.exception
    assert "无法自动撤销" in app.error[0].value
    assert "officers_max = 5" in rules_text_of(town)


def test_broken_rules_are_told_and_the_page_stays(town):
    (town / "rules.toml").write_text("[town\n", encoding="utf-8")
    app = app_page(town.parent.parent / "out", "data", town.parent).run()
    assert not app.exception
    assert "TOML" in app.error[0].value


def test_the_page_in_english_has_no_chinese_word_of_its_own(town):
    app = app_page(town.parent.parent / "out", "data", town.parent)
    app.query_params["lang"] = "en"
    app.run()
    for name in ("open 花名册.xlsx", f"open {GRIDS}"):
        app.button(key=name).click().run()
        assert not app.exception
        shown = html_of(app)
        shown = re.sub(r"<style.*?</style>|/\*.*?\*/", "", shown, flags=re.DOTALL)
        texts = [shown, *(one.label for one in app.selectbox), *(one.value for one in app.markdown)]
        said = re.sub(r"花名册\.xlsx|网格体系\.gpkg|测试镇", "", "\n".join(texts))
        assert not CHINESE.search(said), said
        app.button(key="back").click().run()


def open_page(town):
    return app_page(town.parent.parent / "out", "data", town.parent).run()


def test_dropped_files_are_put_in_refused_with_words_and_taken_back(town):
    app = open_page(town)
    app.file_uploader[0].upload("新.csv", b"prefix,target\n01,farmland\n").run()
    assert not app.exception
    assert app.success[0].value == "已放入：新.csv"
    assert "编码对照表" in html_of(app)  # known by its columns, nobody has to declare it
    app.button(key="undo").click().run()
    assert not (town / "新.csv").exists()
    app.file_uploader[0].upload("a.exe", b"x").run()
    assert "格式无法读取" in app.error[0].value
    assert not (town / "a.exe").exists()


def test_a_replaced_file_comes_back_with_undo(town):
    (town / "a.csv").write_bytes(b"old,1\n")
    app = open_page(town)
    app.file_uploader[0].upload("a.csv", b"new,1\n").run()
    assert (town / "a.csv").read_bytes() == b"new,1\n"
    app.button(key="undo").click().run()
    assert not app.exception
    assert (town / "a.csv").read_bytes() == b"old,1\n"


def test_files_of_a_folder_are_put_in_and_one_put_aside_is_brought_back(town, tmp_path):
    source = tmp_path / "large"
    source.mkdir()
    (source / "b.csv").write_bytes(b"x,1\n")
    app = open_page(town)
    app.text_input(key="data-folder").set_value(str(tmp_path / "nowhere")).run()
    assert "没有文件夹" in app.error[0].value
    app.text_input(key="data-folder").set_value(str(source)).run()
    app.button(key="put-folder").click().run()
    assert (town / "b.csv").exists()
    app.button(key="open b.csv").click().run()
    app.button(key="remove-yes").click().run()
    assert not app.exception
    assert not (town / "b.csv").exists()
    app.button(key="back-000001").click().run()
    assert not app.exception
    assert (town / "b.csv").exists()


def chosen_town(app):
    return next(one for one in app.selectbox if one.label == "正在处理的镇")


def test_a_town_is_made_copied_and_chosen(town):
    app = open_page(town)
    app.button(key="data-sample-zhengan").click().run()
    assert not app.exception
    assert chosen_town(app).value == "zhengan"
    app.text_input[1].set_value("").run()
    next(button for button in app.button if button.label == "建立").click().run()
    assert "不能作为镇名" in app.error[0].value
    chosen_town(app).set_value(town.name).run()
    assert app.query_params["town"] == town.name


def test_the_work_crs_is_asked_and_must_be_in_metres(town):
    def without(text):
        return drop_value(text, ("town", "crs"))

    change_rules(town / "rules.toml", without)
    app = open_page(town)
    assert app.selectbox(key=f"work-crs {town.name}").value is None
    app.selectbox(key=f"work-crs {town.name}").set_value("other").run()
    app.text_input(key=f"work-crs {town.name}-typed").set_value("EPSG:4326").run()
    app.button(key="work-crs-save").click().run()
    assert not app.exception
    assert "EPSG" in app.error[0].value
    app.selectbox(key=f"work-crs {town.name}").set_value("EPSG:4547").run()
    app.button(key="work-crs-save").click().run()
    assert 'crs = "EPSG:4547"' in rules_text_of(town)
