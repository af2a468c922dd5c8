"""Comments and disputes: kept, answered, opened as ready edits, closed and reopened with the log.

The plan is the drawn one of `redraw_plan`: W1 holds P00 to P12, W2 P20 to P32, E1 P40 to P52.
"""

from datetime import datetime

import pytest
import redraw_plan
import shapely
from firm_plan import X, firm_plan
from redraw_plan import BY, E1, W1, W2, code_of

from gridmap import edits
from gridmap.access import answers
from gridmap.access.accounts import accounts_in, add_account
from gridmap.access.behalf import AccessEndedError, Behalf, acting
from gridmap.access.sidecar import beside, is_private
from gridmap.access.view import cadre_view
from gridmap.remarks import board, comments, suggest
from layers.contract.errors import UsageError

NOW = datetime(2026, 11, 20, 9, 30)
LATER = datetime(2026, 11, 21, 9, 30)
PLACE = {"lon": 113.93, "lat": 34.68}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "t.gridmap.gpkg"


def spot(x, y):
    """A place in hundreds of metres."""
    return shapely.Point(*redraw_plan.at(x, y))


def pinned(path, x=2.5, y=0.5, text="河东应归西片", by="李四"):
    lon, lat = board.to_degrees(redraw_plan.draw(), *redraw_plan.at(x, y))
    return comments.pin(path, lon=lon, lat=lat, text=text, by=by, when=NOW)


def disputed(path, plan=None, x=2.5, y=0.5, grid=W2, sentence="这块应归西邻"):
    plan = plan or redraw_plan.draw()
    rows = plan.assignments
    person = rows[(rows["grid_code"] == grid) & (rows["status"] == "filled")]["person_id"].iloc[0]
    lon, lat = board.to_degrees(plan, *redraw_plan.at(x, y))
    view = cadre_view(plan, person)
    return answers.dispute(path, view, grid, lon=lon, lat=lat, sentence=sentence, when=NOW)


# comments


def test_a_comment_is_answered_closed_and_opened_again(path):
    number = pinned(path)
    comments.answer(path, number, "同意", by="王五", when=LATER)
    comments.answer(path, number, "同意", by="王五", when=LATER)  # a double click
    comments.answer(path, number, "已核实", by="李四", when=LATER)
    (one,) = comments.comments(path)
    assert (one.by, one.time, one.text) == ("李四", "2026-11-20T09:30:00", "河东应归西片")
    assert [(each.by, each.text) for each in one.answers] == [("王五", "同意"), ("李四", "已核实")]
    assert one.is_open
    comments.close(path, number, by="王五", when=LATER, edit="E000001")
    (one,) = comments.comments(path)
    assert (one.is_open, one.closed_by, one.edit) == (False, "王五", "E000001")
    comments.reopen(path, number, by="王五", when=LATER)
    assert comments.comments(path)[0].is_open
    assert is_private(beside(path, "comments"))


def test_a_comment_sent_twice_is_there_once_while_it_is_open(path):
    first = pinned(path)
    assert pinned(path) == first
    assert pinned(path, by="王五") != first
    comments.close(path, first, by="李四", when=LATER)
    assert pinned(path) != first
    assert len(comments.comments(path)) == 3


def test_hostile_text_stays_one_line_of_plain_signs(path):
    pinned(path, text="a\x1b[31m\u202eb\n\n c<script>")
    assert comments.comments(path)[0].text == "a[31mb c<script>"


