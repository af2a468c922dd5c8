"""The app is killed while changes are pending: they are there again and are accepted."""

import os
import signal
import subprocess

import browser
import redraw_plan
from editor_hand import Hand
from playwright.sync_api import expect
from redraw_plan import E1, W1

from gridmap.store import load_plan, save_plan


def kill_app(address):
    """End the app as a power cut does; it is the process that listens at the address."""
    port = address.rpartition(":")[2]
    found = subprocess.run(["pgrep", "-f", f"server.port {port}"], capture_output=True, text=True)
    (process,) = found.stdout.split()
    os.kill(int(process), signal.SIGKILL)


def test_pending_changes_come_back_after_the_app_was_killed(chromium, tmp_path):
    path = tmp_path / "t.gridmap.gpkg"
    save_plan(redraw_plan.draw(), path)
    where = f"redraw?plan={path.name}"
    with (
        browser.app_server(tmp_path, tmp_path) as address,
        browser.open_page(chromium, f"{address}/{where}") as watched,
    ):
        page, hand = watched.page, Hand(watched.page)
        expect(hand.editor).to_be_visible(timeout=60_000)
        for patch, to in (("P20", W1), ("P40", "+1")):
            hand.click(patch)
            page.locator(f"button[data-grid='{to}']").click()
            hand.rest()
        expect(hand.changes()).to_have_count(2)
        page.on("dialog", lambda dialog: dialog.accept())
        kill_app(address)
    with (
        browser.app_server(tmp_path, tmp_path) as address,
        browser.open_page(chromium, f"{address}/{where}") as watched,
    ):
        page, hand = watched.page, Hand(watched.page)
        expect(page.locator(".gm-news.note")).to_contain_text("上次未接受的 2 项调整已恢复")
        expect(hand.button("放弃")).to_be_visible()
        expect(hand.changes()).to_have_count(2)
        assert hand.labels("P20", "P40", "P50") == [W1, "TVE02", E1]
        hand.accept()
        saved = load_plan(path)
        assert redraw_plan.code_of(saved, "P20", "P40") == [W1, "TVE02"]
        assert not list(tmp_path.glob("*.pending*"))
        page.reload()
        expect(hand.editor).to_be_visible()
        expect(hand.changes()).to_have_count(0)
        assert watched.errors == []
