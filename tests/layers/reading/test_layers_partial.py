"""Files that are a part of themselves: pages of a server, linked and second KML files."""

import json
import zipfile

import pytest
from shapely import box, to_geojson

from layers.contract.errors import EmptyLayerError, LayerFileError
from layers.inspect.file import inspect_file
from layers.reading.features import layer_names, read_features
from layers.reading.pages import page_of

FEATURES = [
    {
        "type": "Feature",
        "properties": {"total": 99, "count": 99, "next": "x"},
        "geometry": json.loads(to_geojson(box(x, 34.6, x + 0.002, 34.602))),
    }
    for x in (113.9, 113.902)
]
NEXT = {"rel": "next", "href": "https://example.invalid/items?offset=2"}
PAGES = {
    "arcgis": {"properties": {"exceededTransferLimit": True}},
    "arcgis of old": {"exceededTransferLimit": True},
    "ogc api": {"numberMatched": 4000, "numberReturned": 2, "links": [NEXT]},
    "ogc api without a number": {"numberReturned": 2, "links": [{"rel": "self"}, NEXT]},
    "geoserver": {"totalFeatures": 4000, "numberReturned": 2},
    "geoserver that does not count": {"totalFeatures": "unknown", "links": [NEXT]},
    "supermap": {"totalCount": 4000, "currentCount": 2},
    "stac": {"context": {"returned": 2, "limit": 2, "matched": 4000}},
    "django": {"count": 4000, "next": "https://example.invalid/?page=2", "previous": None},
    "a last page": {"links": [{"rel": "prev", "href": "https://example.invalid/?page=1"}]},
    "less than it says": {"numberReturned": 10},
    "a relation as an address": {"links": [NEXT | {"rel": "http://www.opengis.net/rel/next"}]},
    "a relation in capitals": {"links": [NEXT | {"rel": "NEXT"}]},
    "hal": {"_links": {"next": {"href": "https://example.invalid/?page=2"}}},
    "spring": {"page": {"number": 0, "totalPages": 9, "totalElements": 4000}},
    "pagination": {"pagination": {"page": 1, "total": 4000}},
    "snake case": {"has_more": True},
    "relay": {"pageInfo": {"hasNextPage": True}},
}
WHOLE = {
    "counted": {"numberMatched": 2, "numberReturned": 2},
    "geoserver": {"totalFeatures": 2, "numberMatched": 2, "numberReturned": 2},
    "not exceeded": {"exceededTransferLimit": False, "properties": {"total": 4000}},
    "all on one page": {"count": 2, "next": None, "previous": None},
    "pages put together": {"numberMatched": 2, "numberReturned": 1, "links": [NEXT]},
    "says nothing": {"name": "地类图斑"},
    "one page": {"page": {"number": 0, "totalElements": 2}, "pageInfo": {"hasNextPage": False}},
}


def collection(path, members, *, behind=False):
    whole = {"type": "FeatureCollection"}
    path.write_text(
        json.dumps(
            {**whole, "features": FEATURES, **members}
            if behind
            else {**whole, **members, "features": FEATURES}
        )
    )
    return path


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize("members", PAGES.values(), ids=PAGES)
def test_a_page_of_a_server_is_told(tmp_path, members, behind):
    reading = read_features(collection(tmp_path / "a.geojson", members, behind=behind))
    assert [issue.severity for issue in reading.issues] == ["warning"]
    assert reading.issues[0].rule == "READ-8"
    assert "下载" in reading.issues[0].message_zh


@pytest.mark.parametrize("members", WHOLE.values(), ids=WHOLE)
def test_a_whole_layer_is_no_page(tmp_path, members):
    assert read_features(collection(tmp_path / "a.geojson", members)).issues == ()


