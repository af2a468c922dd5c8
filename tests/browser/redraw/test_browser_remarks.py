"""Comments and disputes with real clicks: from the map to an edit, and back to who asked for it."""

from datetime import date, datetime, timedelta

import browser
import redraw_plan
from editor_hand import Hand
from playwright.sync_api import expect
from redraw_plan import W1, W2

from gridmap import edits
from gridmap.access import answers
from gridmap.access.links import make_link
from gridmap.access.view import cadre_view
from gridmap.remarks.board import to_degrees
from gridmap.remarks.comments import comments, pin
from gridmap.store import load_plan

HOSTILE = '<img src=x onerror="alert(1)">河东应归西片'


def test_a_comment_is_pinned_answered_opened_as_an_edit_accepted_and_undone(
    chromium, served, plan_path
):
    with browser.open_page(chromium, f"{served[0]}/redraw?plan={plan_path.name}") as watched:
        page, hand = watched.page, Hand(watched.page)
        expect(hand.editor).to_be_visible(timeout=60_000)
        notes = page.locator(".gm-notes > li")
        expect(hand.editor.get_by_text("还没有批注和异议")).to_be_visible()
        hand.button("在图上添加批注").click()
        page.mouse.click(*hand.place((2.4, 0.4)))
        assert hand.chosen() == []
        page.keyboard.type(HOSTILE)
        hand.button("保存批注").click()
        expect(notes).to_have_count(1)
        expect(notes).to_contain_text(HOSTILE)
        expect(hand.editor.get_by_text("null", exact=True)).to_have_count(0)
        expect(page.locator(".gm-pin")).to_have_count(1)
        expect(page.locator(".gm-pin")).to_have_attribute("title", HOSTILE)

        notes.locator("summary").click()
        page.get_by_label("回复内容").fill("同意，请调整")
        notes.get_by_role("button", name="回复", exact=True).click()
        expect(notes.locator(".gm-note-answer")).to_contain_text("同意，请调整")

        notes.get_by_role("button", name="作为调整打开").click()
        expect(hand.changes()).to_have_count(1)
        expect(hand.changes()).to_contain_text("划转 1 个图斑至西·耕地01")
        expect(hand.changes().locator(".gm-asked")).to_contain_text("河东应归西片")
        assert hand.labels("P20") == [W1]
        hand.accept("已踏勘")
        expect(notes).to_have_count(0)  # the filter shows open ones
        saved = load_plan(plan_path)
        assert "河东应归西片" in saved.edits["why"].iloc[0]
        assert saved.edits["why"].iloc[0].endswith("；已踏勘")
        (one,) = comments(plan_path)
        assert (one.is_open, one.edit.split(":")[0]) == (False, "E000001")
        page.get_by_label("筛选批注与异议").select_option("all")
        expect(notes).to_contain_text("已办结 E000001")

        hand.button("撤销").first.click()
        expect(page.locator(".gm-news.note")).to_contain_text("已撤销上一项调整")
        expect(notes.get_by_role("button", name="作为调整打开")).to_be_visible()
        notes.get_by_role("button", name="办结", exact=True).click()
        notes.get_by_role("button", name="重新打开").click()
        expect(notes.get_by_role("button", name="定位")).to_be_visible()
        expect(notes.get_by_role("button", name="办结", exact=True)).to_be_visible()
        assert comments(plan_path)[0].is_open
        assert watched.errors == []


def test_a_comment_on_the_coverage_map_leads_to_its_place_on_the_redraw_page(
    chromium, served, plan_path
):
    lon, lat = to_degrees(redraw_plan.draw(), *redraw_plan.at(2.4, 0.4))
    pin(plan_path, lon=lon, lat=lat, text=HOSTILE, by="李工", when=datetime(2026, 11, 3, 9, 5))
    with browser.open_page(chromium, f"{served[0]}/coverage?plan={plan_path.name}") as watched:
        page, hand = watched.page, Hand(watched.page)
        frame = page.frame_locator("iframe").first
        frame.get_by_label("批注（1 个）").uncheck()
        expect(frame.locator(".gm-remark")).to_have_count(0)
        frame.get_by_label("批注（1 个）").check()
        frame.get_by_role("button", name=f"批注 {HOSTILE}").click()
        card = frame.locator(".gm-remark-card")
        expect(card.locator(".gm-remark-text")).to_have_text(HOSTILE)
        expect(card).to_contain_text("李工 · 2026-11-03 09:05")
        expect(card).to_contain_text("未回复")
        card.get_by_role("button", name="到“调整”页查看").click()
        expect(hand.editor).to_be_visible(timeout=60_000)
        box = page.locator(".gm-map").bounding_box()
        x, y = hand.place((2.4, 0.4))
        assert abs(x - box["x"] - box["width"] / 2) < 5
        assert abs(y - box["y"] - box["height"] / 2) < 5
        expect(hand.changes()).to_have_count(0)  # looked at: nothing is to be changed by it
        assert watched.errors == []