def test_what_is_no_comment_is_refused(path, monkeypatch):
    for text in ("", " \n", "字" * 501):
        with pytest.raises(UsageError, match="Write 1 to 500"):
            pinned(path, text=text)
    for lon, lat in ((181.0, 0.0), (float("nan"), 0.0), (0.0, 91.0)):
        with pytest.raises(UsageError, match="no longitude and latitude"):
            comments.pin(path, lon=lon, lat=lat, text="a", by="b", when=NOW)
    for act in (comments.close, comments.reopen):
        with pytest.raises(UsageError, match="There is no comment"):
            act(path, "nothing", by="b", when=NOW)
    monkeypatch.setattr(comments, "MOST_OPEN", 1)
    monkeypatch.setattr(comments, "MOST_ANSWERS", 1)
    number = pinned(path)
    with pytest.raises(UsageError, match="1 comments are open"):
        pinned(path, text="another")
    comments.answer(path, number, "a", by="b", when=NOW)
    with pytest.raises(UsageError, match="has 1 answers already"):
        comments.answer(path, number, "b", by="b", when=NOW)


def test_a_damaged_line_hides_no_other_comment(path):
    pinned(path)
    with beside(path, "comments").open("ab") as file:
        file.write(b'{"event": "pinned", "id": 3}\n{"event": "answ')
    pinned(path, text="another")
    assert [one.text for one in comments.comments(path)] == ["河东应归西片", "another"]
    assert comments.faulty_comments(path) == 2


def test_a_viewer_may_comment_in_the_folder_and_write_nothing_else(path, tmp_path):
    add_account(tmp_path, "li", "tea lamp river nine", role="viewer")
    account = accounts_in(tmp_path)[0]
    with acting(Behalf(tmp_path, "viewer", "li", account.mark)):
        pinned(path)
        with pytest.raises(AccessEndedError):
            disputed(path)
        with pytest.raises(AccessEndedError):
            comments.pin(tmp_path.parent / "t.gridmap.gpkg", **PLACE, text="a", by="li", when=NOW)
    guest = Behalf(tmp_path, "viewer", token="of a link", plan_path=path)
    with acting(guest), pytest.raises(AccessEndedError):
        pinned(path, text="of a guest")
    assert len(comments.comments(path)) == 1


# the ready edit


def suggested(found):
    return found.edit and (found.edit.patches, found.edit.targets)


def test_a_comment_suggests_the_neighbour_with_the_longest_border():
    plan = redraw_plan.draw()
    assert suggested(suggest.for_comment(plan, spot(2.5, 0.5))) == (("P20",), (W1,))
    # P11 made a grid of its own: P21 has 100 m with it, P10 100 m too; the lower code goes first.
    cut = edits.apply(plan, edits.move_patches(plan, ["P11", "P12"], edits.NEW), **BY, check=False)
    assert suggested(suggest.for_comment(cut, spot(1.5, 1.5))) == (("P11",), (W1,))
    three = edits.apply(plan, edits.move_patches(plan, ["P02", "P12"], edits.NEW), **BY,
                        check=False)  # fmt: skip
    assert suggested(suggest.for_comment(three, spot(1.5, 2.5))) == (("P12",), (W1,))
    tall = edits.apply(plan, edits.move_patches(plan, ["P21"], W1), **BY, check=False)
    assert suggested(suggest.for_comment(tall, spot(2.5, 1.5))) == (("P21",), (W2,))


def test_a_dispute_gives_the_own_ground_to_the_nearest_and_takes_that_of_others():
    plan = redraw_plan.draw()
    three = edits.apply(plan, edits.move_patches(plan, ["P32"], edits.NEW), **BY, check=False)
    assert suggested(suggest.for_dispute(three, W2, spot(2.1, 0.5))) == (("P20",), (W1,))
    assert suggested(suggest.for_dispute(three, W2, spot(3.5, 1.9))) == (("P31",), ("TVW03",))
    assert suggested(suggest.for_dispute(three, W1, spot(2.5, 0.5))) == (("P20",), (W1,))
    assert suggested(suggest.for_dispute(three, W1, spot(3.5, 0.5))) == (("P30",), (W1,))


