"""Step 3 of sharing: links to the cadres' own pages, links to look at, and who has answered."""

from datetime import date, timedelta
from urllib.parse import urlsplit

import streamlit as st

from gridmap.access.answers import responses
from gridmap.access.entrance import is_loopback
from gridmap.access.links import (
    Link,
    are_paused,
    link_address,
    links_of,
    make_view_link,
    qr_svg,
    revoke,
)
from gridmap.plan.plan import Plan
from gridmap.ui.my_grids import links
from gridmap.ui.shell import guard, header
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.server import app_address
from layers.contract.errors import GridmapError

__all__ = ["link_counts", "show"]

DAYS, MOST_DAYS = 30, 730
MADE = "share-view-made"
QR_PX = 180
COUNT_PX = 92


def link_counts(plan: Plan, known: list[Link], *, today: date) -> dict[str, int]:
    """Count people on posts with and without a link in force, and links to look at.

    Parameters
    ----------
    plan
        The plan.
    known
        What `links_of` gives.
    today
        A link of an earlier last day is in force no more.

    Returns
    -------
    `people` on posts, `held` of them with a link, `without` one, and `view` links.
    """
    on_post = set(plan.assignments.loc[plan.assignments["status"] == "filled", "person_id"])
    good = [link for link in known if not link.revoked and link.expires >= today]
    held = on_post & {link.person_id for link in good if not link.is_view}
    return {
        "people": len(on_post),
        "held": len(held),
        "without": len(on_post) - len(held),
        "view": sum(link.is_view for link in good),
    }


def show(context: PageContext) -> None:
    """Show how many links are out and what came back; make links to look at."""
    say = context.say
    with st.container(border=True, key="share-links", height="stretch"):
        st.subheader(say("share.links"), anchor=False)
        plan = header.open_plan(context) if context.path is not None else None
        if plan is None or context.path is None:
            st.info(say("share.no_plan"))
            return
        if not context.in_folder:
            st.info(say("link.outside"))
            return
        known = links_of(context.path)
        counts = link_counts(plan, known, today=date.today())
        state = responses(plan, context.path)["state"].value_counts()
        with st.container(horizontal=True, key="share-counts"):
            for key in ("people", "held", "without", "view"):
                st.metric(say(f"share.{key}"), f"{counts[key]:,}", width=COUNT_PX)
        states = ("confirmed", "unconfirmed", "disputed")
        st.caption(say("answers.counts", **{one: int(state.get(one, 0)) for one in states}))
        if st.button(say("link.open"), key="share-personal"):
            links.open_dialog(plan, context.path, say, in_folder=True)
        st.divider()
        _view_links(context, known)


@guard.fragment
def _view_links(context: PageContext, known: list[Link]) -> None:
    say, path = context.say, context.path
    assert path is not None
    st.markdown(f"**{say('share.look')}**")
    st.caption(say("share.look_note"))
    if are_paused(path):
        st.warning(say("link.paused"))
        return
    with st.form("share-look", border=False):
        label = st.text_input(say("share.for_whom"), key="share-label", max_chars=60)
        left, right = st.columns([1, 2])
        days = left.number_input(say("link.days"), 1, MOST_DAYS, DAYS, key="share-days")
        address = right.text_input(say("link.address"), value=app_address(), key="share-address")
        pressed = st.form_submit_button(say("share.look_make"), key="share-look-go")
    if is_loopback(urlsplit(address).hostname or ""):
        st.caption(say("share.only_here"))
    if pressed:
        _make(context, label, int(days), address)
    if MADE in st.session_state:
        link, shown = st.session_state[MADE]
        _made(link, shown, say)
    today = date.today()
    for link in known:
        if link.is_view and not link.revoked and link.expires >= today:
            _row(context, link)


def _make(context: PageContext, label: str, days: int, address: str) -> None:
    say, path = context.say, context.path
    assert path is not None
    st.session_state.pop(MADE, None)
    if not link_address(address, "x"):
        st.error(say("link.bad_address"))
        return
    today = date.today()
    try:
        made, token = make_view_link(path, label, expires=today + timedelta(days=days), today=today)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    st.session_state[MADE] = (made, link_address(address, token))
    st.rerun()  # the counts above know of it too


def _made(made: Link, address: str, say: Translator) -> None:
    st.success(say("link.made", name=plain(made.label), date=made.expires.isoformat()))
    left, right = st.columns([2, 1], vertical_alignment="center")
    left.code(address, language=None, wrap_lines=True)
    right.image(qr_svg(address), width=QR_PX)


def _row(context: PageContext, link: Link) -> None:
    say, path = context.say, context.path
    assert path is not None

    def end() -> None:
        revoke(path, serial=link.serial, today=date.today())
        st.session_state.pop(MADE, None)

    with st.container(horizontal=True, vertical_alignment="center"):
        row = say("link.row", name=plain(link.label), date=link.expires.isoformat())
        st.markdown(row, width="stretch")
        key = f"share-revoke-{link.serial}"
        if st.button(say("link.revoke"), on_click=guard.callback(end), key=key):
            st.rerun()
