"""The kinds of files as cards to be chosen, on shelves by what they are for."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gridmap.handover import Kind
from gridmap.handover.catalogue import SHELVES
from gridmap.ui.handover.pictures import picture
from gridmap.ui.shell.i18n import Translator

__all__ = ["choose_kinds"]

FIRST = ("boards", "print")  # chosen at first: the first of them that is offered


def choose_kinds(kinds: Sequence[Kind], say: Translator) -> list[Kind]:
    """Show the cards and give the kinds that are chosen, shelf by shelf."""
    first = next((key for key in FIRST if key in {kind.key for kind in kinds}), "")
    chosen = []
    for shelf in SHELVES:
        on_it = [kind for kind in kinds if kind.shelf == shelf]
        if not on_it:
            continue
        st.markdown(f"**{say(f'handover.shelf.{shelf}')}**")
        row = st.container(key=f"handover-shelf-{shelf}", horizontal=True, gap="small")
        chosen += [kind for kind in on_it if _card(row, kind, say, is_first=kind.key == first)]
    return chosen


def _card(row: DeltaGenerator, kind: Kind, say: Translator, *, is_first: bool) -> bool:
    with row.container(border=True, key=f"handover-card-{kind.key}", gap=None):
        st.html(f'<img class="handover-picture" alt="" src="{picture(kind.key)}">')
        chosen = st.checkbox(
            kind.title(say.language), value=is_first, key=f"handover-what-{kind.key}"
        )
        st.caption(kind.note(say.language))
    return chosen
