"""Boards on the page of a cadre: which they see; one noted as hung by photo, scan or number."""

import io
from datetime import date, datetime

import drawn_plan
import pytest
import segno
from cadre_page import CODE, HOSTILE, PERSON, page, said, token_for
from PIL import Image

from gridmap.access.behalf import Behalf, acting
from gridmap.boards import own
from gridmap.boards.listing import board_list
from gridmap.boards.numbers import number_of
from gridmap.boards.own import boards_of_person, hang_own
from gridmap.boards.photos import read_photo
from gridmap.boards.printing import boards_to_print
from gridmap.boards.qr import BOARD, qr_text
from gridmap.boards.record import Spot, note_hung, note_printed
from gridmap.receipts.photos import photo_of
from gridmap.store import load_plan, save_plan
from gridmap.ui.my_grids.my_grids_page import PLACE
from layers.contract.errors import PlanError, UsageError

FAR = f"{drawn_plan.EAST_1}01"
NOON = datetime(2026, 3, 1, 12)


@pytest.fixture
def plan():
    return drawn_plan.draw_plan()


@pytest.fixture
def boards(plan, path):
    """A board of the own grid at a place with a hostile name, and one of a grid far away."""
    made = boards_to_print(plan, path, [CODE, FAR], places={CODE: [HOSTILE], FAR: ["村口"]})
    note_printed(path, made, who="李", when=NOON)
    return made


def sent(text):
    code = io.BytesIO()
    segno.make(text, error="m").save(code, kind="png", scale=12, border=4)
    return code.getvalue()


def test_a_board_is_noted_by_its_number_with_the_place_that_was_tapped(plan, path, boards):
    first, far = boards
    app = page(path.parent, token_for(path))
    assert not app.exception
    assert "公示牌（1）" in [one.value for one in app.subheader]
    told = said(app)
    assert first.number in told
    assert far.number not in told
    assert "onerror" in told
    assert "<img" not in told
    app.session_state[PLACE] = {"lon": 113.9, "lat": 34.7}
    app.selectbox(key="my-board-number-0").select_index(0).run()
    app.button(key="my-board-hang-typed").click().run()
    assert not app.exception
    assert f"公示牌 {first.number} 已登记为挂出。" in [one.value for one in app.success]
    row = board_list(plan, path).loc[first.number]
    assert row[["state", "hung_by", "how", "lon"]].tolist() == ["current", PERSON, "typed", 113.9]
    assert f"✓ 有效 {date.today()}" in said(app)


def test_a_photo_names_the_board_and_one_of_another_does_not(plan, path, boards):
    first, far = boards
    app = page(path.parent, token_for(path))
    sender = app.file_uploader(key="my-board-photo-0")
    app = sender.upload("a.png", sent(qr_text(far)), "image/png").run()
    assert f"{far.number} 不是您负责的公示牌" in app.warning[0].value
    sender = app.file_uploader(key="my-board-photo-0")
    app = sender.upload("b.jpg", b"no photo", "image/jpeg").run()
    assert "无法读取这张照片" in app.error[0].value
    sender = app.file_uploader(key="my-board-photo-0")
    app = sender.upload("c.png", sent(qr_text(first)), "image/png").run()
    app.button(key="my-board-hang-photo").click().run()
    assert not app.exception
    row = board_list(plan, path).loc[first.number]
    assert row[["state", "how"]].tolist() == ["current", "photo"]
    assert photo_of(path, row["photo"])
    assert app.file_uploader(key="my-board-photo-1").value is None  # ready for the next one


