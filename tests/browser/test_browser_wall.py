"""The wall screen in a real browser: from its button to days later, by keys alone."""

from contextlib import ExitStack

import browser
import drawn_plan
from playwright.sync_api import expect
from saved_plans import put_plan

from gridmap.store import save_plan

WALLS = ({"width": 1920, "height": 1080}, {"width": 1366, "height": 768})
OVER_ALL = """() => {
  const top = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
  return Boolean(top.shadowRoot?.querySelector(".wall") || top.closest(".wall"));
}"""
IN_SIGHT = """root => [...root.querySelectorAll(".wall-stage *")].every((one) => {
  const box = one.getBoundingClientRect();
  return one.closest("svg") || (box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1);
})"""


def look_often(folder):
    """Let the page look at the plan every three seconds; a town's screen does so every minute."""
    script = folder / "page.py"
    ours = "from gridmap.ui.wall import wall_page\nwall_page.LOOK_S = 3\n"
    script.write_text(ours + script.read_text("utf-8"), "utf-8")


def without_vacancies(path):
    plan = drawn_plan.draw_plan()
    filled = plan.assignments.assign(status="filled", person_id="P008")
    save_plan(plan.with_tables(assignments=filled), path, overwrite=True)


def test_the_wall_screen_runs_by_itself_is_led_by_keys_and_takes_up_a_new_plan(chromium, tmp_path):
    path = tmp_path / "test.gridmap.gpkg"
    put_plan(drawn_plan.draw_plan, path)
    with ExitStack() as stack:
        server = stack.enter_context(ExitStack())
        address = server.enter_context(browser.app_server(tmp_path, tmp_path))
        look_often(tmp_path)
        watched = stack.enter_context(
            browser.open_page(chromium, f"{address}/coverage", browser.DESK)
        )
        page = watched.page
        page.locator(".st-key-wall-door button").first.click()
        page.get_by_text("显示干部姓名").click()
        with page.expect_download() as got:
            page.get_by_role("button", name="下载大屏网页").click()
        file = tmp_path / "wall.html"
        got.value.save_as(file)
        page.get_by_text("显示干部姓名").click()
        page.locator(".st-key-wall-seconds").get_by_text("60", exact=True).click()
        page.get_by_role("button", name="打开大屏").click()
        wall, title, where = (page.locator(one) for one in (".wall", ".wall-title", ".wall-where"))
        expect(title).to_have_text("全镇概况")
        expect(page.locator(".st-key-nav")).to_have_count(0)
        assert page.evaluate(OVER_ALL)

        # By keys: on, back, pause; everything in sight on screens of all sizes.
        page.keyboard.press("ArrowLeft")
        expect(title).to_have_text("东村")
        expect(page.locator(".wall-people li").nth(1)).to_contain_text("干部")
        for size in WALLS:
            page.set_viewport_size(size)
            for _ in range(6):
                page.keyboard.press("PageDown")
                assert wall.evaluate(IN_SIGHT)
        expect(where).to_have_text("5 / 7")
        page.set_viewport_size(browser.DESK)
        page.keyboard.press("ArrowRight")
        page.keyboard.press("n")
        expect(page.locator(".wall-people li").nth(1)).to_contain_text("在岗")
        page.keyboard.press("l")
        expect(wall).to_have_attribute("data-look", "light")
        page.wait_for_url("**wall-names=0**wall-look=light**")
        page.keyboard.press(" ")
        expect(page.locator(".wall-state")).to_contain_text("已暂停")
        line = page.locator(".wall-line i")
        still = "one => one.getAnimations()[0].playState"
        assert line.evaluate(still) == "paused"
        page.keyboard.press(" ")
        for _ in range(6):
            page.keyboard.press("+")
        assert "每屏 5 秒" in page.locator(".wall-state").inner_text()
        expect(where).not_to_have_text("7 / 7")  # the next came by itself
        page.keyboard.press(" ")
        expect(wall).to_have_class("wall wall-still")  # no pointer, no buttons
        page.mouse.move(300, 300)
        page.get_by_role("button", name="全屏").click()
        page.wait_for_function("Boolean(document.fullscreenElement)")
        page.get_by_role("button", name="全屏").click()

        # A plan that is saved meanwhile is taken up without a key.
        while title.inner_text() != "空缺岗位":
            page.keyboard.press("ArrowRight")
        expect(page.locator(".wall-rows li")).to_have_count(5)
        without_vacancies(path)
        expect(page.locator(".wall-none")).to_contain_text("无空岗")
        assert (watched.outside, watched.errors) == ([], [])

        page.keyboard.press("Escape")
        expect(page.get_by_role("heading", name="覆盖", exact=True)).to_be_visible()
        page.go_back()
        expect(title).to_have_text("全镇概况")
        server.close()  # the server is away: the screen goes on
        page.keyboard.press("ArrowRight")
        assert title.inner_text() == "覆盖与三个100%"

        # The file shows the same, from the disk; a name that was not wanted is not in it.
        page.goto(file.as_uri())
        assert title.inner_text() == "全镇概况"
        page.keyboard.press("ArrowLeft")
        assert "在岗" in page.locator(".wall-people").inner_text()
        assert "干部0" not in file.read_text("utf-8")
        assert watched.outside == []