def person_on(plan, code):
    rows = plan.assignments
    return rows[(rows["grid_code"] == code) & (rows["status"] == "filled")]["person_id"].iloc[0]


def disputed(chromium, address, token, *spot):
    """Send a dispute as a cadre does, with a double click."""
    lon, lat = to_degrees(redraw_plan.draw(), *redraw_plan.at(*spot))
    with browser.open_page(chromium, f"{address}/?t={token}", browser.PHONE) as watched:
        page = watched.page
        page.get_by_text("填写经纬度，或定位偏了几百米？", exact=True).click()
        page.get_by_label("经度").fill(f"{lon:.6f}")
        page.get_by_label("纬度").fill(f"{lat:.6f}")
        page.get_by_role("button", name="查看是否在内").click()
        page.get_by_role("button", name="在此处提出异议").click()
        page.get_by_label("说明", exact=True).fill("河东三户应归西邻")
        page.get_by_role("button", name="提交异议").dblclick()
        expect(page.get_by_text("我提出的异议")).to_be_visible()
        expect(page.get_by_text("待处理", exact=True)).to_have_count(1)


def test_a_dispute_opens_as_an_edit_and_the_reply_reaches_the_cadre(chromium, served, plan_path):
    address, _ = served
    plan = redraw_plan.draw()
    person, today = person_on(plan, W2), date.today()
    _, token = make_link(plan_path, person, expires=today + timedelta(days=9), today=today)
    disputed(chromium, address, token, 2.2, 1.5)
    assert len(answers.disputes(plan_path)) == 1

    with browser.open_page(chromium, f"{address}/coverage?plan={plan_path.name}") as watched:
        page, hand = watched.page, Hand(watched.page)
        page.get_by_role("tab", name="确认与异议").click()
        expect(page.get_by_role("heading", name="待处理的异议（1 条）")).to_be_visible()
        page.get_by_role("button", name="作为调整打开").click()
        expect(hand.changes()).to_have_count(1)
        expect(hand.changes().locator(".gm-asked")).to_contain_text("河东三户应归西邻")
        assert hand.labels("P21") == [W1]
        box = page.locator(".gm-map").bounding_box()
        x, y = hand.place((2.2, 1.5))
        assert abs(x - box["x"] - box["width"] / 2) < 5  # the map looks at the place
        assert abs(y - box["y"] - box["height"] / 2) < 5
        hand.changes().get_by_label("给干部的答复").fill("照办，已划给西片")
        hand.accept()
        assert redraw_plan.code_of(load_plan(plan_path), "P21") == [W1]
        row = answers.disputes(plan_path).iloc[0]
        assert (row["outcome"], row["edit"].split(":")[0]) == ("accepted", "E000001")
        assert watched.errors == []

    with browser.open_page(chromium, f"{address}/?t={token}", browser.PHONE) as watched:
        page = watched.page
        expect(page.get_by_text("照办，已划给西片")).to_be_visible()
        expect(page.get_by_text("采纳", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="确认收到本网格")).to_be_visible()
        assert browser.fits(page)
        assert watched.errors == []


def test_what_no_edit_can_do_is_said_and_a_refusal_cancels_the_ready_edit(
    chromium, served, plan_path
):
    address, _ = served
    plan = redraw_plan.draw()
    view = cadre_view(plan, person_on(plan, W2))
    when = datetime(2026, 11, 20, 9, 30)
    for spot, text in (((4.5, 0.5), "东村也应归我"), ((2.5, 0.5), "应归西邻")):
        lon, lat = to_degrees(plan, *redraw_plan.at(*spot))
        answers.dispute(plan_path, view, W2, lon=lon, lat=lat, sentence=text, when=when)
    with browser.open_page(chromium, f"{address}/redraw?plan={plan_path.name}") as watched:
        page, hand = watched.page, Hand(watched.page)
        expect(hand.editor).to_be_visible(timeout=60_000)
        far = page.locator(".gm-notes > li", has_text="东村也应归我")
        near = page.locator(".gm-notes > li", has_text="应归西邻")
        far.get_by_role("button", name="作为调整打开").click()
        expect(page.locator(".gm-news.fault")).to_contain_text("须更改网格层级")
        expect(hand.changes()).to_have_count(0)
        far.locator("summary").click()
        far.get_by_label("给干部的答复").fill("村界须报县里")
        far.locator("[data-outcome=done]").click()
        expect(far).to_have_count(0)  # the filter shows open ones
        near.get_by_role("button", name="作为调整打开").click()
        expect(hand.changes()).to_have_count(1)
        hand.changes().get_by_label("给干部的答复").fill("以河为界，不改")
        hand.button("不采纳").click()
        expect(hand.changes()).to_have_count(0)
        known = answers.disputes(plan_path).set_index("sentence")
        assert known["outcome"].to_dict() == {"东村也应归我": "done", "应归西邻": "refused"}
        assert known["reply"].tolist() == ["村界须报县里", "以河为界，不改"]
        assert edits.edit_log(load_plan(plan_path)).empty
        assert watched.errors == []
