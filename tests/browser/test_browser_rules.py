"""The rules page in a real browser: change a value, see the fault, save, take it back."""

import browser
import drawn_town
import pytest
from playwright.sync_api import expect

from gridmap.rules import load_rules


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rules")
    town = folder / "towns" / "test"
    town.mkdir(parents=True)
    (town / "rules.toml").write_text(drawn_town.rules_text(), "utf-8")
    (folder / "out").mkdir()
    return folder


@pytest.fixture(scope="module")
def address(base):
    with browser.app_server(base / "out", base, base / "towns") as started:
        yield f"{started}/rules?town=test"


def save(page):
    return page.get_by_role("button", name="保存", exact=True)


def test_a_value_is_changed_mended_saved_and_taken_back(context, base):
    path = base / "towns" / "test" / "rules.toml"
    field = context.get_by_role("spinbutton", name="每个微网格人数上限（人）")
    field.fill("60")
    field.press("Enter")
    expect(context.get_by_text("须小于或等于 50。现为 60。")).to_be_visible()
    expect(save(context)).to_be_disabled()
    expect(context.get_by_role("radio", name="承载力（有误）")).to_be_visible()
    field.fill("5")
    field.press("Enter")
    expect(save(context)).to_be_enabled()
    save(context).click()
    expect(context.get_by_text("规则已保存。")).to_be_visible()
    assert load_rules(path).capacity.officers_max == 5
    context.get_by_role("button", name="撤销上次保存").click()
    expect(context.get_by_text("已撤销上次保存。")).to_be_visible()
    expect(field).to_have_value("4")
    assert path.read_text("utf-8") == drawn_town.rules_text()
    context.get_by_role("button", name="恢复撤销的保存").click()
    expect(field).to_have_value("5")


def test_sections_are_reached_by_the_keyboard_and_keep_what_was_typed(context):
    field = context.get_by_role("spinbutton", name="每人每周工时（小时/周）")
    field.fill("9.5")
    field.press("Enter")
    expect(context.get_by_text("待保存的改动（1）")).to_be_visible()
    pill = context.get_by_role("radio", name="定人", exact=True)
    pill.focus()
    context.keyboard.press("Enter")
    expect(context.get_by_role("spinbutton", name="缺少专长（代价）")).to_have_value("10")
    context.get_by_role("radio", name="承载力（已改）").click()
    expect(field).to_have_value("9.5")
    context.get_by_role("button", name="放弃改动").click()
    expect(field).to_have_value("12")


def test_the_file_itself_is_refused_with_a_fault(context, base):
    before = (base / "towns" / "test" / "rules.toml").read_text("utf-8")
    context.get_by_role("radio", name="规则文件").click()
    area = context.get_by_role("textbox", name="规则文件全文")
    area.fill(before.replace("officer_hours = 12.0", "officer_hours = -1"))
    area.blur()
    context.get_by_role("button", name="检查并保存").click()
    expect(context.get_by_text("须大于 0")).to_be_visible()
    assert (base / "towns" / "test" / "rules.toml").read_text("utf-8") == before


def test_a_role_and_a_pin_are_added_seen_in_the_draft_and_saved(context, base):
    path = base / "towns" / "test" / "rules.toml"
    context.get_by_role("radio", name="角色", exact=True).click()
    context.get_by_label("新角色名称").fill("包企干部")
    context.get_by_role("button", name="添加角色").click()
    expect(context.get_by_label("角色名称", exact=True)).to_have_value("包企干部")
    places = context.get_by_role("combobox", name="设在哪里")
    places.fill("企业")
    places.press("Enter")
    context.locator("label", has_text="是否负责人").click()
    context.get_by_text("待保存的改动（3）").click()
    expect(context.get_by_text("角色·包企干部·设在哪里：未设 → 对象：企业")).to_be_visible()
    context.get_by_role("radio", name="固定与回避", exact=True).click()
    context.get_by_role("button", name="添加一条").click()
    expect(context.get_by_text("不得为空").first).to_be_visible()
    expect(save(context)).to_be_disabled()
    context.get_by_role("textbox", name="人员编号").fill("P-7")
    context.get_by_role("textbox", name="人员编号").press("Enter")
    browser.choose(context, "固定还是回避", "回避")
    browser.choose(context, "角色", "包企干部")
    context.get_by_role("textbox", name="岗位").fill("firms:F1-baoqiganbu-01")
    context.get_by_role("textbox", name="岗位").press("Enter")
    expect(save(context)).to_be_enabled()
    save(context).click()
    expect(context.get_by_text("规则已保存。")).to_be_visible()
    rules = load_rules(path)
    assert rules.roles["baoqiganbu"].on == ("object:enterprise",)
    assert rules.roles["baoqiganbu"].leads
    (pin,) = rules.pins
    assert (pin.person, pin.ban, pin.role) == ("P-7", True, "baoqiganbu")
    context.get_by_role("button", name="撤销上次保存").click()
    expect(context.get_by_text("已撤销上次保存。")).to_be_visible()
    assert load_rules(path).roles == {}


def test_the_form_fits_a_phone(chromium, address):
    with browser.open_page(chromium, address, browser.PHONE) as watched:
        page = watched.page
        page.get_by_role("radio", name="工作量", exact=True).tap()
        expect(page.get_by_role("spinbutton", name="每公顷").first).to_be_visible()
        browser.until(page, lambda: browser.fits(page))
        assert (watched.outside, watched.errors) == ([], [])
