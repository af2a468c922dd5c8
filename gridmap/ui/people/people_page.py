"""The people page: who is on which post, posting by hand, another roster, and taking it back."""

import tempfile
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypedDict

import pandas as pd
import streamlit as st

from gridmap import edits
from gridmap.plan.plan import Plan
from gridmap.receipts.assignments import with_all_receipts
from gridmap.rules.roles import role_title
from gridmap.staffing.candidates import candidates
from gridmap.staffing.hours import hours_of_plan
from gridmap.staffing.why import why_post
from gridmap.ui.people import people_tables
from gridmap.ui.shell import guard, plans
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.tables import show_frame
from gridmap.workflow.workflow import read_roster_for
from layers.contract.errors import GridmapError
from layers.files.drafts import draft_folder, sweep_drafts

__all__ = ["show"]

TABLE_HEIGHT_PX = 560
MOST_OFFERED = 5  # posts of each kind, beside the table
MOST_ROWS = 15  # of a table that is shown whole
PANEL_PX = 720
METRIC_PX = 172
POST, TABLE, TOLD, FAULT = "people-post", "people-table", "people-told", "people-fault"
WIDTHS_PX = {"reason": 420, "what": 380, "office": 160}


class _Author(TypedDict):
    """What the log wants to know."""

    who: str
    when: str
    why: str


def show(context: PageContext, plan: Plan) -> None:
    """Show the page; only planners reach it."""
    say = context.say
    if told := st.session_state.pop(TOLD, None):
        st.toast(told)
    if fault := st.session_state.pop(FAULT, None):
        st.error(fault)
    posts, people = people_tables.post_table(plan, say), people_tables.people_table(plan, say)
    _headlines(posts, people, say)
    log = edits.edit_log(plan)
    groups = people_tables.group_table(plan, say)
    names = [
        say("people.tab_posts", count=len(posts)),
        say("people.tab_people", count=len(people)),
        say("people.tab_roster"),
        say("people.tab_log", count=len(log)),
    ]
    if len(groups):
        names.append(say("people.tab_groups", count=len(groups)))
    on_posts, on_people, on_roster, on_log, *on_groups = st.tabs(names)
    with on_posts:
        _posts(context, plan, posts)
    with on_people:
        _people(people, say)
    with on_roster:
        _roster(context, plan)
    with on_log:
        _log(context, plan)
    for tab in on_groups:
        with tab:
            st.caption(say("people.groups_note"))
            _table(groups, say, key="people-groups")


def _headlines(posts: pd.DataFrame, people: pd.DataFrame, say: Translator) -> None:
    filled = int((posts["person"] != "").sum())
    figures = {
        "posts": len(posts),
        "filled": filled,
        "vacant": len(posts) - filled,
        "free": int((people["post"] == "").sum()),
    }
    with st.container(horizontal=True, gap="small"):
        for key, value in figures.items():
            st.metric(say(f"people.{key}"), value, border=True, width=METRIC_PX)


def _posts(context: PageContext, plan: Plan, posts: pd.DataFrame) -> None:
    say = context.say
    text, vacant = st.columns([3, 1], vertical_alignment="bottom")
    sought = text.text_input(
        say("people.search"), placeholder=say("people.search_hint"), key="people-find"
    )
    only = vacant.toggle(say("people.only_vacant"), key="people-vacant")
    found = people_tables.searched(posts, sought)
    if plan.rules.roles:
        kinds = list(dict.fromkeys(posts["role"]))
        wanted = st.pills(say("people.role"), kinds, selection_mode="multi", key="people-roles")
        found = found[found["role"].isin(wanted)] if wanted else found
    if only:
        found = found[found["person"] == ""]
    left, right = st.columns([3, 2], gap="medium")
    with left:
        if found.empty:
            st.info(say("people.none_fit"))
        else:
            _table(found, say, on_select=guard.callback(lambda: _chosen(found)))
    ids = list(posts.index)
    if st.session_state.get(POST) not in ids:
        st.session_state[POST] = None
    post = right.selectbox(
        say("people.choose"),
        ids,
        format_func=lambda one: _post_label(one, posts),
        placeholder=say("people.choose_hint"),
        key=POST,
    )
    with right:
        if post is None:
            _first_posts(posts, say)
        else:
            _panel(context, plan, posts, post)


def _first_posts(posts: pd.DataFrame, say: Translator) -> None:
    """Say what can be done here, and offer the posts that most ask for it."""
    with st.container(border=True, key="people-first"):
        st.markdown(say("people.to_do"))
        for part, found in people_tables.first_posts(posts, MOST_OFFERED).items():
            st.markdown(f"**{say(f'people.first_{part}')}**")
            with st.container(gap=None):
                for post, row in found.iterrows():
                    facts = {key: plain(row[key]) for key in ("grid_name", "role", "load")}
                    st.button(
                        say(f"people.first_{part}_row", **facts),
                        type="tertiary",
                        on_click=guard.callback(st.session_state.update),
                        args=({POST: post},),
                        key=f"people-first-{part}-{post}",
                    )


