"""The top of every page: its title, the town, the choice of a plan, the language."""

from pathlib import Path

import streamlit as st

from gridmap.access.links import TOKEN
from gridmap.access.scope import town_at
from gridmap.plan.identity import identity_of
from gridmap.plan.plan import Plan
from gridmap.store import SUFFIX
from gridmap.ui.shell import auth, guard, i18n, plans
from gridmap.ui.shell.context import (
    LOST,
    PAGES,
    PageContext,
    choice_round,
    choose_path,
    choose_plan,
    go_to,
    plan_key,
    typed_path,
)
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.towns import names_of, plan_folder
from layers.contract.errors import GridmapError
from layers.disks.local_only import network_disk

__all__ = [
    "name_page",
    "no_plan",
    "open_plan",
    "show",
    "tell_frozen",
    "town_name",
    "town_of",
]

KEPT = ("lang", "town", "plan", TOKEN)
# Pages that buttons lead to; the row shows them while they are open.
BY_BUTTON = ("newtown", "wall")
COMMAND = "python -m gridmap demo"
CHANGING = ("people",)  # pages on which an open plan is changed; the map editor says it itself
LONGEST_NAME = 60  # signs of a plan that an address asks for


def show(context: PageContext, key: str, *, account: bool) -> None:
    """Show the top of a page.

    Parameters
    ----------
    context
        Who works on what.
    key
        Of the page.
    account
        Whether somebody has logged in, who can log out.
    """
    say = context.say
    _pages(key, say)
    with st.container(key="top", horizontal=True, vertical_alignment="center"):
        with st.container(key="top-title", width="stretch", horizontal=True, gap=None):
            # No plan is opened for the page of a city.
            town = town_name(context) if key != "city" else ""
            name_page(say(f"page.{key}"), town)
            st.title(plain(town) if key == "home" and town else say(f"page.{key}"), anchor=False)
            if town and key != "home":
                st.caption(plain(town))
        if context.only is None and key != "city":
            _choose(context)
        if account:
            label = say("app.log_out", name=plain(context.who))
            st.button(label, on_click=guard.callback(auth.log_out), type="tertiary", key="log-out")
        i18n.switch(say)
    _lost(context)
    _on_network_disk(context)
    if context.path is not None and key not in ("city", "redraw"):
        plans.note_seen(context.path, context.folder)
        if account:  # who is alone at this machine has nobody to wait for
            _changed_meanwhile(context)


def name_page(*parts: str) -> None:
    """Put page and town into the title of the window, which is what is heard of it first."""
    st.set_page_config(page_title=" · ".join([*filter(None, parts), "gridmap"]))


def _lost(context: PageContext) -> None:
    """Say that the plan that was asked for is not there, and what is open instead."""
    asked = st.session_state.get(LOST)
    if not asked:
        return
    say, name = context.say, asked.removesuffix(SUFFIX)
    shown = f"{name[:LONGEST_NAME]}…" if len(name) > LONGEST_NAME else name
    instead = context.path.name.removesuffix(SUFFIX) if context.path else ""
    with st.container(horizontal=True, vertical_alignment="center", key="plan-lost-note"):
        words = "app.lost_other" if instead else "app.lost"
        st.warning(say(words, asked=plain(shown), open=plain(instead)))
        st.button(
            say("app.lost_ok"),
            on_click=guard.callback(st.session_state.pop),
            args=(LOST,),
            key="lost-ok",
        )


def _on_network_disk(context: PageContext) -> None:
    """Say before anything is begun that nothing can be saved, where that is so."""
    kind = network_disk(context.folder) if context.may_change else ""
    if kind:
        st.warning(context.say("app.network_disk", kind=kind))


@guard.fragment(run_every=guard.LOOK_S)
def _changed_meanwhile(context: PageContext) -> None:
    """Say that somebody else has changed the open plan since the page was drawn.

    The map editor says it itself, with what becomes of the edits that were begun.
    """
    if context.path is not None and plans.is_another(context.path, context.folder):
        with st.container(horizontal=True, vertical_alignment="center", key="plan-changed-note"):
            st.info(context.say("app.changed"))
            if st.button(context.say("app.look_again"), key="plan-look-again"):
                st.rerun()


def _pages(now: str, say: Translator) -> None:
    """Show the row of pages; each link holds town, plan and language, so that it opens anywhere."""
    kept = {name: value for name, value in st.query_params.items() if name in KEPT}
    with st.container(key="nav", horizontal=True, gap=None, wrap=False):
        for key, page in st.session_state.get(PAGES, {}).items():
            if key in BY_BUTTON and key != now:
                continue
            with st.container(
                key=f"nav-now-{key}" if key == now else f"nav-{key}", width="content"
            ):
                st.page_link(page, label=say(f"page.{key}"), query_params=kept)


