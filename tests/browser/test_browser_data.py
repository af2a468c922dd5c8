"""The page 数据 in a real browser: a town from files of an office, nothing taken in silence."""

import re

import browser
import pytest
from browser import choose
from office_files import GRIDS, LAND, PREFIXED_ZONE, SHIFTED, write_office_files
from playwright.sync_api import expect

from gridmap.rules import load_rules
from gridmap.rules.entries import entries_of, undeclare
from gridmap.ui.shell.towns import copy_sample, find_samples

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def towns(tmp_path_factory):
    return tmp_path_factory.mktemp("app") / "towns"


@pytest.fixture(scope="module")
def address(towns):
    (towns.parent / "out").mkdir()
    with browser.app_server(towns.parent / "out", towns.parent, towns) as started:
        yield started


@pytest.fixture
def context(chromium, address):
    with browser.open_page(chromium, f"{address}/data") as watched:
        yield watched.page
        assert watched.outside == []
        assert watched.errors == []


def open_file(page, name):
    row_of(page, name).get_by_role("button", name="查看").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def row_of(page, name):
    # The whole name: there may be an open_water.fgb beside water.fgb.
    whole = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(name)}")
    return page.locator("[class*='st-key-file-']").filter(has_text=whole)


def test_a_new_town_from_office_files_names_zone_and_shift_and_asks(context, towns, tmp_path):
    """The journey D.1, step 1."""
    files = write_office_files(tmp_path / "office")
    context.get_by_label("镇名").fill("测试镇")
    context.get_by_label("镇的编码").fill("410122106")
    context.get_by_role("button", name="建立").click()
    expect(context.get_by_text("文件夹是空的")).to_be_visible()
    context.locator("input[type=file]").set_input_files(files)
    expect(row_of(context, GRIDS)).to_contain_text("请说明用途")
    town = towns / "测试镇"
    assert {path.name for path in files} <= {path.name for path in town.iterdir()}
    # The work CRS: what suits is offered first, a person decides.
    choose(context, "工作坐标系", "EPSG:4547")
    context.get_by_role("button", name="写入规则").click()
    expect(context.get_by_text("工作坐标系已定")).to_be_visible()
    open_file(context, GRIDS)
    choose(context, "用途", "网格体系")
    context.get_by_role("button", name="写入规则").click()
    # Eastings with a zone number: named, and to be confirmed.
    open_file(context, LAND)
    expect(context.get_by_text("横坐标以 38 开头").first).to_be_visible()
    choose(context, "用途", "用地图层")
    context.get_by_text("按编码列归类").click()
    choose(context, "编码所在的列", "DLBM")
    choose(context, "编码体系", "土地利用现状分类")
    save = context.get_by_role("button", name="写入规则")
    expect(context.get_by_text("请选择坐标系。")).to_be_visible()
    expect(save).to_be_disabled()
    choose(context, "文件的坐标系", "EPSG:4526")
    expect(context.get_by_text("坐标由 EPSG:4526 转到 EPSG:4547")).to_be_visible()
    save.click()
    expect(row_of(context, LAND)).to_contain_text("用地图层：土地利用现状分类")
    # A shifted web map: the metres are named, and the datum is asked.
    open_file(context, SHIFTED)
    choose(context, "用途", "用地图层")
    choose(context, "类别", "水域")
    expect(context.get_by_text("错开约 562 米（GCJ-02）")).to_be_visible()
    expect(save).to_be_disabled()
    context.get_by_text("高德、腾讯地图").click()
    save.click()
    expect(row_of(context, SHIFTED)).to_contain_text("用地图层：水域")
    layers = {layer.file: layer for layer in load_rules(town / "rules.toml").layers}
    assert layers[LAND].crs == PREFIXED_ZONE
    assert layers[LAND].codes == "gbt21010"
    assert layers[SHIFTED].datum == "gcj02"
    context.get_by_text("在一张地图上看全部图层").click()
    expect(context.locator(".data-map canvas")).to_be_visible()
    # Where it lies now is shown on the map, with the outline.
    open_file(context, SHIFTED)
    expect(context.locator(".data-map canvas")).to_be_visible()
    expect(context.locator(".data-keys")).to_contain_text("镇界")


