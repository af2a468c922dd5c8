"""The coverage map as text: what it holds, what it never holds, and that it asks for nothing."""

import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import drawn_plan
import folium
import pandas as pd
import pytest
import shapely

from gridmap.maps import coverage_map, map_html
from gridmap.maps import geometry as map_geometry
from gridmap.maps.legend import CATEGORY_LOOKS, LEFT, POST_LOOKS, load_looks, looks_of
from gridmap.maps.payload import payload
from gridmap.words import LANGUAGES, WORDS

HOSTILE = "</script><script>alert(1)</script>\"'{{ 7 * 7 }}{% raw %}<!--\u2028&lt;"
# Names of formats and remarks in Leaflet's own source; nothing is ever fetched from them.
KNOWN_ADDRESSES = {
    "http://www.w3.org/2000/svg",
    "https://leafletjs.com",
    "https://bugzilla.mozilla.org/show_bug.cgi",
    "https://bugs.chromium.org/p/chromium/issues/detail",
}
OFFICER_HOURS = 12.0
LEAST_STEP_OF_LIGHTNESS = 6.5


class Links(HTMLParser):
    """Collects the addresses that tags of a page point at."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in {"src", "href", "data"}]


def data_in(page: str) -> dict:
    start = page.index("gmMap.start(map_")
    text = page[page.index("{", start) : page.index(");\n}", start)]
    return json.loads(text)


def lightness(colour: str) -> float:
    """CIE L* of an #rrggbb colour, 0 black to 100 white."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = sum(part * c for part, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 116 * luminance ** (1 / 3) - 16


@pytest.fixture(scope="module")
def plan():
    return drawn_plan.draw_plan()


@pytest.fixture(scope="module")
def page(plan):
    return map_html(plan)


def test_coverage_map_is_a_folium_map_and_saves_the_same_offline_page(plan, page, tmp_path):
    made = coverage_map(plan)
    made.save(tmp_path / "map.html")
    assert isinstance(made, folium.Map)
    assert (tmp_path / "map.html").read_text(encoding="utf-8") == page


def test_map_points_at_nothing_outside(page):
    assert Links(page).found == []
    assert re.findall(r"url\((?!#|\"?data:)[^)$]*\)", page) == []
    assert set(re.findall(r"https?://[\w./]*\w", page)) <= KNOWN_ADDRESSES
    assert "default-src 'none'" in page


def test_map_is_one_small_file(page):
    assert len(page.encode()) < 300_000


def test_map_holds_every_grid_and_each_person_on_a_post(plan, page):
    data = data_in(page)
    assert [grid["code"] for grid in data["grids"]] == sorted(plan.grids.index)
    west = next(grid for grid in data["grids"] if grid["code"] == f"{drawn_plan.WEST_1}01")
    assert west["people"] == [
        {"name": "干部008", "role": "leader"},
        {"name": "干部009", "role": "member"},
    ]
    assert west["area_m2"] == 125_000
    assert west["duties"] == ["安全生产排查", "人居环境"]


def test_phones_of_people_are_not_in_the_map(plan, page):
    assert set(plan.people["phone"]) == {drawn_plan.PHONE}
    assert drawn_plan.PHONE not in page
    assert "phone" not in json.dumps(data_in(page))


def test_same_plan_gives_the_same_bytes_whatever_the_order_of_rows(plan, page):
    turned = plan.with_tables(
        grids=plan.grids.iloc[::-1],
        posts=plan.posts.iloc[::-1],
        assignments=plan.assignments.iloc[::-1],
        people=plan.people.iloc[::-1],
        patches=plan.patches.iloc[::-1],
    )
    assert map_html(plan) == page
    assert map_html(turned) == page


def test_hostile_names_stay_text(plan):
    grids = plan.grids.assign(name=HOSTILE, name_en=HOSTILE)
    people = plan.people.assign(name=HOSTILE)
    posts = plan.posts.assign(duties=HOSTILE)
    page = map_html(plan.with_tables(grids=grids, people=people, posts=posts))
    assert "<script>alert" not in page
    first = data_in(page)["grids"][0]
    assert first["zh"] == first["en"] == first["people"][0]["name"] == HOSTILE
    assert page.count("</script>") == page.count("<script>")


