"""The planner's side of the cadres' pages: who has confirmed, what is disputed, and links to give.

Sentences are hostile until escaped: they are shown as plain text.
"""

from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from gridmap.access.answers import disputes, responses, settle
from gridmap.access.links import Link, link_address, links_of, make_link, qr_svg, revoke
from gridmap.plan import Plan
from gridmap.ui import plan_map
from gridmap.ui.markdown import plain
from gridmap.ui.speech import Speech
from gridmap.ui.tables import names_of
from layers.errors import GridmapError

__all__ = ["answer_table", "show", "waiting"]

DAYS, MOST_DAYS = 180, 730
TABLE_HEIGHT_PX = 420
MADE = "link-made"
STATES = ("disputed", "unconfirmed")


def waiting(plan: Plan, path: Path) -> int:
    """Count the posts whose people have not confirmed, or dispute, their grid."""
    return int((responses(plan, path)["state"] != "confirmed").sum())


def answer_table(plan: Plan, answers: pd.DataFrame, say: Speech) -> pd.DataFrame:
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
            "role": [say(f"role.{role}") for role in found["role"]],
        }
    )


@st.fragment
def show(plan: Plan, path: Path, say: Speech, *, in_folder: bool, may_change: bool) -> None:
    """Show answers and, to a planner, links.

    Parameters
    ----------
    plan, path
        The plan and its file.
    in_folder
        Whether the app finds the plan by itself, so that links can open it.
    may_change
        Whether it is a planner.
    """
    try:
        found = responses(plan, path)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    counts = found["state"].value_counts()
    states = ("confirmed", "unconfirmed", "disputed")
    left, right = st.columns([3, 1], vertical_alignment="center")
    left.caption(say("answers.counts", **{state: int(counts.get(state, 0)) for state in states}))
    if may_change and right.button(say("link.open"), width="stretch", key="links"):
        st.session_state.pop(MADE, None)
        _dialog(plan, path, say, in_folder)
    _disputes(plan, path, say, may_change)
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


def _disputes(plan: Plan, path: Path, say: Speech, may_change: bool) -> None:
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


def _dialog(plan: Plan, path: Path, say: Speech, in_folder: bool) -> None:
    @st.dialog(say("link.open"), width="large")
    def links() -> None:
        if not in_folder:
            st.info(say("link.outside"))
            return
        try:
            _make(plan, path, say)
            _in_force(plan, path, say)
        except GridmapError as error:
            st.error(plain(error.text(say.language)))

    links()


def _make(plan: Plan, path: Path, say: Speech) -> None:
    on_post = plan.assignments.loc[plan.assignments["status"] == "filled", "person_id"]
    people = plan.people[plan.people.index.isin(on_post)]["name"]
    left, right = st.columns(2)
    with left.form("link"):
        person = st.selectbox(
            say("link.person"),
            list(people.index),
            format_func=lambda one: f"{people[one]} {one}",
            key="link-person",
        )
        days = st.number_input(say("link.days"), 1, MOST_DAYS, DAYS, key="link-days")
        address = st.text_input(
            say("link.address"), value=_own_address(), key="link-address",
            help=say("link.address_note"),
        )  # fmt: skip
        if st.form_submit_button(say("link.make"), type="primary") and person is not None:
            today = date.today()
            link, token = make_link(
                path, person, expires=today + timedelta(days=int(days)), today=today
            )
            st.session_state[MADE] = (link, link_address(address, token))
    if MADE in st.session_state:
        link, shown = st.session_state[MADE]
        with right:
            _made(plan, link, shown, say)


def _made(plan: Plan, link: Link, address: str, say: Speech) -> None:
    (name,) = _people(plan, pd.Series([link.person_id]))
    st.success(say("link.made", name=plain(name), date=link.expires.isoformat()))
    if address:
        st.code(address, language=None, wrap_lines=True)
        st.image(qr_svg(address), width=220)
    st.caption(say("link.address_note"))


def _in_force(plan: Plan, path: Path, say: Speech) -> None:
    today = date.today()
    links = [link for link in links_of(path) if not link.revoked and link.expires >= today]
    st.subheader(say("link.links", count=len(links)))
    if not links:
        st.caption(say("link.none"))
    names = _people(plan, pd.Series([link.person_id for link in links], dtype="str"))
    for link, name in zip(links, names, strict=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            row = say("link.row", name=plain(name), date=link.expires.isoformat())
            st.markdown(row, width="stretch")
            if st.button(say("link.revoke"), key=f"revoke-{link.serial}"):
                revoke(path, serial=link.serial, today=today)
                st.rerun(scope="fragment")


def _own_address() -> str:
    """Address of the app as this browser sees it, without page and question."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
