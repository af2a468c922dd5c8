"""The split page in a real browser: start, watch, cancel, compare two, take one."""

import browser
import drawn_town
import pytest
from playwright.sync_api import expect

from gridmap.rules import load_rules
from gridmap.store import load_plan

WORK_MS = 60_000  # on a busy machine; the work itself takes about a second


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("split")
    drawn_town.write_town(folder / "towns" / "test")
    (folder / "out").mkdir()
    return folder


@pytest.fixture(scope="module")
def address(base):
    with browser.app_server(base / "out", base, base / "towns") as started:
        yield f"{started}/split?town=test"


def choose(page, targets, *efforts):
    """Leave only these efforts chosen, and type the targets."""
    for effort in ("快速", "标准", "精细"):
        pill = page.get_by_role("button", name=effort, exact=True)
        expect(pill).to_be_visible()
        wanted = "true" if effort in efforts else "false"
        if pill.get_attribute("aria-pressed") != wanted:
            pill.click()
        expect(pill).to_have_attribute("aria-pressed", wanted)
    field = page.get_by_role("textbox", name="目标个数")
    field.fill(targets)
    field.press("Enter")


def test_trials_are_made_watched_compared_and_one_is_taken(context, base):
    expect(context.get_by_role("heading", name="还没有划分结果")).to_be_visible()
    choose(context, "16、18", "快速", "标准")
    expect(context.get_by_text("将试划 4 次")).to_be_visible()
    context.get_by_role("button", name="开始划分").click()
    expect(context.get_by_role("progressbar")).to_be_visible()
    expect(context.get_by_text("已用时")).to_be_visible()
    expect(context.get_by_role("button", name="采用第 4 次")).to_be_visible(timeout=WORK_MS)
    expect(context.get_by_role("progressbar")).to_have_count(0)
    pictures = context.get_by_role("img", name="次划分的示意图")
    expect(pictures).to_have_count(4)
    drawn = "image => image.naturalWidth > 0"
    browser.until(context, lambda: pictures.first.evaluate(drawn))
    rows = context.locator("table.trials tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.nth(2)).to_contain_text("18")
    # By load as well.
    context.get_by_role("radio", name="负荷").click()
    expect(context.get_by_text("承载力使用率：", exact=True)).to_be_visible()
    context.get_by_text("证明与说明").first.click()
    expect(context.get_by_text("已证明是最少的个数").first).to_be_visible()
    context.get_by_role("button", name="采用第 3 次").click()
    browser.toasted(context, "已采用第 3 次，存为方案“test”")
    expect(context.get_by_test_id("stAlertContentSuccess")).to_contain_text("已采用第 3 次")
    assert len(load_plan(base / "out" / "test" / "test.gridmap.gpkg").micro_grids) == 18
    assert load_rules(base / "towns" / "test" / "rules.toml").split.target == 18
    context.get_by_role("button", name="看覆盖图").click()
    expect(context.get_by_role("heading", name="覆盖", exact=True)).to_be_visible()


def test_work_can_be_left_and_cancelled(context, base):
    choose(context, "16、17、18", "快速", "标准", "精细")
    expect(context.get_by_text("将试划 9 次")).to_be_visible()
    context.get_by_role("button", name="开始划分").click()
    expect(context.get_by_role("button", name="取消")).to_be_visible()
    context.reload()  # the work goes on without the page
    expect(context.get_by_role("button", name="取消")).to_be_visible()
    expect(context.get_by_role("button", name="开始划分")).to_be_disabled()
    context.get_by_role("button", name="取消").click()
    expect(context.get_by_text("已取消。已完成的结果保留")).to_be_visible()
    assert not list((base / "out" / "test" / ".trials").glob(".gridmap-*"))


def test_an_impossible_target_has_ways_out_to_click(context):
    choose(context, "5", "快速")
    expect(context.get_by_text("将试划 1 次")).to_be_visible()
    context.get_by_role("button", name="开始划分").click()
    reasons = context.get_by_text("为什么没有达到目标").first
    expect(reasons).to_be_visible(timeout=WORK_MS)
    reasons.click()
    expect(context.get_by_text("5 个微网格不够").first).to_be_visible()
    context.get_by_role("button", name="采用这个办法").first.click()
    expect(context.get_by_role("textbox", name="目标个数")).to_have_value("16")


def test_on_a_phone_cards_stand_one_below_the_other(chromium, address):
    with browser.open_page(chromium, address, browser.PHONE) as watched:
        page = watched.page
        cards = page.locator("[class*='st-key-split-card-']")
        expect(cards.first).to_be_visible()
        browser.until(page, lambda: browser.fits(page))
        lefts = "all => all.slice(0, 2).map(one => one.getBoundingClientRect().left)"
        browser.until(page, lambda: len(set(cards.evaluate_all(lefts))) == 1)
        assert (watched.outside, watched.errors) == ([], [])