def test_a_scanned_code_leads_to_the_board_ready_to_be_confirmed(plan, path, boards):
    first, far = boards
    app = page(path.parent, token_for(path), **{BOARD: first.number.replace("-", "")})
    app.button(key="my-board-hang-scan").click().run()
    assert not app.exception
    assert board_list(plan, path).loc[first.number, ["state", "how"]].tolist() == [
        "current", "scan"]  # fmt: skip
    assert BOARD not in app.query_params
    for other in (far.number, number_of(["nowhere"])):
        app = page(path.parent, token_for(path), **{BOARD: other})
        assert "不是您负责的公示牌" in app.warning[0].value
        assert "my-board-hang-scan" not in [one.key for one in app.button]
    app = page(path.parent, token_for(path), **{BOARD: HOSTILE})
    assert "onerror" not in "".join(one.value for one in app.warning)


def test_an_outdated_board_is_not_to_be_hung(plan, path, boards):
    save_plan(plan.with_tables(grids=plan.grids.assign(version="9")), path, overwrite=True)
    app = page(path.parent, token_for(path), **{BOARD: boards[0].number})
    assert "请勿悬挂" in app.error[0].value
    assert "my-board-hang-scan" not in [one.key for one in app.button]
    with pytest.raises(PlanError, match="outdated"):
        hang_own(load_plan(path), path, PERSON, boards[0].number, when=NOON, how="scan")


def test_a_leader_sees_the_boards_below_and_nobody_those_of_others(plan, path, boards):
    rows = plan.assignments
    leader = rows[(rows["grid_code"] == drawn_plan.WEST_1) & (rows["status"] == "filled")]
    first, far = (one.number for one in boards)
    assert list(boards_of_person(plan, path, leader["person_id"].iloc[0]).index) == [first]
    member = plan.with_tables(assignments=rows.assign(role="member"))
    assert boards_of_person(member, path, leader["person_id"].iloc[0]).empty
    assert list(boards_of_person(plan, path, PERSON).index) == [first]
    note_hung(path, [first], who="李", when=NOON, how="list")
    gone = plan.with_tables(grids=plan.grids.drop(index=[CODE]))
    assert boards_of_person(gone, path, PERSON).empty
    assert boards_of_person(plan, path, "nobody").empty
    with pytest.raises(PlanError, match="no board of"):
        hang_own(plan, path, PERSON, far, when=NOON, how="typed")


def test_a_photo_is_kept_and_a_double_click_notes_once(plan, path, boards, monkeypatch):
    first = boards[0].number
    photo = read_photo(sent(qr_text(boards[0])))
    assert photo.numbers == (first,)
    spot = Spot(113.9, 34.7)
    hang_own(plan, path, PERSON, first, when=NOON, how="photo", photo=photo, spot=spot)
    for _ in range(3):
        hang_own(plan, path, PERSON, first, when=NOON, how="typed")
    row = board_list(plan, path).loc[first]
    assert (row["how"], row["lon"]) == ("photo", 113.9)
    with Image.open(io.BytesIO(photo_of(path, row["photo"]))) as kept:
        assert kept.format == "JPEG"
    monkeypatch.setattr(own, "MOST_A_DAY", 1)
    with pytest.raises(UsageError, match="today already"):
        hang_own(plan, path, PERSON, first, when=NOON, how="photo", photo=photo)


def test_a_link_may_write_record_and_photos_of_its_own_plan_alone(plan, path, boards, tmp_path):
    photo, first = read_photo(sent(qr_text(boards[0]))), boards[0].number
    other = tmp_path / "other.gridmap.gpkg"
    note_printed(other, boards, who="李", when=NOON)
    behalf = Behalf(path.parent, "cadre", token=token_for(path), plan_path=path)
    with acting(behalf):
        hang_own(plan, path, PERSON, first, when=NOON, how="photo", photo=photo)
        with pytest.raises(PlanError, match="look at this plan"):
            note_hung(other, [first], who=PERSON, when=NOON, how="typed")
    assert board_list(plan, path).at[first, "state"] == "current"


def test_a_record_that_cannot_be_read_leaves_the_page(path, boards):
    record = path.with_name(path.name.replace(".gpkg", ".boards"))
    record.unlink()
    record.mkdir()
    app = page(path.parent, token_for(path))
    assert not app.exception
    assert any("目前无法读取公示牌记录" in one.value for one in app.error)
