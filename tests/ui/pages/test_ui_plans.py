"""The page 方案管理 without a browser: deliberate steps, a viewer's sight of it, hostile names."""

from datetime import date

import pytest
from app_pages import app_page, words_on
from redraw_plan import draw
from saved_plans import put_plan

from gridmap import versions
from gridmap.access.accounts import add_account
from gridmap.plan_store import FilePlans
from gridmap.publications import publish_plan, versions_of
from gridmap.store.glance import glance
from gridmap.store.plan_lock import change_plan
from gridmap.ui.plans import published_part
from gridmap.ui.shell.plans import page_key

WHO = {"who": "王五", "when": "2026-01-10T10:00:00+08:00"}
HOSTILE = "<script>alert(1)</script> *甲* [乙](x)"
PASSWORD = "tea lamp river nine"


@pytest.fixture
def folder(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    put_plan(draw, out / "t.gridmap.gpkg")
    return out


def test_thawing_and_emptying_take_a_deliberate_step(folder):
    path = folder / "t.gridmap.gpkg"
    copy = versions.duplicate_plan(path, folder=folder, title=HOSTILE, **WHO)
    versions.delete_plan(copy, folder=folder, **WHO)
    versions.freeze_plan(path, folder=folder, **WHO)
    app = app_page(folder, "plans").run()
    assert not app.exception
    thaw = f"plans-thaw-go-{page_key(path)}-0"
    assert app.button(key=thaw).disabled
    assert app.button(key="plans-empty").disabled
    app.checkbox(key="plans-empty-sure").check().run()
    app.button(key="plans-empty").click().run()
    assert "已彻底删除 1 个方案" in words_on(app)
    assert versions.plan_tree(folder, today=date(2026, 11, 21))[1:] == []
    app.checkbox(key=f"plans-thaw_sure-{page_key(path)}-1").check().run()
    app.button(key=f"plans-thaw-go-{page_key(path)}-1").click().run()
    assert not glance(path).identity.is_frozen
    assert not app.exception


def test_the_page_of_people_says_that_a_plan_is_frozen_and_leads_to_the_plans(folder):
    path = folder / "t.gridmap.gpkg"
    versions.freeze_plan(path, folder=folder, **WHO)
    app = app_page(folder, "people").run()
    assert any("已由" in one.value and "冻结" in one.value for one in app.warning)
    assert not app.button(key="plan-frozen-go").click().run().exception


def test_a_fault_is_said_and_a_name_is_escaped(folder):
    path = folder / "t.gridmap.gpkg"
    versions.name_plan(path, HOSTILE, folder=folder, who="王五")
    app = app_page(folder, "plans").run()
    versions.name_plan(path, HOSTILE + "2", folder=folder, who="赵六")  # meanwhile
    app.button(key=f"plans-delete-go-{page_key(path)}-0").click().run()
    assert [error.value for error in app.error if "已被他人修改" in error.value]
    versions.freeze_plan(path, folder=folder, **WHO)
    app.button(key=f"plans-delete-go-{page_key(path)}-0").click().run()
    assert [error.value for error in app.error if "已冻结" in error.value]
    assert path.exists()
    cards = [one.proto.body for one in app.get("html") if 'class="plan-card"' in one.proto.body]
    assert len(cards) == 1
    assert "&lt;script&gt;" in cards[0]
    assert "<script" not in cards[0]


def test_a_viewer_sees_the_plans_and_nothing_that_changes_them(folder):
    path = folder / "t.gridmap.gpkg"
    copy = versions.duplicate_plan(path, folder=folder, **WHO)
    versions.branch_plan(copy, folder=folder, **WHO)
    versions.delete_plan(copy, folder=folder, **WHO)
    add_account(folder, "li", PASSWORD, role="viewer")
    app = app_page(folder, "plans").run()
    app.text_input[0].set_value("li")
    app.text_input[1].set_value(PASSWORD)
    app.button[0].click().run()
    assert not app.exception
    changing = {button.key for button in app.button} - {"log-out"}
    assert all(key.startswith(("plans-open-", "plans-compare-")) for key in changing), changing
    assert "plans-open-" in " ".join(changing)
    assert "回收站" not in words_on(app)
    cards = [one.proto.body for one in app.get("html") if 'class="plan-card"' in one.proto.body]
    assert len(cards) == 3
    assert "已找不到" in cards[1]  # what is in the wastebasket is a planner's to know


def test_a_plan_is_published_deliberately_and_all_reasons_of_a_refusal_are_listed(
    folder, monkeypatch
):
    path = folder / "t.gridmap.gpkg"
    monkeypatch.setattr(published_part, "app_address", lambda: "http://host:8501")
    app = app_page(folder, "plans").run()
    assert "尚未发布过" in words_on(app)
    assert [one.value for one in app.code] == []
    assert app.button(key="published-go").disabled
    app.date_input(key="published-day").set_value(date(2026, 1, 1))
    app.text_input(key="published-why").set_value(HOSTILE)
    app.checkbox(key="published-sure").check().run()
    app.button(key="published-go").click().run()
    assert not app.exception
    assert "已发布" in words_on(app)
    version = versions_of(path)[0]
    assert (version.number, version.first_day, version.why) == ("1", "2026-01-01", HOSTILE)
    assert [one.value for one in app.code] == [
        f"http://host:8501/ogc/house/{FilePlans(folder).id_of(path)}"
    ]
    assert app.text_input(key="published-number").value == "2"
    app.text_input(key="published-number").set_value("1")
    app.date_input(key="published-day").set_value(date(2026, 1, 1))
    app.text_input(key="published-why").set_value("再发")
    change_plan(path, lambda plan: plan.with_tables(assignments=plan.assignments.iloc[3:]))
    app.checkbox(key="published-sure").check().run()
    app.button(key="published-go").click().run()
    told = next(error.value for error in app.error)
    assert told.startswith("未发布")
    assert told.count("\n- ") > 2
    assert versions_of(path) == [version]
    app.date_input(key="published-on").set_value(date(2026, 5, 1)).run()
    assert "2026-05-01 生效的是版本 1" in words_on(app)
    point = draw().grids.geometry.to_crs(4326)["TVW02"].centroid
    app.text_input(key="published-place").set_value(f"{point.x}，{point.y}").run()
    line = next(one.value for one in app.dataframe if "责任人" in one.value and len(one.value) == 4)
    assert line["编码"].tolist() == ["TVW02", "TVW", "TV", "T"]
    app.text_input(key="published-place").set_value("O1").run()
    assert any("没有对象" in error.value for error in app.error)
    app.button(key="published-branch").click().run()
    assert not app.exception
    drafts = [node for node in versions.plan_tree(folder, today=date(2026, 5, 1)) if node.depth]
    assert [node.identity.parent_state for node in drafts] == [version.state]


def test_what_changed_between_two_versions_is_listed(folder):
    path = folder / "t.gridmap.gpkg"
    by = {"why": "试", **WHO}
    publish_plan(path, first_day="2026-01-01", number="1", **by)
    people = draw().people.assign(name=lambda one: one["name"] + "甲")
    change_plan(path, lambda plan: plan.with_tables(people=people))
    publish_plan(path, first_day="2026-02-01", number="2", **by)
    app = app_page(folder, "plans").run()
    app.button(key="published-compare").click().run()
    assert not app.exception
    table = next(one.value for one in app.dataframe if "变化" in one.value)
    assert set(table["变化"]) == {"人员"}
    app.selectbox(key="published-before").set_value("2").run()
    app.button(key="published-compare").click().run()
    assert "两个版本没有区别" in words_on(app)
