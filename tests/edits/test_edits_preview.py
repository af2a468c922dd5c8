"""Previews: totals by hand, what breaks, and offers that repair it."""

import geopandas as gpd
import numpy as np
import pytest
from redraw_plan import BY, RULES, W1, W2, code_of, draw, line

from gridmap import edits
from gridmap.edits.moves import offers
from gridmap.rules import parse_rules


def test_totals_before_and_after_are_those_counted_by_hand():
    plan = draw()
    seen = edits.preview(plan, edits.move_patches(plan, ["P11"], W2))
    assert seen.before.loc[W1].to_dict() == {
        "category": "farmland", "subclass": "", "family": "territorial", "patches": 6,
        "area_m2": 60_000.0,
        "households": 9.0, "objects": 0, "load_h": 12.0, "officers": 3,
        "people": 3, "over_h": 0.0, "purity": 1.0,
        "perimeter_m": 1000.0, "compactness": pytest.approx(4 * np.pi * 0.06), "parts": 1,
        "broken": False,
    }  # fmt: skip
    assert seen.after.loc[W2, ["patches", "load_h", "officers", "objects"]].tolist() == [
        7, 14.0, 4, 1,
    ]  # fmt: skip
    assert seen.after.at[W2, "purity"] == pytest.approx(6 / 7)
    assert seen.after["perimeter_m"].tolist() == [1200.0, 1200.0]
    assert seen.moved.to_dict() == {"P11": W2}
    assert seen.is_sound
    assert seen.offers == ()


def test_totals_tell_how_many_cadres_are_there_today():
    plan = draw()  # 8 cadres on 9 posts: TVW02 or TVE01 has two
    seen = edits.preview(plan, edits.move_patches(plan, ["P30"], edits.NEW))
    on_post = plan.assignments.query("grid_code == 'TVW02' and status == 'filled'")
    assert seen.before.at[W2, "people"] == seen.after.at[W2, "people"] == len(on_post)
    assert seen.after.at["TVW03", "people"] == 0


def test_a_preview_tells_what_the_accepted_plan_holds():
    plan = draw()
    for edit in (
        edits.move_patches(plan, ["P11", "P21"], {"P11": W2, "P21": W1}),
        edits.divide_grid(plan, W2, 3),
        edits.merge_grids(plan, [W1, W2]),
        edits.split_grid(plan, W2, line((1.9, -0.1), (4.1, 3.2)), cut=True),
        edits.cut_patch(plan, "P30", line((3, 0.2), (4, 0.7))),
    ):
        seen, after = edits.preview(plan, edit), edits.apply(plan, edit, **BY)
        rows = after.micro_grids.loc[seen.after.index]
        for column in ("area_m2", "load_h", "households", "purity", "perimeter_m", "compactness"):
            assert rows[column].tolist() == pytest.approx(seen.after[column].tolist()), column
        for column in ("patches", "parts", "category", "objects"):
            assert rows[column].tolist() == seen.after[column].tolist(), column
        assert set(seen.created) <= set(after.grids.index)
        assert not set(seen.retired) & set(after.grids.index)


def test_a_micro_grid_cut_off_is_told_with_its_stray_part():
    plan = draw()
    seen = edits.preview(plan, edits.move_patches(plan, ["P01", "P11"], W2))
    assert [(b.kind, b.code, b.size, b.new, b.patches) for b in seen.violations] == [
        ("contiguity", W1, 2.0, True, ("P02", "P12"))
    ]
    assert not seen.is_sound
    assert seen.after.at[W1, "broken"]
    assert seen.violations[0].message.startswith(
        "Micro-grid TVW01 falls into 2 parts: 2 patches lie"
    )
    assert "分成 2 块：2 个图斑" in seen.violations[0].message_zh  # and nothing of before


def test_a_cut_off_part_may_stay_joined_by_leaving_a_patch_behind():
    plan = draw()
    seen = edits.preview(plan, edits.move_patches(plan, ["P01", "P11"], W2))
    back = [offer for offer in seen.offers if offer.title.startswith("Leave the patches")]
    assert [offer.patches for offer in back] == [("P01",)]  # P11 alone still borders TVW02
    after = edits.apply(plan, back[0].edit, **BY)
    assert after.grids.loc[[W1, W2], "parts"].tolist() == [1, 1]
    assert after.patches.at["P11", "grid_code"] == W2
    assert after.patches.at["P01", "grid_code"] == W1


def test_a_cut_off_part_may_go_along_where_the_neighbour_has_room():
    plan = draw("", 8)
    plan = edits.apply(plan, edits.move_patches(plan, ["P30", "P31"], edits.NEW), **BY)
    # W2 holds four patches, 8 hours: it has room for four more.
    seen = edits.preview(plan, edits.move_patches(plan, ["P01", "P11"], W2))
    joins = [offer for offer in seen.offers if set(offer.patches) == {"P02", "P12"}]
    assert joins
    after = edits.apply(plan, joins[0].edit, **BY)
    assert after.grids.at[W2, "load_h"] == 16.0
    assert (after.micro_grids["parts"] == 1).all()


