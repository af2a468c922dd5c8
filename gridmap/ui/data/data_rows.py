"""The list of a town's files on the page 数据: what each is, and what is open about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal

import streamlit as st

from gridmap.rules.entries import Entry
from gridmap.ui.data import data_file
from gridmap.ui.data.declare import kind_name
from gridmap.ui.data.inspection import (
    FROM_NUMBERS,
    FileLook,
    Question,
    sites_of,
    state_of,
    try_entry,
)
from gridmap.ui.shell import guard
from gridmap.ui.shell.i18n import Translator
from gridmap.workflow.entry_check import Trial, has_lost_people
from layers.contract.errors import GridmapError
from layers.inspect.file import LayerInspection
from layers.landuse.code_tables import CODE_SYSTEMS
from layers.registers.classes import CLASSES

__all__ = ["Row", "row_of", "show"]

State = Literal["look", "todo", "done"]
ORDER: tuple[State, ...] = ("look", "todo", "done")
MARKS = {"look": "!", "todo": "○", "done": "✓"}


@dataclass(frozen=True)
class Row:
    """One file: what the rules say of it, what is open, and how it stands."""

    look: FileLook
    entries: tuple[Entry, ...]
    is_code_table: bool
    asked: tuple[Question, ...]
    state: State
    faults: tuple[GridmapError, ...] = ()  # what would stop the dividing at this file


def row_of(
    look: FileLook,
    entries: Sequence[Entry],
    tables: Sequence[str],
    *,
    town: Path | None = None,
    crs: str = "",
) -> Row:
    """Say how a file stands.

    Parameters
    ----------
    look
        What was found in it.
    entries
        All that the rules name.
    tables
        Names of the code tables in the folder, which nobody needs to declare.
    town, crs
        Folder of the town and its work CRS: then the file is read as dividing will read it.
    """
    own = tuple(entry for entry in entries if entry.file == look.file.name)
    is_table = look.file.name in tables
    known: list[Entry | None] = [*own] or [None]
    asked = {question for entry in known for question in state_of(look, entry)}
    if is_table:
        asked.discard("role")
    tried = [try_entry(town, look, one, entries, crs) for one in own] if town and not asked else []
    faults = tuple(one for one in tried if isinstance(one, GridmapError))
    for entry, one in zip(own, tried, strict=False):
        sites = sites_of(town, one, entries, crs) if town and "datum" not in entry.values else None
        if sites is not None and sites.state == "shifted":
            asked.add("datum")
    if any(one is None for one in tried):  # nothing is settled that was not read
        asked.add("untried")
    faulty = (
        bool(faults) or "faulty" in asked or any(_has_errors(layer, own) for layer in look.layers)
    )
    faulty |= any(isinstance(one, Trial) and has_lost_people(one) for one in tried)
    state: State = "look" if faulty else "todo" if asked else "done"
    return Row(look, own, is_table, tuple(sorted(asked)), state, faults)


def show(rows: Sequence[Row], say: Translator) -> None:
    """Show one row a file with a button that opens it; what waits for somebody comes first."""
    st.subheader(say("data.files", count=len(rows)), anchor=False)
    if not rows:
        st.info(say("data.no_files"))
        return
    with st.container(key="files", gap=None):
        for number, row in enumerate(sorted(rows, key=lambda row: ORDER.index(row.state))):
            _show_row(number, row, say)


def _show_row(number: int, row: Row, say: Translator) -> None:
    name = row.look.file.name
    what = say("mark.list").join(_what(entry, say) for entry in row.entries)
    if row.is_code_table and not what:
        what = say("data.code_table")
    notes = [escape(what)] if what else []
    notes += [_about(layer, say) for layer in row.look.layers[:1]]
    notes += [f"<b>{escape(say(f'data.asked.{question}'))}</b>" for question in row.asked]
    notes += [f"<b>{escape(say('data.stops'))}</b>"] if row.faults else []
    with st.container(
        key=f"file-{number}", horizontal=True, wrap=False, vertical_alignment="center"
    ):
        st.html(
            f'<div class="step step-{row.state}"><span class="step-mark" aria-hidden="true">'
            f'{MARKS[row.state]}</span><div><p class="step-title">{escape(name)}</p>'
            f'<p class="step-note">{escape(say("home.pause")).join(notes)}</p></div></div>',
            width="stretch",
        )
        st.button(
            say("data.open"), key=f"open {name}", type="tertiary",
            on_click=guard.callback(st.session_state.__setitem__), args=(data_file.OPEN, name),
        )  # fmt: skip


def _what(entry: Entry, say: Translator) -> str:
    """Say what a file is for, and of which category."""
    role = say(f"data.role.{entry.role}")
    kind = entry.values.get("category") or entry.values.get("subclass")
    codes = entry.values.get("codes")
    object_class = CLASSES.get(str(entry.values.get("kind")))
    if entry.role == "register" and object_class is not None:
        named = object_class.zh if say.language == "zh" else object_class.en
        return f"{role}{say('mark.colon')}{named}"
    if entry.role in ("layer", "register") and kind:
        return f"{role}{say('mark.colon')}{kind_name(kind, say)}"
    if codes:
        system = say(f"data.codes.{codes}") if codes in CODE_SYSTEMS else str(codes)
        return f"{role}{say('mark.colon')}{system}"
    return role


def _about(layer: LayerInspection, say: Translator) -> str:
    kind = "data.rows" if set(layer.geometry) == {"none"} else "data.features"
    parts = [say(kind, count=f"{layer.features:,}")]
    if layer.crs:
        parts.append(layer.crs)
    if len(layer.issues):
        parts.append(say("data.issues", count=len(layer.issues)))
    return escape(say("home.pause").join(parts))


def _has_errors(layer: LayerInspection, own: Sequence[Entry]) -> bool:
    """Whether a layer has errors; an unknown system is none once it is declared."""
    errors = layer.issues[layer.issues["severity"] == "error"]
    if any("crs" in entry.values for entry in own) or not own:
        errors = errors[errors["rule"] != FROM_NUMBERS]
    return len(errors) > 0
