"""Outlines of towns and areas for the map of a city: thinned, borders shared, slits closed."""

import shutil

import geopandas as gpd
import shapely
from drawn_city import SETTINGS, town_rules
from shapely import box

from gridmap.city import open_city
from gridmap.city.overview import outlines
from gridmap.city.overview.outlines import area_outlines, town_outlines, write_outlines

NEAR = 1e-9


def city_of(folder, boxes):
    (folder / "city.toml").write_text(SETTINGS, encoding="utf-8")
    for number, (name, (area, shape)) in enumerate(boxes.items()):
        place = folder / "towns" / name
        place.mkdir(parents=True)
        (place / "rules.toml").write_text(town_rules(f"{area}00{number + 1}"), encoding="utf-8")
        draw(folder, name, shape)
    return open_city(folder)


def draw(folder, name, shape):
    rows = [(1, shape), (4, box(0, 0, 0.01, 0.01))]
    grids = gpd.GeoDataFrame(rows, columns=["level", "geometry"], crs="EPSG:4490")
    derived = folder / "catalogue" / "towns" / name
    derived.mkdir(parents=True, exist_ok=True)
    grids.to_parquet(derived / "grids.parquet", index=False)


def test_towns_are_outlined_once_and_kept(tmp_path):
    ragged = shapely.segmentize(box(0, 0, 1, 1), 0.001)
    city = city_of(tmp_path, {"b": ("410122", box(1, 0, 2, 1)), "a": ("410121", ragged)})
    towns = town_outlines(city)
    assert towns["town"].tolist() == ["a", "b"]
    assert shapely.area(towns.geometry.to_numpy()).round(6).tolist() == [1.0, 1.0]
    assert shapely.get_num_coordinates(towns.geometry.iloc[0]) < 10
    write_outlines(city)
    shutil.rmtree(tmp_path / "catalogue" / "towns")
    assert town_outlines(city).equals(towns)


def test_only_a_new_outline_is_thinned_and_the_rest_read_as_kept(tmp_path, monkeypatch):
    city = city_of(
        tmp_path, {name: ("410121", box(at, 0, at + 1, 1)) for at, name in enumerate("ab")}
    )
    write_outlines(city)
    first = (tmp_path / "catalogue" / "towns.parquet").read_bytes()
    read, thinned = [], []
    reading, thinning = outlines._read, outlines._thinned
    monkeypatch.setattr(
        outlines, "_read", lambda path: (read.append(path.parent.name), reading(path))[1]
    )
    monkeypatch.setattr(outlines, "_thinned", lambda drawn: (thinned.append(1), thinning(drawn))[1])
    draw(tmp_path, "b", box(1, 0, 2, 1))  # the same once more
    write_outlines(city)
    assert (read, thinned) == (["b"], [])
    draw(tmp_path, "b", box(1, 0, 3, 1))
    write_outlines(city)
    assert (read, thinned) == (["b", "b"], [1])
    assert town_outlines(city).total_bounds.tolist() == [0, 0, 3, 1]
    shutil.rmtree(tmp_path / "catalogue" / "parts")
    draw(tmp_path, "b", box(1, 0, 2, 1))
    write_outlines(city)
    assert (tmp_path / "catalogue" / "towns.parquet").read_bytes() == first


def test_a_damaged_note_is_read_anew(tmp_path):
    city = city_of(tmp_path, {"a": ("410121", box(0, 0, 1, 1))})
    write_outlines(city)
    kept = tmp_path / "catalogue" / "parts" / "outlines.kept"
    whole = kept.read_bytes()
    for damaged in (b"", b"junk", whole[: len(whole) // 2]):
        kept.write_bytes(damaged)
        write_outlines(city)
        assert kept.read_bytes() == whole


def test_an_area_is_what_its_towns_make_without_slits_between_two_drawings(tmp_path):
    far = ("410122", box(3, 0, 4, 1))
    slit = {"a": ("410121", box(0, 0, 1, 1)), "b": ("410121", box(1.0001, 0, 2, 1)), "c": far}
    city = city_of(tmp_path, slit)
    areas = area_outlines(city, town_outlines(city))
    assert areas.index.tolist() == ["410121", "410122"]
    assert areas["level"].tolist() == [1, 1]
    one = areas.geometry["410121"]
    assert one.geom_type == "Polygon"
    assert shapely.hausdorff_distance(one.exterior, box(0, 0, 2, 1).exterior) < NEAR


def test_an_area_is_joined_of_the_areas_and_the_towns_in_it(tmp_path):
    city = city_of(
        tmp_path,
        {
            "a": ("410121", box(0, 0, 1, 1)),
            "b": ("410122", box(1, 0, 2, 1)),
            "c": ("410122", box(2, 0, 3, 1)),
        },
    )
    level = '[[levels]]\nkey = "part"\nname = "片"\nname_en = "part"\n\n[[areas]]\ncode = "410121"'
    below = 'name = "乙县"\nlevel = "part"\nparent = "410121"'
    settings = SETTINGS.replace('[[areas]]\ncode = "410121"', level)
    settings = settings.replace('name = "乙县"\nlevel = "county"', below)
    (tmp_path / "city.toml").write_text(settings, encoding="utf-8")
    city = open_city(tmp_path)
    areas = area_outlines(city, town_outlines(city))
    assert areas["level"].to_dict() == {"410121": 1, "410122": 2}
    for code, shape in (("410121", box(0, 0, 3, 1)), ("410122", box(1, 0, 3, 1))):
        assert shapely.hausdorff_distance(areas.geometry[code].exterior, shape.exterior) < NEAR


def test_a_city_without_plans_has_no_outlines(tmp_path):
    city = city_of(tmp_path, {"a": ("410121", box(0, 0, 1, 1))})
    shutil.rmtree(tmp_path / "catalogue")
    assert town_outlines(city).empty
    assert area_outlines(city, town_outlines(city)).empty


def test_outlines_of_areas_are_kept_and_worked_out_again_of_other_towns(tmp_path, monkeypatch):
    boxes = {"a": ("410121", box(0, 0, 1, 1)), "b": ("410122", box(1, 0, 2, 1))}
    city = city_of(tmp_path, boxes)
    worked_out = area_outlines(city, town_outlines(city))
    write_outlines(city)
    dissolved, asked = outlines._dissolved, []
    monkeypatch.setattr(outlines, "_dissolved", lambda *all: (asked.append(1), dissolved(*all))[1])
    kept = area_outlines(city, town_outlines(city))
    assert asked == []
    assert kept.to_wkb().to_dict() == worked_out.to_wkb().to_dict()
    assert kept.crs == worked_out.crs
    seen = town_outlines(city).iloc[:1]  # as of who is for one of them
    assert list(area_outlines(city, seen).index) == ["410121"]
    assert asked == [1]
    path = tmp_path / "catalogue" / "parts" / "areas.kept"
    path.write_bytes(b"junk")
    assert area_outlines(city, town_outlines(city)).index.equals(worked_out.index)
    path.unlink()
    write_outlines(city)
    assert path.exists()
