"""A plan comes back from its file as it went in, and a file is whole or not there."""

import os
import sqlite3
import subprocess
import sys
import time
import warnings
from contextlib import closing

import fiona
import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from project import ROOT, TESTS
from saved_plans import put_plan
from small_plan import small_plan

from gridmap.store import PlanChangedError, load_plan, save_plan
from layers.contract.errors import GridmapError, LayerFileError, UsageError

TABLES = ("people", "posts", "assignments", "ledger", "edits", "versions")
LAYERS = ("patches", "grids", "issues")


@pytest.fixture
def stored(tmp_path):
    path = tmp_path / "小镇.gridmap.gpkg"
    put_plan(small_plan, path)
    return path


def assert_same_plan(left, right):
    for name in TABLES:
        assert_frame_equal(getattr(left, name), getattr(right, name))
    for name in LAYERS:
        assert_geodataframe_equal(getattr(left, name), getattr(right, name), check_crs=True)
        wanted = shapely.to_wkb(getattr(right, name).geometry.to_numpy())
        assert list(shapely.to_wkb(getattr(left, name).geometry.to_numpy())) == list(wanted)
    assert left.receipt == right.receipt
    assert left.rules == right.rules
    assert left.rules_text == right.rules_text


def change(path, *statements):
    with closing(sqlite3.connect(path)) as base:
        for statement in statements:
            base.execute(statement)
        base.commit()


def test_a_plan_comes_back_as_it_went_in(stored):
    assert_same_plan(load_plan(stored), small_plan())


def test_index_names_codes_and_empty_text_survive(stored):
    plan = load_plan(stored)
    assert plan.grids.index.name == "grid_code"
    assert plan.assignments.index.name is None
    assert plan.people.loc["001", "name"] == "张三"
    assert plan.patches.loc["p0", "record"] == "000"
    assert plan.patches.loc["p0", "name"] == ""
    assert plan.versions["note"].isna().all()
    assert str(plan.edits["sentence"].dtype) == "str"
    assert plan.issues.geometry.iloc[1] is None


@settings(max_examples=8, deadline=None)
@given(
    texts=st.lists(
        st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
        min_size=3,
        max_size=3,
    ),
    numbers=st.lists(st.integers(-(2**63), 2**63 - 1), min_size=3, max_size=3),
    sizes=st.lists(st.floats(allow_infinity=False), min_size=3, max_size=3),
)
def test_any_text_and_number_survives(tmp_path_factory, texts, numbers, sizes):
    path = tmp_path_factory.mktemp("store") / "t.gridmap.gpkg"
    notes = pd.DataFrame(
        {"note": pd.Series(texts, dtype="str"), "number": numbers, "size": sizes},
        index=pd.Index(["007", "-", "甲"], name="数"),
    )
    patches = small_plan().patches.head(3).assign(**notes.set_axis(["p0", "p1", "p2"]))
    save_plan(small_plan().with_tables(versions=notes, patches=patches), path)
    back = load_plan(path)
    assert_frame_equal(back.versions, notes)
    assert_geodataframe_equal(back.patches, patches[back.patches.columns])


def test_empty_tables_keep_their_columns(tmp_path):
    plan = small_plan()
    empty = {name: getattr(plan, name).head(0) for name in (*TABLES, *LAYERS)}
    plan = plan.with_tables(**empty)
    save_plan(plan, tmp_path / "t.gpkg")
    assert_same_plan(load_plan(tmp_path / "t.gpkg"), plan)


def test_grids_of_many_parts_and_holes_survive(tmp_path):
    plan = small_plan()
    shapes = plan.grids.geometry.to_numpy().copy()
    shapes[3] = shapes[3].difference(shapes[3].centroid.buffer(30))
    shapes[4] = shapely.union(shapes[4], shapely.box(0, 0, 1, 1))
    plan = plan.with_tables(grids=plan.grids.set_geometry(shapes, crs=plan.crs))
    save_plan(plan, tmp_path / "t.gpkg")
    assert_same_plan(load_plan(tmp_path / "t.gpkg"), plan)


