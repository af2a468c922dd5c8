"""Too few cadres: a plan with vacancies, the fullest micro-grids first, and a row that tells it."""

import drawn_plan
import pytest

from gridmap.split.infeasibility import Remedy
from gridmap.staffing.case import filling_order
from gridmap.workflow.shortage import missing_cadres, shortage_text
from gridmap.workflow.workflow import reassign_cadres, recheck
from layers.contract.errors import Named


@pytest.fixture(scope="module")
def plan():
    return drawn_plan.draw_plan()


def with_cadres(plan, count):
    cadres = plan.people[plan.people["role"] == "cadre"].head(count)
    return plan.people[(plan.people["role"] != "cadre") | plan.people.index.isin(cadres.index)]


def short(plan, count):
    """The plan with so many cadres, none of whom has been anywhere."""
    people = with_cadres(plan, count).assign(present_grid=lambda rows: rows["present_grid"].where(
        rows["role"] == "leader", ""
    ))  # fmt: skip
    return reassign_cadres(plan.with_tables(people=people, assignments=plan.assignments.head(0)))


def test_the_numbers_are_said_and_what_was_tried(plan):
    people = with_cadres(plan, 4)
    assert missing_cadres(people, 6) == 2
    assert missing_cadres(people, 4) == missing_cadres(people.head(0), 6) == 0
    text = shortage_text(people, 6)
    assert text.en.startswith("The roster has 4 cadres for 6 micro-grids: 2 have nobody.")
    assert text.en.endswith("Add 2 cadres to the roster.")
    assert text.zh.endswith("请在花名册中补充 2 名干部。")
    ways = [
        Remedy(Named("Work more.", "多干。"), {}, Named("(5 micro-grids)", "（微网格 5 个）")),
        Remedy(Named("Ask for 5.", "改为 5 个。")),
    ]
    text = shortage_text(people, 5, ways=ways)
    assert "1 has nobody" in text.en
    assert text.en.endswith("Or, each tried: Work more. (5 micro-grids) Or: Ask for 5.")
    assert text.zh.endswith("也可任选其一（均已试算）：多干。（微网格 5 个）或：改为 5 个。")
    assert "No change of the rules" in shortage_text(people, 6, ways=[]).en


@pytest.mark.parametrize("cadres", [1, 5, 15])
def test_with_fewer_cadres_than_micro_grids_the_fullest_have_theirs(plan, cadres):
    made = short(plan, cadres)
    filled = made.assignments[made.assignments["status"] == "filled"]
    staffed = sorted(set(filled["grid_code"]) & set(made.micro_grids.index))
    assert len(staffed) == cadres
    load = made.micro_grids["load_h"]
    rest = load.drop(staffed)
    assert load[staffed].min() >= rest.max()
    # Every vacancy is named: a row a micro-grid, each with who answers for it, and one for all.
    issues = made.issues
    assert sorted(issues.loc[issues["rule"] == "ASSIGN-2", "code"]) == sorted(
        set(made.micro_grids.index) - {code for code in staffed if is_full(made, code)}
    )
    assert sorted(issues.loc[issues["rule"] == "ASSIGN-5", "code"]) == sorted(rest.index)
    (told,) = issues[issues["rule"] == "SPLIT-2"].itertuples()
    assert (told.severity, told.size) == ("error", 16 - cadres)
    assert f"干部 {cadres} 人，微网格 16 个，有 {16 - cadres} 个无人在岗" in told.message_zh
    vacant = made.assignments[made.assignments["status"] == "vacant"]
    assert (vacant["reason_zh"] != "").all()


def is_full(plan, code):
    rows = plan.assignments[plan.assignments["grid_code"] == code]
    return (rows["status"] == "filled").all()


def test_the_row_goes_when_there_are_people_and_follows_the_number(plan):
    made = short(plan, 5)
    assert "SPLIT-2" in set(recheck(made).issues["rule"])
    fewer = reassign_cadres(made.with_tables(people=with_cadres(plan, 3)))
    (told,) = fewer.issues[fewer.issues["rule"] == "SPLIT-2"].itertuples()
    assert told.size == 13
    enough = reassign_cadres(made.with_tables(people=plan.people))
    assert "SPLIT-2" not in set(enough.issues["rule"])


def test_equal_needs_of_members_still_go_by_number_and_code(plan):
    posts = plan.posts[plan.posts["grid_code"].isin(plan.micro_grids.index)]
    order = posts.iloc[filling_order(posts, plan.grids["load_h"])]
    leaders = order[order["number"] == 1]
    assert order.index[: len(leaders)].tolist() == leaders.index.tolist()
    load = plan.grids["load_h"].reindex(leaders["grid_code"]).tolist()
    assert load == sorted(load, reverse=True)
