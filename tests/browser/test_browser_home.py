"""The frame and the home page with real clicks: from nothing to a town, from page to page."""

import browser
import drawn_plan
import drawn_town
import pytest
from browser import at_rest, choose, settled
from playwright.sync_api import expect
from saved_plans import put_plan

from gridmap.plan_store import FilePlans
from gridmap.ui.shell import context as context_module
from gridmap.ui.shell.towns import find_towns

LIGHT, DARK = "rgb(255, 255, 255)", "rgb(21, 24, 28)"
INK_ON = {LIGHT: "rgb(28, 31, 35)", DARK: "rgb(232, 235, 239)"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="module")
def address(folder):
    (folder / "out").mkdir()
    with browser.app_server(folder / "out", folder, folder / "towns") as started:
        yield started


def title(page):
    return page.get_by_role("heading", level=1)


def link(page, name):
    return page.locator(".st-key-nav").get_by_role("link", name=name)


def ground(page, colour):
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", colour)
    expect(page.locator(".theme select")).to_have_css("color", INK_ON[colour])


def test_the_theme_follows_the_system_until_one_is_chosen_and_the_choice_stays(context):
    choice = context.get_by_label("外观")
    expect(choice).to_have_value("system")
    ground(context, LIGHT)
    context.emulate_media(color_scheme="dark")
    ground(context, DARK)
    choice.select_option("浅色")
    ground(context, LIGHT)
    choice.select_option("深色")
    context.emulate_media(color_scheme="light")
    ground(context, DARK)
    link(context, "数据").click()
    expect(title(context)).to_have_text("数据")
    context.reload()
    # Before Streamlit has drawn anything: nobody is dazzled.
    assert context.evaluate("document.documentElement.dataset.theme") == "dark"
    ground(context, DARK)
    expect(choice).to_have_value("dark")
    context.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    ground(context, LIGHT)  # paper is white
    context.evaluate("window.dispatchEvent(new Event('afterprint'))")
    ground(context, DARK)
    choice.select_option("跟随系统")
    ground(context, LIGHT)


def test_a_newcomer_is_led_from_an_empty_home_to_a_copied_town(context, folder):
    expect(title(context)).to_have_text("首页")
    context.get_by_role("button", name="开始新建").click()
    expect(title(context)).to_have_text("新建乡镇")
    expect(context.get_by_text("至少要有：各村或各网格的范围")).to_be_visible()
    link(context, "调整").click()
    expect(context.get_by_role("heading", name="还没有方案")).to_be_visible()
    context.locator(".st-key-empty").get_by_role("button", name="前往“数据”").click()
    expect(title(context)).to_have_text("数据")
    link(context, "首页").click()
    context.get_by_role("button", name="复制样例：郑庵镇").click()
    expect(title(context)).to_have_text("郑庵镇")
    assert [town.name for town in find_towns(folder / "towns")] == ["zhengan"]
    expect(context.locator(".st-key-next")).to_contain_text("划分微网格")
    context.locator(".st-key-next").get_by_role("button").click()
    expect(title(context)).to_have_text("划分")
    assert "town=zhengan" in context.url


def choose_by_keys(page, name):
    """Tab leads into the box below its button, past its end back, and the arrows choose."""
    opener = page.locator(".st-key-plan-choice").get_by_role("button")
    opener.focus()
    settled(page)
    listed, keys = page.get_by_label("已有方案", exact=True), page.keyboard
    for tabs in (3, 1):
        keys.press("Enter")
        expect(listed).to_be_visible()
        for _ in range(tabs):
            keys.press("Tab")
    expect(listed).to_be_focused()
    keys.press("ArrowDown")
    expect(page.get_by_role("option")).to_have_count(2)
    keys.type(name)
    expect(page.get_by_role("option", name=name)).to_be_visible()
    keys.press("Enter")
    settled(page)
    keys.press("Escape")


def id_of(folder, name):
    return FilePlans(folder / "out").id_of(folder / "out" / f"{name}.gridmap.gpkg")


def test_a_plan_is_chosen_and_stays_from_page_to_page_and_in_the_address(context, folder):
    for name in ("one", "two"):
        put_plan(drawn_plan.draw_plan, folder / "out" / f"{name}.gridmap.gpkg")
    context.reload()
    choose_by_keys(context, "one")
    expect(title(context)).to_have_text("测试镇")
    expect(context.locator(".st-key-plan-choice")).to_contain_text("one")
    context.locator(".st-key-steps").get_by_role("button", name="人员").click()
    expect(title(context)).to_have_text("人员")
    settled(context)
    assert context.url.endswith(f"plan={id_of(folder, 'one')}")
    # The link opens the same in a session of its own, as for a colleague who holds the key.
    context.goto(context.url)
    expect(context.locator(".st-key-plan-choice")).to_contain_text("one")
    context.go_back()
    expect(title(context)).to_have_text("测试镇")


