"""Choosing a coordinate system by its name and central meridian, or by its number."""

from collections.abc import Sequence

import streamlit as st

from gridmap.ui.shell.i18n import Translator

__all__ = ["crs_field", "crs_name"]

OTHER = "other"
# CGCS2000 / 3-degree Gauss-Kruger of China: meridians 75 to 135, without and with the zone's number
# in front of the easting.
FIRST_PLAIN, FIRST_PREFIXED, FIRST_ZONE, ZONES = 4534, 4513, 25, 21
DEGREES = ("EPSG:4490", "EPSG:4326")


def crs_name(crs: str, say: Translator) -> str:
    """Give a system as people know it: number, zone and meridian."""
    number = int(crs.removeprefix("EPSG:")) if crs.removeprefix("EPSG:").isdigit() else 0
    if FIRST_PLAIN <= number < FIRST_PLAIN + ZONES:
        return say("data.crs.zone", crs=crs, meridian=3 * (number - FIRST_PLAIN + FIRST_ZONE))
    if FIRST_PREFIXED <= number < FIRST_PREFIXED + ZONES:
        zone = number - FIRST_PREFIXED + FIRST_ZONE
        return say("data.crs.prefixed", crs=crs, zone=zone, meridian=3 * zone)
    return say(f"data.crs.{number}", crs=crs) if crs in DEGREES else crs


def crs_field(
    label: str,
    key: str,
    say: Translator,
    *,
    now: str = "",
    likely: Sequence[str] = (),
    degrees: bool = True,
) -> str:
    """Ask for a coordinate system; "" as long as nobody has chosen.

    Parameters
    ----------
    label, key
        Of the field.
    now
        What is declared.
    likely
        What fits, offered first; it is never taken by itself.
    degrees
        Whether systems in degrees are offered.
    """
    zones = [f"EPSG:{FIRST_PLAIN + number}" for number in range(ZONES)]
    offered = [*([now] if now else []), *likely, *(DEGREES if degrees else ()), *zones]
    options = [*dict.fromkeys(one for one in offered if one), OTHER]

    def named(one: str) -> str:
        if one == OTHER:
            return say("data.crs.other")
        name = crs_name(one, say)
        return say("data.crs.likely", name=name) if one in likely and one != now else name

    chosen = st.selectbox(
        label,
        options,
        index=0 if now else None,
        format_func=named,
        placeholder=say("data.choose"),
        key=key,
    )
    if chosen != OTHER:
        return chosen or ""
    typed = st.text_input(say("data.crs.number"), placeholder="EPSG:4547", key=f"{key}-typed")
    return typed.strip()
