"""Choosing the town to work on, on the page 数据: one of those, a new one, a copy of a sample."""

from datetime import date
from typing import Literal

import streamlit as st

from gridmap.ui.shell import guard
from gridmap.ui.shell.context import PageContext, choice_round, choose_town, go_to
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.towns import copy_sample, find_samples, find_towns, make_town, names_of
from layers.contract.errors import GridmapError
from layers.location.crs import WORK_CRS, parse_work_crs

__all__ = ["checked_crs", "show"]

PICK_PX = 360


def show(context: PageContext) -> None:
    """Show the choice of a town; the form of a new one is open when there is none."""
    say = context.say
    if context.city is not None:
        _in_city(context)
        return
    towns = find_towns(context.towns)
    may_make = context.scope.everything
    if not towns and not may_make:
        st.info(say("data.no_town_open"))
        return
    if not towns:
        st.markdown(say("data.begin"))
        with st.container(width=640):
            _guide(say, "primary")
            _make(context)
            _copy(context)
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="town-choice"):
        names = {town.name: _shown(town.name, names_of(town), say) for town in towns}

        open_now = context.town.name if context.town else ""
        key = f"data-town-{choice_round()}-{open_now}"
        st.selectbox(
            say("data.town"),
            list(names),
            index=list(names).index(open_now) if open_now in names else None,
            format_func=lambda name: names.get(name, name),
            placeholder=say("data.choose"),
            key=key,
            on_change=guard.callback(lambda: choose_town(st.session_state[key])),
            width=PICK_PX,
        )
        if not may_make:
            return
        _guide(say, "secondary")
        with st.popover(say("data.other_town"), key="other-town"):
            _make(context)
            _copy(context)


def _in_city(context: PageContext) -> None:
    """Lead to the page of the city, where its towns are chosen, when none is open."""
    say = context.say
    if context.town is None:
        st.info(say("rules.no_town_city"))
        if st.button(say("app.go", page=say("page.city")), type="primary", key="data-go-city"):
            go_to("city")


def checked_crs(crs: str) -> str:
    """Give a work CRS as it goes into the rules.

    Raises
    ------
    LayerCRSError
        If it is not known, or lengths and areas cannot be measured in it.
    """
    parse_work_crs(crs, WORK_CRS)
    return crs


def _shown(folder: str, names: tuple[str, str], say: Translator) -> str:
    name = names[0] if say.language == "zh" else names[1]
    return name if name == folder else f"{name} · {folder}"


def _guide(say: Translator, kind: Literal["primary", "secondary"]) -> None:
    """Lead to the page that makes a town from dropped files, step by step."""
    if st.button(say("page.newtown"), type=kind, key="data-begin"):
        go_to("newtown")


def _make(context: PageContext) -> None:
    say = context.say
    with st.form("new-town", border=True):
        st.markdown(f"**{say('data.new_town')}**")
        name = st.text_input(say("data.town_name"), placeholder=say("data.town_name_hint"))
        code = st.text_input(say("data.town_code"), placeholder="410122106000")
        st.caption(say("data.town_code_note"))
        if st.form_submit_button(say("data.make"), type="primary"):
            try:
                town = make_town(context.towns, name, code, today=date.today())
            except GridmapError as error:
                st.error(plain(error.text(say.language)))
                return
            choose_town(town)
            st.rerun()


def _copy(context: PageContext) -> None:
    say = context.say
    st.caption(say("data.or_copy"))
    with st.container(horizontal=True):
        for sample in find_samples():
            name = names_of(sample)[0 if say.language == "zh" else 1]
            label, told = say("home.sample", name=plain(name)), say(f"home.sample.{sample.name}")
            if st.button(label, key=f"data-sample-{sample.name}", help=told):
                try:
                    town = copy_sample(sample, context.towns)
                except GridmapError as error:
                    st.error(plain(error.text(say.language)))
                    return
                choose_town(town)
                st.rerun()
