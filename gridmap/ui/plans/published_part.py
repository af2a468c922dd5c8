"""The part 发布 of the page of plans: versions of the open plan, publishing, the plan of a day."""

from datetime import date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from gridmap.publications import (
    PublishRefusedError,
    Version,
    newer_of_another,
    next_number,
    versions_of,
)
from gridmap.store.glance import glance
from gridmap.ui.plans.published_asked import show_changes, show_day
from gridmap.ui.shell import guard
from gridmap.ui.shell.context import PageContext, choose_plan, plan_key
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.plans import revision_of, store_with
from gridmap.ui.shell.server import app_address
from gridmap.ui.shell.tables import show_frame
from gridmap.versions.by_id import FileVersions
from layers.contract.errors import GridmapError

__all__ = ["show_published"]

NOTE = "published-note"
NUMBER, WHY, DAY, SURE = "published-number", "published-why", "published-day", "published-sure"
REBASE = "published-rebase"
_COLUMNS = ("number", "first_day", "last_day", "published_at", "who", "why")
WIDTH_PX = 1024


def show_published(context: PageContext) -> None:
    """Show what of the open plan was published; whoever may change it can publish."""
    path, say = context.path, context.say
    if path is None:
        return
    seen = glance(path)
    if seen.fault is not None or seen.is_public:
        return
    st.subheader(say("published.head", name=plain(seen.name)), anchor=False)
    _note(context)
    try:
        versions = versions_of(path)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    with st.container(width=WIDTH_PX, key="published"):
        if versions:
            _table(context, versions)
            show_day(context, path, versions, lambda number: _branch(context, number))
            if len(versions) > 1:
                show_changes(path, versions, say)
            _address(context)
        else:
            st.caption(say("published.none"))
        if context.may_change:
            with st.expander(say("published.publish"), key="published-form"):
                if seen.identity.is_frozen:
                    st.caption(say("published.frozen"))
                else:
                    newer = newer_of_another(path)
                    known = [*versions, newer] if newer is not None else versions
                    _form(context, next_number(known, seen.version), newer)


def _table(context: PageContext, versions: list[Version]) -> None:
    rows = [
        (one.number, one.first_day, one.last_day, one.time[:10], one.who, one.why)
        for one in reversed(versions)
    ]
    names = [context.say(f"published.{name}") for name in _COLUMNS]
    show_frame(pd.DataFrame(rows, columns=names), hide_index=True, key="published-table")


def _address(context: PageContext) -> None:
    """Show by which address a GIS opens what was published."""
    app = app_address()
    if not app or context.path is None:
        return
    say, below = context.say, str(st.get_option("server.baseUrlPath") or "").strip("/")
    name = plan_key(context.path, context.folder)
    if not name:  # a plan from elsewhere is not served
        return
    with st.expander(say("published.gis"), key="published-gis"):
        st.caption(say("published.gis_note"))
        where = "/".join(filter(None, [app, below, "ogc", "house", name]))
        st.code(where, language=None, wrap_lines=True)
        st.caption(say("published.gis_public"))


def _form(context: PageContext, suggested: str, newer: Version | None) -> None:
    say = context.say
    left, right = st.columns(2)
    left.text_input(say("published.field_number"), value=suggested, max_chars=40, key=NUMBER)
    right.date_input(say("published.field_day"), value=date.today(), key=DAY)
    st.text_input(say("published.field_why"), max_chars=200, key=WHY)
    rebase = REBASE  # a key of nothing, where there is nothing to tick
    if newer is not None:
        rebase = f"{REBASE}-{newer.chain}"  # who ticks it has seen this version, and no later one
        told = {"number": plain(newer.number), "who": plain(newer.who), "day": newer.first_day}
        st.checkbox(
            say("published.rebase", **told), help=say("published.rebase_help"), key=rebase
        )  # fmt: skip
    sure = st.checkbox(say("published.sure"), key=SURE)
    assert context.path is not None
    seen = revision_of(context.path, context.folder)
    st.button(
        say("published.publish"),
        type="primary",
        on_click=guard.callback(lambda: _publish(context, seen, rebase)),
        disabled=not sure,
        key="published-go",
    )


def _publish(context: PageContext, seen: str | None, rebase: str) -> None:
    """Publish the open plan as it was seen, and keep what is to be said for the page's next run."""
    assert context.path is not None
    state = st.session_state
    try:
        store, id = store_with(context.path, context.folder)
        made = FileVersions(store, context.folder).publish(
            id,
            why=str(state.get(WHY) or "").strip(),
            first_day=str(state[DAY]),
            number=str(state.get(NUMBER) or "").strip(),
            who=context.who,
            when=_now(),
            onto=rebase.removeprefix(f"{REBASE}-") if state.get(rebase) else "",
            expected=seen,
        )
    except PublishRefusedError as error:
        chinese = context.say.language == "zh"
        told = [one.zh if chinese else one.en for one in error.reasons]
        state[NOTE] = {"refused": told}
    except GridmapError as error:
        state[NOTE] = {"fault": error.text(context.say.language)}
    else:
        state[NOTE] = {"number": made.number, "first_day": made.first_day}
        for key in (NUMBER, WHY, DAY, SURE, rebase):
            state.pop(key, None)


def _branch(context: PageContext, number: str) -> None:
    assert context.path is not None
    try:
        store, id = store_with(context.path, context.folder)
        # A version is never another one, whatever the plan has become since.
        made = FileVersions(store, context.folder).branch(
            id, who=context.who, when=_now(), number=number
        )
        target = store.path_of(made)
    except GridmapError as error:
        st.session_state[NOTE] = {"fault": error.text(context.say.language)}
        return
    choose_plan(target, context.folder, context.towns)


def _note(context: PageContext) -> None:
    note: dict[str, Any] | None = st.session_state.pop(NOTE, None)
    if note is None:
        return
    if "fault" in note:
        st.error(plain(note["fault"]))
    elif "refused" in note:
        lines = [context.say("published.refused"), *(f"- {plain(one)}" for one in note["refused"])]
        st.error("\n".join(lines))
    else:
        number = plain(note["number"])
        told = context.say("published.made", number=number, first_day=note["first_day"])
        st.success(told)


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
