"""The HTML map in a real browser: opened as a file, used by mouse, keyboard and touch, printed."""

import re

import browser
import drawn_plan
import firm_plan
import pytest
from playwright.sync_api import expect
from wcag import breaches

from benchmarks.big_plan import big_plan
from gridmap.maps import map_html

HOSTILE = "<img src=x onerror=alert(1)>\"'</script>{{7*7}}"
CHINESE = re.compile("[\u4e00-\u9fff]")
FIRST = f"{drawn_plan.WEST_1}01"
NOBODY = f"{drawn_plan.EAST_2}01"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("map") / "覆盖图.html"
    plan = drawn_plan.draw_plan()
    grids = plan.grids.copy()
    grids.loc[FIRST, ["name", "name_en"]] = ["西村第一网格·沿河", "West grid 1, by the river"]
    path.write_text(map_html(plan.with_tables(grids=grids)), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def anywhere(any_browser, address):
    """Give the map in Chromium and in Firefox."""
    with browser.open_page(any_browser, address) as watched:
        yield watched.page
        assert watched.outside == []
        assert watched.errors == []


def ground(page, code):
    """Find the drawn micro-grid: grids are drawn in order of code."""
    return page.locator("path.gm-ground").nth(drawn_plan.micro_codes().index(code))


def test_map_opens_from_a_file_with_all_micro_grids(context):
    expect(context.locator("path.gm-ground")).to_have_count(16)
    assert context.title() == "测试镇微网格覆盖图"
    expect(context.locator("#gm-credit")).to_contain_text("网格线为管理界线，非法定界线")
    expect(context.locator("#gm-credit")).to_contain_text(drawn_plan.CREDIT_ZH)
    assert breaches(context) == []


def test_the_keyboard_goes_from_grid_to_grid_with_one_stop_for_all(context):
    context.locator(".folium-map").focus()
    context.keyboard.press("Tab")
    expect(ground(context, FIRST)).to_be_focused()
    assert ground(context, FIRST).get_attribute("aria-label") == "西村第一网格·沿河"
    context.keyboard.press("ArrowLeft")  # there is nothing further west
    expect(ground(context, FIRST)).to_be_focused()
    context.keyboard.press("ArrowRight")
    expect(ground(context, f"{drawn_plan.WEST_1}02")).to_be_focused()
    context.keyboard.press("Enter")
    expect(context.locator(".gm-card")).to_contain_text(f"{drawn_plan.WEST_1}02")
    context.keyboard.press("Escape")
    expect(context.locator(".gm-card")).to_be_hidden()
    expect(ground(context, f"{drawn_plan.WEST_1}02")).to_be_focused()
    context.keyboard.press("Tab")
    expect(context.locator("path.gm-ground:focus")).to_have_count(0)
    context.keyboard.press("Shift+Tab")
    expect(ground(context, f"{drawn_plan.WEST_1}02")).to_be_focused()


@pytest.mark.parametrize("size", [browser.DESK, browser.PHONE])
def test_whole_town_is_in_sight_when_the_map_opens(chromium, address, size):
    with browser.open_page(chromium, address, size) as watched:
        frame = watched.page.locator(".folium-map").bounding_box()
        # It fills the map: the drawn town is eight strips wide.
        assert 8 * ground(watched.page, FIRST).bounding_box()["width"] > 0.8 * frame["width"]
        for code in (FIRST, f"{drawn_plan.EAST_2}04"):
            grid = ground(watched.page, code).bounding_box()
            assert frame["x"] <= grid["x"]
            assert frame["y"] <= grid["y"]
            assert grid["x"] + grid["width"] <= frame["x"] + frame["width"]
            assert grid["y"] + grid["height"] <= frame["y"] + frame["height"]


def test_click_opens_the_card_of_the_grid(anywhere):
    ground(anywhere, FIRST).click()
    card = anywhere.locator(".gm-card")
    expect(card).to_contain_text(FIRST)
    expect(card).to_contain_text("问题楼盘")
    expect(card).to_contain_text("12.50 公顷（187.5 亩）")
    expect(card).to_contain_text("测试镇 › 西村 › 西村第一网格")
    expect(card.locator(".gm-people li")).to_have_text(["网格长干部008", "网格员干部009"])


def test_large_numbers_on_a_card_have_commas(context):
    context.get_by_role("combobox", name="查询网格").fill("测试镇")
    context.keyboard.press("Enter")
    # The drawn town is 200 ha; a hectare is 15 mu.
    expect(context.locator(".gm-card")).to_contain_text("200.00 公顷（3,000.0 亩）")


def test_card_of_a_vacant_grid_names_who_is_next_up(context):
    ground(context, NOBODY).click()
    card = context.locator(".gm-card")
    expect(card.locator(".gm-vacant")).to_have_count(2)
    expect(card.locator(".gm-next")).to_have_text("空缺期间由上级负责：东村 干部003")
    expect(card).to_contain_text("空缺原因：虚构。")


def test_search_by_the_end_of_a_code_with_the_keyboard_alone(context):
    context.get_by_role("combobox", name="查询网格").focus()
    context.keyboard.type(NOBODY[-6:])
    expect(context.locator(".gm-hit")).to_have_count(1)
    context.keyboard.press("Enter")
    expect(context.locator(".gm-card")).to_contain_text(NOBODY)


def test_search_by_name_lists_given_grids_and_arrows_choose(anywhere):
    anywhere.get_by_role("combobox", name="查询网格").fill("东村")
    expect(anywhere.locator(".gm-hit span")).to_have_text(["东村", "东村第一网格", "东村第二网格"])
    anywhere.keyboard.press("ArrowDown")
    anywhere.keyboard.press("ArrowDown")
    anywhere.keyboard.press("ArrowUp")
    anywhere.keyboard.press("Enter")
    expect(anywhere.locator(".gm-card h2")).to_have_text("东村第一网格")
    expect(anywhere.locator(".gm-card")).to_contain_text("微网格4 个")


def test_search_by_person_and_search_without_success(context):
    field = context.get_by_role("combobox", name="查询网格")
    field.fill("干部008")
    expect(context.locator(".gm-hit small")).to_have_text([FIRST])
    field.fill("没有的")
    expect(context.locator("#gm-found")).to_contain_text("没有找到")


def test_search_by_pinyin_in_full_by_first_letters_and_mixed(context):
    field = context.get_by_role("combobox", name="查询网格")
    for typed in ("xicundiyiwangge", "xcdyw", "x村diyi"):
        field.fill(typed)
        found = ["西村第一网格", "西村第一网格·沿河"]
        expect(context.locator(".gm-hit span")).to_have_text(found)
    field.fill("gb008")
    expect(context.locator(".gm-hit small")).to_have_text([FIRST])
    field.fill("zzz")
    expect(context.locator("#gm-found")).to_contain_text("没有找到")


def test_a_firm_is_found_by_its_first_letters_and_tells_who_is_in_charge(chromium, tmp_path):
    path = tmp_path / "firms.html"
    path.write_text(map_html(firm_plan.firm_plan()), encoding="utf-8")
    with browser.open_page(chromium, path.as_uri(), browser.PHONE) as watched:
        page = watched.page
        page.get_by_role("button", name="图例查询").tap()
        field = page.get_by_role("combobox", name="查询网格")
        field.fill("zhengayc")
        expect(page.locator(".gm-hit span").first).to_have_text("郑庵一厂")
        page.keyboard.press("Enter")
        expect(page.locator(".gm-charge")).to_have_text("负责人：某B1 “郑庵一厂”的包企干部。")
        assert "00000000000" not in page.locator("body").inner_text()
        assert (watched.outside, watched.errors) == ([], [])


def test_view_switch_changes_fills_and_legend_together(anywhere):
    expect(ground(anywhere, FIRST)).to_have_attribute("fill", "url(#gm-category-problem_estate)")
    anywhere.get_by_label("到岗情况").check(force=True)
    expect(ground(anywhere, FIRST)).to_have_attribute("fill", "url(#gm-posts-full)")
    expect(ground(anywhere, NOBODY)).to_have_attribute("fill", "url(#gm-posts-none)")
    expect(anywhere.locator("#gm-legend li")).to_have_text(
        ["全部到岗13 个", "缺网格员1 个", "缺网格长1 个", "无人到岗1 个"]
    )
    anywhere.get_by_label("人均工作量").check(force=True)
    expect(ground(anywhere, f"{drawn_plan.WEST_2}03")).to_have_attribute(
        "fill", "url(#gm-load-load5)"
    )
    expect(anywhere.locator("#gm-legend")).to_contain_text("每人承载 12 小时")


def test_language_switch_leaves_no_chinese_word_behind(context):
    ground(context, FIRST).click()
    context.get_by_role("button", name="English").click()
    assert context.title() == "Test Town: micro-grids"
    for part in (
        "#gm-panel",
        "#gm-title",
        "#gm-figures",
        "#gm-credit",
        ".leaflet-control-container",
    ):
        text = context.locator(part).inner_text()
        assert not CHINESE.search(text), text
    expect(context.locator(".gm-card")).to_contain_text("12.50 ha (187.5 mu)")
    expect(context.get_by_role("combobox", name="Find a grid")).to_have_attribute(
        "placeholder", "Code, name, pinyin, person, coordinates"
    )
    assert context.locator("html").get_attribute("lang") == "en"
    context.get_by_role("button", name="中文").click()
    assert context.title() == "测试镇微网格覆盖图"


def test_borders_and_names_can_be_switched_off(context):
    lines = context.locator(".leaflet-gm-lines-pane path")
    # Borders of three levels and of micro-grids, each with a light edge.
    expect(lines).to_have_count(8)
    context.get_by_label("三级网格界").uncheck()
    expect(lines).to_have_count(6)
    names = context.locator(".gm-name")
    named = [f"{number}微网格{grid}{number}" for grid in ("01", "02") * 2
             for number in ("01", "02", "03", "04")]  # fmt: skip
    # What the parent's name says already is not said again.
    expect(names).to_have_text(["01沿河", *named[1:], "西村", "东村"])
    context.get_by_role("button", name="缩小").click()
    expect(names).to_have_text([*["01", "02", "03", "04"] * 4, "西村", "东村"])
    context.get_by_label("微网格编号").uncheck()
    expect(names).to_have_text(["西村", "东村"])
    context.get_by_label("二级网格名称").uncheck()
    expect(names).to_have_count(0)


def test_whole_town_comes_back_after_a_search(context):
    before = ground(context, FIRST).bounding_box()
    context.get_by_role("combobox", name="查询网格").fill(NOBODY)
    context.keyboard.press("Enter")
    browser.until(context, lambda: ground(context, FIRST).bounding_box() != before)
    context.get_by_role("button", name="全图").click()
    back = pytest.approx(before, abs=2)
    browser.until(context, lambda: ground(context, FIRST).bounding_box() == back)


@pytest.mark.parametrize(("paper", "millimetres"), [("A4", (297, 210)), ("A3", (420, 297))])
def test_map_prints_on_one_page_of_the_chosen_paper(context, paper, millimetres):
    context.get_by_label("纸张（横向）").select_option(paper)
    context.emulate_media(media="print")
    printed = context.pdf(prefer_css_page_size=True)
    assert re.findall(rb"/Count (\d+)", printed) == [b"1"]
    width, height = (
        float(part) for part in re.search(rb"MediaBox \[0 0 ([\d.]+) ([\d.]+)", printed).groups()
    )
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == millimetres


def test_print_hides_what_cannot_be_used_on_paper_and_the_screen_comes_back(context):
    size = context.locator(".folium-map").bounding_box()
    context.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(context.locator("#gm-search")).to_be_hidden()
    expect(context.locator("#gm-legend")).to_be_visible()
    expect(context.locator("#gm-credit")).to_be_visible()
    # The drawn town is 2,000 m wide and fills the 219 mm beside the panel but for a margin.
    told = re.compile(r"^比例尺约 1:9,\d00 \d{4}-\d\d-\d\d 打印$")
    expect(context.locator("#gm-printed")).to_have_text(told)
    expect(context.locator("#gm-signed span")).to_have_text(["制图", "审核", "日期"])
    # Borders that are drawn, and no switches of names.
    expect(context.locator("#gm-borders label").locator("visible=true")).to_have_count(4)
    context.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(context.locator("#gm-search")).to_be_visible()
    browser.until(context, lambda: context.locator(".folium-map").bounding_box() == size)


def test_hostile_names_are_shown_and_never_run(chromium, tmp_path):
    plan = drawn_plan.draw_plan()
    plan = plan.with_tables(
        grids=plan.grids.assign(name=HOSTILE, name_en=HOSTILE),
        people=plan.people.assign(name=HOSTILE),
        posts=plan.posts.assign(duties=HOSTILE),
    )
    path = tmp_path / "map.html"
    path.write_text(map_html(plan), encoding="utf-8")
    dialogs = []
    with browser.open_page(chromium, path.as_uri()) as watched:
        watched.page.once("dialog", lambda dialog: (dialogs.append(dialog), dialog.dismiss()))
        ground(watched.page, FIRST).click()
        expect(watched.page.locator(".gm-card h2")).to_have_text(HOSTILE)
        expect(watched.page.locator(".gm-people b").first).to_have_text(HOSTILE)
        watched.page.locator("#gm-search").fill("onerror")
        expect(watched.page.locator(".gm-hit span").first).to_have_text(HOSTILE)
        assert watched.page.locator("img").count() == 0
        assert (watched.errors, dialogs) == ([], [])


def test_ground_left_with_its_parent_is_drawn_and_answers_with_the_parent(chromium, tmp_path):
    plan = drawn_plan.draw_plan()
    lost = f"{drawn_plan.EAST_2}04"
    patches = plan.patches.copy()
    patches.loc[lost, "grid_code"] = ""
    grids = plan.grids.drop(lost)
    path = tmp_path / "map.html"
    path.write_text(map_html(plan.with_tables(grids=grids, patches=patches)), encoding="utf-8")
    with browser.open_page(chromium, path.as_uri()) as watched:
        left = watched.page.locator("path.gm-ground[fill='url(#gm-category-left)']")
        expect(left).to_have_count(1)
        expect(watched.page.locator("#gm-legend")).to_contain_text("留归上级网格的土地")
        left.click()
        expect(watched.page.locator(".gm-card h2")).to_have_text("东村第二网格")
        assert watched.errors == []


def test_map_in_a_hidden_frame_shows_the_whole_town_once_it_is_seen(chromium, address, tmp_path):
    outer = tmp_path / "outer.html"
    outer.write_text(
        f'<iframe src="{address}" width="900" height="600" style="display: none"></iframe>'
    )
    with browser.open_page(chromium, outer.as_uri()) as watched:
        watched.page.wait_for_load_state()
        watched.page.evaluate("document.querySelector('iframe').style.display = 'block'")
        inner = watched.page.frame_locator("iframe")
        first = ground(inner, FIRST)
        expect(first).to_be_visible()
        # Eight strips in the width of the map, which is 900 px less the panel.
        browser.until(watched.page, lambda: 0.8 * 580 < 8 * first.bounding_box()["width"] < 580)
        assert watched.errors == []


def test_page_forbids_requests_even_to_scripts_in_it(chromium, address):
    with browser.open_page(chromium, address) as watched:
        answer = watched.page.evaluate(
            "fetch('https://example.org').then(() => 'let out', () => 'held back')"
        )
        assert answer == "held back"
        assert watched.outside == []


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A city of 3,136 micro-grids: drawn on a canvas."""
    path = tmp_path_factory.mktemp("city") / "city.html"
    path.write_text(map_html(big_plan(56)), encoding="utf-8")
    return path.as_uri()


def canvas_sum(page) -> int:
    """Sum up the colours of the canvas: another picture has another sum."""
    return page.evaluate(
        "() => { const c = document.querySelector('canvas[data-drawn]');"
        "return c.getContext('2d').getImageData(0, 0, c.width, c.height).data"
        ".reduce((sum, one, at) => (sum * 31 + one * (at % 7 + 1)) % 1e9, 0) }"
    )


def test_a_city_is_drawn_on_a_canvas_that_answers_clicks_views_and_borders(chromium, city):
    with browser.open_page(chromium, city) as watched:
        page = watched.page
        canvas = page.locator("canvas[data-drawn='category']")
        expect(canvas).to_be_visible()
        expect(page.locator("path.gm-ground")).to_have_count(0)
        expect(page.locator("#gm-figures")).to_contain_text("3,136 个微网格")
        before = canvas_sum(page)
        page.get_by_label("微网格界").uncheck()
        browser.until(page, lambda: canvas_sum(page) != before)
        without = canvas_sum(page)
        page.get_by_label("人均工作量").check(force=True)
        expect(page.locator("canvas[data-drawn='load']")).to_be_visible()
        browser.until(page, lambda: canvas_sum(page) != without)
        box = page.locator(".folium-map").bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        named = page.locator(".gm-tip").inner_text()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page.locator(".gm-card h2")).to_have_text(named)
        expect(page.locator(".gm-card")).to_contain_text("虚构市 ›")
        assert (watched.outside, watched.errors) == ([], [])


def test_names_of_a_city_are_thinned_and_more_come_nearer(chromium, city):
    with browser.open_page(chromium, city) as watched:
        page = watched.page
        page.get_by_label("三级网格名称").check()
        browser.until(page, lambda: 0 < page.locator(".gm-name3").count() < 196)
        boxes = [name.bounding_box() for name in page.locator(".gm-name").all()]
        for place, one in enumerate(boxes):
            for other in boxes[:place]:
                assert (
                    one["x"] >= other["x"] + other["width"] - 1
                    or other["x"] >= one["x"] + one["width"] - 1
                    or one["y"] >= other["y"] + other["height"] - 1
                    or other["y"] >= one["y"] + one["height"] - 1
                )
        assert watched.errors == []


def test_a_city_is_printed_sharper_than_it_is_seen(chromium, city):
    with browser.open_page(chromium, city) as watched:
        page = watched.page
        canvas = page.locator("canvas[data-drawn]")
        width = canvas.evaluate("one => one.width")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert canvas.evaluate("one => one.width / parseFloat(one.style.width)") == pytest.approx(3)
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        browser.until(page, lambda: canvas.evaluate("one => one.width") == width)
        assert watched.errors == []


def test_the_address_leads_to_a_grid_when_the_page_opens_and_later(chromium, address, city):
    with browser.open_page(chromium, f"{address}#grid={NOBODY}") as watched:
        expect(watched.page.locator(".gm-card")).to_contain_text(NOBODY)
        watched.page.evaluate(f"location.hash = 'grid={FIRST}'")
        expect(watched.page.locator(".gm-card")).to_contain_text(FIRST)
        watched.page.evaluate("location.hash = 'grid=nowhere'")
        expect(watched.page.locator(".gm-card")).to_contain_text(FIRST)
        assert watched.errors == []
