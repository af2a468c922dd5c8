"""Boards followed from the printer to the wall: waiting, hung, outdated and why, replaced, gone."""

import json
import threading
from datetime import date, datetime

import pytest
from redraw_objects import boards_of, plan_with_objects
from redraw_plan import E1, W1, W2

from gridmap.access.sidecar import beside
from gridmap.boards.listing import board_list, replace_list, with_boards
from gridmap.boards.numbers import as_number
from gridmap.boards.printing import boards_to_print
from gridmap.boards.record import (
    Spot,
    faulty_boards,
    note_down,
    note_hung,
    note_printed,
    tracked_boards,
)
from gridmap.coverage.three_rates import three_rates
from gridmap.publish.contacts import OFFICE
from layers.contract.errors import UsageError

FIRMS = ({"id": "in", "place": (0.5, 0.5)}, {"id": "bad", "place": (2.5, 0.5), "class": "estate"})
FIRM = "firms:in"
NOON = datetime(2026, 3, 1, 12)


@pytest.fixture
def plan():
    return plan_with_objects(*FIRMS)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "town.gridmap.gpkg"


def print_boards(plan, path, targets, **more):
    boards = boards_to_print(plan, path, targets, **more)
    note_printed(path, boards, who="李", when=NOON)
    return [board.number for board in boards]


def hang(path, *numbers, hour=13, **more):
    more = {"how": "typed"} | more
    note_hung(path, numbers, who="P1", when=NOON.replace(hour=hour), **more)


def states(plan, path, **more):
    return board_list(plan, path, **more)["state"].to_dict()


def renamed(plan, code, name):
    grids = plan.grids.copy()
    grids.loc[code, "label"] = name
    return plan.with_tables(grids=grids)


def publication(plan, path):
    return three_rates(with_boards(plan, path))[1]


def test_a_board_is_printed_hung_and_counts_at_once(plan, path):
    assert publication(plan, path).unknown is not None
    first, firm = print_boards(plan, path, [W1, FIRM])
    assert states(plan, path) == {first: "waiting", firm: "waiting"}
    assert (publication(plan, path).met, publication(plan, path).unknown) == (0, None)
    hang(path, first, firm, spot=Spot(113.9, 34.7, 12.0), photo="a.jpg")
    row = board_list(plan, path).loc[first]
    assert (row["state"], row["hung_on"], row["hung_by"]) == ("current", "2026-03-01", "P1")
    assert (row["lon"], row["accuracy_m"], row["photo"]) == (113.9, 12.0, "a.jpg")
    grid, thing = publication(plan, path).parts
    assert (grid.met, thing.met, thing.of) == (1, 1, 1)


def test_a_preview_notes_nothing_and_a_second_print_has_the_same_numbers(plan, path):
    seen = [one.number for one in boards_to_print(plan, path, [W1, W2], per_grid=3)]
    assert tracked_boards(path) == {}
    assert len({*seen}) == 6
    assert all(as_number(one) == one for one in seen)
    assert print_boards(plan, path, [W1, W2], per_grid=3) == seen
    assert print_boards(plan, path, [W1, W2], per_grid=3) == seen
    hang(path, seen[0])
    assert print_boards(plan, path, [W1], per_grid=3) == seen[1:3]  # what hangs is left out
    assert print_boards(plan, path, [W1], per_grid=3, again=True) == seen[:3]
    note_down(path, [seen[1]], who="李", when=NOON.replace(hour=14))
    *_, new = print_boards(plan, path, [W1], per_grid=3)
    assert new not in seen


def test_places_that_are_named_get_a_board_each(plan, path):
    doors = {W1: ["村委会", "菜市场"], W2: ["桥头"]}
    numbers = print_boards(plan, path, [W2, W1], places=doors)
    told = board_list(plan, path)
    assert told["place"].tolist() == ["桥头", "村委会", "菜市场"]
    village = plan.grids.loc[plan.grids["level"] == 2, "name"].iloc[0]
    assert told.at[numbers[1], "village"] == village
    more = {W1: ["菜市场", "学校"]}
    again = [one.number for one in boards_to_print(plan, path, [W1], places=more)]
    assert again[0] == numbers[2]
    assert again[1] not in numbers