def test_a_patch_moved_over_a_gap_may_take_the_ground_between_along():
    plan = draw()
    seen = edits.preview(plan, edits.move_patches(plan, ["P00"], W2))  # P00 does not border W2
    assert [(b.code, b.size) for b in seen.violations] == [(W2, 2.0)]
    bridge = [
        offer for offer in seen.offers if offer.title == "Take along the ground between, to TVW02"
    ]
    assert [offer.patches for offer in bridge] == [("P10",)]


def test_every_offer_mends_and_says_where_it_leads():
    plan = draw()
    for patches, to in ((["P01", "P11"], W2), (["P00"], W2), (["P20", "P21", "P22"], W1)):
        seen = edits.preview(plan, edits.move_patches(plan, patches, to))
        assert seen.violations
        assert seen.offers
        for offer in seen.offers:
            repaired = edits.preview(plan, offer.edit)
            assert repaired.is_sound
            known = repaired.after.drop(index=list(repaired.created))
            told = offer.after.drop(index=[code for code in offer.after.index if "+" in code])
            assert told.loc[known.index, "load_h"].tolist() == known["load_h"].tolist()
            assert offer.title_zh


def test_no_two_offers_lead_to_the_same_plan():
    """Leaving P01 behind and the engine's "Move 1 more" are one and the same here."""
    plan = draw()
    for patches, to in ((["P01", "P11"], W2), (["P00"], W2), (["P20", "P21", "P22"], W1)):
        found = edits.preview(plan, edits.move_patches(plan, patches, to)).offers
        assert found
        assert len({offer.edit.also for offer in found}) == len(found)


def test_an_overload_from_before_keeps_no_offer_from_an_edit_beside_it():
    """TVW01 has 18 of 16 hours already; TVW02 = P30 P31 P32 loses its middle."""
    plan = draw()
    heavy = edits.move_patches(plan, ["P20", "P21", "P22"], W1)
    plan = edits.apply(plan, heavy, **BY, check=False)
    seen = edits.preview(plan, edits.move_patches(plan, ["P31"], edits.NEW))
    assert [(b.kind, b.code) for b in seen.violations] == [("contiguity", W2)]
    assert ("P32",) in [offer.patches for offer in seen.offers]  # goes along; TVW01 stays as it is


def test_a_micro_grid_torn_before_keeps_no_offer_from_an_edit_beside_it():
    """TVW01 is in two parts already; P11 leaves TVW02, and P01 may go along with it."""
    plan = draw()
    plan = edits.apply(plan, edits.move_patches(plan, ["P01", "P11"], W2), **BY, check=False)
    seen = edits.preview(plan, edits.move_patches(plan, ["P11"], edits.NEW))
    assert [(b.kind, b.code) for b in seen.violations] == [("contiguity", W2)]
    assert (("P01", "+1"),) in [offer.edit.also for offer in seen.offers]


@pytest.mark.parametrize(("hours", "offered"), [(4.0, True), (3.9, False)])
def test_no_offer_overloads_a_micro_grid_by_however_little(hours, offered):
    """With what lies apart TVW02 has 16 h, and four officers of 3.9 h give 15.6 h."""
    text = RULES.replace("officer_hours = 4.0", f"officer_hours = {hours}")
    plan = draw().with_tables(rules=parse_rules(text), rules_text=text)
    plan = edits.apply(plan, edits.move_patches(plan, ["P30", "P31"], edits.NEW), **BY)
    seen = edits.preview(plan, edits.move_patches(plan, ["P01", "P11"], W2))
    assert seen.offers
    assert ({"P02", "P12"} in [set(offer.patches) for offer in seen.offers]) == offered


def test_what_is_left_behind_goes_back_to_its_own_micro_grid_alone(monkeypatch):
    """TVW01 lies round P12, which is TVW03; both give up their middle.

    1 3 1 2        the shortest way between the ends of TVW01 leads over P12, and that is TVW03's
    1 1 1 2
    2 2 2 2
    """
    monkeypatch.setattr(offers, "MOST_OFFERS", 99)
    plan = draw()
    first = {"P12": edits.NEW, "P21": W1, "P22": W1, "P00": W2, "P10": W2}
    plan = edits.apply(plan, edits.move_patches(plan, first, first), **BY, check=False)
    seen = edits.preview(plan, edits.move_patches(plan, ["P01", "P11", "P21", "P12"], edits.NEW))
    (back,) = [offer for offer in seen.offers if offer.title.startswith("Leave the patches")]
    assert back.patches == ("P01", "P11", "P21")
    after = edits.apply(plan, back.edit, **BY)
    assert code_of(after, "P01", "P11", "P21") == [W1, W1, W1]


