"""Pictures of the app: how to begin, every page, a file that needs a word, and a cadre's phone."""

import shutil
from datetime import date, timedelta
from pathlib import Path

from camera import SIZES, browser, opened, save
from drawn_town import TOWN_CODE, draw_roster
from first_towns import write_loose
from office_files import GRIDS, SHIFTED, write_office_files
from playwright.sync_api import Browser, Page, expect
from pyproj import Transformer

from gridmap import edits
from gridmap.access.links import make_link
from gridmap.plan.plan import Plan
from gridmap.rules import parse_rules
from gridmap.rules.entries import declare
from gridmap.rules.text import change_rules, set_value
from gridmap.store import load_plan, save_plan
from gridmap.ui.shell.towns import copy_sample, find_samples, make_town
from gridmap.ui.start import REGISTRY

TOWN = "zhengan"
ODD_ROSTER = "下沉干部.csv"  # under headers of its own
OFFICE_PHONE = "0371-1234-5678"  # invented, like the people
TRIALS_MS = 120_000
BUSY_MS = 240_000  # the data page reads every file of a town
TABS = (
    "map",
    "find",
    "table",
    "rates",
    "boards",
    "load",
    "issues",
    "figures",
    "compare",
    "answers",
)


def take_pages(chromium: Browser, plan: Path, work: Path) -> None:
    """Take all pages over a plan of the sample town, and the cadre's page."""
    out, towns = work / "out", work / "towns"
    (out / TOWN).mkdir(parents=True)
    copied = out / TOWN / f"{TOWN}.gridmap.gpkg"
    with browser.app_server(out, work, towns) as address:
        for width in SIZES:
            with opened(chromium, address, width) as page:
                page.get_by_role("button", name="复制样例").first.wait_for()
                save(page, f"page-begin-{width}")
        _another_plan(plan, copied.with_name(f"{TOWN}-2.gridmap.gpkg"))
        shutil.copy(plan, copied)
        copy_sample(next(one for one in find_samples() if one.name == TOWN), towns)
        _office_town(towns)
        for width in SIZES:
            for entry in REGISTRY:
                if entry.whole and width != "1440":
                    continue  # no page for a phone
                _take_page(chromium, f"{address}/{entry.key}", entry.key, width)
            _take_file(chromium, f"{address}/data?town=示例镇", width)
            _take_tabs(chromium, f"{address}/coverage", width)
        _take_page(chromium, f"{address}/home?lang=en", "home-english", "1440")
        for key in ("home", "people", "coverage", "redraw"):
            _take_page(chromium, f"{address}/{key}", key, "1024")
        for key in ("home", "redraw"):
            _take_dark(chromium, f"{address}/{key}", key)
    take_mine(chromium, plan, work)


def take_data(chromium: Browser, plan: Path, work: Path) -> None:
    """Take the page of the data alone, over a plan of the sample town."""
    out, towns = work / "out-data", work / "towns-data"
    (out / TOWN).mkdir(parents=True)
    shutil.copy(plan, out / TOWN / f"{TOWN}.gridmap.gpkg")
    copy_sample(next(one for one in find_samples() if one.name == TOWN), towns)
    _office_town(towns)
    with browser.app_server(out, work, towns) as address:
        for width in SIZES:
            _take_page(chromium, f"{address}/data?town={TOWN}", "data", width)
            _take_file(chromium, f"{address}/data?town=示例镇", width)


def _another_plan(path: Path, target: Path) -> None:
    """Save the plan with its three fullest micro-grids divided, to compare with."""
    plan = load_plan(path)
    for code in plan.micro_grids["load_h"].nlargest(3).index:
        edit = edits.divide_grid(plan, code, 2)
        plan = edits.apply(plan, edit, who="规划员", when="2026-01-01T09:00:00")
    save_plan(plan, target)


