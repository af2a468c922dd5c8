"""The coverage map as text: what it holds, what it never holds, and that it asks for nothing."""

import gzip
import json
import re
import struct
from html.parser import HTMLParser

import drawn_plan
import folium
import pandas as pd
import pytest

from gridmap.coverage.duty import Duties
from gridmap.maps import coverage_map, map_html
from gridmap.maps.coverage import map_data, map_page
from gridmap.maps.legend import (
    ANSWER_LOOKS,
    CATEGORY_LOOKS,
    CHANGE_LOOKS,
    LEFT,
    POST_LOOKS,
    load_looks,
)
from gridmap.maps.page import pair_page
from gridmap.maps.payload import Payload, payload
from gridmap.maps.views import answers_view
from gridmap.words import LANGUAGES

HOSTILE = "</script><script>alert(1)</script>\"'{{ 7 * 7 }}{% raw %}<!--\u2028&lt;"
# Names of formats and remarks in Leaflet's own source; nothing is ever fetched from them.
KNOWN_ADDRESSES = {
    "http://www.w3.org/2000/svg",
    "https://leafletjs.com",
    "https://bugzilla.mozilla.org/show_bug.cgi",
    "https://bugs.chromium.org/p/chromium/issues/detail",
}
OFFICER_HOURS = 12.0


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


def grids_of(made: Payload) -> dict[str, dict]:
    """Turn the columns of a map into one record a grid, by code."""
    columns, given = made.values["grids"], made.values["given"]
    found = {}
    for place, code in enumerate(columns["code"]):
        start = columns["people"]["ends"][place - 1] if place else 0
        rows = range(start, columns["people"]["ends"][place])
        up, why = columns["next_up"][place], columns["reason"]["of"][place]
        roles = columns["people"]["roles"]
        record = {
            "zh": columns["zh"][place],
            "people": [
                (roles[columns["people"]["role"][row]]["key"], columns["people"]["name"][row])
                for row in rows
            ],
            "next_up": None if up < 0 else columns["code"][up],
            "next_up_name": columns["next_up_name"][place],
            "asked": up > -2,
            "reason": (columns["reason"]["zh"][why], columns["reason"]["en"][why]),
            "area_m2": columns["area_m2"][place],
            "looks": {},
        }
        if place >= given:
            micro = place - given
            ends = columns["ground"]["ends"]
            rows = range(ends[micro - 1] if micro else 0, ends[micro])
            record |= {
                "category": columns["category"][micro],
                "duties": columns["duties"]["lists"][columns["duties"]["of"][micro]],
                "ground": [
                    (columns["ground"]["kind"][row], columns["ground"]["share"][row])
                    for row in rows
                ],
                "looks": {
                    view["key"]: view["classes"][view["of"][micro]]["key"]
                    for view in made.values["views"]
                },
            }
        found[code] = record
    return found


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
    codes = data_in(page)["grids"]["code"]
    # Given grids from the town down, then the micro-grids, each in order of code.
    assert codes[:4] == [drawn_plan.TOWN, drawn_plan.WEST_1[:-3], drawn_plan.EAST_1[:-3],
                         drawn_plan.WEST_1]  # fmt: skip
    assert codes[7:] == drawn_plan.micro_codes()
    west = grids_of(payload(plan))[f"{drawn_plan.WEST_1}01"]
    assert west["people"] == [("leader", "干部008"), ("member", "干部009")]
    assert west["area_m2"] == 125_000
    assert west["duties"] == ["安全生产排查", "人居环境"]


def test_phones_of_people_are_not_in_the_map(plan, page):
    assert set(plan.people["phone"]) == {drawn_plan.PHONE}
    assert drawn_plan.PHONE not in page
    assert "phone" not in json.dumps(data_in(page))


def test_same_plan_gives_the_same_bytes_whatever_the_order_of_rows(plan, page):
    handle = plan.with_tables(
        grids=plan.grids.iloc[::-1],
        posts=plan.posts.iloc[::-1],
        assignments=plan.assignments.iloc[::-1],
        people=plan.people.iloc[::-1],
        patches=plan.patches.iloc[::-1],
    )
    assert map_html(plan) == page
    assert map_html(handle) == page


