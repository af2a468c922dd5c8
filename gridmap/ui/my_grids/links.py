"""The dialog for personal links: one for a person, a sheet for all, and those in force."""

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import streamlit as st

from gridmap.access.links import (
    Link,
    are_paused,
    link_address,
    links_of,
    make_link,
    qr_svg,
    revoke,
    take_over,
)
from gridmap.access.sheet import LinkCard, link_sheet
from gridmap.plan.names import names_of
from gridmap.plan.plan import Plan
from gridmap.store import SUFFIX
from gridmap.ui.my_grids import phone_files
from gridmap.ui.shell import guard
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.server import app_address
from layers.contract.errors import GridmapError

__all__ = ["open_dialog", "show"]

DAYS, MOST_DAYS = 180, 730
MADE, SHEET = "link-made", "link-sheet"
ROWS = 12  # links in force that are shown at once


def open_dialog(plan: Plan, path: Path, say: Translator, *, in_folder: bool) -> None:
    """Open the dialog.

    Parameters
    ----------
    plan, path
        The plan and its file.
    in_folder
        Whether the app finds the plan by itself, so that links can open it.
    """
    _forget()

    @guard.dialog(say("link.open"), width="large")
    def links() -> None:
        if in_folder:
            show(plan, path, say)
        else:
            st.info(say("link.outside"))

    links()


def show(plan: Plan, path: Path, say: Translator) -> None:
    """Show what is in the dialog."""
    try:
        if not are_paused(path) or _taken_over(path, say):
            _make(plan, path, say)
        _in_force(plan, path, say)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))


def _taken_over(path: Path, say: Translator) -> bool:
    """Say that the links came from elsewhere; they open again when somebody has looked at them."""
    place = st.empty()
    with place.container():
        st.warning(say("link.paused"))
        pressed = st.button(say("link.take_over"), key="link-take-over")
    if pressed:
        take_over(path)
        place.empty()
    return pressed


def _make(plan: Plan, path: Path, say: Translator) -> None:
    on_post = plan.assignments.loc[plan.assignments["status"] == "filled", "person_id"]
    people = plan.people[plan.people.index.isin(on_post)]
    held = {link.person_id for link in _links_now(path) if not link.is_view}
    without = people[~people.index.isin(held)]
    left, right = st.columns(2)
    with left.form("link"):
        person = st.selectbox(
            say("link.person"),
            list(people.index),
            format_func=lambda one: f"{people.at[one, 'name']} {one}",
            key="link-person",
        )
        days = st.number_input(say("link.days"), 1, MOST_DAYS, DAYS, key="link-days")
        address = st.text_input(say("link.address"), value=app_address(), key="link-address")
        st.caption(say("link.address_note"))
        one = st.form_submit_button(say("link.make"), type="primary", key="link-make")
        every = st.form_submit_button(say("link.make_all"), key="link-make-all")
    until = date.today() + timedelta(days=int(days))
    if (one or every) and not link_address(address, "x"):
        right.error(say("link.bad_address"))
    elif one and person is not None:
        _forget()
        link, token = make_link(path, person, expires=until, today=date.today())
        st.session_state[MADE] = (link, link_address(address, token))
    elif every and without.empty:
        right.info(say("link.all_have"))
    elif every:
        _forget()
        with right:
            st.session_state[SHEET] = (
                len(without),
                _sheet(plan, path, without, address, until, say),
            )
    with right:
        if MADE in st.session_state:
            link, shown = st.session_state[MADE]
            _made(plan, path, link, shown, say)
        elif SHEET in st.session_state:
            count, sheet = st.session_state[SHEET]
            _sheet_made(path, count, sheet, say)


def _forget() -> None:
    for key in (MADE, SHEET):
        st.session_state.pop(key, None)


def _made(plan: Plan, path: Path, link: Link, address: str, say: Translator) -> None:
    name = _names(plan, [link.person_id])[0]
    origin = address.partition("/?")[0]
    st.success(say("link.made", name=plain(name), date=link.expires.isoformat()))
    st.code(address, language=None, wrap_lines=True)
    st.image(qr_svg(address), width=220)
    phone_files.offer_page(path, link.serial, name, origin, say, "link-phone")


def _sheet(
    plan: Plan, path: Path, people: pd.DataFrame, address: str, until: date, say: Translator
) -> str:
    """Make a link for each of some people, and the sheet with all of them."""
    named = names_of(plan.grids, say.language)
    posts = plan.assignments[plan.assignments["status"] == "filled"]
    grids = posts.groupby("person_id")["grid_code"].agg(lambda codes: sorted(set(codes)))
    bar = st.progress(0.0, say("link.making"))
    cards = []
    for number, (person, row) in enumerate(people.iterrows()):
        bar.progress(number / len(people), say("link.making"))
        _, token = make_link(path, str(person), expires=until, today=date.today())
        places = say("mark.list").join(str(named.get(code, code)) for code in grids[person])
        about = say("my_grids.who", name=row["office"], office=places) if row["office"] else places
        expires = say("my_grids.until", date=until.isoformat())
        cards.append(LinkCard(str(row["name"]), about, link_address(address, token), expires))
    bar.empty()
    town = plan.rules.town
    name = town.name_in(say.language)
    title = say("link.sheet_title", town=name)
    return link_sheet(cards, title=title, note=say("link.sheet_note"), language=say.language)


def _sheet_made(path: Path, count: int, sheet: str, say: Translator) -> None:
    st.success(say("link.made_all", count=count))
    name = f"{path.name.removesuffix(SUFFIX)}.links.html"
    st.download_button(
        say("link.download"), sheet, name, "text/html", type="primary", on_click="ignore",
        key="link-download",
    )  # fmt: skip


def _in_force(plan: Plan, path: Path, say: Translator) -> None:
    links = _links_now(path)
    st.subheader(say("link.links", count=len(links)))
    if not links:
        st.caption(say("link.none"))
        return
    # Links that were never handed out, for the sheet was lost, would else have to go one by one.
    if len(links) > 1:
        with st.popover(say("link.revoke_all")):
            st.caption(say("link.revoke_all_note"))
            sure = st.button(say("link.revoke_all_sure"), key="link-revoke-all")
        if sure:
            _forget()
            revoke(path, every=True, today=date.today())
            st.success(say("link.revoked_all", count=len(links)))
            return
    named = [
        (link, say("link.to_look", name=link.label) if link.is_view else name)
        for link, name in zip(links, _names(plan, [one.person_id for one in links]), strict=True)
    ]
    if len(named) > ROWS:
        sought = st.text_input(say("link.find"), key="link-find").strip().casefold()
        named = [one for one in named if sought in f"{one[1]} {one[0].person_id}".casefold()]
        if len(named) > ROWS:
            st.caption(say("link.more", shown=ROWS, count=len(named)))
    for link, name in named[:ROWS]:
        with st.container(horizontal=True, vertical_alignment="center"):
            row = say("link.row", name=plain(name), date=link.expires.isoformat())
            st.markdown(row, width="stretch")
            if st.button(say("link.revoke"), key=f"revoke-{link.serial}"):
                revoke(path, serial=link.serial, today=date.today())
                st.rerun(scope="fragment")


def _links_now(path: Path) -> list[Link]:
    today = date.today()
    return [link for link in links_of(path) if not link.revoked and link.expires >= today]


def _names(plan: Plan, people: list[str]) -> list[str]:
    names = plan.people["name"]
    return [str(names.get(person, person)) for person in people]
