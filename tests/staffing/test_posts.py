"""Posts: need by load, least and most officers, surplus to the fullest micro-grids, duties."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_fixtures import (
    E1A,
    E1B,
    TOWN,
    W1A,
    W1B,
    W2A,
    W2B,
    E,
    small_grids,
    small_people,
    small_rules,
)

from gridmap.staffing.posts import count_cadres, make_posts, officers_allowed, officers_needed
from layers.contract.columns import POSTS


def grids_with_load(**loads: float) -> pd.DataFrame:
    grids = small_grids()
    for code, load in loads.items():
        grids.loc[code, "load_h"] = load
    return grids


@pytest.mark.parametrize(
    ("load", "officers"),
    [(0, 1), (15.9, 1), (16, 1), (16 + 1e-9, 1), (16.01, 2), (32, 2), (48.1, 4), (640, 40)],
)
def test_need_is_the_load_in_whole_officers_and_what_is_allowed_stays_within_the_rules(
    load, officers
):
    assert officers_needed(load, rules=small_rules()) == officers
    assert officers_allowed(load, rules=small_rules()) == min(officers, 4)


def test_every_given_grid_has_one_leader_post_and_micro_grids_what_they_need():
    posts, officers = make_posts(small_grids(), rules=small_rules())
    assert officers.to_dict() == {W1A: 1, W1B: 1, W2A: 1, W2B: 1, E1A: 2, E1B: 2}
    assert officers.dtype == "int64"
    assert posts.groupby("grid_code").size().loc[[TOWN, E]].tolist() == [1, 1]
    assert len(posts) == 6 + 8
    leaders = posts[posts["number"] == 1]
    assert (leaders["role"] == "leader").all()
    assert len(leaders) == 12
    assert posts.index.is_unique
    assert {name: str(dtype) for name, dtype in posts.dtypes.items()} == dict(POSTS)


def test_a_post_asks_for_the_category_and_its_duties():
    grids = small_grids()
    grids.loc[W2B, "category"] = "residual"
    posts, _ = make_posts(grids, rules=small_rules())
    assert posts.loc[f"{E1B}-02", ["skill", "duties"]].tolist() == [
        "problem_estate",
        "问题楼盘化解;招商引资",
    ]
    assert posts.loc[f"{W1A}-01", ["skill", "duties"]].tolist() == ["water", "安全生产排查"]
    assert posts.loc[f"{TOWN}-01", "skill"] == ""
    assert posts.loc[f"{W2B}-01", "skill"] == ""


def test_leaders_of_given_grids_are_not_counted_among_those_who_can_be_posted():
    people = small_people()
    assert people["role"].value_counts().to_dict() == {"cadre": 8, "leader": 6}
    assert count_cadres(people) == 8


def test_surplus_goes_to_the_highest_load_per_officer_and_ties_to_the_lower_code():
    # Need 8. Loads per officer: all 10 h; nine cadres: the tie goes to the lowest code.
    _, officers = make_posts(small_grids(), rules=small_rules(), cadres=9)
    assert officers.to_dict() == {W1A: 2, W1B: 1, W2A: 1, W2B: 1, E1A: 2, E1B: 2}
    # With 15 h on W2B it is fullest (15), then it has 7.5 and W1A is next.
    _, officers = make_posts(grids_with_load(**{W2B: 15.0}), rules=small_rules(), cadres=10)
    assert officers.to_dict() == {W1A: 2, W1B: 1, W2A: 1, W2B: 2, E1A: 2, E1B: 2}


def test_surplus_stops_at_the_most_officers():
    _, officers = make_posts(small_grids(), rules=small_rules(), cadres=1000)
    assert set(officers) == {4}


def test_surplus_is_left_over_when_the_rules_say_so():
    rules = small_rules("[assignment]\nuse_surplus = false\n")
    _, officers = make_posts(small_grids(), rules=rules, cadres=20)
    assert officers.sum() == 8


def test_needed_posts_stay_when_people_are_too_few():
    _, officers = make_posts(small_grids(), rules=small_rules(), cadres=6)
    assert officers.sum() == 8


def test_the_order_of_rows_makes_no_difference_and_the_input_is_kept():
    grids = small_grids()
    before = grids.copy()
    posts, officers = make_posts(grids, rules=small_rules(), cadres=10)
    handle, turned_officers = make_posts(grids[::-1], rules=small_rules(), cadres=10)
    pd.testing.assert_frame_equal(posts, handle)
    pd.testing.assert_series_equal(officers, turned_officers)
    pd.testing.assert_frame_equal(pd.DataFrame(grids), pd.DataFrame(before))


def test_no_grids_no_posts():
    posts, officers = make_posts(small_grids().iloc[:0], rules=small_rules(), cadres=3)
    assert posts.empty
    assert officers.empty
    assert list(posts.columns) == list(POSTS)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0, 80, allow_nan=False), min_size=1, max_size=12),
    st.integers(0, 60),
)
def test_no_other_sharing_of_the_surplus_makes_the_fullest_officer_lighter(loads, cadres):
    codes = [f"g{number:02d}" for number in range(len(loads))]
    grids = pd.DataFrame(
        {"kind": "micro", "category": "water", "subclass": "", "load_h": loads},
        index=pd.Index(codes, dtype="str"),
    )
    _, need = make_posts(grids, rules=small_rules())
    _, officers = make_posts(grids, rules=small_rules(), cadres=cadres)
    assert officers.sum() == min(max(need.sum(), cadres), 4 * len(loads))
    assert ((officers >= need) & (officers <= 4)).all()
    each = grids["load_h"] / officers
    open_grids = each[officers < 4]
    more = officers > need
    before = grids.loc[more, "load_h"] / (officers[more] - 1)
    # Whoever got one more was then at least as full as anybody is now who could take one more.
    if len(before) and len(open_grids):
        assert before.min() >= open_grids.max() - 1e-5


def test_211_cadres_fill_142_micro_grids():
    codes = [f"410122106201001{number:03d}" for number in range(142)]
    grids = pd.DataFrame(
        {
            "kind": "micro",
            "category": "farmland",
            "subclass": "",
            "load_h": 8.0 + pd.RangeIndex(142) % 7,
        },
        index=pd.Index(codes, dtype="str"),
    )
    posts, officers = make_posts(grids, rules=small_rules(), cadres=211)
    assert len(posts) == officers.sum() == 211
    assert officers.min() == 1
    # 69 extra officers: the 20 micro-grids of 14 h, then 13, 12 h (20 each), then 9 of 11 h.
    assert officers[grids["load_h"] >= 12].eq(2).all()
    assert officers[grids["load_h"] == 11].sum() == 20 + 9


def test_standing_leaders_are_not_counted_as_cadres():
    people = pd.DataFrame({"role": ["cadre", "leader", "cadre", ""]})
    assert count_cadres(people) == 2
