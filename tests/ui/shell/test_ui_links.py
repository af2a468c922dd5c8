"""The dialog for personal links: days and address, a sheet for all, and finding one of many."""

import base64
import re
from datetime import date, timedelta

import drawn_plan
import pytest
from streamlit.testing.v1 import AppTest

from gridmap.access.links import TOKEN, check_token, links_of, make_link
from gridmap.access.sheet import LinkCard, link_sheet
from gridmap.access.sidecar import beside
from gridmap.ui.my_grids import links

HOSTILE = '<img src=x onerror="alert(1)">'


def dialog(path):
    """Give what is in the dialog; a press in a dialog itself is beyond a page without a browser."""
    script = f"""
from pathlib import Path
from gridmap.ui.my_grids import links
from gridmap.ui.shell.plans import open_plan
from gridmap.ui.shell.i18n import Translator
path = Path({str(path)!r})
links.show(open_plan(path), path, Translator("zh"))
"""
    app = AppTest.from_string(script, default_timeout=60).run()
    assert not app.exception
    return app


def people_on_posts():
    posts = drawn_plan.draw_plan().assignments
    return set(posts.loc[posts["status"] == "filled", "person_id"])


def test_days_and_address_are_those_of_the_link(path):
    app = dialog(path)
    app.number_input(key="link-days").set_value(3)
    app.text_input(key="link-address").set_value("https://grid.example/town/")
    app.button(key="link-make").click().run()
    assert app.code[0].value.startswith("https://grid.example/town/?t=")
    (link,) = links_of(path)
    assert link.expires == date.today() + timedelta(days=3)


@pytest.mark.parametrize("button", ["link-make", "link-make-all"])
@pytest.mark.parametrize("address", ["", "grid.example", "javascript:alert(1)"])
def test_no_link_is_made_for_an_address_that_is_none(path, button, address):
    app = dialog(path)
    app.text_input(key="link-address").set_value(address)
    app.button(key=button).click().run()
    assert "网址不完整" in app.error[0].value
    assert links_of(path) == []


def test_a_sheet_holds_a_good_link_for_everybody_who_has_none(path):
    app = dialog(path)
    app.text_input(key="link-address").set_value("https://grid.example")
    app.button(key="link-make").click().run()
    first = links_of(path)[0].person_id
    app.button(key="link-make-all").click().run()
    assert not app.exception
    count, sheet = app.session_state[links.SHEET]
    assert count == len(people_on_posts()) - 1
    assert app.get("download_button")[0].label == "下载链接单（可打印）"
    tokens = re.findall(rf'href="https://grid.example/\?{TOKEN}=([^"]+)"', sheet)
    opened = [check_token(path, token, today=date.today()) for token in tokens]
    assert {one.state for one in opened} == {"good"}
    assert {one.person_id for one in opened} == people_on_posts() - {first}
    assert drawn_plan.PHONE not in sheet
    # Now everybody has one; of many the first are shown, the rest are found by name.
    app.button(key="link-make-all").click().run()
    assert app.info[0].value == "在岗人员都已有链接。"
    assert len([one for one in app.button if one.label == "停用"]) == links.ROWS
    app.text_input(key="link-find").set_value(first.lower()).run()
    assert [one.label for one in app.button].count("停用") == 1


def test_when_a_sheet_is_lost_all_links_end_and_are_made_anew(path):
    app = dialog(path)
    app.text_input(key="link-address").set_value("https://grid.example")
    app.button(key="link-make-all").click().run()
    app.button(key="link-revoke-all").click().run()
    assert app.success[-1].value == f"已停用 {len(people_on_posts())} 个链接。"
    assert all(link.revoked for link in links_of(path))
    app.button(key="link-make-all").click().run()
    good = {link.person_id for link in links_of(path) if not link.revoked}
    assert good == people_on_posts()


def test_links_from_another_machine_are_taken_over_by_a_button(path, monkeypatch, tmp_path):
    person = sorted(people_on_posts())[0]
    _, token = make_link(path, person, expires=date.today(), today=date.today())
    monkeypatch.setenv("GRIDMAP_STATE", str(tmp_path / "another machine"))
    assert check_token(path, token, today=date.today()).state == "paused"
    app = dialog(path)
    assert "已暂停" in app.warning[0].value
    assert "link-make" not in [button.key for button in app.button]
    app.button(key="link-take-over").click().run()
    assert not app.exception
    assert not app.warning
    assert check_token(path, token, today=date.today()).state == "good"
    app.text_input(key="link-address").set_value("https://grid.example")
    app.button(key="link-make").click().run()
    assert len(links_of(path)) == 2


def test_lines_that_cannot_be_read_are_told_and_hide_no_link(path):
    person = sorted(people_on_posts())[0]
    make_link(path, person, expires=date.today(), today=date.today())
    with beside(path, "links").open("ab") as file:
        file.write(b'{"event": "made", "serial": 7}\n')
    assert "已发出的链接（1）" in dialog(path).subheader[0].value


def test_names_on_the_sheet_are_escaped_and_codes_are_pictures():
    card = LinkCard(HOSTILE, HOSTILE, f"https://x.example/?t={HOSTILE}", "2026-01-01")
    sheet = link_sheet([card], title=HOSTILE, note=HOSTILE, language="zh")
    assert "<img src=x" not in sheet
    (picture,) = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", sheet)
    assert b"<svg" in base64.b64decode(picture)
    assert "http://" not in sheet.replace("http://www.w3.org", "")
