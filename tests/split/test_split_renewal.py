"""Rows that dividing left are true after edits: what is gone or cured is told no more."""

from redraw_plan import BY, E1, W1, W2, draw, line

from gridmap import edits
from gridmap.workflow.workflow import recheck
from layers.contract.issues import Issue, join_issues, make_issues


def row(rule, message, size=1.0, code=""):
    return Issue(rule=rule, severity="info", size=size, unit="micro-grids", code=code,
                 message=message, message_zh=message)  # fmt: skip


def with_rows(plan, *rows):
    return plan.with_tables(issues=join_issues([plan.issues, make_issues(list(rows), plan.crs)],
                                               plan.crs))  # fmt: skip


def told(plan, rule):
    return plan.issues.loc[plan.issues["rule"] == rule, "message"].tolist()


def accept(plan, edit):
    return edits.apply(plan, edit, **BY)


def test_without_an_edit_of_ground_the_rows_stay():
    plan = with_rows(draw(), row("SPLIT-3", "as it was divided", code=W1), row("SPLIT-6", "more"))
    assert told(recheck(plan), "SPLIT-3") == ["as it was divided"]
    locked = accept(plan, edits.lock_grids(plan, [W1]))
    assert told(recheck(locked), "SPLIT-6") == ["more"]


def test_a_row_about_a_micro_grid_that_an_edit_took_away_goes():
    old = [row(f"SPLIT-{number}", f"{W2} of old") for number in (3, 4, 5, 6)]
    plan = with_rows(draw(), *old)
    after = accept(plan, edits.merge_grids(plan, [W1, W2], into=W1))
    assert not [text for text in after.issues["message"] if "of old" in text]


def test_small_ground_is_told_while_it_is_small_and_says_who_made_it_so():
    plan = draw("[split.min_area_ha]\nfarmland = 5.0\n")
    # Squares of 1 ha: six in the west, of which two are cut off.
    after = accept(plan, edits.move_patches(plan, ["P00", "P01"], edits.NEW))
    (message,) = told(after, "SPLIT-3")
    assert message.startswith("2 micro-grids are below the least area of the kind: an edit has")
    assert f"{W1} (farmland, 4.00 ha)" in message
    assert "TVW03 (farmland, 2.00 ha)" in message
    cured = accept(after, edits.merge_grids(after, [W1, "TVW03"], into=W1))
    assert told(cured, "SPLIT-3") == []


def test_what_no_edit_touched_keeps_the_reason_of_the_division():
    plan = draw("[split.min_area_ha]\nfarmland = 7.0\n")
    after = accept(plan, edits.split_grid(plan, W1, line((-1, 1), (3, 1))))
    told_of = {
        code: text for text in told(after, "SPLIT-3") for code in (W1, W2, E1) if code in text
    }
    assert "an edit has made them so" in told_of[W1]
    assert "and could not be joined: " in told_of[W2]
    assert "and could not be joined: nothing is beside them" in told_of[E1]


def test_a_site_in_other_ground_is_told_until_it_has_a_micro_grid_of_its_own():
    patches = draw().patches.copy()
    patches.loc["P41", ["category", "name"]] = ["developable", "南地块"]
    plan = with_rows(draw().with_tables(patches=patches), row("SPLIT-5", "as it was divided"))
    after = accept(plan, edits.move_patches(plan, ["P00"], W2))
    (message,) = told(after, "SPLIT-5")
    assert f"南地块 → {E1}" in message
    own = accept(after, edits.move_patches(after, ["P41"], edits.NEW))
    assert told(own, "SPLIT-5") == []


def test_a_missed_number_goes_when_edits_reach_it_and_is_counted_again_until_then():
    plan = draw("target = 2\n")
    missed = Issue(rule="SPLIT-1", severity="error", size=1.0, unit="micro-grids",
                   message="2 were asked for, 3 were made", message_zh="x")  # fmt: skip
    plan = with_rows(plan, missed)
    more = accept(plan, edits.move_patches(plan, ["P00"], edits.NEW))
    (message,) = told(more, "SPLIT-1")
    assert message.startswith("2 micro-grids were asked for; after edits there are 4.")
    assert more.issues.loc[more.issues["rule"] == "SPLIT-1", "severity"].item() == "error"
    met = accept(plan, edits.merge_grids(plan, [W1, W2], into=W1))
    assert told(met, "SPLIT-1") == []
    # Whoever makes another number by hand is told, and has made no error.
    again = accept(met, edits.move_patches(met, ["P00"], edits.NEW))
    assert again.issues.loc[again.issues["rule"] == "SPLIT-1", "severity"].item() == "info"
