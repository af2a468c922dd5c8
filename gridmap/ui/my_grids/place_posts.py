"""Posts on groups and objects: confirmed and disputed by a cadre, and the planner's list.

Every text of the data is escaped here.
"""

from datetime import datetime
from html import escape
from pathlib import Path

import streamlit as st

from gridmap.access.answers import LONGEST_SENTENCE
from gridmap.plan.plan import Plan
from gridmap.receipts.place_posts import (
    PlacePost,
    confirm_place,
    dispute_place,
    place_posts,
    place_receipts,
    place_responses,
)
from gridmap.rules.roles import role_title
from gridmap.ui.shell import plans
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.tables import show_frame
from layers.contract.errors import GridmapError

__all__ = ["names_of_places", "show", "show_unconfirmed"]

STATES = ("confirmed", "unconfirmed", "disputed")
SENT = "my-place-sent"  # the place that a dispute has just been sent of


def show(path: Path, person_id: str, say: Translator) -> bool:
    """Show what a person does for groups and objects; gives whether there is any."""
    try:
        posts = place_posts(plans.open_plan(path), person_id)
        receipts = place_receipts(path) if posts else {}
    except GridmapError:
        st.error(say("my_grids.no_answers"))  # where the file lies is not the cadre's to know
        return False
    if not posts:
        return False
    st.subheader(say("my_grids.places", count=len(posts)))
    for number, post in enumerate(posts):
        with st.container(border=True, gap="small", key=f"my-place-{number}"):
            st.html(_card(post, say))
            day = receipts.get((person_id, post.place, post.state))
            if day:
                st.success(say("my_grids.place_confirmed", date=day))
            elif st.button(
                say("my_grids.place_confirm"), width="stretch", key=f"confirm-place-{number}"
            ):
                _confirm(path, person_id, post, say)
            _dispute(path, person_id, post, number, say)
    return True


def names_of_places(path: Path, person_id: str, say: Translator) -> dict[str, str]:
    """Give the name of each group and object that a person is on a post of, by id."""
    posts = place_posts(plans.open_plan(path), person_id)
    return {one.place: one.name if say.language == "zh" else one.name_en for one in posts}


def _confirm(path: Path, person_id: str, post: PlacePost, say: Translator) -> None:
    try:
        confirm_place(plans.open_plan(path), path, person_id, post.place, datetime.now())
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    st.rerun()


def _dispute(path: Path, person_id: str, post: PlacePost, number: int, say: Translator) -> None:
    if st.session_state.get(SENT) == post.place:
        del st.session_state[SENT]
        st.success(say("my_grids.sent"))
    with (
        st.expander(say("my_grids.place_dispute")),
        st.form(f"dispute-place-{number}", border=False, clear_on_submit=False),
    ):
        st.caption(say("my_grids.place_dispute_note"))
        sentence = st.text_area(
            say("my_grids.sentence"),
            placeholder=say("my_grids.place_sentence_hint"),
            max_chars=LONGEST_SENTENCE,
            key=f"place-sentence-{number}",
        )
        if not st.form_submit_button(say("my_grids.send"), width="stretch"):
            return
        plan, when = plans.open_plan(path), datetime.now()
        try:
            dispute_place(plan, path, person_id, post.place, sentence=sentence, when=when)
        except GridmapError as error:
            st.error(plain(error.text(say.language)))
            return
    st.session_state[SENT] = post.place
    st.rerun()


def _card(post: PlacePost, say: Translator) -> str:
    zh = say.language == "zh"
    name, role = (post.name, post.role_name) if zh else (post.name_en, post.role_name_en)
    kind = say(f"lookup.{post.kind}")
    duties = "".join(f"<li>{escape(one)}</li>" for one in post.duties)
    return (
        f'<section class="my-grid-part"><h2>{escape(name)}</h2>'
        f"<p>{escape(kind)} · {escape(role)}</p>{f'<ul>{duties}</ul>' if duties else ''}</section>"
    )


def show_unconfirmed(plan: Plan, path: Path, say: Translator) -> None:
    """List for the planner who has not confirmed a post on a group or an object."""
    try:
        found = place_responses(plan, path)
    except GridmapError:
        return  # told above, beside the receipts of grids
    if found.empty:
        return
    late = found[found["state"] != "confirmed"]
    st.subheader(say("answers.places"))
    counts = {one: int((found["state"] == one).sum()) for one in STATES}
    st.caption(say("answers.places_count", **counts))
    if late.empty:
        return
    people = plan.people["name"]
    columns = {
        "lookup.head": [say(f"lookup.{kind}") for kind in late["kind"]],
        "column.name": late["name"].to_list(),
        "answers.state": [say(f"answers.{state}") for state in late["state"]],
        "answers.person": [str(people.get(one, one)) for one in late["person_id"]],
        "answers.role": [role_title(plan.rules, one, say.language) for one in late["role"]],
    }
    show_frame(
        {say(head): values for head, values in columns.items()},
        hide_index=True,
        key="answers-places",
        alt=say("answers.places"),
    )
