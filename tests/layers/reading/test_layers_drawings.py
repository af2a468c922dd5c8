"""Drawings of design offices: closed lines, rings in rings, hatches, blocks, texts, code pages."""

import pyogrio
import pytest

from layers.reading.features import read_features

X, Y = 493_000, 3_838_000


def dxf(path, entities, *, encoding="gbk", page="ANSI_936", blocks=""):
    """Write a drawing as an office program does: pairs of a number and a value."""
    head = "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1015\n"
    head += f"9\n$DWGCODEPAGE\n3\n{page}\n0\nENDSEC\n" if page else "0\nENDSEC\n"
    if blocks:
        head += f"0\nSECTION\n2\nBLOCKS\n{blocks}0\nENDSEC\n"
    body = f"0\nSECTION\n2\nENTITIES\n{entities}0\nENDSEC\n0\nEOF\n"
    path.write_bytes((head + body).encode(encoding))
    return path


def line(layer, corners, *, closed=True, paper=False):
    points = "".join(f"10\n{X + x}\n20\n{Y + y}\n" for x, y in corners)
    space = "67\n1\n" if paper else ""
    return f"0\nLWPOLYLINE\n8\n{layer}\n{space}90\n{len(corners)}\n70\n{int(closed)}\n{points}"


def square(west, south, side):
    return [(west, south), (west + side, south), (west + side, south + side), (west, south + side)]


def text(x, y, words):
    return f"0\nTEXT\n8\n标注\n10\n{X + x}\n20\n{Y + y}\n40\n2.5\n1\n{words}\n"


def test_a_ring_in_a_ring_is_an_area_of_its_own_with_its_own_label(tmp_path):
    """A parcel R2 of 300 m with a park G1 of 50 m in it, and a parcel M1 beside it."""
    entities = line("地块", square(0, 0, 300)) + line("地块", square(100, 100, 50))
    entities += line("地块", square(400, 0, 100))
    entities += text(20, 20, "R2") + text(120, 120, "G1公园") + text(420, 20, "M1")
    reading = read_features(dxf(tmp_path / "a.dxf", entities))
    areas = reading.frame[reading.frame.geom_type == "Polygon"]
    assert areas.geometry.area.tolist() == [87_500, 2_500, 10_000]
    assert areas["label"].tolist() == ["R2", "G1公园", "M1"]
    assert areas["Layer"].tolist() == ["地块"] * 3
    assert "1 areas have other areas of their drawing layer in them" in reading.issues[1].message


def test_a_ring_of_another_drawing_layer_cuts_nothing(tmp_path):
    entities = line("地块", square(0, 0, 300)) + line("建筑", square(100, 100, 50))
    frame = read_features(dxf(tmp_path / "a.dxf", entities)).frame
    assert frame.geometry.area.tolist() == [90_000, 2_500]


@pytest.mark.parametrize(
    ("encoding", "page"),
    [("gbk", "ANSI_936"), ("gbk", None), ("gbk", "ANSI_1252"), ("utf-8", "ANSI_936")],
)
def test_the_code_page_of_a_drawing_may_be_missing_or_wrong(tmp_path, encoding, page):
    entities = line("用地边界", square(0, 0, 100)) + text(5, 5, "公园绿地")
    path = dxf(tmp_path / "a.dxf", entities, encoding=encoding, page=page)
    row = read_features(path).frame.iloc[0]
    assert (row["Layer"], row["label"]) == ("用地边界", "公园绿地")


def test_signs_written_as_numbers_are_read(tmp_path):
    path = dxf(tmp_path / "a.dxf", line("\\U+7528\\U+5730", square(0, 0, 100)))
    assert read_features(path).frame["Layer"].iloc[0] == "用地"


def test_a_line_left_open_by_a_hair_is_an_area(tmp_path):
    nearly = [*square(0, 0, 100), (0, 0.005)]
    open_line = [*square(200, 0, 100), (200, 5)]
    entities = line("a", nearly, closed=False) + line("a", open_line, closed=False)
    frame = read_features(dxf(tmp_path / "a.dxf", entities)).frame
    assert frame.geom_type.tolist() == ["Polygon", "LineString"]


def test_the_frame_around_the_drawing_is_no_ground(tmp_path):
    entities = line("图框", square(0, 0, 420), paper=True) + line("a", square(0, 0, 100))
    reading = read_features(dxf(tmp_path / "a.dxf", entities))
    assert reading.frame["Layer"].tolist() == ["a"]
    assert "1 features of the sheet around the drawing" in reading.issues[0].message


def test_blocks_and_circles_are_areas_where_they_are_put(tmp_path):
    points = "".join(f"10\n{x}\n20\n{y}\n" for x, y in square(0, 0, 50))
    parcel = f"0\nLWPOLYLINE\n8\n0\n90\n4\n70\n1\n{points}"
    blocks = f"0\nBLOCK\n8\n0\n2\nP\n70\n0\n10\n0\n20\n0\n{parcel}0\nENDBLK\n8\n0\n"
    entities = f"0\nINSERT\n8\n地块\n2\nP\n10\n{X}\n20\n{Y}\n"
    entities += f"0\nCIRCLE\n8\n井\n10\n{X + 200}\n20\n{Y}\n40\n10\n"
    frame = read_features(dxf(tmp_path / "a.dxf", entities, blocks=blocks)).frame
    assert frame.geometry.area.round().tolist() == [2_500, 314]
    assert frame.geometry.iloc[0].bounds == (X, Y, X + 50, Y + 50)


def test_a_code_page_is_set_for_one_drawing_and_not_for_all_that_read(tmp_path, monkeypatch):
    def refuse(options):
        raise AssertionError(f"others in this process would have {options} too")

    monkeypatch.setattr(pyogrio, "set_gdal_config_options", refuse)
    path = dxf(tmp_path / "a.dxf", line("用地", square(0, 0, 100)), page="ANSI_1252")
    assert read_features(path).frame["Layer"].iloc[0] == "用地"
