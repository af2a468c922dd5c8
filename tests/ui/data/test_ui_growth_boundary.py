"""The page 数据: the growth boundary can be declared, and facts speak the words of the page."""

from datetime import date

import drawn_town
import pytest
from app_pages import app_page

from gridmap.rules.text import get_value
from gridmap.ui.shell.towns import make_town, rules_text_of


@pytest.fixture
def app(tmp_path):
    town = make_town(tmp_path / "towns", "测试镇", drawn_town.TOWN_CODE, today=date(2026, 1, 1))
    grids = drawn_town.draw_hierarchy()
    grids[grids["level"] == 1][["geometry"]].to_file(town / "开发边界.gpkg")
    app = app_page(tmp_path / "out", "data", tmp_path / "towns")
    app.session_state["data-open"] = "开发边界.gpkg"
    return app.run()


def test_a_file_is_declared_as_the_growth_boundary_and_is_known_again(app, tmp_path):
    (use,) = (one for one in app.selectbox if one.label == "用途")
    assert "城镇开发边界" in use.options
    use.set_value("growth_boundary").run()
    app.button(key="declare-save").click().run()
    rules = rules_text_of(tmp_path / "towns" / "测试镇")
    assert get_value(rules, ("growth_boundary", "file"), "") == "开发边界.gpkg"
    shown = "\n".join(element.proto.body for element in app.get("html"))
    assert "城镇开发边界" in shown
    assert not app.exception


def test_no_fact_of_a_file_speaks_of_the_command_line(app):
    shown = "\n".join(element.proto.body for element in app.get("html"))
    assert "与镇界的偏移" in shown
    assert "--outline" not in shown


def test_a_file_is_declared_as_units_only_with_its_kind(app, tmp_path):
    (use,) = (one for one in app.selectbox if one.label == "用途")
    use.set_value("unit").run()
    assert app.button(key="declare-save").disabled
    (kind,) = (one for one in app.selectbox if one.label == "图层中是什么")
    kind.set_value("village_group").run()
    app.button(key="declare-save").click().run()
    rules = rules_text_of(tmp_path / "towns" / "测试镇")
    assert get_value(rules, ("units", 0, "kind"), "") == "village_group"
    assert not app.exception