def test_the_same_plan_gives_the_same_bytes_and_a_loaded_one_too(stored, tmp_path):
    save_plan(load_plan(stored), tmp_path / "again.gpkg")
    assert (tmp_path / "again.gpkg").read_bytes() == stored.read_bytes()


def test_a_plan_bears_its_day_and_no_clock_of_others_is_set_for_that(tmp_path, monkeypatch):
    def refuse(options):
        raise AssertionError(f"others in this process would have {options} too")

    monkeypatch.setattr(pyogrio, "set_gdal_config_options", refuse)
    save_plan(small_plan(), tmp_path / "t.gpkg")
    with closing(sqlite3.connect(tmp_path / "t.gpkg")) as base:
        found = {row[0] for row in base.execute("SELECT last_change FROM gpkg_contents")}
    assert found == {f"{small_plan().rules.town.valid_from}T00:00:00.000Z"}


def test_any_gis_lists_all_tables(stored):
    wanted = {*TABLES, *LAYERS, "rules", "receipt", "frame_columns", "digests"}
    assert set(fiona.listlayers(stored)) == wanted
    assert set(gpd.list_layers(stored)["name"]) == wanted
    with fiona.open(stored, layer="grids") as layer:
        assert layer.crs.to_epsg() == 4547
        assert layer.schema["geometry"] == "MultiPolygon"
        assert next(iter(layer)).properties["grid_code"] == "T"
    with closing(sqlite3.connect(stored)) as base:
        # GeoPackage 1.3: programs of offices warn of what is newer.
        assert base.execute("PRAGMA user_version").fetchone() == (10_300,)


def test_a_town_of_13000_patches_is_saved_and_loaded_quickly(tmp_path):
    plan = small_plan()
    many = pd.concat([plan.patches] * 1640)
    many.index = pd.Index([f"P{number:05d}" for number in range(len(many))], name="patch_id")
    plan = plan.with_tables(patches=many)
    start = time.process_time()
    save_plan(plan, tmp_path / "t.gpkg")
    saved = time.process_time()
    load_plan(tmp_path / "t.gpkg")
    assert saved - start < 2.0  # of the processor, as test machines are busy; about 0.5
    assert time.process_time() - saved < 2.0


def test_a_plan_is_not_overwritten_without_being_told(stored):
    before = stored.read_bytes()
    with pytest.raises(UsageError, match="exists already"):
        save_plan(small_plan().with_tables(receipt={}), stored)
    assert stored.read_bytes() == before
    save_plan(small_plan().with_tables(receipt={}), stored, overwrite=True)
    assert load_plan(stored).receipt == {}
    assert os.listdir(stored.parent) == [stored.name]


def test_a_name_without_the_ending_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"'.*plan\.db' does not end with \.gpkg.*town\.gridmap"):
        save_plan(small_plan(), tmp_path / "plan.db")
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows allows none of these signs")
def test_odd_names_of_files_and_folders_are_no_hindrance(tmp_path):
    folder = tmp_path / "郑庵 #1?%20&mode=rw"
    folder.mkdir()
    save_plan(small_plan(), folder / "a b#?%41.gpkg")
    assert_same_plan(load_plan(folder / "a b#?%41.gpkg"), small_plan())
    assert os.listdir(folder) == ["a b#?%41.gpkg"]