def _chosen(found: pd.DataFrame) -> None:
    """Take over the row that was clicked in the table."""
    rows = st.session_state[TABLE]["selection"]["rows"]
    if rows and rows[0] < len(found):
        st.session_state[POST] = found.index[rows[0]]


def _post_label(post: str, posts: pd.DataFrame) -> str:
    row = posts.loc[post]
    return " ".join(part for part in (post, row["grid_name"], row["role"], row["person"]) if part)


def _panel(context: PageContext, plan: Plan, posts: pd.DataFrame, post: str) -> None:
    say, row = context.say, posts.loc[post]
    with st.container(border=True):
        name = plain(row["person"])
        st.markdown(
            f"**{plain(post)}** {plain(row['grid_name'])}  \n"
            + (say("people.now", name=name) if name else say("people.nobody"))
        )
        st.caption(plain(row["reason"]))
        if not name and st.toggle(say("people.ways"), key=f"people-ways-{post}"):
            with st.spinner(say("people.ways_wait")):
                answer = why_post(plan, post)
            st.info(plain(answer.sentence_zh if say.language == "zh" else answer.sentence))
        table = candidates(plan, post)
        person = st.selectbox(
            say("people.candidate"),
            list(table.index),
            format_func=lambda one: _candidate(table, one, say),
            key=f"people-candidate-{post}",
        )
        if person is not None and say.language == "zh":
            st.caption(plain(table.at[person, "reason_zh"]))
        elif person is not None:
            st.caption(plain(table.at[person, "reason"]))
        both = bool(name) and person is not None and table.at[person, "holds"] != ""
        swap = st.toggle(say("people.swap"), key="people-swap", value=False) if both else False
        also = not swap and person is not None and _may_keep(plan, table, str(person), post, say)
        until = st.date_input(say("people.until_ask"), value=None, key=f"people-until-{post}")
        why = st.text_input(say("people.why"), key="people-why", max_chars=200)
        state = edits.state_id(plan)
        with st.container(horizontal=True):
            if st.button(
                say("people.put"), type="primary", key="people-put", disabled=person is None
            ):
                _change(
                    context,
                    lambda now: edits.post_person(
                        now,
                        str(person),
                        post,
                        swap=swap,
                        also=also,
                        state=state,
                        until=until.isoformat() if isinstance(until, date) else "",
                        **_by(context, why),
                    ),
                    say(
                        "people.done_put",
                        name=plain(str(table.at[person, "name"])),
                        post=plain(post),
                    ),
                )
            if name and st.button(say("people.release"), key="people-release"):
                _change(
                    context,
                    lambda now: edits.free_post(now, post, state=state, **_by(context, why)),
                    say("people.done_release", post=plain(post)),
                )


def _may_keep(plan: Plan, table: pd.DataFrame, person: str, post: str, say: Translator) -> bool:
    """Ask whether somebody with hours left keeps the posts held so far."""
    row = table.loc[person]
    if row["holds"] == "" or row["left"] + 1e-6 < hours_of_plan(plan)[post]:
        return False
    return st.toggle(say("people.also", hours=f"{row['left']:g}"), key="people-also", value=True)


def _candidate(table: pd.DataFrame, person: str, say: Translator) -> str:
    row = table.loc[person]
    key = "people.candidate_busy" if row["holds"] else "people.candidate_free"
    held = row["holds"].replace(";", say("mark.list"))
    text = say(key, name=row["name"], office=row["office"], post=held)
    return text if row["fits"] else say("people.candidate_other", who=text)


def _people(people: pd.DataFrame, say: Translator) -> None:
    text, free = st.columns([3, 1], vertical_alignment="bottom")
    sought = text.text_input(
        say("people.search"), placeholder=say("people.search_hint"), key="people-find-person"
    )
    only = free.toggle(say("people.only_free"), key="people-free")
    found = people_tables.searched(people, sought)
    if only:
        found = found[found["post"] == ""]
    if found.empty:
        st.info(say("people.none_fit"))
        return
    _table(found, say)
    st.caption(say("people.links_note"))