def test_outdated_is_what_would_be_printed_otherwise_now_and_why_is_said(plan, path):
    first, other = print_boards(plan, path, [W1, W2])
    hang(path, first)
    newer = renamed(plan, W1, "甲格")
    assert states(newer, path) == {first: "old", other: "waiting"}
    assert board_list(newer, path).at[first, "why_zh"] == "名称已变更"
    assert publication(newer, path).met == 0
    grids = plan.grids.assign(version="2")
    anew = board_list(plan.with_tables(grids=grids), path)
    assert anew["state"].tolist() == ["old", "void"]  # never hung: not to be hung now
    assert anew.at[first, "why_zh"] == "版本为1，现行为2"
    misses = publication(plan.with_tables(grids=grids), path).misses.set_index("id")["why"]
    assert misses[[W1, W2]].tolist() == ["its board is outdated", "no board"]
    shapes = plan.grids.copy()
    shapes.loc[[W1], "geometry"] = shapes.geometry[[W1]].buffer(-5.0)
    assert board_list(plan.with_tables(grids=shapes), path).at[first, "why"] == "the border changed"
    told = plan.posts.assign(duties=plan.posts["duties"] + ";夜巡")
    assert "职责" in board_list(plan.with_tables(posts=told), path).at[first, "why_zh"]
    assert states(plan, path)[first] == "current"  # undone: it is right again


def test_people_count_where_the_town_shows_them_to_the_public(plan, path):
    public = plan.rules.publish.model_copy(update={"names_public": True})
    open_plan = plan.with_tables(rules=plan.rules.model_copy(update={"publish": public}))
    for one, expected in ((plan, "current"), (open_plan, "old")):
        (number,) = print_boards(one, path, [W1])
        hang(path, number)
        people = one.people.assign(name=one.people["name"] + "新")
        assert states(one.with_tables(people=people), path)[number] == expected
        # Whoever leads the grid above stands on it too, and nobody else's name does.
        rows = one.assignments
        above = rows.loc[rows["grid_code"] == plan.grids.at[W1, "parent_code"], "person_id"].iloc[0]
        far = rows.loc[rows["grid_code"] == E1, "person_id"].iloc[0]
        for person, then in ((above, expected), (far, "current")):
            people = one.people.copy()
            people.loc[person, "name"] = "王新"
            assert states(one.with_tables(people=people), path)[number] == then
        note_down(path, [number], who="李", when=NOON.replace(hour=14))


def test_telephones_count_where_they_were_printed(plan, path):
    rows = plan.assignments
    person = rows.loc[(rows["grid_code"] == W1) & (rows["status"] == "filled"), "person_id"].iloc[0]
    (bare,) = print_boards(plan, path, [W1])
    (shown,) = print_boards(plan, path, [W1], contacts={person: "13800000000"})
    assert bare != shown
    people = plan.people.copy()
    people.loc[person, "phone"] = "13911112222"
    told = board_list(plan.with_tables(people=people), path)
    assert told["state"].to_dict() == {bare: "waiting", shown: "void"}
    assert told.at[shown, "why_zh"] == "电话已变更"
    (office,) = boards_to_print(plan, path, [W1], contacts={OFFICE: "0371-62180000"})
    assert (office.hotline, office.phone_posts) == ("0371-62180000", (OFFICE,))
    assert office.number not in (bare, shown)
    record = beside(path, "boards").read_text(encoding="utf-8")
    assert "138" not in record
    assert person not in record.replace('"who": "P1"', "")


def test_the_new_board_takes_the_place_of_the_old_one_when_it_hangs(plan, path):
    (old,) = print_boards(plan, path, [W1], places={W1: ["村口"]})
    hang(path, old)
    newer = renamed(plan, W1, "甲格")
    (board,) = boards_to_print(newer, path, [W1])
    assert (board.replaces, board.place, board.name) == (old, "村口", "甲格")
    note_printed(path, [board], who="李", when=NOON)
    assert replace_list(newer, path)["next"].to_dict() == {old: board.number}
    assert states(newer, path) == {old: "old", board.number: "waiting"}
    hang(path, board.number, hour=15)
    assert states(newer, path) == {board.number: "current"}
    told = board_list(newer, path, history=True).loc[old]
    assert (told["state"], told["replaced_by"]) == ("replaced", board.number)
    assert replace_list(newer, path).empty


