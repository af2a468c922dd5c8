"""What is read of tables that lost a page or a column or say a thing twice, and what is counted."""

import pytest
from pandas.testing import assert_frame_equal
from redraw_plan import draw
from spoiled_plans import PAGE, change, page_of, zero_page

from gridmap.store import load_plan, save_plan
from gridmap.store.recovery import recover_plan
from gridmap.store.verifying import verify_plan
from layers.contract.errors import LayerFileError

CADRES = 400  # some pages of people


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("salvage") / "town.gridmap.gpkg"
    save_plan(draw("", CADRES), path)
    return path.read_bytes()


@pytest.fixture
def stored(tmp_path, written):
    path = tmp_path / "town.gridmap.gpkg"
    path.write_bytes(written)
    return path


def leaf_pages(content, root):
    """Pages of rows below the root of a table, in order; the layout is that of SQLite's b-trees."""
    page = content[(root - 1) * PAGE : root * PAGE]
    assert page[0] == 5  # a page that points to pages
    count = int.from_bytes(page[3:5], "big")
    starts = [int.from_bytes(page[at : at + 2], "big") for at in range(12, 12 + 2 * count, 2)]
    leaves = [int.from_bytes(page[at : at + 4], "big") for at in starts]
    return [*leaves, int.from_bytes(page[8:12], "big")]


def report_of(found, table):
    return next(one for one in found.tables if one.table == table)


@pytest.mark.parametrize("place", [0, 1, -1], ids=["first", "second", "last"])
def test_all_rows_are_kept_but_those_of_the_page_that_is_lost(stored, written, tmp_path, place):
    leaves = leaf_pages(written, page_of(stored, "people"))
    assert len(leaves) > 2
    leaf = written[(leaves[place] - 1) * PAGE :]
    lost = int.from_bytes(leaf[3:5], "big")
    zero_page(stored, leaves[place])
    report = report_of(verify_plan(stored), "people")
    assert (report.state, report.lost) == ("changed", lost)
    whole = draw("", CADRES).people
    save_plan(recover_plan(stored).plan, tmp_path / "new.gpkg")
    people = load_plan(tmp_path / "new.gpkg").people
    assert len(people) == len(whole) - lost
    assert people.equals(whole.loc[people.index])


def test_of_a_table_without_a_page_left_all_rows_are_lost_as_far_as_anybody_knows(stored):
    zero_page(stored, page_of(stored, "people"))
    report = report_of(verify_plan(stored), "people")
    assert (report.state, report.lost) == ("unread", CADRES + 4)  # and four leaders of grids
    change(stored, "DROP TABLE digests")
    assert report_of(verify_plan(stored), "people").lost == 0


def test_a_post_and_a_free_cadre_with_two_rows_keep_the_first(stored, tmp_path):
    rows = draw("", CADRES).assignments
    post = rows.loc[rows["post_id"] != "", "post_id"].iloc[3]
    person = rows.loc[rows["status"] == "surplus", "person_id"].iloc[1]
    columns = (
        "status, post_id, person_id, grid_code, role, employment, share, valid_from, valid_to, "
        "confirmed_on, cost"
    )
    again = "INSERT INTO assignments SELECT NULL, row + 1000, {}, 'twice', 'twice' FROM assignments"
    change(
        stored,
        f"{again.format(columns)} WHERE post_id = '{post}'",
        f"{again.format(columns)} WHERE person_id = '{person}'",
    )
    saved = recover_plan(stored)
    save_plan(saved.plan, tmp_path / "new.gpkg")
    assert_frame_equal(load_plan(tmp_path / "new.gpkg").assignments, rows)
    told = " ".join(loss.en for loss in saved.losses)
    assert f"2 rows for post_id '{post}'" in told
    assert f"2 rows for person_id '{person}'" in told


