"""The rules page without a browser: a value is changed, faults are told, saves go back."""

import re
from datetime import date
from pathlib import Path

import drawn_town
import pytest
from app_pages import app_page
from project import ROOT
from streamlit.testing.v1 import AppTest

from gridmap.rules import load_rules
from gridmap.rules.changes import (
    apply_changes,
    find_faults,
    new_faults,
)
from gridmap.rules.fields import FORM_SECTIONS
from gridmap.rules.history import (
    save_rules,
)
from gridmap.store import save_plan
from gridmap.ui.shell import context
from gridmap.workflow.workflow import make_plan

ZHENGAN = (ROOT / "data" / "zhengan" / "rules.toml").read_text("utf-8")
SECONDS = 60


@pytest.fixture(scope="module")
def source_town(tmp_path_factory):
    return drawn_town.write_town(tmp_path_factory.mktemp("rules") / "source")


# ---- the page ------------------------------------------------------------------------------------
def page(town, *, plan=None, lang="zh", towns=None, out=None):
    towns = towns or (town.parent if town else Path("none"))
    text = (
        "from pathlib import Path\n"
        "from gridmap.ui.rules import rules_page\n"
        "from gridmap.ui.shell.context import PageContext\n"
        "from gridmap.ui.shell.i18n import Translator\n"
        f"town, plan = {str(town) if town else None!r}, {str(plan) if plan else None!r}\n"
        f"rules_page.show(PageContext(Path({str(out or 'out')!r}), Path({str(towns)!r}),\n"
        "    Path(town) if town else None, Path(plan) if plan else None, True, 'x',\n"
        f"    Translator({lang!r})))\n"
    )
    return AppTest.from_string(text, default_timeout=SECONDS)


def number(app, name):
    return next(one for one in app.number_input if one.label == name)


def html(app):
    return "\n".join(str(one.proto.body) for one in app.get("html"))


def test_a_changed_value_is_checked_saved_and_taken_back(town):
    app = page(town).run()
    assert not app.exception
    assert app.button(key="rules-save").disabled
    number(app, "每个微网格人数上限（人）").set_value(60).run()
    assert "须小于或等于 50。现为 60。" in html(app)
    assert app.button(key="rules-save").disabled
    assert "有 1 处错误" in app.error[0].value
    number(app, "每个微网格人数上限（人）").set_value(5).run()
    assert not app.error
    assert "承载力·每个微网格人数上限：4 → 5" in "\n".join(one.value for one in app.markdown)
    app.button(key="rules-save").click().run()
    assert app.success[0].value == "规则已保存。"
    assert load_rules(town / "rules.toml").capacity.officers_max == 5
    app.button(key="rules-undo").click().run()
    assert load_rules(town / "rules.toml").capacity.officers_max == 4
    assert number(app, "每个微网格人数上限（人）").value == 4
    app.button(key="rules-redo").click().run()
    assert load_rules(town / "rules.toml").capacity.officers_max == 5


