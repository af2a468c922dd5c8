"""Several hundred spoiled files: each ends in a clean read or in an error of our own.

No warning, no traceback, nothing that takes long, and no row lost without a word.
"""

import os
import time
from pathlib import Path

import geopandas as gpd
import pytest
import spoiled_files
from shapely import box

from layers.contract.errors import GridmapError, Named
from layers.inspect.file import inspect_file
from layers.landuse.ground import read_ground_and_issues
from layers.location.placing import place
from layers.reading.features import Declared, Reading, read_features

CASES = 800
CHUNKS = 20
INSPECTED = 6
# A case takes some milliseconds on a free machine. Work counts, and beyond that the clock: on a
# busy machine a process of its own may have to wait for its turn.
MAX_SECONDS = 10.0
MAX_WAIT = 300.0
WORK = "EPSG:4547"


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return spoiled_files.good_files(tmp_path_factory.mktemp("good"))


def try_reading(path):
    """Read and place a file; give the reading, or the words of the error."""
    try:
        reading = read_features(path)
    except GridmapError as error:
        return str(error)
    try:
        place(reading, crs=WORK, what=Named(f"Layer {path.name!r}", "图层"), declared=Declared())
    except GridmapError as error:
        return str(error)
    return reading


def work_done():
    """Give the seconds of work of this process and of those that it has waited for."""
    return sum(os.times()[:4])


def test_the_good_files_are_good(good, tmp_path):
    drawn = [path for path in good if len(path.stem) == 1]
    assert len(drawn) >= 22
    for path in drawn:
        assert isinstance(read_features(path), Reading), path.name


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_spoiled_file_ends_in_a_reading_or_in_words(good, tmp_path, chunk):
    for case in range(chunk, CASES, CHUNKS):
        folder = tmp_path / str(case)
        folder.mkdir()
        path = spoiled_files.spoil(good, folder, case)
        started, worked = time.perf_counter(), work_done()
        answer = try_reading(path)
        assert work_done() - worked < MAX_SECONDS, (case, path.name)
        assert time.perf_counter() - started < MAX_WAIT, (case, path.name)
        if isinstance(answer, str):
            assert path.name in answer, (case, answer)
            assert answer.endswith("."), (case, answer)
            assert str(folder) not in answer or "There is no file" in answer, (case, answer)
            assert answer.replace("\n", "").isprintable(), (case, answer)
        else:
            assert len(answer.frame) > 0


def test_spoiled_files_can_be_inspected(good, tmp_path):
    for case in range(CASES, CASES + INSPECTED * 10):
        folder = tmp_path / str(case)
        folder.mkdir()
        path = spoiled_files.spoil(good, folder, case)
        try:
            found = inspect_file(path)
        except GridmapError:
            continue
        assert found.layers or found.faults, (case, path.name)


@pytest.mark.parametrize("ending", ["shp", "fgb", "geojson", "gpkg", "dbf"])
@pytest.mark.parametrize("share", [0.1, 0.35, 0.6, 0.8, 0.95, 0.99])
def test_of_a_file_cut_short_every_row_is_read_or_named(tmp_path, ending, share):
    count = 60
    shapes = [box(513_000 + 10 * i, 3_838_000, 513_010 + 10 * i, 3_838_010) for i in range(count)]
    layer = gpd.GeoDataFrame({"BSM": [f"{i:03d}" for i in range(count)]}, geometry=shapes, crs=WORK)
    path = tmp_path / f"a.{'shp' if ending == 'dbf' else ending}"
    layer.to_file(path)
    cut = Path(tmp_path / f"a.{ending}")
    raw = cut.read_bytes()
    cut.write_bytes(raw[: int(len(raw) * share)])
    try:
        ground, issues = read_ground_and_issues(
            path, crs=WORK, category="farmland", record_column="BSM"
        )
    except GridmapError as error:
        answer = str(error)
    else:
        answer = ""
    if answer:
        assert path.name in answer
        return
    lost = issues[issues["rule"].isin(["READ-1", "READ-6"])]
    several = lost["message"].str.extract(r"^(\d+) faults alike", expand=False)
    rows = int(several.fillna("1").astype(int).sum())
    named = set(lost["other_code"])
    if ending == "dbf":
        assert len(ground) == count
        assert (ground["record"] == "").sum() == rows > 0
    else:
        assert len(ground) + rows == count
        assert len(named) == len(lost) or named <= set(layer["BSM"])
