"""A cadre's page as a file on a phone without a network, and the planner who takes answers in."""

import hashlib
import hmac
import io

import browser
import drawn_plan
from drawn_context import draw_context
from phone_answers import NOW, TODAY, link_for
from PIL import Image
from playwright.sync_api import expect
from pyproj import Transformer
from saved_plans import put_plan
from wcag import breaches

from gridmap.access.answers import disputes, responses
from gridmap.phone import take_in
from gridmap.phone.making import make_page
from gridmap.phone.own_map import own_asset
from gridmap.receipts.by_phone import sent_by_phone
from gridmap.receipts.photos import photo_of
from gridmap.store import load_plan

CODE, PERSON = f"{drawn_plan.WEST_1}01", "P008"
IN_A_FRAME = """whole => {
  const frame = document.createElement("iframe");
  frame.sandbox = "allow-scripts allow-downloads";
  frame.style = "width: 390px; height: 800px";
  frame.srcdoc = whole;
  document.body.replaceChildren(frame);
}"""
LENGTHS = (0, 1, 55, 56, 63, 64, 65, 119, 120, 1000)  # around the ends of blocks


def draw():
    return drawn_plan.draw_plan(context=draw_context(houses=60))


def photo():
    """Take a photo as a camera does: large, and with what it notes."""
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x010E] = "SECRET-PLACE"
    Image.effect_noise((2400, 1600), 80).convert("RGB").save(out, "JPEG", exif=exif)
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_from_a_file_without_a_network_to_the_planners_record(chromium, tmp_path):
    path = tmp_path / "test.gridmap.gpkg"
    put_plan(draw, path)
    plan = load_plan(path)
    file = tmp_path / "mine.html"
    file.write_bytes(make_page(plan, path, link_for(path, PERSON).serial, today=TODAY).page)

    with browser.open_page(chromium, file.as_uri(), browser.PHONE, with_key=False) as cadre:
        page = cadre.page
        page.context.set_offline(True)
        expect(page.locator(".my-grid-label.own")).to_have_text("微网格0101")
        expect(page.locator(".my-grid-label.far")).to_have_count(2)
        expect(page.get_by_text("共边 250 米，网格长：干部")).to_be_visible()
        assert breaches(page) == []
        browser.until(page, lambda: browser.fits(page))
        stand_beside_the_grid(page, plan)
        page.get_by_role("button", name="确认收到本网格").tap()
        expect(page.get_by_text("还没有交给镇网格办")).to_be_visible()
        dispute_with_a_photo(page)
        page.reload()
        expect(page.get_by_role("heading", name="我的答复（2 条待交回）")).to_be_visible()
        expect(page.get_by_text("<b>河东</b>三户")).to_be_visible()
        expect(page.get_by_role("button", name="确认收到本网格")).to_have_count(0)
        page.get_by_role("button", name="English").tap()
        expect(page.get_by_role("heading", name="My answers (2 to hand on)")).to_be_visible()
        assert breaches(page) == []
        with page.expect_download() as given:
            page.get_by_role("button", name="Make the file of answers").tap()
        expect(page.get_by_text("2 answers are in the file")).to_be_visible()
        data = given.value.path().read_bytes()
        assert given.value.suggested_filename.endswith(".gridmap-answers.json")
        page.context.set_offline(False)
        assert (cadre.outside, cadre.errors) == ([], [])
    the_planner_takes_it_in(plan, path, data)


def stand_beside_the_grid(page, plan):
    west, south, _, north = plan.grids.geometry[CODE].bounds
    turned = Transformer.from_crs(plan.crs, "EPSG:4326", always_xy=True)
    lon, lat = turned.transform(west - 123, (south + north) / 2)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 20})
    page.locator(".my-grid-locate").tap()
    said = page.locator(".my-grid-said")
    expect(said).to_have_text("在网格外：往东方走 120 米到“微网格0101”（直线距离）。")
    page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 500})
    expect(said).to_contain_text("不能确定")
    page.locator(".my-grid-map").tap()
    expect(said).to_have_text("您在“微网格0101”内。")


def dispute_with_a_photo(page):
    page.get_by_role("button", name="在此处提出异议").tap()
    expect(page.locator(".phone-pin")).to_contain_text("位置：11")
    page.get_by_role("button", name="记下异议").tap()
    expect(page.get_by_text("请写一句说明。")).to_be_visible()
    page.get_by_label("说明", exact=True).fill("<b>河东</b>三户")
    chosen = page.get_by_label("拍照或选照片（可不填）")
    chosen.set_input_files({"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"no photo"})
    expect(page.get_by_text("这张照片无法读取")).to_be_visible()
    chosen.set_input_files(photo())
    expect(page.get_by_alt_text("要交回的照片")).to_be_visible()
    page.get_by_role("button", name="记下异议").tap()
    expect(page.get_by_text("已记在本机")).to_be_visible()


def the_planner_takes_it_in(plan, path, data):
    assert b"SECRET-PLACE" not in data
    taken = take_in(plan, path, data, when=NOW)
    assert [(one.kind, one.outcome, one.why) for one in taken.answers] == [
        ("confirm", "taken", ""),
        ("dispute", "taken", ""),
    ]
    row = disputes(path).iloc[0]
    assert (row.person_id, row.grid_code, row.sentence) == (PERSON, CODE, "<b>河东</b>三户")
    kept = photo_of(path, sent_by_phone(path)[row.id].photo)
    assert max(Image.open(io.BytesIO(kept)).size) == 1280
    assert (responses(plan, path)["confirmed_on"] != "").sum() == 1
    again = take_in(plan, path, data, when=NOW)
    assert [one.outcome for one in again.answers] == ["again", "again"]


def test_the_page_signs_as_the_planners_side_does(chromium):
    texts = [("网格a" * length)[:length] for length in LENGTHS]
    keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    signed = "pairs.map(([key, text]) => gmSign.hmac(key, text))"
    script = f"([pairs]) => {{ {own_asset('sign.js')} return {signed}; }}"
    with browser.open_page(chromium, "about:blank", browser.PHONE, with_key=False) as phone:
        found = phone.page.evaluate(script, [list(zip(keys, texts, strict=True))])
    assert found == [
        hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest()
        for key, text in zip(keys, texts, strict=True)
    ]


def test_where_nothing_can_be_kept_the_page_says_so_and_still_hands_on(chromium, tmp_path):
    path = tmp_path / "test.gridmap.gpkg"
    put_plan(draw, path)
    plan = load_plan(path)
    whole = make_page(plan, path, link_for(path, PERSON).serial, today=TODAY).page.decode()
    # As a viewer of files shows it: a page without an origin, which no storage belongs to.
    with browser.open_page(chromium, "about:blank", browser.PHONE, with_key=False) as phone:
        page = phone.page
        page.evaluate(IN_A_FRAME, whole)
        inside = page.frame_locator("iframe")
        expect(inside.get_by_text("这里打开的网页不能保存内容")).to_be_visible()
        inside.get_by_role("button", name="确认收到本网格").tap()
        with page.expect_download() as given:
            inside.get_by_role("button", name="生成答复文件").tap()
        taken = take_in(plan, path, given.value.path().read_bytes(), when=NOW)
        assert [one.outcome for one in taken.answers] == ["taken"]
        assert (phone.outside, phone.errors) == ([], [])
