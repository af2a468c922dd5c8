"""The forms of roles, pins and bans without a browser."""

import drawn_town
import firm_plan
import pytest
from app_pages import app_page
from plan_fixtures import W1, W1A

from gridmap.plan.names import names_by_kind
from gridmap.rules import load_rules
from gridmap.rules.changes import apply_changes
from gridmap.rules.roles import new_role_key
from gridmap.rules.words import key_name, place_name, value_text
from gridmap.store import save_plan


@pytest.fixture
def folder(tmp_path):
    town = tmp_path / "towns" / "test"
    town.mkdir(parents=True)
    (town / "rules.toml").write_text(drawn_town.rules_text(), "utf-8")
    (tmp_path / "out" / "test").mkdir(parents=True)
    return tmp_path


def opened(folder, section):
    app = app_page(folder / "out", "rules", folder / "towns")
    app.query_params["town"] = "test"
    app.run()
    app.pills(key="rules-section").set_value(section).run()
    assert not app.exception
    return app


def field(widgets, label, number=0):
    return [one for one in widgets if one.label == label][number]


def faults(app):
    return [str(one.proto.body) for one in app.get("html") if 'role="alert"' in str(one.proto.body)]


def test_a_role_is_added_filled_in_saved_and_taken_out(folder):
    path = folder / "towns" / "test" / "rules.toml"
    app = opened(folder, "roles")
    app.text_input(key="rules-new-role").set_value("专属网格服务官").run()
    app.button(key="rules-add-role").click().run()
    assert not app.exception
    assert app.text_input(key="rules-new-role").value == ""
    places = field(app.multiselect, "设在哪里")
    assert "对象：企业" in places.options
    places.set_value(["exclusive", "base:2"]).run()
    field(app.number_input, "每处岗位数").set_value(0).run()
    assert "须大于或等于 1。现为 0。" in "".join(faults(app))
    assert app.button(key="rules-save").disabled
    field(app.number_input, "每处岗位数").set_value(2).run()
    field(app.toggle, "是否负责人").set_value(True).run()
    field(app.text_input, "职责").set_value("助企联络、走访").run()
    pending = "\n".join(one.value for one in app.markdown)
    assert "角色·专属网格服务官·设在哪里：未设 → 专属网格、2 级网格" in pending
    app.button(key="rules-save").click().run()
    ((key, role),) = load_rules(path).roles.items()
    assert key == "zhuanshuwanggefuwuguan"
    assert (role.name, role.on, role.number) == ("专属网格服务官", ("exclusive", "base:2"), 2)
    assert (role.leads, role.duties) == (True, ("助企联络", "走访"))
    app.button(key=f"rules-drop-role-{key}").click().run()
    assert "- 角色·专属网格服务官：" in "\n".join(one.value for one in app.markdown)
    app.button(key="rules-save").click().run()
    assert load_rules(path).roles == {}


def test_pins_name_people_and_places_of_the_plan_and_other_ids_can_be_typed(folder):
    path = folder / "towns" / "test" / "rules.toml"
    plan = firm_plan.firm_plan()
    save_plan(plan, folder / "out" / "test" / "plan.gridmap.gpkg")
    given = [{"person": "P-99", "post": "00-01"}]  # typed, or of a roster that has changed
    path.write_text(apply_changes(path.read_text("utf-8"), {"pins": given}), "utf-8")
    app = opened(folder, "pins")
    shown = [one.value for one in app.caption]
    assert "方案中没有“P-99”。" in shown
    assert "方案中没有“00-01”。" in shown
    app.button(key="rules-add-pin").click().run()
    assert len(faults(app)) == 2  # neither a person nor a place
    assert app.button(key="rules-save").disabled
    person = plan.people.index[0]
    field(app.selectbox, "人员编号", 1).set_value(person).run()
    assert f"{plan.people['name'].iloc[0]} {person}" in field(app.selectbox, "人员编号", 1).options
    field(app.selectbox, "固定还是回避", 1).set_value("must_not").run()
    field(app.selectbox, "地点类别", 1).set_value("grid").run()
    assert len(faults(app)) == 1
    field(app.selectbox, "网格").set_value(W1).run()
    assert faults(app) == []
    app.button(key="rules-save").click().run()
    second, first = load_rules(path).pins
    assert (first.person, first.grid, first.ban, first.post) == (person, W1, True, None)
    assert (second.person, second.post, second.ban) == ("P-99", "00-01", False)
    next(one for one in app.button if one.label == "删去第 1 条").click().run()
    app.button(key="rules-save").click().run()
    assert [one.person for one in load_rules(path).pins] == [person]


def test_roles_of_the_file_are_shown_with_what_the_form_would_not_offer(folder):
    path = folder / "towns" / "test" / "rules.toml"
    role = {"name": "社区民警", "on": ["base:7", "micro"]}
    path.write_text(apply_changes(path.read_text("utf-8"), {"roles.police": role}), "utf-8")
    app = opened(folder, "roles")
    assert field(app.multiselect, "设在哪里").value == ["base:7", "micro"]
    assert app.button(key="rules-save").disabled


def test_a_role_gets_a_key_that_is_free():
    assert new_role_key("minjing", []) == "minjing"
    assert new_role_key("minjing", ["minjing", "minjing_2"]) == "minjing_3"
    assert new_role_key("leader", []) == "leader_2"
    assert new_role_key("", []) == "role"
    assert new_role_key("110minjing", []) == "minjing"


def test_places_and_roles_are_called_by_name():
    assert place_name("group:alliance", "zh") == "组合：联盟"
    assert place_name("object:estate", "en") == "Object: Estate"
    assert place_name("base:2", "zh") == "2 级网格"
    assert place_name("nowhere", "zh") == "nowhere"
    assert key_name("roles.police.on", "zh", roles={"police": "民警"}) == "角色·民警·设在哪里"
    assert key_name("roles.police", "en", roles={"police": "Police"}) == "Roles · Police"
    assert value_text(None, [{"person": "P1"}], "zh") == "1 条"


def test_what_can_be_pinned_is_named_by_kind():
    names = names_by_kind(firm_plan.firm_plan(), "zh")
    assert names["object"][firm_plan.FIRM] == "郑庵一厂"
    assert firm_plan.X in names["grid"]
    assert not {W1A + "01"} & set(names["grid"])
    assert set(names["post"].values()) >= {"红旗公司"} or names["post"]
