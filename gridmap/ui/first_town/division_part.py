"""The part 已有网格边界？ of 新建乡镇: grids that there are, of which the plan is made.

What is kept of them lies with the files of the town in the making; taken away, nothing is left.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from gridmap.first_town.division import (
    ENDINGS,
    SIDE,
    Division,
    drop_division,
    keep_division,
    read_division,
    say_how,
)
from gridmap.first_town.findings import Findings
from gridmap.imports import Source, read_source
from gridmap.imports.source import as_ours
from gridmap.trials.first_plan import FirstPlan
from gridmap.ui.first_town.import_fields import ask_columns, ask_layer, ask_place, ask_straddle
from gridmap.ui.shell import guard
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from layers.contract.errors import GridmapError, Named
from layers.contract.issues import join_issues
from layers.reading.features import read_features

__all__ = ["show", "show_taken"]

ROUND, FAULT = "begin-division-round", "begin-division-fault"
SHOWN = 12  # faults on the page; the report has all
READ = 8  # divisions kept as they were read


def show(folder: Path, findings: Findings, say: Translator) -> bool:
    """Take a file of grids, ask what its columns are, and say what was read of it.

    Returns
    -------
    Whether a plan can be made: without such a file, or with one that can be read.
    """
    division = read_division(folder)
    with st.expander(say("begin.division"), key="begin-division", expanded=division is not None):
        st.caption(say("begin.division_note"))
        if division is None:
            _drop_field(folder, say)
            return True
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(division.path.name)}**", width="stretch")
            st.button(
                say("begin.division_away"),
                key="begin-division-away",
                on_click=guard.callback(_take_away),
                args=(folder,),
            )
        return _looked_at(folder, division, findings, say)


def show_taken(result: FirstPlan, say: Translator) -> None:
    """Say what became of the boundaries that the plan was made of, with what does not fit."""
    taken = result.taken
    if taken is None:
        return
    st.markdown(say("begin.division_done", grids=taken.grids, kept=taken.kept, made=result.made))
    st.caption(say("import.ground", **{key: f"{m2:,.0f}" for key, m2 in taken.totals.items()}))
    _list(list(taken.faults), say)
    if result.report is not None and result.report.is_file():
        st.download_button(
            say("import.report"), result.report.read_bytes(), file_name=say("import.report_name"),
            key="begin-division-report",
        )  # fmt: skip


def _drop_field(folder: Path, say: Translator) -> None:
    turn = st.session_state.setdefault(ROUND, 0)
    sent = st.file_uploader(
        say("begin.division_file"), type=[*ENDINGS, *SIDE], accept_multiple_files=True,
        key=f"begin-division-file-{turn}",
    )  # fmt: skip
    if sent:
        try:
            keep_division(folder, [(one.name, one.getvalue()) for one in sent])
        except GridmapError as error:
            st.session_state[FAULT] = error.text(say.language)
        st.session_state[ROUND] = turn + 1
        st.rerun()
    if fault := st.session_state.pop(FAULT, None):
        st.error(plain(fault))


def _take_away(folder: Path) -> None:
    drop_division(folder)


def _looked_at(folder: Path, division: Division, findings: Findings, say: Translator) -> bool:
    """Ask how the file is to be read, and read it against the outline of the town."""
    try:
        layer = ask_layer(division.path, say, key="begin-division", now=division.layer) or ""
        frame = read_features(division.path, layer=layer or None).frame
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return False
    columns: dict[str, str] = {}
    if as_ours(frame)[1]:
        st.caption(say("import.ours"))
    else:
        names = [str(one) for one in frame.columns if one != "geometry"]
        columns = ask_columns(names, say, key="begin-division", now=division.columns)
    straddle = ask_straddle(say, key="begin-division", now=division.straddle)
    crs, datum = ask_place(say, key="begin-division", crs=division.crs, datum=division.datum)
    told = replace(
        division, columns=columns, layer=layer, straddle=straddle, crs=crs, datum=datum
    )  # fmt: skip
    if told != division:
        say_how(folder, told)
    if findings.tree is None or not findings.crs:
        st.info(say("begin.division_later"))
        return True
    try:
        source = _read(told, _mark(told, findings), findings)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return False
    st.markdown(say("begin.division_read", grids=len(source.grids)))
    listed = join_issues([source.issues], source.grids.crs)
    listed = listed[listed["severity"] != "info"]
    _list(
        [Named(str(one["message"]), str(one["message_zh"])) for one in listed.to_dict("records")],
        say,
    )
    return True


def _mark(division: Division, findings: Findings) -> tuple[Any, ...]:
    """Give what decides on how a division is read."""
    state = division.path.stat()
    assert findings.tree is not None
    outline = findings.tree.grids.geometry[findings.tree.grids["level"] == 1].iloc[0]
    columns = tuple(sorted(division.columns.items()))
    told = (division.layer, division.crs, division.datum, columns)
    return (str(division.path), state.st_mtime_ns, state.st_size, *told, findings.crs, outline.wkb)


@st.cache_resource(max_entries=READ, show_spinner=False)
def _read(_division: Division, mark: tuple[Any, ...], _findings: Findings) -> Source:
    assert _findings.tree is not None
    grids = _findings.tree.grids
    outline = grids.geometry[grids["level"] == 1].iloc[0]
    return read_source(_division.path, crs=_findings.crs, outline=outline, **_division.reading)


def _list(faults: list[Named], say: Translator) -> None:
    lines = [f"- {plain(one.zh if say.language == 'zh' else one.en)}" for one in faults[:SHOWN]]
    if len(faults) > SHOWN:
        lines.append(f"- {say('import.more', count=len(faults) - SHOWN)}")
    if lines:
        st.markdown("\n".join(lines))
