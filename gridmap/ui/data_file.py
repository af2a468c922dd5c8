"""One file of a town on the page 数据: what was found in it, on a map, and what it is."""

from html import escape
from pathlib import Path

import geopandas as gpd
import pandas as pd
import streamlit as st

from gridmap.entry_check import with_code_of_hierarchy
from gridmap.rules.entries import Entry, declare, undeclare
from gridmap.rules.text import change_rules
from gridmap.ui import data_map, guard
from gridmap.ui.data_undo import Change, keep
from gridmap.ui.declare import Answer, ask, declared_of
from gridmap.ui.desk import Desk
from gridmap.ui.look import Look, fault_of, state_of
from gridmap.ui.markdown import plain
from gridmap.ui.speech import Speech
from gridmap.ui.town_files import put_aside
from gridmap.ui.towns import RULES
from layers.errors import GridmapError
from layers.inspect import LayerInspection

__all__ = ["close", "opened", "show"]

OPEN = "data-open"
SHIFTED = ("gcj02", "bd09")  # what is brought back
SEVERITIES = ("error", "warning", "info")
TABLE_PX = 300


def opened() -> str:
    """Name of the file that is open; "" for the list."""
    return str(st.session_state.get(OPEN, ""))


def close() -> None:
    """Go back to the list of files."""
    st.session_state.pop(OPEN, None)


def show(
    desk: Desk,
    town: Path,
    look: Look,
    entries: list[Entry],
    outline: gpd.GeoSeries | None,
    town_crs: str,
    tables: list[str],
) -> None:
    """Show a file: what it holds, where it lies, its faults, and the form to say what it is.

    Parameters
    ----------
    desk, town
        Who works on what.
    look
        What was found in the file.
    entries
        All that the rules name.
    outline
        Of the town, when it is known.
    town_crs
        Work CRS; "" when it is not decided.
    tables
        Code tables in the folder.
    """
    say, name = desk.say, look.file.name
    own = [entry for entry in entries if entry.file == name]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            say("data.back"),
            icon=":material/arrow_back:",
            on_click=guard.callback(close),
            key="back",
        )
        st.subheader(plain(name), anchor=False, width="stretch")
        _remove(desk, town, name, own)
    faults = [look.fault] if look.fault else list(look.found.faults if look.found else ())
    tried = [fault_of(town, look, entry, town_crs) for entry in own if not state_of(look, entry)]
    faults += [fault for fault in tried if fault is not None]
    for fault in faults:
        st.error(plain(fault.text(say.language)))
    if not look.layers:
        return
    layer = _which(look, say)
    entry = next((one for one in own if one.layer == layer.layer or len(look.layers) == 1), None)
    left, right = st.columns([3, 2], gap="large")
    with right:
        _declare(desk, town, look, layer, entry, town_crs, tables)
    with left:
        _map(town, look, layer, entry, outline, town_crs, say)
        _facts(layer, say)
    _columns(layer, say)
    _issues(layer, say)


def _which(look: Look, say: Speech) -> LayerInspection:
    if len(look.layers) == 1:
        return look.layers[0]
    names = [layer.layer for layer in look.layers]
    chosen = st.selectbox(say("data.layer"), names, key=f"layer {look.file.name}")
    return look.layer(chosen) or look.layers[0]


def _declare(
    desk: Desk,
    town: Path,
    look: Look,
    layer: LayerInspection,
    entry: Entry | None,
    town_crs: str,
    tables: list[str],
) -> None:
    say = desk.say
    with st.container(border=True, key="declare"):
        st.markdown(f"**{say('data.declare')}**")
        asked = state_of(look, entry or Entry("layer", (), look.file.name, layer.layer, {}))
        answer = ask(layer, look.file.name, entry, asked, tables, town_crs, say)
        _what_follows(answer, layer, town_crs, say)
        if answer.open:
            st.caption(say(answer.open))
        ready = answer.role is not None and not answer.open
        if st.button(say("data.save"), type="primary", disabled=not ready, key="declare-save"):
            _save(desk, town, look.file.name, answer, entry)


def _what_follows(answer: Answer, layer: LayerInspection, town_crs: str, say: Speech) -> None:
    """Say what reading will do with the layer, as it is declared."""
    if answer.role in (None, "roster"):
        return
    crs = answer.values.get("crs") or layer.crs
    lines = []
    if crs and town_crs and crs != town_crs:
        lines.append(say("data.will.crs", old=crs, new=town_crs))
    if answer.values.get("datum") in SHIFTED:
        lines.append(say("data.will.datum", name=say(f"data.datum.{answer.values['datum']}")))
    if len(layer.issues):
        lines.append(say("data.will.issues", count=len(layer.issues)))
    if lines:
        st.caption(say("data.will") + " " + say("home.pause").join(lines))


