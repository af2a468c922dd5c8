"""The planner's side of the cadres' pages: who has confirmed, and what is disputed.

Sentences are hostile until escaped: they are shown as plain text.
"""

from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gridmap.access.answers import (
    LONGEST_SENTENCE,
    Outcome,
    disputes,
    faulty_answers,
    responses,
    settle,
)
from gridmap.access.links import faulty_links
from gridmap.plan.names import place_names
from gridmap.plan.plan import Plan
from gridmap.receipts.by_phone import Sent, sent_by_phone
from gridmap.rules.roles import role_title
from gridmap.ui.my_grids import audit_table, links, phone_files, place_posts
from gridmap.ui.redraw.redraw_remarks import ask_to_open
from gridmap.ui.shell import guard, plan_map
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.tables import names_of, show_frame
from layers.contract.errors import GridmapError

__all__ = ["answer_table", "show", "waiting"]

TABLE_HEIGHT_PX = 420
STATES = ("disputed", "unconfirmed")
SETTLED_SHOWN = 50


def waiting(answers: pd.DataFrame, places: pd.DataFrame, disputed: pd.DataFrame) -> int:
    """Count what is still to be seen to: posts not confirmed, and every dispute that is open.

    A dispute waits also when its grid or its person has changed since.

    Parameters
    ----------
    answers, places, disputed
        What `responses`, `place_responses` and `disputes` give.
    """
    unconfirmed = sum(int((one["state"] == "unconfirmed").sum()) for one in (answers, places))
    return unconfirmed + int((disputed["settled"] == "").sum())


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
    plan: Plan, path: Path, say: Translator, *, in_folder: bool, may_change: bool, folder: Path,
    who: str,
) -> None:  # fmt: skip
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
    who
        Who settles disputes here.
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
    _disputes(plan, path, say, may_change, who)
    place_posts.show_unconfirmed(plan, path, say)
    st.subheader(say("answers.list"))
    table = answer_table(plan, found, say)
    if table.empty:
        st.success(say("answers.all_confirmed"))
        return
    heads = {"state": "answers.state", "person": "answers.person", "role": "answers.role"}
    st.caption(say("tables.go_hint"))
    chosen = show_frame(
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
    if place.button(say("phone_files.take_in"), width="stretch", key="phone-take-in"):
        phone_files.open_take_in(plan, path, say)
    if place.button(say("audit.open"), width="stretch", key="audit"):
        audit_table.open_dialog(folder, say)
    try:
        faulty = faulty_answers(path) + faulty_links(path)
    except GridmapError as error:
        st.warning(say("answers.unreadable", why=plain(error.text(say.language))))
        return
    if faulty:
        st.warning(say("answers.faulty", count=faulty))


def _disputes(plan: Plan, path: Path, say: Translator, may_change: bool, who: str) -> None:
    known = disputes(path)
    known = known.assign(
        name=_people(plan, known["person_id"]), of=_disputed_of(plan, known["grid_code"], say)
    )
    sent = sent_by_phone(path)
    still = known[known["settled"] == ""]
    st.subheader(say("answers.disputes", count=len(still)))
    if still.empty:
        st.caption(say("answers.no_disputes"))
    for row in still.itertuples():
        with st.container(border=True):
            st.markdown(_said(row, sent.get(str(row.id)), say))
            phone_files.show_photo(path, sent.get(str(row.id)), say)
            if may_change:
                _settling(path, row, say, who)
    done = known[known["settled"] != ""].iloc[::-1]
    if len(done):
        with st.expander(say("answers.settled_ones", count=len(done))):
            for row in done.head(SETTLED_SHOWN).itertuples():
                state = say(f"answers.outcome_{row.outcome}")
                reply = f"  \n{plain(row.reply)}" if row.reply else ""
                by = f" · {plain(row.settled_by)}" if row.settled_by else ""
                said = _said(row, sent.get(str(row.id)), say)
                st.markdown(f"{said}  \n**{state}** {row.settled}{by}{reply}")
                phone_files.show_photo(path, sent.get(str(row.id)), say)


def _said(row: Any, sent: Sent | None, say: Translator) -> str:
    name, time = plain(row.name), plain(row.time[:16].replace("T", " "))
    said = say("answers.said", name=name, time=time)
    if _has_place(row):
        said += say("answers.said_at", lon=f"{row.lon:.6f}", lat=f"{row.lat:.6f}")
    said += plain(phone_files.marks(sent, say))
    return f"**{plain(row.of)}** {plain(row.sentence)}  \n{said}"


def _has_place(row: Any) -> bool:
    """Whether a dispute is of a border, and not of a post on a group or object."""
    return bool(row.lon == row.lon)


def _disputed_of(plan: Plan, places: pd.Series, say: Translator) -> list[str]:
    """Give the codes of grids, and the names of groups and objects."""
    if places.empty:
        return []
    names = place_names(plan, say.language)
    return [one if one in plan.grids.index else str(names.get(one, one)) for one in places]


def _settling(path: Path, row: Any, say: Translator, who: str) -> None:
    """Open a dispute of a border as an edit, or reply and settle it."""
    number = row.id
    reply = st.text_input(
        say("redraw.notes_reply_hint"),
        max_chars=LONGEST_SENTENCE,
        key=f"reply-{number}",
        label_visibility="collapsed",
        placeholder=say("answers.reply_hint"),
    )
    with st.container(horizontal=True):
        if _has_place(row) and st.button(
            say("redraw.notes_edit"), key=f"edit-dispute-{number}", type="primary"
        ):
            ask_to_open(f"dispute:{number}")
        for outcome in get_args(Outcome):
            if not st.button(say(f"answers.outcome_{outcome}"), key=f"settle-{outcome}-{number}"):
                continue
            try:
                settle(path, number, when=datetime.now(), outcome=outcome, reply=reply, by=who)
            except GridmapError as error:
                st.error(plain(error.text(say.language)))
                return
            st.rerun()


def _people(plan: Plan, people: pd.Series) -> list[str]:
    names = plan.people["name"]
    return [str(names.get(person, person)) for person in people]
