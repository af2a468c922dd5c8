"""Sharing in a browser: a leader looks at one plan by a link, and at nothing else."""

import browser
import drawn_plan
import pytest
from playwright.sync_api import expect
from saved_plans import put_plan

LEADER = "张书记"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("share")
    for name in ("town", "secret"):
        put_plan(drawn_plan.draw_plan, folder / f"{name}.gridmap.gpkg")
    with browser.app_server(folder, folder) as started:
        yield started


def test_a_leader_looks_at_one_plan_until_the_link_is_revoked(chromium, address):
    with browser.open_page(chromium, f"{address}/share?plan=town.gridmap.gpkg") as planner:
        page = planner.page
        page.get_by_label("给谁（如“张书记”）").fill(LEADER)
        page.get_by_role("button", name="生成查看链接").click()
        link = page.locator(".st-key-share-links code").first
        expect(page.locator(".st-key-share-links img").first).to_be_visible()
        opened = link.inner_text()
        expect(page.locator(".st-key-share-links [data-testid=stMetric]").last).to_contain_text("1")
        with browser.open_page(chromium, opened, browser.PHONE, with_key=False) as leader:
            seen = leader.page
            expect(seen.get_by_role("link", name="覆盖", exact=True)).to_be_visible()
            for other in ("数据", "规则", "划分", "调整", "人员", "共享"):
                expect(seen.get_by_role("link", name=other, exact=True)).to_have_count(0)
            expect(seen.get_by_test_id("stPopover")).to_have_count(0)  # no choice of plans
            seen.get_by_role("link", name="覆盖", exact=True).click()
            expect(seen.get_by_text("土地覆盖率")).to_be_visible()
            assert browser.fits(seen)
            token = seen.url.partition("t=")[2].partition("&")[0]
            # Neither another plan nor a planner's page opens by the same token.
            seen.goto(f"{address}/coverage?t={token}&plan=secret.gridmap.gpkg")
            seen.get_by_role("tab", name="方案比较").click()
            expect(seen.get_by_text("这里只有一个方案", exact=False)).to_be_visible()
            seen.goto(f"{address}/share?t={token}")
            expect(seen.get_by_role("heading", name="此页不对您的账号开放")).to_be_visible()
            page.get_by_role("button", name="停用", exact=True).click()
            expect(page.get_by_role("button", name="停用", exact=True)).to_have_count(0)
            seen.reload()
            expect(seen.get_by_text("请联系镇网格办重新领取链接。")).to_be_visible()
            assert (leader.outside, leader.errors) == ([], [])
        assert (planner.outside, planner.errors) == ([], [])
