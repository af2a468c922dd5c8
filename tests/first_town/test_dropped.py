"""Files dropped in any mixture: unpacked, grouped, rightly named; what is of no use is named."""

import io
import zipfile

import pytest
from first_towns import write_loose, write_package, write_sketch

from gridmap.first_town.dropped import right_ending, take_in
from layers.contract.errors import UsageError

GEOJSON = b'{"type": "FeatureCollection", "features": []}'


def packed(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("MACOSX", "__MACOSX"), data)
    return out.getvalue()


def test_parts_of_a_shapefile_are_one_input(tmp_path):
    files = write_loose(tmp_path / "office")
    folder = tmp_path / "town"
    folder.mkdir()
    taken = take_in(folder, [(one.name, one) for one in files])
    assert taken.names == ("DLTB.shp", "网格.shp", "花名册(最新).xlsx")
    assert taken.left_out == ()
    assert {one.suffix for one in folder.glob("DLTB.*")} == {".shp", ".shx", ".dbf"}


def test_an_archive_is_unpacked_and_what_is_no_layer_is_named(tmp_path):
    files = write_sketch(tmp_path / "office")
    folder = tmp_path / "town"
    folder.mkdir()
    taken = take_in(folder, [(one.name, one) for one in files])
    assert taken.names == ("人员.txt", "各村范围.kml", "现状.json")
    (left,) = taken.left_out
    assert "说明.docx" in left.zh
    assert "这是文档或图片" in left.zh


def test_a_file_without_a_telling_ending_gets_the_one_of_its_content(tmp_path):
    files = write_package(tmp_path / "office")
    folder = tmp_path / "town"
    folder.mkdir()
    taken = take_in(folder, [(one.name, one) for one in files])
    assert taken.names == ("石桥资料汇总.gpkg", "重点企业台账.csv")
    assert "按内容改名为“重点企业台账.csv”" in taken.renamed[0].zh


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (b"SQLite format 3\0rest", ".gpkg"),
        (b"\0\0\x27\x0a" + bytes(96), ".shp"),
        (GEOJSON, ".geojson"),
        (b"\xef\xbb\xbf" + GEOJSON, ".geojson"),
        (b'<?xml version="1.0"?><kml></kml>', ".kml"),
        (b"  0\nSECTION\n", ".dxf"),
        ("姓名,电话\n张三,1\n".encode("gb18030"), ".csv"),
        (packed(**{"[Content_Types].xml": b"", "xl__workbook.xml": b""}), ".xlsx"),
        (packed(**{"doc.kml": b"<kml/>"}), ".kmz"),
        (packed(**{"a.shp": b"", "a.dbf": b""}), ".zip"),
        (b"%PDF-1.4", ""),
        (b"", ""),
        (b"PK\3\4 broken", ""),
        (b"\xff\xfe\x00\x01" * 50, ""),
        ("只有一句话".encode(), ""),
    ],
)
def test_the_content_tells_the_ending(tmp_path, data, ending):
    path = tmp_path / "file"
    path.write_bytes(data)
    assert right_ending(path) == ending


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.shp", b"", "空文件"),
        ("a.exe", b"MZ\0\0", "格式无法读取"),
        ("图.pdf", b"%PDF-1.4", "文档或图片"),
        ("a.gpkg", b"not a package", "内容不是 GeoPackage"),
        ("a.rar", b"Rar!\x1a\x07", "解压"),
    ],
)
def test_what_cannot_be_read_is_left_out_with_the_reason(tmp_path, name, data, words):
    taken = take_in(tmp_path, [(name, io.BytesIO(data))])
    assert taken.names == ()
    assert words in taken.left_out[0].zh
    assert [one.name for one in tmp_path.iterdir()] == []


def test_names_that_lead_elsewhere_stay_in_the_folder(tmp_path):
    folder = tmp_path / "town"
    folder.mkdir()
    outer = packed(**{"..__..__evil.json": GEOJSON})
    named = take_in(folder, [("../../a.json", io.BytesIO(GEOJSON)), ("x.zip", io.BytesIO(outer))])
    assert named.names == ("a.json",)
    assert "指向压缩包之外" in named.left_out[0].zh
    assert [one.name for one in tmp_path.iterdir()] == ["town"]


def test_two_files_of_one_name_in_an_archive_both_stay(tmp_path):
    data = packed(**{"东村__图.json": GEOJSON, "西村__图.json": GEOJSON, "MACOSX__图.txt": b"x"})
    taken = take_in(tmp_path, [("各村.zip", io.BytesIO(data))])
    assert taken.names == ("图.json", "西村-图.json")
    assert "第二个“图.json”" in taken.renamed[0].zh


def test_archives_in_archives_are_opened_and_junk_is_silent(tmp_path):
    inner = packed(**{"a.json": GEOJSON, "Thumbs.db": b"x", "~$b.xlsx": b"x"})
    taken = take_in(tmp_path, [("外.zip", io.BytesIO(packed(**{"内.zip": inner})))])
    assert taken.names == ("a.json",)
    assert taken.left_out == ()


def test_loose_parts_of_a_geodatabase_get_their_folder_back(tmp_path):
    names = ("a00000001.gdbtable", "a00000001.gdbtablx", "gdb", "timestamps")
    taken = take_in(tmp_path, [(name, io.BytesIO(b"x")) for name in names])
    assert taken.names == ("资料.gdb",)
    assert {one.name for one in (tmp_path / "资料.gdb").iterdir()} == set(names)


def test_a_file_dropped_again_takes_the_place_of_the_older(tmp_path):
    write_loose(tmp_path / "office")
    folder = tmp_path / "town"
    folder.mkdir()
    parts = sorted((tmp_path / "office").glob("DLTB.*"))
    take_in(folder, [(one.name, one) for one in parts])
    (folder / "DLTB.prj").write_text("old")
    take_in(folder, [(one.name, one) for one in parts])
    assert not (folder / "DLTB.prj").exists()


def test_far_too_many_files_are_refused_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr("gridmap.first_town.dropped._MOST_FILES", 2)
    files = [(f"{at}.json", io.BytesIO(GEOJSON)) for at in range(3)]
    with pytest.raises(UsageError, match="more than 2"):
        take_in(tmp_path, files)
    assert [one.name for one in tmp_path.iterdir()] == []
