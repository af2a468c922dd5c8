"""The scenes of a wall screen without a browser: figures counted by hand, and secrets."""

import json
from dataclasses import replace

import drawn_plan
import pytest
import shapely

from gridmap.publish import release
from gridmap.remarks.board import Remark
from gridmap.ui.wall import wall_map, wall_scenes
from gridmap.ui.wall.wall_map import villages_of
from gridmap.ui.wall.wall_scenes import wall_values
from gridmap.ui.wall.wall_settings import WallSettings

W1, W2 = f"{drawn_plan.WEST_1}01", f"{drawn_plan.WEST_1}02"
E1 = f"{drawn_plan.EAST_1}01"


@pytest.fixture(scope="module")
def plan():
    return drawn_plan.draw_plan()


@pytest.fixture(scope="module")
def house(plan):
    return wall_values(release(plan))


def scene(values, kind):
    return next(one for one in values["scenes"] if one["kind"] == kind)


def told(rows, *keys):
    return [tuple(row[key] for key in keys) for row in rows]


def remark(plan, kind, grid="", *, is_open=True):
    place = plan.grids.geometry[grid or W1].representative_point()
    return Remark(
        f"{kind}:1",
        place.x,
        place.y,
        "界线不对",
        "干部009",
        "2026-11-01T12:00:00",
        is_open,
        grid=grid,
    )


def test_the_town_is_shown_in_large_numbers_with_its_load_against_the_capacity(house):
    numbers = scene(house, "numbers")
    # 16 strips of 12.5 ha; 21 of the posts have somebody and five of them are vacant.
    assert told(numbers["numbers"], "label", "value", "unit")[:2] == [
        ("计算面积", "2.00", "平方公里"),
        ("微网格数", "16", "个"),
    ]
    # 195 h of load on 16 grids of two officers with 12 h each.
    assert numbers["load"]["share"] == pytest.approx(195 / 384, abs=1e-4)
    assert numbers["load"]["note"] == "工作量 195.0 小时/周，承载力 384.0 小时/周"


def test_shares_are_bars_and_what_is_not_known_is_neither_full_nor_empty(house):
    bars = {one["label"]: one for one in scene(house, "bars")["bars"]}
    # Nobody is on one strip of sixteen.
    assert bars["土地覆盖率"] == {"label": "土地覆盖率", "text": "93.8%", "share": 0.9375}
    assert (bars["信息公示率"]["text"], bars["信息公示率"]["share"]) == ("未知", None)


def test_the_map_has_every_micro_grid_in_its_class_and_its_village(house):
    drawn = house["map"]
    assert drawn["looks"][0]["name"] == "耕地"
    assert sum(look["count"] for look in drawn["looks"]) == len(drawn["grids"]) == 16
    assert [of for _, _, of in drawn["grids"]] == [0] * 8 + [1] * 8
    assert [text for *_, text in drawn["names"]] == ["西村", "东村"]
    assert {line["level"] for line in drawn["lines"]} == {1, 2, 3}


def test_every_village_is_a_scene_with_its_numbers_and_the_people_in_charge(house):
    east = [one for one in house["scenes"] if one["kind"] == "village"][1]
    assert told(east["numbers"], "label", "value")[:2] == [("土地面积", "1.00"), ("微网格数", "8")]
    rows = told(east["rows"], "place", "post", "vacant")
    assert rows[0] == ("", "网格长", False)
    assert rows[1:] == [("第一网格", "网格长", False), ("第二网格", "网格长", True)]
    assert east["rows"][2]["who"] == "空缺"
    assert set(house["map"]["boxes"]) == {one["code"] for one in house["scenes"][-2:]}


def test_vacant_posts_are_named_by_grid_leaders_first(house):
    vacant = scene(house, "vacant")
    assert (vacant["count"], vacant["left"]) == (5, 0)
    assert told(vacant["rows"], "place", "post", "count") == [
        ("微网格0101", "网格长", 1),
        ("东村第二网格", "网格长", 1),
        ("微网格0201", "网格长", 1),
        ("微网格0102", "网格员", 1),
        ("微网格0201", "网格员", 1),
    ]


def test_without_vacancies_and_remarks_the_screen_says_so_and_leaves_the_rest_out(plan):
    posts = plan.assignments.assign(status="filled", person_id="P008")
    values = wall_values(release(plan.with_tables(assignments=posts, issues=plan.issues.iloc[:0])))
    assert scene(values, "vacant")["count"] == 0
    assert "open" not in {one["kind"] for one in values["scenes"]}


