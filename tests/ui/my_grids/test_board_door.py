"""Where the code of a board leads: to the board for an account, to little or nothing for others."""

from datetime import datetime

import drawn_plan
import pytest
from app_pages import app_page
from cadre_page import CODE, PASSWORD, said

from gridmap.access.accounts import add_account
from gridmap.boards.printing import boards_to_print
from gridmap.boards.public_view import public_board
from gridmap.boards.qr import BOARD
from gridmap.boards.record import note_hung, note_printed
from gridmap.plan_store import FilePlans
from gridmap.rules import parse_rules
from gridmap.rules.text import set_value
from gridmap.store import load_plan, save_plan
from gridmap.versions import branch_plan

NOON = datetime(2026, 3, 1, 12)
WHO = {"who": "王五", "when": "2026-11-20T10:00:00+08:00"}


def opened(plan):
    """The plan of a town that lets anybody who scans a board ask for it."""
    text = set_value(plan.rules_text, ("publish", "board_page"), True)
    text = set_value(text, ("town", "office_phone"), "0371-6218-0000")
    return plan.with_tables(rules=parse_rules(text), rules_text=text)


@pytest.fixture
def number(path):
    """A board that hangs, in the plan of a town that has accounts."""
    plan = load_plan(path)
    (board,) = boards_to_print(plan, path, [CODE], places={CODE: ["秘密的位置"]})
    note_printed(path, [board], who="李", when=NOON)
    note_hung(path, [board.number], who="P008", when=NOON, how="scan")
    return board.number


def scanned(path, number):
    app = app_page(path.parent)
    app.query_params[BOARD] = number.replace("-", "")
    app.run()
    assert not app.exception
    return app


def test_who_has_not_logged_in_learns_of_a_board_only_where_the_town_says_so(path, number):
    add_account(path.parent, "li", PASSWORD, role="planner")
    app = scanned(path, number)
    assert number not in said(app)
    assert [one.label for one in app.text_input] == ["账号", "密码"]
    plan = opened(load_plan(path))
    save_plan(plan, path, overwrite=True)
    told = said(scanned(path, number))
    assert all(
        one in told for one in (number, CODE, "0371-6218-0000", "✓ 这块公示牌的内容是现行的")
    )
    assert not any(one in told for one in ("秘密的位置", "P008", "干部008", "李", "2026-03-01"))
    assert [one.label for one in scanned(path, number).text_input] == ["账号", "密码"]
    assert "board-card" not in said(scanned(path, "1234567890"))
    grids = plan.grids.assign(version="9")
    save_plan(plan.with_tables(grids=grids), path, overwrite=True)
    assert "! 这块公示牌的内容已过时" in said(scanned(path, number))


def test_what_the_public_is_not_shown_has_no_board_for_it_either(path, number):
    plan = opened(load_plan(path))
    assert public_board(plan, path, number).grid_code == CODE
    own = plan.patches["grid_code"] == CODE
    hidden = plan.patches.assign(sensitive_by=plan.patches["sensitive_by"].mask(own, "code"))
    assert public_board(plan.with_tables(patches=hidden), path, number) is None
    text = set_value(plan.rules_text, ("publish", "source_classification"), "secret")
    secret = plan.with_tables(rules=parse_rules(text), rules_text=text)
    assert public_board(secret, path, number) is None
    assert public_board(drawn_plan.draw_plan(), path, number) is None


def test_a_planner_is_led_to_the_board_in_the_plan_it_belongs_to(path, number):
    branch_plan(path, folder=path.parent, **WHO)  # newer, and knows the board as well
    app = scanned(path, number)
    assert app.selectbox(key="boards-look").value == number
    assert BOARD not in app.query_params
    id = FilePlans(path.parent).id_of(path)
    assert app.query_params["plan"] in ([id], id)
