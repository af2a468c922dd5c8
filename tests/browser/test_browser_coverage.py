"""The coverage page in a real browser: every tab and tool of it, by clicks, keys and fingers."""

import re
from datetime import datetime
from pathlib import Path

import browser
import drawn_plan
import geopandas as gpd
import pytest
import shapely
from playwright.sync_api import expect
from redraw_objects import boards_of, objects_frame
from wcag import breaches

from gridmap.access.answers import confirm, dispute
from gridmap.access.view import cadre_view
from gridmap.plan.objects import objects_on
from gridmap.store import save_plan

CHINESE = re.compile("[\u4e00-\u9fff]")
SENTENCE = "界线应沿渠走 <img src=x onerror=alert(1)>"
W1, W2 = f"{drawn_plan.WEST_1}01", f"{drawn_plan.WEST_1}02"
V3, V4 = f"{drawn_plan.WEST_2}03", f"{drawn_plan.WEST_2}04"
COLOURS = """canvas => new Set(new Uint32Array(
  canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
NOON = datetime(2026, 11, 1, 12, 0)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("coverage")
    plan = with_objects_and_a_board(drawn_plan.draw_plan())
    first = folder / "first.gridmap.gpkg"
    save_plan(merged(plan), folder / "second.gridmap.gpkg")
    save_plan(plan, first)  # the newest opens
    # P008 and P009 are on the first micro-grid: one has confirmed it, the other disputes it.
    confirm(first, cadre_view(plan, "P008"), W1, when=NOON)
    place = plan.grids.geometry.to_crs("EPSG:4326")[W1].centroid
    dispute(first, cadre_view(plan, "P009"), W1, lon=place.x, lat=place.y, sentence=SENTENCE,
            when=NOON)  # fmt: skip
    with browser.app_server(folder, folder) as started:
        yield f"{started}/?plan=first.gridmap.gpkg"


def with_objects_and_a_board(plan):
    """Two firms, one of them nowhere; a board on the first micro-grid."""
    firms = objects_frame([
        {"id": "F1", "name": "汽配厂", "place": plan.grids.geometry[W1].representative_point()},
        {"id": "F2", "name": "食品厂"},
    ])  # fmt: skip
    board = boards_of({"grid": W1, "version": plan.rules.town.version})
    return plan.with_tables(objects=objects_on(firms, plan.patches), boards=board)


def merged(plan):
    """Give the village's strip to the farmland beside it."""
    grids = plan.grids.drop(V4)
    whole = shapely.union(plan.grids.geometry[V3], plan.grids.geometry[V4])
    grids.loc[[V3], "geometry"] = gpd.GeoSeries([whole], index=[V3], crs=plan.crs)
    return plan.with_tables(
        patches=plan.patches.assign(grid_code=plan.patches["grid_code"].replace(V4, V3)),
        grids=grids,
        posts=plan.posts[plan.posts["grid_code"] != V4],
        assignments=plan.assignments[plan.assignments["grid_code"] != V4],
    )


@pytest.fixture
def context(chromium, address):
    with browser.open_page(chromium, address) as watched:
        to_coverage(watched.page)
        yield watched.page
        assert watched.outside == []
        assert watched.errors == []


def to_coverage(page) -> None:
    page.get_by_role("link", name=re.compile("^(覆盖|Coverage)$")).click()
    expect(the_map(page).locator("path.gm-ground")).to_have_count(16)


def the_map(page):
    return page.frame_locator("iframe[data-testid='stIFrame']").first


def two_maps(page):
    return page.frame_locator("iframe[data-testid='stIFrame']").nth(1)


def open_tab(page, name: str) -> None:
    page.get_by_role("tab", name=re.compile(name)).click()


def choose_other(page) -> None:
    open_tab(page, "方案比较|Compare")
    page.get_by_role("combobox", name=re.compile("与哪个方案比较|Compare with")).click()
    page.get_by_role("option", name="second").click()


