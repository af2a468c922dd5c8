"""KML for phones and TopoJSON for maps in a browser, read back from the text alone."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import pyogrio
import pytest
import shapely
from written_layers import as_chain, layers_of

from boundaries.export.formats.kml import kml_bytes
from boundaries.export.formats.topojson import topojson_bytes

HOSTILE = '<script>alert(1)</script>]]>&amp; $[grid_code] "\x0b\x00'
ABOUT = {"town": {"code": "041", "name": "小镇"}, "credit": "<b>Drawn"}
COLOURS = {"farmland": "#d9e8b0", "park_green": "#3f8a4d", "village_res": "#f6d3b3"}
NS = {"k": "http://www.opengis.net/kml/2.2"}


def degrees(**options):
    return layers_of(crs="EPSG:4326", decimals=7, **options)


def kml_of(layers, language="zh"):
    data = kml_bytes(
        list(layers.values()), title="小镇<&>", about=ABOUT, colours=COLOURS,
        language=language,
    )  # fmt: skip
    return data, ET.fromstring(data)


def named(layers, name):
    frame = layers["micro_grids"].frame.copy()
    frame.loc[0, "name"] = name
    return layers | {"micro_grids": replace(layers["micro_grids"], frame=frame)}


def placemarks(root, folder):
    found = root.findall(f"k:Document/k:Folder[@id='{folder}']/k:Placemark", NS)
    return {one.findtext("k:ExtendedData/k:Data[1]/k:value", namespaces=NS): one for one in found}


def places(element):
    return [
        tuple(float(part) for part in place.split(","))
        for place in element.findtext(".//k:coordinates", namespaces=NS).split()
    ]


def test_a_folder_a_level_has_the_borders_of_the_other_files_and_points_with_names():
    layers = degrees()
    _, root = kml_of(layers)
    folders = root.findall("k:Document/k:Folder", NS)
    assert [one.get("id") for one in folders] == list(layers)
    assert [one.findtext("k:name", namespaces=NS) for one in folders] == [
        "一级网格", "二级网格", "微网格", "对象",
    ]  # fmt: skip
    micro = placemarks(root, "micro_grids")
    frame = layers["micro_grids"].frame.set_index("grid_code")
    assert list(micro) == list(frame.index)
    for code, one in micro.items():
        assert places(one.find("k:MultiGeometry", NS)) == list(
            frame.geometry[code].geoms[0].exterior.coords
        )
    labels = folders[2].findall("k:Folder/k:Placemark", NS)
    assert [one.findtext("k:name", namespaces=NS) for one in labels] == [
        "网格E01", "网格W01", "网格W02",
    ]  # fmt: skip
    for one, shape in zip(labels, frame.geometry, strict=True):
        assert shape.contains(shapely.Point(places(one)[0]))
    _, english = kml_of(layers, "en")
    assert english.findtext("k:Document/k:Folder/k:name", namespaces=NS) == "Grids of level 1"
    names = [one.findtext("k:name", namespaces=NS) for one in
             placemarks(english, "micro_grids").values()]  # fmt: skip
    assert names == ["Grid E01", "Grid W01", "Grid W02"]


def test_colours_are_those_of_the_map_and_every_style_is_in_the_file():
    _, root = kml_of(degrees())
    styles = {one.get("id"): one for one in root.findall("k:Document/k:Style", NS)}
    fill = styles["fill-farmland"].findtext("k:PolyStyle/k:color", namespaces=NS)
    assert fill == "b3b0e8d9"  # opacity, blue, green, red
    used = {one.text for one in root.iter(f"{{{NS['k']}}}styleUrl")}
    assert used == {f"#{name}" for name in styles} - {"#line-micro_grids", "#line-objects"}
    assert styles["line-grids_1"].findtext("k:PolyStyle/k:fill", namespaces=NS) == "0"


def test_no_name_becomes_code_for_a_phone_and_nothing_is_fetched():
    data, root = kml_of(named(degrees(), HOSTILE))
    one = placemarks(root, "micro_grids")["E01"]
    shown = '<script>alert(1)</script>]]>&amp; $[grid_code] "'
    assert one.findtext("k:name", namespaces=NS) == shown
    description = one.findtext("k:description", namespaces=NS)
    assert "<script" not in description
    assert "$[" not in description
    assert (
        "<td>&lt;script&gt;alert(1)&lt;/script&gt;]]&gt;&amp;amp; $&#91;grid_code]" in description
    )
    assert b"href" not in data
    assert b"<![CDATA[" not in data
    assert root.findtext("k:Document/k:name", namespaces=NS) == "小镇<&>"
    note = root.findtext("k:Document/k:description", namespaces=NS)
    assert note == "town: 小镇 041<br/>credit: &lt;b&gt;Drawn"


def test_descriptions_are_words_and_leave_out_what_nobody_knows():
    _, root = kml_of(degrees())
    description = placemarks(root, "micro_grids")["W01"].findtext("k:description", namespaces=NS)
    assert "<tr><td>类别</td><td>耕地</td></tr>" in description
    assert "<tr><td>有无地界</td><td>是</td></tr>" in description
    assert "停用日期" not in description


def test_gdal_reads_the_kml_with_all_properties(tmp_path):
    path = tmp_path / "a.kml"
    path.write_bytes(kml_of(degrees())[0])
    back = pyogrio.read_dataframe(path, layer="微网格")
    assert back["grid_code"].tolist() == ["E01", "W01", "W02"]
    assert back["load_h"].astype(float).tolist() == [8.0, 4.0, 4.0]
    assert back.crs.equals("EPSG:4326")


def decoded(topology, arcs):
    """The ring of some arcs, as topojson-client puts it together."""
    ring = []
    for number in arcs:
        arc = topology["arcs"][~number][::-1] if number < 0 else topology["arcs"][number]
        ring += arc[1:] if ring else arc
    return [tuple(point) for point in ring]


def test_decoded_vertices_are_those_of_the_geojson_to_the_last_bit():
    layers = degrees(with_patches=True)
    topology = json.loads(topojson_bytes(list(layers.values())))
    assert "transform" not in topology
    for name, layer in layers.items():
        shapes = layer.frame.geometry.tolist()
        features = topology["objects"][name]["geometries"]
        assert [one["id"] for one in features] == [
            f"{name}.{key}" for key in layer.frame[layer.key]
        ]
        for one, shape in zip(features, shapes, strict=True):
            if name == "objects":
                assert one.get("coordinates") == (list(shape.coords[0]) if shape else None)
                continue
            parts = [
                shapely.Polygon(*(decoded(topology, ring) for ring in part[:1]),
                                [decoded(topology, ring) for ring in part[1:]])
                for part in one["arcs"]
            ]  # fmt: skip
            assert as_chain([shapely.orient_polygons(shapely.MultiPolygon(parts))]) == as_chain(
                [shape]
            )
    (west, south, east, north), bounds = topology["bbox"], layers["grids_1"].frame.total_bounds
    assert [west, south, east, north] == bounds.tolist()


def test_every_border_is_one_arc_of_all_levels_and_neighbours_share_it():
    layers = degrees(with_patches=True)
    topology = json.loads(topojson_bytes(list(layers.values())))
    edges = [frozenset(edge) for arc in topology["arcs"] for edge in
             pairwise(tuple(point) for point in arc)]  # fmt: skip
    assert len(edges) == len(set(edges)) > 0
    used = {}
    for one in topology["objects"]["micro_grids"]["geometries"]:
        for part in one["arcs"]:
            for number in part[0]:
                used.setdefault(number if number >= 0 else ~number, set()).add(
                    one["properties"]["grid_code"]
                )
    pairs = {tuple(sorted(codes)) for codes in used.values() if len(codes) > 1}
    assert pairs == {("E01", "W01"), ("E01", "W02"), ("W01", "W02")}


def test_an_island_that_touches_nothing_is_a_closed_arc_shared_with_the_hole_around_it():
    layer = degrees()["micro_grids"]
    island = shapely.box(114.01, 34.01, 114.02, 34.02)
    around = shapely.box(114, 34, 114.03, 34.03) - island
    frame = layer.frame.iloc[:2].copy()
    frame["geometry"] = [shapely.MultiPolygon([around]), shapely.MultiPolygon([island])]
    topology = json.loads(topojson_bytes([replace(layer, frame=frame)]))
    first, second = topology["objects"]["micro_grids"]["geometries"]
    assert len(topology["arcs"]) == 2
    assert first["arcs"][0][1] == [~second["arcs"][0][0][0]]
    assert all(arc[0] == arc[-1] for arc in topology["arcs"])


@pytest.mark.parametrize("write", [topojson_bytes, lambda layers: kml_of({"x": layers[0]})[0]])
def test_the_same_layers_give_the_same_bytes(write):
    layers = list(degrees().values())
    assert write(layers) == write(layers)


def test_no_text_ends_the_json_and_the_head_is_a_member():
    layers = named(degrees(), HOSTILE)
    topology = json.loads(topojson_bytes(list(layers.values()), head={"licence": "MIT"}))
    assert topology["gridmap"] == {"licence": "MIT"}
    assert topology["objects"]["micro_grids"]["geometries"][0]["properties"]["name"] == HOSTILE
