"""Putting files into a town: dropped in the browser, or copied from a folder of this machine."""

from pathlib import Path

import streamlit as st

from gridmap.ui.data.data_undo import FileChange, keep
from gridmap.ui.data.town_files import (
    MOST_MB,
    files_in_folder,
    put_in,
    put_in_path,
    set_aside,
)
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.towns import clean_name
from layers.contract.errors import GridmapError

__all__ = ["REFUSED", "forget", "show"]

REFUSED = "data-refused"  # why files were not taken, for the next run
ROUND = "data-round"  # a new round empties the field of dropped files


def forget() -> None:
    """Empty the field of dropped files, in the next run that shows it."""
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    st.session_state.pop(REFUSED, None)


def show(context: PageContext, town: Path) -> None:
    """Show the field for files and the one for a folder; what is taken lies in the town then."""
    say = context.say
    number = st.session_state.setdefault(ROUND, 0)
    with st.container(key="drop", gap="small"):
        st.markdown(f"**{say('data.drop')}**")
        st.caption(say("data.drop_note", size=MOST_MB))
        sent = st.file_uploader(
            say("data.drop"),
            accept_multiple_files=True,
            max_upload_size=MOST_MB,
            label_visibility="collapsed",
            key=f"files-{number}",
        )
    if sent:
        # Taken at once: what had the name is put aside, and one click brings it back.
        _put(context, town, [(one.name, one) for one in sent])
    with st.expander(say("data.from_folder")):
        typed = st.text_input(
            say("data.folder"), placeholder=say("data.folder_hint"), key="data-folder"
        )
        if typed.strip():
            _from_folder(context, town, Path(typed.strip()))


def _from_folder(context: PageContext, town: Path, folder: Path) -> None:
    say = context.say
    try:
        found = files_in_folder(folder)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    if not found:
        st.info(say("data.folder_empty"))
        return
    names = [path.name for path in found]
    chosen = st.multiselect(
        say("data.folder_files"),
        names,
        default=names,
        placeholder=say("data.choose"),
        key=f"chosen {folder}",
    )
    if chosen and st.button(say("data.put", count=len(chosen)), key="put-folder"):
        _put(
            context,
            town,
            [(path.name, path) for path in found if path.name in chosen],
        )


def _put(context: PageContext, town: Path, files: list) -> None:
    """Put in one file after the other; those that are refused are told, the others stay."""
    say = context.say
    aside = {number for number, _ in set_aside(town)}
    there = {path.name for path in town.iterdir()}
    # Those that replace come first: all old parts of a shapefile are gone when new ones come.
    files = sorted(files, key=lambda one: clean_name(one[0]) not in there)
    added, refused = [], []
    bar = st.progress(0.0, say("data.putting"))
    for number, (name, file) in enumerate(files):
        bar.progress(number / len(files), say("data.putting_one", name=plain(name)))
        try:
            if isinstance(file, Path):
                added.append(put_in_path(town, file, replace=True))
            else:
                added.append(put_in(town, name, file, replace=True))
        except GridmapError as error:
            refused.append(error.text(say.language))
    bar.empty()
    if added:
        replaced = tuple(sorted({number for number, _ in set_aside(town)} - aside))
        words = "data.done.replaced" if replaced else "data.done.put"
        new = _whole([name for name in added if name not in there])
        shown = say("mark.list").join(added)
        keep(FileChange(town, words, shown, added=new, removed=replaced))
    forget()
    st.session_state[REFUSED] = refused
    st.rerun()


def _whole(names: list[str]) -> tuple[str, ...]:
    """Leave out the parts of shapefiles that go with their main file."""
    main = {Path(name).stem.lower() for name in names if name.lower().endswith(".shp")}
    return tuple(
        name
        for name in names
        if name.lower().endswith(".shp") or Path(name).stem.lower() not in main
    )
