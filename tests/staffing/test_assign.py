"""Assignment: what posts cost, who stays, leaders first, reasons, dirty rosters."""

import numpy as np
import pandas as pd
import pytest
from plan_fixtures import (
    E1,
    E1A,
    E1B,
    LEADERS,
    MICRO,
    TOWN,
    W1,
    W1A,
    W1B,
    W2A,
    W2B,
    E,
    W,
    people_frame,
    small_grids,
    small_people,
    small_posts,
    small_rules,
)
from project import ROOT

from gridmap.staffing.assign import assign_cadres
from gridmap.staffing.case import filling_order
from gridmap.staffing.rows import with_present_posts
from layers.contract.columns import ASSIGNMENTS
from layers.contract.errors import PlanError


def assign(*cadres, leaders=LEADERS, posts=None, rules=None):
    posts = small_posts() if posts is None else posts
    people = people_frame(*leaders, *cadres)
    return assign_cadres(posts, people, small_grids(), rules=rules or small_rules())


def who(frame: pd.DataFrame) -> dict[str, str]:
    filled = frame[frame["status"] == "filled"]
    return dict(zip(filled["person_id"], filled["grid_code"], strict=True))


def test_everybody_fits_so_nobody_costs_anything():
    frame = assign_cadres(small_posts(), small_people(), small_grids(), rules=small_rules())
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == dict(ASSIGNMENTS)
    assert (frame["status"] == "filled").all()
    assert frame["cost"].sum() == 0
    assert who(frame) == {
        **{row[0]: row[4] for row in LEADERS},
        **{"C1": W1A, "C2": W1B, "C3": W2A, "C4": W2B},
        **{"C5": E1A, "C6": E1A, "C7": E1B, "C8": E1B},
    }
    assert list(frame["post_id"]) == sorted(frame["post_id"])
    assert frame.loc[frame["person_id"] == "C1", "reason"].item() == (
        "Has the skill 'Water'; at home in 刘巧村."
    )
    assert frame.loc[frame["person_id"] == "C1", "reason_zh"].item() == (
        "具备“水域”专长；家在刘巧村。"
    )


def test_costs_are_skill_way_home_and_leaving():
    # One cadre, at home in E, trained for farmland, sent to W1A (water) only.
    posts = small_posts().query("grid_code == @W1A")
    frame = assign(("C1", "cadre", "farmland", E, ""), leaders=(), posts=posts)
    # Middle of E is (1500, 500), W1A spans x 0-500, y 500-1000: 1 km. 10 + 3 + 1 x 1.
    assert frame["cost"].tolist() == [14.0]
    assert frame["reason"].item() == (
        "Lacks the skill 'Water'; 1.0 km from the home village 小庄村."
    )
    frame = assign(("C1", "cadre", "farmland", E, E1A), leaders=(), posts=posts)
    assert frame["cost"].tolist() == [20.0]
    assert frame["reason"].item().endswith(f"leaves the present post on {E1A}.")
    frame = assign(("C1", "cadre", "", E, W1A), leaders=(), posts=posts)
    assert frame["cost"].tolist() == [0.0]
    assert frame["reason_zh"].item() == "留任现岗。"


def test_staying_within_a_given_grid_held_today_is_not_leaving_it():
    posts = small_posts().query("grid_code == @W1A")
    frame = assign(("C1", "cadre", "water", W, W1), leaders=(), posts=posts)
    assert frame["cost"].tolist() == [0.0]
    frame = assign(("C1", "cadre", "water", W, E1), leaders=(), posts=posts)
    assert frame["cost"].tolist() == [6.0]


def test_a_home_in_a_level_3_grid_counts_for_its_village():
    posts = small_posts().query("grid_code == @W2A")
    frame = assign(("C1", "cadre", "key_enterprise", W1, ""), leaders=(), posts=posts)
    assert frame["cost"].tolist() == [0.0]


