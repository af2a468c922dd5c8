"""Rules tried on an open plan in a real browser: drag, keep a draft, compare, ask a border."""

import re

import browser
import pytest
from blank_town import blank_town
from eight_fields import FIELDS, RULES
from playwright.sync_api import expect

from gridmap.rules import load_rules
from gridmap.store import save_plan
from gridmap.trials.rules_drafts import RulesDraft, read_drafts, save_draft
from gridmap.workflow.workflow import plan_town

VIEW = "split-view"
FIGURE = "tr[data-figure={}] td"


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Give a town of eight fields of 10 hours each, with its plan: two officers carry two."""
    folder = tmp_path_factory.mktemp("what-if")
    town = blank_town([(400, 100), (400, 100)], RULES.format(officers=2), ground=FIELDS, cadres=4)
    home, out = folder / "towns" / "test", folder / "out" / "test"
    home.mkdir(parents=True)
    out.mkdir(parents=True)
    (home / "rules.toml").write_text(town.rules_text, encoding="utf-8")
    save_plan(plan_town(town), out / "test.gridmap.gpkg")
    return folder


@pytest.fixture(scope="module")
def address(base):
    with browser.app_server(base / "out", base, base / "towns") as started:
        yield f"{started}/split?town=test"


@pytest.fixture
def page(context):
    return context


def open_part(page, name):
    parts = page.locator(f".st-key-{VIEW}")
    parts.get_by_role("radio", name=name, exact=True).click()


def figure(page, key, column=1):
    return page.locator(FIGURE.format(key)).nth(column)


def drawn(page, place=0):
    """Name what a map shows now."""
    found = page.locator(".what-if").nth(place)
    expect(found).to_have_attribute("data-drawn", re.compile(".+"))
    return found.get_attribute("data-drawn")


def test_hours_are_dragged_kept_as_a_draft_compared_and_put_back(page, base):
    open_part(page, "试一试")
    expect(figure(page, "grids", 0)).to_have_text("5")
    expect(figure(page, "grids")).to_have_text("5 不变")
    before = drawn(page)
    # Drag the hours from 10 to the far end: the town takes one micro-grid a kind and village.
    thumb = page.get_by_role("slider", name="每人每周工时")
    knob = page.get_by_test_id("stSlider").locator("[data-orientation=horizontal]").last
    browser.settled(page)
    box = knob.bounding_box()
    height = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * (10 - 1) / (24 - 1), height)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 50, height, steps=6)
    page.mouse.up()
    expect(thumb).to_have_value("24")
    expect(figure(page, "grids")).to_have_text("3 -2")
    expect(figure(page, "vacancies")).to_have_text("1 -3")
    assert drawn(page) != before
    assert load_rules(base / "towns" / "test" / "rules.toml").capacity.officer_hours == 10
    # It has no name yet, then one.
    page.get_by_role("button", name="以此建立规则草稿").click()
    expect(page.get_by_text("规则草稿须有名称")).to_be_visible()
    page.get_by_role("textbox", name="草稿名称").fill("二十四小时")
    page.get_by_role("textbox", name="草稿名称").press("Enter")
    page.get_by_role("button", name="以此建立规则草稿").click()
    expect(page.get_by_text("已建立规则草稿“二十四小时”")).to_be_visible()
    (kept,) = read_drafts(base / "out" / "test" / ".trials")
    assert dict(kept.changes) == {"capacity.officer_hours": 24.0}
    page.get_by_role("button", name="还原").click()
    expect(figure(page, "grids")).to_have_text("5 不变")
    # Side by side with the rules in force.
    open_part(page, "两套规则")
    expect(figure(page, "grids", 1)).to_have_text("5 不变")
    expect(figure(page, "grids", 2)).to_have_text("3 -2")
    differ = page.get_by_role("region", name="两套规则的不同").locator("tbody tr")
    expect(differ).to_have_count(1)
    expect(differ).to_contain_text("每人每周工时")
    assert drawn(page, 0) != drawn(page, 1)
    # A full division can be made under it; its name is in the form.
    open_part(page, "试划")
    browser.choose(page, "按哪套规则", "二十四小时")
    expect(page.get_by_text("将试划 1 次")).to_be_visible()


def test_a_draft_goes_to_the_page_of_rules_and_is_deleted(page, base):
    draft = RulesDraft("二十四小时", {"capacity.officer_hours": 24.0})
    save_draft(base / "out" / "test" / ".trials", draft)  # as the test before leaves it
    open_part(page, "两套规则")
    open_part(page, "试一试")
    browser.choose(page, "从哪套规则开始", "二十四小时")
    expect(figure(page, "grids")).to_have_text("3 -2")
    page.get_by_role("button", name="在规则页打开").click()
    expect(page.get_by_role("heading", name="规则", exact=True)).to_be_visible()
    hours = page.get_by_role("spinbutton", name="每人每周工时（小时/周）")
    expect(hours).to_have_value("24")
    page.go_back()
    open_part(page, "试一试")
    browser.choose(page, "从哪套规则开始", "二十四小时")
    page.get_by_role("button", name="删除草稿").click()
    expect(page.get_by_text("已删除规则草稿“二十四小时”")).to_be_visible()
    assert read_drafts(base / "out" / "test" / ".trials") == []
    open_part(page, "两套规则")
    expect(page.get_by_text("还没有规则草稿")).to_be_visible()


def test_a_border_is_clicked_and_says_why_it_is_there(page):
    open_part(page, "解释界线")
    expect(page.get_by_text("还没有选界线")).to_be_visible()
    drawn(page)
    box = page.locator(".what-if-map").bounding_box()
    # The town is 800 m wide and fills the map; the villages meet in the middle.
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_text("给定的 2 级网格界线")).to_be_visible()
    expect(page.get_by_text("这条界线由图层或给定网格决定")).to_be_visible()
    page.mouse.click(box["x"] + box["width"] * 0.26, box["y"] + box["height"] / 2)
    expect(
        page.get_by_text("两侧合计每周 40.0 小时，超过一个微网格的承载力 20 小时")
    ).to_be_visible()
    expect(page.get_by_text("移动它的代价")).to_be_visible()
    # By two codes as well, with the keyboard alone.
    field = page.get_by_role("textbox", name="或填两个微网格的编码")
    field.fill("41012210620101")
    field.press("Enter")
    expect(page.get_by_text("请填两个编码，用空格隔开。")).to_be_visible()


def test_a_border_of_the_coverage_map_is_asked_about(page, address):
    page.goto(address.replace("/split?", "/coverage?"))
    ground = page.frame_locator("iframe").first.locator("path.gm-ground").first
    ask = page.frame_locator("iframe").first.get_by_role("button", name="这条界线为什么在这里")
    ground.click()
    expect(page.frame_locator("iframe").first.locator(".gm-card")).to_be_visible()
    expect(ask).to_have_count(0)  # in the middle no border is meant
    box = ground.bounding_box()
    ground.click(position={"x": box["width"] - 4, "y": box["height"] / 2})
    ask.click()
    expect(page.get_by_text("为什么在这里", exact=True)).to_be_visible()
    expect(page.get_by_text("移动它的代价")).to_be_visible()


def test_on_a_phone_the_parts_stand_below_each_other(chromium, address):
    with browser.open_page(chromium, address, browser.PHONE) as watched:
        open_part(watched.page, "试一试")
        drawn(watched.page)
        browser.until(watched.page, lambda: browser.fits(watched.page))
        assert (watched.outside, watched.errors) == ([], [])