def pick_row(page, number: int) -> None:
    """Tick a row of the table that is in sight: cells are drawn, so it is done by place."""
    table = page.locator("[data-testid='stDataFrame']").locator("visible=true").first
    canvas = table.locator("canvas").first
    expect(canvas).to_be_visible()
    browser.until(page, lambda: canvas.evaluate(COLOURS) > 1)  # its rows stand
    browser.settled(page)
    table.click(position={"x": 15, "y": 35 * (number + 1) + 18})


def test_a_row_of_the_table_leads_to_its_grid_on_the_map(context):
    open_tab(context, "微网格")
    expect(context.get_by_text("点选一行，地图即转到该网格。")).to_be_visible()
    pick_row(context, 1)
    expect(the_map(context).locator(".gm-card")).to_contain_text(W2)
    # The map was not loaded again, and the filters of the table are left as they were.
    expect(context.get_by_role("tab", name="覆盖图")).to_have_attribute("aria-selected", "true")


def test_the_three_100_percent_name_what_they_divide_and_lead_to_what_misses(context):
    open_tab(context, "三个100%")
    division = context.locator(".st-key-rate-division")
    expect(division).to_contain_text("50.0%")
    expect(division).to_contain_text("对象 1 / 2")
    published = context.locator(".st-key-rate-publication")
    expect(published).to_contain_text("网格 1 / 23")
    expect(context.locator(".st-key-rate-file")).to_contain_text(
        "未知：登记表没有写明建档须填哪些栏"
    )
    expect(context.get_by_text("未达到的（25）")).to_be_visible()
    with context.expect_download() as got:
        context.get_by_role("button", name="下载清单（CSV）").click()
    rows = Path(got.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert rows[1].startswith("网格划分率,企业,食品厂,不在任何网格内,firms:F2")
    only = context.locator(".st-key-rates-only-zh")
    only.get_by_text("信息公示率", exact=True).click()
    pick_row(context, 7)  # the town, two villages and four grids above come first
    expect(the_map(context).locator(".gm-card")).to_contain_text(W2)


def test_an_issue_leads_to_its_grid_on_the_map(context):
    open_tab(context, "问题项")
    pick_row(context, 0)
    expect(the_map(context).locator(".gm-card")).to_contain_text(V3)


def test_a_grid_that_is_disputed_stands_first_in_the_list_and_leads_to_the_map(context):
    open_tab(context, "确认与异议")
    expect(context.get_by_text("1 人次已确认，32 人次未确认，1 人次有异议")).to_be_visible()
    pick_row(context, 0)
    expect(the_map(context).locator(".gm-card")).to_contain_text(W1)


def test_answers_are_a_view_of_the_map_with_the_place_and_the_sentence_of_a_dispute(context):
    frame = the_map(context)
    frame.get_by_label("确认情况").check(force=True)
    expect(frame.locator("#gm-legend li")).to_have_text(
        ["未确认14 个", "有异议1 个", "无人在岗1 个"]
    )
    expect(frame.locator(".gm-pin")).to_have_attribute("aria-label", SENTENCE)
    frame.locator(".gm-pin").click()
    expect(frame.locator(".gm-note")).to_have_text(f"异议：干部009 2026-11-01：{SENTENCE}")
    assert frame.locator("img").count() == 0
    frame.get_by_label("用地类别").check(force=True)
    expect(frame.locator(".gm-pin")).to_have_count(0)


def test_charts_show_the_load_of_grids_and_of_cadres(context):
    open_tab(context, "工作量")
    charts = context.get_by_test_id("stVegaLiteChart")
    expect(charts).to_have_count(3)
    # 26 h on two officers of 12 is too much; 2, 8 and 4 h are less than half of 24, as are 10 h.
    expect(context.get_by_text("超载 1 个，不足一半的 11 个")).to_be_visible()
    expect(context.get_by_text("工作量最重的干部")).to_be_visible()
    context.get_by_text("按二级网格").click()
    expect(charts).to_have_count(2)
    context.get_by_text("按类别", exact=True).click()
    expect(charts.first.get_by_role("img")).to_contain_text("问题楼盘")


def test_another_plan_is_compared_in_figures_details_and_as_a_view(context):
    choose_other(context)
    expect(context.get_by_text("土地变动 12.5 公顷（6.2%）")).to_be_visible()
    expect(context.get_by_text("涉及 60 户")).to_be_visible()
    context.get_by_text("变动明细").click()
    expect(context.get_by_text("有变化的微网格（2）")).to_be_visible()
    expect(context.get_by_text("岗位有变的干部（2）")).to_be_visible()
    context.get_by_text("指标对照").click()
    expect(context.get_by_text("有变化的微网格（2）")).to_have_count(0)
    open_tab(context, "覆盖图")
    frame = the_map(context)
    frame.get_by_label("方案变化").check(force=True)
    expect(frame.locator("#gm-legend li")).to_have_text(
        ["没有变化14 个", "范围有变1 个", "另一方案中没有1 个"]
    )
    frame.locator("path.gm-ground").nth(drawn_plan.micro_codes().index(V4)).click()
    expect(frame.locator(".gm-note")).to_have_text("变化：移出 12.50 公顷、60 户、4.0 小时/周")


def test_two_maps_lie_side_by_side_or_are_swiped_and_move_together(context):
    choose_other(context)
    context.get_by_text("两图对照").click()
    frame = two_maps(context)
    first, second = (frame.locator(f"#gm-{one} path.gm-ground") for one in ("first", "second"))
    expect(first).to_have_count(16)
    expect(second).to_have_count(15)
    expect(frame.locator("#gm-first h2")).to_have_text("当前方案：first")
    assert breaches(context) == []
    context.locator("iframe").nth(1).scroll_into_view_if_needed()
    # Zooming one zooms the other: the first strip lies at the same place in its half.
    before = first.first.bounding_box()
    frame.locator("#gm-first .leaflet-control-zoom-in").click()
    sides = [frame.locator(f"#gm-{one}").bounding_box() for one in ("first", "second")]

    def both_have_moved():
        boxes = [one.first.bounding_box() for one in (first, second)]
        places = [box["x"] - side["x"] for box, side in zip(boxes, sides, strict=True)]
        return boxes[0] != before and places[0] == pytest.approx(places[1], abs=2)

    browser.until(context, both_have_moved)
    frame.get_by_label("滑动").check(force=True)
    handle = frame.get_by_role("slider")
    expect(handle).to_have_attribute("aria-valuenow", "50")
    handle.press("ArrowLeft")
    expect(handle).to_have_attribute("aria-valuenow", "45")
    handle.press("End")
    expect(handle).to_have_attribute("aria-valuenow", "100")
    handle.press("Home")
    box = frame.locator("#gm-pair").bounding_box()
    grip = handle.bounding_box()
    context.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    context.mouse.down()
    context.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 50)
    context.mouse.up()
    expect(handle).to_have_attribute("aria-valuenow", "75")
    frame.get_by_role("button", name="全图").click()
    # Left of the handle lies the first plan: its village strip is still there.
    first.nth(drawn_plan.micro_codes().index(V4)).click()
    expect(frame.locator(".gm-card")).to_contain_text(V4)


