"""The map of all micro-grids of a city, drawn from the vector tiles of its catalogue.

    show_tile_map("city-tiles", tiles_of(catalogue, seen), say, to_town=open_town)

Tiles come from this server at an address of the session, with the towns that `seen` leaves at that
moment. What is near is read when it is looked at, so that a province opens like a town.
"""

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any, Literal, get_args

import streamlit as st

from gridmap.city.tiles import CityTiles, has_tiles
from gridmap.maps.colours import dark_of
from gridmap.maps.leaflet import component_script
from gridmap.maps.legend import CATEGORY_LOOKS, EXCLUSIVE, LOAD_STEPS, load_looks
from gridmap.ui.basemap.tile_route import publish_tiles
from gridmap.ui.shell import guard
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.streamlit_private import session_id
from gridmap.ui.theme.map_style import map_style
from gridmap.words import LANGUAGES

__all__ = ["Colour", "map_parts", "map_values", "show_tile_map", "tiles_of"]

HERE = Path(__file__).parent
Colour = Literal["kind", "load", "over"]
OVER_ENDS = (0.0, 0.1, 0.25, 0.5)  # share of micro-grids over capacity
OVER_FILLS = ("#e4ebdd", "#f3d9a6", "#eda86f", "#d56a4f", "#8f1d24")
KINDS = (*CATEGORY_LOOKS, EXCLUSIVE)
MARKUP = '<div class="tiles"><div class="tiles-map"></div></div>'
SCRIPTS = ("vector_tile.js", "tile_map.js")
VACANT = "#8a8078"  # load, and no officer


def map_parts() -> tuple[str, str, str]:
    """Give markup, style and script of the map."""
    style = map_style() + (HERE / "tile_map.css").read_text(encoding="utf-8")
    return MARKUP, style, component_script(*(HERE / name for name in SCRIPTS))


_HTML, _CSS, _JS = map_parts()
_MAP = st.components.v2.component("gridmap_tile_map", html=_HTML, css=_CSS, js=_JS)


def tiles_of(
    catalogue: Path, seen: Callable[[Sequence[str]], Sequence[str]] = lambda towns: towns
) -> CityTiles | None:
    """Give the tiles of a city; None where there are none yet.

    Parameters
    ----------
    catalogue
        Folder of the catalogue of a city.
    seen
        Gives, of towns by their folders, those that may be seen; asked for every tile.
    """
    return CityTiles(catalogue, seen) if has_tiles(catalogue) else None


def show_tile_map(
    key: str,
    tiles: CityTiles,
    say: Translator,
    *,
    to_town: Callable[[str], None] | None = None,
    bounds: Sequence[float] | None = None,
) -> None:
    """Show the map with its legend and the choice of its colours.

    Parameters
    ----------
    key
        Of the widgets.
    tiles
        What `tiles_of` gives.
    say
        Words.
    to_town
        Called with the folder of a town that is to be opened, which a browser sent, so check it.
        None: no way leads there.
    bounds
        West, south, east and north of what is looked at; all that may be seen where not given. The
        view stays as long as they are the same.
    """
    by = st.segmented_control(
        say("city.map.colour"),
        get_args(Colour),
        default="kind",
        required=True,
        format_func=lambda name: say(f"city.map.by_{name}"),
        key=f"{key}-by-{say.language}",
    )
    colour: Colour = by or "kind"
    st.html(_legend(_view(colour, tiles.kinds, say)))

    def chosen() -> None:
        town = getattr(st.session_state.get(key), "town", None)
        if isinstance(town, str) and to_town is not None:
            to_town(town)

    data = map_values(tiles, colour, say, opens=to_town is not None, bounds=bounds)
    url = publish_tiles(tiles, f"city\n{tiles.folder}\n{tiles.mark}", session_id())
    _MAP(key=key, data=data | {"url": url}, on_town_change=guard.callback(chosen))


def map_values(
    tiles: CityTiles,
    colour: Colour,
    say: Translator,
    *,
    opens: bool,
    bounds: Sequence[float] | None = None,
) -> dict[str, Any]:
    """Give what the map takes, but the address of its tiles.

    Parameters
    ----------
    tiles, say, bounds
        As in `show_tile_map`.
    colour
        What shapes are coloured by.
    opens
        Whether a way leads into a town.
    """
    facts = tiles.facts
    return {
        "least": facts.least_zoom,
        "most": facts.most_zoom,
        "bounds": list(bounds or facts.bounds),
        "view": _view(colour, tiles.kinds, say),
        "label": say("city.map.label"),
        "words": _words(say, opens=opens),
    }


def _view(colour: Colour, kinds: frozenset[str], say: Translator) -> dict[str, Any]:
    """Give the classes of a view: how a shape gets its class, names and colours, light and dark."""
    place = LANGUAGES.index(say.language)
    if colour == "kind":
        looks = [look for look in KINDS if look.key in kinds]
        return {
            "by": colour,
            "keys": [look.key for look in looks],
            "names": [(look.zh, look.en)[place] for look in looks],
            "fills": [(look.colour, look.dark) for look in looks],
        }
    if colour == "over":
        shares = [f"{end:.0%}" for end in OVER_ENDS]
        names = [say("city.map.none_over"), *(f"≤ {share}" for share in shares[1:])]
        names.append(f"> {shares[-1]}")
        fills = [(fill, dark_of(fill)) for fill in OVER_FILLS]
        return {"by": colour, "ends": OVER_ENDS, "names": names, "fills": fills}
    ends = [f"{end:.0%}" for end in LOAD_STEPS]
    names = [*(f"≤ {end}" for end in ends), f"> {ends[-1]}", say("city.map.vacant")]
    fills = [(look.colour, look.dark) for look in load_looks(1.0)]
    fills.append((VACANT, dark_of(VACANT)))
    return {"by": colour, "ends": LOAD_STEPS, "names": names, "fills": fills}


def _legend(view: dict[str, Any]) -> str:
    parts = (
        f'<span><i style="--light:{light};--dark:{dark}"></i>{escape(name)}</span>'
        for name, (light, dark) in zip(view["names"], view["fills"], strict=True)
    )
    return f'<div class="city-legend">{"".join(parts)}</div>'


def _words(say: Translator, *, opens: bool) -> dict[str, Any]:
    place = LANGUAGES.index(say.language)
    keys = ("town", "code", "kind", "load", "officers", "grids", "over")
    return {
        **{key: say(f"city.map.{key}") for key in keys},
        "open": say("city.map.open") if opens else "",
        "kinds": {look.key: (look.zh, look.en)[place] for look in KINDS},
        "language": say.language,
        "zoom_in": say("data.zoom_in"),
        "zoom_out": say("data.zoom_out"),
    }
