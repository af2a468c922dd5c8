"""Leaflet as text to put into a page: nothing of it is asked from outside."""

import re
from functools import cache
from pathlib import Path

__all__ = ["leaflet_script", "leaflet_style"]

LEAFLET = Path(__file__).parents[2] / "static" / "vendor" / "leaflet"


@cache
def leaflet_script() -> str:
    """Give the library's script without its link to a source map."""
    text = (LEAFLET / "leaflet.js").read_text(encoding="utf-8")
    return re.sub(r"//# sourceMappingURL=\S+", "", text)


@cache
def leaflet_style() -> str:
    """Give the library's style without its pictures, of markers and the layer switch."""
    text = (LEAFLET / "leaflet.css").read_text(encoding="utf-8")
    return re.sub(r"url\(images/[^)]+\)", "none", text)
