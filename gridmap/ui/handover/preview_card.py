"""The first page of what is chosen, drawn anew when an option changes, before anything is made."""

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path

import streamlit as st

from gridmap.handover import Kind, Order
from gridmap.handover.order import check_order, to_json
from gridmap.handover.preview import first_page
from gridmap.plan.plan import Plan
from gridmap.ui.shell import plans
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.markdown import plain
from layers.contract.errors import GridmapError

__all__ = ["show_preview"]

KEPT = 32


def show_preview(
    context: PageContext, order: Order, kinds: Sequence[Kind], plan: Plan, released: Plan
) -> None:
    """Show the first page of one of the chosen kinds that are paper."""
    assert context.path is not None
    say = context.say
    on_paper = [kind.key for kind in kinds if kind.suffix.endswith(".pdf")]
    st.subheader(say("handover.preview"), anchor=False)
    if not on_paper:
        st.caption(say("handover.preview_none" if kinds else "handover.preview_choose"))
        return
    titles = {kind.key: kind.title(say.language) for kind in kinds}
    shown = on_paper[0]
    if len(on_paper) > 1:
        shown = st.segmented_control(
            say("handover.preview_of"), on_paper, default=shown, required=True,
            format_func=titles.__getitem__, key=f"handover-shown-{'-'.join(on_paper)}",
            label_visibility="collapsed",
        )  # fmt: skip
    one = replace(order, kinds=(shown,))
    try:
        check_order(one, plan)
        with st.spinner(say("handover.preview_making")):
            drawn = _drawn(
                plans.stamp_of(context.path), json.dumps(to_json(one)), shown, date.today(), one,
                plan, released,
            )  # fmt: skip
    except GridmapError as error:
        st.info(plain(error.text(say.language)))
        return
    if drawn is not None:
        data = base64.b64encode(drawn).decode()
        label = escape(say("handover.preview_alt", what=titles[shown]), quote=True)
        st.html(f'<img class="handover-page" alt="{label}" src="data:image/png;base64,{data}">')
        st.caption(say("handover.preview_note"))


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _drawn(
    stamp: plans.Stamp, asked: str, key: str, printed: date, _order: Order, _plan: Plan,
    _released: Plan,
) -> bytes | None:  # fmt: skip
    """Draw once for a state of the file and what is asked; Streamlit does not hash the rest."""
    return first_page(_order, key, _plan, _released, source=Path(stamp[0]), printed=printed)
