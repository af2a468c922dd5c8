"""The map editor's page as one script: Leaflet, our parts, and their styles."""

import json
from functools import cache
from pathlib import Path

from gridmap.maps.leaflet import leaflet_script
from gridmap.maps.page import asset
from gridmap.ui.theme.map_style import map_style

__all__ = ["LOADER", "editor_script"]

FOLDER = Path(__file__).with_name("editor")
SHARED = (  # with the other maps
    *("theme", "trace", "room", "context", "roadnames"),
    *("page", "pinyin", "coordinates", "objects", "search"),
)
PARTS = (
    *("view", "ground", "colours", "sums", "kinds", "balance", "balance_panel", "talk", "sheet"),
    *("paint", "repaint", "breaks", "painting", "strip", "brush", "walking", "keycard", "tools"),
    *("find", "rows", "panel", "changes", "remarks", "borders", "bar", "pieces", "frame", "keys"),
    *("board", "choice", "editor"),
)

# What Streamlit sends with every answer: short, for the rest is fetched once and kept.
LOADER = """
export default function (component) {
  let stop = null, gone = false;
  import(new URL(component.data.script, document.baseURI).href).then((editor) => {
    if (!gone) stop = editor.run(component);
  });
  return () => { gone = true; if (stop) stop(); };
}
"""


@cache
def editor_script() -> bytes:
    """Put the editor together as one module that exports `run`."""
    style = "\n".join([map_style(), _part("editor.css"), _part("hand.css")])
    parts = [
        leaflet_script(),
        f"const gmStyle = {json.dumps(style)};",
        *(asset(f"{name}.js") for name in SHARED),
        *(_part(f"{name}.js") for name in PARTS),
    ]
    return "\n".join(parts).encode()


def _part(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
