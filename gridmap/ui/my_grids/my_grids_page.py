"""The page 我的网格 of a cadre, for a phone: the grid, am I inside, confirm, dispute.

Everything on it comes from one view (`gridmap.access.view`), which holds what the link opens.
"""

import math
from datetime import date, datetime
from pathlib import Path
from typing import Any

import streamlit as st

from gridmap.access.answers import LONGEST_SENTENCE, confirm, confirmed_on, dispute, disputes
from gridmap.access.view import CadreView, GridView
from gridmap.boards.qr import BOARD
from gridmap.boards.record import Spot
from gridmap.phone.own_map import Place
from gridmap.ui.my_grids import boards_part, grid_map, phone_files, place_posts, subordinates
from gridmap.ui.my_grids.grid_sheet import grid_sheet, office_contact
from gridmap.ui.shell import i18n, plans
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.server import app_address
from gridmap.ui.theme.no_page import closed_page
from layers.contract.errors import GridmapError

__all__ = ["show"]

PLACE, SENT, CHOSEN = "my-place", "my-dispute-sent", "my-grid"


def show(
    path: Path,
    person_id: str,
    expires: date | None,
    say: Translator,
    *,
    serial: str = "",
    basemap: dict[str, Any] | None = None,
) -> None:
    """Show what a person's link opens.

    Parameters
    ----------
    path
        The plan.
    person_id
        Who opened the link.
    expires
        Last day on which it opens.
    serial
        Of the link, for the page to take along; "" for none.
    basemap
        What `gridmap.ui.shell.plan_map.basemap_of` says of a picture under the grid.
    """
    with st.container(key="my-grids"):
        try:
            view = plans.view_of(path, person_id)
        except GridmapError:
            view = None  # what is wrong with the file is the planner's to know
        try:
            objects = plans.objects_of_person(path, person_id)
        except GridmapError:
            objects = ()
        if view is not None and not view.grids and plans.has_places(path, person_id):
            _head(view, say)
            if view.office_phone:
                st.html(office_contact(view.office_phone, say))
            place_posts.show(path, person_id, say)
            boards_part.show(path, person_id, say)
            _sent_before(path, view, say)
            subordinates.show_objects(objects, say)
            _foot(path, view, serial, expires, say)
            return
        if view is None or not view.grids:
            i18n.switch(say)
            st.html(closed_page(say("my_grids.none"), say("my_grids.none_note")))
            return
        _head(view, say)
        grid = _choose(view, say)
        place = st.session_state.get(PLACE)
        tapped = Spot(place["lon"], place["lat"]) if place is not None else None
        scanned = BOARD in st.query_params  # that is what they came for
        if scanned:
            boards_part.show(path, person_id, say, tapped=tapped)
        grid_map.show_map(view, grid, place, say, _keep_place, basemap=basemap)
        if basemap is not None and basemap["notes"]:
            st.caption(plain(" · ".join(basemap["notes"])))
        # Who has just chosen a place goes on below the map.
        parts = [_receipt, _dispute] if place is None else [_dispute, _receipt]
        for part in parts:
            part(path, view, grid, say)
        if not scanned:
            boards_part.show(path, person_id, say, tapped=tapped)
        st.html(grid_sheet(grid, say, office_phone=view.office_phone))
        place_posts.show(path, person_id, say)
        subordinates.show_objects(objects, say)
        subordinates.show(path, person_id, say)
        _foot(path, view, serial, expires, say)


def _foot(path: Path, view: CadreView, serial: str, expires: date | None, say: Translator) -> None:
    if serial:
        with st.expander(say("phone_files.take_along")):
            phone_files.offer_install(say)
            phone_files.offer_page(path, serial, view.name, app_address(), say, "my-phone-page")
    if expires is not None:
        st.caption(say("my_grids.until", date=expires.isoformat()))


def _head(view: CadreView, say: Translator) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(say("my_grids.title"), width="stretch")
        i18n.switch(say)
    name, office = plain(view.name), plain(view.office)
    st.markdown(f"**{say('my_grids.who', name=name, office=office) if office else name}**")
    town = view.town if say.language == "zh" else view.town_en
    st.caption(
        say("my_grids.version", town=plain(town), version=plain(view.version), date=view.valid_from)
    )


