"""The way to the own grid as the phone works it out, against shapely and the globe."""

import browser
import drawn_plan
import numpy as np
import pytest
import shapely
from pyproj import Geod, Transformer

from gridmap.maps.page import asset
from gridmap.words import words_in

OWN, OTHER = f"{drawn_plan.WEST_1}01", f"{drawn_plan.EAST_2}03"
ACCURACY_M = 50
STANDINGS = "places.map((at) => [-1, 0].map((wanted) => gmWay.standing(grids, at, 50, wanted)))"
LENGTHS = "[3, 5, 994.9, 995, 1049, 12345].map((one) => gmWay.length(one, words.zh))"
TEXTS = "some.map(([one, lang]) => gmWay.text(one, ['A', 'B'], 1234.5, words[lang]))"


def asked_of_the_script(chromium, names, wanted, given):
    """Run an expression after the script alone, in a page that has nothing else."""
    with browser.open_page(chromium, "about:blank", browser.PHONE) as phone:
        return phone.page.evaluate(
            f"([{names}]) => {{ {asset('way.js')} return {wanted}; }}", given
        )


def test_the_way_on_the_phone_is_that_of_shapely_and_of_the_globe(chromium):
    plan = drawn_plan.draw_plan()
    own, other = (plan.grids.geometry[code] for code in (OWN, OTHER))
    shapes = [own.difference(own.centroid.buffer(40)), other]  # with a hole
    to_degrees = Transformer.from_crs(plan.crs, "EPSG:4326", always_xy=True)
    grids = [{"rings": [degrees(ring, to_degrees) for ring in rings_of(one)]} for one in shapes]
    west, south, east, north = shapely.union_all(shapes).buffer(1500).bounds
    places = np.random.default_rng(7).uniform((west, south), (east, north), (300, 2))
    asked = degrees(places, to_degrees)
    found = asked_of_the_script(chromium, "grids, places", STANDINGS, [grids, asked])
    points = shapely.points(places)
    inside = np.array([shapely.covers(shape, points) for shape in shapes])
    metres = np.array([shapely.distance(shape.boundary, points) for shape in shapes])
    assert inside.any(axis=1).all()
    for row, (nearest, first) in enumerate(found):
        here = np.flatnonzero(inside[:, row])
        assert nearest["grid"] == (here[0] if len(here) else metres[:, row].argmin())
        assert nearest["here"] == (here[0] if len(here) else -1)
        assert first["grid"] == 0
        for one in (nearest, first):
            true = metres[one["grid"], row]
            assert one["inside"] == inside[one["grid"], row]
            assert one["metres"] == pytest.approx(true, rel=1e-4, abs=0.02)
            assert one["sure"] == (one["metres"] >= ACCURACY_M)
            azimuth, _, _ = Geod(ellps="WGS84").inv(*asked[row], *one["edge"])
            assert abs((one["bearing"] - azimuth + 180) % 360 - 180) < 0.1 or true < 1


def test_lengths_and_sentences_are_those_of_somebody_who_walks(chromium):
    words = {one: words_in(one, "my_way.") for one in ("zh", "en")}
    assert asked_of_the_script(chromium, "words", LENGTHS, [words]) == [
        "不到 10 米", "10 米", "990 米", "1.0 公里", "1.0 公里", "12.3 公里",
    ]  # fmt: skip
    to_other = {"grid": 1, "here": 0, "inside": False, "sure": True, "metres": 320, "bearing": 45}
    near = {"grid": 1, "here": -1, "inside": False, "sure": False, "metres": 2, "bearing": 359}
    some = [(to_other, "zh"), (near, "en")]
    assert asked_of_the_script(chromium, "words, some", TEXTS, [words, some]) == [
        "您在“A”内。到“B”：往东北方走 320 米（直线距离）。",
        "Perhaps outside: the border of “B” is less than 10 m north (straight line), "
        "the position may be 1,235 m off. Not sure.",
    ]


def rings_of(polygon):
    return [shapely.get_coordinates(ring) for ring in (polygon.exterior, *polygon.interiors)]


def degrees(places, to_degrees):
    return np.column_stack(to_degrees.transform(*np.asarray(places).T)).tolist()
