"""Small layers drawn on a web map are told by the edges that they no longer meet."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer
from shapely import LineString, box

from layers.contract.errors import LayerCRSError
from layers.location.datum import wgs_to_bd, wgs_to_gcj
from layers.location.fragments import _along_borders, judge_fragment, require_placed_fragments

WORK = CRS("EPSG:4547")
X, Y = 493_000, 3_838_000


def fields(seed=7):
    """Fields of uneven size, 30 to 330 m wide, on 4 km by 4 km."""
    random = np.random.default_rng(seed)
    across = np.cumsum(random.uniform(30, 330, 26))
    up = np.cumsum(random.uniform(30, 330, 26))
    return np.array(
        [box(X + a, Y + c, X + b, Y + d) for a, b in pairwise(across) for c, d in pairwise(up)]
    )


def shifted(shapes, shift):
    there = Transformer.from_crs(WORK, "EPSG:4490", always_xy=True)

    def move(points):
        lon, lat = shift(*there.transform(points[:, 0], points[:, 1]))
        return np.column_stack(there.transform(lon, lat, direction="INVERSE"))

    return shapely.transform(shapes, move)


def sites(count=8, seed=3):
    """Draw a few sites that fill fields in the middle of the town: 1 % of it."""
    all_fields = fields()
    near = shapely.distance(shapely.centroid(all_fields), shapely.Point(X + 2200, Y + 2200)) < 1200
    return np.random.default_rng(seed).choice(all_fields[near], count, replace=False)


EDGES = shapely.boundary(fields())


def test_sites_that_fill_fields_lie_right():
    assert judge_fragment(sites(), EDGES, WORK).state == "right"


@pytest.mark.parametrize(("shift", "kind"), [(wgs_to_gcj, "GCJ-02"), (wgs_to_bd, "BD-09")])
@pytest.mark.parametrize("seed", range(5))
def test_a_few_shifted_sites_are_told(shift, kind, seed):
    verdict = judge_fragment(shifted(sites(seed=seed), shift), EDGES, WORK)
    assert (verdict.state, verdict.shift.kind) == ("shifted", kind)
    assert verdict.shift.east_m > 500
    assert verdict.undone > 0.95


@pytest.mark.parametrize("seed", range(20))
def test_sites_that_follow_no_edge_convict_nobody(seed):
    """Ten buildings strewn without regard to the fields."""
    random = np.random.default_rng(seed)
    corners = random.uniform(500, 3500, (10, 2)) + np.array([X, Y])
    strewn = np.array([box(x, y, x + 87, y + 63) for x, y in corners])
    assert judge_fragment(strewn, EDGES, WORK).state in ("unknown", "suspected")


def test_sites_half_of_whose_borders_follow_edges_are_suspected_at_least():
    """The sites were drawn by hand: a strip of 30 m of each field is left out on two sides."""
    drawn = np.array(
        [box(*(shape.bounds + np.array([30, 30, 0, 0]))) for shape in sites(12) if shape.area > 2e4]
    )
    assert judge_fragment(drawn, EDGES, WORK).state == "right"
    verdict = judge_fragment(shifted(drawn, wgs_to_gcj), EDGES, WORK)
    assert verdict.state in ("shifted", "suspected")
    assert verdict.shift.kind == "GCJ-02"


def test_too_little_border_or_another_country_says_nothing():
    assert judge_fragment(sites()[:0], EDGES, WORK) is None
    assert judge_fragment(sites(), np.array([]), WORK) is None
    abroad = CRS("EPSG:32632")
    away = shapely.transform(sites(), lambda points: np.add(points, [190_000, 1_700_000]))
    assert judge_fragment(away, EDGES, abroad) is None


def frame(shapes):
    return gpd.GeoDataFrame(geometry=list(shapes), crs=WORK)


def test_the_error_names_the_layer_and_the_way_out():
    layers = {"dltb.gpkg": frame(fields()), "sites.gpkg": frame(shifted(sites(), wgs_to_gcj))}
    with pytest.raises(LayerCRSError) as caught:
        require_placed_fragments(layers, frame([]).geometry, box(X, Y, X + 4e3, Y + 4e3), WORK)
    words = str(caught.value)
    assert "Layer 'sites.gpkg' lies 55" in words
    assert 'datum = "gcj02"' in words
    assert 'datum = "cgcs2000"' in words
    assert "还原 GCJ-02 偏移后" in caught.value.zh


def test_a_small_layer_that_nothing_confirms_is_told():
    strewn = [box(X + 1000 + 300 * i, Y + 1400, X + 1087 + 300 * i, Y + 1463) for i in range(6)]
    layers = {"dltb.gpkg": frame(fields()), "sites.gpkg": frame(strewn)}
    road = LineString([(X, Y + 50), (X + 4000, Y + 50)])
    issues = require_placed_fragments(
        layers, frame([road]).geometry, box(X, Y, X + 4e3, Y + 4e3), WORK
    )
    assert [(issue.rule, issue.code) for issue in issues] == [("READ-16", "sites.gpkg")]
    assert "nothing confirms where it lies" in issues[0].message


def test_of_thousands_of_polygons_points_are_spread_over_all_borders():
    x, y = (at.ravel() for at in np.meshgrid(range(0, 800, 10), range(0, 500, 10)))
    squares = shapely.box(x, y, x + 9, y + 9)
    points = _along_borders(squares)
    assert len(points) == 1_500
    borders = shapely.multilinestrings(shapely.boundary(squares))
    assert shapely.distance(shapely.points(points), borders).max() < 1e-9
    in_quarters = np.histogram2d(*points.T, bins=2)[0]
    assert in_quarters.min() > 300
