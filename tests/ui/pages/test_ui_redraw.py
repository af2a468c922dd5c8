"""The map editor without a browser: what its questions lead to.

The plan is the drawn one of `redraw_plan`: W1 holds P00 to P12, W2 P20 to P32, E1 P40 to P52.
"""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import redraw_plan
from editor_talk import EN, ZH, asked, session, told
from firm_plan import X1, X2, X, Y, firm_plan
from redraw_plan import BY, E1, W1, W2, code_of

from gridmap import edits
from gridmap.ui.redraw import redraw_page, redraw_script
from gridmap.ui.redraw.redraw_answer import answer
from gridmap.ui.redraw.redraw_map import ground_key, make_sheet
from gridmap.ui.redraw.redraw_session import EditSession, synced
from gridmap.ui.shell.tables import micro_grid_table
from gridmap.words import WORDS
from layers.contract.errors import PlanError


def test_a_new_category_and_name_are_told_before_they_are_accepted():
    plan = redraw_plan.draw()
    plan = plan.with_tables(grids=plan.grids.assign(
        category=plan.grids["category"].mask(plan.grids.index == W1, "water")
    ))  # fmt: skip
    moved = asked(EditSession(plan), "move", patches=["P20"], to=W1)
    for say, words in ((ZH, "微网格 TVW01 的类别将改变：水域 → 耕地"), (EN, "Water → Farmland")):
        (change,) = told(moved, say)["changes"]
        assert words in change["renamed"][0]
    look = told(asked(EditSession(plan), "look", patches=["P00"]))["look"]
    assert "TVW01 的类别将改变" in look["renamed"][0]


def test_a_micro_grid_has_the_number_and_name_of_the_register():
    plan = firm_plan()
    grids = told(EditSession(plan))["grids"]
    table = micro_grid_table(plan, language="zh").set_index("code")
    for code, row in table.iterrows():
        facts = grids[code]
        assert plan.grids.at[code, "parent_code"] + facts["number"] == code
        assert (facts["name"], facts["short"]) == (row["name"], row["name"].split("·")[-1])
    assert grids[X]["parent"] == grids[X1]["parent"] == X[:-3]
    assert grids[X]["short"] == "郑庵一厂专属网格"


def test_the_kind_in_the_file_and_posts_that_stay_are_told_of_each_grid():
    moved = asked(session(), "move", patches=["P00", "P01", "P02"], to="+1")
    grids = told(moved)["grids"]
    assert (grids[W1]["saved"], grids["TVW03"]["saved"]) == ("farmland", "")
    # Work for two is left, and three are on its posts.
    assert (grids[W1]["held"], grids[W1]["people"], grids[W1]["officers"]) == (3, 3, 3)


def test_the_same_ground_has_one_name_and_other_ground_another():
    plan = redraw_plan.draw()
    moved = edits.apply(plan, edits.move_patches(plan, ["P20"], W1), **BY)
    line = redraw_plan.line((0.5, 0), (0.5, 1))
    cut = edits.apply(plan, edits.cut_patch(plan, "P00", line), **BY)
    assert ground_key(moved) == ground_key(plan) != ground_key(cut)
    # Made anew with as many patches, the ids are the same and the ground is not.
    anew = plan.patches.assign(area_m2=[*plan.patches["area_m2"][:-1], 9_999.0])
    assert ground_key(plan.with_tables(patches=anew)) != ground_key(plan)


def test_what_is_chosen_is_looked_at_by_itself():
    seen = told(asked(session(), "look", patches=["P20", "P21"]))["look"]

    assert seen["patches"] == 2
    rows = {row["name"]: row for row in seen["rows"]}
    assert rows["所选部分"]["after"]["load"] == 4.0
    assert rows["西·耕地02"]["before"]["load"] == 12.0
    assert rows["西·耕地02"]["after"]["load"] == 8.0
    assert rows["西·耕地02"]["after"]["people"] == 2


def test_a_look_at_what_cannot_move_says_nothing():
    now = asked(session(), "look", patches=["P20", "P40"])
    assert told(now)["look"] is None
    assert now.fault is None


