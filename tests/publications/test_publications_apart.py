"""Two drafts of one version, published apart: the second one notices, and is told what to do."""

import pytest
from redraw_plan import BY, E1, W1, W2, draw
from saved_plans import put_plan

from gridmap import edits
from gridmap.publications import (
    PublishRefusedError,
    check_record,
    lineage_of,
    publish_plan,
    published_codes,
    versions_of,
)
from gridmap.publications.record import record_of
from gridmap.store.plan_lock import change_plan
from gridmap.versions import branch_plan

WHO = {"who": "王五", "when": "2026-11-20T10:00:00"}
FIRST, SECOND, THIRD = "2026-01-01", "2026-07-01", "2026-12-01"


def publish(path, first_day, number, **options):
    return publish_plan(
        path, why="党委会通过", first_day=first_day, number=number, **WHO, **options
    )


def apart(plan):
    """Give P00, P01, P02 of TVW01 to a new micro-grid, TVW03."""
    plan = edits.apply(plan, edits.move_patches(plan, ["P00", "P01", "P02"], edits.NEW), **BY)
    return edits.assign_again(plan, **BY)


@pytest.fixture
def drafts(tmp_path):
    """Two drafts of version 1; in the first TVW01 is divided."""
    place = tmp_path / "t.gridmap.gpkg"
    put_plan(draw, place)
    publish(place, FIRST, "1")
    found = [branch_plan(place, folder=tmp_path, title=name, **WHO) for name in ("甲", "乙")]
    change_plan(found[0], apart)
    return found


def test_the_second_of_two_drafts_is_refused_with_what_to_do_and_published_on_top_when_asked(
    drafts,
):
    one, two = drafts
    publish(one, SECOND, "2")
    before = record_of(two).read_bytes(), two.read_bytes()
    for plan in (two, two.with_name("t.gridmap.gpkg")):  # the plan they came from too
        with pytest.raises(PublishRefusedError) as caught:
            publish(plan, THIRD, "3")
        (reason,) = caught.value.reasons
        assert one.name in reason.en
        assert "3 grids changed there: TVE01, TVW01, TVW03" in reason.en
        assert "--rebase" in reason.en
        assert "另建草稿" in reason.zh
    assert (record_of(two).read_bytes(), two.read_bytes()) == before
    made = publish(two, THIRD, "3", rebase=True)
    assert (made.predecessor, made.serial) == ("2", 3)
    assert [one.number for one in versions_of(two)] == ["1", "2", "3"]
    assert check_record(two) == []
    # The ground goes back, and the code that was published stays in the list.
    gone = published_codes(two).loc["TVW03"]
    assert (gone["valid_to"], gone["merged_into"]) == ("2026-11-30", W1)
    assert lineage_of(two, "TVW03")["successor"].tolist()[-1] == W1
    # Now the first is not the newest any more.
    with pytest.raises(PublishRefusedError, match="'3'"):
        publish(one, "2027-01-01", "4")


def test_a_refused_rebase_changes_nothing(drafts):
    one, two = drafts
    publish(one, SECOND, "2")
    before = record_of(two).read_bytes()
    with pytest.raises(PublishRefusedError, match="in force from 2026-07-01") as caught:
        publish(two, SECOND, "3", rebase=True)
    assert len(caught.value.reasons) == 1
    assert record_of(two).read_bytes() == before


def test_two_histories_in_one_folder_are_told(drafts, tmp_path):
    one, two = drafts
    away = tmp_path / "away"
    away.mkdir()
    for file in (two, record_of(two)):
        file.rename(away / file.name)
    publish(one, SECOND, "2")
    publish(away / two.name, SECOND, "2b")
    for file in (two, record_of(two)):
        (away / file.name).rename(file)
    for rebase in (False, True):
        with pytest.raises(PublishRefusedError) as caught:
            publish(two, THIRD, "3", rebase=rebase)
        (reason,) = caught.value.reasons
        assert "both were published after '1' without the other" in reason.en
        assert "另一个" in reason.zh


def test_drafts_of_a_plan_that_was_never_published_are_kin_too(tmp_path):
    place = tmp_path / "t.gridmap.gpkg"
    put_plan(draw, place)
    one, two = (branch_plan(place, folder=tmp_path, title=name, **WHO) for name in ("甲", "乙"))
    publish(one, FIRST, "1")
    for plan in (two, place):
        with pytest.raises(PublishRefusedError, match="does not come from it"):
            publish(plan, SECOND, "2")
    assert publish(two, SECOND, "2", rebase=True).predecessor == "1"


def test_plans_of_other_towns_and_damaged_records_in_the_folder_are_nothing_to_it(tmp_path):
    place, other = tmp_path / "t.gridmap.gpkg", tmp_path / "u.gridmap.gpkg"
    put_plan(draw, place)
    put_plan(lambda: draw(cadres=9), other)
    publish(other, SECOND, "7")
    record_of(tmp_path / "v.gridmap.gpkg").write_bytes(b"no record")
    assert publish(place, FIRST, "1").serial == 1
    assert {W2, E1} <= set(published_codes(place).index)