def test_hostile_names_stay_text(plan):
    grids = plan.grids.assign(name=HOSTILE, name_en=HOSTILE)
    people = plan.people.assign(name=HOSTILE)
    posts = plan.posts.assign(duties=HOSTILE)
    page = map_html(plan.with_tables(grids=grids, people=people, posts=posts))
    assert "<script>alert" not in page
    first = data_in(page)["grids"]
    assert first["zh"][0] == first["en"][0] == first["people"]["name"][0] == HOSTILE
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
    looks = {code: grid["looks"] for code, grid in grids_of(payload(plan)).items()}
    assert looks[f"{drawn_plan.WEST_1}01"]["posts"] == "full"
    assert looks[f"{drawn_plan.EAST_1}01"]["posts"] == "leader"
    assert looks[f"{drawn_plan.EAST_1}02"]["posts"] == "member"
    assert looks[f"{drawn_plan.EAST_2}01"]["posts"] == "none"


def test_next_up_of_a_vacant_grid_skips_a_vacant_parent(plan):
    grids = grids_of(payload(plan))
    # East 2 has no leader either, so East Village answers; East 1 has its own leader.
    nobody = grids[f"{drawn_plan.EAST_2}01"]
    assert (nobody["next_up"], nobody["next_up_name"]) == (f"{drawn_plan.TOWN}201", "干部003")
    assert grids[f"{drawn_plan.EAST_1}01"]["next_up"] == drawn_plan.EAST_1
    assert grids[f"{drawn_plan.EAST_1}02"]["next_up"] == drawn_plan.EAST_1
    assert grids[f"{drawn_plan.EAST_1}02"]["reason"] == ("虚构。", "Drawn.")
    assert not grids[f"{drawn_plan.EAST_1}03"]["asked"]


def test_nobody_is_next_up_when_all_posts_are_vacant(plan):
    vacant = plan.assignments.assign(status="vacant", person_id="")
    grids = grids_of(payload(plan.with_tables(assignments=vacant)))
    assert all(grid["asked"] and grid["next_up"] is None for grid in grids.values())


def test_next_up_of_all_grids_at_once_is_what_duties_say_of_each(plan):
    duties = Duties(plan)
    for code, grid in grids_of(payload(plan)).items():
        expected = duties.of_grid(code)["next_up"]
        assert grid["asked"] == (expected is not None)
        assert (grid["next_up"] or "") == (expected or {"code": ""})["code"]


def test_load_classes_are_shares_of_what_an_officer_gives(plan):
    looks = {
        code[-4:]: grid["looks"]["load"]
        for code, grid in grids_of(payload(plan)).items()
        if grid["looks"] and code.startswith(f"{drawn_plan.TOWN}200")
    }
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
    data = payload(plan.with_tables(patches=patches, grids=grids)).values
    classes = {look["key"]: look for look in data["views"][0]["classes"]}
    assert classes["farmland"]["count"] == 9
    assert classes["left"]["area_m2"] == 125_000
    assert [data["grids"]["code"][place] for place in data["left"]] == [drawn_plan.WEST_2]


def test_ground_of_a_micro_grid_is_listed_by_share_the_largest_first(plan):
    # Two strips of farmland join the village: one third housing, two thirds farmland.
    grid = f"{drawn_plan.WEST_2}04"
    patches = plan.patches.copy()
    patches.loc[[f"{drawn_plan.WEST_2}03", f"{drawn_plan.EAST_1}01"], "grid_code"] = grid
    patches.loc[grid, ["category", "subclass"]] = ["residual", "village_res"]
    sliver = patches.loc[[grid]].rename({grid: "sliver"}).assign(subclass="", category="water")
    patches = pd.concat([patches, sliver.assign(area_m2=10.0)])  # far below one percent
    grids = grids_of(payload(plan.with_tables(patches=patches)))
    assert grids[grid]["ground"] == [("farmland", 0.667), ("village_res", 0.333)]


def test_residual_micro_grids_are_shown_by_their_sub_class(plan):
    made = payload(plan)
    grid = grids_of(made)[f"{drawn_plan.WEST_2}04"]
    assert grid["looks"]["category"] == grid["category"] == "village_res"
    counts = {look["key"]: look["count"] for look in made.values["views"][0]["classes"]}
    assert (counts["village_res"], counts["residual"]) == (1, 0)