def test_present_posts_are_kept_when_skills_are_equal():
    cadres = [(f"C{n}", "cadre", "", W, code) for n, code in enumerate(reversed(MICRO), start=1)]
    frame = assign(*cadres)
    kept = {row[0]: row[4] for row in cadres}
    assert {person: grid for person, grid in who(frame).items() if person in kept} == kept


def test_leaders_are_placed_before_members_when_people_are_few():
    # Six problem-estate specialists from E would all be cheapest on E1B.
    cadres = [(f"C{n}", "cadre", "problem_estate", E, "") for n in range(1, 7)]
    frame = assign(*cadres)
    micro = frame[frame["grid_code"].isin(MICRO)]
    assert micro.loc[micro["role"] == "leader", "status"].eq("filled").all()
    assert micro.loc[micro["role"] == "member", "status"].eq("vacant").all()
    vacant = micro[micro["status"] == "vacant"]
    assert set(vacant["reason"]) == {
        "8 posts on micro-grids, 6 cadres: 2 stay vacant. Leaders are placed first, then the "
        "fullest micro-grids. Add 2 to the roster."
    }
    assert "缺 2 人" in vacant["reason_zh"].iloc[0]


def test_the_fullest_micro_grid_gets_its_member_first_whatever_it_costs():
    grids = small_grids()
    grids.loc[[E1A, E1B], "load_h"] = [20.0, 30.0]
    people = people_frame(*LEADERS, *[(f"C{n}", "cadre", "farmland", W, "") for n in range(1, 8)])
    frame = assign_cadres(small_posts(), people, grids, rules=small_rules())
    vacant = frame.loc[frame["status"] == "vacant", "post_id"]
    assert vacant.tolist() == [f"{E1A}-02"]  # farmland, where everybody would be cheaper


def test_people_left_over_are_named_with_the_numbers():
    frame = assign(*[(f"C{n}", "cadre", "water", W, "") for n in range(10, 20)])
    surplus = frame[frame["status"] == "surplus"]
    assert len(surplus) == 2
    assert surplus["person_id"].tolist() == ["C18", "C19"]  # equals: the higher ids are left
    assert surplus["grid_code"].eq("").all()
    assert surplus["reason"].iloc[0] == (
        "10 cadres, 8 posts on micro-grids: 2 left over; no micro-grid takes more than 4."
    )
    assert "富余 2 人" in surplus["reason_zh"].iloc[0]


def test_one_who_holds_a_post_is_not_sent_away_for_an_equal():
    posts = small_posts().query("grid_code == @W1A")
    people = [("C1", "cadre", "water", W, ""), ("C2", "cadre", "", E, W1A)]
    frame = assign(*people, leaders=(), posts=posts)
    # C2 on the post: 0. C1 on it: 0 for C1, but 6 for C2 who leaves.
    assert who(frame) == {"C2": W1A}


def test_the_one_who_fits_best_leads():
    posts = small_posts().query("grid_code == @E1A")
    people = [("C1", "cadre", "", E, ""), ("C2", "cadre", "farmland", E, "")]
    frame = assign(*people, leaders=(), posts=posts)
    assert frame.loc[frame["role"] == "leader", "person_id"].tolist() == ["C2"]


def test_a_dirty_roster_is_told_and_not_a_crash():
    frame = assign(
        ("C1", "cadre", "water", "999", "nowhere"),
        ("C2", "cadre", " water ; farmland;", "", ""),
        ("C3", "cadre", "no_such_skill", TOWN, TOWN),
        ("C4", "", "", "", ""),
        leaders=[
            ("L1", "leader", "", "", TOWN),
            ("L2", "leader", "", "", TOWN),
            ("L3", "leader", "", "", "nowhere"),
            ("L4", "leader", "", "", ""),
            ("L5", "leader", "", "", W1A),
        ],
    )
    reason = frame.set_index("person_id")["reason"]
    assert "home village unknown" in reason["C1"]
    assert "the present grid 'nowhere' is not in this plan" in reason["C1"]
    assert reason["L1"].startswith("Standing leader of grid 410122106")
    assert "1 leader post and it is held by L1" in reason["L2"]
    assert "'nowhere' is not in this plan" in reason["L3"]
    assert "without a present grid" in reason["L4"]
    assert "is a micro-grid" in reason["L5"]
    assert reason["C4"].startswith("Role '' is not known")
    vacant_leader = frame[(frame["grid_code"] == E) & (frame["status"] == "vacant")]
    assert vacant_leader["reason"].item() == (
        f"The roster has 0 people with role 'leader' and present grid {E!r} (小庄村). Name one "
        "leader there."
    )
    assert frame["reason_zh"].ne("").all()