def test_who_is_in_charge_is_asked_on_the_home_page_and_shown_on_the_map(context, folder):
    put_plan(drawn_plan.draw_plan, folder / "out" / "asked.gridmap.gpkg")
    context.goto(f"{context.url.partition('?')[0]}?plan=asked.gridmap.gpkg")
    box = context.get_by_label("谁负责")
    box.fill("wwg0101")
    box.press("Enter")
    card = context.locator(".answer")
    expect(card.locator("h3")).to_have_text("微网格0101")
    expect(card.locator(".answer-person")).to_contain_text("干部")
    context.get_by_role("button", name="在图上看").click()
    expect(title(context)).to_have_text("覆盖")
    expect(context.get_by_role("tab", name="覆盖图")).to_have_attribute("aria-selected", "true")


def test_a_plan_elsewhere_opens_by_its_path_for_a_planner(context, folder, tmp_path):
    away = tmp_path / "away.gridmap.gpkg"
    put_plan(drawn_plan.draw_plan, away)
    context.locator(".st-key-plan-choice").get_by_role("button").click()
    field = context.get_by_label("或填写方案文件的路径")
    field.fill(str(away))
    field.press("Enter")
    expect(context.locator(".st-key-plan-choice").get_by_role("button")).to_contain_text("away")
    settled(context)
    assert str(tmp_path) not in context.url  # a path of this machine is nobody else's to know


def menu(page):
    """Open the list of plans: its widget is drawn then, and the browser remembers it."""
    page.locator(".st-key-plan-choice").get_by_role("button").first.click()
    listed = page.get_by_label("已有方案", exact=True)
    expect(listed).to_have_count(1)  # that of the plan before fades out
    expect(listed).to_be_visible()


def shown(page):
    settled(page)
    return page.locator(".st-key-plan-choice").inner_text(), title(page).inner_text()


def test_what_is_chosen_last_stays_open_whatever_a_list_showed_before(context, folder, tmp_path):
    drawn_town.write_town(folder / "towns" / "drawn")
    away = tmp_path / "away.gridmap.gpkg"
    for place in (folder / "out" / "kept.gridmap.gpkg", away):
        put_plan(drawn_plan.draw_plan, place)
    context.goto(f"{context.url.partition('?')[0]}data?plan=kept.gridmap.gpkg")
    menu(context)
    context.keyboard.press("Escape")
    # A town is chosen: the next click does not bring the plan of the list back.
    choose(context, "正在处理的镇", "测试镇")
    for name, heading in (("首页", "测试镇"), ("数据", "数据")):
        link(context, name).click()
        expect(title(context)).to_have_text(heading)
        settled(context)
        assert "town=drawn" in context.url
        assert "plan=" not in context.url
    # A path is typed: it stays from page to page, and goes when a town is chosen.
    menu(context)
    context.get_by_label("或填写方案文件的路径").fill(str(away))
    context.get_by_label("或填写方案文件的路径").press("Enter")
    link(context, "首页").click()
    link(context, "数据").click()
    expect(context.locator(".st-key-plan-choice")).to_contain_text("away")
    at_rest(context)  # while a page gives way to the next, the choice of a town stands there twice
    choose(context, "正在处理的镇", "测试镇")
    link(context, "首页").click()
    expect(title(context)).to_have_text("测试镇")
    assert "away" not in shown(context)[0]
    # A plan is chosen, and the browser goes back to what its address said before.
    menu(context)
    choose(context, "已有方案", "kept")
    expect(context.locator(".st-key-plan-choice")).to_contain_text("kept")
    # Sooner the app takes the address of before for a click that was sent before it was told.
    context.wait_for_timeout(context_module.LATE_S * 1000)
    context.evaluate("history.back()")
    expect(context.locator(".st-key-plan-choice")).not_to_contain_text("kept")
    settled(context)
    assert "town=drawn" in context.url


@pytest.mark.parametrize("way", ["choose", "copy"])
def test_after_the_menu_was_open_no_next_click_brings_the_plan_before_back(context, folder, way):
    drawn_town.write_town(folder / "towns" / "drawn")
    put_plan(drawn_plan.draw_plan, folder / "out" / "kept.gridmap.gpkg")
    page = "data" if way == "choose" else "home"
    context.goto(f"{context.url.partition('?')[0]}{page}?plan=kept.gridmap.gpkg")
    menu(context)
    context.keyboard.press("Escape")
    if way == "choose":
        choose(context, "正在处理的镇", "测试镇")
        name, here = "测试镇", lambda: "town=drawn" in context.url
    else:
        context.get_by_role("button", name="复制样例：郑庵镇").click()
        name, here = "郑庵镇", lambda: "town=zhengan" in context.url
    expect(context.locator(".st-key-plan-choice")).not_to_contain_text("kept")

    def stays():
        settled(context)
        assert here()
        assert f"plan={id_of(folder, 'kept')}" not in context.url
        assert "kept" not in context.locator(".st-key-plan-choice").inner_text()

    stays()
    # The menu is opened once more and left: nothing was chosen, nothing changes.
    menu(context)
    context.get_by_role("heading", level=1).click()
    stays()
    link(context, "规则").click()
    expect(title(context)).to_have_text("规则")
    stays()
    context.get_by_text("English", exact=True).click()
    expect(title(context)).to_have_text("Rules")
    stays()
    context.reload()
    expect(title(context)).to_have_text("Rules")
    stays()
    link(context, "Home").click()
    expect(title(context)).not_to_have_text("Rules")
    context.get_by_text("中文", exact=True).click()
    expect(title(context)).to_have_text(name)
    stays()