def test_the_numbers_of_a_page_are_told(tmp_path):
    reading = read_features(collection(tmp_path / "a.geojson", PAGES["ogc api"]))
    assert "2 of 4,000 features (numberMatched)" in reading.issues[0].message
    assert "共 4,000 个要素，文件中 2 个（numberMatched）" in reading.issues[0].message_zh


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize("name", ["arcgis", "ogc api", "ogc api without a number"])
def test_a_page_too_large_to_be_looked_through_is_told_by_its_ends(
    tmp_path, monkeypatch, name, behind
):
    path = collection(tmp_path / "a.geojson", PAGES[name], behind=behind)
    monkeypatch.setattr("layers.files.geojson.MAX_JSON_BYTES", 10)
    monkeypatch.setattr("layers.files.geojson._HEAD", 400)
    assert page_of(path, 2) is not None
    whole = collection(tmp_path / "b.geojson", WHOLE["geoserver"], behind=behind)
    assert page_of(whole, 2) is None


def test_a_page_of_esri_json_is_told(tmp_path):
    ring = [[113.9, 34.6], [113.9, 34.61], [113.91, 34.61], [113.91, 34.6], [113.9, 34.6]]
    content = {
        "geometryType": "esriGeometryPolygon",
        "spatialReference": {"wkid": 4490},
        "fields": [{"name": "a", "type": "esriFieldTypeInteger"}],
        "exceededTransferLimit": True,
        "features": [{"attributes": {"a": 1}, "geometry": {"rings": [ring]}}],
    }
    (tmp_path / "a.json").write_text(json.dumps(content))
    assert "exceededTransferLimit" in read_features(tmp_path / "a.json").issues[0].message


def place(x, *, shapes="", name="A"):
    ring = f"{x},34.68 {x + 0.01},34.68 {x + 0.01},34.69 {x},34.68"
    area = (
        f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing>"
        "</outerBoundaryIs></Polygon>"
    )
    return f"<Placemark><name>{name}</name>{shapes.replace('AREA', area) or area}</Placemark>"


def kml(*parts):
    return (
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document>{''.join(parts)}</Document></kml>"
    )


def link(address):
    return f"<NetworkLink><Link><href>{address}</href></Link></NetworkLink>"


