"""What became of the grids between two written states; a delta makes the new one of the old."""

import csv
import io
import json
from dataclasses import replace
from itertools import pairwise

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from boundaries.changes.applying import applied_file
from boundaries.changes.delta import apply_delta, make_delta
from boundaries.changes.features import State, read_state
from boundaries.changes.writing import COLUMNS, delta_csv, delta_geojson, read_delta
from layers.contract.errors import BoundaryError

METRES = CRS("EPSG:4547")
STEP = 0.001  # of a degree, 111 m northwards
A, B, C = "01", "02", "0A"


def grid(code, west=0, east=1, *, nudge=0.0, **more):
    """Draw a rectangle of whole steps; a nudge moves its east side by degrees."""
    shape = shapely.box(114 + STEP * west, 34.0, 114 + STEP * east + nudge, 34 + STEP)
    properties = {
        "grid_code": code,
        "parent_code": "0",
        "level": 3,
        "kind": "micro",
        "name": f"网格{code}",
        "area_m2": 100.0 * (east - west),
        "load_h": 4.0,
        "posts_filled": 1,
        "version": "1",
    } | more
    geometry = shapely.geometry.mapping(shape) if east > west else None
    feature = {"type": "Feature", "id": f"g.{code}", "properties": properties, "geometry": geometry}
    return json.loads(json.dumps(feature))


def state(*features):
    return State({"version": "1"}, features)


def only(old, new, **options):
    """Give the single change that two states differ by."""
    (change,) = make_delta(state(*old), state(*new), crs=METRES, **options).changes
    return change


grids = st.builds(
    grid,
    st.sampled_from([A, B, C, "0B"]),
    st.integers(0, 2),
    st.integers(2, 4),
    nudge=st.sampled_from([0.0, 1e-7]),
    level=st.sampled_from([2, 3]),
    name=st.sampled_from(["东;区", '"西"', "=1", ""]),
    load_h=st.sampled_from([None, 0.1, 4.0]),
    posts_filled=st.integers(0, 1),
    version=st.sampled_from(["1", "2"]),
)
states = st.lists(grids, max_size=4, unique_by=lambda one: one["properties"]["grid_code"])


@settings(max_examples=25)
@given(states, states)
def test_applied_to_the_old_features_a_written_delta_gives_exactly_the_new_ones(old, new):
    made = make_delta(state(*old), state(*new), crs=METRES)
    assert delta_geojson(made) == delta_geojson(
        make_delta(state(*reversed(old)), state(*new), crs=METRES)
    )
    found = apply_delta(old, read_delta(delta_geojson(made)))
    ordered = sorted(
        new, key=lambda one: [one["properties"][key] for key in ("level", "grid_code")]
    )
    assert [json.dumps(one) for one in found] == [json.dumps(one) for one in ordered]
    # Nothing is in it that did not change.
    same = [one for one in new if one in old]
    assert not {one["id"] for one in same} & {one.feature["id"] for one in made.changes}


def test_ground_that_goes_to_a_neighbour_is_told_with_its_area_and_whose_it_was():
    made = make_delta(
        state(grid(A, 0, 2), grid(B, 2, 4)), state(grid(A, 0, 1), grid(B, 1, 4)), crs=METRES
    )
    lost, gained = made.changes
    assert (lost.reasons, gained.reasons) == (("ground",), ("ground",))
    assert lost.lost_m2 == pytest.approx(92.4 * 110.9, rel=0.01)  # a step east, a step north
    assert gained.gained_m2 == pytest.approx(lost.lost_m2, abs=0.01)
    assert (lost.gained_m2, gained.lost_m2) == (pytest.approx(0, abs=0.01),) * 2
    assert (lost.lost_to, gained.gained_from) == ((B,), (A,))
    assert lost.attributes == ("area_m2",)


def test_a_corner_more_on_a_long_straight_border_is_no_ground():
    """Projected, two kilometres of a parallel bend by more than rounding does."""
    old, new = grid(A, 0, 20), grid(A, 0, 20)
    (ring,) = new["geometry"]["coordinates"]
    at = next(n for n, (one, other) in enumerate(pairwise(ring)) if one[1] == other[1])
    ring.insert(at + 1, [114 + 10 * STEP, ring[at][1]])
    change = only([old], [new])
    assert (change.reasons, change.attributes) == (("rounding",), ())


