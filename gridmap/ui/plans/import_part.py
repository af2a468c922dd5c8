"""The part 导入划分 of the page of plans: a division made elsewhere becomes a draft.

The open plan stays as it is: a planner compares the draft with it before anything is accepted.
"""

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import streamlit as st

from gridmap.imports import Imported, Source, Straddle, read_source
from gridmap.imports.report import report_bytes
from gridmap.imports.source import as_ours
from gridmap.imports.town import into_plan, outline_of
from gridmap.store.glance import glance
from gridmap.ui.first_town.import_fields import ask_columns, ask_layer, ask_place, ask_straddle
from gridmap.ui.shell import plans
from gridmap.ui.shell.context import ASKED_IMPORT, PageContext, choose_plan
from gridmap.ui.shell.markdown import plain
from gridmap.versions.by_id import FileVersions
from layers.contract.errors import GridmapError
from layers.files.drafts import draft_folder, sweep_drafts
from layers.files.paths import clean_name
from layers.reading.features import Declared, read_features

__all__ = ["show_import"]

NOTE = "import-note"
ROUND = "import-round"  # of the fields: files are forgotten when they were taken in
WIDTH_PX = 1024
SHOWN = 20  # faults on the page; the report has all
ENDINGS = ["geojson", "json", "geojsonl", "gpkg", "zip", "kml", "kmz", "fgb", "parquet"]
Tables = Mapping[str, Path | None]  # who is on which grid (postings), another roster


def show_import(context: PageContext) -> None:
    """Offer to take a division into a draft of the open plan; show what the last one gave."""
    path, say = context.path, context.say
    if path is None or not context.may_change:
        return
    seen = glance(path)
    if seen.fault is not None or seen.is_public:
        return
    with st.container(width=WIDTH_PX, key="import"):
        _told(context)
        asked = bool(st.session_state.get(ASKED_IMPORT))
        with st.expander(say("import.head"), key="import-form", expanded=asked):
            st.caption(say("import.intro", name=plain(seen.name)))
            turn = st.session_state.get(ROUND, 0)
            given = st.file_uploader(say("import.file"), type=ENDINGS, key=f"import-file-{turn}")
            people = st.file_uploader(
                say("import.people"), type=["xlsx", "csv"], key=f"import-people-{turn}",
                help=say("import.people_help"),
            )  # fmt: skip
            roster = st.file_uploader(
                say("import.roster"), type=["xlsx", "csv"], key=f"import-roster-{turn}",
                help=say("import.roster_help"),
            )  # fmt: skip
            if given is None:
                return
            # A draft: should the app be killed here, the next writer sweeps the file away.
            sweep_drafts(Path(tempfile.gettempdir()))
            with draft_folder(Path(tempfile.gettempdir())) as folder:
                file = folder / clean_name(given.name)
                file.write_bytes(given.getvalue())
                tables: dict[str, Path | None] = {"postings": None, "roster": None}
                for name, one in (("postings", people), ("roster", roster)):
                    if one is not None:
                        table = folder / f"{name}{Path(one.name).suffix.lower()}"
                        table.write_bytes(one.getvalue())
                        tables[name] = table
                _form(context, path, file, tables)


def _form(context: PageContext, path: Path, file: Path, tables: Tables) -> None:
    """Ask what the columns are and what becomes of straddling patches, then import."""
    say = context.say
    try:
        layer = ask_layer(file, say, key="import")
        frame = read_features(file, layer=layer).frame
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    columns: dict[str, str] = {}
    if as_ours(frame)[1]:
        st.caption(say("import.ours"))
    else:
        names = [str(one) for one in frame.columns if one != "geometry"]
        columns = ask_columns(names, say, key="import")
    straddle = ask_straddle(say, key="import")
    crs, datum = ask_place(say, key="import")
    if st.button(say("import.go"), type="primary", key="import-go"):
        declared = Declared(crs or None, datum or None)
        how = {"columns": columns, "layer": layer, "declared": declared}
        with st.spinner(say("import.go")):
            _import(context, path, file, tables, how, straddle)


def _import(
    context: PageContext, path: Path, file: Path, tables: Tables, how: dict[str, Any],
    straddle: Straddle,
) -> None:  # fmt: skip
    """Make the draft and open it; what stands in the way is said and makes none."""
    who, when = context.who, _now()
    try:
        store, id = plans.store_with(path, context.folder)
        seen = store.revision(id)
        plan = store.open(id)
        source = read_source(file, crs=plan.crs, outline=outline_of(plan), **how)
        taken = into_plan(
            plan, source, who=who, when=when, straddle=straddle,
            postings=tables["postings"], roster=tables["roster"],
        )  # fmt: skip
        # Once somebody else has changed the plan meanwhile there is no draft, nor an empty one.
        made = FileVersions(store, context.folder).branch(
            id, title=Path(source.file).stem, who=who, when=when, expected=seen,
            change=lambda _: taken.plan,
        )  # fmt: skip
        target = store.path_of(made)
    except GridmapError as error:
        st.session_state[NOTE] = {"fault": error.text(context.say.language)}
    else:
        st.session_state[NOTE] = _note(taken, source, target)
        st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
        choose_plan(target, context.folder, context.towns)
    st.rerun()


def _note(taken: Imported, source: Source, target: Path) -> dict[str, Any]:
    listed = taken.issues[taken.issues["severity"] != "info"]
    return {
        "name": glance(target).name,
        "grids": len(taken.grids),
        "made": len(taken.plan.micro_grids),
        "totals": {key: f"{m2:,.0f}" for key, m2 in taken.totals.items()},
        "faults": [
            (str(row["message_zh"]), str(row["message"])) for row in listed.to_dict("records")
        ],
        "report": report_bytes(taken, source, ".xlsx"),
    }


def _told(context: PageContext) -> None:
    """Show what the last import gave, until another page is opened or it is put away."""
    note, say = st.session_state.get(NOTE), context.say
    if note is None:
        return
    if "fault" in note:
        st.error(plain(note["fault"]))
        del st.session_state[NOTE]
        return
    st.success(say("import.done", name=plain(note["name"]), grids=note["grids"], made=note["made"]))
    st.caption(say("import.ground", **note["totals"]))
    if note["faults"]:
        texts = [zh if say.language == "zh" else en for zh, en in note["faults"]]
        lines = [f"- {plain(text)}" for text in texts[:SHOWN]]
        if len(texts) > SHOWN:
            lines.append(f"- {say('import.more', count=len(texts) - SHOWN)}")
        st.markdown("\n".join(lines))
    with st.container(horizontal=True):
        st.download_button(
            say("import.report"), note["report"], file_name=say("import.report_name"),
            key="import-report",
        )  # fmt: skip
        if st.button(say("import.close"), key="import-close"):
            del st.session_state[NOTE]
            st.rerun()


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