def no_plan(context: PageContext) -> None:
    """Say that there is no plan yet, and offer the way to one."""
    say = context.say
    with st.container(key="empty", border=True, width=640):
        st.subheader(say("app.no_plan"), anchor=False)
        if not context.may_change:
            st.markdown(say("app.no_plan_viewer"))
            return
        pages = st.session_state.get(PAGES, {})
        if context.city is not None:
            st.markdown(say("city_page.no_plan"))
            if st.button(say("app.go", page=say("page.city")), type="primary", key="no-plan-city"):
                go_to("city")
            return
        st.markdown(say("app.no_plan_note" if context.town is None else "app.no_plan_town"))
        target = "split" if context.town is not None and "split" in pages else "data"
        if target in pages and st.button(
            say("app.go", page=say(f"page.{target}")), type="primary", key="no-plan-go"
        ):
            go_to(target)
        st.caption(say("app.empty", folder=plain(str(context.folder))))
        st.code(COMMAND, language=None)


def open_plan(context: PageContext) -> Plan | None:
    """Open the plan of the context; when it cannot be opened, say so and what stands in the way."""
    assert context.path is not None
    try:
        with st.spinner(context.say("app.opening")):
            return plans.open_plan(context.path)
    except GridmapError as error:
        # A path is shown to who typed it; whoever came by an address is told the name.
        shown = typed_path() if context.may_change and typed_path() else context.path.name
        st.error(context.say("app.cannot_open", path=plain(shown)))
        if context.may_change:  # where files lie is not a viewer's to know
            with st.expander(context.say("app.details")):
                st.text(error.text(context.say.language))
        return None


def tell_frozen(context: PageContext, plan: Plan, key: str) -> None:
    """Say on a page that changes plans that the open one is frozen, and lead to the ways out."""
    found, say = identity_of(plan), context.say
    if not (found.is_frozen and context.may_change and key in CHANGING):
        return
    with st.container(horizontal=True, vertical_alignment="center", key="plan-frozen-note"):
        who, day = plain(found.frozen_by), found.frozen_at[:10]
        st.warning(say("plans.frozen_page", who=who, day=day))
        if st.button(say("plans.frozen_go"), key="plan-frozen-go"):
            go_to("plans")


def town_name(context: PageContext) -> str:
    """Name of the town that is open, in the language; "" when there is none."""
    if context.town is not None:
        return names_of(context.town)[0 if context.say.language == "zh" else 1]
    return "" if context.path is None else town_of(context.path, context.say)


def town_of(path: Path, say: Translator) -> str:
    """Name of the town of a plan, in the language; "" when the plan cannot be opened."""
    try:
        with st.spinner(say("app.opening")):  # a large plan takes its time
            town = plans.open_plan(path).rules.town
    except GridmapError:
        return ""
    return town.name_in(say.language)


def _choose(context: PageContext) -> None:
    say = context.say
    label = plain(plans.title_of(context.path)) if context.path else say("app.open")
    with st.popover(label, icon=":material/layers:", key="plan-choice"):
        found = _choices(context)
        ids = {path: id for id, path in plans.store_of(context.folder).paths().items()}
        names = {ids[path]: path for path in found if path in ids}
        labels = plans.labels_of(found)
        open_now = plan_key(context.path, context.folder) if context.path else ""

        key = f"plan-{choice_round()}-{open_now}"
        path_key = f"path-{choice_round()}"

        def chosen() -> None:
            path = names.get(st.session_state[key] or "")
            if path is not None:
                choose_plan(path, context.folder, context.towns)

        st.selectbox(
            say("app.plans"),
            list(names),
            index=list(names).index(open_now) if open_now in names else None,
            format_func=lambda name: labels[names[name]],
            placeholder=say("app.no_plans") if not names else say("app.plans_hint"),
            disabled=not names,
            key=key,
            on_change=guard.callback(chosen),
        )
        if context.may_change and context.scope.everything:
            st.text_input(
                say("app.path"),
                value=typed_path(),
                placeholder=say("app.path_hint"),
                key=path_key,
                on_change=guard.callback(lambda: choose_path(st.session_state[path_key])),
            )


def _choices(context: PageContext) -> list[Path]:
    """All plans, those of the town that is open first; in a city those of this town alone."""
    found = context.plans()
    place = context.path or context.town
    if context.city is not None and place is not None:
        # Another town is opened on the page of the city: a list of thousands helps nobody.
        town = town_at(place, context.folder)
        return [path for path in found if town_at(path, context.folder) == town]
    if context.town is None:
        return found
    own = plan_folder(context.folder, context.town)
    return sorted(found, key=lambda path: own not in path.parents)