def _roster(context: PageContext, plan: Plan) -> None:
    say = context.say
    roles = plan.people["role"].value_counts()
    st.markdown(
        say("people.roster_now", cadres=roles.get("cadre", 0), leaders=roles.get("leader", 0))
    )
    others = [
        say("people.role_count", role=plain(role_title(plan.rules, one, say.language)), count=count)
        for one, count in roles.items()
        if one not in ("cadre", "leader")
    ]
    if others:
        st.caption(say("mark.list").join(others))
    state = edits.state_id(plan)
    with st.container(border=True, width=PANEL_PX):
        st.caption(say("people.again_note", count=len(edits.posted_by_hand(plan))))
        if st.button(say("people.again"), key="people-again"):
            _assign(context, None, state)
    with st.container(border=True, width=PANEL_PX):
        st.subheader(say("people.roster_new"), anchor=False)
        given = st.file_uploader(
            say("people.roster_file"), type=["xlsx", "csv"], key="people-roster",
            help=say("people.roster_columns"),
        )  # fmt: skip
        st.caption(say("people.roster_columns"))
        if given is None:
            return
        # A draft: should the app be killed here, the next writer sweeps the roster away.
        sweep_drafts(Path(tempfile.gettempdir()))
        with draft_folder(Path(tempfile.gettempdir())) as folder:
            # The name is the visitor's: only its ending is used.
            path = folder / f"roster{Path(given.name).suffix.lower()}"
            path.write_bytes(given.getvalue())
            try:
                people, notes = read_roster_for(plan, path)
                changes = people_tables.roster_changes(plan, people, say)
            except GridmapError as error:
                st.error(plain(error.text(say.language)))
                return
            for note in notes:  # what was repaired or not read, before anybody is posted by it
                text = note.message_zh if say.language == "zh" else note.message
                (st.info if note.severity == "info" else st.warning)(plain(text))
            _differences(changes, say)
            if st.button(say("people.roster_use"), type="primary", key="people-roster-use"):
                _assign(context, path, state)


def _differences(changes: pd.DataFrame, say: Translator) -> None:
    if changes.empty:
        st.info(say("people.roster_same"))
        return
    counts = changes["kind"].value_counts()
    kinds = ("new", "gone", "changed")
    st.markdown(say("people.roster_diff", **{kind: int(counts.get(kind, 0)) for kind in kinds}))
    _table(changes.drop(columns="kind"), say, key="people-changes")


def _log(context: PageContext, plan: Plan) -> None:
    say = context.say
    told = edits.history(plan)
    if told.empty:
        st.info(say("people.nothing_logged"))
        return
    state, phrase = edits.state_id(plan), "what_zh" if say.language == "zh" else "what"
    with st.container(horizontal=True):
        for kind, turn in (("undo", edits.undo), ("redo", edits.redo)):
            next_one = told[told[f"next_{kind}"]]
            if len(next_one):
                label = say(f"people.{kind}", what=plain(next_one[phrase].iloc[0]))
                if st.button(label, key=f"people-{kind}"):
                    _change(
                        context,
                        partial(turn, state=state, **_by(context, "")),
                        say(f"people.done_{kind}"),
                    )
    _table(people_tables.log_table(plan, say), say, key="people-log")


def _assign(context: PageContext, roster: Path | None, state: str) -> None:
    say = context.say

    def again(now: Plan) -> Plan:
        return edits.assign_again(now, roster=roster, state=state, **_by(context, ""))

    with st.spinner(say("people.again")):
        _change(context, again, lambda made: _assigned(made, say))


def _assigned(made: Plan, say: Translator) -> str:
    states = made.assignments["status"].value_counts()
    return say(
        "people.done_assign",
        filled=int(states.get("filled", 0)),
        vacant=int(states.get("vacant", 0)),
    )


def _by(context: PageContext, why: str) -> _Author:
    when = datetime.now().isoformat(timespec="seconds")
    return _Author(who=context.who, when=when, why=why)


def _change(
    context: PageContext, change: Callable[[Plan], Plan], told: str | Callable[[Plan], str]
) -> None:
    """Change the plan in its file and load the page again; what stands in the way is said there."""
    assert context.path is not None
    try:
        path = context.path
        made = plans.change_open(
            path, context.folder, lambda now: with_all_receipts(change(now), path)
        )
    except GridmapError as error:
        st.session_state[FAULT] = context.say(
            "people.stale", why=plain(error.text(context.say.language))
        )
    else:
        st.session_state[TOLD] = told if isinstance(told, str) else told(made)
    st.rerun()


def _table(
    table: pd.DataFrame, say: Translator, *, key: str | None = None,
    on_select: Callable[[], None] | None = None,
) -> None:  # fmt: skip
    """Show a table of `people_tables`; its columns are named in the words of the page."""
    heads = {
        name: st.column_config.Column(say(f"people.{name}"), width=WIDTHS_PX.get(name))
        for name in table.columns
    }
    if "load" in table:
        heads["load"] = st.column_config.TextColumn(say("people.load"), alignment="right")
    options: dict[str, Any] = {}
    if on_select:
        options = {"on_select": on_select, "selection_mode": "single-row"}
    show_frame(
        table,
        hide_index=True,
        height=TABLE_HEIGHT_PX if len(table) > MOST_ROWS else "content",
        column_config=heads,
        alt=say("people.table"),
        key=TABLE if on_select else key,
        **options,
    )
