"""A cadre's way through the page with a phone, from the planner's link to the planner's list."""

import re
from datetime import date, timedelta

import browser
import drawn_plan
import firm_plan
import pytest
from drawn_context import HIGH_STREET, draw_context
from playwright.sync_api import expect
from pyproj import Transformer

from gridmap.access.links import make_link as make_token
from gridmap.store import save_plan

CODE = f"{drawn_plan.WEST_1}01"
# Who leads the village W, the firm X, and who is cadre of a firm alone; with the tokens of links.
LEADERS = {"L2": "", "B2": "", "B1": ""}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mine")
    firms = folder / "firms.gridmap.gpkg"
    save_plan(firm_plan.firm_plan(), firms)
    until, today = date.today() + timedelta(days=9), date.today()
    for person in LEADERS:
        LEADERS[person] = make_token(firms, person, expires=until, today=today)[1]
    plan = drawn_plan.draw_plan(context=draw_context(houses=300))
    save_plan(plan, folder / "test.gridmap.gpkg")
    with browser.app_server(folder, folder) as started:
        yield started


def make_link(page):
    """Make a link as the planner does; gives its address."""
    page.get_by_role("tab", name="确认与异议").click()
    page.get_by_role("button", name="个人链接与二维码").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="给谁").click()
    page.keyboard.type("P008")
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="生成链接").click()
    code = dialog.locator("code")
    expect(code).to_contain_text("?t=")
    expect(dialog.get_by_text("干部008的链接")).to_be_visible()
    expect(dialog.locator("img, svg[viewBox]").first).to_be_visible()
    return code.inner_text()


def test_from_the_link_to_the_dispute_in_the_planners_list(chromium, address):
    with browser.open_page(chromium, f"{address}/coverage") as planner:
        link = make_link(planner.page)
        assert link.startswith(f"{address}/?t=")
        with browser.open_page(chromium, link, browser.PHONE) as cadre:
            walk_the_page(cadre.page)
            assert (cadre.outside, cadre.errors) == ([], [])

        planner.page.goto(f"{address}/coverage")
        planner.page.get_by_role("tab", name="确认与异议").click()
        expect(
            planner.page.get_by_text("0 人次已确认，33 人次未确认，1 人次有异议")
        ).to_be_visible()
        expect(planner.page.get_by_text("<b>河东</b>应归邻村")).to_be_visible()
        # Revoked, the link opens no more.
        planner.page.get_by_role("button", name="个人链接与二维码").click()
        planner.page.get_by_role("button", name="停用").click()
        expect(planner.page.get_by_text("尚无有效链接")).to_be_visible()
        assert (planner.outside, planner.errors) == ([], [])
    with browser.open_page(chromium, link, browser.PHONE) as cadre:
        expect(cadre.page.get_by_role("heading", name="链接已停用")).to_be_visible()
        assert CODE not in cadre.page.content()


def walk_the_page(page):
    expect(page.locator(".my-grid-map path").first).to_be_visible()
    expect(page.locator(".my-grid-label.own")).to_have_text("微网格0101")
    expect(page.locator(".my-grid-label.far")).to_have_text(["微网格0102", "微网格0201"])
    expect(page.locator("text.gm-road", has_text=HIGH_STREET).first).to_be_visible()
    expect(page.locator(".leaflet-gm-context-pane canvas[data-drawn=context]")).to_be_visible()
    expect(page.get_by_text(CODE)).to_be_visible()
    browser.until(page, lambda: browser.fits(page))
    stand_at_the_east_edge(page)
    page.locator(".my-grid-locate").tap()
    expect(page.get_by_text("距边界 10 米（往东）")).to_be_visible()
    # The way to the border is drawn, with its length where it ends.
    expect(page.locator(".my-grid-way")).to_have_count(2)
    expect(page.locator(".my-grid-label.way")).to_have_text("10 米")
    page.locator(".my-grid-map").tap()  # its middle: the middle of the grid
    expect(page.get_by_text(re.compile("在“微网格0101”内，距边界 12[0-9] 米"))).to_be_visible()
    expect(page.locator(".my-grid-place")).to_be_visible()
    page.get_by_role("button", name="确认收到本网格").tap()
    expect(page.get_by_text(re.compile("已于 .* 确认收到"))).to_be_visible()
    page.get_by_text("边界有误？提出异议").tap()
    page.get_by_label("说明", exact=True).fill("<b>河东</b>应归邻村")
    page.get_by_role("button", name="提交异议").tap()
    expect(page.get_by_text("异议已提交")).to_be_visible()


