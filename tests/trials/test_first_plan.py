"""The first plan of a town: whatever is asked, it ends in a plan, and says what is not as asked."""

from dataclasses import replace

import drawn_town
import pytest
import shapely

from gridmap.first_town.division import drop_division, keep_division, read_division, say_how
from gridmap.rules import load_rules
from gridmap.store import load_plan
from gridmap.trials.first_plan import make_first_plan, read_first_plan
from gridmap.workflow.time_left import seconds_left
from layers.contract.errors import LayerFileError


@pytest.fixture
def places(tmp_path):
    store = tmp_path / "out" / ".trials"
    store.mkdir(parents=True)
    return drawn_town.write_town(tmp_path / "town"), store, tmp_path / "out" / "a.gridmap.gpkg"


@pytest.mark.parametrize(
    # The fewest that kinds and grids allow, and the most that the patches do.
    ("target", "nearest", "why"), [(2, 16, "2 个微网格不够"), (500, 30, "500")],
)  # fmt: skip
def test_a_number_that_is_impossible_becomes_the_nearest_in_plan_and_rules(
    places, target, nearest, why
):
    town, store, place = places
    rules = town / "rules.toml"
    text = rules.read_text("utf-8")
    rules.write_text(text + f"\n[split]\ntarget = {target}\neffort = 'fast'\n", "utf-8")
    shares = []
    made = make_first_plan(
        town, store, place, tell=lambda _step, share: shares.append(share), keep=None
    )
    assert (made.asked, made.made) == (target, nearest)
    assert why in made.reasons[0].zh
    assert load_rules(rules).split.target == nearest
    plan = load_plan(place)
    assert len(plan.micro_grids) == nearest
    assert plan.rules_text == rules.read_text("utf-8")
    assert shares == sorted(shares)
    assert read_first_plan(store) == made
    place.unlink()
    assert read_first_plan(store) is None


@pytest.mark.parametrize(
    ("share", "elapsed", "low", "high"),
    [(0.0, 0.0, 20, 20), (0.0, 12.0, 8, 8), (0.0, 100.0, 4, 4), (0.5, 30.0, 15, 30),
     (0.9, 90.0, 9, 10.5), (1.0, 50.0, 1, 1), (2.0, 5.0, 1, 1)],
)  # fmt: skip
def test_the_time_left_goes_from_experience_to_the_pace_of_the_work(share, elapsed, low, high):
    assert low <= seconds_left(share, elapsed) <= high


def halves(folder, name):
    """Draw a western and an eastern grid in every lowest grid of the drawn town, one beyond it."""
    grids = drawn_town.draw_hierarchy()
    lowest = grids[grids["level"] == grids["level"].max()].reset_index(drop=True)
    shapes, codes = [], []
    for number, (west, south, east, north) in enumerate(lowest.bounds.to_numpy()):
        middle = west + drawn_town.SIDE * round((east - west) / drawn_town.SIDE / 2)
        beyond = 100.0 if number == 0 else 0.0
        for at, (low, high) in enumerate(((west - beyond, middle), (middle, east))):
            shapes.append(shapely.box(low, south, high, north))
            codes.append(f"ZW-{number}{'ab'[at]}")
    frame = lowest.iloc[[0] * len(codes)][["geometry"]].set_geometry(shapes).reset_index(drop=True)
    frame["编号"], frame["片名"] = codes, [f"片{code}" for code in codes]
    path = folder / name
    frame.to_file(path)
    return [(one.name, one.read_bytes()) for one in sorted(folder.glob(f"{path.stem}.*"))]


@pytest.mark.parametrize("name", ["网格.shp", "网格.geojson"])
def test_a_town_with_grids_of_another_system_gets_its_first_plan_of_them(places, tmp_path, name):
    town, store, place = places
    rules = town / "rules.toml"
    rules.write_text(rules.read_text("utf-8") + "\n[split]\ntarget = 500\n", "utf-8")
    (tmp_path / "theirs").mkdir()
    files = halves(tmp_path / "theirs", name)
    kept = keep_division(town, files)
    columns = {"code": "编号", "name": "片名"}
    say_how(town, replace(kept, columns=columns))

    made = make_first_plan(
        town, store, place, tell=lambda _step, _share: None, keep=None, who="王五"
    )

    plan = load_plan(place)
    assert made.taken is not None
    assert made.taken.grids == 8
    assert made.made == len(plan.micro_grids)
    theirs = {f"ZW-{number}{half}" for number in range(4) for half in "ab"}
    assert set(plan.micro_grids["source_code"]) >= theirs
    assert set(plan.micro_grids["label"]) >= {f"片{code}" for code in theirs}
    assert made.taken.totals["outside_m2"] > 0
    assert any("范围外" in one.zh for one in made.taken.faults)
    assert made.report is not None
    assert made.report.read_bytes()[:2] == b"PK"
    assert load_rules(rules).split.target is None  # how many there are is what the file says
    assert plan.edits.empty
    assert read_first_plan(store) == made


def test_boundaries_that_are_taken_away_leave_nothing(places, tmp_path):
    town = places[0]
    before = sorted(one.name for one in town.iterdir())
    (tmp_path / "theirs").mkdir()
    made = keep_division(town, halves(tmp_path / "theirs", "网格.geojson"))
    assert read_division(town) == made
    keep_division(town, [("../别的.geojson", b"{}")])  # takes its place, and stays in the folder
    assert {one.name for one in made.path.parent.iterdir()} == {"how.json", "别的.geojson"}
    with pytest.raises(LayerFileError, match=r"^None of "):
        keep_division(town, [("干部.xlsx", b"PK")])
    (made.path.parent / "how.json").write_text("[]", "utf-8")
    assert read_division(town) is None
    drop_division(town)
    drop_division(town)
    assert sorted(one.name for one in town.iterdir()) == before
