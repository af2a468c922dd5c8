"""OpenStreetMap extracts, as text and packed, written by hand: the smallest there can be."""

import struct
import zlib

import pytest

from layers.contract.errors import LayerFileError
from layers.reading.features import layer_names, read_features


def number(value):
    """A whole number in as many bytes of seven bits as it needs."""
    value &= 2**64 - 1
    signs = b""
    while value > 0x7F:
        signs += bytes([value & 0x7F | 0x80])
        value >>= 7
    return signs + bytes([value])


def steps(values):
    """Differences from one to the next, with the sign in the last bit."""
    gaps = [one - before for before, one in zip([0, *values], values, strict=False)]
    return b"".join(number(gap << 1 ^ gap >> 63) for gap in gaps)


def part(field, content):
    if isinstance(content, int):
        return number(field << 3) + number(content)
    return number(field << 3 | 2) + number(len(content)) + content


def block(kind, content):
    packed = part(2, len(content)) + part(3, zlib.compress(content))
    head = part(1, kind) + part(3, len(packed))
    return struct.pack(">I", len(head)) + head + packed


def extract():
    """A field of three corners, and a road."""
    corners = [(1, 113.9, 34.7), (2, 113.92, 34.7), (3, 113.92, 34.72), (4, 113.93, 34.72)]
    words = ["", "landuse", "farmland", "name", "大田", "highway", "primary"]
    ids, lons, lats = zip(*corners, strict=True)
    nodes = part(1, steps(list(ids))) + part(8, steps([round(lat * 1e7) for lat in lats]))
    nodes += part(9, steps([round(lon * 1e7) for lon in lons]))
    ways = b""
    for way, tags, refs in ((9, (1, 2, 3, 4), [1, 2, 3, 1]), (10, (5, 6), [2, 3, 4])):
        keys, values = (b"".join(map(number, tags[at::2])) for at in (0, 1))
        ways += part(3, part(1, way) + part(2, keys) + part(3, values) + part(8, steps(refs)))
    table = b"".join(part(1, word.encode()) for word in words)
    head = part(4, b"OsmSchema-V0.6") + part(4, b"DenseNodes")
    data = part(1, table) + part(2, part(2, nodes)) + part(2, ways)
    return block(b"OSMHeader", head) + block(b"OSMData", data)


def test_a_packed_extract_gives_its_ground(tmp_path):
    (tmp_path / "town.osm.pbf").write_bytes(extract())
    frame = read_features(tmp_path / "town.osm.pbf").frame
    assert frame["osm_tag"].tolist() == ["landuse=farmland"]
    assert frame["name"].tolist() == ["大田"]
    assert frame.geometry.iloc[0].area == pytest.approx(0.02 * 0.02 / 2)
    assert frame.crs.to_epsg() == 4326


def test_its_lines_can_be_asked_for(tmp_path):
    (tmp_path / "town.osm.pbf").write_bytes(extract())
    assert "lines" in layer_names(tmp_path / "town.osm.pbf")
    lines = read_features(tmp_path / "town.osm.pbf", layer="lines").frame
    assert lines["osm_tag"].tolist() == ["highway=primary"]


def test_an_extract_cut_short_is_named(tmp_path):
    (tmp_path / "town.osm.pbf").write_bytes(extract()[:-20])
    with pytest.raises(LayerFileError, match=r"'town.osm.pbf' cannot be read"):
        read_features(tmp_path / "town.osm.pbf")
