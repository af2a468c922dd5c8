"""Exclusive grids, roles and groups in a real browser: the pages redraw and people.

The plan is the one with firms in it (tests/support/firm_plan.py).
"""

import browser
import firm_plan
import plan_fixtures
import pytest
from editor_hand import Hand
from firm_plan import X1, X2, X
from playwright.sync_api import expect

from gridmap.store import load_plan, save_plan

INSIDE, BESIDE = f"{plan_fixtures.W1}-01", f"{plan_fixtures.W1}-11"
FIRM = "郑庵一厂专属网格"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kinds")
    save_plan(firm_plan.firm_plan(), folder / "firms.gridmap.gpkg")
    return folder


@pytest.fixture(scope="module")
def address(folder):
    with browser.app_server(folder, folder) as started:
        yield started


def test_an_exclusive_grid_shows_its_name_and_is_closed_and_brought_back(chromium, address, folder):
    path = folder / "firms.gridmap.gpkg"
    with browser.open_page(chromium, f"{address}/redraw") as watched:
        hand = Hand(watched.page)
        expect(hand.editor).to_be_visible()
        # Its ground crosses to nobody: nothing that is always refused is offered.
        hand.click(INSIDE)
        expect(hand.page.locator(".gm-wholes h4")).to_have_text(FIRM)
        expect(hand.page.locator(".gm-from .chip")).to_have_text(f"{FIRM} 1/1")
        expect(hand.editor.get_by_text("不与微网格互划，也不能合并或拆分")).to_be_visible()
        expect(hand.button("锁定")).to_have_count(0)
        hand.button("取消选择").click()
        # Whoever points at it all the same is told why not.
        hand.click(BESIDE)
        hand.tool("move")
        hand.click(INSIDE)
        expect(hand.page.locator(".gm-news.fault")).to_contain_text(f"（{FIRM}）是专属网格")
        assert hand.changes().count() == 0
        # The others can be locked at once: the units are left alone.
        hand.button("全部锁定").click()
        expect(hand.changes()).to_have_count(1)
        hand.page.locator(".gm-changes > li").get_by_text("取消", exact=True).click()
        expect(hand.changes()).to_have_count(0)

        hand.tool("pick")
        hand.click(INSIDE)
        hand.button("撤销专属网格").click()
        expect(hand.changes()).to_contain_text(f"撤销专属网格{FIRM}")
        (now,) = hand.labels(INSIDE)
        assert now not in (X, "")
        hand.click(INSIDE)  # it is ground as any other already, before it is accepted
        expect(hand.page.locator(f".gm-target[data-grid='{firm_plan.W1A}']")).to_be_visible()
        hand.button("取消选择").click()
        hand.accept("单位迁出")
        assert not {X, X1, X2} & set(load_plan(path).grids.index)
        hand.page.keyboard.press("Control+z")
        expect(hand.page.locator(".gm-news.note")).to_contain_text("已撤销上一项调整")
        assert hand.labels(INSIDE) == [X]
        assert {X, X1, X2} <= set(load_plan(path).grids.index)
        assert (watched.outside, watched.errors) == ([], [])


def test_people_are_shown_by_role_with_groups_and_what_would_fill_a_vacancy(chromium, address):
    with browser.open_page(chromium, f"{address}/people") as watched:
        page = watched.page
        page.get_by_role("button", name="包企干部", exact=True).click()
        browser.settled(page)
        page.get_by_label("选择岗位", exact=True).click()
        # A post on a firm is called by the firm, a post on a group by the group.
        page.get_by_role("option", name="大展红旗公司 包企干部").click()
        expect(page.get_by_text("怎样补上这个空缺")).to_be_visible()
        page.get_by_text("怎样补上这个空缺").click()
        expect(page.get_by_test_id("stAlert").first).to_contain_text("花名册中可任此岗的为 0 人")
        browser.choose(page, "选择岗位", "专属网格联盟 首席服务官")
        page.get_by_role("tab", name="组合（1）").click()
        expect(page.get_by_role("tabpanel").last).to_contain_text("组合")
        assert (watched.outside, watched.errors) == ([], [])
