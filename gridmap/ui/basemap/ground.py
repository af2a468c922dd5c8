"""The base map that the rules of a town name, opened and given an address."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from gridmap.rules.files import Basemap as Section
from gridmap.ui.basemap.tile_route import publish_tiles
from gridmap.words import Language, say
from layers.basemap import Basemap, open_basemap
from layers.basemap.remote import Remote, host_of
from layers.contract.errors import GridmapError, LayerFileError, quoted

__all__ = ["Ground", "ground_of"]

KEPT = 8


@dataclass(frozen=True)
class Ground:
    """A base map as a page of a map takes it, or why it cannot be shown; neither for none."""

    values: dict[str, Any] | None = None
    fault: GridmapError | None = None


def ground_of(section: Section | None, folder: Path, session: str, language: Language) -> Ground:
    """Open the base map of a town for the maps of a page.

    Parameters
    ----------
    section
        What the rules say of it; None for none.
    folder
        The folder that its file lies in.
    session
        Number of the session that sees it.
    language
        Language of the page.
    """
    if section is None:
        return Ground()
    try:
        name, basemap = _opened(section, folder)
    except GridmapError as error:
        return Ground(fault=error)
    facts = basemap.facts
    west, south, east, north = facts.bounds
    outside = host_of(section.url) if section.url is not None else ""
    notes = [
        section.credit,
        say("map.basemap_outside", language, host=outside) if outside else None,
    ]
    return Ground(
        {
            "url": publish_tiles(basemap, name, session),
            "least": facts.least_zoom,
            "most": facts.most_zoom,
            "bounds": [[south, west], [north, east]],
            "opacity": section.opacity,
            "grey": section.grey,
            "notes": [note for note in notes if note],
        }
    )


def _opened(section: Section, folder: Path) -> tuple[str, Basemap]:
    if section.url is not None:
        return section.url, _remote(section.url)
    assert section.file is not None  # the rules have one of the two
    path = folder / section.file
    if not path.resolve().is_relative_to(folder.resolve()):  # a link that leads out of the folder
        raise LayerFileError(
            f"The base map {section.file!r} lies outside the folder of the town. Copy it there.",
            f"底图{quoted(section.file)}不在本镇文件夹内，请复制到其中。",
        )
    changed = path.stat().st_mtime_ns if path.is_file() else 0
    name = f"{path}\n{changed}\n{section.crs}\n{section.datum}"
    return name, _of_file(str(path), changed, section.crs, section.datum)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _of_file(path: str, changed: int, crs: str | None, datum: Any) -> Basemap:
    return open_basemap(Path(path), crs=crs, datum=datum)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _remote(url: str) -> Basemap:
    return Remote(url)
