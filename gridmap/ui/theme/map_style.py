"""What maps in a part of a page have of Leaflet: its style, in the colours of the app."""

from functools import cache

from gridmap.maps.leaflet import leaflet_style
from gridmap.maps.page import asset

__all__ = ["map_style"]


@cache
def map_style() -> str:
    """Give Leaflet's style and, after it, our colours of its buttons, scale and tips."""
    return leaflet_style() + asset("leaflet_parts.css")
