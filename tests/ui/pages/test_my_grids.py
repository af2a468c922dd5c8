"""The cadre's page and the planner's side without a browser: doors, words, answers, escaping."""

import re
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import drawn_plan
import pytest
from app_pages import turn_to
from project import ROOT
from pyproj import Transformer
from saved_plans import put_plan
from streamlit.testing.v1 import AppTest

from gridmap.access.accounts import add_account, remove_account
from gridmap.access.answers import dispute, disputes, responses
from gridmap.access.links import link_address, links_of, make_link, revoke
from gridmap.access.sidecar import beside
from gridmap.access.view import cadre_view
from gridmap.remarks.comments import comments
from gridmap.store import save_plan
from gridmap.ui.my_grids.answers import answer_table
from gridmap.ui.my_grids.grid_map import map_data
from gridmap.ui.my_grids.grid_sheet import grid_sheet, office_contact
from gridmap.ui.my_grids.my_grids_page import PLACE
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.no_page import closed_page
from gridmap.ui.shell.plan_map import WANTED

CHINESE = re.compile("[\u4e00-\u9fff]")
DATA_IN_CHINESE = re.compile(r"干部\d+|镇机关|安全生产排查|人居环境|微网格\d+|中文")
SECONDS = 60
CODE = f"{drawn_plan.WEST_1}01"
PERSON, PASSWORD = "P008", "tea lamp river nine"
HOSTILE = '<img src=x onerror="alert(1)">**b**'
TODAY = date.today()
NOW = datetime(2026, 11, 20, 9, 30)
ZH, EN = Translator("zh"), Translator("en")


@pytest.fixture
def path(tmp_path):
    place = tmp_path / "test.gridmap.gpkg"
    put_plan(drawn_plan.draw_plan, place)
    return place


def token_for(path, person=PERSON, days=30, made=TODAY):
    _, token = make_link(path, person, expires=made + timedelta(days=days), today=made)
    return token


def page(folder: Path, token: str | None = None, **query: str) -> AppTest:
    app = AppTest.from_string(
        f"from pathlib import Path\nfrom gridmap.ui.start import run\nrun(Path({str(folder)!r}))\n",
        default_timeout=SECONDS,
    )
    if token is not None:
        app.query_params["t"] = token
    else:
        turn_to(app, "coverage")
        app.session_state[WANTED] = "answers"  # the tab that opens first
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def said(app: AppTest) -> str:
    """All the text of a page that is not its style."""
    shown = []
    for element in app.main:
        for name in ("label", "placeholder", "value", "body", "help"):
            text = getattr(element, name, None)
            if isinstance(text, str):
                shown.append(text)
        markup = getattr(element.proto, "body", "") if element.type == "html" else ""
        shown.append(markup if isinstance(markup, str) else "")
    return "\n".join(text for text in shown if not text.lstrip().startswith(("<style", "/*")))


def inner_point():
    outline = drawn_plan.draw_plan().grids.geometry[CODE]
    to_degrees = Transformer.from_crs(outline_crs(), "EPSG:4326", always_xy=True)
    return to_degrees.transform(outline.centroid.x, outline.centroid.y)


def outline_crs():
    return drawn_plan.draw_plan().crs


# doors


def test_a_link_opens_the_own_grid_and_nothing_else(path):
    app = page(path.parent, token_for(path))
    assert not app.exception
    assert app.title[0].value == "我的网格"
    text = said(app)
    assert CODE in text
    assert "干部009" in text
    assert not app.metric
    assert not app.tabs
    for foreign in ("干部015", drawn_plan.PHONE, f"{drawn_plan.EAST_1}02", "P009"):
        assert foreign not in text


def test_the_page_in_english_has_no_chinese_word_of_ours(path):
    app = page(path.parent, token_for(path), lang="en")
    assert app.title[0].value == "My grid"
    assert not CHINESE.search(DATA_IN_CHINESE.sub("", said(app)))


def test_an_expired_revoked_or_foreign_link_shows_its_state_and_nothing_else(path):
    long_ago = TODAY - timedelta(days=90)
    revoked = token_for(path)
    revoke(path, person_id=PERSON, today=TODAY)
    cases = {
        token_for(path, made=long_ago, days=10): "链接已过期",
        revoked: "链接已停用",
        "nonsense": "链接无效",
        "": "链接无效",
    }
    for token, words in cases.items():
        app = page(path.parent, token)
        text = said(app)
        assert not app.exception
        assert words in text
        assert CODE not in text
        assert "干部" not in text
        assert not app.metric
        assert not app.button


def test_a_person_who_left_the_roster_sees_an_empty_page_with_words(path):
    text = said(page(path.parent, token_for(path, person="P999")))
    assert "您目前没有网格" in text


def test_without_a_link_the_planner_at_this_machine_sees_the_coverage(path):
    assert page(path.parent).title[0].value == "覆盖"


def test_with_accounts_one_must_log_in_and_a_viewer_gets_no_links(path):
    add_account(path.parent, "li", PASSWORD, role="viewer")
    app = page(path.parent)
    assert not app.metric
    assert not app.title
    app.text_input[0].set_value("li")
    app.text_input[1].set_value("wrong")
    app.button[0].click().run()
    assert "账号或密码不对" in app.error[0].value
    assert not app.metric
    app.text_input[0].set_value("li")
    app.text_input[1].set_value(PASSWORD)
    app.button[0].click().run()
    assert app.title[0].value == "覆盖"  # the page that was asked for
    assert "links" not in [button.key for button in app.button]
    assert "path" not in [field.key for field in app.text_input]
    remove_account(path.parent, "li")
    add_account(path.parent, "wang", PASSWORD, role="planner")
    assert not app.run().metric  # out at once


