"""Spoiled copies of good files for the fuzz tests: cut, mixed, recoded, renamed, with a seed.

`good_files` draws one small layer in every format; `spoil` makes one faulty copy of one of them.
"""

import gzip
import json
import random
import shutil
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from project import TESTS
from shapely import LineString, box

__all__ = ["good_files", "spoil"]

ISSUES = TESTS / "issues"
X, Y = 513_000, 3_838_000
# Numbers and words that readers stumble over, put in the place of others in text files.
NASTY_TOKENS = (
    b"1e999", b"-1e308", b"NaN", b"Infinity", b"null", b"[]", b"{}", b'""', b"[[[[[[[[", b"}",
    b"9" * 400, b"-0", b"0x41", b"\xff\xfe", b"\x00", "网格".encode("gbk"), "😀".encode(),
)  # fmt: skip
SIDE_FILES = (".dbf", ".shx", ".prj", ".cpg")
CASELESS = {"c.shp"}  # the table of this one is written in capitals


def good_files(folder: Path) -> list[Path]:
    """Draw a layer of 24 squares in every format, and add the small files of tests/issues."""
    shapes = [box(X + 10 * i, Y, X + 10 * i + 10, Y + 10) for i in range(24)]
    columns = {"BSM": [f"{i:03d}" for i in range(24)], "名称": ["水田", "旱地"] * 12}
    layer = gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4547")
    degrees = layer.to_crs("EPSG:4326")
    layer.to_file(folder / "a.gpkg")
    layer.to_file(folder / "a.shp", encoding="UTF-8")
    layer.to_file(folder / "g.shp", encoding="GBK")
    (folder / "g.cpg").unlink()
    layer.to_file(folder / "a.fgb")
    layer.to_file(folder / "a.gdb", driver="OpenFileGDB")
    layer.to_parquet(folder / "a.parquet")
    degrees.to_file(folder / "a.geojson")
    pyogrio.write_dataframe(layer[["geometry"]], folder / "a.dxf", driver="DXF")
    table = pd.DataFrame(columns).assign(经度=[114.1] * 24, 纬度=[34.7] * 24)
    table.to_csv(folder / "a.csv", index=False, encoding="gbk")
    table.to_csv(folder / "u.csv", index=False, encoding="utf-16")
    table.to_excel(folder / "a.xlsx", index=False)
    lines = [LineString([(114, 34), (114.1, 34), (114.1, 34.1), (114, 34)])]
    gpd.GeoDataFrame({"name": ["x"]}, geometry=lines, crs=4326).to_file(folder / "l.geojson")
    (folder / "a.osm").write_text(_osm(), encoding="utf-8")
    (folder / "a.topojson").write_text(json.dumps(_topology()))
    (folder / "k.kml").write_text(_kml("UTF-8"), encoding="utf-8")
    (folder / "o.kml").write_bytes(_kml("GBK").encode("gbk"))
    (folder / "o.geojson").write_bytes((folder / "a.geojson").read_bytes().decode().encode("gbk"))
    (folder / "d.dxf").write_bytes(_dxf().encode("gbk"))
    (folder / "m.csv").write_bytes(_rows().encode("gbk"))
    _sheet(folder / "m.xlsx")
    layer.drop(columns="geometry").assign(wkt=degrees.to_wkt()["geometry"]).to_parquet(
        folder / "w.parquet"
    )
    layer.to_file(folder / "c.shp", encoding="UTF-8")
    (folder / "c.dbf").rename(folder / "C.DBF")
    (folder / "c.cpg").write_text("GBK")
    packed = (folder / "a.geojson").read_bytes()
    (folder / "b.geojson.gz").write_bytes(gzip.compress(packed))
    _zip(folder / "s.zip", sorted(folder.glob("a.*")), endings={".shp", *SIDE_FILES})
    _zip(folder / "d.zip", sorted((folder / "a.gdb").iterdir()), inside="a.gdb")
    shutil.rmtree(folder / "a.gdb")
    for file in sorted(ISSUES.rglob("*")):
        if file.is_file() and file.suffix.lower() != ".md" and file.stat().st_size < 50_000:
            shutil.copy(file, folder / file.name)
    return sorted(file for file in folder.iterdir() if file.suffix.lower() not in SIDE_FILES)


