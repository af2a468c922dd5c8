"""The page 数据 and the columns of a hierarchy: what is missing is said before it is written."""

from datetime import date

import drawn_town
import pytest
from app_pages import app_page

from gridmap.rules.entries import entries_of
from gridmap.ui.shell.towns import make_town, rules_text_of

SHORT = {"code": "编码", "name": "名称", "level": "级别", "parent_code": "上级编码"}


@pytest.fixture
def towns(tmp_path):
    make_town(tmp_path / "towns", "测试镇", drawn_town.TOWN_CODE, today=date(2026, 1, 1))
    return tmp_path / "towns"


def page_of(towns, columns):
    town = towns / "测试镇"
    grids = drawn_town.draw_hierarchy().rename(columns=columns)
    grids.to_file(town / "网格.gpkg")
    app = app_page(towns.parent / "out", "data", towns)
    app.session_state["data-open"] = "网格.gpkg"
    app.run()
    (use,) = (one for one in app.selectbox if one.label == "用途")
    use.set_value("hierarchy").run()
    assert not app.exception
    return app, town


def test_a_hierarchy_with_chinese_headers_can_be_declared(towns):
    app, town = page_of(towns, SHORT)
    assert [one.value for one in app.warning] == []
    app.button(key="declare-save").click().run()
    assert [entry.role for entry in entries_of(rules_text_of(town))] == ["hierarchy"]


def test_one_whose_headers_do_not_say_it_cannot_until_the_column_is_chosen(towns):
    app, town = page_of(towns, SHORT | {"parent_code": "属于"})
    (warning,) = app.warning
    assert "上级编码" in warning.value
    assert app.button(key="declare-save").disabled
    (column,) = (one for one in app.selectbox if one.label == "上级编码")
    column.set_value("属于").run()
    app.button(key="declare-save").click().run()
    (entry,) = entries_of(rules_text_of(town))
    assert entry.values["parent_code_column"] == "属于"
    assert "code_column" not in entry.values  # its header says it
