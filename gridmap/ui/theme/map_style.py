"""What maps in a part of a page have of Leaflet: its style, in the colours of the app."""

from functools import cache
from pathlib import Path

from gridmap.maps.leaflet import leaflet_style

__all__ = ["map_style"]


@cache
def map_style() -> str:
    """Give Leaflet's style and, after it, our colours of its buttons, scale and tips."""
    ours = Path(__file__).with_name("leaflet_parts.css").read_text(encoding="utf-8")
    return leaflet_style() + ours