def _choose(view: CadreView, say: Translator) -> GridView:
    if len(view.grids) == 1:
        return view.grids[0]
    code = st.selectbox(
        say("my_grids.choose"),
        [grid.code for grid in view.grids],
        format_func=lambda code: _name(view, code, say),
        key=CHOSEN,
    )
    return view.grid(code) or view.grids[0]


def _keep_place(place: Any) -> None:
    """Keep what a browser sent, if it is a place."""
    try:
        lon, lat = (float(place[key]) for key in ("lon", "lat"))
    except (KeyError, TypeError, ValueError):
        return
    if math.isfinite(lon) and math.isfinite(lat):
        found: Place = {"lon": lon, "lat": lat}
        st.session_state[PLACE] = found


def _receipt(path: Path, view: CadreView, grid: GridView, say: Translator) -> None:
    try:
        day = confirmed_on(path, view, grid.code)
    except GridmapError:
        st.error(say("my_grids.no_answers"))  # where the file lies is not the cadre's to know
        return
    if day:
        st.success(say("my_grids.confirmed", date=day))
        return
    if st.button(say("my_grids.confirm"), type="primary", width="stretch", key="confirm"):
        try:
            confirm(path, view, grid.code, when=datetime.now())
        except GridmapError as error:
            st.error(plain(error.text(say.language)))
            return
        st.rerun()
    st.caption(say("my_grids.confirm_note"))


def _dispute(path: Path, view: CadreView, grid: GridView, say: Translator) -> None:
    if st.session_state.pop(SENT, False):
        st.success(say("my_grids.sent"))
    place: Place | None = st.session_state.get(PLACE)
    with st.expander(say("my_grids.dispute"), expanded=place is not None):
        st.caption(say("my_grids.dispute_note"))
        st.markdown(
            say("my_grids.no_place")
            if place is None
            else say("my_grids.place", lon=f"{place['lon']:.6f}", lat=f"{place['lat']:.6f}")
        )
        with st.form("dispute", border=False, clear_on_submit=False):
            sentence = st.text_area(
                say("my_grids.sentence"),
                placeholder=say("my_grids.sentence_hint"),
                max_chars=LONGEST_SENTENCE,
                key="sentence",
            )
            if st.form_submit_button(say("my_grids.send"), width="stretch"):
                _send(path, view, grid, place, sentence, say)
    _sent_before(path, view, say)


def _send(
    path: Path, view: CadreView, grid: GridView, place: Place | None, sentence: str, say: Translator
) -> None:
    if place is None:
        st.error(say("my_grids.no_place"))
        return
    try:
        dispute(
            path,
            view,
            grid.code,
            lon=place["lon"],
            lat=place["lat"],
            sentence=sentence,
            when=datetime.now(),
        )
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    st.session_state[SENT] = True
    st.rerun()


def _sent_before(path: Path, view: CadreView, say: Translator) -> None:
    """Show every own dispute, of grids of before too, with what became of it."""
    try:
        known = disputes(path)
    except GridmapError:
        return  # told above, beside the receipt
    own = known[known["person_id"] == view.person_id].iloc[::-1]
    if own.empty:
        return
    places = place_posts.names_of_places(path, view.person_id, say)
    st.subheader(say("my_grids.my_disputes"))
    for row in own.itertuples():
        with st.container(border=True):
            state = f"**{say('my_grids.open')}**"
            if row.settled:
                outcome = say(f"answers.outcome_{row.outcome}")
                state = f"**{outcome}** · {say('my_grids.settled', date=row.settled)}"
            where = plain(places.get(row.grid_code) or _name(view, row.grid_code, say))
            st.markdown(f"{plain(row.sentence)}  \n{where} · {row.time[:10]} · {state}")
            if row.settled and row.reply:
                who = plain(row.settled_by)
                st.info(say("my_grids.reply", who=who, text=plain(row.reply)))


def _name(view: CadreView, code: str, say: Translator) -> str:
    grid = view.grid(code)
    if grid is None:
        return code
    return grid.name if say.language == "zh" else grid.name_en