def test_an_overloaded_micro_grid_may_give_ground_away_or_be_split():
    plan = draw()
    seen = edits.preview(plan, edits.merge_grids(plan, [W1, W2]))
    assert [(b.kind, b.severity, b.size, b.new) for b in seen.violations] == [
        ("capacity", "error", 8.0, True)
    ]
    assert "24.0 officer-hours a week, 8.0 more" in seen.violations[0].message
    # 24 h of 4 h each: 6 are needed, whatever the rules allow; the posts stay within the rules.
    assert seen.after.at[W1, "officers"] == 6
    assert "it needs 6." in seen.violations[0].message
    assert "需 6 人" in seen.violations[0].message_zh
    merged = edits.apply(plan, seen.edit, **BY)
    assert merged.grids.at[W1, "officers"] == 4
    (told,) = merged.issues.loc[merged.issues["rule"] == "CAP-9", "message_zh"]
    assert "需 6 人，规则上限 4 人" in told
    halves = [offer for offer in seen.offers if offer.title == "Split TVW01 in two"]
    assert halves[0].after["load_h"].tolist() == [12.0, 12.0]
    after = edits.apply(plan, halves[0].edit, **BY)
    assert after.micro_grids.query("parent_code == 'TVW'")["load_h"].tolist() == [12.0, 12.0]


def test_a_break_that_was_there_before_is_told_but_not_held_against_the_edit():
    plan = draw()
    torn = edits.apply(plan, edits.move_patches(plan, ["P01", "P11"], W2), **BY)
    seen = edits.preview(torn, edits.move_patches(torn, ["P12"], edits.NEW))
    assert [(b.code, b.new) for b in seen.violations] == [
        (W1, False),
    ]
    assert "falls into 2 parts (it was 2 before): 1 patch lies apart" in seen.violations[0].message
    assert "分成 2 块（调整前为 2 块）：1 个图斑" in seen.violations[0].message_zh
    assert seen.is_sound


def test_offers_leave_locked_micro_grids_alone():
    plan = draw()
    # P12 stays behind between two new micro-grids and TVW02, with 100 m of border to each.
    apart = {"P02": "+1", "P11": "+2"}
    seen = edits.preview(plan, edits.move_patches(plan, apart, apart))
    assert seen.violations[0].patches == ("P12",)
    assert any(offer.edit.also == (("P12", W2),) for offer in seen.offers)
    locked = edits.apply(plan, edits.lock_grids(plan, [W2]), **BY, check=False)
    seen = edits.preview(locked, edits.move_patches(locked, apart, apart))
    assert seen.offers
    for offer in seen.offers:
        assert W2 not in offer.after.index
        assert edits.preview(locked, offer.edit, offers=False).is_sound


def test_links_across_a_gap_hold_a_micro_grid_together_where_the_rules_allow_them():
    plan = draw()
    edit = edits.move_patches(plan, ["P01", "P11"], W2)
    assert not edits.preview(plan, edit).is_sound
    linked = draw("[contiguity]\nmax_gap_m = 120.0\n")
    edit = edits.move_patches(linked, ["P01", "P11"], W2)
    assert edits.preview(linked, edit).is_sound


def test_two_squares_that_meet_in_a_corner_hang_together_by_no_rule():
    plan = draw()
    seen = edits.preview(plan, edits.move_patches(plan, ["P00", "P11"], edits.NEW))
    assert seen.after.at["TVW03", "parts"] == 2


def test_without_offers_a_preview_tells_the_same_totals():
    plan = draw()
    edit = edits.move_patches(plan, ["P01", "P11"], W2)
    with_offers, without = edits.preview(plan, edit), edits.preview(plan, edit, offers=False)
    assert without.offers == ()
    assert without.after.equals(with_offers.after)


def with_compound(plan, *ids):
    """The plan with a compound over some patches."""
    shape = plan.patches.geometry[list(ids)].union_all()
    rows = {"kind": ["compound"], "name": ["东院"], "layer": [""]}
    frame = gpd.GeoDataFrame(rows, geometry=[shape], index=["U1"], crs=plan.crs)
    return plan.with_tables(units=frame)


def test_a_compound_that_an_edit_cuts_is_told_and_does_not_stop_it():
    plan = with_compound(draw(), "P01", "P11")
    seen = edits.preview(plan, edits.move_patches(plan, ["P11"], W2))
    assert [(b.kind, b.severity, b.new, b.patches) for b in seen.violations] == [
        ("unit", "warning", True, ("P01", "P11"))
    ]
    assert f"Compound 东院 would be cut: it would lie in {W1}, {W2}." in seen.violations[0].message
    assert "“东院”会被界线切开" in seen.violations[0].message_zh
    assert seen.is_sound
    whole = edits.preview(plan, edits.move_patches(plan, ["P01", "P11"], W2))
    assert "unit" not in [found.kind for found in whole.violations]


def test_a_compound_that_was_cut_before_is_no_fault_of_an_edit():
    plan = with_compound(draw(), "P11", "P21")  # of two micro-grids already
    seen = edits.preview(plan, edits.move_patches(plan, ["P10"], W2))
    assert "unit" not in [found.kind for found in seen.violations]


def test_a_plan_with_household_grids_and_no_layer_of_buildings_is_previewed():
    plan = draw('[household_grids]\non = ["village_res"]\n')
    assert plan.units.empty
    assert edits.preview(plan, edits.move_patches(plan, ["P20"], W1)).is_sound