def test_open_disputes_and_comments_show_place_and_day_and_not_a_word_of_their_text(plan):
    waiting = [remark(plan, "dispute", W1), remark(plan, "comment"),
               remark(plan, "dispute", W2, is_open=False)]  # fmt: skip
    values = wall_values(release(plan), remarks=waiting)
    shown = scene(values, "open")
    assert told(shown["numbers"], "label", "value")[:2] == [("异议", "1"), ("批注", "1")]
    assert told(shown["rows"], "place", "post", "day") == [
        ("微网格0101", "异议", "2026-11-01"),
        ("微网格0101", "批注", "2026-11-01"),
    ]
    assert "界线不对" not in json.dumps(values, ensure_ascii=False)


def test_people_are_named_only_when_wanted_and_phones_never(plan, house):
    assert "干部" in json.dumps(house["scenes"][-1]["rows"], ensure_ascii=False)
    nameless = json.dumps(wall_values(release(plan), names=False), ensure_ascii=False)
    assert not any(name in nameless for name in plan.people["name"])
    assert "在岗" in nameless
    assert drawn_plan.PHONE not in json.dumps(house) + nameless


def test_the_public_sees_ground_and_villages_alone(plan):
    values = wall_values(release(plan, public=True), remarks=[remark(plan, "dispute", W1)])
    assert [one["kind"] for one in values["scenes"]] == ["numbers", "map", "village", "village"]
    text = json.dumps(values["scenes"], ensure_ascii=False)
    assert not any(word in text for word in ("空缺", "承载力", "户数", "干部"))
    assert "问题楼盘" not in {look["name"] for look in values["map"]["looks"]}


def test_sensitive_ground_is_on_no_screen_of_the_house_either(plan):
    patches = plan.patches.copy()
    patches.loc[patches["grid_code"] == E1, "sensitive_by"] = "layer"
    shown = wall_values(release(plan.with_tables(patches=patches)))
    assert len(shown["map"]["grids"]) == 15
    # Its ground is in the strip beside; the leader that it lacks is counted and not named.
    vacant = scene(shown, "vacant")
    assert (vacant["count"], vacant["left"], len(vacant["rows"])) == (5, 1, 4)
    assert E1 not in json.dumps(shown)
    waiting = wall_values(
        release(plan.with_tables(patches=patches)), remarks=[remark(plan, "dispute", E1)]
    )
    assert scene(waiting, "open")["rows"] == []


def test_long_rounds_come_back_to_the_whole_town_between_villages(plan, house, monkeypatch):
    assert house["order"] == list(range(len(house["scenes"])))
    monkeypatch.setattr(wall_scenes, "RUN", 1)
    whole = list(range(len(house["scenes"]) - 2))
    last = len(house["scenes"]) - 1
    assert wall_values(release(plan))["order"] == [*whole, last - 1, *whole, last]


def test_a_town_with_one_grid_below_it_is_shown_by_the_grids_of_the_next_level(plan):
    one = plan.with_tables(
        grids=plan.grids[~plan.grids.index.str.startswith(f"{drawn_plan.TOWN}201")]
    )
    assert villages_of(one) == [drawn_plan.WEST_1, drawn_plan.WEST_2]


def test_english_screens_speak_english(plan):
    values = wall_values(release(plan), language="en")
    assert values["town"] == "Test Town"
    assert [one["title"] for one in values["scenes"]][:2] == [
        "The town in figures", "Coverage and the three 100 %",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "pace"),
    [("45", 45), ("1", 5), ("9999", 120), ("99999999", 20), ("²", 20), ("", 20), ("-5", 20)],
)
def test_the_address_of_a_screen_is_read_with_care(address, pace):
    assert WallSettings.read({"wall-pace": address}, named=True).pace_s == pace


def test_settings_come_back_from_the_address_as_they_were():
    chosen = WallSettings(public=True, names=False, light=True, pace_s=60)
    assert WallSettings.read(chosen.written(), named=True) == chosen
    assert WallSettings.read({}, named=False) == replace(WallSettings(), names=False)


def test_shapes_are_thinned_for_a_browser_until_they_are_few_enough(plan, monkeypatch):
    ragged = plan.grids.geometry[W1].buffer(3, quad_segs=400)
    monkeypatch.setattr(wall_map, "MOST_POINTS", 60)
    thin, tolerance = wall_map._thinned([ragged], 0.01)
    assert shapely.get_num_coordinates(thin).sum() <= 60
    assert tolerance > 0.01
