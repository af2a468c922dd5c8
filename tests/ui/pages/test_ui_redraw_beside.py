"""What the map editor tells beside changes: a frozen plan, why a border is there, what is found."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import redraw_plan
from editor_talk import EN, asked, session, told
from firm_plan import firm_plan
from redraw_plan import BY, E1, W1, W2

from gridmap import edits
from gridmap.plan.identity import identity_of, with_identity
from gridmap.ui.redraw import redraw_border, redraw_find, redraw_frozen
from gridmap.ui.redraw.redraw_session import EditSession


def test_a_frozen_plan_refuses_every_change_before_it_is_pending():
    plan = redraw_plan.draw()
    plan = with_identity(plan, replace(identity_of(plan), frozen_by="赵六", frozen_at="2026-11-20"))
    frozen = EditSession(plan)
    path = Path("t.gridmap.gpkg")
    for kind in ("move", "split", "lock", "undo", "accept", "undo_one", "repair", "note_edit"):
        no = redraw_frozen.refused(frozen, path, {"kind": kind})
        assert no is not None, kind
        assert (no.plan, no.pending) == (plan, ())
        assert "已冻结" in no.fault.text("zh")
    assert redraw_frozen.refused(frozen, path, {"kind": "look"}) is None
    assert redraw_frozen.refused(session(), path, {"kind": "move"}) is None
    edited = edits.apply(redraw_plan.draw(), edits.move_patches(plan, ["P20"], W1), **BY)
    assert told(EditSession(edited))["undo"] != ""
    last = with_identity(edited, identity_of(plan))
    assert told(EditSession(last))["undo"] == ""


def test_a_border_of_the_draft_is_explained_until_the_draft_is_another():
    now = redraw_border.explained(session(), {"grids": [W1, W2]})
    border = told(now)["border"]
    assert border["grids"] == [W1, W2]
    assert "长 300 米" in border["head"]
    assert any("超过一个微网格的承载力 16 小时" in line for line in border["why"])
    # 24 h of both sides; each of the six patches along it may go over, 2 h each.
    assert {move["patch"] for move in border["moves"]} == {"P10", "P11", "P12", "P20", "P21", "P22"}
    assert border["moves"][0]["to"] in (W1, W2)
    assert told(redraw_border.explained(now, {"grids": []}))["border"] is None
    moved = asked(now, "move", patches=["P20"], to=W1)
    assert told(moved)["border"] is None
    again = told(redraw_border.explained(moved, {"grids": [W2, W1]}), EN)["border"]
    assert again["why"][0].startswith("1 patches beside it")
    assert "没有共同的界线" in told(redraw_border.explained(now, {"grids": [W1, E1]}))["fault"]


def test_what_can_be_found_has_grids_people_objects_and_how_they_are_read():
    plan = firm_plan()
    found = json.loads(gzip.decompress(redraw_find.findable(plan, ("firm", 0, 0, ""))))
    assert set(plan.micro_grids.index) < set(found["grids"]["code"])
    assert len(found["grids"]["people"]["ends"]) == len(found["grids"]["code"])
    rows = plan.assignments
    held = rows.loc[(rows["status"] == "filled") & (rows["grid_code"] != ""), "person_id"]
    assert set(plan.people.loc[held.unique(), "name"]) <= set(found["grids"]["people"]["name"])
    assert sorted(found["objects"]["zh"]) == ["大展红旗公司", "郑庵一厂", "重阳湖"]
    assert "zheng" in found["readings"]["郑"]
