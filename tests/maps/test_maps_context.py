"""The context on a map: sorted by sign, with fewer points, packed small, names escaped."""

import drawn_plan
import geopandas as gpd
import pytest
import shapely
from drawn_context import HIGH_STREET, draw_context
from pyproj import Transformer

from gridmap.maps import map_html
from gridmap.maps.context import context_lines, drawn_context
from gridmap.maps.geometry import STEPS_A_DEGREE
from gridmap.maps.payload import payload
from gridmap.maps.signs import CONTEXT_SIGNS, sign_key, signs_for_page
from gridmap.words import WORDS
from layers.landuse.context import CONTEXT_KINDS, ROAD_CLASSES

MB = 1_000_000


@pytest.fixture(scope="module")
def context():
    return draw_context()


def test_pieces_of_one_road_become_one_line_that_a_name_has_room_on(context):
    drawn = {one.sign.key: one for one in drawn_context(context)}
    street = drawn["road.primary"]
    assert street.names == [HIGH_STREET]
    assert shapely.length(street.shapes).sum() == pytest.approx(2600, abs=1)
    assert set(drawn) == {
        "water.area", "building", "water.line", "road.lane", "road.tertiary", "road.primary",
        "rail", "place",
    }  # fmt: skip


def test_points_that_do_not_bend_a_line_are_left_out():
    bent = shapely.LineString([(x, 0.2 * (x % 2)) for x in range(100)] + [(99, 50)])
    columns = {"kind": ["road"], "class": ["track"], "name": [""], "layer": ["a"]}
    frame = gpd.GeoDataFrame(columns, geometry=[bent], crs="EPSG:4547")
    (track,) = drawn_context(frame)
    assert shapely.get_num_coordinates(track.shapes).tolist() == [3]


def test_what_no_sign_draws_is_left_out_and_collections_are_taken_apart():
    shapes = [
        shapely.Point(0, 0),
        shapely.GeometryCollection([shapely.box(0, 0, 9, 9), shapely.Point(5, 5)]),
        shapely.box(0, 0, 40, 40),
    ]
    columns = {"kind": ["water", "building", "place"], "class": "", "name": "", "layer": "a"}
    drawn = drawn_context(gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4547"))
    # The pond that is a point has no sign, the place that is an area is named in its middle.
    assert [(one.sign.key, len(one.shapes)) for one in drawn] == [("building", 1), ("place", 1)]
    assert drawn[1].shapes[0].geom_type == "Point"


def test_every_kind_and_class_of_a_context_has_a_sign_with_a_name():
    keys = {sign.key for sign in CONTEXT_SIGNS}
    for kind in CONTEXT_KINDS:
        dimensions = {"water": (1, 2), "building": (2,)}.get(kind, (0, 1))
        classes = ROAD_CLASSES if kind == "road" else ("",)
        assert {sign_key(kind, one, size) for one in classes for size in dimensions} <= keys
    assert {f"context.{sign.key}" for sign in CONTEXT_SIGNS if sign.shape != "point"} <= set(WORDS)
    assert [sign_key("place", one, 0) for one in ("village", "", "group")] == [
        "place", "place", "place.site",
    ]  # fmt: skip
    # Drawn from afar, a road of a higher class is drawn too.
    roads = [sign for sign in CONTEXT_SIGNS if sign.key.startswith("road.")]
    order = [sign.key.removeprefix("road.") for sign in roads]
    assert order[::-1][:7] == list(ROAD_CLASSES[:7])
    wide = [sign.least_px for sign in roads if not sign.dash]
    assert wide == sorted(wide)


def test_names_are_written_once_and_shapes_follow_the_borders(context):
    plan = drawn_plan.draw_plan()
    plain, full = payload(plan), payload(plan.with_tables(context=context))
    values = full.values["context"]
    assert values["names"] == ["", "小清河", "小王庄", "河滨路", HIGH_STREET]
    assert full.shapes.startswith(plain.shapes)
    signs = [one["key"] for one in signs_for_page()["context"]]
    groups = {signs[one["sign"]]: one["names"] for one in values["groups"]}
    assert groups["road.primary"] == [4]
    assert groups["building"] == [0] * 12
    assert plain.values["context"] == {"names": [""], "groups": []}


def test_the_name_of_a_bent_river_stands_in_the_river():
    ring = shapely.Point(500_000, 3_838_000).buffer(1000)
    bend = ring.difference(ring.buffer(-100))
    columns = {"kind": ["water"] * 2, "class": "", "name": ["", "月河"], "layer": "a"}
    shapes = [shapely.box(0, 0, 9, 9), bend]
    drawn = drawn_context(gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4547"))
    areas, spots = context_lines(drawn, "EPSG:4547")
    assert len(areas.rings) == 2
    assert len(spots.xy) == 1  # of the one that has a name
    back = Transformer.from_crs("EPSG:4326", "EPSG:4547", always_xy=True)
    place = shapely.Point(back.transform(*(spots.xy[0] / STEPS_A_DEGREE)))
    assert bend.contains(place)
    assert not bend.contains(bend.envelope.centroid)


def test_a_town_of_five_thousand_houses_stays_below_three_megabytes():
    plan = drawn_plan.draw_plan(context=draw_context(houses=5000))
    text = map_html(plan)
    plain = map_html(drawn_plan.draw_plan())
    assert len(text) < 3 * MB
    assert 0 < len(text) - len(plain) < 0.3 * MB
    assert map_html(plan) == text


def test_a_hostile_name_of_a_road_cannot_become_markup():
    hostile = "</script><img src=x onerror=alert(1)>\u2028"
    text = map_html(drawn_plan.draw_plan(context=draw_context(street=hostile)))
    assert hostile not in text
    assert "<img src=x" not in text