def test_a_move_is_pending_with_labels_and_figures_and_nothing_is_written():
    before = session()

    now = asked(before, "move", patches=["P20"], to=W1)

    page = told(now)
    row = make_sheet(now.plan).ids.get_loc("P20")
    assert page["labels"] == [[row], [W1]]
    assert page["pending"] == [row]
    assert page["changes"][0]["what"] == "划转 1 个图斑至西·耕地01"
    assert [row["after"]["load"] for row in page["changes"][0]["rows"]] == [14.0, 10.0]
    assert page["undo"] == "划转 1 个图斑至西·耕地01"
    assert code_of(before.plan, "P20") == [W2]
    assert told(now, EN)["changes"][0]["what"].startswith("1 patches to ")


def test_a_break_is_told_with_offers_and_one_click_mends_it():
    broken = asked(session(), "move", patches=["P20", "P21", "P31"], to=W1)
    change = told(broken)["changes"][0]
    assert [found["kind"] for found in change["violations"]] == ["contiguity", "capacity"]
    assert not change["sound"]
    assert "分成 2 块" in change["violations"][0]["text"]
    assert "falls into 2 parts" in told(broken, EN)["changes"][0]["violations"][0]["text"]
    offer = change["offers"][0]
    assert offer["patches"]
    assert {row["code"] for row in offer["rows"]} == {W1, W2}

    repaired = asked(broken, "repair", change=0, offer=0)

    assert told(repaired)["changes"][0]["sound"]
    assert told(repaired)["changes"][0]["violations"] == []


def test_every_kind_of_change_can_be_pending_and_is_named():
    plan = redraw_plan.draw()
    x, y = redraw_plan.at(1, -0.2)
    now = session()
    for kind, fields in (
        ("split", {"grid": W1, "line": [[x, y], [x, y + 400]], "cut": False}),
        (
            "cut",
            {"patch": "P41", "line": [list(redraw_plan.at(4, 1.5)), list(redraw_plan.at(5, 1.5))]},
        ),
        ("divide", {"grid": W2, "parts": 2}),
        ("merge", {"grids": [W1, "TVW03"]}),
        ("lock", {"grids": [E1]}),
        ("unlock", {"grids": [E1]}),
    ):
        now = asked(now, kind, **fields)
        assert now.fault is None, now.fault
    assert [change["what"] for change in told_of(now)] == [
        "画线拆分西·耕地01", "切分图斑：村东内耕地 1.00 公顷（P41）", "将西·耕地02均分为 2 块",
        "合并西·耕地01、西·耕地03", "锁定东·耕地01", "解锁东·耕地01",
    ]  # fmt: skip
    assert len(now.draft.patches) == len(plan.patches) + 1


def test_an_exclusive_grid_is_called_by_its_label_and_can_be_closed_and_brought_back():
    plan = firm_plan()
    plan.grids.loc[Y, "label"] = "红旗大院"
    inside = plan.patches.index[plan.patches["grid_code"] == X][0]
    begun = EditSession(plan)
    grids = told(begun)["grids"]
    assert (grids[X]["name"], grids[X]["unit"]) == ("郑庵一厂专属网格", True)
    assert grids[Y]["name"] == told(begun, EN)["grids"][Y]["name"] == "红旗大院"
    assert [code for code, facts in grids.items() if facts["unit"]] == [X, X1, X2, Y]
    closed = asked(begun, "close", grid=X)
    (change,) = told_of(closed)
    assert change["what"] == "撤销专属网格郑庵一厂专属网格"
    gone = next(row for row in change["rows"] if row["code"] == X)
    assert (gone["short"], gone["name"], gone["after"]) == ("", "郑庵一厂专属网格", None)
    assert not {X, X1, X2} & told_of_all(closed)["grids"].keys()
    # Its ground belongs to another grid now: the browser has to have it anew.
    assert ground_key(closed.draft) != ground_key(plan)
    assert closed.draft.patches.at[inside, "grid_code"] not in (X, "")
    back = asked(closed, "back")
    assert (back.draft is plan, told_of_all(back)["undo"]) == (True, "")
    again = asked(back, "again")
    assert told_of(again)[0]["what"] == change["what"]
    refused = asked(begun, "move", patches=[inside], to=str(plan.micro_grids.index[0]))
    assert refused.pending == ()
    assert "请撤销该专属网格（“调整”页面" in refused.fault.zh


