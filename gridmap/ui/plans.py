"""Finding and opening made plans; a file is read once and again only when it has changed."""

from pathlib import Path

import streamlit as st

from gridmap.access.view import CadreView, cadre_view
from gridmap.maps import map_html
from gridmap.plan import Plan
from gridmap.store import SUFFIX, load_plan
from gridmap.words import Language
from layers.errors import LayerFileError, quoted
from layers.reader_faults import reason_zh

__all__ = ["find_plans", "open_plan", "page_of_map", "view_of"]

Stamp = tuple[str, int, int]  # path, time of change, size
KEPT = 8
VIEWS_KEPT = 200  # of cadres who have the page open


def find_plans(folder: Path) -> list[Path]:
    """Plans below a folder, the newest first."""
    found = sorted(folder.rglob(f"*{SUFFIX}"))
    return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def open_plan(path: Path) -> Plan:
    """Open a plan.

    Raises
    ------
    GridmapError
        If there is no such file or it is not a plan.
    """
    return _load(_stamp(path))


def page_of_map(path: Path, language: Language) -> str:
    """Write the coverage map of a plan in one language."""
    return _map(_stamp(path), language)


def view_of(path: Path, person_id: str) -> CadreView | None:
    """Gather what a person may see of a plan; None for somebody who is not on the roster."""
    return _view(_stamp(path), person_id)


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError as error:
        why, why_zh = error.strerror, reason_zh(error)
        raise LayerFileError(
            f"No plan at {str(path)!r}: {why}. Check the path.",
            f"{quoted(path)}处没有方案：{why_zh}。请检查路径。",
        ) from None
    return (str(path), found.st_mtime_ns, found.st_size)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _load(stamp: Stamp) -> Plan:
    return load_plan(Path(stamp[0]))


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _map(stamp: Stamp, language: Language) -> str:
    return map_html(_load(stamp), language=language, framed=True)


@st.cache_resource(max_entries=VIEWS_KEPT, show_spinner=False)
def _view(stamp: Stamp, person_id: str) -> CadreView | None:
    return cadre_view(_load(stamp), person_id)
