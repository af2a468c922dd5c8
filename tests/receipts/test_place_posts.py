"""Posts on groups and objects: what a cadre sees of them, the receipts, and the disputes."""

import re
from datetime import date, datetime, timedelta

import firm_plan
import pytest
from app_pages import turn_to
from firm_plan import FIRM
from streamlit.testing.v1 import AppTest

from gridmap.access.answers import disputes, faulty_answers, responses, settle
from gridmap.access.links import make_link
from gridmap.receipts.assignments import with_all_receipts
from gridmap.receipts.place_posts import (
    confirm_place,
    dispute_place,
    place_posts,
    place_responses,
)
from gridmap.remarks.board import remarks_of
from gridmap.store import save_plan
from gridmap.ui.shell.plan_map import WANTED
from layers.contract.errors import PlanError, UsageError

A_DAY = timedelta(days=1)  # midnight may fall into the run
NOON = datetime(2026, 3, 1, 12)
HOSTILE = '<img src=x onerror="alert(1)">**b**'
CHIEF = "P9"  # on a group and a firm, and on no grid


@pytest.fixture
def plan():
    """The plan of firms in which one person has the firm's post and the alliance's."""
    made = firm_plan.firm_plan()
    posts = made.posts
    own = posts.index[(posts["object_id"] == FIRM) | (posts["group_id"] != "")]
    posts = posts.assign(duties=posts["duties"].where(~posts.index.isin(own), "联系企业; 走访"))
    rows = made.assignments.copy()
    here = rows["post_id"].isin(own)
    rows.loc[here, "status"], rows.loc[here, "person_id"] = "filled", CHIEF
    people = made.people.copy()
    people.loc[CHIEF] = people.iloc[0]
    people.loc[CHIEF, "name"] = "首席<b>"
    return made.with_tables(posts=posts, assignments=rows, people=people)


@pytest.fixture
def path(plan, tmp_path):
    place = tmp_path / "firms.gridmap.gpkg"
    save_plan(plan, place)
    return place


def test_posts_on_groups_and_objects_are_named_with_role_and_duties(plan):
    group, firm = place_posts(plan, CHIEF)
    assert (group.kind, group.role_name, firm.kind) == ("group", "首席服务官", "object")
    assert (firm.place, firm.name, firm.role_name_en) == (FIRM, "郑庵一厂", "Enterprise cadre")
    assert firm.duties == ("联系企业", "走访")
    assert place_posts(plan, plan.people.index[0]) == ()


def test_a_receipt_is_for_one_state_of_the_post_and_reaches_the_assignments(plan, path):
    confirm_place(plan, path, CHIEF, FIRM, NOON)
    confirm_place(plan, path, CHIEF, FIRM, datetime(2026, 5, 1))  # once is enough
    found = place_responses(plan, path).set_index("place")
    assert found["state"].value_counts().to_dict() == {"confirmed": 1, "unconfirmed": 1}
    assert found.at[FIRM, "confirmed_on"] == "2026-03-01"
    told = with_all_receipts(plan, path).assignments
    days = told.set_index("post_id").loc[plan.posts.index[plan.posts["object_id"] == FIRM]]
    assert set(days["confirmed_on"]) == {"2026-03-01"}
    assert (told["confirmed_on"] != "").sum() == len(days)
    more = plan.posts.assign(duties="别的")
    other = plan.with_tables(posts=more)
    assert set(place_responses(other, path)["state"]) == {"unconfirmed"}
    assert (with_all_receipts(other, path).assignments["confirmed_on"] == "").all()


def test_nobody_confirms_a_post_that_is_not_theirs(plan, path):
    with pytest.raises(PlanError, match="on no post"):
        confirm_place(plan, path, CHIEF, firm_plan.FLAG, NOON)
    with pytest.raises(PlanError, match="on no post"):
        confirm_place(plan, path, plan.people.index[0], FIRM, NOON)
    with pytest.raises(PlanError, match="on no post"):
        dispute_place(plan, path, CHIEF, firm_plan.FLAG, sentence="已迁出", when=NOON)