def test_a_link_still_opens_its_page_alone_when_there_are_accounts(path):
    add_account(path.parent, "li", PASSWORD, role="planner")
    app = page(path.parent, token_for(path))
    assert app.title[0].value == "我的网格"


def test_an_address_that_others_reach_shows_the_refusal_and_nothing_else(path, monkeypatch):
    monkeypatch.setattr("gridmap.ui.shell.auth._may_run", lambda accounts: False)
    for token in (None, token_for(path)):
        app = page(path.parent, token)
        assert "python -m gridmap user add" in said(app)
        assert not app.metric
        assert CODE not in said(app)


def test_damaged_accounts_close_the_app_but_no_link_and_show_no_path(path):
    (path.parent / "accounts.gridmap.json").write_text("{")
    (path.parent / "accounts.gridmap.json").chmod(0o600)
    app = page(path.parent)
    assert not app.exception
    assert "账号设置有误" in said(app)
    assert str(path.parent) not in said(app)
    assert not app.metric
    assert page(path.parent, token_for(path)).title[0].value == "我的网格"


@pytest.mark.parametrize("damage", ["secret", "links", "plan"])
def test_what_is_damaged_beside_one_plan_closes_no_link_of_another(path, damage):
    other = path.with_name("other.gridmap.gpkg")
    put_plan(drawn_plan.draw_plan, other)
    tokens = [token_for(other), token_for(path)]
    if damage == "secret":
        beside(other, "secret").write_text("[" * 50_000)
    elif damage == "links":
        beside(other, "links").unlink()
        beside(other, "links").mkdir()
    else:
        other.write_bytes(b"no plan")
    shown = [page(path.parent, token) for token in tokens]
    assert shown[1].title[0].value == "我的网格"
    for app in shown:
        assert not app.exception
        assert str(path.parent) not in said(app)
    assert CODE not in said(shown[0])


def test_a_link_revoked_in_one_copy_opens_no_other_copy_in_the_folder(path):
    token = token_for(path)
    copy = path.with_name("copy.gridmap.gpkg")
    shutil.copy2(path, copy)
    for kind in ("secret", "links"):
        shutil.copy2(beside(path, kind), beside(copy, kind))
    assert page(path.parent, token).title[0].value == "我的网格"
    revoke(path, person_id=PERSON, today=TODAY)
    assert "链接已停用" in said(page(path.parent, token))


# answers


def test_a_receipt_and_a_dispute_reach_the_planner(path):
    app = page(path.parent, token_for(path))
    app.session_state[PLACE] = dict(zip(("lon", "lat"), inner_point(), strict=True))
    app.button(key="confirm").click().run()
    assert any(f"已于 {TODAY} 确认收到" in note.value for note in app.success)
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
    assert disputes(path)["settled"].tolist() == [TODAY.isoformat()]
    assert "待处理的异议（0 条）" in [one.value for one in planner.subheader]
    assert "已办结的异议（1 条）" in [one.label for one in planner.expander]

    app = page(path.parent, token_for(path))
    (state,) = [note.value for note in app.markdown if "办结" in note.value]
    assert f"**已处理** · {TODAY} 办结" in state
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


# what is drawn


def hostile_view():
    plan = drawn_plan.draw_plan()
    people = plan.people.assign(name=HOSTILE, office=HOSTILE)
    posts = plan.posts.assign(duties=HOSTILE)
    grids = plan.grids.assign(name=HOSTILE, name_en=HOSTILE)
    patches = plan.patches.assign(name=HOSTILE)
    return cadre_view(
        plan.with_tables(people=people, posts=posts, grids=grids, patches=patches), PERSON
    )


@pytest.mark.parametrize("say", [ZH, EN])
def test_texts_of_data_are_escaped_in_the_sheet(say):
    sheet = grid_sheet(hostile_view().grids[0], say)
    assert "<img" not in sheet
    assert sheet.count("&lt;img") >= 10
    assert "<script" not in closed_page("<script>", "<script>")


def test_the_map_gets_names_and_outlines_of_neighbours_and_no_more():
    view = cadre_view(drawn_plan.draw_plan(), PERSON)
    data = map_data(view, view.grids[0], None, ZH)
    assert [one["name"] for one in data["own"]] == ["微网格0101"]
    assert {one["name"] for one in data["neighbours"]} == {"微网格0102", "微网格0201"}
    assert {key for one in data["neighbours"] for key in one} == {"name", "rings", "label"}
    assert "干部" not in str(data)


def test_the_scripts_of_the_map_put_texts_in_as_texts_and_send_nothing():
    mine, maps = ROOT / "gridmap" / "ui" / "my_grids", ROOT / "gridmap" / "maps" / "assets"
    scripts = [mine / "grid_map.js", mine / "my_position.js", maps / "way.js"]
    for script in (path.read_text("utf-8") for path in scripts):
        for sign in ("innerHTML", "fetch(", "http", "sendBeacon", "localStorage"):
            assert sign not in script
    assert "textContent = text" in scripts[0].read_text("utf-8")
    # The way and the position know nothing of the page's server.
    assert "setTriggerValue" not in "".join(one.read_text("utf-8") for one in scripts[1:])


@pytest.mark.parametrize("say", [ZH, EN])
def test_the_office_is_called_from_the_sheet_and_nobody_else(say):
    grid = cadre_view(drawn_plan.draw_plan(), PERSON).grids[0]
    sheet = grid_sheet(grid, say, office_phone="+86 (371) 6212-0000")
    assert sheet.count("<a ") == 1
    assert 'href="tel:+8637162120000">+86 (371) 6212-0000</a>' in sheet
    assert "tel:" not in grid_sheet(grid, say)
    assert "tel:110" in office_contact("110", say)


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
