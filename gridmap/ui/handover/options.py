"""Which grids or people an order is about, and what else the chosen files want to know."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from gridmap.handover import Kind
from gridmap.handover.order import Targets
from gridmap.handover.targets import given_grids, people_on_post
from gridmap.maps.pdf import PAPERS, SCALES
from gridmap.plan.plan import Plan
from gridmap.ui.shell.i18n import Translator

__all__ = ["choose_options", "choose_targets"]

FITTING = 0  # in place of a scale: what fits one sheet
DEFAULT_PAPER = "A3"
LONGEST = 200


def choose_targets(plan: Plan, kinds: Sequence[Kind], say: Translator) -> dict[str, Any]:
    """Let somebody choose all, villages, grids or people; gives fields of an order."""
    ways: list[Targets] = ["all", "parents", "grids"]
    if any(kind.of == "people" for kind in kinds):
        ways.append("people")
    way = st.segmented_control(
        say("handover.which"), ways, default="all", required=True, key="handover-which",
        format_func=lambda one: say(f"handover.which.{one}"),
    )  # fmt: skip
    if way == "all":
        return {}
    names = _names(plan, way, say)
    codes = st.multiselect(
        say(f"handover.choose.{way}"), list(names), key=f"handover-codes-{way}",
        format_func=names.__getitem__, placeholder=say("handover.search"),
    )  # fmt: skip
    return {"targets": way, "codes": tuple(codes)}


def _names(plan: Plan, way: Targets, say: Translator) -> dict[str, str]:
    """Name what may be chosen, by its code; the code is searched too."""
    if way == "people":
        posted = people_on_post(plan)
        names = plan.people["name"]
        return {
            str(person): f"{names.get(person, '')} {person}" for person in dict.fromkeys(posted)
        }
    grids = given_grids(plan) if way == "parents" else plan.grids[plan.grids["level"] > 1]
    names = grids["label"].where(grids["label"] != "", grids["name"])
    if say.language == "en":
        names = grids["name_en"].where(grids["name_en"] != "", names)
    return {str(code): f"{name} {code}" for code, name in names.sort_index().items()}


def choose_options(kinds: Sequence[Kind], say: Translator, *, may_name: bool) -> dict[str, Any]:
    """Ask what the chosen kinds want to know; gives fields of an order."""
    wanted = {option for kind in kinds for option in kind.options}
    found: dict[str, Any] = {}
    if {"paper", "scale", "grey"} & wanted:
        found |= _print(say)
    if "patches" in wanted:
        found |= _boundaries(say, may_name=may_name)
    return found


def _print(say: Translator) -> dict[str, Any]:
    left, middle, right = st.columns([1, 1, 1.4], vertical_alignment="bottom")
    papers = list(PAPERS)
    paper = left.selectbox(
        say("handover.paper"), papers, index=papers.index(DEFAULT_PAPER), key="handover-paper"
    )
    scale = middle.selectbox(
        say("handover.scale"), [FITTING, *SCALES], key="handover-scale",
        format_func=lambda one: f"1:{one}" if one else say("handover.scale_fits"),
    )  # fmt: skip
    grey = right.toggle(say("handover.grey"), key="handover-grey")
    return {"paper": paper, "scale": scale, "grey": grey}


def _boundaries(say: Translator, *, may_name: bool) -> dict[str, Any]:
    with st.container(horizontal=True):
        found: dict[str, Any] = {
            "patches": st.toggle(say("handover.with_patches"), key="handover-patches")
        }
        if may_name:
            found["names"] = st.toggle(say("handover.with_contacts"), key="handover-contacts")
    found["licence"] = st.text_input(
        say("handover.licence"), key="handover-licence", max_chars=LONGEST
    ).strip()
    return found
