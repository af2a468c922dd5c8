"""A land-use file that towns share: sorted once, whatever its size, then cut for each town."""

import datetime
import decimal
import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from drawn_city import SETTINGS, write_city
from drawn_town import draw_layers
from shapely import box

from gridmap.city import open_city
from gridmap.city.shared.cutting import cut_ground
from gridmap.city.shared.sorting import sort_ground, sorted_of, source_stamp
from gridmap.city.status import changed_since_cut
from layers.contract.errors import GridmapError, LayerCRSError, LayerFileError

SIDE = 30


@pytest.fixture
def small_parts(monkeypatch):
    """Read, pile and group a few rows at a time, as a file of a province is by many thousands."""
    monkeypatch.setattr("gridmap.city.shared.sorting._BATCH", 70)
    monkeypatch.setattr("gridmap.city.shared.sorting._PILE", 200)
    monkeypatch.setattr("gridmap.city.shared.sorting.ROWS_A_GROUP", 50)


@pytest.fixture
def parcels():
    """900 squares in rows, with a whole number that one of them has not."""
    at = np.arange(SIDE * SIDE)
    frame = gpd.GeoDataFrame(
        {"BSM": [f"T{number:04d}" for number in at], "DLBM": "0102"},
        geometry=[box(x, y, x + 1, y + 1) for x, y in zip(at % SIDE, at // SIDE, strict=True)],
        crs="EPSG:4547",
    )
    return frame.assign(count=pd.array([None, *at[1:]], dtype="Int64"))


def same(one, two):
    ordered = [frame.sort_values("BSM").reset_index(drop=True) for frame in (one, two)]
    pd.testing.assert_frame_equal(
        *(pd.DataFrame(frame.drop(columns="geometry")) for frame in ordered), check_dtype=False
    )
    assert ordered[0].geometry.geom_equals(ordered[1].geometry, align=False).all()


@pytest.mark.parametrize("ending", ["parquet", "gpkg"])
def test_sorted_ground_has_every_parcel_once_along_the_curve(
    tmp_path, small_parts, parcels, ending
):
    source, target = tmp_path / f"all.{ending}", tmp_path / "sorted.parquet"
    shuffled = parcels.sample(frac=1.0, random_state=3)
    if ending == "parquet":
        shuffled.to_parquet(source, write_covering_bbox=True)
    else:
        shuffled.to_file(source)
    assert sort_ground(source, target) == len(parcels)
    found = gpd.read_parquet(target)
    same(found, parcels)
    assert found.crs == parcels.crs
    place = found.geometry.hilbert_distance(parcels.total_bounds)
    assert place.is_monotonic_increasing
    assert pq.read_metadata(target).num_row_groups > 10


def test_a_box_is_read_without_the_groups_far_away(tmp_path, small_parts, parcels):
    source, target = tmp_path / "all.parquet", tmp_path / "sorted.parquet"
    parcels.to_parquet(source)
    sort_ground(source, target)
    found = gpd.read_parquet(target, bbox=(0.2, 0.2, 3.8, 3.8))
    assert len(found) == 16
    boxes = [
        pq.read_metadata(target).row_group(at).column(4).statistics
        for at in range(pq.read_metadata(target).num_row_groups)
    ]
    near = [one for one in boxes if one.min <= 3.8]
    assert len(near) < len(boxes)


def test_the_same_source_gives_the_same_bytes_and_is_sorted_once(tmp_path, small_parts, parcels):
    source, target = tmp_path / "all.parquet", tmp_path / "sorted.parquet"
    parcels.to_parquet(source)
    sort_ground(source, target)
    first, when = target.read_bytes(), target.stat().st_mtime_ns
    sort_ground(source, target)
    assert target.stat().st_mtime_ns == when
    target.unlink()
    sort_ground(source, target)
    assert target.read_bytes() == first
    assert len(sorted_of(target)) == 64


def test_rows_without_ground_are_kept(tmp_path, small_parts, parcels):
    parcels.loc[[5, 600], "geometry"] = None
    source, target = tmp_path / "all.parquet", tmp_path / "sorted.parquet"
    parcels.to_parquet(source)
    assert sort_ground(source, target) == len(parcels)
    assert gpd.read_parquet(target).geometry.isna().sum() == 2


def test_what_cannot_be_sorted_is_refused_with_the_reason(tmp_path, parcels):
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 and nothing")
    with pytest.raises(LayerFileError, match="cannot be read"):
        sort_ground(broken, tmp_path / "sorted.parquet")
    parcels.iloc[:0].to_parquet(tmp_path / "none.parquet")
    with pytest.raises(LayerFileError, match="no features"):
        sort_ground(tmp_path / "none.parquet", tmp_path / "sorted.parquet")
    parcels.set_crs(None, allow_override=True).to_parquet(tmp_path / "nowhere.parquet")
    with pytest.raises(LayerCRSError, match="coordinate system"):
        sort_ground(tmp_path / "nowhere.parquet", tmp_path / "sorted.parquet")
    with pytest.raises(LayerFileError, match="There is no file"):
        sort_ground(tmp_path / "gone.gpkg", tmp_path / "sorted.parquet")
    (tmp_path / "folder.gdb").mkdir()
    with pytest.raises(LayerFileError, match="cannot be read"):
        sort_ground(tmp_path / "folder.gdb", tmp_path / "sorted.parquet")
    pd.DataFrame({"BSM": ["T1"]}).to_parquet(tmp_path / "table.parquet")
    with pytest.raises(LayerFileError, match="cannot be read") as told:
        sort_ground(tmp_path / "table.parquet", tmp_path / "sorted.parquet")
    assert "没有图形信息" in told.value.zh
    assert not list(tmp_path.glob("sorted*"))


def test_a_layer_of_several_files_is_sorted_anew_when_one_of_them_changes(tmp_path, parcels):
    source, target = tmp_path / "all.shp", tmp_path / "sorted.parquet"
    parcels.drop(columns="count").to_file(source)
    sort_ground(source, target)
    shape, stamp = source.read_bytes(), sorted_of(target)
    (tmp_path / "other").mkdir()
    parcels.drop(columns="count").assign(DLBM="0702").to_file(tmp_path / "other" / "all.shp")
    shutil.copy(tmp_path / "other" / "all.dbf", tmp_path / "all.dbf")
    sort_ground(source, target)
    assert source.read_bytes() == shape
    assert set(gpd.read_parquet(target)["DLBM"]) == {"0702"}
    assert sorted_of(target) == source_stamp(source) != stamp


def test_columns_keep_their_types_though_a_part_has_no_value_of_them(
    tmp_path, small_parts, parcels
):
    late = [None] * 899
    wanted = parcels.assign(
        when=[*late, datetime.date(2026, 5, 1)],
        share=[decimal.Decimal("1.10"), *late[1:], decimal.Decimal("100000.25")],
        floors=pd.array([*late, 3], dtype="Int16"),
        use=pd.Categorical([*late, "旱地"]),
    )
    wanted.to_parquet(tmp_path / "all.parquet")
    sort_ground(tmp_path / "all.parquet", tmp_path / "sorted.parquet")
    found = gpd.read_parquet(tmp_path / "sorted.parquet").set_index("BSM")
    last = found.loc["T0899"]
    assert (last["when"], last["floors"], last["use"]) == (datetime.date(2026, 5, 1), 3, "旱地")
    assert found["share"].dropna().astype(str).to_dict() == {"T0000": "1.10", "T0899": "100000.25"}
    assert found["when"].notna().sum() == found["floors"].notna().sum() == 1


@pytest.fixture
def city(tmp_path):
    """A town whose land use lies in a file of the city, in geographic coordinates."""
    folder = write_city(tmp_path / "city", {"a": "410121001"})
    (folder / "towns" / "a" / "landuse.gpkg").unlink()
    rules = folder / "towns" / "a" / "rules.toml"
    text = rules.read_text(encoding="utf-8").replace("landuse.gpkg", "landuse.parquet")
    rules.write_text(text, encoding="utf-8")
    ground = draw_layers()["landuse"]
    away = ground.set_geometry(ground.translate(20_000))
    pd.concat([away, ground]).to_crs("EPSG:4490").to_parquet(folder / "all.parquet")
    settings = SETTINGS + '\n[landuse]\nfile = "all.parquet"\n'
    (folder / "city.toml").write_text(settings, encoding="utf-8")
    return folder


def test_a_town_gets_the_parcels_that_it_touches_and_keeps_its_file_while_they_are_the_same(city):
    found = cut_ground(open_city(city))
    assert [(one.town, one.parcels, one.is_new) for one in found] == [
        ("a", len(draw_layers()["landuse"]), True)
    ]
    assert not cut_ground(open_city(city))[0].is_new
    ground = gpd.read_parquet(city / "all.parquet")
    ground.iloc[::-1].iloc[5:].to_parquet(city / "all.parquet")  # others, in another order
    assert cut_ground(open_city(city))[0].is_new
    ground.iloc[10:].iloc[::-1].to_parquet(city / "all.parquet")  # fewer of those far away
    cut_ground(open_city(city))
    before = (city / "towns" / "a" / "landuse.parquet").read_bytes()
    ground.to_parquet(city / "all.parquet")
    assert not cut_ground(open_city(city))[0].is_new
    assert (city / "towns" / "a" / "landuse.parquet").read_bytes() == before


def test_a_land_use_that_somebody_put_there_is_left_and_told(city):
    own = city / "towns" / "a" / "landuse.parquet"
    draw_layers()["landuse"].iloc[:3].to_parquet(own)
    before = own.read_bytes()
    cut = cut_ground(open_city(city))[0]
    assert (own.read_bytes(), cut.is_new) == (before, False)
    assert "city cut" in cut.fault.zh
    own.unlink()
    assert cut_ground(open_city(city))[0].is_new


def test_what_changed_beside_a_shapefile_since_it_was_cut_is_told(city):
    ground = gpd.read_parquet(city / "all.parquet")
    ground.to_file(city / "all.shp", encoding="utf-8")
    settings = SETTINGS + '\n[landuse]\nfile = "all.shp"\n'
    (city / "city.toml").write_text(settings, encoding="utf-8")
    opened = open_city(city)
    cut_ground(opened)
    assert changed_since_cut(opened) == []
    with (city / "all.dbf").open("ab") as table:
        table.write(b" ")
    assert ["all.shp" in told.en for told in changed_since_cut(opened)] == [True]


def test_a_town_without_grids_is_told_and_a_city_without_a_file_refused(city):
    (city / "towns" / "a" / "hierarchy.gpkg").unlink()
    found = cut_ground(open_city(city))[0]
    assert "hierarchy.gpkg" in found.fault.zh
    assert len(changed_since_cut(open_city(city))) == 1
    (city / "city.toml").write_text(SETTINGS, encoding="utf-8")
    with pytest.raises(GridmapError, match="landuse"):
        cut_ground(open_city(city))
