"""Leaflet as text to put into a page: nothing of it is asked from outside."""

import re
from functools import cache
from pathlib import Path

__all__ = ["STEPS", "component_script", "leaflet_script", "leaflet_style"]

LEAFLET = Path(__file__).parents[2] / "static" / "vendor" / "leaflet"
STEPS = (
    Path(__file__).with_name("assets") / "steps.js"
)  # reads lines as `geometry.steps` writes them

# The library calls itself `L` for the whole page. That of a component that comes later would take
# its place, and layers of one are not drawn on a map of the other.
_OWN = "const L = globalThis.L;"


@cache
def leaflet_script() -> str:
    """Give the library's script without its link to a source map."""
    text = (LEAFLET / "leaflet.js").read_text(encoding="utf-8")
    return re.sub(r"//# sourceMappingURL=\S+", "", text)


def component_script(*files: Path) -> str:
    """Give the script of a component of a page: the library, then files of ours in their order."""
    texts = [file.read_text(encoding="utf-8") for file in files]
    return "\n".join([leaflet_script(), _OWN, *texts])


@cache
def leaflet_style() -> str:
    """Give the library's style without its pictures, of markers and the layer switch."""
    text = (LEAFLET / "leaflet.css").read_text(encoding="utf-8")
    return re.sub(r"url\(images/[^)]+\)", "none", text)
