"""The map of a cadre's grid as a part of a page: it draws a view, and the way to the own grid.

What it draws and with which scripts is `gridmap.phone.own_map`; a place is sent only when somebody
disputes the border there.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from gridmap.access.view import CadreView, GridView
from gridmap.phone.own_map import Place, map_data, map_script, own_asset
from gridmap.ui.shell import guard
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.theme.map_style import map_style

__all__ = ["show_map"]

_MAP = st.components.v2.component(
    "gridmap_my_grid",
    html=own_asset("own_map.html"),
    css=map_style() + own_asset("own_map.css"),
    js=map_script() + "\n" + Path(__file__).with_name("grid_map.js").read_text(encoding="utf-8"),
)


def show_map(
    view: CadreView, grid: GridView, place: Place | None, say: Translator,
    on_place: Callable[[Any], None], *, basemap: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Show a grid of a view, and tell the place where somebody disputes the border.

    Parameters
    ----------
    view, grid
        What the cadre may see, and the grid that is open.
    place
        The place of the dispute that is being written.
    on_place
        Called with a place for a dispute; it is what a browser sent, so check it.
    basemap
        A picture under the grid; None for none.
    """
    key = "my-grid-map"

    def chosen() -> None:
        on_place(getattr(st.session_state.get(key), "place", None))

    _MAP(
        key=key,
        data=map_data(view, grid, place, say.language) | {"basemap": basemap},
        on_place_change=guard.callback(chosen),
    )
