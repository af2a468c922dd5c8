"""A plan as a card, beside the steps of the home page and the form of 划分: picture and figures."""

from base64 import b64encode
from html import escape
from pathlib import Path

import streamlit as st

from gridmap.plan.plan import Plan
from gridmap.store import load_plan
from gridmap.store.glance import stem_of
from gridmap.trials.thumbnail import thumbnail
from gridmap.ui.shell import tables
from gridmap.ui.shell.context import PAGES, go_to
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.plans import Stamp, stamp_of
from gridmap.ui.split.map_legend import legend_html
from gridmap.words import Language

__all__ = ["picture_html", "show"]

PICTURES_KEPT = 200
FIGURES_KEPT = 8


def show(path: Path, plan: Plan, say: Translator, *, key: str, note: str = "") -> None:
    """Show the picture of a plan, what its colours mean and the headlines of its coverage.

    All of it leads to the page 覆盖. It is worked out once for a state of the plan's file.

    Parameters
    ----------
    path, plan
        The plan that is open.
    say
        Words.
    key
        Of the card on its page.
    note
        Last line of the card, of which nothing is escaped by Markdown's rules; "" for none.
    """
    st.html(Path(__file__).with_name("plan_card.css"))
    stamp = stamp_of(path)
    drawn = _picture(stamp, plan)
    legend = legend_html("category", drawn, say) if drawn else ""
    pairs = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
        for name, value in _figures(stamp, say.language, plan)
    )
    with st.container(border=True, key=f"plan-card-{key}"):
        st.html(f'<div class="plan-sight">{_image(drawn)}{legend}<dl>{pairs}</dl></div>')
        with st.container(horizontal=True, vertical_alignment="center"):
            if note:
                st.caption(note, width="stretch")
            if "coverage" in st.session_state.get(PAGES, {}) and st.button(
                say("plans.see"), type="tertiary", key=f"plan-card-go-{key}"
            ):
                go_to("coverage")


def picture_html(path: Path) -> str:
    """Give the small picture of a plan as an image; "" for one without micro-grids.

    Raises
    ------
    GridmapError
        If the plan cannot be opened.
    """
    return _image(_picture(stamp_of(path), None))


def _image(drawn: str) -> str:
    if not drawn:
        return ""
    data = b64encode(drawn.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{data}" alt="">'


@st.cache_data(max_entries=PICTURES_KEPT, show_spinner=False)
def _picture(stamp: Stamp, _plan: Plan | None) -> str:
    """Draw a plan; one that is not open is read for it, and not kept in memory."""
    path = Path(stamp[0])
    plan = load_plan(path) if _plan is None else _plan
    return thumbnail(plan, colour_by="category", label=stem_of(path))


@st.cache_data(max_entries=FIGURES_KEPT, show_spinner=False)
def _figures(stamp: Stamp, language: Language, _plan: Plan) -> list[tuple[str, str]]:
    found = tables.figure_table(_plan, language=language)
    shown = found.loc[[key for key in tables.HEADLINES if key in found.index]]
    return list(shown[["figure", "value"]].itertuples(index=False, name=None))
