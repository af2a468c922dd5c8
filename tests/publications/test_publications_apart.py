"""Two drafts of one version, published apart: the second one notices, and is told what to do."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from threading import Barrier, BrokenBarrierError

import pytest
from app_pages import app_page
from redraw_plan import BY, W1, draw
from saved_plans import put_plan

from gridmap import edits
from gridmap.plan.identity import Identity, identity_of
from gridmap.plan_store import FilePlans
from gridmap.publications import (
    PublishRefusedError,
    check_record,
    lineage_of,
    newer_of_another,
    publish_plan,
    published_codes,
    publishing,
    versions_of,
)
from gridmap.publications.elsewhere import newest_elsewhere
from gridmap.publications.record import record_of
from gridmap.store import load_plan
from gridmap.store.plan_lock import change_plan
from gridmap.versions import branch_plan

WHO = {"who": "王五", "when": "2026-11-20T10:00:00"}
FIRST, SECOND, THIRD = "2026-01-01", "2026-07-01", "2026-12-01"


def publish(path, first_day, number, **options):
    return publish_plan(
        path, why="党委会通过", first_day=first_day, number=number, **WHO, **options
    )


def rebase_box(app):
    return next(box for box in app.checkbox if box.key.startswith("published-rebase"))


def apart(plan):
    """Give P00, P01, P02 of TVW01 to a new micro-grid, TVW03."""
    plan = edits.apply(plan, edits.move_patches(plan, ["P00", "P01", "P02"], edits.NEW), **BY)
    return edits.assign_again(plan, **BY)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two drafts of version 1; in the first TVW01 is divided, and it is published as version 2."""
    place = tmp_path_factory.mktemp("apart") / "t.gridmap.gpkg"
    put_plan(draw, place)
    publish(place, FIRST, "1")
    one, _ = (branch_plan(place, folder=place.parent, title=name, **WHO) for name in ("甲", "乙"))
    change_plan(one, apart)
    publish(one, SECOND, "2")
    return place.parent


@pytest.fixture
def drafts(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "copy")
    return [tmp_path / "copy" / f"t-{number}.gridmap.gpkg" for number in (2, 3)]


def test_the_second_of_two_drafts_is_refused_with_what_to_do_and_published_on_top_when_asked(
    drafts,
):
    one, two = drafts
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
    with pytest.raises(PublishRefusedError, match="in force from 2026-07-01") as caught:
        publish(two, SECOND, "3", onto=newer_of_another(two).chain)
    assert len(caught.value.reasons) == 1
    assert record_of(two).read_bytes() == before[0]
    made = publish(two, THIRD, "3", onto=newer_of_another(two).chain)
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


def test_two_histories_in_one_folder_are_told(drafts, tmp_path):
    one, two = drafts
    away = tmp_path / "away"
    away.mkdir()
    for file in (two, record_of(two)):
        file.rename(away / file.name)
    publish(away / two.name, SECOND, "2b")
    for file in (two, record_of(two)):
        (away / file.name).rename(file)
    for onto in ("", versions_of(one)[-1].chain):
        with pytest.raises(PublishRefusedError) as caught:
            publish(two, THIRD, "3", onto=onto)
        (reason,) = caught.value.reasons
        assert "both were published after '1' without the other" in reason.en
        assert "另一个" in reason.zh


def test_drafts_of_a_plan_that_was_never_published_are_kin_too_and_no_other_plan_is(tmp_path):
    place = tmp_path / "t.gridmap.gpkg"
    put_plan(draw, place)
    one, two = (branch_plan(place, folder=tmp_path, title=name, **WHO) for name in ("甲", "乙"))
    publish(one, FIRST, "1")
    record_of(tmp_path / "v.gridmap.gpkg").write_bytes(b"no record")
    for plan in (two, place):
        found = newest_elsewhere(plan, [], identity_of(load_plan(plan)))
        assert found is not None
        assert (found.plan.name, found.follows, found.common) == (one.name, True, 0)
    assert newest_elsewhere(place, [], Identity(plan_id="x", parent_id="y")) is None
    with pytest.raises(PublishRefusedError, match="does not come from it"):
        publish(two, SECOND, "2")


