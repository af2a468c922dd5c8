"""Questions to what was published: the version of a day, who was responsible, what changed."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pandas as pd
import streamlit as st

from gridmap.publications import Version, changes_between, version_on, who_was
from gridmap.ui.shell import guard
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.tables import show_frame
from layers.contract.errors import GridmapError

__all__ = ["show_changes", "show_day"]

_PLACE = ("grids", "name", "people")
_CHANGED = ("grids", "name", "change", "people", "successors")


def show_day(
    context: PageContext, path: Path, versions: list[Version], branch: Callable[[str], None]
) -> None:
    """Say which version was in force on a day and who was responsible; branch a draft of it."""
    say, first = context.say, date.fromisoformat(versions[0].first_day)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        day = st.date_input(
            say("published.day"), value=max(date.today(), first), min_value=first, max_value=None,
            key="published-on", width=220,
        )  # fmt: skip
        place = st.text_input(
            say("published.place"), max_chars=80, key="published-place", width=300
        )
    try:
        found = version_on(path, str(day))
        with st.container(horizontal=True, vertical_alignment="center"):
            told = say("published.in_force", day=str(day), number=plain(found.number))
            st.markdown(told, width="content")
            if context.may_change:
                st.button(
                    say("published.branch"),
                    on_click=guard.callback(lambda: branch(found.number)),
                    key="published-branch",
                )
        if place.strip():
            _responsible(path, str(day), place.strip(), say)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))


def show_changes(path: Path, versions: list[Version], say: Translator) -> None:
    """Show what changed between two versions."""
    numbers = [one.number for one in versions]
    with st.expander(say("published.changes"), key="published-changes"):
        left, right = st.columns(2)
        first = left.selectbox(
            say("published.before"), numbers, index=len(numbers) - 2, key="published-before"
        )
        second = right.selectbox(
            say("published.after"), numbers, index=len(numbers) - 1, key="published-after"
        )
        if st.button(say("published.compare"), key="published-compare"):
            try:
                rows = changes_between(path, first, second)
            except GridmapError as error:
                st.error(plain(error.text(say.language)))
                return
            if rows.empty:
                st.caption(say("published.same"))
                return
            told = [
                (code, row["name"], _named(str(row["change"]), say), row["people_after"],
                 row["successors"])
                for code, row in rows.iterrows()
            ]  # fmt: skip
            _table(told, _CHANGED, say, key="published-changed")


def _responsible(path: Path, day: str, place: str, say: Translator) -> None:
    """Answer for longitude and latitude, or for the id of an object."""
    numbers = place.replace("，", ",").replace("、", ",").split(",")
    try:
        lon, lat = (float(one) for one in numbers)
        found = who_was(path, day, lon=lon, lat=lat)
    except (TypeError, ValueError) as error:
        if isinstance(error, GridmapError):
            raise
        found = who_was(path, day, object_id=place)
    rows = [(one.code, one.name, "、".join(man.name for man in one.people)) for one in found.line]
    _table(rows, _PLACE, say, key="published-line")


def _named(changes: str, say: Translator) -> str:
    return "、".join(say(f"published.change_{one}") for one in changes.split(";"))


def _table(
    rows: Sequence[tuple[object, ...]], heads: tuple[str, ...], say: Translator, *, key: str
) -> None:
    names = [say(f"published.{head}") for head in heads]
    show_frame(pd.DataFrame(rows, columns=names), hide_index=True, key=key)