def stand_at_the_east_edge(page):
    plan = drawn_plan.draw_plan()
    _, south, east, north = plan.grids.geometry[CODE].bounds
    to_degrees = Transformer.from_crs(plan.crs, "EPSG:4326", always_xy=True)
    lon, lat = to_degrees.transform(east - 10, (south + north) / 2)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 5})


def test_a_link_reaches_no_other_page(chromium, address):
    with browser.open_page(chromium, f"{address}/coverage?t=nonsense", browser.PHONE) as cadre:
        expect(cadre.page.get_by_role("heading", name="链接无效")).to_be_visible()
        assert cadre.page.locator("iframe").count() == 0
    with browser.open_page(chromium, f"{address}/mine", browser.PHONE) as cadre:
        expect(cadre.page.get_by_role("heading", name="请用您的个人链接打开")).to_be_visible()
        assert cadre.page.locator("iframe").count() == 0


def the_page(page):
    return page.locator("[data-testid='stMain']").inner_text()


def test_a_village_secretary_walks_down_to_a_workshop_and_sees_no_other_village(chromium, address):
    with browser.open_page(chromium, f"{address}/?t={LEADERS['L2']}", browser.PHONE) as leader:
        page = leader.page
        expect(page.get_by_role("heading", name="下级网格与人员")).to_be_visible()
        expect(page.locator(".below-totals")).to_have_text(
            "下级 9 个、在岗 9 人次、空缺 1 岗、对象 2 个、已确认 0/9"
        )
        expect(page.locator(".below-grids > li > b")).to_have_text(
            ["刘巧村第一网格", "刘巧村第二网格"]
        )
        expect(page.get_by_text("企业、负责人：某B1。 “郑庵一厂”的包企干部。")).to_be_visible()
        for name in ("刘巧村第一网格", "郑庵一厂专属网格"):
            browser.choose(page, "查看下级", name)
            expect(page.locator(".below-path")).to_contain_text(name)
        expect(page.locator(".below-grids > li > b")).to_have_text(["总装车间", "质检班组"])
        expect(page.locator(".below-vacancy")).to_contain_text("空缺 1 岗")
        expect(page.get_by_text("无独立地块、250 名员工")).to_be_visible()
        browser.until(page, lambda: browser.fits(page))
        # Of the other village the map names the neighbour, nothing more is there.
        for text in ("小庄村第一网格", "红旗", "某L3", "某L6", "某C5", "某P1"):
            assert text not in the_page(page)
        page.get_by_role("button", name="← 返回刘巧村第一网格").tap()
        expect(page.locator(".below-path")).to_have_text("刘巧村 › 刘巧村第一网格")
        assert (leader.outside, leader.errors) == ([], [])


def test_the_head_of_a_firm_sees_its_workshops_and_a_cadre_of_firms_the_firm(chromium, address):
    with browser.open_page(chromium, f"{address}/?t={LEADERS['B2']}", browser.PHONE) as head:
        expect(head.page.locator(".below-grids > li > b")).to_have_text(["总装车间", "质检班组"])
        assert "刘巧村第二网格" not in the_page(head.page)
        assert (head.outside, head.errors) == ([], [])
    with browser.open_page(chromium, f"{address}/?t={LEADERS['B1']}", browser.PHONE) as cadre:
        expect(cadre.page.get_by_role("heading", name="我负责的对象（1）")).to_be_visible()
        firm = cadre.page.get_by_role("heading", name="郑庵一厂", exact=True)
        expect(firm).to_be_visible()
        assert (cadre.outside, cadre.errors) == ([], [])