def test_a_dispute_of_a_post_is_there_once_and_settled_like_one_of_a_border(plan, path):
    confirm_place(plan, path, CHIEF, FIRM, NOON)
    for _ in range(2):
        number = dispute_place(plan, path, CHIEF, FIRM, sentence="已\n迁出", when=NOON)
    with pytest.raises(UsageError):
        dispute_place(plan, path, CHIEF, FIRM, sentence=" ", when=NOON)
    (row,) = disputes(path).itertuples()
    assert (row.id, row.grid_code, row.sentence, row.settled) == (number, FIRM, "已 迁出", "")
    states = place_responses(plan, path).set_index("place")["state"]
    assert (states[FIRM], states.value_counts()["unconfirmed"]) == ("disputed", 1)
    # It has no place on the map, and is no fault of the record.
    assert remarks_of(plan, path) == []
    assert faulty_answers(path) == 0
    settle(path, number, when=NOON, reply="已核实", by="li")
    assert place_responses(plan, path).set_index("place").at[FIRM, "state"] == "confirmed"
    assert dispute_place(plan, path, CHIEF, FIRM, sentence="已 迁出", when=NOON) != number


def page(folder, token=None):
    app = AppTest.from_string(
        f"from pathlib import Path\nfrom gridmap.ui.start import run\nrun(Path({str(folder)!r}))\n",
        default_timeout=60,
    )
    if token:
        app.query_params["t"] = token
    else:
        turn_to(app, "coverage")
        app.session_state[WANTED] = "answers"
    return app.run()


def test_whoever_has_a_post_on_a_firm_alone_confirms_it_on_the_page(plan, path):
    _, token = make_link(path, CHIEF, expires=date.today() + timedelta(days=9), today=date.today())
    app = page(path.parent, token)
    assert not app.exception
    assert "我负责的对象与组合（2）" in [one.value for one in app.subheader]
    app.button(key="confirm-place-1").click().run()
    assert not app.exception
    (told,) = [one.value for one in app.success]
    day = re.fullmatch(r"已于 (\S+) 确认。", told)[1]
    assert date.today() - date.fromisoformat(day) <= A_DAY
    assert place_responses(plan, path)["state"].tolist().count("confirmed") == 1
    # What is wrong with the other post is said, seen by the planner, answered and read.
    app.text_area(key="place-sentence-0").set_value(HOSTILE)
    sends = [one for one in app.button if one.label == "提交异议"]
    assert len(sends) == 2
    sends[0].click().run()
    assert not app.exception
    assert "异议已提交，规划人员会看到。" in [one.value for one in app.success]
    assert "我提出的异议" in [one.value for one in app.subheader]
    planner = page(path.parent)
    assert "对象和组合的岗位" in [one.value for one in planner.subheader]
    assert "已确认 1 个，未确认 0 个，有异议 1 个。" in [one.value for one in planner.caption]
    (number,) = disputes(path)["id"]
    (told,) = [one.value for one in planner.markdown if "onerror" in one.value]
    group = place_posts(plan, CHIEF)[0]
    assert told.startswith(f"**{group.name}**")
    assert "nan" not in told
    assert "<" not in told.replace("\\<", "")
    # On the tab: the posts on grids that nobody has confirmed, and this dispute.
    others = int((responses(plan, path)["state"] == "unconfirmed").sum())
    assert planner.tabs[-1].label == f"确认与异议（{others + 1}）"
    assert f"edit-dispute-{number}" not in [one.key for one in planner.button]
    planner.text_input(key=f"reply-{number}").set_value("已核实")
    planner.button(key=f"settle-accepted-{number}").click().run()
    assert not planner.exception
    planner = page(path.parent)
    assert planner.tabs[-1].label == f"确认与异议（{others + 1}）"  # the post, not confirmed yet
    app = page(path.parent, token)
    assert any("已核实" in one.value for one in app.info)
    (settled,) = disputes(path)["settled"]
    assert any(f"{group.name} · {settled} · **采纳**" in one.value for one in app.markdown)
    assert date.today() - date.fromisoformat(settled) <= A_DAY
