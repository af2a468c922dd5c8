"""Ways along roads: worked out by hand, and what holds for any roads, stations and places."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from station_town import road_context

from gridmap.stations.roads import road_network, walkable_roads
from gridmap.stations.travel import Travel

NO_ROADS = road_network(np.array([]))
town_size = st.integers(50, 3000)


def lines(*each):
    return np.array([shapely.LineString(one) for one in each])


def ways(network, places, stations, *, detour=1.3, limit_m=np.inf):
    travel = Travel(network, np.array(places, dtype=float), detour)
    return np.vstack([found for _, found in travel.distances(np.array(stations, float),
                                                             limit_m=limit_m)])  # fmt: skip


@st.composite
def random_towns(draw):
    """Roads of a few points, stations and places, all from one seed."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = draw(town_size)
    count = draw(st.integers(0, 6))
    roads = [random.uniform(0, size, (random.integers(2, 5), 2)) for _ in range(count)]
    network = road_network(lines(*roads)) if roads else NO_ROADS
    return network, random.uniform(0, size, (40, 2)), random.uniform(0, size, (4, 2))


def test_a_way_goes_to_the_road_along_it_and_from_it_to_the_place() -> None:
    network = road_network(lines([(0, 0), (1000, 0)]))

    found = ways(network, [(1100, 0)], [(-100, 0)])  # 100 m beyond either end of the road

    assert found[0, 0] == pytest.approx(1.3 * 100 + 1000 + 1.3 * 100)


def test_a_way_turns_where_roads_cross_and_not_where_a_line_would_be_shorter() -> None:
    network = road_network(lines([(0, 0), (600, 0)], [(600, -50), (600, 800)]))

    found = ways(network, [(600, 800)], [(0, 0)])

    assert found[0, 0] == pytest.approx(1400)  # straight: 1000


def test_roads_that_do_not_meet_lead_nowhere() -> None:
    network = road_network(lines([(0, 0), (500, 0)], [(0, 300), (500, 300)]))

    # Places on the other road, whose nearest nodes are all on it.
    found = ways(network, [(250, 320)], [(250, 0)])

    assert np.isinf(found[0, 0])


def test_an_end_within_a_metre_of_a_road_meets_it() -> None:
    network = road_network(lines([(0, 0), (500, 0)], [(200, 0.4), (200, 300)]))

    assert ways(network, [(200, 300)], [(0, 0)])[0, 0] == pytest.approx(500, abs=2)


def test_without_roads_a_way_is_the_straight_line_times_the_detour() -> None:
    found = ways(NO_ROADS, [(300, 400)], [(0, 0)], detour=1.4)

    assert found[0, 0] == pytest.approx(700)


def test_a_place_beside_a_station_far_from_roads_is_reached_directly() -> None:
    network = road_network(lines([(0, 0), (1000, 0)]))

    found = ways(network, [(510, 300)], [(500, 300)])

    assert found[0, 0] == pytest.approx(13)


def test_nobody_walks_on_a_motorway() -> None:
    context = road_context([("motorway", [(0, 0), (9, 9)]), ("street", [(0, 0), (5, 0)])])

    assert [line.length for line in walkable_roads(context)] == [5.0]


@given(random_towns())
def test_no_way_is_shorter_than_the_straight_line(town) -> None:
    network, places, stations = town

    found = ways(network, places, stations, detour=1.0)

    straight = np.hypot(*(stations[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
    assert (found >= straight - 1e-6).all()


@given(random_towns(), st.floats(10, 3000), st.floats(1, 2))
def test_a_longer_time_reaches_all_that_a_shorter_one_does(town, limit_m, factor) -> None:
    network, places, stations = town

    near = np.isfinite(ways(network, places, stations, limit_m=limit_m))
    far = np.isfinite(ways(network, places, stations, limit_m=limit_m * factor))

    assert not (near & ~far).any()


@given(random_towns(), st.floats(10, 3000))
def test_the_limit_changes_no_way_within_it(town, limit_m) -> None:
    network, places, stations = town
    whole = ways(network, places, stations)

    found = ways(network, places, stations, limit_m=limit_m)

    assert np.allclose(found, np.where(whole <= limit_m, whole, np.inf))


def test_many_stations_are_measured_in_blocks_like_few(monkeypatch) -> None:
    random = np.random.default_rng(7)
    network = road_network(lines(*random.uniform(0, 900, (5, 3, 2))))
    places, stations = random.uniform(0, 900, (30, 2)), random.uniform(0, 900, (9, 2))
    whole = ways(network, places, stations)

    monkeypatch.setattr("gridmap.stations.travel.BLOCK", 1)

    assert np.array_equal(ways(network, places, stations), whole)