def test_a_frame_that_breaks_its_contract_is_our_bug_and_leaves_nothing(tmp_path):
    plan = small_plan()
    with pytest.raises(TypeError, match="'patches' lacks the columns"):
        save_plan(
            plan.with_tables(patches=plan.patches.drop(columns="load_h")), tmp_path / "t.gpkg"
        )
    dated = plan.versions.assign(day=pd.Timestamp("2026-01-01"))
    with pytest.raises(TypeError, match=r"versions\.day has dtype datetime64"):
        save_plan(plan.with_tables(versions=dated), tmp_path / "t.gpkg")
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="needs the limits of POSIX")
def test_a_full_disk_leaves_the_old_plan_wherever_it_strikes(stored):
    whole = stored.stat().st_size
    # Limits from almost nothing to one page short: each strikes at another step of the writing.
    script = (
        "import resource, sys; from small_plan import small_plan\n"
        "from gridmap.store import save_plan\n"
        "for limit in map(int, sys.argv[2:]):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))\n"
        "    try: save_plan(small_plan(), sys.argv[1], overwrite=True); print('written')\n"
        "    except Exception as error: print(type(error).__name__, error)"
    )
    before = stored.read_bytes()
    limits = [*range(1000, whole, whole // 12), whole - 1, whole]
    paths = (ROOT, TESTS, TESTS / "support/worlds")
    done = subprocess.run(
        [sys.executable, "-c", script, stored, *map(str, limits)],
        cwd=ROOT,
        env=os.environ
        | {
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
            "PYTHONDONTWRITEBYTECODE": "1",
        },  # it would be cut short, too
        capture_output=True,
        text=True,
        check=True,
    )
    answers = done.stdout.splitlines()
    assert len(answers) == len(limits)
    for answer in answers[:-1]:
        assert answer.startswith(f"LayerFileError Cannot write '{stored}': the disk is full")
    assert answers[-1] == "written"  # the disk has room again
    assert stored.read_bytes() == before
    assert os.listdir(stored.parent) == [stored.name]
    assert done.stderr == ""


def test_rows_that_the_file_library_lost_without_a_word_are_noticed(tmp_path, monkeypatch):
    write = pyogrio.write_dataframe
    monkeypatch.setattr(
        pyogrio, "write_dataframe", lambda frame, *args, **more: write(frame[:1], *args, **more)
    )
    with pytest.raises(LayerFileError, match="1 of 8 rows of patches"):
        save_plan(small_plan(), tmp_path / "t.gpkg")
    assert os.listdir(tmp_path) == []


def test_a_missing_plan_and_a_folder_are_named(tmp_path):
    with pytest.raises(LayerFileError, match=r"a\.gpkg' does not exist\. Give a file"):
        load_plan(tmp_path / "a.gpkg")
    with pytest.raises(LayerFileError, match="is a folder"):
        load_plan(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + bytes(200)])
def test_a_file_that_is_no_plan_is_refused(tmp_path, content):
    path = tmp_path / "t.gpkg"
    path.write_bytes(content)
    with pytest.raises(LayerFileError, match="not a plan"):
        load_plan(path)
    assert path.read_bytes() == content


def test_another_geopackage_is_refused(tmp_path):
    small_plan().grids.to_file(tmp_path / "grids.gpkg", layer="grids")
    with pytest.raises(LayerFileError, match="not a plan of gridmap: it has no table 'receipt'"):
        load_plan(tmp_path / "grids.gpkg")


def test_a_plan_cut_short_is_refused(stored):
    content = stored.read_bytes()
    for part in (2, 3, 5, 8):
        stored.write_bytes(content[: len(content) * (part - 1) // part])
        with pytest.raises(LayerFileError, match="cannot be read"):
            load_plan(stored)


def test_a_file_with_damaged_bytes_is_refused_or_read_but_never_a_crash(stored):
    content = stored.read_bytes()
    rng = np.random.default_rng(1)
    used = np.flatnonzero(np.frombuffer(content, dtype=np.uint8))
    refused = 0
    for _ in range(40):
        damaged = bytearray(content)
        for place in rng.choice(used, rng.choice([1, 20, 300])):
            damaged[place] = rng.integers(256)
        stored.write_bytes(damaged)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the file library, on what it skips
            try:
                load_plan(stored)
            except GridmapError:
                refused += 1
    assert refused > 10


def test_empty_texts_that_a_gis_turned_into_none_are_empty_again(stored):
    change(
        stored,
        "UPDATE people SET phone = NULL WHERE phone = ''",
        "UPDATE posts SET duties = NULL",
    )
    assert_same_plan(load_plan(stored), small_plan())


def test_a_value_that_does_not_fit_its_column_is_refused(stored):
    change(stored, "UPDATE posts SET number = NULL")
    with pytest.raises(LayerFileError, match="cannot be read"):
        load_plan(stored)


def test_a_plan_whose_rules_are_gone_is_refused(stored):
    change(stored, "DELETE FROM rules")
    with pytest.raises(PlanChangedError, match=r"outside gridmap: .* rules \(file, row, text\)"):
        load_plan(stored)


def test_every_refusal_is_told_in_chinese_too(stored):
    for statement in (
        "UPDATE people SET name = 'X'",
        "UPDATE receipt SET value = '5' WHERE key = 'store_format'",
        "UPDATE receipt SET value = 'x' WHERE key = 'store_format'",
        "ALTER TABLE people DROP COLUMN skills",
        "DROP TABLE posts",
        "DROP TABLE receipt",
    ):
        change(stored, statement)
        with pytest.raises(LayerFileError) as caught:
            load_plan(stored)
        assert caught.value.zh.endswith("。")
        assert stored.name in caught.value.zh


def test_a_missing_table_is_named(stored):
    change(stored, "DROP TABLE posts", "DROP TABLE people")
    with pytest.raises(LayerFileError, match="lacks the tables 'people', 'posts'"):
        load_plan(stored)


def test_a_missing_column_is_named(stored):
    change(stored, "ALTER TABLE people DROP COLUMN skills")
    with pytest.raises(LayerFileError, match=r"The table 'people' of .* lacks 'skills'"):
        load_plan(stored)


def test_a_plan_of_a_newer_gridmap_is_refused(stored):
    change(stored, "DROP TABLE digests")  # which would tell that somebody changed the number
    change(stored, "UPDATE receipt SET value = '5' WHERE key = 'store_format'")
    with pytest.raises(LayerFileError, match="newer gridmap: format 5, this one reads up to 4"):
        load_plan(stored)
    change(stored, "UPDATE receipt SET value = 'x' WHERE key = 'store_format'")
    with pytest.raises(LayerFileError, match="receipt has no 'store_format'"):
        load_plan(stored)


def test_loading_never_changes_the_file_nor_its_folder(stored):
    before = stored.read_bytes(), stored.stat().st_mtime_ns
    load_plan(stored)
    assert (stored.read_bytes(), stored.stat().st_mtime_ns) == before
    assert os.listdir(stored.parent) == [stored.name]


@pytest.mark.parametrize("byte_order", [0, 1])
def test_polygons_that_another_program_wrote_are_read_as_they_were(stored, byte_order):
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'grids'"
    with closing(sqlite3.connect(stored)) as base:
        for (name,) in base.execute(triggers).fetchall():  # they call functions of the library
            base.execute(f'DROP TRIGGER "{name}"')
        for fid, geom in base.execute("SELECT fid, geom FROM grids").fetchall():
            header, shape = geom[:40], shapely.from_wkb(geom[40:])
            changed = header + shapely.to_wkb(shape, byte_order=byte_order)
            base.execute("UPDATE grids SET geom = ? WHERE fid = ?", (changed, fid))
        base.commit()
    assert_same_plan(load_plan(stored), small_plan())


def test_a_plan_of_an_earlier_version_without_dates_or_digests_is_read(stored):
    change(
        stored,
        "DROP TABLE digests",
        "UPDATE receipt SET value = '1' WHERE key = 'store_format'",
        "ALTER TABLE patches DROP COLUMN date",
        "DELETE FROM frame_columns WHERE table_name = 'patches' AND column_name = 'date'",
    )
    plan = load_plan(stored)
    told = plan.issues["rule"] == "STORE-1"  # what a plan of that format lacks
    assert told.sum() == 1
    issues = plan.issues[~told].rename_axis(small_plan().issues.index.name)
    assert_same_plan(plan.with_tables(issues=issues), small_plan())