def kmz(path, **files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{name.replace('__', '/')}.kml", content)
    return path


RING = (
    "<LinearRing><coordinates>113.9,34.68 113.92,34.68 113.92,34.70 113.9,34.68</coordinates>"
    "</LinearRing>"
)
PICTURE = (
    "<GroundOverlay><Icon><href>a.png</href></Icon><LatLonBox><north>34.7</north>"
    "<south>34.6</south><east>114</east><west>113.9</west></LatLonBox></GroundOverlay>"
)


@pytest.mark.parametrize(
    "shapes",
    [
        f"<MultiGeometry>{RING}AREA</MultiGeometry>",
        f"<MultiGeometry>AREA{RING}</MultiGeometry>",
        f"<MultiGeometry><MultiGeometry>{RING}AREA</MultiGeometry></MultiGeometry>",
        f"AREA{RING}",
        f"{RING}AREA<Point><coordinates>113.9,34.68</coordinates></Point>",
    ],
    ids=["before", "behind", "nested", "without a collection", "with a point"],
)
def test_a_polygon_beside_a_ring_in_a_kml_is_kept(tmp_path, shapes):
    (tmp_path / "a.kml").write_text(kml(place(113.9, shapes=shapes)))
    found = inspect_file(tmp_path / "a.kml").layers[0]
    assert found.area_ha == pytest.approx(50.83, abs=0.01)
    assert "1 ring is no border of an area" in found.issues["message"].iloc[0]
    assert read_features(tmp_path / "a.kml").frame["Name"].tolist() == ["A"]


def test_a_picture_laid_over_the_ground_is_no_ground(tmp_path):
    (tmp_path / "a.kml").write_text(kml(PICTURE, place(113.9)))
    reading = read_features(tmp_path / "a.kml")
    assert len(reading.frame) == 1
    assert "it holds 1 picture" in reading.issues[0].message
    (tmp_path / "b.kml").write_text(kml(PICTURE))
    with pytest.raises(LayerFileError, match=r"it holds 1 picture"):
        read_features(tmp_path / "b.kml")


def test_features_of_a_kml_that_are_switched_off_are_told(tmp_path):
    off = place(113.9).replace("<name>", "<visibility>0</visibility><name>")
    (tmp_path / "a.kml").write_text(kml(place(113.95), off))
    assert (
        "1 of its features are switched off" in read_features(tmp_path / "a.kml").issues[0].message
    )


def test_a_network_link_is_told_and_is_the_reason_of_an_empty_kml(tmp_path):
    (tmp_path / "a.kml").write_text(kml(place(113.9), link("http://example.invalid/b.kml")))
    said = read_features(tmp_path / "a.kml").issues[0]
    assert "1 network link to other places ('http://example.invalid/b.kml')" in said.message
    (tmp_path / "b.kml").write_text(kml(link("http://example.invalid/b.kml")))
    with pytest.raises(EmptyLayerError, match=r"1 network link") as caught:
        read_features(tmp_path / "b.kml")
    assert "1 个网络链接" in caught.value.zh
    packed = kmz(tmp_path / "c.kmz", doc=kml(link("http://example.invalid/b.kml")))
    with pytest.raises(EmptyLayerError, match=r"1 network link"):
        read_features(packed)


def test_the_other_kml_files_of_a_kmz_are_named_listed_and_can_be_chosen(tmp_path):
    path = kmz(tmp_path / "a.kmz", doc=kml(place(113.9)), other=kml(place(113.95, name="B")))
    reading = read_features(path)
    assert reading.frame["Name"].tolist() == ["A"]
    assert "1 more KML with features are not: 'other.kml'" in reading.issues[0].message
    assert layer_names(path) == ["doc", "other"]
    assert read_features(path, layer="other").frame["Name"].tolist() == ["B"]
    assert [layer.features for layer in inspect_file(path).layers] == [1, 1]


def test_a_kmz_whose_first_file_only_links_to_the_others_is_read_from_those(tmp_path):
    one = kmz(tmp_path / "a.kmz", doc=kml(link("files/b.kml")), files__b=kml(place(113.9)))
    assert len(read_features(one).frame) == 1
    two = kmz(tmp_path / "b.kmz", doc=kml(link("b.kml")), b=kml(place(113.9)), c=kml(place(114.0)))
    with pytest.raises(LayerFileError, match=r"holds 2 layers: 'b.kml', 'c.kml'"):
        read_features(two)
    style = kmz(tmp_path / "c.kmz", doc=kml(place(113.9)), style=kml('<Style id="a"/>'))
    assert read_features(style).issues == ()


@pytest.mark.parametrize(
    ("count", "members", "told"),
    [(1000, {}, True), (2000, {}, True), (999, {}, False), (1000, {"numberMatched": 1000}, False)],
)
def test_as_many_features_as_servers_give_at_once_are_a_hint(tmp_path, count, members, told):
    whole = {"type": "FeatureCollection", **members, "features": FEATURES[:1] * count}
    (tmp_path / "a.geojson").write_text(json.dumps(whole))
    issues = read_features(tmp_path / "a.geojson").issues
    assert [issue.severity for issue in issues] == ["info"] * told
    assert not told or f"exactly {count:,} features" in issues[0].message


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("113.9,34.68 x,34.68 113.91,34.69 113.9,34.68", False),
        ("113.9;34.68 113.91;34.68 113.91;34.69 113.9;34.68", False),
        ("113.9 34.68 113.91 34.68 113.91 34.69 113.9 34.68", False),
        ("１１３．９，３４．６８ 113.91,34.68 113.91，34.69 113.9, 34.68", True),
        ("113.9, 34.68, 0 113.91, 34.68, 0 113.91, 34.69, 0 113.9, 34.68, 0", True),
    ],
    ids=["a word", "semicolons", "blanks", "full width", "blanks behind commas"],
)
def test_coordinates_of_a_kml_that_are_no_numbers_are_never_zeros(tmp_path, given, read):
    ring = f"<LinearRing><coordinates>{given}</coordinates></LinearRing>"
    shape = f"<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>"
    text = kml(place(113.95), place(0, shapes=shape, name="B"))
    (tmp_path / "a.kml").write_text(text, encoding="utf-8")
    reading = read_features(tmp_path / "a.kml")
    assert reading.frame.total_bounds[0] == pytest.approx(113.9 if read else 113.95)
    assert ["1 shape or ring with coordinates that are no numbers" in issue.message
            for issue in reading.issues] == [True] * (not read)  # fmt: skip
