"""The part 导入划分 of the page 方案管理: a file becomes a draft, and what was found is shown."""

from datetime import date

import pytest
from app_pages import app_page, words_on
from import_worlds import box, written
from redraw_plan import draw
from saved_plans import put_plan
from stored_plans import titled

from gridmap import versions
from gridmap.imports.town import into_plan
from gridmap.publish import release
from gridmap.store import load_plan
from gridmap.store.plan_lock import change_plan
from gridmap.ui.plans import import_part
from gridmap.versions.boundaries import boundary_files


@pytest.fixture
def folder(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    put_plan(draw, out / "t.gridmap.gpkg")
    return out


def sent(app, path):
    app.file_uploader(key="import-file-0").upload(
        path.name, path.read_bytes(), "application/octet-stream"
    ).run()
    assert not app.exception
    return app


def test_a_file_becomes_a_draft_with_its_faults_and_the_open_plan_stays(folder, tmp_path):
    path = written(
        tmp_path / "河段*[甲].geojson", ("1", "河东组", box(0, 0, 2.5, 3)),
        ("2", "<b>河西组</b>", box(2.5, 0, 4, 3)), ("3", "山前组", box(4, 0, 7, 3)),
        crs="EPSG:4326",
    )  # fmt: skip
    app = sent(app_page(folder, "plans").run(), path)
    assert app.selectbox(key="import-code").value == "网格编码"
    assert app.selectbox(key="import-name").value == "网格名称"
    assert app.selectbox(key="import-parent").value == ""

    app.button(key="import-go").click().run()

    assert not app.exception
    assert "已导入 3 个网格" in words_on(app)
    assert "有 30,000 平方米在本乡镇范围外" in words_on(app)
    (draft,) = [
        one.path for one in versions.plan_tree(folder, today=date(2026, 11, 30)) if one.depth == 1
    ]
    assert load_plan(draft).micro_grids["label"].tolist() == ["山前组", "河东组", "<b>河西组</b>"]
    assert load_plan(draft).edits["kind"].tolist() == ["import"]
    assert load_plan(folder / "t.gridmap.gpkg").edits.empty
    assert [one.proto.label for one in app.get("download_button")] == ["下载导入报告"]
    app.button(key="import-close").click().run()
    assert "已导入" not in words_on(app)


def test_what_stands_in_the_way_is_said_and_makes_no_draft(folder, tmp_path):
    path = written(
        tmp_path / "theirs.gpkg", ("1", "", box(0, 0, 2.5, 3)), ("2", "", box(2.5, 0, 6, 3))
    )
    app = sent(app_page(folder, "plans").run(), path)
    app.radio(key="import-straddle").set_value("refuse").run()

    app.button(key="import-go").click().run()

    assert not app.exception
    assert ["3 个图斑跨划分文件中的多个网格" in error.value for error in app.error] == [True]
    assert len(versions.plan_tree(folder, today=date(2026, 11, 30))) == 1


def test_when_somebody_changes_the_plan_meanwhile_there_is_no_draft_nor_an_empty_one(
    folder, tmp_path, monkeypatch
):
    path = written(
        tmp_path / "theirs.gpkg", ("1", "", box(0, 0, 2.5, 3)), ("2", "", box(2.5, 0, 6, 3))
    )
    app, place, take = sent(app_page(folder, "plans").run(), path), folder / "t.gridmap.gpkg", []

    def slowly(*given, **options):
        taken = into_plan(*given, **options)
        take.append(change_plan(place, titled("theirs")))
        return taken

    monkeypatch.setattr(import_part, "into_plan", slowly)
    app.button(key="import-go").click().run()

    assert not app.exception
    assert take
    assert ["已被他人修改" in error.value for error in app.error] == [True]
    assert [one.name for one in folder.glob("*.gpkg")] == [place.name]
    assert len(versions.plan_tree(folder, today=date(2026, 11, 30))) == 1


def test_of_a_file_of_ours_no_column_is_asked_for(folder, tmp_path):
    path = tmp_path / "own.geojson"
    path.write_bytes(boundary_files(release(draw())).grids)

    app = sent(app_page(folder, "plans").run(), path)

    assert "列已识别" in words_on(app)
    assert not [one for one in app.selectbox if one.key == "import-code"]


def test_a_layer_is_chosen_and_another_roster_taken(folder, tmp_path):
    path = written(tmp_path / "theirs.gpkg", ("9", "乙", box(0, 0, 1, 1)), layer="archive")
    written(path, ("1", "河东组", box(0, 0, 2, 3)), ("2", "", box(2, 0, 6, 3)), layer="now")
    people = "编号,姓名\n" + "".join(f"N{number},周{number}\n" for number in range(9))

    app = sent(app_page(folder, "plans").run(), path)
    app.file_uploader(key="import-roster-0").upload("新.csv", people.encode(), "text/csv")
    app.selectbox(key="import-layer").set_value("now").run()
    app.button(key="import-go").click().run()

    assert not app.exception
    (draft,) = [
        one.path for one in versions.plan_tree(folder, today=date(2026, 11, 30)) if one.depth == 1
    ]
    made = load_plan(draft)
    assert "河东组" in set(made.micro_grids["label"])
    assert sorted(made.people["name"]) == [f"周{number}" for number in range(9)]
    assert "周0" not in set(load_plan(folder / "t.gridmap.gpkg").people["name"])