def test_changes_stay_when_another_section_is_opened_and_can_be_discarded(town):
    app = page(town).run()
    number(app, "每人每周工时（小时/周）").set_value(9.5).run()
    app.pills(key="rules-section").set_value("split").run()
    assert not app.exception
    number(app, "目标个数（个）").set_value(18).run()
    app.pills(key="rules-section").set_value("capacity").run()
    assert number(app, "每人每周工时（小时/周）").value == 9.5
    app.button(key="rules-discard").click().run()
    assert number(app, "每人每周工时（小时/周）").value == 12.0
    assert app.button(key="rules-save").disabled
    assert "target" not in (town / "rules.toml").read_text("utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("section", FORM_SECTIONS)
def test_every_section_opens_in_one_language(town, section, language):
    app = page(town, lang=language).run()
    app.pills(key="rules-section").set_value(section).run()
    assert not app.exception
    if language == "en":
        shown = [one.label for kind in (app.number_input, app.selectbox, app.text_input, app.toggle,
                                        app.multiselect, app.button) for one in kind]  # fmt: skip
        assert shown
        assert not re.search("[\u4e00-\u9fff]", "\n".join([*shown, html(app)]))


def test_a_kind_gets_weights_of_its_own_and_loses_them(town):
    app = page(town).run()
    app.pills(key="rules-section").set_value("load").run()
    app.selectbox(key="rules-add-kind").set_value("water").run()
    assert not app.exception
    app.button(key="rules-drop-village_res").click().run()
    app.button(key="rules-save").click().run()
    rules = load_rules(town / "rules.toml")
    assert rules.weights("water").hectare == 0
    assert "village_res" not in rules.load


def test_a_kind_that_was_taken_out_comes_back_with_what_is_given_then(town):
    app = page(town).run()
    app.pills(key="rules-section").set_value("load").run()
    app.button(key="rules-drop-village_res").click().run()
    app.selectbox(key="rules-add-kind").set_value("village_res").run()
    # As in the file, of which the table was taken out.
    place = next(
        at for at, one in enumerate(app.number_input) if one.label == "每公顷" and one.value == 0
    )
    app.number_input[place].set_value(0.2).run()
    app.button(key="rules-save").click().run()
    weights = load_rules(town / "rules.toml").weights("village_res")
    assert (weights.hectare, weights.household) == (0.2, 0.0)


def test_a_fault_of_two_values_together_is_told_over_their_section(town):
    app = page(town).run()
    number(app, "每个微网格人数下限（人）").set_value(9).run()
    assert "每个微网格人数下限 不得大于 每个微网格人数上限" in html(app)
    assert app.button(key="rules-save").disabled


def test_the_rules_of_a_new_town_are_filled_in_step_by_step(town):
    path = town / "rules.toml"
    sparse = drawn_town.rules_text().replace('hierarchy = { file = "hierarchy.gpkg" }\n', "")
    path.write_text(sparse.replace('name = "测试镇"', 'name = ""'), "utf-8")
    app = page(town).run()
    assert not app.exception
    assert "还有 2 处需要补全" in app.warning[0].value
    assert "- 网格体系：缺少此项。" in "\n".join(one.value for one in app.markdown)
    number(app, "每人每周工时（小时/周）").set_value(0).run()
    assert app.button(key="rules-save").disabled  # a new fault is not saved
    number(app, "每人每周工时（小时/周）").set_value(9.5).run()
    app.button(key="rules-save").click().run()
    assert app.success[0].value == "规则已保存。"
    app.pills(key="rules-section").set_value("town").run()
    assert "不得为空" in html(app)
    next(one for one in app.text_input if one.label == "镇名").set_value("新镇").run()
    app.button(key="rules-save").click().run()
    assert [key for key, _ in find_faults(path.read_text("utf-8"))] == ["hierarchy"]
    assert new_faults("[town", "[town")


def test_a_value_put_back_is_no_change(town):
    app = page(town).run()
    number(app, "每人每周工时（小时/周）").set_value(9.5).run()
    assert not app.button(key="rules-save").disabled
    number(app, "每人每周工时（小时/周）").set_value(12.0).run()
    assert app.button(key="rules-save").disabled


def test_duties_precedence_and_dates_are_written_as_the_file_has_them(town):
    app = page(town).run()
    app.pills(key="rules-section").set_value("duties").run()
    next(one for one in app.text_input if one.label == "水域").set_value("巡河，保洁、 宣传").run()
    app.pills(key="rules-section").set_value("town").run()
    next(one for one in app.text_input if one.label == "启用日期").set_value("2026-13-01").run()
    assert "须为日期" in html(app)
    next(one for one in app.text_input if one.label == "启用日期").set_value("2026-03-01").run()
    app.pills(key="rules-section").set_value("tiling").run()
    order = app.multiselect[0]
    order.set_value([*order.value[1:], order.value[0]]).run()
    app.button(key="rules-save").click().run()
    assert not app.exception
    rules = load_rules(town / "rules.toml")
    assert rules.duties["water"] == ("巡河", "保洁", "宣传")
    assert rules.town.valid_from == date(2026, 3, 1)
    assert rules.precedence[-1] == "problem_estate"


def test_reset_puts_the_built_in_default_in_the_place_of_a_value(town):
    path = town / "rules.toml"
    path.write_text(apply_changes(path.read_text("utf-8"), {"capacity.officers_max": 7}), "utf-8")
    app = page(town).run()
    next(one for one in app.button if one.label == "恢复默认：每个微网格人数上限").click().run()
    assert number(app, "每个微网格人数上限（人）").value == 4
    app.button(key="rules-save").click().run()
    assert "officers_max" not in path.read_text("utf-8")


def test_the_file_itself_is_checked_before_it_is_saved(town):
    path = town / "rules.toml"
    app = page(town).run()
    app.segmented_control(key="rules-view").set_value("text").run()
    area = app.text_area[0]
    assert area.value == path.read_text("utf-8")
    area.set_value(area.value.replace("officer_hours", "officer_hour")).run()
    app.button(key="rules-text-save").click().run()
    assert "是否想写“officer\\_hours”" in app.error[0].value
    assert load_rules(path).capacity.officer_hours == 12
    app.text_area[0].set_value(area.value.replace("officer_hour ", "officer_hours ")).run()
    app.text_area[0].set_value(path.read_text("utf-8") + "# 备注\n").run()
    app.button(key="rules-text-save").click().run()
    assert app.success[0].value == "规则已保存。"
    assert path.read_text("utf-8").endswith("# 备注\n")


def test_a_file_that_is_no_toml_can_be_mended_on_the_page(town):
    path = town / "rules.toml"
    good = path.read_text("utf-8")
    path.write_text("[town\n" + good, "utf-8")
    app = page(town).run()
    assert not app.exception
    assert "无法读取" in app.error[0].value
    app.text_area[0].set_value(good).run()
    app.button(key="rules-text-save").click().run()
    assert path.read_text("utf-8") == good


def test_two_people_on_one_rules_file_lose_nothing(town):
    path = town / "rules.toml"
    app = page(town).run()
    number(app, "每人每周工时（小时/周）").set_value(9.5).run()
    save_rules(path, lambda text: apply_changes(text, {"split.seed": 77}))
    app.button(key="rules-save").click().run()
    rules = load_rules(path)
    assert (rules.capacity.officer_hours, rules.split.seed) == (9.5, 77)


def test_what_was_typed_on_older_rules_is_neither_lost_nor_saved_over_newer_ones(town):
    path = town / "rules.toml"
    app = page(town).run()
    app.segmented_control(key="rules-view").set_value("text").run()
    save_rules(path, lambda text: apply_changes(text, {"split.seed": 77}))
    app.run()  # nothing typed: the text is the one in force
    assert "seed = 77" in app.text_area[0].value
    typed = app.text_area[0].value + "# mine\n"
    app.text_area[0].set_value(typed).run()
    save_rules(path, lambda text: apply_changes(text, {"split.seed": 78}))
    app.button(key="rules-text-save").click().run()
    assert "本次内容未写入" in app.error[0].value
    assert "已被他人修改" in app.warning[0].value
    assert app.text_area[0].value == typed
    assert load_rules(path).split.seed == 78
    app.button(key="rules-text-anew").click().run()
    assert app.text_area[0].value == path.read_text("utf-8")


def test_rules_of_one_town_are_never_shown_or_saved_in_another(tmp_path, monkeypatch):
    monkeypatch.setattr(context, "LATE_S", 0.0)
    towns = tmp_path / "towns"
    for name, hours in (("east", 9.0), ("west", 11.0)):
        path = drawn_town.write_town(towns / name) / "rules.toml"
        path.write_text(apply_changes(path.read_text(), {"capacity.officer_hours": hours}))
    app = app_page(tmp_path / "out", "rules", towns)
    app.query_params["town"] = "east"
    app.run()
    number(app, "每个微网格人数上限（人）").set_value(7).run()
    app.query_params["town"] = "west"
    app.run()
    assert number(app, "每人每周工时（小时/周）").value == 11
    assert number(app, "每个微网格人数上限（人）").value == 4
    assert app.button(key="rules-save").disabled
    app.segmented_control(key="rules-view").set_value("text").run()
    assert app.text_area[0].value == (towns / "west" / "rules.toml").read_text("utf-8")
    app.query_params["town"] = "east"
    app.run()  # the change that waits there is still there
    assert app.text_area[0].value == (towns / "east" / "rules.toml").read_text("utf-8")
    app.segmented_control(key="rules-view").set_value("form").run()
    assert number(app, "每个微网格人数上限（人）").value == 7


def test_a_plan_of_older_rules_is_told_with_the_values_that_differ(tmp_path, source_town):
    towns, out = source_town.parent, tmp_path / "out"
    (out / source_town.name).mkdir(parents=True)
    place = out / source_town.name / "plan.gridmap.gpkg"
    path = source_town / "rules.toml"
    before = path.read_text("utf-8")
    save_plan(make_plan(source_town), place)
    try:
        app = page(source_town, plan=place, towns=towns, out=out).run()
        assert not [one for one in app.markdown if "较早的规则" in one.value]
        path.write_text(apply_changes(before, {"capacity.officer_hours": 9.0}), "utf-8")
        app = page(source_town, plan=place, towns=towns, out=out).run()
        shown = "\n".join(one.value for one in app.markdown)
        assert "是按较早的规则做的，与现在有 1 项不同" in shown
        assert "承载力·每人每周工时：12 → 9" in shown
    finally:
        path.write_text(before, "utf-8")


def test_without_a_town_the_page_says_where_to_begin():
    app = page(None).run()
    assert not app.exception
    assert app.subheader[0].value == "还没有选定镇"
    assert app.button(key="rules-go-data").label == "前往“数据”"


def test_a_missing_or_garbled_rules_file_is_told(town):
    (town / "rules.toml").write_bytes('[town]\nname = "测试"'.encode("gb18030"))
    assert "UTF-8" in page(town).run().error[0].value
    (town / "rules.toml").unlink()
    assert "没有规则文件" in page(town).run().error[0].value