def test_a_file_is_put_aside_and_comes_back_with_its_entry(context, towns):
    sample = next(one for one in find_samples() if one.name == "zhengan")
    town = copy_sample(sample, towns)
    before = (town / "rules.toml").read_text(encoding="utf-8")
    context.goto(f"{context.url.partition('?')[0]}?town={town.name}")
    open_file(context, "water.fgb")
    expect(context.locator(".data-map canvas")).to_be_visible()
    context.get_by_role("button", name="移出").click()
    context.get_by_role("button", name="确认移出").click()
    expect(context.get_by_text("已移出：water.fgb")).to_be_visible()
    expect(row_of(context, "water.fgb")).to_have_count(0)
    assert not (town / "water.fgb").exists()
    assert 'file = "water.fgb"' not in (town / "rules.toml").read_text(encoding="utf-8")
    context.get_by_role("button", name="撤销").click()
    expect(row_of(context, "water.fgb")).to_contain_text("用地图层：水域")
    assert (town / "rules.toml").read_text(encoding="utf-8") == before


def test_data_page_on_a_phone_in_english_fits_and_has_no_chinese(chromium, address, towns):
    town = copy_sample(next(one for one in find_samples() if one.name == "zhengan"), towns)
    link = f"{address}/data?town={town.name}&lang=en"
    with browser.open_page(chromium, link, browser.PHONE) as watched:
        page = watched.page
        expect(page.get_by_text("Land-use layer: Water")).to_be_visible()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width == browser.PHONE["width"]
        row_of(page, "water.fgb").get_by_role("button", name="Look").tap()
        expect(page.get_by_text("Say what it is", exact=False).or_(page.get_by_text("What it is"))
               .first).to_be_visible()  # fmt: skip
        browser.at_rest(page)
        text = page.locator("[data-testid='stMain']").inner_text()
        assert not CHINESE.search(text.replace("中文", "").replace("郑庵镇", "")), text
        assert (watched.outside, watched.errors) == ([], [])


def test_what_a_town_registers_is_declared_in_the_browser_and_read_into_its_plan(context, towns):
    """The sample's own files, whose entries are taken out and given again by hand."""
    town = copy_sample(next(one for one in find_samples() if one.name == "zhengan"), towns)
    text = (town / "rules.toml").read_text(encoding="utf-8")
    own = [one for one in entries_of(text) if one.file in ("units.csv", "groups.csv", "boards.csv")]
    for entry in reversed(own):
        text = undeclare(text, entry)
    (town / "rules.toml").write_text(text, encoding="utf-8")
    context.goto(f"{context.url.partition('?')[0]}?town={town.name}")
    save = context.get_by_role("button", name="写入规则")
    open_file(context, "units.csv")
    choose(context, "用途", "台账")
    choose(context, "对象类别", "单位")
    expect(context.get_by_text("这些对象不计工作量")).to_be_visible()
    choose(context, "编号列", "编号")
    choose(context, "记录编号列（可不选）", "地块编号")
    expect(context.get_by_text("已按划分的方式试读")).to_be_visible()
    save.click()
    expect(row_of(context, "units.csv")).to_contain_text("台账：单位")
    open_file(context, "boards.csv")
    choose(context, "用途", "公示牌")
    expect(context.get_by_text("由表头认出的列：编号、网格编码、对象编号、位置")).to_be_visible()
    expect(context.get_by_text("清单可以读取")).to_be_visible()
    save.click()
    expect(row_of(context, "boards.csv")).to_contain_text("公示牌")
    open_file(context, "groups.csv")
    choose(context, "用途", "组合")
    expect(context.get_by_text("由表头认出的列：组合编号、名称、类型、成员类型")).to_be_visible()
    save.click()
    expect(row_of(context, "groups.csv")).to_contain_text("组合")
    rules = load_rules(town / "rules.toml")
    assert (rules.registers[-1].kind, rules.registers[-1].category) == ("unit", None)
    assert (rules.boards[0].file, rules.groups[0].file) == ("boards.csv", "groups.csv")
