"""The whole way with real clicks: a planner from files to hand-over, then a cadre with a phone.

The journeys D.1 (load, split, redraw with a repaired break, undo, accept, assign, export) and D.3
(open the link, am I inside, confirm) in one walk over a drawn town.
"""

import json
import re
from itertools import product

import browser
import drawn_town
import pytest
from browser import toasted
from editor_hand import Hand
from playwright.sync_api import expect

from gridmap import edits
from gridmap.store import load_plan

WORK_MS = 60_000
TARGET = 16
LEAST_BORDER_M = 50


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("journey")
    drawn_town.write_town(folder / "towns" / "test")
    (folder / "out").mkdir()
    return folder


def breaking_move(plan):
    """Find a patch whose move tears its micro-grid, with an offer that repairs it."""
    labelled = plan.patches[plan.patches["grid_code"] != ""]
    for patch, code in product(labelled.index, plan.micro_grids.index):
        same_parent = labelled.at[patch, "parent_code"] == plan.grids.at[code, "parent_code"]
        if not same_parent or labelled.at[patch, "grid_code"] == code:
            continue
        border = labelled.geometry[patch].intersection(plan.grids.geometry[code]).length
        if border < LEAST_BORDER_M:  # the editor offers the neighbours
            continue
        seen = edits.preview(plan, edits.move_patches(plan, [patch], code))
        if seen.violations and seen.offers and not seen.is_sound:
            return patch, code
    pytest.fail("the drawn town has no patch whose move breaks a micro-grid")


def test_from_files_to_the_cadres_receipt(chromium, base, tmp_path):
    path = base / "out" / "test" / "test.gridmap.gpkg"
    with (
        browser.app_server(base / "out", base, base / "towns") as address,
        browser.open_page(chromium, f"{address}/?town=test") as planner,
    ):
        page = planner.page
        look_at_the_data(page)
        split(page)
        redraw(page, path)
        give_people(page, path)
        export(page, path, tmp_path)
        link = make_link(page, path)
        with browser.open_page(chromium, link, browser.PHONE) as cadre:
            confirm(cadre.page)
            assert (cadre.outside, cadre.errors) == ([], [])
        page.reload()
        page.get_by_role("tab", name=re.compile("确认与异议")).click()
        expect(page.get_by_text("1 人次已确认")).to_be_visible()
        assert (planner.outside, planner.errors) == ([], [])


def go_to(page, name):
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def look_at_the_data(page):
    go_to(page, "数据")
    expect(page.get_by_text("方案还需要什么")).to_be_visible()
    expect(page.locator("[class*='st-key-file-']").first).to_be_visible()


def split(page):
    go_to(page, "划分")
    field = page.get_by_role("textbox", name="目标个数")
    field.fill(str(TARGET))
    field.press("Enter")
    start = page.get_by_role("button", name="开始划分")
    expect(page.get_by_text("将试划 1 次")).to_be_visible()
    start.click()
    take = page.get_by_role("button", name="采用第 1 次")
    expect(take).to_be_visible(timeout=WORK_MS)
    take.click()
    expect(page.get_by_test_id("stAlertContentSuccess")).to_contain_text("已采用第 1 次")


def redraw(page, path):
    plan = load_plan(path)
    assert len(plan.micro_grids) == TARGET
    patch, code = breaking_move(plan)
    go_to(page, "调整")
    hand = Hand(page)
    expect(hand.editor).to_be_visible()
    hand.click(patch)
    assert hand.chosen() == [patch]
    page.locator(f".gm-target[data-grid='{code}']").click()
    violations = page.locator(".gm-break.error")
    expect(violations.first).to_be_visible()
    page.locator(".gm-offer button").first.click()
    expect(violations).to_have_count(0)
    hand.accept("以路为界")
    changed = load_plan(path)
    assert edits.history(changed)["why"].tolist() == ["以路为界"]
    page.keyboard.press("Control+z")
    expect(page.locator(".gm-news.note")).to_contain_text("已撤销")
    assert load_plan(path).patches["grid_code"].equals(plan.patches["grid_code"])
    page.keyboard.press("Control+y")
    expect(page.locator(".gm-news.note")).to_contain_text("已重做")
    assert load_plan(path).patches["grid_code"].equals(changed.patches["grid_code"])


def give_people(page, path):
    go_to(page, "人员")
    page.get_by_role("tab", name="花名册").click()
    page.get_by_role("button", name="重新定人").click()
    toasted(page, "已重新定人")
    assert edits.history(load_plan(path))["kind"].tolist() == ["move", "undo", "redo", "assign"]


def export(page, path, folder):
    go_to(page, "交付")
    page.get_by_role("checkbox", name="公示牌").uncheck(force=True)
    for kind in ("覆盖图（网页）", "检查报告与台账（Excel）", "方案文件（GeoPackage）",
                 "边界文件（GeoJSON）"):  # fmt: skip
        page.get_by_role("checkbox", name=kind).check(force=True)
        browser.settled(page)
    page.get_by_role("button", name="生成文件").click()
    expect(page.get_by_text("已生成 4 个文件")).to_be_visible()
    expect(page.get_by_text("仍然完整覆盖")).to_be_visible()
    with page.expect_download() as given:
        page.get_by_role("button", name="下载 test.geojson").click()
    given.value.save_as(folder / "given.geojson")
    head = json.loads((folder / "given.geojson").read_text(encoding="utf-8"))
    assert head["gridmap"]["topology"]["valid_tiling"]
    assert len(head["features"]) == len(load_plan(path).grids)
    with page.expect_download() as given:
        page.get_by_role("button", name="下载 test.html").click()
    assert given.value.suggested_filename == "test.html"
    for ending in ("report.xlsx", "gridmap.gpkg"):
        with page.expect_download() as given:
            page.get_by_role("button", name=f"下载 test.{ending}").click()
        given.value.save_as(folder / ending)
        assert (folder / ending).stat().st_size > 1000


def make_link(page, path):
    plan = load_plan(path)
    rows = plan.assignments
    person = rows.loc[(rows["role"] == "leader") & (rows["status"] == "filled"), "person_id"]
    go_to(page, "覆盖")
    page.get_by_role("tab", name=re.compile("确认与异议")).click()
    page.get_by_role("button", name="个人链接与二维码").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="给谁").click()
    page.keyboard.type(person.iloc[-1])
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="生成链接").click()
    code = dialog.locator("code")
    expect(code).to_contain_text("?t=")
    link = code.inner_text()
    page.keyboard.press("Escape")
    return link


def confirm(page):
    expect(page.locator(".my-grid-map path").first).to_be_visible()
    page.locator(".my-grid-map").tap()
    expect(page.locator(".my-grid-said")).to_contain_text("网格")
    page.get_by_role("button", name="确认收到本网格").tap()
    expect(page.get_by_text(re.compile("已于 .* 确认收到"))).to_be_visible()