def test_a_hostile_town_name_cannot_leave_the_title(plan):
    rules = plan.rules.model_copy(
        update={"town": plan.rules.town.model_copy(update={"name": "</title><script>x</script>"})}
    )
    page = map_html(plan.with_tables(rules=rules))
    assert "<title>&lt;/title&gt;" in page
    assert "<script>x" not in page


def test_credit_and_management_lines_are_said_in_both_languages(page):
    data = data_in(page)
    assert data["town"]["credit"] == {"zh": drawn_plan.CREDIT_ZH, "en": drawn_plan.CREDIT}
    assert data["words"]["zh"]["map.not_legal"] == "网格线为管理界线，非法定界线"
    assert "not legal borders" in data["words"]["en"]["map.not_legal"]


def test_post_view_tells_full_from_missing_member_leader_and_nobody(plan):
    looks = {grid["code"]: grid.get("looks") for grid in payload(plan)["grids"]}
    assert looks[f"{drawn_plan.WEST_1}01"]["posts"] == "full"
    assert looks[f"{drawn_plan.EAST_1}01"]["posts"] == "leader"
    assert looks[f"{drawn_plan.EAST_1}02"]["posts"] == "member"
    assert looks[f"{drawn_plan.EAST_2}01"]["posts"] == "none"


def test_next_up_of_a_vacant_grid_skips_a_vacant_parent(plan):
    grids = {grid["code"]: grid for grid in payload(plan)["grids"]}
    # East 2 has no leader either, so East Village answers; East 1 has its own leader.
    assert grids[f"{drawn_plan.EAST_2}01"]["next_up"]["code"] == f"{drawn_plan.TOWN}201"
    assert grids[f"{drawn_plan.EAST_1}01"]["next_up"]["code"] == drawn_plan.EAST_1
    assert grids[f"{drawn_plan.EAST_1}02"]["next_up"]["code"] == drawn_plan.EAST_1
    assert grids[f"{drawn_plan.EAST_1}02"]["reason"] == {"zh": "虚构。", "en": "Drawn."}
    assert "next_up" not in grids[f"{drawn_plan.EAST_1}03"]


def test_nobody_is_next_up_when_all_posts_are_vacant(plan):
    vacant = plan.assignments.assign(status="vacant", person_id="")
    grids = payload(plan.with_tables(assignments=vacant))["grids"]
    assert all(grid["next_up"] is None for grid in grids)


def test_load_classes_are_shares_of_what_an_officer_gives(plan):
    west = [
        grid
        for grid in payload(plan)["grids"]
        if grid["kind"] == "micro" and grid["code"].startswith(f"{drawn_plan.TOWN}200")
    ]
    looks = {grid["code"][-4:]: grid["looks"]["load"] for grid in west}
    # Two officers of 12 hours each: 2 h is 8 %, 8 h 33 %, 12 h 50 %, 17 h 71 %, 22 h 92 %,
    # 24 h just full, 26 h too much, 4 h 17 %.
    assert looks == {
        "0101": "load0", "0102": "load1", "0103": "load2", "0104": "load3",
        "0201": "load4", "0202": "load4", "0203": "load5", "0204": "load0",
    }  # fmt: skip
    names = [(look.zh, look.en) for look in load_looks(OFFICER_HOURS)]
    assert names[0] == ("≤ 2.4", "≤ 2.4")
    assert names[-1] == ("> 12（超载）", "> 12 (too much)")


def test_legend_counts_grids_and_ground_left_with_the_parent(plan):
    patches = plan.patches.copy()
    patches.loc[f"{drawn_plan.WEST_2}04", "grid_code"] = ""
    grids = plan.grids.drop(f"{drawn_plan.WEST_2}04")
    data = payload(plan.with_tables(patches=patches, grids=grids))
    classes = {look["key"]: look for look in data["views"][0]["classes"]}
    assert classes["farmland"]["count"] == 9
    assert classes["left"]["area_m2"] == 125_000
    assert [part["code"] for part in data["left"]] == [drawn_plan.WEST_2]