def told_of_all(now):
    return answer(now, make_sheet(now.draft), ZH)


def told_of(now):
    sheet = make_sheet(now.draft)
    return answer(now, sheet, ZH)["changes"]


def test_a_refusal_is_told_and_the_list_stays():
    one = asked(session(), "move", patches=["P20"], to=W1)

    now = asked(one, "move", patches=["P40"], to=W1)

    assert "微网格不得跨越上级网格" in told(now)["fault"]
    assert len(now.pending) == 1
    assert told(asked(now, "look", patches=["P21"]))["fault"] == ""


@pytest.mark.parametrize("line", [[], [[0, 0]]])
def test_a_line_of_one_point_is_refused(line):
    assert isinstance(asked(session(), "split", grid=W1, line=line, cut=False).fault, PlanError)


def test_limited_edits_keep_to_their_grid():
    now = asked(session(), "move", patches=["P20"], to=W1, limit="TVE")
    assert "限定网格 TVE 之外" in told(now)["fault"]


def test_cancelling_and_stepping_back_and_on():
    one = asked(session(), "move", patches=["P20"], to=W1)
    two = asked(one, "move", patches=["P50"], to="+1")

    back = asked(two, "back")
    assert [change.edit.patches for change in back.pending] == [("P20",)]
    assert told(back)["redo"] == "取消的待定调整"
    again = asked(back, "again")
    assert [change.edit.patches for change in again.pending] == [("P20",), ("P50",)]
    first_gone = asked(two, "cancel", change=0)
    assert [change.edit.patches for change in first_gone.pending] == [("P50",)]
    assert asked(two, "cancel_all").pending == ()


def test_cancelling_says_what_went_with_it():
    one = asked(session(), "move", patches=["P20", "P21"], to="+1")
    two = asked(one, "move", patches=["P22"], to="TVW03")

    now = asked(two, "cancel", change=0)

    assert now.pending == ()
    assert told(now)["note"] == "有 1 项后续调整依赖于此，已一并取消。"


def test_pending_changes_wait_when_somebody_else_has_changed_the_ground():
    mine = asked(session(), "move", patches=["P20"], to=W1)
    theirs = edits.move_patches(mine.plan, ["P50"], edits.NEW)
    now = edits.apply(mine.plan, theirs, **BY)

    waiting = synced(mine, now)

    stale = told(waiting)["stale"]
    assert stale["can"]
    assert "E000001（划转），王五" in stale["text"]
    fresh = asked(waiting, "reapply")
    assert code_of(fresh.draft, "P20", "P50") == [W1, "TVE02"]
    assert told(fresh)["stale"] is None
    assert asked(waiting, "drop").pending == ()
    assert asked(waiting, "drop").plan is now


def test_pending_changes_go_on_when_only_people_changed():
    mine = asked(session(), "move", patches=["P20"], to=W1)
    people = mine.plan.with_tables(people=mine.plan.people.assign(office="镇政府"))

    now = synced(mine, people)

    assert now.stale is None
    assert now.draft.people["office"].unique().tolist() == ["镇政府"]
    assert code_of(now.draft, "P20") == [W1]


def test_a_new_plan_is_taken_over_when_nothing_is_pending():
    mine = session()
    now = edits.apply(mine.plan, edits.move_patches(mine.plan, ["P50"], edits.NEW), **BY)
    assert synced(mine, now).plan is now


def test_the_history_is_told_newest_first_with_what_is_in_force():
    plan = redraw_plan.draw()
    plan = edits.apply(plan, edits.move_patches(plan, ["P20"], W1), **BY)
    plan = edits.undo(plan, **BY)

    page = told(EditSession(plan))

    assert [(row["id"], row["force"], row["act"]) for row in page["history"]] == [
        ("E000002", True, False),
        ("E000001", False, False),
    ]
    assert page["history"][0]["time"] == "2026-11-20 10:00"
    assert page["undo"] == ""
    assert page["redo"].startswith("划转 1 个图斑")


