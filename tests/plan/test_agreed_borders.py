"""Ground that a town and its neighbours have agreed on moves in all levels of its grids."""

import geopandas as gpd
import pytest
import shapely
from drawn_town import CRS, EAST, NORTH, SOUTH, TOWN_CODE, WEST, draw_hierarchy, write_town
from shapely import box

from boundaries.hierarchy.consistency import check_hierarchy
from gridmap.rules import parse_rules
from gridmap.town.agreed_borders import with_agreed_borders, with_ground_moved
from layers.contract.errors import LayerSchemaError

MIDDLE_X, MIDDLE_Y = (WEST + EAST) / 2, (SOUTH + NORTH) / 2


@pytest.fixture
def grids():
    return draw_hierarchy().set_index("code")


def areas(grids):
    return shapely.area(grids.geometry.to_numpy()).round(1).tolist()


def test_given_ground_leaves_every_level_and_a_grid_without_ground_goes(grids):
    strip = box(WEST, SOUTH, EAST, SOUTH + 10)
    after = with_ground_moved(grids, "given", strip)
    assert list(after.index) == list(grids.index)
    lost = [one - two for one, two in zip(areas(grids), areas(after), strict=True)]
    width = EAST - WEST
    assert lost == pytest.approx([10 * width, 5 * width, 5 * width, 0, 5 * width, 0, 5 * width])
    assert check_hierarchy(after).empty
    corner = grids.loc[f"{TOWN_CODE}200002"].geometry
    assert f"{TOWN_CODE}200002" not in with_ground_moved(grids, "given", corner).index
    assert areas(grids)[0] == pytest.approx((EAST - WEST) * (NORTH - SOUTH))  # as it was


def test_taken_ground_is_shared_out_to_the_grids_beside_it(grids):
    strip = box(WEST, NORTH - 3, EAST, NORTH + 20)  # a part of it is the town's already
    after = with_ground_moved(grids, "taken", strip)
    assert after.geometry.iloc[0].equals(box(WEST, SOUTH, EAST, NORTH + 20))
    width = EAST - WEST
    got = [two - one for one, two in zip(areas(grids), areas(after), strict=True)]
    assert got == pytest.approx(
        [20 * width, 10 * width, 10 * width, 10 * width, 0, 10 * width, 0], abs=25
    )
    assert (check_hierarchy(after)["severity"] != "error").all()


def test_moves_are_made_in_the_order_in_which_they_were_agreed(grids, tmp_path):
    write_town(tmp_path)
    strip = box(WEST, NORTH, EAST, NORTH + 20)
    half = box(WEST, NORTH, MIDDLE_X, NORTH + 20)
    moves = gpd.GeoDataFrame(
        {"number": [2, 1], "kind": ["given", "taken"]}, geometry=[half, strip], crs=CRS
    )
    moves.to_parquet(tmp_path / "agreed.parquet")
    text = (tmp_path / "rules.toml").read_text(encoding="utf-8")
    text += '\n[agreed_borders]\nfile = "agreed.parquet"\n'
    rules = parse_rules(text)
    assert "agreed.parquet" in [entry.file for entry in rules.files]
    after, notes = with_agreed_borders(grids, tmp_path, rules)
    assert notes == []
    gained = shapely.difference(after.geometry.iloc[0], grids.geometry.iloc[0])
    assert gained.symmetric_difference(strip - half).area < 1e-3
    moves.drop(columns="kind").to_parquet(tmp_path / "agreed.parquet")
    with pytest.raises(LayerSchemaError, match="'kind'"):
        with_agreed_borders(grids, tmp_path, rules)
