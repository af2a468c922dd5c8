"""What a cadre sees, and above all what not; where the cadre stands; what the cadre answers.

The drawn town (tests/support/worlds/drawn_plan.py): P008 leads strip 01 of West 1, the first of
sixteen strips of 250 m x 500 m; strip 02 lies east of it, West 2 south or north of it.
"""

import dataclasses
from datetime import datetime

import drawn_plan
import pytest
import shapely
from drawn_context import draw_context
from pyproj import Transformer

from gridmap.access.answers import (
    confirm,
    confirmed_on,
    dispute,
    disputes,
    responses,
    settle,
    with_receipts,
)
from gridmap.access.place import place_in_work_crs
from gridmap.access.view import cadre_view
from gridmap.store import load_plan, save_plan
from layers.contract.errors import PlanError, UsageError

CODE = f"{drawn_plan.WEST_1}01"
PERSON = "P008"
NOW = datetime(2026, 11, 20, 9, 30)


@pytest.fixture(scope="module")
def plan():
    return drawn_plan.draw_plan()


@pytest.fixture
def view(plan):
    return cadre_view(plan, PERSON)


@pytest.fixture
def plan_path(tmp_path):
    return tmp_path / "test.gridmap.gpkg"


def texts(value):
    """Every text anywhere in a view."""
    if dataclasses.is_dataclass(value):
        for part in dataclasses.fields(value):
            yield from texts(getattr(value, part.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value


def degrees(plan, x, y):
    return Transformer.from_crs(plan.crs, "EPSG:4326", always_xy=True).transform(x, y)


# what is seen


def test_a_cadre_sees_the_own_grid_by_hand(view):
    assert (view.name, view.office, view.town) == ("干部008", "镇机关", "测试镇")
    (grid,) = view.grids
    assert (grid.code, grid.role, grid.duties) == (CODE, "leader", ("安全生产排查", "人居环境"))
    assert (grid.area_m2, grid.load_h, grid.objects) == (125_000, 2.0, 1)
    assert [named.name for named in grid.named_objects] == ["微网格0101"]
    assert [(person.name, person.role, person.own_grid) for person in grid.contacts] == [
        ("干部008", "leader", True),
        ("干部009", "member", True),
        ("干部004", "leader", False),
        ("干部002", "leader", False),
        ("干部001", "leader", False),
    ]
    assert [person.is_self for person in grid.contacts] == [True, False, False, False, False]


def test_neighbours_are_those_with_a_border_and_not_those_at_a_corner(view):
    (grid,) = view.grids
    assert {(one.name, one.border_m) for one in grid.neighbours} == {
        ("微网格0102", 500.0),
        ("微网格0201", 250.0),
    }


def test_no_phone_and_nobody_else_is_in_a_view(plan, view):
    said = "\n".join(texts(view))
    assert drawn_plan.PHONE not in said
    allowed = {"干部008", "干部009", "干部004", "干部002", "干部001"}
    allowed |= {one.in_charge for grid in view.grids for one in grid.neighbours}
    assert len(allowed) == 7  # of each neighbour who is in charge, by name alone
    for name in plan.people["name"]:
        assert (name in said) == (name in allowed), name


def test_of_other_grids_a_view_holds_neighbours_names_alone(plan, view):
    said = list(texts(view))
    neighbours = {one.name for grid in view.grids for one in grid.neighbours}
    above = {person.grid_name for grid in view.grids for person in grid.contacts}
    for code, name in plan.grids["name"].items():
        assert code not in said or code == CODE, code
        if code != CODE:
            assert (name in said) == (name in neighbours | above), name
    for person in plan.people.index:
        assert (person in said) == (person == PERSON)


def test_neighbours_carry_nothing_but_name_outline_border_and_who_is_in_charge():
    from gridmap.access.view import Contact, Neighbour

    names = {part.name for part in dataclasses.fields(Neighbour)}
    assert names == {
        "name",
        "name_en",
        "outline",
        "border_m",
        "in_charge",
        "role_name",
        "role_name_en",
    }
    assert "phone" not in {part.name for part in dataclasses.fields(Contact)}


def test_duties_and_objects_of_others_stay_out(plan):
    posts, patches = plan.posts.copy(), plan.patches.copy()
    posts.loc[posts["grid_code"] != CODE, "duties"] = "SECRET-DUTY"
    patches.loc[patches["grid_code"] != CODE, "name"] = "SECRET-ESTATE"
    other = plan.with_tables(posts=posts, patches=patches)
    said = "\n".join(texts(cadre_view(other, PERSON)))
    assert "SECRET" not in said


def test_each_persons_view_has_the_persons_own_posts_and_no_more(plan):
    filled = plan.assignments[plan.assignments["status"] == "filled"]
    for person, rows in filled.groupby("person_id"):
        assert [grid.code for grid in cadre_view(plan, person).grids] == sorted(rows["grid_code"])


def test_somebody_on_two_grids_has_on_each_the_duties_of_that_post(plan):
    other = f"{drawn_plan.WEST_2}01"
    rows, posts = plan.assignments.copy(), plan.posts.copy()
    rows.loc[rows["post_id"] == f"{other}/2", "person_id"] = PERSON
    posts.loc[f"{other}/2", "duties"] = "巡河"
    grids = cadre_view(plan.with_tables(assignments=rows, posts=posts), PERSON).grids
    assert [(grid.code, grid.role, grid.duties) for grid in grids] == [
        (CODE, "leader", ("安全生产排查", "人居环境")),
        (other, "member", ("巡河",)),
    ]


def test_of_the_grids_above_only_the_leaders_are_named(plan):
    rows = plan.assignments.copy()
    rows.loc[rows["grid_code"] == drawn_plan.WEST_1, "role"] = "member"
    (grid,) = cadre_view(plan.with_tables(assignments=rows), PERSON).grids
    assert "干部004" not in {person.name for person in grid.contacts}


def test_somebody_without_a_post_sees_no_grid_and_a_stranger_nothing(plan):
    rows = plan.assignments.copy()
    rows.loc[rows["person_id"] == PERSON, "status"] = "surplus"
    assert cadre_view(plan.with_tables(assignments=rows), PERSON).grids == ()
    assert cadre_view(plan, "P999") is None
    assert cadre_view(plan, "") is None


def test_the_leader_of_a_village_sees_villages_beside_it(plan):
    (grid,) = cadre_view(plan, "P002").grids
    assert grid.level == 2
    assert [one.name for one in grid.neighbours] == ["东村"]


def test_a_view_does_not_change_when_the_plan_is_saved_and_read(plan, plan_path):
    save_plan(plan, plan_path)
    again = cadre_view(load_plan(plan_path), PERSON)
    assert list(texts(again)) == list(texts(cadre_view(plan, PERSON)))


def test_a_view_holds_what_lies_near_the_own_grids_and_no_more(plan):
    near = cadre_view(plan.with_tables(context=draw_context(houses=60)), PERSON)
    outline = near.grids[0].outline
    # The town is 2,600 m of road across; houses and water lie along its southern edge.
    assert near.context["kind"].value_counts().to_dict() == {"road": 2, "rail": 1}
    assert near.context.geometry.length.max() < 1000
    assert shapely.distance(near.context.geometry.to_numpy(), outline.envelope).max() <= 500
    assert cadre_view(plan, PERSON).context.empty


@pytest.mark.parametrize("place", [(float("nan"), 34.0), (181.0, 0.0), (0.0, float("inf"))])
def test_what_is_no_place_is_refused(view, place):
    with pytest.raises(UsageError, match="longitude"):
        place_in_work_crs(view, *place)


# answers


def test_a_receipt_is_kept_with_its_day_and_counts_once(plan_path, plan, view):
    assert confirmed_on(plan_path, view, CODE) == ""
    confirm(plan_path, view, CODE, when=NOW)
    confirm(plan_path, view, CODE, when=NOW.replace(day=21))
    assert confirmed_on(plan_path, view, CODE) == "2026-11-20"
    found = responses(plan, plan_path).set_index(["grid_code", "person_id"])
    assert found.loc[(CODE, PERSON), ["state", "confirmed_on"]].tolist() == [
        "confirmed",
        "2026-11-20",
    ]
    assert (found["state"] == "unconfirmed").sum() == len(found) - 1


def test_a_receipt_is_asked_for_again_when_the_outline_or_a_duty_changes(plan_path, plan, view):
    confirm(plan_path, view, CODE, when=NOW)
    moved = plan.grids.copy()
    moved.loc[CODE, "geometry"] = moved.geometry[CODE].buffer(-1)
    duties = plan.posts.assign(duties="巡河")
    for other in (plan.with_tables(grids=moved), plan.with_tables(posts=duties)):
        assert confirmed_on(plan_path, cadre_view(other, PERSON), CODE) == ""
        states = responses(other, plan_path).set_index("grid_code")["state"]
        assert set(states) == {"unconfirmed"}


def test_a_dispute_is_listed_until_it_is_settled(plan_path, plan, view):
    lon, lat = degrees(plan, *view.grids[0].outline.centroid.coords[0])
    number = dispute(plan_path, view, CODE, lon=lon, lat=lat, sentence="路在东边", when=NOW)
    row = disputes(plan_path).iloc[0]
    assert (row["sentence"], row["grid_code"], row["settled"]) == ("路在东边", CODE, "")
    found = responses(plan, plan_path).set_index(["grid_code", "person_id"])
    assert found.loc[(CODE, PERSON), ["state", "open_disputes"]].tolist() == ["disputed", 1]
    settle(plan_path, number, when=NOW)
    assert disputes(plan_path)["settled"].tolist() == ["2026-11-20"]
    assert set(responses(plan, plan_path)["state"]) == {"unconfirmed"}
    with pytest.raises(UsageError):
        settle(plan_path, "none", when=NOW)


def test_hostile_text_is_kept_as_one_line_of_plain_signs(plan_path, plan, view):
    lon, lat = degrees(plan, *view.grids[0].outline.centroid.coords[0])
    text = '<script>x</script>\n{"event": "settled"}\r\x1b[2J\u202e'
    dispute(plan_path, view, CODE, lon=lon, lat=lat, sentence=text, when=NOW)
    assert disputes(plan_path)["sentence"].tolist() == [
        '<script>x</script> {"event": "settled"} [2J'
    ]


@pytest.mark.parametrize("sentence", ["", " \n ", "字" * 501])
def test_an_empty_or_endless_sentence_is_refused(plan_path, plan, view, sentence):
    lon, lat = degrees(plan, *view.grids[0].outline.centroid.coords[0])
    with pytest.raises(UsageError):
        dispute(plan_path, view, CODE, lon=lon, lat=lat, sentence=sentence, when=NOW)


def test_a_place_far_away_and_a_foreign_grid_are_refused(plan_path, view):
    with pytest.raises(UsageError, match="m from the grid"):
        dispute(plan_path, view, CODE, lon=114.5, lat=34.7, sentence="x", when=NOW)
    with pytest.raises(PlanError):
        dispute(plan_path, view, drawn_plan.EAST_1 + "02", lon=114, lat=34, sentence="x", when=NOW)
    with pytest.raises(PlanError):
        confirm(plan_path, view, drawn_plan.EAST_1 + "02", when=NOW)
    assert disputes(plan_path).empty


def test_one_person_cannot_fill_the_list(plan_path, plan, view, monkeypatch):
    monkeypatch.setattr("gridmap.access.answers.MOST_OPEN", 2)
    lon, lat = degrees(plan, *view.grids[0].outline.centroid.coords[0])
    for number in range(2):
        dispute(plan_path, view, CODE, lon=lon, lat=lat, sentence=f"x{number}", when=NOW)
    with pytest.raises(UsageError, match="wait for an answer"):
        dispute(plan_path, view, CODE, lon=lon, lat=lat, sentence="x", when=NOW)


def test_receipts_are_written_into_the_assignments_and_taken_out_when_the_grid_changes(
    plan, plan_path, view
):
    confirm(plan_path, view, CODE, when=NOW)
    told = with_receipts(plan, plan_path).assignments
    own = (told["person_id"] == PERSON) & (told["grid_code"] == CODE)
    assert told.loc[own, "confirmed_on"].tolist() == ["2026-11-20"]
    assert (told.loc[~own, "confirmed_on"] == "").all()
    duties = plan.posts.assign(duties="别的")
    changed = plan.with_tables(posts=duties, assignments=told)
    assert (with_receipts(changed, plan_path).assignments["confirmed_on"] == "").all()
