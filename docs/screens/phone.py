"""The page of a cadre as a file on a phone: a dispute with its photo, and what waits."""

import io
from datetime import date, timedelta
from pathlib import Path

from camera import opened, save
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, expect

from gridmap.phone import link_of_person, make_page
from gridmap.store import load_plan, save_plan

__all__ = ["take_phone"]

SENTENCE = "河东的三户应归邻村，界线应沿河走。"


def take_phone(chromium: Browser, plan: Path, work: Path) -> None:
    """Take the page of the first leader of a micro-grid as it is opened from a file."""
    path = work / "phone.gridmap.gpkg"
    known = load_plan(plan)
    save_plan(known, path)
    posts = known.assignments
    leaders = posts[posts["grid_code"].isin(known.micro_grids.index) & (posts["role"] == "leader")]
    today = date.today()
    until = today + timedelta(days=30)
    serial, _ = link_of_person(path, leaders["person_id"].iloc[0], until=until, today=today)
    file = work / "phone.html"
    file.write_bytes(make_page(known, path, serial, today=today).page)
    with opened(chromium, file.as_uri(), "390") as page:
        page.locator(".my-grid-map path").first.wait_for()
        page.get_by_role("button", name="确认收到本网格").tap()
        page.locator(".my-grid-map").tap()
        page.get_by_role("button", name="在此处提出异议").tap()
        page.get_by_label("说明", exact=True).fill(SENTENCE)
        page.get_by_label("拍照或选照片").set_input_files(
            {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": _photo()}
        )
        page.get_by_alt_text("要交回的照片").wait_for()
        page.get_by_role("button", name="记下异议").scroll_into_view_if_needed()
        save(page, "phone-dispute-390")
        page.get_by_role("button", name="记下异议").tap()
        expect(page.get_by_text("已记在本机")).to_be_visible()
        page.get_by_role("button", name="生成答复文件").scroll_into_view_if_needed()
        save(page, "phone-answers-390")


def _photo() -> bytes:
    """Draw a river between fields, as a photo."""
    picture = Image.new("RGB", (1200, 900), "#8fb36b")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, 1200, 320), fill="#bcd7ee")
    pen.polygon([(420, 320), (520, 320), (760, 900), (380, 900)], fill="#5f8fb5")
    for at in (760, 880, 1000):
        pen.rectangle((at, 300, at + 80, 370), fill="#d9d2c4")
        pen.polygon([(at - 10, 300), (at + 40, 250), (at + 90, 300)], fill="#a5533c")
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()
