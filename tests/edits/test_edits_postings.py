"""People put on posts by hand: who moves, who stays when people are assigned again, and undo."""

import pandas as pd
import pytest
from redraw_plan import BY, CRS, W1, draw

from gridmap import edits
from gridmap.edits.outcome.remarks import remarks_apart, with_remarks
from gridmap.store import load_plan, save_plan
from layers.contract.errors import PlanError
from layers.contract.issues import Issue, make_issues

# In the drawn plan C1, C2, C3 are on TVE01-01 to -03, C4, C5, C6 on TVW01-01 to -03, C7, C8 on
# TVW02-01 and -02; TVW02-03 is vacant.


def holders(plan):
    rows = plan.assignments
    rows = rows[rows["status"] == "filled"]
    return dict(zip(rows["post_id"], rows["person_id"], strict=True))


def free(plan):
    rows = plan.assignments
    return sorted(rows.loc[rows["status"] == "surplus", "person_id"])


def test_somebody_put_on_a_vacant_post_leaves_the_own_post_vacant():
    plan = edits.post_person(draw(), "C1", "TVW02-03", **BY)
    now = holders(plan)
    assert now["TVW02-03"] == "C1"
    assert "TVE01-01" not in now
    assert free(plan) == []
    vacant = plan.assignments[plan.assignments["status"] == "vacant"]
    assert vacant["post_id"].tolist() == ["TVE01-01"]
    assert len(plan.assignments) == len(draw().assignments)


def test_whoever_held_the_post_is_free_or_changes_places():
    freed = edits.post_person(draw(), "C1", "TVW01-01", **BY)
    assert (holders(freed)["TVW01-01"], free(freed)) == ("C1", ["C4"])
    swapped = edits.post_person(draw(), "C1", "TVW01-01", swap=True, **BY)
    assert (holders(swapped)["TVW01-01"], holders(swapped)["TVE01-01"]) == ("C1", "C4")
    assert free(swapped) == []


def test_a_post_is_freed_and_the_person_is_left_over():
    plan = edits.free_post(draw(), "TVE01-02", **BY)
    assert "TVE01-02" not in holders(plan)
    assert free(plan) == ["C2"]
    # Somebody who is free can be posted, and is then no longer left over.
    again = edits.post_person(plan, "C2", "TVW02-03", **BY)
    assert (holders(again)["TVW02-03"], free(again)) == ("C2", [])


def test_whoever_is_posted_by_hand_stays_when_people_are_assigned_again():
    # Where staying is worth nothing, all are equal and C1 would go to the first post.
    plan = edits.post_person(draw("[assignment]\nchange = 0.0\n"), "C1", "TVW01-01", **BY)
    assert edits.posted_by_hand(plan)["person_id"].tolist() == ["C1"]
    again = edits.assign_again(plan, **BY)
    assert holders(again)["TVW01-01"] == "C1"
    assert len(holders(again)) == 12  # everybody has a post again
    assert free(again) == []
    freed = edits.free_post(again, "TVW01-01", **BY)
    assert edits.posted_by_hand(freed).empty
    # Without the hand, C1 goes back to nobody's harm: all eight have a post.
    assert len(holders(edits.assign_again(freed, **BY))) == 12


def test_a_posting_that_was_taken_over_is_no_longer_kept():
    plan = edits.post_person(draw(), "C1", "TVW01-01", **BY)
    plan = edits.post_person(plan, "C8", "TVW01-01", **BY)
    assert edits.posted_by_hand(plan)["person_id"].tolist() == ["C8"]
    assert edits.posted_by_hand(edits.undo(plan, **BY))["person_id"].tolist() == ["C1"]


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: edits.post_person(plan, "C1", "TVW01-01", **BY),
        lambda plan: edits.post_person(plan, "C1", "TVW01-01", swap=True, **BY),
        lambda plan: edits.post_person(plan, "C1", "TVE-01", **BY),  # leads a given grid now
        lambda plan: edits.free_post(plan, "TVE01-02", **BY),
    ],
)
def test_undo_and_redo_bring_people_back_also_from_the_file(change, tmp_path):
    plan = draw()
    changed = change(plan)
    path = tmp_path / "town.gridmap.gpkg"
    save_plan(changed, path)
    back = edits.undo(load_plan(path), **BY)
    for table in ("posts", "assignments"):
        pd.testing.assert_frame_equal(getattr(back, table), getattr(plan, table))
    assert back.grids.drop(columns="geometry").equals(plan.grids.drop(columns="geometry"))
    forth = edits.redo(back, **BY)
    pd.testing.assert_frame_equal(forth.assignments, changed.assignments)


def test_another_roster_is_one_entry_that_undo_takes_back(tmp_path):
    plan = draw()
    roster = tmp_path / "new.csv"
    lines = ["编号,姓名,角色,现岗网格"]
    lines += [f"L{code},{code} 长,网格长,{code}" for code in ("T", "TV", "TVW", "TVE")]
    lines += [f"N{number},新人{number},干部," for number in range(9)]
    roster.write_text("\n".join(lines), encoding="utf-8")
    changed = edits.assign_again(plan, roster=roster, **BY)
    assert sorted(holders(changed).values())[-9:] == [f"N{number}" for number in range(9)]
    back = edits.undo(changed, **BY)
    assert back.people.equals(plan.people)
    pd.testing.assert_frame_equal(back.assignments, plan.assignments)
    assert edits.redo(back, **BY).people.equals(changed.people)


