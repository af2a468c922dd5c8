"""The tab 公示牌 of the coverage page: what hangs, what to replace, and what planners note."""

from datetime import date, datetime, timedelta

import drawn_plan
import pytest
from app_pages import app_page, words_on
from saved_plans import put_plan

from gridmap.access.links import make_view_link
from gridmap.boards.listing import board_list
from gridmap.boards.printing import boards_to_print
from gridmap.boards.record import Spot, note_hung, note_printed
from gridmap.boards.typed import boards_named
from gridmap.receipts.photos import keep_photo
from gridmap.store import save_plan
from gridmap.ui.shell.plan_map import WANTED

CODE, OTHER = f"{drawn_plan.WEST_1}01", f"{drawn_plan.WEST_1}02"
HOSTILE = '<img src=x onerror="alert(1)">**b**'
NOW = datetime(2026, 3, 1, 12)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360"
    "606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def plan():
    return drawn_plan.draw_plan()


@pytest.fixture
def boards(plan, path):
    """A board that hangs at a place with a hostile name, and one that waits."""
    places = {CODE: [HOSTILE], OTHER: ["村口"]}
    made = boards_to_print(plan, path, [CODE, OTHER], places=places)
    note_printed(path, made, who="李", when=NOW)
    first, other = (one.number for one in made)
    photo, spot = keep_photo(path, PNG), Spot(113.9, 34.7, 12.0)
    note_hung(path, [first], who="P008", when=NOW, how="photo", photo=photo, spot=spot)
    return first, other


def at_boards(path, **query):
    app = app_page(path.parent)
    app.session_state[WANTED] = "boards"
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def test_a_planner_sees_what_hangs_and_notes_boards_by_a_list(plan, path, boards):
    first, other = boards
    app = at_boards(path)
    assert not app.exception
    counts = next(one.value for one in app.markdown if one.value.startswith("共 2 块"))
    assert "有效 1，须更换 0，须摘下 0，待悬挂 1，作废 0" in counts
    table = app.dataframe[0].value.set_index("number")
    assert table.loc[first, ["state", "hung_by", "how"]].tolist() == ["有效", "干部008", "拍照"]
    app.segmented_control(key="boards-only").set_value("waiting").run()
    assert app.dataframe[0].value["number"].tolist() == [other]
    app.text_area(key="boards-numbers").set_value("4821-0935-71")
    button = next(one for one in app.button if one.label == "登记为已悬挂")
    button.click().run()
    assert "没有这些编号" in app.error[0].value
    app.text_area(key="boards-numbers").set_value(other.replace("-", ""))
    hung = date.today() - timedelta(days=3)
    app.date_input(key="boards-day").set_value(hung)
    next(one for one in app.button if one.label == "登记为已悬挂").click().run()
    assert not app.exception
    assert [one.value for one in app.success][:1] == ["已登记 1 块公示牌。"]
    found = board_list(plan, path).loc[other]
    assert found[["state", "hung_on", "how"]].tolist() == ["current", hung.isoformat(), "list"]


def test_one_board_is_looked_at_with_its_photo_and_taken_down(plan, path, boards):
    app = at_boards(path)
    app.selectbox(key="boards-look").set_value(boards[0]).run()
    assert not app.exception
    assert "位置 113.900000，34.700000（精度约 12 米）" in [one.value for one in app.caption]
    assert len(app.get("image")) == 1
    (shown,) = [one.value for one in app.markdown if "onerror" in one.value]
    assert "<" not in shown.replace("\\<", "")
    app.button(key="board-down").click().run()
    assert board_list(plan, path, history=True)["state"].tolist() == ["down", "waiting"]


def test_after_a_change_the_list_of_what_to_replace_is_there_to_download(plan, path, boards):
    save_plan(plan.with_tables(grids=plan.grids.assign(version="9")), path, overwrite=True)
    app = at_boards(path)
    app.segmented_control(key="boards-only").set_value("walk").run()
    table = app.dataframe[0].value
    assert table["number"].tolist() == [boards[0]]
    assert table["why"].iloc[0].endswith("，现行为9")
    assert "下载更换清单" in [one.proto.label for one in app.get("download_button")]


def test_the_boards_of_another_plan_are_taken_over(plan, path, boards):
    other = path.with_name("new.gridmap.gpkg")
    put_plan(drawn_plan.draw_plan, other)
    app = app_page(path.parent)
    app.query_params["plan"] = "new.gridmap.gpkg"
    app.session_state[WANTED] = "boards"
    app.run()
    assert "还没有公示牌" in words_on(app)
    app.selectbox(key="boards-plan").select_index(0)
    next(one for one in app.button if one.label == "并入记录").click().run()
    assert not app.exception
    assert "已并入 3 条记录。" in [one.value for one in app.success]
    assert board_list(plan, other).equals(board_list(plan, path))


def test_whoever_may_only_look_notes_nothing(path, boards):
    today = date.today()
    _, token = make_view_link(path, "大厅", expires=today + timedelta(days=9), today=today)
    app = at_boards(path, t=token)
    app.selectbox(key="boards-look").set_value(boards[0]).run()
    assert not app.exception
    labels = [one.label for one in app.button]
    assert not {"登记为已悬挂", "登记为已摘下", "并入记录"} & set(labels)


def test_a_record_that_cannot_be_read_is_told_and_the_page_stays(path, boards):
    record = path.with_name(path.name.replace(".gpkg", ".boards"))
    record.unlink()
    record.mkdir()
    app = at_boards(path)
    assert not app.exception
    assert "公示牌记录无法读取" in app.error[0].value


def test_boards_are_named_by_number_or_by_the_id_of_the_list(boards):
    first, other = boards
    known = [first, other, "boards:GP001", "boards:GP002", "old:GP002"]
    text = f"{first}\n {other.replace('-', '')}；GP001\tGP002, boards:GP002 {first}"
    found = boards_named(text, known)
    assert found.known == (first, other, "boards:GP001", "boards:GP002")
    assert found.unknown == ("GP002",)  # of two lists: which one?
