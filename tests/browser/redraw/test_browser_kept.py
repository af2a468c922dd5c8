"""The app is killed while changes are pending: they are there again and are accepted."""

import os
import signal
from contextlib import nullcontext

import browser
import redraw_plan
from editor_hand import Hand
from playwright.sync_api import expect
from redraw_plan import E1, W1, W2

from gridmap import edits
from gridmap.edits.kept import keep_pending, new_place
from gridmap.store import load_plan, save_plan


def let_tell_its_number(folder):
    """Have the app write down which process it is, before it shows its first page."""
    page, number = folder / "page.py", folder / "number"
    told = (
        f"import os\nfrom pathlib import Path\nPath({str(number)!r}).write_text(str(os.getpid()))\n"
    )
    page.write_text(told + page.read_text("utf-8"), encoding="utf-8")
    return number


def test_pending_changes_come_back_after_the_app_was_killed(chromium, tmp_path):
    path = tmp_path / "t.gridmap.gpkg"
    save_plan(redraw_plan.draw(), path)
    where = f"redraw?plan={path.name}"
    with (
        browser.app_server(tmp_path, tmp_path) as address,
        nullcontext(let_tell_its_number(tmp_path)) as number,
        browser.open_page(chromium, f"{address}/{where}") as watched,
    ):
        page, hand = watched.page, Hand(watched.page)
        expect(hand.editor).to_be_visible(timeout=60_000)
        for patch, to in (("P20", W1), ("P40", "+1")):
            hand.click(patch)
            page.locator(f".gm-targets [data-grid='{to}']").click()
            hand.rest()
        expect(hand.changes()).to_have_count(2)
        page.once("dialog", lambda dialog: dialog.accept())
        os.kill(int(number.read_text()), signal.SIGKILL)
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

        # A list that cannot go on, for others have changed its ground, waits for a decision.
        plan, pending = redraw_plan.draw(), ()
        for patch, to in (("P20", W1), ("P40", edits.NEW)):
            draft = pending[-1].after if pending else plan
            pending = edits.add_pending(plan, pending, edits.move_patches(draft, [patch], to))
        keep_pending(new_place(path, ""), "", plan, pending)
        merged = edits.apply(plan, edits.merge_grids(plan, [W1, W2]), **redraw_plan.BY, check=False)
        save_plan(merged, path, overwrite=True)
        page.reload()
        expect(page.locator(".gm-news.stale")).to_contain_text("调整暂不能恢复")
        expect(hand.changes()).to_have_count(0)
        hand.button("恢复仍可进行的").click()
        expect(hand.changes()).to_have_count(1)
        hand.button("放弃").click()
        expect(hand.changes()).to_have_count(0)
        assert not list(tmp_path.glob("*.pending*"))
        assert watched.errors == []