def test_what_was_told_of_another_roster_goes_and_comes_with_it(tmp_path):
    def remarks(plan):
        return list(plan.issues.loc[plan.issues["rule"].str.startswith("READ-"), "message"])

    def another(name, *more):
        lines = ["编号,姓名,身份,现任网格", "N1,新人,干部,", *more]
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
        return tmp_path / name

    plan = edits.assign_again(draw(), roster=another("first.csv", "合计,1人,,"), **BY)
    (first,) = remarks(plan)
    assert "first.csv" in first
    changed = edits.assign_again(plan, roster=another("new.csv", "合计,1人,,"), **BY)
    (second,) = remarks(changed)
    assert "new.csv" in second
    back = edits.undo(changed, **BY)
    assert remarks(back) == [first]
    assert remarks(edits.redo(back, **BY)) == [second]
    assert remarks(edits.undo(back, **BY)) == []


def test_ground_and_people_are_taken_back_in_one_order():
    moved = edits.apply(draw(), edits.move_patches(draw(), ["P20"], W1), **BY)
    plan = edits.post_person(moved, "C1", "TVW01-01", **BY)
    both = edits.undo(edits.undo(plan, **BY), **BY)
    pd.testing.assert_frame_equal(both.assignments, draw().assignments)
    assert both.patches["grid_code"].equals(draw().patches["grid_code"])


def test_an_edit_of_ground_goes_on_after_people_were_posted():
    plan = draw()
    edit = edits.move_patches(plan, ["P20"], W1)
    posted = edits.post_person(plan, "C4", "TVE01-01", **BY)
    with pytest.raises(PlanError, match="has changed since"):
        edits.apply(posted, edit, **BY)
    done = edits.apply(posted, edits.reapply(posted, edit), **BY)
    assert done.patches.at["P20", "grid_code"] == W1
    assert holders(done)["TVE01-01"] == "C4"


def test_nobody_takes_back_unseen_what_another_has_posted():
    plan = draw()
    first = edits.post_person(plan, "C1", "TVW02-03", **BY)
    seen = edits.state_id(first)
    second = edits.post_person(first, "C2", "TVE01-01", **BY)
    with pytest.raises(PlanError, match="has changed since"):
        edits.undo(second, state=seen, **BY)


def test_the_history_names_what_was_done():
    plan = edits.free_post(edits.post_person(draw(), "C1", "TVW01-01", **BY), "TVE01-02", **BY)
    told = edits.history(edits.assign_again(plan, **BY))
    assert told["kind"].tolist() == ["post", "free", "assign"]
    assert told["what_zh"].iloc[0] == "人工定岗：TVE01、TVW01"
    assert told["what"].iloc[1] == "freed a post: TVE01"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda plan: edits.post_person(plan, "C99", "TVW01-01", **BY), "id 'C99'"),
        (lambda plan: edits.post_person(plan, "C1", "XX-01", **BY), "no post 'XX-01'"),
        (lambda plan: edits.post_person(plan, "C1", "TVE01-01", **BY), "already"),
        (lambda plan: edits.free_post(plan, "TVW02-03", **BY), "vacant already"),
    ],
)
def test_what_cannot_be_is_refused_in_words(change, words):
    with pytest.raises(PlanError, match=words):
        change(draw())


def test_only_the_remarks_that_differ_go_and_come_with_another_roster():
    one, two = (
        draw().with_tables(
            issues=make_issues(
                [Issue("READ-1", "info", "m", "说", code=code) for code in codes], CRS
            )
        )
        for codes in ("ab", "ac")
    )
    told = remarks_apart(one, two)
    assert told is not None
    assert [frame["code"].tolist() for frame in told] == [["b"], ["c"]]
    assert remarks_apart(one, one) is None
    assert with_remarks(one, told).issues["code"].tolist() == ["a", "c"]


def test_a_group_stays_when_a_member_is_joined_to_another_grid_and_the_loss_is_told():
    groups = pd.DataFrame(
        {"type": ["team"], "name": ["队"], "name_en": [""]}, index=pd.Index(["A"], name="group_id")
    )
    members = pd.DataFrame({"group_id": "A", "kind": "grid", "member_id": [W1, "TVE01"]})
    plan = draw().with_tables(groups=groups, members=members)
    merged = edits.apply(plan, edits.merge_grids(plan, [W1, "TVW02"]), **BY)
    (gone,) = {W1, "TVW02"} - set(merged.grids.index)
    pd.testing.assert_frame_equal(merged.members, plan.members)
    told = merged.issues[merged.issues["rule"] == "GROUP-1"]
    assert len(told) == (gone == W1)
    back = edits.undo(merged, **BY)
    assert "GROUP-1" not in back.issues["rule"].tolist()
    lost = plan.with_tables(members=members.replace(W1, "TVW99"))
    again = edits.apply(lost, edits.merge_grids(lost, [W1, "TVW02"]), **BY).issues
    assert again.loc[again["rule"] == "GROUP-1", "other_code"].tolist() == ["A"]
