"""Takes the pictures of this folder: `python docs/screens/make.py [FOLDER OF PLANS] [WHAT …]`.

WHAT is `maps`, the HTML map of every plan, `pages`, the pages of the app at desk and phone width,
`data`, the page of the data alone, `mine`, the cadre's page alone, `phone`, the same as a file,
`newtown`, the way to a first town, or `prints`, sheets of the PDF; the first two when left out.
Plans are looked for under out/, where `python -m gridmap demo` puts them.
"""

import sys
import tempfile
from datetime import date
from pathlib import Path

import pypdfium2
from camera import ROOT, SIZES, browser, opened, save
from pages import TOWN, take_data, take_mine, take_new_town, take_pages
from phone import take_phone
from playwright.sync_api import Browser

from gridmap.boards.board import Board
from gridmap.boards.numbers import number_of
from gridmap.maps import map_html
from gridmap.maps.pdf import map_pdf
from gridmap.paper import boards_pdf, cards_pdf, default_template
from gridmap.plan.plan import Plan
from gridmap.publish import release
from gridmap.store import load_plan
from gridmap.ui.shell.plans import find_plans

OUT = ROOT / "out"
WHAT = ("maps", "pages", "data", "mine", "phone", "newtown", "prints")
PRINT_PX_A_POINT = 1.1
PRINTED = date(2026, 11, 29)  # on the sheets


def main() -> None:
    """Take the pictures that are asked for."""
    wanted = [word for word in sys.argv[1:] if word in WHAT] or WHAT[:2]
    folders = [Path(word) for word in sys.argv[1:] if word not in WHAT] or [OUT]
    plans = sorted(find_plans(folders[0]))
    if not plans:
        sys.exit(f"There are no plans under {folders[0]}. Make them: python -m gridmap demo")
    if "prints" in wanted:
        for path in plans:
            take_prints(path)
    with browser.chromium() as chromium, tempfile.TemporaryDirectory() as work:
        if "newtown" in wanted:
            take_new_town(chromium, Path(work))
        if "maps" in wanted:
            for path in plans:
                take_maps(chromium, path, Path(work))
        shown = next((path for path in plans if path.name.startswith(TOWN)), plans[0])
        if "pages" in wanted:
            take_pages(chromium, shown, Path(work))
        if "data" in wanted:
            take_data(chromium, shown, Path(work))
        if "mine" in wanted:
            take_mine(chromium, shown, Path(work))
        if "phone" in wanted:
            take_phone(chromium, shown, Path(work))


def take_prints(path: Path) -> None:
    """Take the whole town on A3 and, of the town of the pages, one of many sheets and a grid."""
    town, plan = path.name.split(".")[0], load_plan(path)
    take_print(map_pdf(plan, printed=PRINTED).pdf, 0, f"print-{town}-a3")
    if not town.startswith(TOWN):
        return
    sheets = map_pdf(plan, printed=PRINTED, scale=5_000, landscape=True)
    take_print(sheets.pdf, 0, f"print-{town}-index")
    take_print(sheets.pdf, 1 + sheets.sheets // 2, f"print-{town}-sheet")
    busiest = plan.grids["parent_code"][plan.micro_grids["load_h"].idxmax()]
    grey = map_pdf(plan, printed=PRINTED, paper="A4", grid=busiest, grey=True)
    take_print(grey.pdf, 0, f"print-{town}-grid-grey")
    take_paper(plan, town)


def take_paper(plan: Plan, town: str) -> None:
    """Take a board and cards, as if the rules let the invented names go out."""
    open_to_all = plan.rules.model_copy(
        update={"publish": plan.rules.publish.model_copy(update={"names_public": True})}
    )
    shown = release(plan.with_tables(rules=open_to_all), public=True)
    words = {"hotline": "0371-6000 0000", "supervision": "12345"}  # no such telephone
    template = default_template().model_copy(update=words)
    code = plan.micro_grids["load_h"].idxmax()
    board = Board(number_of([code]), grid_code=code, place="村口公示栏")
    boards = boards_pdf(shown, printed=PRINTED, template=template, places=[board])
    take_print(boards.pdf, 0, f"board-{town}")
    codes = list(shown.micro_grids.index[:10])
    cards = cards_pdf(shown, codes, printed=PRINTED, template=template)
    take_print(cards.pdf, 0, f"cards-{town}-front")


def take_print(pdf: bytes, page: int, name: str) -> None:
    """Save a page of a PDF as a picture of few colours."""
    picture = pypdfium2.PdfDocument(pdf)[page].render(scale=PRINT_PX_A_POINT).to_pil()
    few = picture.convert("RGB").quantize(200)
    few.save(ROOT / "docs" / "screens" / f"{name}.png", optimize=True)


def take_maps(chromium: Browser, path: Path, work: Path) -> None:
    """Take the map of a plan at desk and phone width."""
    town = path.name.split(".")[0]
    page = work / f"{town}.html"
    plan = load_plan(path)
    page.write_text(map_html(plan), encoding="utf-8")
    busiest = plan.micro_grids["load_h"].idxmax()
    for width in SIZES:
        take_map(chromium, page.as_uri(), town, width, busiest)


def take_map(chromium: Browser, address: str, town: str, width: str, code: str) -> None:
    """Take the map as it opens, a card, from near, and on the desk all else: views, dark, print."""
    with opened(chromium, address, width) as page:
        save(page, f"map-{town}-{width}")
        if width != "1440":
            page.locator("#gm-open").click()
            save(page, f"map-{town}-legend-{width}")
        page.locator("#gm-search").fill(code)
        page.keyboard.press("Enter")
        save(page, f"map-{town}-card-{width}")
        page.locator(".gm-close").click()
        page.locator(".leaflet-control-zoom-in").click()
        page.mouse.move(2, 2)  # no name under the pointer
        save(page, f"map-{town}-near-{width}")
        if width != "1440":
            return
        page.locator("#gm-whole").click()
        page.locator("#gm-theme").click()
        save(page, f"map-{town}-dark-{width}")
        page.locator("#gm-theme").click()
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


if __name__ == "__main__":
    main()
