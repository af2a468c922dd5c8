"""What the parts of the page 划分 show of estimates: tables, sentences, maps, places sent."""

from dataclasses import replace

import pytest
from blank_town import blank_town
from eight_fields import FIELDS, RULES

from gridmap.rules import parse_rules
from gridmap.rules.changes import apply_changes
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.split.border_part import place_of
from gridmap.ui.split.figures_table import differences_html, figures_html, notes
from gridmap.ui.split.map_legend import legend_html
from gridmap.ui.split.trying import kinds_on
from gridmap.ui.split.what_if_map import draw_backdrop, fills_of, map_data
from gridmap.what_if import estimate, figures_of_plan, prepare
from gridmap.workflow.workflow import plan_town

ZH, EN = Translator("zh"), Translator("en")


@pytest.fixture(scope="module")
def ground():
    text = RULES.format(officers=2)
    town = blank_town([(400, 100), (400, 100)], text, ground=FIELDS, cadres=4)
    return prepare(plan_town(town))


def tried(ground, **changes):
    keys = {key.replace("__", "."): value for key, value in changes.items()}
    return estimate(ground, parse_rules(apply_changes(ground.plan.rules_text, keys)), seed=0)


def test_the_table_tells_each_change_and_which_way_is_better(ground):
    found = tried(ground, capacity__officer_hours=20.0).figures
    page = figures_html([("现", figures_of_plan(ground)), ("<b>", found)], ZH)
    assert "&lt;b&gt;" in page
    assert 'data-figure="grids"><th scope="row">微网格</th><td>5</td><td>3 ' in page
    assert '<td>4</td><td>1 <small class="trial-good">-3</small></td>' in page
    assert '<td>0</td><td>20 <small class="trial-warn">+20</small></td>' in page
    assert '<td>0</td><td>0 <small class="what-if-same">不变</small></td>' in page
    bare = replace(found, vacancies=None)
    assert "<td>4</td><td>–</td>" in figures_html(
        [("现", figures_of_plan(ground)), ("试", bare)], ZH
    )


def test_what_an_estimate_leaves_open_is_said(ground):
    found = tried(ground, capacity__officer_hours=5.0, split__target=99, tiling__sliver_width_m=9.0)
    told = notes(found, ZH)
    assert told[0].endswith("% 的土地会换微网格。")
    assert "试算得到 8 个" in told[1]
    assert "有 8 块地块超过一人的工时" in told[2]
    assert "需要重新读取数据才能判断" in told[3]
    assert len(notes(tried(ground), EN)) == 1


def test_differing_values_are_listed_in_the_words_of_the_rules(ground):
    old = ground.plan.rules
    new = parse_rules(apply_changes(ground.plan.rules_text, {"capacity.officer_hours": 12.0}))
    page = differences_html(old, new, ("现行", "<草稿>"), ZH)
    assert page.count("<tr>") == 2
    assert "每人每周工时" in page
    assert "12" in page
    assert "&lt;草稿&gt;" in page
    assert "相同" in differences_html(old, old, ("a", "b"), ZH)


def test_a_map_draws_each_grid_with_its_load_and_the_borders_that_move(ground):
    backdrop = draw_backdrop(ground)
    plan = map_data(ground, backdrop, ZH)
    assert len(plan["shapes"]) == 5
    assert (plan["fresh"], plan["gone"]) == ([], [])
    assert all(one["text"].endswith(" 小时") for one in plan["shapes"])
    found = tried(ground, capacity__officer_hours=20.0)
    drawn = map_data(ground, backdrop, ZH, found=found)
    assert len(drawn["shapes"]) == 3
    assert (len(drawn["fresh"]), len(drawn["gone"])) == (0, 2)  # one border in each village
    assert drawn["key"] != plan["key"]
    more = map_data(ground, backdrop, ZH, found=tried(ground, capacity__officers_max=1))
    # Each of seven fields for itself: four borders more.
    assert len(more["fresh"]) >= 3
    assert sum("新微网格" in one["text"] for one in more["shapes"]) == 3
    assert not any(one["over"] for one in more["shapes"])


def test_maps_are_coloured_by_load_too(ground):
    backdrop = draw_backdrop(ground)
    full = map_data(ground, backdrop, ZH, colour="load")
    half = map_data(ground, backdrop, ZH, colour="load", found=tried(ground, split__target=8))
    assert set(fills_of(full)) != set(fills_of(half))
    over = map_data(ground, backdrop, ZH, found=tried(ground, capacity__officer_hours=2.0))
    assert all(one["over"] for one in over["shapes"])
    assert "耕地" in legend_html("category", set(fills_of(map_data(ground, backdrop, ZH))), ZH)
    assert "超过承载力" in legend_html("load", [], ZH)


def test_weights_are_offered_for_the_kinds_of_the_plan(ground):
    assert kinds_on(ground) == ["water", "farmland"]


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ({"lon": 113.0, "lat": 34, "reach": 20}, (113.0, 34.0, 20.0)),
        ({"lon": 113.0, "lat": 34, "reach": 9e9}, (113.0, 34.0, 300.0)),
        ({"lon": 113.0, "lat": 34, "reach": -1}, (113.0, 34.0, 10.0)),
        ({"lon": 113.0, "lat": 34}, None),
        ({"lon": "x", "lat": 34, "reach": 1}, None),
        ({"lon": float("nan"), "lat": 34, "reach": 1}, None),
        (None, None),
    ],
)
def test_a_place_that_a_browser_sent_is_checked(sent, place):
    assert place_of(sent) == place