def test_all_of_it_in_english_leaves_no_chinese_word(chromium, address):
    with browser.open_page(chromium, f"{address}&lang=en") as watched:
        page = watched.page
        to_coverage(page)
        the_map(page).get_by_label("Answers").check(force=True)
        expect(the_map(page).locator("#gm-legend")).to_contain_text("Not confirmed")
        choose_other(page)
        expect(page.get_by_text("12.5 ha of ground move (6.2%)")).to_be_visible()
        page.get_by_text("Two maps").click()
        frame = two_maps(page)
        expect(frame.locator("#gm-second path.gm-ground")).to_have_count(15)
        for part in ("#gm-panel", "#gm-first h2", "#gm-credit"):
            text = frame.locator(part).inner_text()
            assert not CHINESE.search(text), text
        page.get_by_text("What changes").click()
        expect(page.get_by_text("Micro-grids that differ (2)")).to_be_visible()
        open_tab(page, "^Load$")
        expect(page.get_by_text("Cadres with most to do")).to_be_visible()
        text = page.locator("[data-testid='stMain']").inner_text().replace("中文", "")
        assert not CHINESE.search(re.sub(r"干部\d+", "", text)), text
        assert (watched.outside, watched.errors) == ([], [])


def test_on_a_phone_two_maps_are_swiped_with_a_finger_and_nothing_scrolls_sideways(
    chromium, address
):
    with browser.open_page(chromium, address, browser.PHONE) as watched:
        page = watched.page
        to_coverage(page)
        choose_other(page)
        page.get_by_text("两图对照").click()
        frame = two_maps(page)
        expect(frame.locator("#gm-pair")).to_have_attribute("data-layout", "swipe")
        expect(frame.get_by_role("slider")).to_be_visible()
        frame.get_by_role("button", name="图例查询").tap()
        frame.get_by_label("并排").check(force=True)
        frame.get_by_role("button", name="收起").tap()
        expect(frame.get_by_role("slider")).to_be_hidden()
        for name in ("工作量", "全部指标", "覆盖图"):
            open_tab(page, name)
            browser.settled(page)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width == browser.PHONE["width"]
        assert (watched.outside, watched.errors) == ([], [])


