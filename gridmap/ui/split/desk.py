"""The open plan on the desk of the page 划分: its ground measured once, estimates kept."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from gridmap.rules import parse_rules
from gridmap.rules.changes import apply_changes
from gridmap.trials.rules_drafts import RulesDraft, read_drafts
from gridmap.ui.shell import plans
from gridmap.ui.shell.context import PageContext, go_to
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.towns import rules_text_of, town_of_plan, trial_store
from gridmap.ui.split.what_if_map import Backdrop, draw_backdrop
from gridmap.what_if import Estimate, Figures, PlanGround, estimate, figures_of_plan, prepare
from layers.contract.errors import GridmapError

__all__ = ["IN_FORCE", "Desk", "open_desk"]

IN_FORCE = ""
"""Stands among the names of drafts for the rules of the town as they are."""


@dataclass(frozen=True)
class Desk:
    """An open plan of the town, its rules file and its drafts."""

    stamp: plans.Stamp
    ground: PlanGround
    backdrop: Backdrop
    now: Figures
    town: Path
    store: Path  # of trials and drafts
    rules_text: str
    drafts: tuple[RulesDraft, ...]

    def text_of(self, name: str) -> str:
        """Give the rules under the name of a draft; those of the town for `IN_FORCE`."""
        return next(
            (
                apply_changes(self.rules_text, one.changes)
                for one in self.drafts
                if one.name == name
            ),
            self.rules_text,
        )

    def tried(self, rules_text: str) -> Estimate:
        """Estimate the plan under other rules.

        Raises
        ------
        GridmapError
            If the rules are not sound.
        """
        return _tried(self.stamp, rules_text)


def open_desk(context: PageContext) -> Desk | None:
    """Open the plan of the town that is worked on; where there is none, say so."""
    say, town = context.say, context.town
    path = context.path
    if town is None:
        return None
    if path is None or town_of_plan(path, context.folder, context.towns) != town:
        with st.container(key="what-if-empty", border=True):
            st.markdown(say("what_if.no_plan"))
        return None
    try:
        stamp = plans.stamp_of(path)
        with st.spinner(say("what_if.opening")):
            ground, backdrop, now = _opened(stamp)
        text = rules_text_of(town)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        if st.button(say("split.go_data"), key="what-if-go-data"):
            go_to("data")
        return None
    store = trial_store(context.folder, town)
    return Desk(stamp, ground, backdrop, now, town, store, text, tuple(read_drafts(store)))


@st.cache_resource(max_entries=4, show_spinner=False)
def _opened(stamp: plans.Stamp) -> tuple[PlanGround, Backdrop, Figures]:
    ground = prepare(plans.open_plan(Path(stamp[0])))
    return ground, draw_backdrop(ground), figures_of_plan(ground)


@st.cache_resource(max_entries=32, show_spinner=False)
def _tried(stamp: plans.Stamp, rules_text: str) -> Estimate:
    rules = parse_rules(rules_text)
    return estimate(_opened(stamp)[0], rules, seed=rules.split.seed)
