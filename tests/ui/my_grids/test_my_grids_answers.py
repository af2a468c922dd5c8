"""Receipts, disputes and comments between the cadre's page and the planner's, without a browser."""

import re
from datetime import date, timedelta

import drawn_plan
from cadre_page import (
    CODE,
    EN,
    HOSTILE,
    NOW,
    PASSWORD,
    PERSON,
    inner_point,
    page,
    said,
    token_for,
)

from gridmap.access.accounts import add_account
from gridmap.access.answers import dispute, disputes, responses
from gridmap.access.links import link_address, links_of
from gridmap.access.sidecar import beside
from gridmap.access.view import cadre_view
from gridmap.remarks.comments import comments
from gridmap.store import save_plan
from gridmap.ui.my_grids.answers import answer_table
from gridmap.ui.my_grids.my_grids_page import PLACE
from gridmap.ui.shell.plan_map import WANTED

A_DAY = timedelta(days=1)  # midnight may fall between the page's run and the look at it


def test_a_receipt_and_a_dispute_reach_the_planner(path):
    app = page(path.parent, token_for(path))
    app.session_state[PLACE] = dict(zip(("lon", "lat"), inner_point(), strict=True))
    app.button(key="confirm").click().run()
    (day,) = [
        one[1] for note in app.success if (one := re.search(r"已于 (\S+) 确认收到", note.value))
    ]
    assert date.today() - date.fromisoformat(day) <= A_DAY
    app.text_area(key="sentence").set_value(HOSTILE)
    next(button for button in app.button if button.label == "提交异议").click().run()
    assert not app.exception
    assert any("异议已提交" in note.value for note in app.success)
    assert disputes(path)["sentence"].tolist() == [HOSTILE]

    planner = page(path.parent)
    shown = [note.value for note in planner.markdown if "onerror" in note.value]
    assert len(shown) == 1
    assert "<" not in shown[0].replace("\\<", "")
    assert "**b**" not in shown[0]
    reply = next(field for field in planner.text_input if (field.key or "").startswith("reply-"))
    reply.set_value(HOSTILE)
    settle = next(button for button in planner.button if button.label == "已处理")
    planner = settle.click().run()
    (settled,) = disputes(path)["settled"]
    assert date.today() - date.fromisoformat(settled) <= A_DAY
    assert "待处理的异议（0 条）" in [one.value for one in planner.subheader]
    assert "已办结的异议（1 条）" in [one.label for one in planner.expander]

    app = page(path.parent, token_for(path))
    (state,) = [note.value for note in app.markdown if "办结" in note.value]
    assert f"**已处理** · {settled} 办结" in state
    (told,) = [note.value for note in app.info]
    assert told.startswith("答复（规划员）：") or told.startswith("答复（")
    assert "<" not in told.replace("\\<", "")


def test_answers_that_cannot_be_read_are_told_and_the_pages_stay(path):
    beside(path, "answers").mkdir()
    app = page(path.parent, token_for(path))
    assert not app.exception
    assert "目前无法读取" in app.error[0].value
    assert CODE in said(app)
    planner = page(path.parent)
    assert not planner.exception
    assert planner.tabs[-1].label == "确认与异议（—）"
    assert "无法读取" in planner.error[0].value


def test_a_dispute_without_a_place_or_a_sentence_is_an_error_with_words(path):
    app = page(path.parent, token_for(path))
    send = next(button for button in app.button if button.label == "提交异议")
    send.click().run()
    assert "尚未选择位置" in app.error[0].value
    assert disputes(path).empty


def test_the_dialog_of_links_offers_the_people_on_posts(path):
    app = page(path.parent)
    app.button(key="links").click().run()
    assert not app.exception
    people = app.selectbox(key="link-person")
    assert len(people.options) == 34
    assert "干部008 P008" in people.options
    assert not links_of(path)  # none is made before it is asked for


def test_a_link_needs_an_address_of_a_server():
    assert link_address("https://a.cn/grid/", "x") == "https://a.cn/grid/?t=x"
    for wrong in ("", "a.cn", "javascript:alert(1)", "file:///etc"):
        assert link_address(wrong, "x") == ""


def test_the_list_of_answers_names_the_grid_and_the_person(path):
    plan = drawn_plan.draw_plan()
    table = answer_table(plan, responses(plan, path), EN)
    assert len(table) == 34
    row = table[table["code"] == CODE].iloc[0]
    assert row.tolist() == ["Not confirmed", CODE, "Micro 0101", "干部008", "Leader"]


def test_a_dispute_pressed_twice_is_counted_once_and_one_of_a_person_who_left_still_waits(path):
    plan = drawn_plan.draw_plan()
    lon, lat = inner_point()
    view = cadre_view(plan, PERSON)
    for _ in range(2):
        dispute(path, view, CODE, lon=lon, lat=lat, sentence="河东应归邻村", when=NOW)
    assert page(path.parent).tabs[-1].label == "确认与异议（34）"
    # The person goes: 33 posts wait for a receipt, and the dispute for a reply.
    rows = plan.assignments
    gone = rows["person_id"] == PERSON
    save_plan(plan.with_tables(assignments=rows[~gone]), path, overwrite=True)
    app = page(path.parent)
    assert app.tabs[-1].label == f"确认与异议（{34 - int(gone.sum()) + 1}）"
    assert "待处理的异议（1 条）" in [one.value for one in app.subheader]
    (number,) = disputes(path)["id"]
    app.button(key="settle-refused-" + number).click().run()
    assert disputes(path)["outcome"].tolist() == ["refused"]


def test_comments_at_grids_are_read_answered_and_closed(path):
    app = page(path.parent)
    assert "批注（未办结 0 条）" in [one.value for one in app.subheader]
    save = next(button for button in app.button if button.label == "保存批注")
    save.click().run()
    assert any("请先选择网格" in note.value for note in app.error)
    app.selectbox(key="comment-grid").set_value(CODE)
    app.text_area(key="comment-text-0").set_value(HOSTILE)
    next(button for button in app.button if button.label == "保存批注").click().run()
    (one,) = comments(path)
    assert one.text == HOSTILE
    assert not app.exception
    (shown,) = [note.value for note in app.markdown if "onerror" in note.value]
    assert "<" not in shown.replace("\\<", "")
    app.text_input(key=f"comment-{one.id}").set_value("同意")
    app.button(key=f"answer-comment-{one.id}").click().run()
    assert any("同意" in note.value for note in app.caption)
    app.button(key=f"close-comment-{one.id}").click().run()
    assert not comments(path)[0].is_open
    app.toggle(key="comments-closed").set_value(True).run()
    assert any("已办结" in note.value for note in app.markdown)


def test_a_viewer_comments_and_closes_nothing(path):
    add_account(path.parent, "li", PASSWORD, role="viewer")
    app = page(path.parent)
    app.text_input[0].set_value("li")
    app.text_input[1].set_value(PASSWORD)
    app.button[0].click().run()
    app.session_state[WANTED] = "answers"
    app.run()
    app.selectbox(key="comment-grid").set_value(CODE)
    app.text_area(key="comment-text-0").set_value("河东应归邻村")
    next(button for button in app.button if button.label == "保存批注").click().run()
    (one,) = comments(path)
    assert one.by == "li"
    keys = [button.key for button in app.button if one.id in (button.key or "")]
    assert keys == [f"answer-comment-{one.id}"]
