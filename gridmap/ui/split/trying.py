"""The part 试一试 of the page 划分: rule values tried on the open plan, nothing saved."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from gridmap.rules import parse_rules
from gridmap.rules.changes import apply_changes
from gridmap.rules.words import kind_name
from gridmap.split.border_prices import BORDER_KINDS
from gridmap.trials.rules_drafts import LONGEST_NAME, RulesDraft, drop_draft, save_draft
from gridmap.ui.rules.rules_draft import open_draft
from gridmap.ui.shell import guard
from gridmap.ui.shell.context import PageContext, go_to
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.towns import rules_file_of
from gridmap.ui.split.desk import IN_FORCE, Desk, open_desk
from gridmap.ui.split.figures_table import figures_html, notes
from gridmap.ui.split.map_legend import choose_colour, legend_html
from gridmap.ui.split.what_if_map import fills_of, map_data, show_map
from gridmap.what_if import Estimate, PlanGround
from gridmap.what_if.values import MEASURES, Values, changes_between, values_of
from layers.contract.categories import CATEGORY_KEYS, RESIDUAL_KEYS
from layers.contract.errors import GridmapError

__all__ = ["kinds_on", "show"]

STATE = "what-if-state"  # by town: which draft the widgets began with, their round, other weights
NOTICE = "what-if-notice"
MOST_HOURS = 24.0
MOST_PRICE, MOST_WEIGHT = 100.0, 1_000.0


@guard.fragment
def show(context: PageContext) -> None:
    """Show sliders and numbers, and beside them the figures and the map of what they would give."""
    desk = open_desk(context)
    if desk is None:
        return
    say = context.say
    notice = st.session_state.pop(NOTICE, None)
    if notice:
        st.success(notice)
    st.caption(say("what_if.intro"))
    left, middle, right = st.columns([1.0, 1.7, 1.25], gap="medium")
    with left:
        changes = _controls(desk, say)
    with right:
        found = _figures(desk, changes, say)
    with middle:
        if found is not None:
            _map(desk, found, say)
    with left:
        _actions(desk, changes, say, is_sound=found is not None)


def kinds_on(ground: PlanGround) -> list[str]:
    """Kinds of ground of a plan, in the order of the rules."""
    patches = ground.patches
    there = set(patches["category"]) | set(patches["subclass"])
    return [kind for kind in (*CATEGORY_KEYS, *RESIDUAL_KEYS) if kind in there]


def _state(town: Path) -> dict[str, Any]:
    towns = st.session_state.setdefault(STATE, {})
    return towns.setdefault(town.name, {"base": IN_FORCE, "round": 0, "weights": {}})


def _controls(desk: Desk, say: Translator) -> dict[str, Any]:
    """Show the values as widgets; give what they change in the rules of the town."""
    state, kinds = _state(desk.town), kinds_on(desk.ground)
    _base(desk, state, say)
    given = values_of(parse_rules(desk.rules_text), kinds)
    begun = values_of(parse_rules(desk.text_of(state["base"])), kinds)
    mark = f"{desk.town.name}-{state['round']}"
    hours = st.slider(
        say("what_if.hours"), 1.0, max(MOST_HOURS, begun.officer_hours), begun.officer_hours,
        step=0.5, format="%.1f", key=f"what-if-hours-{mark}",
    )  # fmt: skip
    low, high = st.columns(2)
    least = low.number_input(
        say("rules.capacity.officers_min"), 1, 50, begun.officers_min, key=f"what-if-min-{mark}"
    )
    most = high.number_input(
        say("rules.capacity.officers_max"), 1, 50, begun.officers_max, key=f"what-if-max-{mark}"
    )
    target = st.number_input(
        say("rules.split.target"), min_value=1, max_value=9_999_999, value=begun.target,
        placeholder=say("split.target.hint"), key=f"what-if-target-{mark}",
    )  # fmt: skip
    with st.expander(say("what_if.weights")):
        weights = _weights(state, begun.weights, kinds, mark, say)
    with st.expander(say("what_if.prices")):
        prices = {
            kind: st.number_input(
                say(f"rules.borders.{kind}"), 0.01, MOST_PRICE, begun.prices[kind], step=0.05,
                key=f"what-if-price-{kind}-{mark}",
            )
            for kind in BORDER_KINDS
        }  # fmt: skip
    wanted = None if target is None else int(target)
    tried = Values(float(hours), int(least), int(most), wanted, prices, weights)
    return changes_between(given, tried)


def _base(desk: Desk, state: dict[str, Any], say: Translator) -> None:
    """Choose what the widgets begin with: the rules in force, or a draft."""
    names = [IN_FORCE, *(one.name for one in desk.drafts)]
    chosen = st.selectbox(
        say("what_if.base"),
        names,
        index=names.index(state["base"]) if state["base"] in names else 0,
        format_func=lambda name: name or say("what_if.in_force"),
        key=f"what-if-base-{desk.town.name}-{state['round']}-{len(names)}",
    )
    if chosen != state["base"]:
        state |= {"base": chosen, "round": state["round"] + 1, "weights": {}}
        st.rerun(scope="fragment")


def _weights(
    state: dict[str, Any],
    begun: Mapping[str, Mapping[str, float]],
    kinds: list[str],
    mark: str,
    say: Translator,
) -> dict[str, dict[str, float]]:
    """Show the weights of one kind of ground; those of the others stay as they were tried."""
    kind = st.selectbox(
        say("what_if.kind"),
        kinds,
        format_func=lambda one: kind_name(one, say.language),
        key=f"what-if-kind-{mark}",
    )
    tried: dict[str, dict[str, float]] = {
        one: dict(state["weights"].get(one, begun[one])) for one in kinds
    }
    if kind is not None:
        tried[kind] = {
            name: st.number_input(
                say(f"rules.load.*.{name}"), 0.0, MOST_WEIGHT, tried[kind][name], step=0.05,
                format="%.3f", key=f"what-if-{name}-{kind}-{mark}",
            )
            for name in MEASURES
        }  # fmt: skip
        state["weights"][kind] = tried[kind]
    return tried


def _figures(desk: Desk, changes: Mapping[str, Any], say: Translator) -> Estimate | None:
    """Show the figures, and what the estimate leaves open; None where the rules are not sound."""
    try:
        text = apply_changes(desk.rules_text, changes)
        found = desk.tried(text)
        same = desk.tried(desk.rules_text)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return None
    columns = [(say("what_if.now"), desk.now), (say("what_if.estimate"), found.figures)]
    st.html(figures_html(columns, say))
    st.markdown("\n".join(f"- {plain(line)}" for line in notes(found, say)))
    st.caption(
        say(
            "what_if.same_note", grids=same.figures.grids, posts=same.figures.posts,
            border=f"{same.figures.border_km:.1f}",
        )
    )  # fmt: skip
    return found


def _map(desk: Desk, found: Estimate, say: Translator) -> None:
    colour = choose_colour("what-if-colour", say)
    data = map_data(desk.ground, desk.backdrop, say, found=found, colour=colour)
    st.html(legend_html(colour, set(fills_of(data)), say))
    show_map("what-if-map", data)
    st.caption(say("what_if.map_note"))


def _actions(desk: Desk, changes: dict[str, Any], say: Translator, *, is_sound: bool) -> None:
    """Keep what was tried as a named draft, or put everything back."""
    state = _state(desk.town)
    name = st.text_input(
        say("what_if.name"), max_chars=LONGEST_NAME, key=f"what-if-name-{state['round']}"
    )
    with st.container(horizontal=True):
        if st.button(
            say("what_if.keep"), type="primary", disabled=not is_sound, key="what-if-keep"
        ):
            try:
                save_draft(desk.store, RulesDraft(name, changes))
            except GridmapError as error:
                st.error(plain(error.text(say.language)))
                return
            kept = " ".join(name.split())
            _start_with(state, kept)
            st.session_state[NOTICE] = say("what_if.kept", name=plain(kept))
            st.rerun()
        if st.button(say("what_if.back"), disabled=not changes, key="what-if-back"):
            _start_with(state, IN_FORCE)
            st.rerun(scope="fragment")
    if state["base"] == IN_FORCE:
        return
    with st.container(horizontal=True):
        if st.button(say("what_if.to_rules"), key="what-if-to-rules"):
            draft = next(one for one in desk.drafts if one.name == state["base"])
            open_draft(rules_file_of(desk.town)).put_all(draft.changes)
            go_to("rules")
        if st.button(say("what_if.drop"), type="tertiary", key="what-if-drop"):
            drop_draft(desk.store, state["base"])
            st.session_state[NOTICE] = say("what_if.dropped", name=plain(state["base"]))
            _start_with(state, IN_FORCE)
            st.rerun()


def _start_with(state: dict[str, Any], base: str) -> None:
    state |= {"base": base, "round": state["round"] + 1, "weights": {}}