def test_names_of_people_and_grids_stay_text_on_their_way():
    grids = redraw_plan.draw().grids.copy()
    grids.loc[W1, "name"] = "<img src=x onerror=alert(1)>"
    page = told(asked(session(grids=grids), "move", patches=["P20"], to=W1))
    assert page["grids"][W1]["name"] == "<img src=x onerror=alert(1)>"
    # The scripts put texts in as text only.
    for script in Path(redraw_script.FOLDER).glob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", script.read_text("utf-8")
        )


def test_every_word_the_editor_asks_for_is_in_the_table():
    text = redraw_script.editor_script().decode()
    asked_for = set(re.findall(r'"(redraw\.\w+)"', text))
    families = {"tool", "help", "touch", "by", "legend", "notes"}
    assert asked_for <= WORDS.keys()
    for name in (
        "pick",
        "grid",
        "box",
        "lasso",
        "brush",
        "eraser",
        "move",
        "split",
        "cut",
        "note",
        "border",
    ):
        words = {f"redraw.{what}_{name}" for what in ("tool", "help", "touch")}
        assert words <= WORDS.keys()
    own = {key for key in WORDS if key.startswith("redraw.")}
    python = "".join(Path(redraw_page.__file__).parent.joinpath(f"{name}.py").read_text("utf-8")
                     for name in ("redraw_page", "redraw_answer", "redraw_session",
                                  "redraw_frozen", "redraw_border"))  # fmt: skip
    # What a figure of the panel of balance means is a word beside its name.
    helps = {f"{key}_help" for key in asked_for}
    unused = {key for key in own - asked_for - helps if key not in python
              and key.split(".")[1].split("_")[0] not in families | {"did", "note"}}  # fmt: skip
    assert unused == set()


def test_the_script_asks_nothing_of_other_hosts():
    text = redraw_script.editor_script().decode()
    hosts = set(re.findall(r"https?://([\w.]+)", text)) - {"www.w3.org"}
    # Leaflet's own line of credit, which the map does not show, and its comments.
    assert hosts <= {"leafletjs.com", "bugs.chromium.org", "bugzilla.mozilla.org"}
    assert "attributionControl: false" in text
    assert text.rstrip().endswith("export const run = gmEditor.run;")


def test_given_grids_to_limit_to_know_the_parents_inside():
    found = {grid["code"]: grid["parents"] for grid in redraw_page._above(redraw_plan.draw(), ZH)}
    assert found == {"TV": ["TVE", "TVW"], "TVE": ["TVE"], "TVW": ["TVW"]}
    found = {grid["code"]: grid["parents"] for grid in redraw_page._above(firm_plan(), ZH)}
    assert X in found[X[:-3]]  # the site of a unit is in its village
    assert X in found[X[:-6]]


def test_saving_tells_of_vacant_posts_and_free_cadres_when_they_changed():
    plan = redraw_plan.draw()
    merged = edits.apply(plan, edits.merge_grids(plan, [W1, W2]), **BY)
    key, facts = redraw_page._note("accept", plan, merged, 1)
    assert key == "redraw.note_saved_people"
    assert "待定岗干部" in ZH(key, **dict(facts))
    assert redraw_page._note("accept", plan, plan, 1)[0] == "redraw.note_saved"
    assert replace(EditSession(plan), note=key, facts=facts).note == key


def test_redo_brings_nothing_back_that_is_not_on_the_screen():
    shown = session()
    other = edits.apply(shown.plan, edits.move_patches(shown.plan, ["P20"], W1), **BY)
    now = edits.undo(other, **BY)  # the ground is as it was, but there is something to redo
    with pytest.raises(PlanError, match="Somebody else has changed"):
        redraw_page._redo(shown, BY, {})(now)
    assert redraw_page._redo(EditSession(now), BY, {})(now).edits["kind"].tolist()[-1] == "redo"
    with pytest.raises(PlanError, match=r"E000001 \(move\) by 王五"):
        redraw_page._undo(shown, BY, {})(other)


def test_a_question_about_a_change_that_is_gone_changes_nothing():
    one = asked(session(), "move", patches=["P20"], to=W1)
    assert asked(one, "cancel", change=1).pending == one.pending
    assert asked(one, "repair", change=1, offer=0).pending == one.pending
    assert asked(one, "repair", change=0, offer=5).pending == one.pending