def test_a_key_with_a_sign_without_meaning_is_told_by_the_name_of_its_column(stored):
    change(stored, "UPDATE people SET person_id = person_id || char(0) WHERE fid = 2")
    (fault,) = (one for one in verify_plan(stored).faults if "U+0000" in one.en)
    assert fault.en.startswith("person_id of ")
    assert "“person_id”" in fault.zh


def test_a_column_of_the_log_is_missed_though_nothing_in_the_file_tells_of_it(stored):
    change(stored, *(f"DROP TABLE {name}" for name in ("frame_columns", "digests")))
    change(stored, "ALTER TABLE edits DROP COLUMN why")
    assert report_of(verify_plan(stored), "edits").columns == ("why",)
    saved = recover_plan(stored)
    assert saved.plan.edits.columns.tolist() == draw().edits.columns.tolist()


@pytest.mark.parametrize(
    ("statement", "lost"),
    [
        ("DELETE FROM people WHERE fid IN (3, 4)", 2),
        ("INSERT INTO people (person_id) VALUES ('new'), ('newer')", 0),
    ],
)
def test_rows_that_are_gone_are_counted_and_rows_more_are_not(stored, statement, lost):
    change(stored, statement)
    assert report_of(verify_plan(stored), "people").lost == lost


def test_without_digests_all_is_unproven_and_with_them_all_is_as_written(stored):
    assert {one.state for one in verify_plan(stored).tables} == {"written"}
    change(stored, "DROP TABLE digests")
    states = {one.table: one.state for one in verify_plan(stored).tables}
    assert states.pop("digests") == "unread"
    assert set(states.values()) == {"unproven"}


def test_of_several_faults_the_first_is_told_with_the_number_of_the_others(stored):
    change(stored, "UPDATE patches SET load_h = -1 WHERE fid IN (2, 3, 5)")
    with pytest.raises(
        LayerFileError, match=r"-1; it must be .* Faults more of this kind: 2\."
    ) as e:
        load_plan(stored)
    assert "类似问题另有 2 处。" in e.value.zh


def test_a_text_in_a_column_of_numbers_costs_that_value_alone(stored):
    change(stored, "UPDATE posts SET number = 'drei' WHERE fid = 4")
    assert report_of(verify_plan(stored), "posts").columns == ("number",)
    found, whole = recover_plan(stored).plan.posts["number"], draw("", CADRES).posts["number"]
    others = whole.index != whole.index[3]
    assert found[others].tolist() == whole[others].tolist()


def test_a_column_that_is_gone_is_empty_and_not_nought(stored, tmp_path):
    change(stored, "ALTER TABLE people DROP COLUMN office", "ALTER TABLE posts DROP COLUMN number")
    save_plan(recover_plan(stored).plan, tmp_path / "new.gpkg")
    plan = load_plan(tmp_path / "new.gpkg")
    assert set(plan.people["office"]) == {""}
    assert set(plan.posts["number"]) == {0}


def test_a_file_that_is_changed_itself_is_not_called_sound_for_what_lies_beside_it(stored):
    change(stored, "UPDATE people SET phone = '1' WHERE fid = 1")
    stored.with_name(f"{stored.name}-wal").write_bytes(b"left behind" * 100)
    with pytest.raises(LayerFileError, match=r"people \(phone\)") as e:
        load_plan(stored)
    assert "the file itself is as gridmap wrote it" not in str(e.value)


def test_a_word_in_the_place_of_a_number_is_told_as_lost(stored, tmp_path):
    change(stored, "UPDATE posts SET number = 'drei' WHERE fid = 2")

    made = recover_plan(stored)

    whole = draw("", CADRES).posts
    (loss,) = [one for one in made.losses if one.table == "posts"]
    assert loss.row == whole.index[1]
    assert loss.en.endswith("It is 0 now.")
    save_plan(made.plan, tmp_path / "new.gpkg")
    numbers = load_plan(tmp_path / "new.gpkg").posts["number"]
    assert (numbers.dtype, numbers.iloc[1]) == ("int64", 0)