def _save(desk: Desk, town: Path, name: str, answer: Answer, entry: Entry | None) -> None:
    role = answer.role
    if role is None:
        return
    after = ""

    def changed(text: str) -> str:
        nonlocal after
        after = with_code_of_hierarchy(declare(text, role, answer.values, old=entry), town)
        return after

    try:
        before = change_rules(town / RULES, changed)
    except GridmapError as error:
        st.error(plain(error.text(desk.say.language)))
        return
    keep(Change(town, "data.done.declared", name, before, after))
    close()
    st.rerun()


def _remove(desk: Desk, town: Path, name: str, own: list[Entry]) -> None:
    say = desk.say
    with st.popover(say("data.remove"), key="remove"):
        st.markdown(say("data.remove_note", name=plain(name)))
        if not st.button(say("data.remove_yes"), type="primary", key="remove-yes"):
            return
        after = None

        def changed(text: str) -> str:
            nonlocal after
            for entry in reversed(own):  # from behind, for numbers in a list move up
                text = undeclare(text, entry)
            after = text
            return text

        try:
            number = put_aside(town, name)
            before = change_rules(town / RULES, changed) if own else None
        except GridmapError as error:
            st.error(plain(error.text(say.language)))
            return
        keep(Change(town, "data.done.removed", name, before, after, removed=(number,)))
        close()
        st.rerun()


def _map(
    town: Path,
    look: Look,
    layer: LayerInspection,
    entry: Entry | None,
    outline: gpd.GeoSeries | None,
    town_crs: str,
    say: Speech,
) -> None:
    if not any(kind != "none" for kind in layer.geometry):
        return
    crs = town_crs or layer.work_crs
    drawings = []
    if crs:
        with st.spinner(say("data.drawing")):
            drawn = data_map.draw_file(
                town / look.file.name, look.file.changed_ns, layer.layer,
                declared_of(entry.values if entry else {}), crs, layer.issues,
            )  # fmt: skip
        drawings = [drawn] if drawn else []
    if not drawings:
        st.info(say("data.no_map"))
        return
    if outline is not None and (entry is None or entry.role != "hierarchy"):
        drawings.append(data_map.draw_outline(outline, say("data.outline")))
    data_map.show_map(drawings, say)
    keys = ["layer", *(["outline"] if len(drawings) > 1 else [])]
    keys += ["issue"] if any(one.issues for one in drawings) else []
    marks = "".join(
        f'<span class="data-key data-key-{key}"></span>{say(f"data.key.{key}")}' for key in keys
    )
    st.html(f'<p class="data-keys">{marks}</p>')


def _facts(layer: LayerInspection, say: Speech) -> None:
    facts = layer.facts()
    chinese = say.language == "zh"
    shown = pd.DataFrame(
        {
            "figure": facts["label_zh" if chinese else "label_en"],
            "value": facts["value_zh" if chinese else "value"].astype("str"),
        }
    )
    if not layer.shift_looked_for:  # said there in words of the command line
        shown.loc[facts["key"] == "shift", "value"] = say("data.no_shift")
    rows = "".join(
        f"<dt>{escape(str(row.figure))}</dt><dd>{escape(str(row.value))}</dd>"
        for row in shown.itertuples()
    )
    st.html(f'<dl class="data-facts">{rows}</dl>')


def _columns(layer: LayerInspection, say: Speech) -> None:
    st.markdown(f"**{say('data.columns', count=len(layer.columns))}**")
    table = layer.columns.reset_index()
    table["kind"] = [say(f"data.kind.{kind}") for kind in table["kind"]]
    heads = {name: say(f"data.column.{name}") for name in table.columns}
    st.dataframe(
        table, hide_index=True, height="content" if len(table) < 8 else TABLE_PX,
        column_config=heads, alt=say("data.columns", count=len(table)), key="columns",
    )  # fmt: skip


def _issues(layer: LayerInspection, say: Speech) -> None:
    if layer.issues.empty:
        st.success(say("data.no_issues"))
        return
    st.markdown(f"**{say('data.issues', count=len(layer.issues))}**")
    order = pd.Categorical(layer.issues["severity"], categories=SEVERITIES, ordered=True)
    found = layer.issues.assign(order=order).sort_values("order", kind="stable")
    text = found["message_zh"] if say.language == "zh" else found["message"]
    table = pd.DataFrame(
        {
            "severity": [say(f"severity.{key}") for key in found["severity"]],
            "rule": found["rule"],
            "message": text.where(text != "", found["message"]),
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        height="content" if len(table) < 8 else TABLE_PX,
        column_config={
            "severity": st.column_config.TextColumn(say("column.severity"), width=70),
            "rule": st.column_config.TextColumn(say("column.rule"), width=90),
            "message": say("column.message"),
        },
        alt=say("data.issues", count=len(table)),
        key="file-issues",
    )