def test_an_unknown_home_is_never_an_advantage():
    posts = small_posts().query("grid_code == @W1A")
    people = [("C1", "cadre", "", "", ""), ("C2", "cadre", "", E, "")]
    frame = assign(*people, leaders=(), posts=posts)
    assert frame.loc[frame["status"] == "filled", "cost"].item() == 14.0
    assert frame.set_index("person_id").loc["C1", "status"] == "filled"  # equal cost, lower id
    people = [("C1", "cadre", "", "", ""), ("C2", "cadre", "", W, "")]
    assert who(assign(*people, leaders=(), posts=posts)) == {"C2": W1A}


def test_no_roster_leaves_every_post_vacant_and_no_posts_leave_all_over():
    frame = assign(leaders=())
    assert frame["status"].eq("vacant").all()
    assert len(frame) == 14
    frame = assign_cadres(
        small_posts().iloc[:0], small_people(), small_grids(), rules=small_rules()
    )
    assert frame["status"].eq("surplus").all()
    assert len(frame) == 14
    led = frame["person_id"].isin([row[0] for row in LEADERS])
    assert frame.loc[led, "cost"].tolist() == [0.0] * 6  # a leader's post costs nobody anything


def test_the_order_of_rows_makes_no_difference():
    rng = np.random.default_rng(1)
    cadres = [
        (f"C{n:02d}", "cadre", str(skill), str(home), str(present))
        for n, (skill, home, present) in enumerate(
            zip(
                rng.choice(["water", "farmland", ""], 12),
                rng.choice([W, E, ""], 12),
                rng.choice([W1A, E1B, "gone", ""], 12),
                strict=True,
            )
        )
    ]
    frame = assign(*cadres)
    handle = assign(*cadres[::-1], leaders=LEADERS[::-1], posts=small_posts().iloc[::-1])
    pd.testing.assert_frame_equal(frame, handle)


def test_costs_too_large_to_add_are_refused():
    rules = small_rules("[assignment]\nskill = 1e12\n")
    with pytest.raises(PlanError, match=r"Found: skill 1e\+12.* Divide all of them"):
        assign(("C1", "cadre", "", "", ""), rules=rules)


def test_a_newer_roster_keeps_the_posts_of_the_plan_in_force():
    posts = small_posts()
    old = assign(*[(f"C{n}", "cadre", "", "", "") for n in range(1, 9)])
    # C9 is new and fits everywhere in W; C1 to C8 are still there and name no present grid.
    people = people_frame(
        *[(f"C{n}", "cadre", "", "", "") for n in range(1, 9)],
        ("C0", "cadre", "water", W, ""),
        ("L1", "leader", "", "", ""),
    )
    kept = with_present_posts(people, old)
    again = assign_cadres(posts, kept, small_grids(), rules=small_rules())
    cadres = {person: grid for person, grid in who(old).items() if person.startswith("C")}
    assert who(again) == cadres
    assert kept.loc["L1", "present_grid"] == ""
    assert kept.loc["C0", "present_grid"] == ""
    assert people["present_grid"].eq("").all()
    moved = people_frame(("C1", "cadre", "", "", E1B))
    assert with_present_posts(moved, old)["present_grid"].tolist() == [E1B]


def test_posts_are_filled_in_one_order_however_their_rows_are_given():
    posts = pd.DataFrame({"grid_code": list("bbaa"), "number": [1, 2, 1, 2]})
    # 0.3 and 0.1 + 0.2 are one load: the lower code comes first.
    for loads in ({"a": 0.3, "b": 0.1 + 0.2}, {"a": 0.1 + 0.2, "b": 0.3}):
        assert filling_order(posts, pd.Series(loads)).tolist() == [2, 0, 3, 1]