@pytest.mark.parametrize(
    ("grid", "place", "words"),
    [
        (E1, (2.5, 0.5), "须更改网格层级"),
        ("TVW", (2.5, 0.5), "由网格层级给定"),
        ("TVW09", (2.5, 0.5), "已不在方案中"),
        (W1, (50, 50), "不在方案范围内"),
        (E1, (4.5, 0.5), "没有其他可以划入的微网格"),
    ],
)
def test_where_no_edit_can_do_it_none_is_prepared_and_the_reason_is_said(grid, place, words):
    found = suggest.for_dispute(redraw_plan.draw(), grid, spot(*place))
    assert found.edit is None
    assert words in found.why_not.zh
    assert found.why_not.en.isascii()


def test_locked_ground_and_units_and_lone_patches_are_not_suggested():
    plan = redraw_plan.draw()
    locked = edits.apply(plan, edits.lock_grids(plan, [W2]), **BY)
    assert "已锁定" in suggest.for_comment(locked, spot(2.5, 0.5)).why_not.zh
    assert "没有其他" in suggest.for_comment(locked, spot(1.5, 0.5)).why_not.zh
    assert "不与其他微网格相邻" in suggest.for_comment(plan, spot(0.5, 0.5)).why_not.zh
    firm = firm_plan()
    inside = firm.patches[firm.patches["grid_code"] == X].geometry.iloc[0].representative_point()
    assert "专属网格" in suggest.for_comment(firm, inside).why_not.zh
    left = plan.with_tables(patches=plan.patches.assign(
        grid_code=plan.patches["grid_code"].mask(plan.patches.index == "P20", "")
    ))  # fmt: skip
    assert "留归上级网格" in suggest.for_comment(left, spot(2.5, 0.5)).why_not.zh


# both, and the log


def test_comments_and_disputes_are_one_list_with_places_in_metres(path):
    plan = redraw_plan.draw()
    pinned(path)
    disputed(path, x=3.5)
    beside(path, "answers")
    found = {one.is_dispute: one for one in board.remarks_of(plan, path)}
    assert [round(found[False].x, 1), round(found[False].y, 1)] == list(redraw_plan.at(2.5, 0.5))
    assert (found[True].grid, found[True].text, found[True].is_open) == (W2, "这块应归西邻", True)
    assert found[True].by == plan.people["name"][plan.assignments.loc[
        plan.assignments["grid_code"] == W2, "person_id"].iloc[0]]  # fmt: skip
    assert board.remarks_of(plan, path.with_name("none.gpkg")) == []
    with pytest.raises(UsageError, match="not there any more"):
        board.find(found.values(), "comment:none")


def accepted(plan, path, *names, replies=None):
    """Open remarks as edits and accept them all."""
    pending = ()
    for name in names:
        draft = pending[-1].after if pending else plan
        remark = board.find(board.remarks_of(plan, path), name)
        pending = edits.add_pending(plan, pending, board.ready_edit(draft, remark).edit)
    now = edits.accept_pending(plan, plan, pending, **BY)
    ids = now.edits.index[-len(pending) :]
    done = zip([one.edit for one in pending], ids, strict=True)
    board.finish(now, path, done, by="王五", when=LATER, replies=replies or {})
    return now


