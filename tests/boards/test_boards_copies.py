"""Boards go along with copies of a plan, and are taken over; people are forgotten in them too."""

from datetime import datetime

import pytest
from redraw_objects import plan_with_objects
from redraw_plan import W1, W2

from gridmap.access.sidecar import beside
from gridmap.boards.copies import take_over_boards
from gridmap.boards.forgetting import forget_in_boards
from gridmap.boards.listing import board_list
from gridmap.boards.printing import boards_to_print
from gridmap.boards.record import note_down, note_hung, note_printed
from gridmap.receipts.photos import keep_photo, photo_of
from gridmap.store import save_plan
from gridmap.versions import branch_plan, duplicate_plan

NOON = datetime(2026, 3, 1, 12)
WHO = {"who": "王五", "when": "2026-11-20T10:00:00+08:00"}


@pytest.fixture(scope="module")
def plan():
    return plan_with_objects({"id": "in", "place": (0.5, 0.5)})


@pytest.fixture
def path(plan, tmp_path):
    """A plan with a board of W1 that hangs, with a photo, and one of W2 that waits."""
    place = tmp_path / "town.gridmap.gpkg"
    save_plan(plan, place)
    boards = boards_to_print(plan, place, [W1, W2])
    note_printed(place, boards, who="李", when=NOON)
    hang(place, boards[0].number, photo=keep_photo(place, b"first"))
    return place


def hang(path, number, hour=13, who="P1", photo=""):
    when = NOON.replace(hour=hour)
    note_hung(path, [number], who=who, when=when, how="photo", photo=photo)


@pytest.mark.parametrize("make", [branch_plan, duplicate_plan])
def test_a_plan_made_from_another_knows_its_boards_with_the_photos(plan, path, make):
    made = make(path, folder=path.parent, **WHO)
    assert board_list(plan, made).equals(board_list(plan, path))
    photo = board_list(plan, made)["photo"].iloc[0]
    assert photo_of(made, photo) == b"first"


def test_two_plans_that_went_their_ways_know_all_when_one_takes_over_the_other(plan, path):
    made = branch_plan(path, folder=path.parent, **WHO)
    first, other = board_list(plan, path).index
    note_down(path, [first], who="李", when=NOON.replace(hour=15))
    for number in (first, other):  # before the first came down, though it is told after that
        hang(made, number, hour=14)
    assert take_over_boards(made, path) == 2
    assert take_over_boards(made, path) == 0
    assert take_over_boards(path, made) == 1
    for place in (path, made):
        found = board_list(plan, place, history=True)["state"].to_dict()
        assert found == {first: "down", other: "current"}


def test_who_is_forgotten_leaves_neither_name_nor_photo(plan, path):
    first, other = board_list(plan, path).index
    kept = keep_photo(path, b"other")
    hang(path, other, who="P2", photo=kept)
    gone = board_list(plan, path)["photo"].iloc[0]
    assert forget_in_boards(plan, path, {}) == 0
    assert forget_in_boards(plan, path, {"P1": "left-00001"}, dry_run=True) == 1
    assert photo_of(path, gone) is not None
    assert forget_in_boards(plan, path, {"P1": "left-00001"}) == 1
    found = board_list(plan, path)
    assert found["hung_by"].to_dict() == {first: "left-00001", other: "P2"}
    assert found["photo"].to_dict() == {first: "", other: kept}
    assert found["state"].tolist() == ["current", "current"]
    assert photo_of(path, gone) is None
    assert photo_of(path, kept) == b"other"
    assert '"P1"' not in beside(path, "boards").read_text(encoding="utf-8")
    # A board that is outdated shows who was in charge before.
    newer = plan.with_tables(grids=plan.grids.assign(version="2"))
    assert forget_in_boards(newer, path, {"P9": "left-00002"}) == 1
    assert photo_of(path, kept) is None
