"""The fields of a division made elsewhere: its layer, its columns, its place, patches in several.

The page 方案管理 asks them for a draft, 新建乡镇 for the first plan of a town.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import cast, get_args

import streamlit as st

from gridmap.imports import Straddle
from gridmap.imports.source import chosen_layer
from gridmap.imports.source_columns import COLUMNS, guess_columns
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from layers.reading.features import layer_names

__all__ = ["ask_columns", "ask_layer", "ask_place", "ask_straddle"]

DATUMS = ("", "gcj02", "bd09")


def ask_layer(file: Path, say: Translator, *, key: str, now: str = "") -> str | None:
    """Ask which layer of a file with several holds the grids; None where there is one."""
    names = [name for name in layer_names(file) if name]
    if len(names) < 2:
        return None
    likely = now if now in names else chosen_layer(file)
    return st.selectbox(
        say("import.layer"), names, index=names.index(likely) if likely in names else 0,
        key=f"{key}-layer", format_func=plain,
    )  # fmt: skip


def ask_columns(
    names: list[str], say: Translator, *, key: str, now: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Ask which columns are which; what was said before stands there, or what is guessed."""
    known = now or guess_columns(names)
    columns: dict[str, str] = {}
    for ours, slot in zip(COLUMNS, st.columns(len(COLUMNS)), strict=True):
        place = names.index(known[ours]) + 1 if known.get(ours) in names else 0
        chosen = slot.selectbox(
            say(f"import.column_{ours}"), ["", *names], index=place, key=f"{key}-{ours}",
            format_func=lambda name: plain(name) if name else say("import.none"),
        )  # fmt: skip
        if chosen:
            columns[ours] = chosen
    return columns


def ask_straddle(say: Translator, *, key: str, now: Straddle = "cut") -> Straddle:
    """Ask what becomes of patches in several grids."""
    kinds = get_args(Straddle)
    chosen = st.radio(
        say("import.straddle"), kinds, horizontal=True, key=f"{key}-straddle",
        index=kinds.index(now), format_func=lambda one: say(f"import.straddle_{one}"),
    )  # fmt: skip
    return cast(Straddle, chosen)


def ask_place(say: Translator, *, key: str, crs: str = "", datum: str = "") -> tuple[str, str]:
    """Ask where a file lies that does not say it, and whether it is shifted: CRS and datum."""
    left, right = st.columns(2)
    shift = left.selectbox(
        say("import.datum"), DATUMS, key=f"{key}-datum",
        index=DATUMS.index(datum) if datum in DATUMS else 0,
        format_func=lambda one: say(f"import.datum_{one or 'none'}"),
    )  # fmt: skip
    typed = right.text_input(say("import.crs"), value=crs, key=f"{key}-crs", max_chars=40)
    return typed.strip(), shift