def spoil(good: list[Path], folder: Path, seed: int) -> Path:
    """Write one spoiled copy of one good file into the folder and return its path."""
    chance = random.Random(seed)
    file = chance.choice(good)
    if file.suffix == ".osm" and chance.random() < 0.8:
        file = chance.choice(good)  # the reader of OSM files takes its time
    target = folder / file.name
    sides = [*file.parent.glob(f"{file.stem}.*")]
    if file.name in CASELESS:
        sides += file.parent.glob(f"{file.stem.upper()}.*")
    for side in sides:
        if side.suffix.lower() in SIDE_FILES:
            shutil.copy(side, folder / side.name)
    victim = target
    sides = [side for side in folder.iterdir() if side.suffix.lower() in SIDE_FILES]
    raw = file.read_bytes()
    if sides and chance.random() < 0.6:
        target.write_bytes(raw)
        victim = chance.choice(sorted(sides))
        raw = victim.read_bytes()
    way = chance.choice(
        (_cut, _flip, _drop, _double, _blank, _mix, _token, _token, _flip_head, _recode, _swap)
    )
    raw = way(raw, chance, good)
    if not raw:
        victim.unlink(missing_ok=True)
        return target
    victim.write_bytes(raw)
    if victim == target and chance.random() < 0.04:
        other = chance.choice(good)
        renamed = target.with_suffix(other.suffix)
        target.rename(renamed)
        return renamed
    return target


def _cut(raw: bytes, chance: random.Random, good: list[Path]) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)] if raw else raw


def _flip(raw: bytes, chance: random.Random, good: list[Path]) -> bytes:
    spoiled = bytearray(raw)
    for _ in range(chance.choice((1, 2, 8, 64))):
        if spoiled:
            spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
    return bytes(spoiled)


def _flip_head(raw: bytes, chance: random.Random, good: list[Path]) -> bytes:
    return _flip(raw[:200], chance, good) + raw[200:]


def _drop(raw: bytes, chance: random.Random, good: list[Path]) -> bytes:
    start = chance.randrange(len(raw) + 1)
    return raw[:start] + raw[start + chance.randrange(1, 300) :]


def _double(raw: bytes, chance: random.Random, good: list[Path]) -> bytes:
    start = chance.randrange(len(raw) + 1)
    return raw[:start] + raw[start : start + 200] * chance.randrange(2, 20) + raw[start:]


def _blank(raw: bytes, chance: random.Random, good: list[Path]) -> bytes:
    start, length = chance.randrange(len(raw) + 1), chance.randrange(1, 400)
    filler = chance.choice((b"\x00", b"\xff", b" "))
    return raw[:start] + filler * length + raw[start + length :]


def _mix(raw: bytes, chance: random.Random, good: list[Path]) -> bytes:
    other = chance.choice(good).read_bytes()
    return raw[: chance.randrange(len(raw) + 1)] + other[chance.randrange(len(other) + 1) :]


def _token(raw: bytes, chance: random.Random, good: list[Path]) -> bytes:
    spoiled = raw
    for _ in range(chance.randrange(1, 4)):
        places = [at for at, byte in enumerate(spoiled) if 0x30 <= byte <= 0x39] or [0]
        at = chance.choice(places)
        spoiled = spoiled[:at] + chance.choice(NASTY_TOKENS) + spoiled[at + 1 :]
    return spoiled


def _recode(raw: bytes, chance: random.Random, good: list[Path]) -> bytes:
    """Say the same in another encoding, or its bytes in a wrong one."""
    given, wanted = chance.sample(("utf-8", "gbk", "big5", "utf-16", "latin-1"), 2)
    return raw.decode(given, "replace").encode(wanted, "replace")


