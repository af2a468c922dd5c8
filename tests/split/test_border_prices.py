"""Borders follow what people see, where the rules say what a metre of it costs."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from drawn_town import CRS, rules_text
from shapely import LineString, box

from gridmap.rules import parse_rules
from gridmap.split.border_prices import BORDER_KINDS, priced_borders
from gridmap.split.split import graph_of, split_patches
from gridmap.town.visible_lines import visible_lines

SIDE = 100


def rules(borders=""):
    return parse_rules(rules_text() + f"\n[borders]\n{borders}\n")


def squares(columns, rows, *, load=6.0, record=None):
    """Fields of 1 ha in rows, of one grid; officers carry 48 hours on one micro-grid."""
    cells = [
        box(x * SIDE, -y * SIDE - SIDE, x * SIDE + SIDE, -y * SIDE)
        for y in range(rows)
        for x in range(columns)
    ]
    names = [f"P{number:05d}" for number in range(1, len(cells) + 1)]
    return gpd.GeoDataFrame(
        {
            "parent_code": "410122106200001",
            "name": "",
            "category": "farmland",
            "subclass": "",
            "layer": "fields.gpkg",
            "record": names if record is None else record,
            "area_m2": 1e4,
            "households": 0.0,
            "objects": 0,
            "load_h": load,
        },
        geometry=cells,
        index=pd.Index(names),
        crs=CRS,
    )


def context(*rows):
    """Rows of kind, class and shape."""
    kind, road_class, shapes = zip(*rows, strict=True) if rows else ((), (), ())
    columns = {"kind": list(kind), "class": list(road_class), "name": "", "layer": ""}
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


def roads(*shapes):
    return gpd.GeoDataFrame({"name": [""] * len(shapes)}, geometry=list(shapes), crs=CRS)


# Between the two rows of six squares, eight metres beside the border.
MIDDLE = LineString([(-50, -108), (650, -108)])


def sides(patches, answer):
    """Codes of the upper row and of the lower row."""
    upper = patches.geometry.centroid.y.to_numpy() > -SIDE
    return set(answer.grid_code[upper]), set(answer.grid_code[~upper])


def test_the_border_is_short_where_no_line_is_cheaper():
    patches = squares(6, 2)
    answer = split_patches(patches, rules=rules(), lines=visible_lines(roads(MIDDLE), context()))
    assert answer.border_m == 200.0
    upper, lower = sides(patches, answer)
    assert upper == lower


@pytest.mark.parametrize(
    ("priced", "line"),
    [
        ("road", ("road", "primary", MIDDLE)),
        ("road", ("rail", "", MIDDLE)),
        ("track", ("road", "track", MIDDLE)),
        ("river", ("water", "canal", MIDDLE)),
        ("river", ("water", "", MIDDLE.buffer(4))),
    ],
)
def test_the_border_follows_a_line_that_is_cheap(priced, line):
    """600 m at a quarter are cheaper than 200 m across."""
    patches = squares(6, 2)
    answer = split_patches(
        patches, rules=rules(f"{priced} = 0.25"), lines=visible_lines(roads(), context(line))
    )
    upper, lower = sides(patches, answer)
    assert not upper & lower
    assert answer.border_m == 600.0  # true metres, whatever their price


def test_a_line_too_far_away_is_no_border():
    far = rules("road = 0.25\nnear_m = 7.0")
    answer = split_patches(squares(6, 2), rules=far, lines=visible_lines(roads(MIDDLE), context()))
    assert answer.border_m == 200.0


def test_each_metre_costs_what_it_runs_along():
    """A road along the first half of the border; the last two squares were one field, cut by us."""
    patches = squares(4, 1, record=["a", "b", "c", "c"])
    half = LineString([(100, -50), (100, 40)])
    prices = rules("road = 0.5\nparcel = 2.0\nnothing = 3.0\nnear_m = 10.0")
    graph = graph_of(patches, rules=prices)
    cost, follows = priced_borders(
        patches,
        graph.edges,
        graph.border_m,
        rules=prices,
        lines=visible_lines(roads(half), context()),
    )
    assert cost.tolist() == pytest.approx([0.5 * 60 + 2.0 * 40, 200.0, 300.0])
    assert not follows.any()


def test_without_prices_the_engine_is_given_the_borders_themselves():
    graph = graph_of(squares(4, 1), rules=rules())
    lines = visible_lines(roads(MIDDLE), context())
    cost, _ = priced_borders(squares(4, 1), graph.edges, graph.border_m, rules=rules(), lines=lines)
    assert cost is graph.border_m


def test_a_link_across_a_gap_costs_nothing():
    patches = squares(3, 1).iloc[[0, 2]]
    cost, _ = priced_borders(
        patches, np.array([[0, 1]]), np.zeros(1), rules=rules("road = 0.5"), lines=None
    )
    assert cost.tolist() == [0.0]


def test_no_border_follows_a_banned_road():
    """Four fields of 24 hours make two micro-grids, parted in the middle unless that is banned."""
    patches = squares(4, 1, load=24.0)
    street = context(("road", "lane", LineString([(205, -100), (205, 0)])))
    free, banned = rules('banned = ["path"]'), rules('banned = ["lane"]')
    made = [
        split_patches(
            patches,
            rules=chosen,
            lines=visible_lines(roads(), street, banned=chosen.borders.banned),
        ).grid_code.tolist()
        for chosen in (free, banned)
    ]
    assert len(set(made[0])) == 2
    assert made[0][1] != made[0][2]
    assert len(set(made[1])) == 3
    assert made[1][1] == made[1][2]


def test_a_ban_yields_to_what_officers_can_carry():
    patches = squares(2, 1, load=30.0)
    street = context(("road", "lane", LineString([(105, -100), (105, 0)])))
    chosen = rules('banned = ["lane"]')
    lines = visible_lines(roads(), street, banned=chosen.borders.banned)
    assert split_patches(patches, rules=chosen, lines=lines).grid_code.nunique() == 2


def test_lines_are_sorted_by_what_they_are():
    line = LineString([(0, 0), (1, 0)])
    found = visible_lines(
        roads(line),
        context(
            ("road", "lane", line),
            ("road", "path", line),
            ("water", "", box(0, 0, 1, 1)),
            ("building", "", box(0, 0, 1, 1)),
            ("place", "", shapely.Point(0, 0)),
        ),
        banned=["lane"],
    )
    counts = [len(one) for one in (*found.visible, found.banned)]
    assert counts == [2, 1, 1, 1]
    assert BORDER_KINDS[: len(found.visible)] == ("road", "river", "track")
