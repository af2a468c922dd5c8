"""What a drawing does not show is no ground: frozen, off, unplotted and invisible objects."""

import struct

import pytest

from layers.contract.errors import EmptyLayerError, LayerFileError
from layers.reading.features import read_features

X = 493_000


def pairs(*items):
    return "".join(f"{code}\n{value}\n" for code, value in items)


def layer(name, *, flags=0, color=7, plot=1):
    return pairs((0, "LAYER"), (2, name), (70, flags), (62, color), (6, "CONTINUOUS"), (290, plot))


def area(on, x, *more, side=100):
    corners = [(x, 0), (x + side, 0), (x + side, side), (x, side)]
    points = [(code, value) for east, north in corners for code, value in ((10, east), (20, north))]
    return pairs((0, "LWPOLYLINE"), (8, on), *more, (90, 4), (70, 1), *points)


def old_area(on, x, side=100):
    corners = [(x, 0), (x + side, 0), (x + side, side), (x, side)]
    parts = "".join(pairs((0, "VERTEX"), (8, on), (10, a), (20, b)) for a, b in corners)
    return pairs((0, "POLYLINE"), (8, on), (66, 1), (70, 1)) + parts + pairs((0, "SEQEND"))


def block(name, *objects):
    head = pairs((0, "BLOCK"), (8, "0"), (2, name), (70, 0), (10, 0), (20, 0))
    return head + "".join(objects) + pairs((0, "ENDBLK"), (8, "0"))


def insert(on, name, x):
    return pairs((0, "INSERT"), (8, on), (2, name), (10, x), (20, 0))


LAYERS = (
    layer("0") + layer("用地") + layer("旧方案", flags=1) + layer("辅助", color=-3)
    + layer("构造线", plot=0) + layer("Defpoints")
)  # fmt: skip


def drawing(path, objects, *, blocks="", layers=LAYERS, end="\n", encoding="gbk"):
    text = pairs((0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, "AC1015"), (0, "ENDSEC"))
    text += pairs((0, "SECTION"), (2, "TABLES"), (0, "TABLE"), (2, "LAYER"), (70, 6))
    text += layers + pairs((0, "ENDTAB"), (0, "ENDSEC"), (0, "SECTION"), (2, "BLOCKS"))
    text += blocks + pairs((0, "ENDSEC"), (0, "SECTION"), (2, "ENTITIES"))
    text += objects + pairs((0, "ENDSEC"), (0, "EOF"))
    path.write_bytes(text.replace("\n", end).encode(encoding))
    return path


HIDDEN = {
    "frozen": area("旧方案", X),
    "off": area("辅助", X),
    "unplotted": area("构造线", X),
    "never plotted": area("DefPoints", X),
    "invisible": area("用地", X, (60, 1)),
    "an old polyline": old_area("旧方案", X),
    "a block on a frozen layer": insert("旧方案", "B", X),
}


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_what_a_drawing_does_not_show_is_no_ground_and_is_told(tmp_path, hidden, end):
    blocks = block("B", area("0", 0), area("用地", 200))
    path = drawing(tmp_path / "a.dxf", hidden + area("用地", X + 500), blocks=blocks, end=end)
    before = path.read_bytes()
    reading = read_features(path)
    assert [shape.bounds[0] for shape in reading.frame.geometry] == [X + 500]
    said = [issue for issue in reading.issues if "does not show" in issue.message]
    assert [issue.severity for issue in said] == ["warning"]
    assert "1 object that the drawing does not show" in said[0].message
    assert "图中未显示的 1 个对象" in said[0].message_zh
    assert path.read_bytes() == before


def test_the_layers_are_named_and_counted(tmp_path):
    objects = area("旧方案", X) + area("旧方案", X + 200) + area("辅助", X + 400)
    reading = read_features(drawing(tmp_path / "a.dxf", objects + area("用地", X + 600)))
    assert "3 on layers that are frozen or off ('旧方案', '辅助')" in reading.issues[-1].message


def test_hidden_objects_in_a_block_are_no_part_of_it(tmp_path):
    blocks = block("B", area("0", 0), area("用地", 200), area("旧方案", 400),
                   area("用地", 600, (60, 1)))  # fmt: skip
    reading = read_features(drawing(tmp_path / "a.dxf", insert("用地", "B", X), blocks=blocks))
    assert reading.frame.geometry.area.tolist() == [20_000]


def test_a_drawing_that_shows_all_is_read_as_it_is(tmp_path):
    objects = area("用地", X) + old_area("0", X + 200) + insert("用地", "B", X + 400)
    layers = layer("0") + layer("用地") + layer("视口", flags=2)
    blocks = block("B", area("0", 0))
    reading = read_features(drawing(tmp_path / "a.dxf", objects, blocks=blocks, layers=layers))
    assert len(reading.frame) == 3
    assert [issue.severity for issue in reading.issues] == ["info"]


def test_a_drawing_that_shows_nothing_says_why_it_is_empty(tmp_path):
    path = drawing(tmp_path / "a.dxf", area("旧方案", X))
    with pytest.raises(EmptyLayerError, match=r"1 object that the drawing does not show"):
        read_features(path)


def in_bytes(path, *, old=False):
    """Write a drawing of text as a binary one, as drawing programs do."""
    lines = path.read_bytes().split(b"\n")
    written = b"AutoCAD Binary DXF\r\n\x1a\0"
    for code, value in zip(map(int, lines[:-1:2]), lines[1::2], strict=True):
        written += struct.pack("<B" if old else "<h", code)
        if 10 <= code < 60:
            written += struct.pack("<d", float(value))
        elif 60 <= code < 80:
            written += struct.pack("<h", int(value))
        elif 90 <= code < 100:
            written += struct.pack("<i", int(value))
        elif 290 <= code < 300:
            written += struct.pack("<b", int(value))
        else:
            written += value + b"\0"
    path.write_bytes(written)
    return path


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_a_binary_drawing_is_read_like_one_of_text(tmp_path, hidden):
    blocks = block("B", area("0", 0), area("用地", 200))
    drawn = drawing(tmp_path / "a.dxf", area("用地", X + 1000) + hidden, blocks=blocks)
    text = read_features(drawn)
    binary = read_features(in_bytes(drawn))
    assert binary.frame.geometry.to_wkt().tolist() == text.frame.geometry.to_wkt().tolist()
    assert binary.frame["Layer"].tolist() == ["用地"]
    assert [one.message for one in binary.issues] == [one.message for one in text.issues]


def test_a_binary_drawing_of_an_old_program_is_read_and_a_damaged_one_told(tmp_path):
    old = pairs((0, "LAYER"), (2, "旧方案"), (70, 1), (62, 7), (6, "CONTINUOUS"))
    objects = area("用地", X) + area("旧方案", X + 200)
    path = in_bytes(drawing(tmp_path / "a.dxf", objects, layers=old), old=True)
    reading = read_features(path)
    assert len(reading.frame) == 1
    assert "1 object that the drawing does not show" in reading.issues[-1].message
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(LayerFileError, match=r"damaged binary drawing") as told:
        read_features(path)
    assert ".cpp" not in str(told.value)