def test_ground_of_a_micro_grid_is_listed_by_share_the_largest_first(plan):
    # Two strips of farmland join the village: one third housing, two thirds farmland.
    grid = f"{drawn_plan.WEST_2}04"
    patches = plan.patches.copy()
    patches.loc[[f"{drawn_plan.WEST_2}03", f"{drawn_plan.EAST_1}01"], "grid_code"] = grid
    patches.loc[grid, ["category", "subclass"]] = ["residual", "village_res"]
    sliver = patches.loc[[grid]].rename({grid: "sliver"}).assign(subclass="", category="water")
    patches = pd.concat([patches, sliver.assign(area_m2=10.0)])  # far below one percent
    grids = {g["code"]: g for g in payload(plan.with_tables(patches=patches))["grids"]}
    assert grids[grid]["ground"] == [
        {"kind": "farmland", "share": 0.667},
        {"kind": "village_res", "share": 0.333},
    ]


def test_residual_micro_grids_share_one_look_and_keep_their_own_name(plan):
    grid = next(g for g in payload(plan)["grids"] if g["code"] == f"{drawn_plan.WEST_2}04")
    assert grid["looks"]["category"] == "residual"
    assert grid["category"] == "village_res"


def test_looks_of_no_micro_grids_is_an_empty_frame(plan):
    posts = plan.posts.assign(filled=True)
    looks = looks_of(plan.micro_grids.iloc[:0], posts.iloc[:0], officer_hours=OFFICER_HOURS)
    assert looks.empty
    assert list(looks.columns) == ["category", "load", "posts"]


@pytest.mark.parametrize("looks", [(*CATEGORY_LOOKS, LEFT), POST_LOOKS, load_looks(12)])
def test_classes_differ_in_lightness_and_hatch_for_grey_prints(looks):
    steps = sorted(lightness(look.colour) for look in looks if look is not LEFT)
    assert min(b - a for a, b in pairwise(steps)) >= LEAST_STEP_OF_LIGHTNESS
    assert len({look.hatch for look in looks}) == len(looks)


def test_every_hatch_of_the_legend_is_drawn_by_the_page(page):
    for look in (*CATEGORY_LOOKS, LEFT, *POST_LOOKS, *load_looks(12)):
        assert re.search(rf"^    {look.hatch}: \[", page, re.MULTILINE), look.hatch


def test_a_neighbour_border_is_written_once():
    left, right = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    lines = map_geometry.borders(pd.Series([left, right]))
    # The shared border and the two halves of the outline around it.
    assert len(lines) == 3
    assert sum(abs(step) for line in lines for step in line[2:]) == 7 * 10**7


def test_rings_are_seven_decimals_step_by_step_with_holes():
    holed = shapely.box(113, 34, 113.0000004, 34.0000004).difference(
        shapely.box(113.0000001, 34.0000001, 113.0000002, 34.0000002)
    )
    ((outer, hole),) = map_geometry.rings(shapely.normalize(holed))
    assert outer[:2] == [1_130_000_000, 340_000_000]
    assert {abs(step) for step in outer[2:]} == {0, 4}
    assert {abs(step) for step in hole[2:]} == {0, 1}


def test_every_word_is_there_in_both_languages_and_screens_are_not_mixed():
    for key, (zh, en) in WORDS.items():
        if key == "map.other_language":
            continue
        assert not re.search(r"[\u4e00-\u9fff，。：（）、]", en), key
        assert not re.search(
            r"[A-Za-z]{4,}", re.sub(r"\{\w+\}|gridmap|gpkg|HTTPS|python -m \w+.*", "", zh)
        ), key
        assert set(re.findall(r"\{\w+\}", zh)) == set(re.findall(r"\{\w+\}", en)), key


def test_every_word_the_page_asks_for_is_in_the_table(page):
    # Keys of words look like "card.area"; only the scripts and the skeleton ask for them.
    keys = r'"((?:map|search|view|card|role|mark)\.[a-z_.]+)"'
    asked = set(re.findall(keys, page[: page.index("gmMap.start(map_")]))
    assert {"card.area", "map.print", "search.label"} <= asked
    for language in LANGUAGES:
        assert asked <= set(data_in(page)["words"][language])
