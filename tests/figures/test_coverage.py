"""Coverage: figures counted by hand on the small plan, whole and with vacancies."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_fixtures import (
    E1,
    E1A,
    E1B,
    TOWN,
    W1,
    W1A,
    W1B,
    W2,
    W2A,
    W2B,
    E,
    W,
    small_assignments,
    small_grids,
    small_patches,
    small_people,
    small_plan,
    small_posts,
    small_rules,
    vacate,
)
from project import ROOT

from gridmap.coverage.metrics import METRICS, coverage, town_figures


def figures(plan) -> dict[str, float]:
    frame = town_figures(plan)
    return dict(zip(frame["key"], frame["value"], strict=True))


def short_plan():
    """W1A is empty, E1A has lost its member; nobody leads W1."""
    gone = vacate(small_assignments(), f"{W1A}-01", f"{E1A}-02", f"{W1}-01")
    return small_plan(assignments=gone)


def left_plan():
    """The ground of W1A is left with W1; the other grids are staffed."""
    patches = small_patches()
    patches.loc[patches["grid_code"] == W1A, "grid_code"] = ""
    posts = small_posts().drop(index=f"{W1A}-01")
    assignments = small_assignments()
    return small_plan(
        patches=patches,
        grids=small_grids().drop(index=W1A),
        posts=posts,
        assignments=assignments[assignments["post_id"] != f"{W1A}-01"],
    )


def test_a_whole_plan_covers_everything():
    plan = small_plan()
    table = coverage(plan)
    assert list(table.index) == list(plan.grids.index)
    assert list(table.columns) == [metric.key for metric in METRICS if metric.scope == "grid"]
    for key in ("covered_share", "objects_covered_share", "households_covered_share"):
        assert table[key].eq(1).all()
    assert table["fallback_share"].eq(0).all()
    assert table["leftover_m2"].eq(0).all()


def test_the_figures_of_a_whole_town_are_as_counted_by_hand():
    found = figures(small_plan())
    expected = {
        "area_m2": 2_000_000,  # 16 patches of 12.5 ha
        "objects": 16,
        "households": 160,
        "micro_grids": 6,
        "posts": 14,  # 6 leaders of given grids and 8 officers
        "posts_filled_share": 1,
        "cadres": 8,
        "load_h": 80,
        "load_mean_h": 80 / 6,
        "load_min_h": 10,
        "load_max_h": 20,
        "load_index": 1.5,  # 20 over 13.33
        # four times 10 and twice 20: mean 13.33, variance (4 x 11.11 + 2 x 44.44) / 6 = 22.22
        "load_cv": math.sqrt(200 / 9) / (80 / 6),
        "load_per_officer_h": 10,
        "capacity_used_share": 80 / 128,  # 8 officers of 16 h
        # squares of 500 m: pi / 4; rectangles of 1000 x 500 m: 4 pi 0.5 / 3² each
        "compactness_mean": (4 * math.pi / 4 + 2 * 4 * math.pi * 0.5 / 9) / 6,
        "grids_level_1": 1,
        "grids_level_2": 2,
        "grids_level_3": 3,
        "grids_level_4": 6,
        "categories": 5,  # water, farmland, key enterprise, park, problem estate
        "area_km2_declared": 2.01,
        "area_km2": 2.0,
        "area_difference": 2.0 / 2.01 - 1,
        "leaders_on_post": 12,
        "posts_vacant": 0,
        "people_left_over": 0,
        "objects_divided_share": 1,
        "boards_ready_share": 1,
        "grids_described_share": 1,
    }
    assert {key: found[key] for key in expected} == pytest.approx(expected)
    assert "grids_level_5" not in found
    # No register with objects, no list of boards: not known, and not 100 %.
    assert not {"division_rate", "publication_rate", "file_rate"} & found.keys()


def test_upper_grids_count_what_lies_in_them():
    table = coverage(small_plan())
    assert table["area_m2"].loc[[TOWN, W, W1, W1A]].tolist() == [2e6, 1e6, 5e5, 2.5e5]
    assert table["micro_grids"].loc[[TOWN, W, E, W1, W1A]].tolist() == [6, 4, 2, 2, 1]
    assert table["posts"].loc[[TOWN, W, E, E1, E1A]].tolist() == [14, 7, 6, 5, 2]
    assert table["cadres"].loc[[TOWN, W, E, E1, E1A]].tolist() == [8, 4, 4, 4, 2]
    assert table["load_max_h"].loc[[TOWN, W, E]].tolist() == [20, 10, 20]


def test_ground_without_anybody_is_not_covered_and_what_a_leader_answers_for_is_apart():
    table = coverage(short_plan())
    assert table["covered_share"].loc[[TOWN, W, W1, W1A, E1A]].tolist() == [0.875, 0.75, 0.5, 0, 1]
    # W1 has no leader, W has: the ground of W1A falls back on W.
    assert table["fallback_share"].loc[[TOWN, W, W1, W1A]].tolist() == [0.125, 0.25, 0.5, 1]
    assert table["households_covered_share"].loc[[TOWN, W1A]].tolist() == [0.875, 0]
    assert table["posts_filled_share"].loc[[TOWN, W1, W1A, E1A]].tolist() == pytest.approx(
        [11 / 14, 1 / 3, 0, 0.5]
    )
    assert table.loc[E1A, "load_per_officer_h"] == 20
    assert math.isnan(table.loc[W1A, "load_per_officer_h"])
    found = figures(short_plan())
    assert (found["posts_vacant"], found["leaders_on_post"]) == (3, 10)
    assert found["boards_ready_share"] == pytest.approx(10 / 12)


def test_nobody_at_all_covers_nothing_and_nothing_falls_back():
    nobody = vacate(small_assignments(), *small_assignments()["post_id"])
    table = coverage(small_plan(assignments=nobody))
    assert table["covered_share"].eq(0).all()
    assert table["fallback_share"].eq(0).all()
    assert table["load_per_officer_h"].isna().all()


def test_ground_left_with_its_parent_is_left_over_and_falls_back():
    table = coverage(left_plan())
    assert table["leftover_m2"].loc[[TOWN, W, W1, W1B, W2]].tolist() == [25e4, 25e4, 25e4, 0, 0]
    assert table["covered_share"].loc[[TOWN, W1]].tolist() == [0.875, 0.5]
    assert table["fallback_share"].loc[W1] == 0.5
    assert table["load_h"].loc[TOWN] == 80
    assert table["load_per_officer_h"].loc[TOWN] == 10  # 70 h on seven cadres
    assert table["load_mean_h"].loc[TOWN] == 14  # 70 h on five micro-grids
    assert table["load_cv"].loc[TOWN] == pytest.approx(math.sqrt((3 * 16 + 2 * 36) / 5) / 14)
    assert figures(left_plan())["objects_divided_share"] == 14 / 16


def test_shares_of_nothing_are_not_a_number():
    patches = small_patches()
    patches["objects"] = 0
    plan = small_plan(patches=patches)
    assert coverage(plan)["objects_covered_share"].isna().all()
    found = figures(plan)
    assert "objects_divided_share" not in found
    assert "objects_covered_share" not in found


def test_a_town_without_declared_area_has_no_difference():
    rules = small_rules(area_km2_declared="3")
    assert figures(small_plan(rules=rules))["area_difference"] == pytest.approx(-1 / 3)
    town = rules.town.model_copy(update={"area_km2_declared": None})
    nothing = rules.model_copy(update={"town": town})
    assert not {"area_difference", "area_km2_declared"} & set(figures(small_plan(rules=nothing)))


def test_a_board_needs_a_name_and_duties_and_a_file_its_fields():
    people = small_people()
    people.loc["C1", "name"] = ""
    posts = small_posts()
    posts.loc[f"{W2A}-01", "duties"] = ""
    grids = small_grids()
    grids.loc[[W2B, E1B], "name"] = ""
    found = figures(small_plan(people=people, posts=posts, grids=grids))
    assert found["boards_ready_share"] == pytest.approx(10 / 12)
    assert found["grids_described_share"] == pytest.approx(10 / 12)


def test_a_person_on_two_posts_of_a_grid_counts_once():
    assignments = small_assignments()
    assignments.loc[assignments["post_id"] == f"{E1A}-02", "person_id"] = "C5"
    table = coverage(small_plan(assignments=assignments))
    assert table.loc[E1A, "cadres"] == 1


def test_the_order_of_rows_makes_no_difference_and_the_input_is_kept():
    plan = short_plan()
    names = ("grids", "patches", "posts", "assignments", "people")
    before = {name: getattr(plan, name).copy() for name in names}
    handle = plan.with_tables(**{name: getattr(plan, name).iloc[::-1] for name in names})
    pd.testing.assert_frame_equal(coverage(plan), coverage(handle).loc[plan.grids.index])
    pd.testing.assert_frame_equal(town_figures(plan), town_figures(handle))
    for name in names:
        pd.testing.assert_frame_equal(pd.DataFrame(getattr(plan, name)), pd.DataFrame(before[name]))


def test_an_empty_plan_is_a_case():
    plan = small_plan(
        grids=small_grids().iloc[:0],
        patches=small_patches().iloc[:0],
        posts=small_posts().iloc[:0],
        assignments=small_assignments().iloc[:0],
    )
    assert coverage(plan).empty
    assert figures(plan)["area_km2"] == 0


def test_keys_are_unique_and_labels_are_in_both_languages():
    keys = [metric.key for metric in METRICS]
    assert len(set(keys)) == len(keys)
    for metric in METRICS:
        assert any("一" <= sign <= "鿿" for sign in metric.label_zh)
        assert metric.label_en.isascii()


def test_values_are_plain_numbers():
    assert coverage(small_plan()).dtypes.eq(np.float64).all()
    assert town_figures(small_plan())["value"].dtype == np.float64
    assert E1 in coverage(small_plan()).index


def test_the_page_of_checks_lists_every_metric():
    page = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    section = page.split("## Figures")[1].split("How some")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][2:]
    assert rows == [
        f"| {metric.key} | {metric.unit} | {metric.scope} | {metric.label_zh} | {metric.label_en} |"
        for metric in METRICS
    ]


@settings(max_examples=10, deadline=None)
@given(st.sets(st.sampled_from(sorted(small_posts().index))))
def test_shares_add_up_whoever_is_missing(gone):
    plan = small_plan(assignments=vacate(small_assignments(), *gone))
    table = coverage(plan)
    assert (table["covered_share"] + table["fallback_share"] <= 1 + 1e-12).all()
    for parent, children in plan.grids.groupby("parent_code").groups.items():
        if parent == "":
            continue
        ground = table["area_m2"][children]
        for share in ("covered_share", "fallback_share"):
            mean = (table.loc[children, share] * ground).sum() / ground.sum()
            assert table.loc[parent, share] == pytest.approx(mean)
        assert table.loc[parent, "cadres"] == table["cadres"][children].sum()
    assert figures(plan)["posts_vacant"] == len(gone)