def test_nothing_is_published_on_top_of_a_version_newer_than_the_one_seen(drafts):
    one, two = drafts
    seen = newer_of_another(two).chain
    publish(one, "2026-09-01", "2b")
    with pytest.raises(PublishRefusedError, match="'2b'"):
        publish(two, THIRD, "3", onto=seen)
    made = publish(two, THIRD, "3", onto=newer_of_another(two).chain)
    assert (made.number, made.predecessor) == ("3", "2b")


def test_of_two_drafts_that_are_published_at_once_one_is_told_of_the_other(tmp_path, monkeypatch):
    place = tmp_path / "t.gridmap.gpkg"
    put_plan(draw, place)
    drafts = [branch_plan(place, folder=tmp_path, title=name, **WHO) for name in ("甲", "乙")]
    both, look = Barrier(2), publishing.newest_elsewhere

    def slowly(*told):
        found = look(*told)
        with suppress(BrokenBarrierError):
            both.wait(0.5)  # until the other has looked too, if it may
        return found

    def published(draft):
        with suppress(PublishRefusedError):
            return publish(draft, FIRST, "1")
        return None

    monkeypatch.setattr(publishing, "newest_elsewhere", slowly)
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(published, drafts))
    assert sum(one is not None for one in made) == 1
    assert sum(len(versions_of(draft)) for draft in drafts) == 1


def test_killed_on_top_of_a_version_of_another_the_plan_has_none_of_it(drafts, monkeypatch):
    one, two = drafts
    onto, before = newer_of_another(two).chain, record_of(two).read_bytes()

    def killed(*_told):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "add_codes", killed)
        with pytest.raises(KeyboardInterrupt):
            publish(two, THIRD, "3", onto=onto)
    assert record_of(two).read_bytes() == before
    with pytest.raises(PublishRefusedError, match="does not come from it"):
        publish(two, THIRD, "3")
    assert publish(two, THIRD, "3", onto=onto).predecessor == versions_of(one)[-1].number


def test_the_page_forgets_the_tick_for_a_version_that_is_not_the_newest_any_more(drafts):
    one, two = drafts
    app = app_page(two.parent, "plans")
    app.query_params["plan"] = FilePlans(two.parent).id_of(two)
    app.run()
    app.text_input(key="published-number").set_value("3")
    app.date_input(key="published-day").set_value(date.fromisoformat(THIRD))
    app.text_input(key="published-why").set_value("党委会通过")
    rebase_box(app).check()
    app.checkbox(key="published-sure").check().run()
    publish(one, "2026-09-01", "2b")
    app.button(key="published-go").click().run()
    assert [one.number for one in versions_of(two)] == ["1"]
    assert "“2b”" in rebase_box(app).label
    assert not rebase_box(app).value


def test_the_page_offers_to_publish_on_top_only_where_there_is_a_newer_version(drafts):
    one, two = drafts
    assert newer_of_another(one) is None
    app = app_page(two.parent, "plans")
    app.query_params["plan"] = FilePlans(two.parent).id_of(two)
    app.run()
    assert "接在另一方案的版本“2”（2026-07-01 起生效" in rebase_box(app).label
    app.date_input(key="published-day").set_value(date.fromisoformat(THIRD))
    assert app.text_input(key="published-number").value == "3"
    app.text_input(key="published-why").set_value("党委会通过")
    rebase_box(app).check()
    app.checkbox(key="published-sure").check().run()
    app.button(key="published-go").click().run()
    assert not app.exception
    assert [one.number for one in versions_of(two)] == ["1", "2", "3"]
    assert not any(box.key.startswith("published-rebase") for box in app.checkbox)