def test_the_map_goes_by_address_and_asks_its_own_server_alone(chromium, address):
    context = chromium.new_context()
    browser.give_key(context, address)
    page, weights, asked = context.new_page(), [], []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: weights.append(len(frame))),
    )
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    to_coverage(page)
    context.close()
    media = [url for url in asked if "/media/" in url and "/static/" not in url]
    assert {url.rsplit(".", 1)[1] for url in media} >= {"html", "gz"}
    # The scripts of the map alone weigh two hundred thousand.
    assert sum(weights) < 150_000


def test_who_is_in_charge_is_found_by_name_pinyin_and_place_and_shown_on_the_map(chromium, address):
    with browser.open_page(chromium, address, browser.PHONE) as watched:
        page = watched.page
        to_coverage(page)
        open_tab(page, "找负责人")
        box = page.get_by_label("查什么")
        box.fill(W1)
        box.press("Enter")
        card = page.locator(".answer")
        expect(card.locator("h3")).to_have_text("微网格0101")
        expect(card.locator(".answer-person")).to_contain_text("干部008")
        # By first letters several fit: the others are offered.
        box.fill("wwg")
        box.press("Enter")
        expect(page.get_by_text("也可能是：")).to_be_visible()
        page.get_by_role("button", name="网格 微网格0102 ").first.tap()
        expect(card.locator("h3")).to_have_text("微网格0102")
        box.fill("wwg0102")
        box.press("Enter")
        expect(card.locator("h3")).to_have_text("微网格0102")
        page.get_by_label("与谁对接").fill(V3)
        page.get_by_label("与谁对接").press("Enter")
        expect(page.locator(".answer h3").last).to_have_text("共同的负责人")
        browser.until(page, lambda: browser.fits(page))
        page.get_by_label("与谁对接").fill("")
        box.fill("没有<b>这家")
        box.press("Enter")
        expect(page.get_by_text("没有找到“没有<b>这家”")).to_be_visible()
        box.fill("1.0 2.0")
        box.press("Enter")
        expect(page.get_by_text("超出").or_(page.get_by_text("距边界"))).to_be_visible()
        box.fill(W2)
        box.press("Enter")
        page.get_by_role("button", name="在图上看").tap()
        expect(the_map(page).locator(".gm-card")).to_contain_text(W2)
        assert (watched.outside, watched.errors) == ([], [])