def test_what_is_kept_stands_and_the_others_are_assigned_around_it():
    posts, people, grids = small_posts(), small_people(), small_grids()
    first = assign_cadres(posts, people, grids, rules=small_rules())
    keep = first[first["person_id"].isin(["C1", "C5"])].copy()
    keep[["post_id", "grid_code"]] = [[f"{E1A}-01", E1A], [f"{W1A}-01", W1A]]
    keep["reason"] = "By hand."
    gone = keep.assign(person_id=["C99", "C98"], post_id=[f"{W2A}-01", f"{W2B}-01"])
    kept = pd.concat([keep, gone])
    frame = assign_cadres(posts, people, grids, rules=small_rules(), keep=kept)
    assert list(frame["post_id"]) == sorted(first["post_id"])
    assert who(frame) == who(first) | {"C1": E1A, "C5": W1A}
    by_hand = frame.loc[frame["reason"] == "By hand.", "person_id"]
    assert sorted(by_hand) == ["C1", "C5"]
    assert not frame["person_id"].isin(["C98", "C99"]).any()


def test_posts_on_given_grids_cost_nothing_filled_or_vacant():
    frame = assign(("C1", "cadre", "farmland", E, E1A), leaders=LEADERS[:2])
    given = frame[frame["post_id"].ne("") & ~frame["grid_code"].isin(MICRO)]
    assert sorted(given["status"].unique()) == ["filled", "vacant"]
    assert given["cost"].eq(0.0).all()


@pytest.mark.parametrize(
    ("home", "present", "cost"),
    [
        (E, "", 4.0),  # 3 and a kilometre
        (E, W1A, 0.0),  # stays
        (E, W, 4.0),  # stays within
        (E, TOWN, 4.0),
        (E, W1B, 10.0),  # leaves
        (W, E1, 6.0),
        (E, "gone", 4.0),  # nothing to leave
        ("", "", 3.0),  # no village known: nobody is farther
        (TOWN, "", 3.0),
    ],
)
def test_the_cost_of_one_cadre_on_one_post(home, present, cost):
    posts = small_posts().query("grid_code == @W1A")
    frame = assign(("C1", "cadre", "water", home, present), leaders=(), posts=posts)
    assert frame["cost"].tolist() == [pytest.approx(cost)]


def test_whoever_is_left_without_a_post_pays_for_leaving_only_what_this_plan_has():
    posts = small_posts().query("grid_code == @W1A")
    people = [("C1", "cadre", "water", W, W1A), ("C2", "cadre", "", E, E1A),
              ("C3", "cadre", "", E, "gone"), ("C4", "cadre", "", E, "")]  # fmt: skip
    frame = assign(*people, leaders=(), posts=posts)
    assert who(frame) == {"C1": W1A}
    left = frame[frame["status"] == "surplus"].set_index("person_id")["cost"]
    assert left.to_dict() == {"C2": 6.0, "C3": 0.0, "C4": 0.0}


def test_in_a_town_without_villages_the_town_is_everybodys_home():
    grids = small_grids()
    grids = grids[(grids["level"] == 1) | (grids["kind"] == "micro")].copy()
    micro = grids["kind"] == "micro"
    grids.loc[micro, ["parent_code", "level"]] = [TOWN, 2]
    posts = small_posts().query("grid_code == @W1A")
    people = people_frame(("C1", "cadre", "water", TOWN, ""))
    frame = assign_cadres(posts, people, grids, rules=small_rules())
    assert frame["cost"].tolist() == [0.0]


def test_the_page_on_posts_names_the_costs_as_the_rules_have_them():
    page = (ROOT / "docs" / "assignment.md").read_text(encoding="utf-8")
    points = small_rules().assignment
    for key in ("skill", "home", "distance_km", "change"):
        row = next(line for line in page.splitlines() if f"`assignment.{key}`" in line)
        assert row.startswith(f"| {getattr(points, key):g}")
