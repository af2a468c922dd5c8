"""A plan that is asked for and is not there: said, not swapped for another in silence."""

import drawn_plan
import pytest
from app_pages import app_page
from saved_plans import put_plan

from gridmap.plan_store import FilePlans


@pytest.fixture
def folder(tmp_path):
    for name in ("old", "new"):
        put_plan(drawn_plan.draw_plan, tmp_path / f"{name}.gridmap.gpkg")
    return tmp_path


def warnings(app):
    return [one.value for one in app.warning]


def test_a_plan_deleted_while_it_is_open_is_named_until_somebody_has_read_it(folder):
    app = app_page(folder, "home")
    app.query_params["plan"] = "old.gridmap.gpkg"
    app.run()
    assert warnings(app) == []
    # The link of before ids was understood, and the address tells no path any more.
    id = FilePlans(folder).id_of(folder / "old.gridmap.gpkg")
    assert app.query_params["plan"] in (id, [id])
    (folder / "old.gridmap.gpkg").unlink()
    for _ in range(2):  # it stays, whatever is done meanwhile
        app.run()
        (text,) = warnings(app)
        assert "没有找到方案“old”" in text
        assert "现在打开的是“new”" in text
    app.button(key="lost-ok").click().run()
    assert warnings(app) == []
    assert not app.exception


def test_an_address_of_no_plan_is_shown_short_and_as_plain_text(folder):
    app = app_page(folder, "coverage")
    app.query_params["plan"] = "<b>*x*" + "长" * 500
    app.run()
    (text,) = warnings(app)
    assert "&lt;b>" in text or "\\<b" in text
    assert len(text) < 200
    assert not app.exception


def test_without_any_plan_nothing_is_said_to_be_open(tmp_path):
    app = app_page(tmp_path, "coverage")
    app.query_params["plan"] = "gone.gridmap.gpkg"
    app.run()
    (text,) = warnings(app)
    assert "gone" in text
    assert "现在打开" not in text