def test_an_accepted_edit_closes_its_remark_and_undoing_opens_it_again(path):
    plan = redraw_plan.draw()
    comment = f"comment:{pinned(path, x=2.5)}"
    number = disputed(path, x=2.5, y=1.5)
    now = accepted(plan, path, comment, f"dispute:{number}", replies={f"dispute:{number}": "照办"})
    assert code_of(now, "P20", "P21") == [W1, W1]
    assert now.edits["why"].iloc[0] == "批注（李四）：河东应归西片；试"
    assert now.edits["why"].iloc[1].startswith("异议（")

    def state(of):
        told = {one.name: one for one in board.remarks_of(of, path)}
        return [(one.is_open, one.edit) for one in (told[comment], told[f"dispute:{number}"])]

    assert state(now) == [(False, "E000001"), (False, "E000002")]
    row = answers.disputes(path).iloc[0]
    assert (row["outcome"], row["reply"], row["settled_by"]) == ("accepted", "照办", "王五")
    undone = edits.undo(now, **BY)
    assert board.follow_log(now, undone, path, by="王五", when=LATER) == 1
    assert state(undone) == [(False, "E000001"), (True, "")]
    redone = edits.redo(undone, **BY)
    assert board.follow_log(undone, redone, path, by="王五", when=LATER) == 1
    assert state(redone) == [(False, "E000001"), (False, "E000002")]
    assert answers.disputes(path)["reply"].tolist() == ["照办"]
    # Opened by hand while its edit is in force, it stays open.
    comments.reopen(path, comment.partition(":")[2], by="李四", when=LATER)
    more = edits.apply(redone, edits.move_patches(redone, ["P50"], edits.NEW), **BY)
    assert board.follow_log(redone, more, path, by="王五", when=LATER) == 0
    assert state(more)[0] == (True, "")


def test_an_undone_edit_of_a_plan_made_anew_opens_no_remark_of_the_one_before(path):
    plan = redraw_plan.draw()
    comment = f"comment:{pinned(path)}"
    number = disputed(path, x=2.5, y=1.5)
    first = accepted(plan, path, comment, f"dispute:{number}")
    # The same file, divided anew from the same data: ids of edits begin again.
    now = plan
    for patch in ("P50", "P40"):
        now = edits.apply(now, edits.move_patches(now, [patch], edits.NEW), **BY, check=False)
    assert now.edits.index.tolist() == first.edits.index.tolist() == ["E000001", "E000002"]
    told = board.remarks_of(now, path)
    assert [(one.is_open, one.edit) for one in told] == [(False, ""), (False, "")]
    for _ in range(2):
        before, now = now, edits.undo(now, **BY)
        assert board.follow_log(before, now, path, by="王五", when=LATER) == 0
    assert [one.is_open for one in board.remarks_of(now, path)] == [False, False]


def test_a_remark_that_is_gone_closes_nothing(path):
    plan = redraw_plan.draw()
    name = f"comment:{pinned(path)}"
    remark = board.find(board.remarks_of(plan, path), name)
    edit = board.ready_edit(plan, remark).edit
    beside(path, "comments").unlink()
    board.finish(plan, path, [(edit, "E000001")], by="王五", when=LATER)
    assert comments.comments(path) == []


# disputes


def test_a_dispute_sent_twice_is_there_once_until_it_is_settled(path):
    first = disputed(path)
    assert disputed(path) == first
    assert disputed(path, sentence="另一句") != first
    assert len(answers.disputes(path)) == 2
    answers.settle(path, first, when=LATER, outcome="refused", reply="以河为界", by="王五")
    assert disputed(path) != first  # whoever is not content may say it again
    row = answers.disputes(path).iloc[0]
    assert (row["outcome"], row["reply"], row["settled_by"]) == ("refused", "以河为界", "王五")
    assert row["settled"] == "2026-11-21"


def test_disputes_settled_by_an_older_version_are_done_and_odd_values_are_none(path):
    number = disputed(path)
    with beside(path, "answers").open("a", encoding="utf-8") as file:
        file.write(f'{{"event":"settled","id":"{number}","time":"2026-11-21T00:00:00"}}\n')
    row = answers.disputes(path).iloc[0]
    assert (row["outcome"], row["reply"], row["edit"]) == ("done", "", "")
    with beside(path, "answers").open("a", encoding="utf-8") as file:
        file.write(
            f'{{"event":"settled","id":"{number}","time":"2026-11-21T00:00:00","reply":[1]}}\n'
        )
    assert answers.disputes(path)["reply"].tolist() == [""]
    with pytest.raises(UsageError, match="no outcome"):
        answers.settle(path, number, when=LATER, outcome="maybe")
    with pytest.raises(UsageError, match="no dispute"):
        answers.reopen(path, "nothing", when=LATER)
