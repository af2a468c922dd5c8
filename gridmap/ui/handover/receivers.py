"""How other systems want the boundaries: in which format, coordinate system and layout."""

from collections.abc import Collection
from typing import Any

import streamlit as st
from pyproj import CRS

from boundaries.export.geojson import LAYOUTS
from boundaries.export.rounding import DECIMALS, FEWEST
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.versions.formats import ENCODINGS, FORMATS, ONLY_DEGREES

__all__ = ["choose_files", "systems_of"]

WGS84, CGCS2000 = "EPSG:4326", "EPSG:4490"
# 3-degree zones of CGCS2000: by central meridian, and by number, which stands before eastings.
_FIRST_MERIDIAN, _LAST_MERIDIAN, _FIRST_ZONE = 75, 135, 25
_BY_MERIDIAN, _BY_ZONE = 4534, 4513
_WIDTH = 3


def choose_files(wanted: Collection[str], crs: CRS, say: Translator) -> dict[str, Any]:
    """Ask what the chosen kinds want to know; gives fields of an order.

    Parameters
    ----------
    wanted
        Options that the chosen kinds heed.
    crs
        Work CRS of the plan.
    say
        Words.
    """
    found: dict[str, Any] = {}
    if "formats" in wanted:
        found["formats"] = tuple(
            st.multiselect(
                say("handover.formats"), FORMATS, default=FORMATS[:1], key="handover-formats",
                format_func=lambda one: say(f"handover.format.{one}"),
                placeholder=say("handover.formats"),
            )
        )  # fmt: skip
        if "shp" in found["formats"]:
            found["encoding"] = st.segmented_control(
                say("handover.encoding"), ENCODINGS, default=ENCODINGS[0], required=True,
                key="handover-encoding",
                format_func=lambda one: say(f"handover.encoding.{one}"),
            )  # fmt: skip
    if "gcj02" in wanted:
        found["gcj02"] = st.toggle(say("handover.gcj02"), key="handover-gcj02")
        if found["gcj02"]:
            st.warning(say("handover.gcj02_note"))
    if "crs" in wanted and not found.get("gcj02"):
        names = systems_of(crs, say)
        found["crs"] = st.selectbox(
            say("handover.crs"), list(names), key="handover-crs", format_func=names.__getitem__
        )
        if ONLY_DEGREES.intersection(found.get("formats", ())):
            st.caption(say("handover.crs_always"))
    if "geojson" in wanted:
        with st.expander(say("handover.more_geojson"), key="handover-geojson"):
            found |= _geojson(say)
    return found


def systems_of(crs: CRS, say: Translator) -> dict[str, str]:
    """Name the coordinate systems that are offered for a plan, its own first."""
    own = ":".join(crs.to_authority() or ()) or plain(crs.name)
    names = {
        "": say("handover.crs.own", name=own),
        WGS84: say("handover.crs.wgs84"),
        CGCS2000: say("handover.crs.cgcs2000"),
    }
    meridian = _meridian_of(crs)
    if meridian is not None:
        place = (meridian - _FIRST_MERIDIAN) // _WIDTH
        names |= {
            f"EPSG:{_BY_MERIDIAN + place}": say(
                "handover.crs.meridian", meridian=meridian, code=_BY_MERIDIAN + place
            ),
            f"EPSG:{_BY_ZONE + place}": say(
                "handover.crs.zone", zone=_FIRST_ZONE + place, code=_BY_ZONE + place
            ),
        }
    return {code: name for code, name in names.items() if code != own}


def _meridian_of(crs: CRS) -> int | None:
    """Give the central meridian of the 3-degree zone that a work CRS is of; None for another."""
    operation = crs.coordinate_operation
    found = {one.name: one.value for one in operation.params} if operation else {}
    meridian = float(found.get("Longitude of natural origin", "nan"))
    if meridian % _WIDTH != 0:
        return None
    return int(meridian) if _FIRST_MERIDIAN <= meridian <= _LAST_MERIDIAN else None


def _geojson(say: Translator) -> dict[str, Any]:
    layout = st.segmented_control(
        say("handover.layout"), LAYOUTS, default=LAYOUTS[0], required=True, key="handover-layout",
        format_func=lambda one: say(f"handover.layout.{one}"),
    )  # fmt: skip
    decimals = st.segmented_control(
        say("handover.decimals"), (DECIMALS, FEWEST), default=DECIMALS, required=True,
        key="handover-decimals", format_func=lambda one: say(f"handover.decimals.{one}"),
    )  # fmt: skip
    multi = st.toggle(say("handover.multi"), key="handover-multi")
    return {"layout": layout, "decimals": decimals, "multi": multi}