def test_a_grid_that_is_merged_is_deleted_and_the_other_grows_by_its_ground():
    made = make_delta(state(grid(A), grid(B, 1, 3)), state(grid(B, 0, 3)), crs=METRES)
    gone, kept = made.changes
    assert (gone.kind, gone.code, gone.lost_to) == ("delete", A, (B,))
    assert (kept.kind, kept.gained_from) == ("update", (A,))
    split = make_delta(state(grid(B, 0, 3)), state(grid(A), grid(B, 1, 3)), crs=METRES)
    assert [one.kind for one in split.changes] == ["insert", "update"]
    assert split.changes[0].gained_from == (B,)


def test_ground_of_another_level_is_nobodys():
    made = only([grid("0", 0, 4, level=2)], [grid("0", 0, 4, level=2), grid(A, 0, 2)])
    assert (made.kind, made.gained_from) == ("insert", ())


@pytest.mark.parametrize(
    ("more", "reasons"),
    [
        ({"nudge": 1e-7}, ("rounding",)),
        ({"nudge": 1e-7, "area_m2": 100.01}, ("rounding",)),
        ({"nudge": 5e-7}, ("ground",)),
        ({"area_m2": 100.01}, ("attributes",)),
        ({"load_h": 4.5, "name": "新"}, ("attributes",)),
        ({"posts_filled": 0}, ("people",)),
        ({"version": "2"}, ("version",)),
        ({"version": "2", "posts_filled": 0, "load_h": 1.0}, ("people", "attributes", "version")),
    ],
)
def test_every_update_has_its_reasons(more, reasons):
    change = only([grid(A)], [grid(A, **more)])
    assert (change.kind, change.reasons) == ("update", reasons)
    assert change.attributes == tuple(sorted(more.keys() - {"nudge"}))


def test_other_people_are_a_change_although_no_file_names_them():
    assert only([grid(A), grid(B)], [grid(A), grid(B)], people={B}).reasons == ("people",)


def test_a_grid_without_ground_comes_and_goes():
    change = only([], [grid(A, 0, 0)])
    assert (change.kind, change.reasons, change.gained_m2) == ("insert", ("attributes",), 0.0)


def test_a_delta_is_refused_for_another_state_and_when_it_is_damaged():
    made = make_delta(state(grid(A)), state(grid(A, load_h=5.0)), crs=METRES)
    with pytest.raises(BoundaryError, match="another state"):
        apply_delta([grid(A, load_h=9.0)], made)
    damaged = read_delta(delta_geojson(made).replace(b'"load_h":5.0', b'"load_h":6.0'))
    with pytest.raises(BoundaryError, match="damaged"):
        apply_delta([grid(A)], damaged)
    for text in (b"", b"{}", b"[]", b'{"gridmap_delta":{}}', delta_geojson(made)[:-3]):
        with pytest.raises(BoundaryError, match="no delta"):
            read_delta(text)
    with pytest.raises(BoundaryError, match="no delta"):
        read_delta(delta_geojson(made).replace(b'"update"', b'"upsert"'))
    for text in (b"", b"{}", b"[]", b'{"features":[1],"gridmap":{}}'):
        with pytest.raises(BoundaryError, match="no file of boundaries"):
            read_state(text)


def test_the_table_has_a_row_a_grid_and_no_formula():
    made = make_delta(
        state(grid(A, name="=1+1"), grid(B, 1, 3)),
        state(grid(B, 0, 3, parent_code=None)),
        crs=METRES,
    )
    rows = list(csv.DictReader(io.StringIO(delta_csv(made).decode("utf-8-sig"))))
    gone, kept = rows
    assert (gone["grid_code"], gone["change"], gone["name"]) == (A, "delete", "'=1+1")
    assert (gone["reasons"], gone["lost_to"]) == ("ground", B)
    assert (kept["parent_code"], kept["attributes"]) == ("", "area_m2;parent_code")
    feature = json.loads(delta_geojson(made))["features"][1]
    assert [feature["properties"][name] for name in COLUMNS] == [
        *("update", "ground;attributes", "area_m2;parent_code"),
        *(pytest.approx(10_240, rel=0.01), pytest.approx(0, abs=0.01), A, ""),
    ]


def test_a_damaged_number_in_a_delta_is_no_new_file():
    """The digest of features passes where a head says other bytes than come out."""
    old = state(grid(A))
    made = make_delta(old, state(grid(A, 0, 2)), crs=METRES)
    head = {"decimals": 7, "content_sha256": "0" * 64}
    with pytest.raises(BoundaryError, match="damaged"):
        applied_file(old, replace(made, new_head=head))