def _swap(raw: bytes, chance: random.Random, good: list[Path]) -> bytes:
    """Exchange two pieces: rows, coordinates, parts of a header."""
    if len(raw) < 8:
        return raw
    one, two, three = sorted(chance.sample(range(len(raw)), 3))
    return raw[:one] + raw[two:three] + raw[one:two] + raw[three:]


def _zip(path: Path, files: list[Path], *, endings: set[str] | None = None, inside: str = ""):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            if endings is None or file.suffix in endings:
                archive.write(file, f"{inside}/{file.name}" if inside else file.name)


def _osm() -> str:
    nodes = "".join(
        f'<node id="{i}" lat="{34 + 0.01 * (i % 3)}" lon="{114 + 0.01 * (i % 2)}"/>'
        for i in range(1, 10)
    )
    ways = "".join(
        f'<way id="{way}"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="1"/>'
        f'<tag k="landuse" v="farmland"/></way>'
        for way in range(20, 24)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{nodes}{ways}</osm>'


def _kml(encoding: str) -> str:
    """Write two folders with fields of Chinese names."""
    places = "".join(
        f"<Folder><name>{name}</name><Placemark><name>{name}</name><ExtendedData>"
        '<Data name="网格编号"><value>001</value></Data></ExtendedData><Polygon><outerBoundaryIs>'
        f"<LinearRing><coordinates>114.{at},34.7,0 114.{at}1,34.7,0 114.{at}1,34.71,0 "
        f"114.{at},34.7,0</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Folder>"
        for at, name in enumerate("东西")
    )
    head = (
        f'<?xml version="1.0" encoding="{encoding}"?><kml xmlns="http://www.opengis.net/kml/2.2">'
    )
    return f"{head}<Document>{places[: len(places) // 2]}</Document></kml>"


def _dxf() -> str:
    """Draw a parcel in a parcel with its text, as an office program does."""
    lines = ["0\nSECTION\n2\nENTITIES"]
    for side in (100, 40):
        lines.append("0\nLWPOLYLINE\n8\n用地边界\n90\n4\n70\n1")
        lines += [
            f"10\n{X + x}\n20\n{Y + y}" for x, y in ((0, 0), (side, 0), (side, side), (0, side))
        ]
    lines.append(f"0\nTEXT\n8\n标注\n10\n{X + 60}\n20\n{Y + 60}\n40\n2\n1\n公园")
    return "\n".join([*lines, "0\nENDSEC\n0\nEOF\n"])


def _rows() -> str:
    """Write a register with a title, a note and degrees in many spellings."""
    return (
        "郑庵镇重点企业台账,,,\n填报人：张三,,2024-12-31,\n编号,名称,经度,纬度\n"
        "001,甲,113°55′30″,34°41′15″\n002,乙,１１３．９,３４．７\n003,丙,E113.9,N34.7\n"
    )


def _sheet(path: Path) -> None:
    """Write a register whose header has two rows, beside an empty sheet."""
    rows = [["编号", "位置", None], [None, "经度", "纬度"], ["001", 113.9, 34.7]]
    with pd.ExcelWriter(path) as book:
        pd.DataFrame().to_excel(book, sheet_name="空", header=False, index=False)
        pd.DataFrame(rows).to_excel(book, sheet_name="表", header=False, index=False)


def _topology() -> dict[str, object]:
    arcs = [[[i, 0], [i + 1, 0], [i + 1, 1], [i, 0]] for i in range(6)]
    shapes = [
        {"type": "Polygon", "arcs": [[i]], "properties": {"code": f"{i:03d}"}} for i in range(6)
    ]
    objects = {"grids": {"type": "GeometryCollection", "geometries": shapes}}
    return {"type": "Topology", "arcs": arcs, "objects": objects}
