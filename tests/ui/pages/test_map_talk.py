"""What the coverage page tells its map: open comments, and what may be asked from there."""

from dataclasses import replace
from datetime import datetime

import drawn_plan
import pytest

from gridmap.maps.coverage import map_data, map_page
from gridmap.maps.payload import payload
from gridmap.publish import release
from gridmap.remarks.comments import answer, close, pin
from gridmap.store import save_plan
from gridmap.ui.coverage.map_talk import talk_of
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator

NOON = datetime(2026, 11, 3, 12, 0)
TEXT = "厂区应整体划入</script><b>"


@pytest.fixture
def context(tmp_path):
    path = tmp_path / "t.gridmap.gpkg"
    save_plan(drawn_plan.draw_plan(), path)
    town = tmp_path / "towns" / "t"
    return PageContext(
        tmp_path, tmp_path, town, path, may_change=True, who="李工", say=Translator("zh")
    )


def pinned(context, text):
    return pin(context.path, lon=113.9, lat=34.7, text=text, by="李工", when=NOON)


def test_open_comments_go_with_their_answers_and_closed_ones_do_not(context):
    one, other = pinned(context, TEXT), pinned(context, "已办")
    answer(context.path, one, "同意", by="王工", when=NOON)
    close(context.path, other, by="王工", when=NOON)
    talk = talk_of(drawn_plan.draw_plan(), context)
    (remark,) = talk["remarks"]
    assert remark == {
        "name": f"comment:{one}", "lon": 113.9, "lat": 34.7, "text": TEXT, "by": "李工",
        "time": "2026-11-03 12:00",
        "answers": [{"by": "王工", "time": "2026-11-03 12:00", "text": "同意"}],
    }  # fmt: skip
    assert (talk["leads"], talk["borders"]) == (True, True)
    assert talk["words"]["answered"] == "已回复 {count} 条"
    page = map_page("/media/x", title="t", language="zh", talk=talk)
    assert "厂区应整体划入" in page
    assert TEXT not in page  # no text of it can end the script


def test_who_only_looks_is_led_nowhere_and_no_copy_that_goes_out_has_comments(context):
    pinned(context, TEXT)
    plan = drawn_plan.draw_plan()
    talk = talk_of(plan, replace(context, may_change=False))
    assert len(talk["remarks"]) == 1
    assert (talk["leads"], talk["borders"]) == (False, False)
    assert not talk_of(plan, replace(context, town=None))["borders"]
    assert talk_of(release(plan, public=True), context) is None
    assert "厂区应整体划入".encode() not in map_data(payload(plan))
