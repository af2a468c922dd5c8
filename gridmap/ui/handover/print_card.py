"""The card of the hand-over page that prints the map as PDF, for paper and scale as chosen."""

from datetime import date
from pathlib import Path

import streamlit as st

from gridmap.maps.pdf import PAPERS, SCALES, PrintedMap, map_pdf
from gridmap.plan.plan import Plan
from gridmap.store import SUFFIX
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.markdown import plain
from gridmap.words import Language
from gridmap.words import say as say_word
from layers.contract.errors import GridmapError

__all__ = ["show"]

KEPT = 4
FITTING = 0  # in place of a scale: what fits one sheet
DEFAULT_PAPER = "A3"


def show(context: PageContext, plan: Plan, path: Path) -> None:
    """Show the card: what is wanted, a button, and the file once it is made."""
    say = context.say
    with st.container(border=True, key="handover-card-print"):
        st.subheader(say("handover.kind.print"), anchor=False)
        st.caption(say("handover.kind.print_note"))
        left, right = st.columns(2)
        paper = left.selectbox(
            say("handover.paper"), list(PAPERS), index=list(PAPERS).index(DEFAULT_PAPER),
            key="handover-paper",
        )  # fmt: skip
        scale = right.selectbox(
            say("handover.scale"), [FITTING, *SCALES], key="handover-scale",
            format_func=lambda each: f"1:{each}" if each else say("handover.scale_fits"),
        )  # fmt: skip
        grids = _given_names(plan, say.language)
        grid = st.selectbox(
            say("handover.what"), list(grids), key="handover-grid", format_func=grids.__getitem__
        )
        grey = st.toggle(say("handover.grey"), key="handover-grey")
        stamp = (str(path), path.stat().st_mtime_ns)
        wanted = (stamp, paper, scale, grid, grey, say.language, plan.is_redacted)
        if st.button(say("handover.print_make"), key="handover-print-make"):
            st.session_state["handover-print-wanted"] = wanted
        # Other options, or a plan changed since: what was made is no longer what is wanted.
        if st.session_state.get("handover-print-wanted") != wanted:
            return
        try:
            with st.spinner(say("handover.making")):
                made = _printed(*wanted, date.today(), plan)
        except GridmapError as error:
            st.error(say("handover.cannot", why=plain(error.text(say.language))))
            return
        st.caption(say("handover.printed", paper=paper, scale=made.scale, count=made.sheets))
        if made.unnumbered:
            st.caption(say("handover.unnumbered", count=made.unnumbered))
        if made.lacking:
            st.warning(say("handover.lacking", signs=plain(made.lacking)))
        tail = ("-public" if plan.is_redacted else "") + (f"-{grid}" if grid else "")
        name = f"{path.name.removesuffix(SUFFIX)}{tail}.pdf"
        st.download_button(
            say("handover.download_file", name=plain(name)), made.pdf, file_name=name,
            mime="application/pdf", on_click="ignore", key="handover-print",
        )  # fmt: skip


def _given_names(plan: Plan, language: Language) -> dict[str, str]:
    """Give what may be printed: the whole town, or one of its given grids, by code."""
    grids = plan.grids
    given = grids[(grids["kind"] != "micro") & grids["spatial"] & (grids["level"] > 1)]
    names = given["name"]
    if language == "en":
        names = given["name_en"].where(given["name_en"] != "", names)
    town = say_word("handover.whole_town", language)
    return {"": town} | {str(code): f"{name} {code}" for code, name in names.sort_index().items()}


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _printed(
    stamp: tuple[str, int],
    paper: str,
    scale: int,
    grid: str,
    grey: bool,
    language: Language,
    public: bool,
    printed: date,
    _plan: Plan,
) -> PrintedMap:
    """Print once for a state of the file; Streamlit does not hash `_plan`."""
    return map_pdf(
        _plan,
        printed=printed,
        paper=paper,
        scale=scale or None,
        grid=grid,
        grey=grey,
        language=language,
    )
