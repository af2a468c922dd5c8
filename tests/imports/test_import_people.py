"""People by table: who is on which grid, and every row that could not be followed."""

import pandas as pd
import pytest
from import_worlds import BY, source_of, taken
from redraw_plan import E1, W1, W2, draw, people_on

from gridmap import edits
from gridmap.edits.moves.log import edit_log
from gridmap.imports.people import read_postings, with_postings
from gridmap.imports.town import into_plan
from gridmap.publish import release
from gridmap.versions.boundaries import boundary_files
from layers.contract.errors import LayerSchemaError


def table(path, *rows, heads=("网格编码", "人员编号", "姓名", "角色")):
    pd.DataFrame(rows, columns=list(heads)).to_csv(path, index=False)
    return path


def posted(plan, *rows, tmp_path):
    path = table(tmp_path / "postings.csv", *rows)
    return with_postings(plan, read_postings(path), file=path.name, **BY)


def holder(plan, post):
    rows = plan.assignments
    return rows.loc[rows["post_id"] == post, "person_id"].item()


def posts_of(plan, code):
    return plan.posts[plan.posts["grid_code"] == code].sort_values("number").index.tolist()


def test_the_grids_of_a_table_are_staffed_by_it_alone_and_the_others_stay(tmp_path):
    plan = draw()
    first, second, *_ = sorted(plan.people.index)
    before = people_on(plan, E1) - {first, second}

    got = posted(plan, (W1, second, "", "网格员"), (W1, first, "", "网格长"), tmp_path=tmp_path)

    leader, member, *rest = posts_of(plan, W1)
    assert (holder(got, leader), holder(got, member)) == (first, second)
    assert [holder(got, post) for post in rest] == [""] * len(rest)
    assert people_on(got, E1) - {first, second} == before
    assert edit_log(got).iloc[-1]["kind"] == "post"
    assert set(edits.posted_by_hand(got)["person_id"]) == {first, second}


def test_names_stand_for_people_and_for_grids_where_only_one_has_them(tmp_path):
    plan = draw()
    label = plan.grids["label"].where(plan.grids.index != W2, "河西组")
    plan = plan.with_tables(grids=plan.grids.assign(label=label))
    person = sorted(plan.people.index)[0]
    name = plan.people.at[person, "name"]

    got = posted(plan, ("河西组", "", name, ""), tmp_path=tmp_path)

    assert holder(got, posts_of(plan, W2)[0]) == person


def test_unknown_people_doubles_wrong_roles_and_grids_are_listed_and_nobody_is_posted(tmp_path):
    plan = draw()
    one, two, three, *_ = sorted(plan.people.index)
    names = plan.people["name"].where(~plan.people.index.isin([two, three]), "同名")
    plan = plan.with_tables(people=plan.people.assign(name=names))
    rows = [
        (W1, "", "无此人", ""), (W1, "", "同名", ""), (W1, one, "", "队长"), ("TVX99", one, "", ""),
    ]  # fmt: skip

    got = posted(plan, *rows, tmp_path=tmp_path)

    told = got.issues.loc[got.issues["rule"] == "IMPORT-10", "message"].tolist()
    for part in (
        "nobody '无此人' is on the roster",
        f"2 people are called '同名' ({two}, {three})",
        "the role '队长' is none of the town's",
        "there is no one grid 'TVX99'",
    ):
        assert sum(part in text for text in told) == 1, part
    assert people_on(got, W1) == set()


def test_a_person_twice_on_a_grid_more_people_than_posts_and_several_posts_are_listed(tmp_path):
    plan = draw()
    people = sorted(plan.people.index)
    many = [(W1, person, "", "") for person in people[:5]]

    got = posted(plan, *many, (W1, people[0], "", ""), (W2, people[0], "", ""), tmp_path=tmp_path)

    told = got.issues.loc[got.issues["rule"] == "IMPORT-10", "message"]
    posts = len(posts_of(plan, W1))
    assert told.str.contains(f"grid {W1} has {posts} posts and none is free").sum() == 5 - posts
    assert told.str.contains("by another row").sum() == 1
    assert told.str.contains("is on 2 posts").sum() == 1


def test_a_table_without_people_is_refused_with_its_columns(tmp_path):
    path = table(tmp_path / "bare.csv", (W1, "x"), heads=("网格编码", "备注"))

    with pytest.raises(LayerSchemaError, match="Found: '网格编码', '备注'"):
        read_postings(path)


def test_names_in_a_file_of_ours_bring_its_people_back(tmp_path):
    plan = draw()
    post = posts_of(plan, W1)[0]
    taker = next(iter(sorted(people_on(plan, E1))))
    moved = edits.post_person(plan, taker, post, **BY)
    path = tmp_path / "named.geojson"
    path.write_bytes(boundary_files(release(moved), with_contacts=True).grids)
    source = source_of(plan, path)

    got = into_plan(plan, source, **BY)

    keys = ["status", "post_id", "person_id"]
    assert got.plan.assignments[keys].equals(moved.assignments[keys])
    assert edit_log(got.plan)["kind"].tolist() == ["post"]


def test_without_names_an_import_leaves_people_where_they_are(tmp_path):
    plan = draw()
    path = tmp_path / "bare.geojson"
    path.write_bytes(boundary_files(release(plan)).grids)

    assert taken(plan, path).plan.assignments.equals(plan.assignments)
