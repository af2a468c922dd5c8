"""Takes the screenshots of this folder: `python docs/screens/make.py [FOLDER OF PLANS]`.

Takes the HTML map of every plan (under out/, where `python -m gridmap demo` puts them), the app at
desk and phone width, and the cadre's page on a phone, as small PNG files.
"""

import io
import shutil
import sys
import tempfile
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import browser  # noqa: E402  tests/browser.py
from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page  # noqa: E402

from gridmap.access.links import make_link  # noqa: E402
from gridmap.maps import map_html  # noqa: E402
from gridmap.store import load_plan  # noqa: E402
from gridmap.ui.plans import find_plans  # noqa: E402

HERE = Path(__file__).parent
OUT = ROOT / "out"
REFERENCE = "zhengan"  # the town that the app is shown with
SIZES = {"1440": browser.DESK, "390": browser.PHONE}
COLOURS = 128  # flat maps need no more, and the files stay small
SETTLE_MS = 700


def main() -> None:
    """Take all screenshots of the plans that were made."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    plans = sorted(find_plans(folder))
    if not plans:
        sys.exit(f"There are no plans under {folder}. Make them first: python -m gridmap demo")
    with browser.chromium() as chromium, tempfile.TemporaryDirectory() as work:
        for path in plans:
            town = path.name.split(".")[0]
            page = Path(work) / f"{town}.html"
            plan = load_plan(path)
            page.write_text(map_html(plan), encoding="utf-8")
            busiest = plan.micro_grids["load_h"].idxmax()
            for width in SIZES:
                take_map(chromium, page.as_uri(), town, width, busiest)
        shown = next((path for path in plans if path.name.startswith(REFERENCE)), plans[0])
        shutil.copy(shown, work)
        with browser.app_server(Path(work), Path(work)) as address:
            for width in SIZES:
                take_app(chromium, address, width)
            take_mine(chromium, address, Path(work) / shown.name)


def take_map(chromium: Browser, address: str, town: str, width: str, code: str) -> None:
    """Take the map as it opens, a card, and on the desk the other views, grey and print."""
    with opened(chromium, address, width) as page:
        save(page, f"map-{town}-{width}")
        if width != "1440":
            page.locator("#gm-open").click()
            save(page, f"map-{town}-legend-{width}")
        page.locator("#gm-search").fill(code)
        page.keyboard.press("Enter")
        save(page, f"map-{town}-card-{width}")
        if width != "1440":
            return
        page.locator(".leaflet-popup-close-button").click()
        page.locator("#gm-whole").click()
        for view in ("load", "posts"):
            page.locator(f"input[value={view}]").check(force=True)
            save(page, f"map-{town}-{view}-{width}")
        page.locator("input[value=category]").check(force=True)
        page.locator("#gm-language").click()
        save(page, f"map-{town}-english-{width}")
        page.locator("#gm-language").click()
        page.emulate_media(media="print")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        page.evaluate("document.documentElement.style.filter = 'grayscale(1)'")
        page.set_viewport_size({"width": 1062, "height": 730})
        save(page, f"map-{town}-grey-print")


def take_app(chromium: Browser, address: str, width: str) -> None:
    """Take every tab of the coverage page in Chinese, and the map in English."""
    with opened(chromium, address, width) as page:
        page.frame_locator("iframe").locator("path.gm-ground").first.wait_for()
        for place, tab in enumerate(("map", "table", "issues", "figures")):
            page.get_by_role("tab").nth(place).click()
            save(page, f"app-{tab}-{width}")
    with opened(chromium, f"{address}/?lang=en", width) as page:
        page.frame_locator("iframe").locator("path.gm-ground").first.wait_for()
        save(page, f"app-map-english-{width}")


def take_mine(chromium: Browser, address: str, path: Path) -> None:
    """Take the cadre's page from the link to the dispute, and the planner's dialog of links."""
    plan = load_plan(path)
    leaders = plan.assignments[plan.assignments["grid_code"].isin(plan.micro_grids.index)]
    person = leaders.loc[leaders["role"] == "leader", "person_id"].iloc[0]
    today = date.today()
    _, token = make_link(path, person, expires=today + timedelta(days=30), today=today)
    with opened(chromium, f"{address}/?t={token}", "390") as page:
        page.locator(".mine-map path").first.wait_for()
        save(page, "mine-390")
        page.locator(".mine-map").tap()
        page.locator("[data-testid=stAlert]").first.wait_for()
        page.get_by_role("button", name="确认收到本网格").tap()
        page.get_by_text("确认收到。").wait_for()
        save(page, "mine-inside-390")
        page.get_by_text("边界有误？提出异议").tap()
        page.get_by_label("说明", exact=True).fill("河东的三户应归邻村。")
        page.get_by_text("本链接有效期至").scroll_into_view_if_needed()
        save(page, "mine-dispute-390")
        page.get_by_role("button", name="提交异议").tap()
        page.get_by_text("异议已提交").wait_for()
        page.get_by_text("网格概况").scroll_into_view_if_needed()
        save(page, "mine-facts-390")
    with opened(chromium, f"{address}/?t={token}&lang=en", "390") as page:
        page.locator(".mine-map path").first.wait_for()
        save(page, "mine-english-390")
    with opened(chromium, f"{address}/?t=expired", "390") as page:
        page.locator(".mine-closed").wait_for()
        save(page, "mine-closed-390")
    for width in SIZES:
        with opened(chromium, address, width) as page:
            page.frame_locator("iframe").locator("path.gm-ground").first.wait_for()
            page.get_by_role("tab").nth(4).click()
            page.get_by_role("button", name="已处理").wait_for()
            page.get_by_text("确认与异议").scroll_into_view_if_needed()
            save(page, f"app-answers-{width}")
            page.get_by_role("button", name="个人链接与二维码").click()
            page.get_by_role("button", name="生成链接").click()
            page.get_by_role("dialog").locator("code").wait_for()
            save(page, f"app-links-{width}")


@contextmanager
def opened(chromium: Browser, address: str, width: str):
    """Open a page and stop when it asks another host or has an error."""
    with browser.open_page(chromium, address, SIZES[width]) as watched:
        yield watched.page
        if watched.outside or watched.errors:
            sys.exit(f"{address}: {watched.outside} {watched.errors}")


def save(page: Page, name: str) -> None:
    """Write one screenshot with few colours."""
    page.wait_for_timeout(SETTLE_MS)
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    few = image.quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(HERE / f"{name}.png", optimize=True)
    print(f"{name}.png  {(HERE / f'{name}.png').stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
