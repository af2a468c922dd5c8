"""What stations reach: sums by hand on the small drawn plan, and what holds for any stations."""

import json
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from small_plan import CRS, EAST, NORTH, small_plan
from station_town import road_context, station_objects

from gridmap.stations.circles import circles_bytes, reached_ground, station_circles, town_outline
from gridmap.stations.demand import demand_places, people_of_patches
from gridmap.stations.figures import MEASURES, MODES, station_service
from gridmap.stations.tables import notes_of, proposals_shown, totals_shown
from gridmap.versions.boundaries import boundary_files
from gridmap.workflow.departments import context_of

ROAD = [("street", [(0, 0), (400, 0)]), ("street", [(200, 0), (200, 200)])]


def town(*places, roads=(), street=0, population=None):
    plan = small_plan()
    grids = plan.grids
    if population is not None:
        grids = grids.assign(population=0.0)
        for code, people in population.items():
            grids.loc[code, "population"] = people
    return plan.with_tables(
        objects=station_objects(*places, street=street),
        context=road_context(list(roads)) if roads else plan.context,
        grids=grids,
    )


def test_without_roads_the_circle_is_a_disc_of_the_straight_line() -> None:
    service = station_service(town((200, 100)), minutes=1)  # 83 m on foot, 64 m as the crow flies

    assert service.road_km == 0
    radius = service.reach_m["walk"] / 1.3
    assert service.totals.at["walk", "area_m2_in"] == pytest.approx(np.pi * radius**2, rel=0.05)
    assert "straight line times 1.3" in " ".join(notes_of(service, town(), "en"))


def test_along_a_road_a_station_reaches_further_than_across_the_fields() -> None:
    service = station_service(town((0, 0), roads=ROAD), minutes=2)  # 167 m on foot

    reached = service.places[np.isfinite(service.places["walk_m"])]
    assert reached["x"].max() - EAST == pytest.approx(160, abs=10)  # on the road
    assert reached["y"].max() - NORTH < 140  # the road turns north at 200 m only
    assert service.road_km == pytest.approx(0.6)


def test_in_reach_and_out_of_it_make_the_town_in_every_measure() -> None:
    service = station_service(town((100, 100), population={"T": 75}), minutes=2)

    patches = small_plan().patches
    for mode in MODES:
        row = service.totals.loc[mode]
        assert row["area_m2"] == pytest.approx(patches["area_m2"].sum())
        assert row["households"] == pytest.approx(patches["households"].sum())
        assert row["people"] == pytest.approx(75)
        for key in MEASURES:
            assert row[f"{key}_in"] + row[f"{key}_out"] == pytest.approx(row[key])
            by_grid = service.grids.loc[["W", "E"], f"{mode}_{key}_out"].sum()
            assert by_grid == pytest.approx(row[f"{key}_out"])


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.5, 5), st.floats(1, 3))
def test_more_minutes_never_reach_less_and_sums_always_hold(seed, minutes, factor) -> None:
    random = np.random.default_rng(seed)
    spots = [tuple(random.uniform((-20, -20), (420, 220))) for _ in range(random.integers(0, 4))]
    plan = town(*spots, roads=ROAD if random.random() < 0.5 else ())

    few, many = (station_service(plan, minutes=one) for one in (minutes, minutes * factor))

    for mode in MODES:
        near, far = (np.isfinite(one.places[f"{mode}_m"]) for one in (few, many))
        assert not (near & ~far).any()
        for service in (few, many):
            row = service.totals.loc[mode]
            assert row["area_m2_in"] + row["area_m2_out"] == pytest.approx(row["area_m2"])
        outline = town_outline(plan)
        wide, narrow = (reached_ground(one, mode, outline) for one in (many, few))
        assert narrow.difference(wide).area < 0.01


def test_people_come_from_the_deepest_grid_that_gives_them() -> None:
    plan = town(population={"T": 999, "W": 50})

    people = people_of_patches(plan)

    # All 12.5 households lie on p2 of the west, which has 50 people.
    assert people[2] == pytest.approx(50)
    assert people.sum() == pytest.approx(50)