def _office_town(towns: Path) -> None:
    """Make a town from files as an office sends them; one of them lies off the outline."""
    town = make_town(towns, "示例镇", TOWN_CODE, today=date(2026, 1, 1))
    write_office_files(town)
    headers = {"编号": "序号", "姓名": "人员名称", "单位职务": "所在单位"}
    draw_roster().rename(columns=headers).to_csv(town / ODD_ROSTER, index=False)

    def begun(text: str) -> str:
        text = set_value(text, ("town", "crs"), "EPSG:4547")
        text = declare(text, "hierarchy", {"file": GRIDS})
        return declare(text, "layer", {"file": SHIFTED, "category": "water"})

    change_rules(town / "rules.toml", begun)


def _take_page(chromium: Browser, address: str, name: str, width: str) -> None:
    with opened(chromium, address.replace("/home", "/"), width) as page:
        _wait(page)
        if name == "split":  # what came out is the picture, not the empty page
            start = page.get_by_role("button", name="开始划分")
            if start.is_enabled() and not page.get_by_role("button", name="采用第 1 次").count():
                page.get_by_role("button", name="快速").click()
                start.click()
            page.get_by_role("button", name="采用第 2 次").wait_for(timeout=TRIALS_MS)
            page.get_by_role("heading", name="对比").evaluate("one => one.scrollIntoView()")
            _wait(page)
        if name == "wall":  # the map, without the buttons that a key brings
            page.keyboard.press("ArrowRight")
            page.keyboard.press("ArrowRight")
            page.locator(".wall-still").wait_for()
        save(page, f"page-{name}-{width}")


def _take_dark(chromium: Browser, address: str, name: str) -> None:
    """Take a page in the dark theme."""
    with opened(chromium, address.replace("/home", "/"), "1440") as page:
        page.emulate_media(color_scheme="dark")
        _wait(page)
        save(page, f"page-{name}-dark-1440")


def _take_file(chromium: Browser, address: str, width: str) -> None:
    """Take the list of files with questions, and the file that is off the outline."""
    with opened(chromium, address, width) as page:
        _wait(page)
        save(page, f"page-data-asked-{width}")
        row = page.locator("[class*='st-key-file-']").filter(has_text=SHIFTED)
        row.get_by_role("button", name="查看").click()
        page.locator(".data-map canvas").wait_for()
        _wait(page)
        save(page, f"page-data-file-{width}")
        page.get_by_role("button", name="全部文件").click()
        row = page.locator("[class*='st-key-file-']").filter(has_text=ODD_ROSTER)
        row.get_by_role("button", name="查看").click()
        browser.choose(page, "用途", "花名册")
        browser.choose(page, "编号", "序号")
        browser.choose(page, "姓名", "人员名称")
        _wait(page)
        save(page, f"page-data-columns-{width}")


def take_new_town(chromium: Browser, work: Path) -> None:
    """Take the steps from dropped files to a plan."""
    files = write_loose(work / "office-loose")
    for width in SIZES:
        home = work / f"new-{width}"
        (home / "out").mkdir(parents=True)
        with (
            browser.app_server(home / "out", home, home / "towns") as address,
            opened(chromium, f"{address}/newtown", width) as page,
        ):
            page.locator("input[type=file]").set_input_files(files)
            page.locator(".st-key-begin-files").wait_for()
            _wait(page)
            save(page, f"page-newtown-files-{width}")
            page.locator(".st-key-begin-step-land").get_by_role("button").click()
            page.locator(".data-map canvas").wait_for()
            _wait(page)
            save(page, f"page-newtown-land-{width}")
            page.locator(".st-key-begin-step-people").get_by_role("button").click()
            _wait(page)
            save(page, f"page-newtown-people-{width}")


