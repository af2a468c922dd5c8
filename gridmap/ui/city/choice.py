"""What is looked into on the page of a city: an area, a town of it, and how the map is coloured.

It stays while other pages are open. No widget holds it: each choice counts a round, and lists that
show it carry the round in their key.
"""

import streamlit as st

from gridmap.ui.city.city_data import CityData

__all__ = ["WANTED", "choose", "chosen", "chosen_point", "round_number", "step_into"]

AREA, TOWN, ROUND = "city-area-open", "city-town-open", "city-round"
POINT = "city-point"  # longitude and latitude of a place that the map is asked for
WANTED = "city-tab-wanted"  # the tab to open in the next run


def chosen(data: CityData) -> tuple[str, str]:
    """Give the area and the town that are looked into; the whole city and "" for none."""
    area, town = (str(st.session_state.get(key, "")) for key in (AREA, TOWN))
    if area not in data.areas.index:
        area = data.top
    if town not in data.towns_in(area).index:
        town = ""
    return area, town


def choose(area: str, town: str = "", point: tuple[float, float] | None = None) -> None:
    """Look into an area or a town from the next run on, on the map; with a point, at that place."""
    st.session_state[AREA], st.session_state[TOWN] = area, town
    st.session_state[POINT] = point
    st.session_state[ROUND] = round_number() + 1
    st.session_state[WANTED] = "map"


def chosen_point() -> tuple[float, float] | None:
    """Give the place that the map is asked for; None for none."""
    point: tuple[float, float] | None = st.session_state.get(POINT)
    return point


def round_number() -> int:
    """Count the choices of this session."""
    return int(st.session_state.get(ROUND, 0))


def step_into(data: CityData, area: str, town: str) -> tuple[str, str]:
    """Give what a click on a town leads to: the area below that it lies in, in the end the town.

    Parameters
    ----------
    data
        The city.
    area
        What is looked into.
    town
        What is clicked.
    """
    chain = data.areas_of_town(town)[::-1]
    if area in chain:
        below = chain[chain.index(area) + 1 :]
        return (below[0], "") if below else (area, town)
    return (chain[0], "") if chain else (data.top, town)
