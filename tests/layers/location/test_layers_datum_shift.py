"""Layers in the wrong place: shifts of web maps are found, layers of another extent pass."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer
from shapely import box
from shapely.affinity import translate

from layers.contract.errors import LayerCRSError
from layers.location.datum import gcj_to_wgs, wgs_to_bd, wgs_to_gcj
from layers.location.datum_shift import find_shift, require_position

WORK = CRS("EPSG:4547")
X, Y = 493_000, 3_838_000  # near Zheng'an
TOWN = box(X, Y, X + 4800, Y + 4800)


def squares(west=0, south=0, count=12, side=400):
    return np.array(
        [
            box(X + west + side * i, Y + south + side * j, X + west + side * (i + 1),
                Y + south + side * (j + 1))
            for i in range(count)
            for j in range(count)
        ]
    )  # fmt: skip


def shifted(shapes, shift):
    there = Transformer.from_crs(WORK, "EPSG:4490", always_xy=True)

    def move(points):
        lon, lat = shift(*there.transform(points[:, 0], points[:, 1]))
        return np.column_stack(there.transform(lon, lat, direction="INVERSE"))

    return shapely.transform(shapes, move)


def layer(shapes):
    return gpd.GeoDataFrame(geometry=list(shapes), crs=WORK)


def test_layers_that_fit_pass():
    require_position(TOWN, {"landuse.gpkg": layer(squares())}, WORK)


def test_a_gcj_shift_is_named_with_its_metres():
    given = {"landuse.gpkg": layer(shifted(squares(), wgs_to_gcj))}
    with pytest.raises(LayerCRSError) as caught:
        require_position(TOWN, given, WORK)
    words = str(caught.value)
    assert "Layer 'landuse.gpkg' lies 55" in words
    assert "538 m east and 133 m south of where the ground fits" in words
    assert "That looks like GCJ-02, the shifted coordinates of Gaode and Tencent maps" in words
    assert 'Write datum = "gcj02" for them in rules.toml' in words


def test_a_layer_that_somebody_has_declared_as_true_is_let_through_unless_it_misses_the_town():
    given = {"landuse.gpkg": layer(shifted(squares(), wgs_to_gcj))}
    require_position(TOWN, given, WORK, sure={"landuse.gpkg"})
    away = {"landuse.gpkg": layer(squares(90_000, 90_000))}
    with pytest.raises(LayerCRSError, match="landuse"):
        require_position(TOWN, away, WORK, sure={"landuse.gpkg"})


def test_a_bd_shift_is_named():
    with pytest.raises(LayerCRSError, match=r"looks like BD-09, the shifted coordinates of Baidu"):
        require_position(TOWN, {"a.gpkg": layer(shifted(squares(), wgs_to_bd))}, WORK)


def test_an_outline_in_gcj_is_told_from_layers_in_gcj():
    outline = shifted(np.array([TOWN]), wgs_to_gcj)[0]
    with pytest.raises(LayerCRSError) as caught:
        require_position(outline, {"a.gpkg": layer(squares())}, WORK)
    assert "the outline itself is in GCJ-02" in str(caught.value)
    assert "538 m west" in str(caught.value)


def test_a_plain_offset_is_named():
    moved = [translate(shape, 180, 240) for shape in squares()]
    with pytest.raises(LayerCRSError) as caught:
        require_position(TOWN, {"a.gpkg": layer(moved)}, WORK)
    assert "lies 300 m off the outline of the town: 180 m east and 240 m north" in str(caught.value)
    assert "Check the coordinate system" in str(caught.value)


def test_only_the_shifted_layer_is_named():
    half = squares()[:72]
    given = {"good.gpkg": layer(squares()), "bad.gpkg": layer(shifted(half, wgs_to_gcj))}
    with pytest.raises(LayerCRSError) as caught:
        require_position(TOWN, given, WORK)
    assert "'bad.gpkg'" in str(caught.value)
    assert "'good.gpkg'" not in str(caught.value)


def test_layers_that_reach_beyond_the_town_pass():
    require_position(TOWN, {"county.gpkg": layer(squares(-4000, -4000, 30))}, WORK)


def test_layers_that_cover_a_part_of_the_town_pass():
    require_position(TOWN, {"a.gpkg": layer(squares(0, 0, 5))}, WORK)
    require_position(TOWN, {"a.gpkg": layer(squares(1200, 2000, 4))}, WORK)


def test_ground_of_random_pieces_that_cross_the_border_passes():
    """Twenty times forty fields strewn over the town and half a kilometre around it."""
    random = np.random.default_rng(5)
    for _ in range(20):
        corners = random.uniform(-500, 4900, (40, 2))
        fields = [box(X + x, Y + y, X + x + 400, Y + y + 400) for x, y in corners]
        assert find_shift(TOWN, np.array(fields), WORK) is None


def test_a_few_parcels_across_the_border_convict_nobody():
    """Two parcels in the east reach 200 m out of the town; half a kilometre west they would not."""
    parcels = [box(X + 4500, Y + 1000 * i, X + 5000, Y + 1000 * i + 800) for i in (1, 3)]
    require_position(TOWN, {"landuse": layer(squares()), "estates": layer(parcels)}, WORK)


def test_a_layer_nowhere_near_the_town_is_named_with_its_distance():
    far = [translate(shape, 30_000, 40_000) for shape in squares()]
    given = {"good.gpkg": layer(squares()), "far.gpkg": layer(far)}
    with pytest.raises(LayerCRSError) as caught:
        require_position(TOWN, given, WORK)
    assert "No ground of the town lies in layer 'far.gpkg' (50.0 km from its middle)" in (
        str(caught.value)
    )


def test_outside_china_no_web_map_shift_is_suspected():
    work = CRS("EPSG:32632")
    town = box(682_176, 5_538_483, 686_996, 5_543_303)
    fields = np.array([box(682_176 + 535, 5_538_483, 686_996, 5_543_303)])
    assert find_shift(town, fields, work) is None


def test_a_shift_undone_is_no_shift():
    again = shifted(shifted(squares(), wgs_to_gcj), gcj_to_wgs)
    assert find_shift(TOWN, again, WORK) is None