def _take_tabs(chromium: Browser, address: str, width: str) -> None:
    """Take the tabs of the coverage page behind the first."""
    with opened(chromium, address, width) as page:
        for place, tab in enumerate(TABS):
            page.get_by_role("tab").nth(place).click()
            _wait(page)
            if tab == "compare":
                browser.choose(page, "与哪个方案比较", f"{TOWN}-2")
                _wait(page)
            if place:
                save(page, f"coverage-{tab}-{width}")
        page.get_by_role("button", name="个人链接与二维码").click()
        page.get_by_role("button", name="生成链接").click()
        page.get_by_role("dialog").locator("code").wait_for()
        save(page, f"coverage-links-{width}")


def take_mine(chromium: Browser, plan: Path, work: Path) -> None:
    """Take the cadre's page alone: on the way to the grid, in it, to the dispute, and closed."""
    out = work / "out-mine"
    (out / TOWN).mkdir(parents=True)
    path = out / TOWN / f"{TOWN}.gridmap.gpkg"
    opened_plan = load_plan(plan)
    text = set_value(opened_plan.rules_text, ("town", "office_phone"), OFFICE_PHONE)
    opened_plan = opened_plan.with_tables(rules=parse_rules(text), rules_text=text)
    save_plan(opened_plan, path)
    posts = opened_plan.assignments
    leaders = posts[posts["grid_code"].isin(opened_plan.micro_grids.index)]
    code, person = leaders.loc[leaders["role"] == "leader", ["grid_code", "person_id"]].iloc[0]
    today = date.today()
    _, token = make_link(path, person, expires=today + timedelta(days=30), today=today)
    with browser.app_server(out, work) as address:
        with opened(chromium, f"{address}/?t={token}", "390") as page:
            page.locator(".my-grid-map path").first.wait_for()
            save(page, "my-grid-390")
            _stand_outside(page, opened_plan, code)
            page.locator(".my-grid-locate").tap()
            expect(page.locator(".my-grid-said")).to_contain_text("在网格外")
            save(page, "my-grid-outside-390")
            page.locator(".my-grid-locate").tap()
            _tap_inside(page)
            page.get_by_role("button", name="确认收到本网格").tap()
            page.get_by_text("确认收到。").wait_for()
            save(page, "my-grid-inside-390")
            page.get_by_role("button", name="在此处提出异议").tap()
            page.get_by_label("说明", exact=True).fill("河东的三户应归邻村。")
            page.locator(".my-grid-said").scroll_into_view_if_needed()
            page.get_by_role("button", name="提交异议").scroll_into_view_if_needed()
            save(page, "my-grid-dispute-390")
            page.get_by_role("button", name="提交异议").tap()
            page.get_by_text("异议已提交").wait_for()
            page.get_by_text("相邻网格").scroll_into_view_if_needed()
            save(page, "my-grid-facts-390")
        with opened(chromium, f"{address}/?t={token}&lang=en", "390") as page:
            page.locator(".my-grid-map path").first.wait_for()
            save(page, "my-grid-english-390")
        with opened(chromium, f"{address}/?t=expired", "390") as page:
            page.locator(".my-grid-closed").wait_for()
            save(page, "my-grid-closed-390")


def _stand_outside(page: Page, plan: Plan, code: str) -> None:
    """Let the phone be south-west of a grid."""
    west, south, *_ = plan.outline(code).bounds
    to_degrees = Transformer.from_crs(plan.crs, "EPSG:4326", always_xy=True)
    lon, lat = to_degrees.transform(west - 250, south - 200)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 25})


def _tap_inside(page: Page) -> None:
    """Tap beside the name of the own grid, which stands where the grid is widest."""
    box = page.locator(".my-grid-label.own span").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] + 8)
    expect(page.locator(".my-grid-said")).to_contain_text("内。")


def _wait(page: Page) -> None:
    page.locator("h1").first.wait_for()
    browser.settled(page)
    # The app still works: that is no picture. A bar without words is a figure, not work.
    busy = page.locator("[data-testid=stProgress]:has(p), [data-testid=stSpinner]")
    expect(busy).to_have_count(0, timeout=BUSY_MS)
    browser.settled(page)
    page.wait_for_timeout(1500)  # maps and tables draw after the page has come