def test_a_town_without_population_counts_households() -> None:
    service = station_service(town((100, 100)))

    assert service.measure == "households"
    assert service.totals["people"].isna().all()
    assert "households are counted" in " ".join(notes_of(service, town(), "en"))


def test_every_patch_has_a_place_even_one_smaller_than_a_cell() -> None:
    plan = small_plan()
    patches = plan.patches.copy()
    patches.loc["p0", "geometry"] = shapely.box(EAST + 1, NORTH + 1, EAST + 2, NORTH + 2)

    places, _ = demand_places(plan.with_tables(patches=patches))

    assert set(places["patch"]) == set(range(len(patches)))
    assert places["area_m2"].sum() == pytest.approx(patches["area_m2"].sum())


def test_gaps_name_the_lowest_grids_with_people_out_of_reach() -> None:
    plan = town((390, 10))  # at the far end of the park in the east

    gaps = station_service(plan, minutes=1).gaps("walk", plan.grids)

    assert gaps.index.tolist() == ["W02"]  # where all households are
    assert gaps["walk_households_out"].tolist() == [pytest.approx(12.5)]


def test_the_next_station_stands_where_people_are_out_of_reach() -> None:
    plan = town((390, 10), roads=ROAD)

    service = station_service(plan, minutes=4)  # 333 m on foot: none of them is reached

    first = service.proposals.iloc[0]
    assert first["mode"] == "walk"
    assert first["gain"] == pytest.approx(12.5)  # everybody
    spot = shapely.Point(first["x"], first["y"])
    assert spot.distance(plan.patches.geometry["p2"]) <= 333
    assert proposals_shown(service, plan, "zh")["次序"].tolist()[0] == 1


def test_no_station_means_that_everything_is_out_of_reach() -> None:
    service = station_service(town())

    assert service.totals["area_m2_in"].tolist() == [0, 0]
    assert totals_shown(service, "zh")["圈内"].iloc[0] == "0"


def test_stations_without_a_place_are_named_and_those_at_streets_counted() -> None:
    plan = town((100, 100), None, (120, 100), street=1)

    service = station_service(plan)

    assert service.unplaced == ("stations:1",)
    assert len(service.stations) == 2
    notes = notes_of(service, plan, "en")
    assert notes[0] == "Stations: 2, of them at streets 1"
    assert "stations:1" in notes[1]


def test_circles_are_geojson_in_degrees_and_hold_what_the_figures_say() -> None:
    plan = town((100, 100), (300, 100), roads=ROAD)
    service = station_service(plan, minutes=1)

    written = json.loads(circles_bytes(service, plan, "walk"))

    one, two = written["features"]
    assert one["id"] == "stations:0"
    assert one["properties"]["on_street"] is False
    assert one["properties"]["people"] is None  # not known, and not 0
    assert written["gridmap"]["along_roads"] is True
    lon, lat = one["geometry"]["coordinates"][0][0]
    assert 113 < lon < 115
    assert 34 < lat < 35
    circles = station_circles(service, "walk", town_outline(plan), CRS)
    assert circles.area.iloc[0] == pytest.approx(service.stations["walk_area_m2"].iloc[0], rel=0.02)
    assert two["properties"]["area_m2"] == pytest.approx(circles["area_m2"].iloc[1], abs=0.01)


def test_figures_of_stations_change_nothing_of_the_plan() -> None:
    plan = town((100, 100), roads=ROAD)
    before = boundary_files(plan).grids

    station_service(plan)

    assert boundary_files(plan).grids == before


def test_a_town_with_stations_and_no_drawn_road_keeps_the_lines_of_its_roads() -> None:
    plan = small_plan()
    line = gpd.GeoDataFrame({"name": ["中路"]}, geometry=road_context(ROAD[:1]).geometry, crs=CRS)
    town_ = SimpleNamespace(
        objects=station_objects((9, 9)), roads=line, context=plan.context.set_crs(CRS), crs=CRS
    )

    assert context_of(town_)[["kind", "class", "name"]].to_numpy().tolist() == [
        ["road", "street", "中路"]
    ]
    town_.objects = station_objects()
    assert context_of(town_) is town_.context
