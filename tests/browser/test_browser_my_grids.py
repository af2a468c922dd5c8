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
from wcag import breaches

from gridmap.access.answers import responses
from gridmap.access.links import make_link as make_token
from gridmap.access.links import revoke
from gridmap.phone import make_page
from gridmap.rules import parse_rules
from gridmap.store import load_plan, save_plan

CODE = f"{drawn_plan.WEST_1}01"
# Who leads the village W, the firm X, and who is cadre of a firm alone; with the tokens of links.
LEADERS = {"L2": "", "B2": "", "B1": ""}
OFFICE = "(0371) 6212-0000"
# Counts what the page sends from now on.
COUNT_SENT = """() => {
  window.sent = 0;
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...what) {
    window.sent += 1;
    return send.apply(this, what);
  };
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("mine")


@pytest.fixture(scope="module")
def address(folder):
    firms = folder / "firms.gridmap.gpkg"
    save_plan(firm_plan.firm_plan(), firms)
    until, today = date.today() + timedelta(days=9), date.today()
    for person in LEADERS:
        LEADERS[person] = make_token(firms, person, expires=until, today=today)[1]
    plan = with_office_phone(drawn_plan.draw_plan(context=draw_context(houses=300)))
    save_plan(plan, folder / "test.gridmap.gpkg")
    with browser.app_server(folder, folder) as started:
        yield started


def with_office_phone(plan):
    text = plan.rules_text.replace("[town]", f'[town]\noffice_phone = "{OFFICE}"')
    return plan.with_tables(rules=parse_rules(text), rules_text=text)


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
    assert breaches(page) == []
    assert page.title() == "我的网格 · 测试镇 · gridmap"
    browser.until(page, lambda: browser.fits(page))
    expect(page.get_by_role("link", name=OFFICE)).to_have_attribute("href", "tel:037162120000")
    ask_where_no_position_is(page)
    walk_to_the_grid(page)
    page.locator(".my-grid-map").tap()  # its middle: the middle of the grid
    expect(said_of(page)).to_have_text("您在“微网格0101”内。")
    expect(page.get_by_role("button", name="我在网格内吗？")).to_be_visible()  # no longer following
    assert page.evaluate("window.sent") == 0  # no position has left the phone
    page.get_by_role("button", name="在此处提出异议").tap()
    expect(page.get_by_text("位置：11")).to_be_visible()
    expect(page.locator(".my-grid-disputed")).to_be_visible()
    page.get_by_label("说明", exact=True).fill("<b>河东</b>应归邻村")
    page.get_by_role("button", name="提交异议").tap()
    expect(page.get_by_text("异议已提交")).to_be_visible()


def said_of(page):
    return page.locator(".my-grid-said")


def ask_where_no_position_is(page):
    """Ask where the browser refuses, and at an address where no browser gives positions."""
    page.locator(".my-grid-locate").tap()
    expect(page.locator(".my-grid-note")).to_contain_text("定位被拒绝")
    page.evaluate(
        "Object.defineProperty(window, 'isSecureContext', { value: false, writable: true })"
    )
    page.locator(".my-grid-locate").tap()
    expect(page.locator(".my-grid-note")).to_contain_text("不是 HTTPS")
    page.get_by_label("经度").fill("181")
    page.get_by_label("纬度").fill("34")
    page.get_by_role("button", name="查看是否在内").tap()
    expect(page.locator(".my-grid-note")).to_contain_text("这不是经纬度")
    page.evaluate("window.isSecureContext = true")


def walk_to_the_grid(page):
    """Come from the south-west, confirm on the way, look around, and stand at the east edge."""
    west, south, east, north = drawn_plan.draw_plan().grids.geometry[CODE].bounds
    page.context.grant_permissions(["geolocation"])
    stand(page, west - 900, south - 900, 20)
    page.locator(".my-grid-locate").tap()
    expect(said_of(page)).to_have_text("在网格外：往东北方走 1.3 公里到“微网格0101”（直线距离）。")
    expect(page.locator(".my-grid-label.way")).to_have_text("1.3 公里")
    expect(page.locator(".my-grid-accuracy")).to_have_count(1)
    frame = box_of(page, ".my-grid-map")
    for part in (".my-grid-place", ".my-grid-map path[stroke-width='4']"):
        assert inside_of(box_of(page, part), frame)
    page.get_by_role("button", name="确认收到本网格").tap()
    expect(page.get_by_text(re.compile("已于 .* 确认收到"))).to_be_visible()
    page.evaluate(COUNT_SENT)
    # Still followed after a run of the page; the view goes nearer, until somebody moves it.
    stand(page, west - 123, (south + north) / 2, 20)
    expect(said_of(page)).to_have_text("在网格外：往东方走 120 米到“微网格0101”（直线距离）。")
    page.get_by_role("button", name="放大").tap()
    before = still(page)
    stand(page, east - 10, (south + north) / 2, 30)
    expect(said_of(page)).to_have_text(
        "可能在“微网格0101”内：边界在东方，直线 10 米；定位误差约 30 米，不能确定。"
    )
    assert still(page) == before
    page.get_by_role("button", name="回到我和网格").tap()
    expect(page.get_by_role("button", name="回到我和网格")).to_be_hidden()
    assert still(page) != before
    stand(page, east - 10, (south + north) / 2, 5)
    expect(said_of(page)).to_have_text("您在“微网格0101”内。")
    expect(page.locator(".my-grid-way")).to_have_count(0)
    # A browser that gives places as Chinese maps draw them.
    page.get_by_label(re.compile("坐标系")).select_option("gcj02")
    expect(said_of(page)).to_contain_text("在网格外：往")
    page.get_by_label(re.compile("坐标系")).select_option("wgs84")


def stand(page, x, y, accuracy):
    plan = drawn_plan.draw_plan()
    lon, lat = Transformer.from_crs(plan.crs, "EPSG:4326", always_xy=True).transform(x, y)
    page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": accuracy})


def box_of(page, part):
    return page.locator(part).last.bounding_box()


def inside_of(inner, outer):
    return all(
        outer[axis] <= inner[axis] and inner[axis] + inner[size] <= outer[axis] + outer[size]
        for axis, size in (("x", "width"), ("y", "height"))
    )


def still(page):
    """Where the own grid is seen, when the map has come to rest."""
    seen = []

    def rests():
        seen.append(box_of(page, ".my-grid-map path[stroke-width='4']"))
        return len(seen) > 1 and seen[-1] == seen[-2]

    browser.until(page, rests)
    return seen[-1]


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
        # Of the other village stand the name and who is in charge, nothing more.
        for text in ("小庄村第一网格", "红旗", "某L6", "某C5", "某P1"):
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


def test_a_page_that_was_opened_as_a_file_hands_answers_to_the_app(chromium, address, folder):
    path = folder / "test.gridmap.gpkg"
    link, _ = make_token(path, "P010", expires=date.today() + timedelta(days=9), today=date.today())
    file = folder / "mine.html"
    made = make_page(load_plan(path), path, link.serial, today=date.today(), address=address)
    file.write_bytes(made.page)
    with browser.open_page(chromium, file.as_uri(), browser.PHONE, with_key=False) as cadre:
        cadre.page.get_by_role("button", name="确认收到本网格").tap()
        expect(cadre.page.get_by_text("镇网格办已收到", exact=True)).to_be_visible()
        assert (cadre.outside, cadre.errors) == ([], [])
    told = responses(load_plan(path), path)
    assert told.query("person_id == 'P010'")["state"].tolist() == ["confirmed"]


def test_a_phone_keeps_the_page_hands_answers_on_and_hears_of_news(chromium, address, folder):
    path = folder / "test.gridmap.gpkg"
    link, token = make_token(
        path, "P009", expires=date.today() + timedelta(days=9), today=date.today()
    )
    with browser.open_page(chromium, f"{address}/phone?t={token}", browser.PHONE) as cadre:
        page = cadre.page
        expect(page.get_by_text("已存在本机")).to_be_visible()
        assert breaches(page) == []
        page.get_by_role("button", name="确认收到本网格").tap()
        expect(page.get_by_text("镇网格办已收到。")).to_be_visible()
        told = responses(load_plan(path), path)
        assert told.query("person_id == 'P009'")["state"].tolist() == ["confirmed"]
        page.context.set_offline(True)
        page.reload()
        expect(page.locator(".my-grid-label.own")).to_have_text("微网格0101")
        expect(page.get_by_text("有变动时会提示打开新版本")).to_be_visible()
        page.context.set_offline(False)
        plan = load_plan(path)
        posts = plan.posts.assign(duties="巡河")
        save_plan(plan.with_tables(posts=posts), path, overwrite=True)
        page.reload()
        page.get_by_role("button", name="打开新版本").tap()
        expect(page.get_by_text("巡河")).to_be_visible()
        expect(page.get_by_role("button", name="确认收到本网格")).to_be_visible()  # asked again
        revoke(path, serial=link.serial, today=date.today())
        page.reload()
        expect(page.get_by_text("链接已停用或到期")).to_be_visible()
        assert cadre.outside == []
        assert [one for one in cadre.errors if "410" not in one] == []
    with browser.open_page(chromium, f"{address}/phone/?t={token}", browser.PHONE) as cadre:
        expect(cadre.page.get_by_role("heading", name="链接已停用")).to_be_visible()
        away = "navigator.serviceWorker.getRegistration('/phone/').then((one) => one.unregister())"
        cadre.page.evaluate(away)
    assert token not in (folder / "server.log").read_text("utf-8")