def test_every_hatch_of_the_legend_is_drawn_by_the_page(page):
    for look in (*CATEGORY_LOOKS, LEFT, *POST_LOOKS, *load_looks(12), *ANSWER_LOOKS, *CHANGE_LOOKS):
        assert re.search(rf"^{look.hatch}: \[", page, re.MULTILINE), look.hatch


def test_data_of_a_city_is_fetched_by_its_page_from_its_own_server_alone(plan):
    made = payload(plan, framed=True)
    data = gzip.decompress(map_data(made))
    (length,) = struct.unpack("<I", data[:4])
    assert json.loads(data[4 : 4 + length]) == made.values
    assert data[4 + length :] == made.shapes
    page = map_page("/media/x.gz", title=HOSTILE, language="zh")
    assert "connect-src 'self'" in page
    assert "<script>alert" not in page
    assert '"fetch":"/media/x.gz"' in page
    # Asked for under the policy, and before the first of the page's own scripts is read.
    rest = page[page.index("Content-Security-Policy") :]
    first = rest[rest.index("<script>") :][: rest.index("</script>")]
    assert "/media/x.gz" in first.split("</script>")[0]
    assert "connect-src" not in map_html(plan)


def test_answers_are_a_view_that_is_asked_for(plan):
    disputed, done = f"{drawn_plan.WEST_1}01", f"{drawn_plan.WEST_1}02"
    responses = pd.DataFrame(
        {
            "grid_code": [disputed, disputed, done, f"{drawn_plan.WEST_1}03"],
            "state": ["confirmed", "disputed", "confirmed", "unconfirmed"],
        }
    )
    disputes = pd.DataFrame(
        {
            "grid_code": [disputed, disputed],
            "person_id": ["P008", "P008"],
            "time": ["2026-01-02T03:04:05"] * 2,
            "lon": [113.9, 113.9],
            "lat": [34.6, 34.6],
            "sentence": [HOSTILE, "已经处理"],
            "settled": ["", "2026-01-03"],
        }
    )
    view = answers_view(plan, responses, disputes)
    looks = {code: grid["looks"] for code, grid in grids_of(payload(plan, more=[view])).items()}
    assert looks[disputed]["answers"] == "disputed"
    assert looks[done]["answers"] == "confirmed"
    assert looks[f"{drawn_plan.WEST_1}03"]["answers"] == "unconfirmed"
    assert looks[f"{drawn_plan.WEST_1}04"]["answers"] == "nobody"
    assert view.notes == {
        disputed: ((f"干部008 2026-01-02：{HOSTILE}", f"干部008 2026-01-02: {HOSTILE}"),)
    }
    assert [pin.text for pin in view.pins] == [HOSTILE]
    assert "<script>alert" not in map_html(plan, more=[view])
    assert "answers" not in data_in(map_html(plan))["views"]


def test_every_word_the_page_asks_for_is_in_the_table(page):
    # Keys of words look like "card.area"; only the scripts and the skeleton ask for them.
    keys = r'"((?:map|search|view|card|role|mark)\.[a-z_.]+)"'
    asked = set(re.findall(keys, page[: page.index("gmMap.start(map_")]))
    assert {"card.area", "map.print", "search.label"} <= asked
    for language in LANGUAGES:
        assert asked <= set(data_in(page)["words"][language])


@pytest.mark.parametrize(
    "basemap", [None, {"url": "/basemap/x/{z}/{x}/{y}", "notes": ["</script>"]}]
)
def test_a_page_may_ask_its_own_server_for_pictures_only_with_a_base_map(basemap):
    one = map_page("/media/a.gz", title="镇", language="zh", basemap=basemap)
    pair = pair_page(("/a.gz", "/b.gz"), names=("a", "b"), language="zh", basemap=basemap)
    for page in (one, pair):
        assert ("img-src data: 'self'" in page) == (basemap is not None)
        assert ("/basemap/x/{z}/{x}/{y}" in page) == (basemap is not None)
    assert "img-src data: 'self'" not in map_html(drawn_plan.draw_plan())
