"""Logging in with a browser: one lands on the page that was asked for, a viewer never beyond."""

import browser
import drawn_plan
import pytest
from playwright.sync_api import expect
from saved_plans import put_plan
from wcag import breaches

from gridmap.access.accounts import add_account

PASSWORD = "tea lamp river nine"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("log-in")
    put_plan(drawn_plan.draw_plan, folder / "test.gridmap.gpkg")
    add_account(folder, "li", PASSWORD, role="planner")
    add_account(folder, "wu", PASSWORD, role="viewer")
    with browser.app_server(folder, folder) as started:
        yield started


def log_in(page, name):
    page.get_by_label("账号", exact=True).fill(name)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")


def test_who_logs_in_is_on_the_page_that_was_asked_for(chromium, address):
    with browser.open_page(chromium, f"{address}/people?lang=zh") as watched:
        expect(watched.page.get_by_label("密码", exact=True)).to_be_visible()
        assert breaches(watched.page) == []
        log_in(watched.page, "li")
        expect(watched.page.get_by_role("heading", name="人员", exact=True)).to_be_visible()
        assert "/people" in watched.page.url
        assert (watched.outside, watched.errors) == ([], [])
    with browser.open_page(chromium, f"{address}/people") as watched:
        log_in(watched.page, "wu")
        closed = watched.page.get_by_role("heading", name="此页不对您的账号开放")
        expect(closed).to_be_visible()
        expect(watched.page.get_by_text("测试镇", exact=True)).to_be_visible()
        expect(watched.page.get_by_role("link", name="人员", exact=True)).to_have_count(0)
