"""The last change on the page 数据, with a button that takes it back."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from gridmap.rules.text import change_rules
from gridmap.ui.data.town_files import bring_back, put_aside
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.towns import RULES
from layers.contract.errors import GridmapError, UsageError

__all__ = ["FileChange", "keep", "show_last"]

LAST = "data-last"


@dataclass(frozen=True)
class FileChange:
    """What was done: its words, and what brings the town back to before."""

    town: Path
    words: str  # key
    name: str  # of the file
    rules_before: str | None = None
    rules_after: str | None = None
    added: tuple[str, ...] = ()  # files that were put in
    removed: tuple[str, ...] = ()  # under what the files lie that were put aside


def keep(change: FileChange) -> None:
    """Keep a change as the last one; the run that follows shows it."""
    st.session_state[LAST] = change


def show_last(context: PageContext) -> None:
    """Show the last change of this town, and take it back when asked."""
    change: FileChange | None = st.session_state.get(LAST)
    if change is None or change.town != context.town:
        return
    say = context.say
    with st.container(key="last", horizontal=True, vertical_alignment="center"):
        st.success(say(change.words, name=plain(change.name)), width="stretch")
        if st.button(say("data.undo"), key="undo"):
            try:
                _take_back(change)
            except GridmapError as error:
                st.error(plain(error.text(say.language)))
                return
            st.session_state.pop(LAST)
            st.rerun()


def _take_back(change: FileChange) -> None:
    if change.rules_before is not None:
        change_rules(change.town / RULES, lambda text: _as_before(text, change))
    for name in change.added:
        put_aside(change.town, name)
    for number in change.removed:
        bring_back(change.town, number)


def _as_before(text: str, change: FileChange) -> str:
    if text != change.rules_after or change.rules_before is None:
        raise UsageError(
            "The rules were changed by somebody since then, so this cannot be taken back by "
            "itself. Change the entry by hand.",
            "规则在此之后又有改动，无法自动撤销。请手工修改该条目。",
        )
    return change.rules_before
