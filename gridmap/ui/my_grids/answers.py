"""The planner's side of the cadres' pages: who has confirmed, and what is disputed.

Sentences are hostile until escaped: they are shown as plain text.
"""

from datetime import datetime
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gridmap.access.answers import disputes, faulty_answers, responses, settle
from gridmap.access.links import faulty_links
from gridmap.plan.plan import Plan
from gridmap.rules.roles import role_title
from gridmap.ui.my_grids import audit_table, links, place_posts
from gridmap.ui.shell import guard, plan_map
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.tables import names_of
from layers.contract.errors import GridmapError

__all__ = ["answer_table", "show", "waiting"]

TABLE_HEIGHT_PX = 420
STATES = ("disputed", "unconfirmed")


def waiting(plan: Plan, path: Path) -> int:
    """Count the posts whose people have not confirmed, or dispute, their grid."""
    return int((responses(plan, path)["state"] != "confirmed").sum())


def answer_table(plan: Plan, answers: pd.DataFrame, say: Translator) -> pd.DataFrame:
    """Give one row a person's grid that is not confirmed or is disputed, disputes first.

    Parameters
    ----------
    plan
        The plan.
    answers
        What `responses` gives.
    """
    found = answers[answers["state"] != "confirmed"]
    found = found.sort_values("state", key=lambda states: states.map(STATES.index), kind="stable")
    names = names_of(plan.grids, say.language)
    return pd.DataFrame(
        {
            "state": [say(f"answers.{state}") for state in found["state"]],
            "code": found["grid_code"].to_numpy(),
            "name": names.reindex(found["grid_code"]).to_numpy(),
            "person": _people(plan, found["person_id"]),
            "role": [role_title(plan.rules, role, say.language) for role in found["role"]],
        }
    )


@guard.fragment
def show(
    plan: Plan, path: Path, say: Translator, *, in_folder: bool, may_change: bool, folder: Path
) -> None:
    """Show answers and, to a planner, links and the audit.

    Parameters
    ----------
    plan, path
        The plan and its file.
    in_folder
        Whether the app finds the plan by itself, so that links can open it.
    may_change
        Whether it is a planner.
    folder
        Of the plans, where the audit lies.
    """
    try:
        found = responses(plan, path)
    except GridmapError as error:
        # Where files lie is the planner's to know.
        why = say("answers.unreadable", why=plain(error.text(say.language)))
        st.error(why if may_change else say("my_grids.no_answers"))
        return
    counts = found["state"].value_counts()
    states = ("confirmed", "unconfirmed", "disputed")
    left, right = st.columns([3, 1], vertical_alignment="center")
    left.caption(say("answers.counts", **{state: int(counts.get(state, 0)) for state in states}))
    if may_change:
        _for_planners(plan, path, right, say, in_folder=in_folder, folder=folder)
    _disputes(plan, path, say, may_change)
    place_posts.show_unconfirmed(plan, path, say)
    st.subheader(say("answers.list"))
    table = answer_table(plan, found, say)
    if table.empty:
        st.success(say("answers.all_confirmed"))
        return
    heads = {"state": "answers.state", "person": "answers.person", "role": "answers.role"}
    st.caption(say("tables.go_hint"))
    chosen = st.dataframe(
        table,
        hide_index=True,
        height=TABLE_HEIGHT_PX,
        column_config={name: say(heads.get(name, f"column.{name}")) for name in table.columns},
        on_select="rerun",
        selection_mode="single-row",
        key="answers-table",
        alt=say("answers.list"),
    )
    plan_map.go_to_chosen(table["code"], chosen.selection.rows, "answers-gone")


def _for_planners(
    plan: Plan, path: Path, place: DeltaGenerator, say: Translator, *, in_folder: bool, folder: Path
) -> None:
    if place.button(say("link.open"), width="stretch", key="links"):
        links.open_dialog(plan, path, say, in_folder=in_folder)
    if place.button(say("audit.open"), width="stretch", key="audit"):
        audit_table.open_dialog(folder, say)
    try:
        faulty = faulty_answers(path) + faulty_links(path)
    except GridmapError as error:
        st.warning(say("answers.unreadable", why=plain(error.text(say.language))))
        return
    if faulty:
        st.warning(say("answers.faulty", count=faulty))


def _disputes(plan: Plan, path: Path, say: Translator, may_change: bool) -> None:
    st.subheader(say("answers.disputes"))
    known = disputes(path)
    known = known[known["settled"] == ""]
    if known.empty:
        st.caption(say("answers.no_disputes"))
        return
    for row, name in zip(known.itertuples(), _people(plan, known["person_id"]), strict=True):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            said = say(
                "answers.said",
                name=plain(name),
                time=plain(row.time[:16].replace("T", " ")),
                lon=f"{row.lon:.6f}",
                lat=f"{row.lat:.6f}",
            )
            st.markdown(f"**{plain(row.grid_code)}** {plain(row.sentence)}  \n{said}")
            if may_change and st.button(say("answers.settle"), key=f"settle-{row.id}"):
                settle(path, row.id, when=datetime.now())
                st.rerun()


def _people(plan: Plan, people: pd.Series) -> list[str]:
    names = plan.people["name"]
    return [str(names.get(person, person)) for person in people]