def test_boards_of_the_towns_list_are_among_them(plan, path):
    boards = boards_of({"grid": W1, "place": "村口"}, {"grid": W2, "version": "0"},
                       {"grid": E1, "hung_on": ""}, {"grid": "TVX09"})  # fmt: skip
    plan = plan.with_tables(boards=boards)
    current, old, waiting, gone = board_list(plan, path).index
    assert list(states(plan, path).values()) == ["current", "old", "waiting", "gone"]
    assert with_boards(plan, path) is plan  # no record yet
    board, new = boards_to_print(plan, path, [W1, W2, E1])
    assert (board.replaces, new.replaces) == (old, "")
    note_printed(path, [board, new], who="李", when=NOON)
    assert waiting not in states(plan, path)  # its own board is printed now
    assert states(plan, path)[new.number] == "waiting"
    hang(path, board.number, new.number)
    after = states(plan, path)
    assert after == {current: "current", gone: "gone", board.number: "current",
                     new.number: "current"}  # fmt: skip
    assert publication(plan, path).parts[0].met == 3
    # A board of the list can be noted as hung by its own number.
    other = path.with_name("other.gridmap.gpkg")
    hang(other, waiting, day=date(2026, 2, 1))
    assert board_list(plan, other).loc[waiting, ["state", "hung_on"]].tolist() == [
        "current", "2026-02-01"]  # fmt: skip


def test_a_grid_that_is_gone_has_its_board_on_the_list_of_what_comes_down(plan, path):
    first, other = print_boards(plan, path, [W1, E1])
    hang(path, first, other)
    less = plan.with_tables(grids=plan.grids.drop(index=[E1]))
    found = replace_list(less, path)
    assert found["state"].to_dict() == {other: "gone"}
    assert found.at[other, "why_zh"] == "方案中已无此网格或对象"


def test_the_list_of_what_to_replace_is_walked_village_by_village(plan, path):
    doors = {W1: ["乙", "甲"], E1: ["丙"], W2: ["丁"]}
    hang(path, *print_boards(plan, path, [E1, W2, W1], places=doors))
    newer = plan.with_tables(grids=plan.grids.assign(version="2"))
    found = replace_list(newer, path)
    keys = list(zip(found["village"], found["grid_code"], found["place"], strict=True))
    assert keys == sorted(keys)
    assert len(keys) == 4


def test_what_may_not_be_shown_gets_no_board(plan, path):
    for target in ("firms:bad", "nowhere"):
        with pytest.raises(UsageError, match="no grid of the plan"):
            boards_to_print(plan, path, [target])
    with pytest.raises(UsageError, match="1 to 100"):
        boards_to_print(plan, path, [W1], per_grid=0)


def test_days_ahead_and_places_that_are_none_are_refused(plan, path):
    (number,) = print_boards(plan, path, [W1])
    with pytest.raises(UsageError, match="lies ahead"):
        hang(path, number, day=date(2026, 3, 2))
    with pytest.raises(UsageError, match="none on earth"):
        hang(path, number, spot=Spot(200.0, 10.0))
    assert states(plan, path) == {number: "waiting"}
    hang(path, number, spot=Spot(113.0, 34.0, float("inf")))
    assert board_list(plan, path)["accuracy_m"].isna().all()


def test_a_spoilt_line_keeps_no_other_from_being_read(plan, path):
    first, other = print_boards(plan, path, [W1, W2])
    record = beside(path, "boards")
    broken = {"event": "hung", "board": first, "time": "never", "day": "2026-03-01", "who": "",
              "how": "typed"}  # fmt: skip
    with record.open("a", encoding="utf-8") as file:
        file.write(json.dumps(broken) + '\n{"event": "hung", "bo')
    hang(path, other)
    assert states(plan, path) == {first: "waiting", other: "current"}
    assert faulty_boards(path) == 2


def test_several_who_scan_at_once_lose_nothing(plan, path):
    numbers = print_boards(plan, path, [W1], per_grid=24)
    scans = [threading.Thread(target=hang, args=(path, one)) for one in numbers]
    for scan in scans:
        scan.start()
    for scan in scans:
        scan.join()
    assert set(states(plan, path).values()) == {"current"}
    assert len(tracked_boards(path)) == 24
