"""Which grids or people an order is about, and what else the chosen files want to know."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st
from pyproj import CRS

from gridmap.boards.printing import MOST_PER_GRID
from gridmap.handover import Kind
from gridmap.handover.order import Targets
from gridmap.handover.targets import given_grids, people_on_post
from gridmap.maps.pdf import PAPERS, SCALES
from gridmap.paper.cards import MOST_COPIES
from gridmap.plan.plan import Plan
from gridmap.publish.contacts import (
    CHOICES,
    NONE,
    OFFICE,
    POSTS,
    contacts_of,
    roles_with_posts,
)
from gridmap.rules.roles import role_name
from gridmap.ui.handover import receivers
from gridmap.ui.shell import plans
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain

__all__ = ["choose_contacts", "choose_options", "choose_targets"]

FITTING = 0  # in place of a scale: what fits one sheet
DEFAULT_PAPER = "A3"
LONGEST = 200
TOGGLES = ("grey", "each", "again", "noted")


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


def choose_contacts(plan: Plan, say: Translator) -> dict[str, Any]:
    """Ask which phones are printed, none at first, and say what will stand there.

    Parameters
    ----------
    plan
        The plan as it is in its file.
    say
        Words.

    Returns
    -------
    Fields of an order.
    """
    choice = st.segmented_control(
        say("handover.contacts"), CHOICES, default=NONE, required=True, key="handover-phones",
        format_func=lambda one: say(f"handover.contacts.{one}"),
    )  # fmt: skip
    roles: list[str] = []
    if choice == POSTS:
        roles = st.multiselect(
            say("handover.roles"), roles_with_posts(plan), key="handover-roles",
            format_func=lambda key: role_name(plan.rules, key, say.language),
            placeholder=say("handover.roles_all"),
        )  # fmt: skip
    phones = contacts_of(plan, choice, roles=roles or None, day=date.today().isoformat())
    office = phones.get(OFFICE, "")
    people = len(phones) - (OFFICE in phones)
    if choice == POSTS:
        st.warning(say("handover.contacts_posts", count=people))
    elif choice == NONE:
        st.caption(say("handover.contacts_none"))
    elif office:
        st.info(say("handover.contacts_office", phone=plain(office)))
    else:
        st.info(say("handover.contacts_no_office"))
    return {"contacts": choice, "roles": tuple(roles)}


def choose_options(
    kinds: Sequence[Kind], say: Translator, *, may_name: bool, path: Path, crs: CRS
) -> dict[str, Any]:
    """Ask what the chosen kinds want to know; gives fields of an order.

    Parameters
    ----------
    kinds, say
        The kinds, and words.
    may_name
        Whether boundaries may have names of people.
    path
        File of the plan: earlier ones lie beside it.
    crs
        Work CRS of the plan.
    """
    wanted = {option for kind in kinds for option in kind.options}
    found: dict[str, Any] = {}
    if "paper" in wanted:
        found |= _print(say)
    with st.container(horizontal=True, key="handover-toggles"):
        for option in TOGGLES:
            if option in wanted and not (option == "grey" and "paper" in wanted):
                found[option] = st.toggle(say(f"handover.{option}"), key=f"handover-{option}")
    if "per_grid" in wanted:
        found["per_grid"] = st.number_input(
            say("handover.per_grid"), 1, MOST_PER_GRID, key="handover-per-grid", width=160
        )
    if "copies" in wanted:
        found["copies"] = st.number_input(
            say("handover.copies"), 1, MOST_COPIES, key="handover-copies", width=160
        )
    if "since" in wanted:
        found |= _since(path, say)
    if "answers" in wanted:
        found |= _answers(say)
    if "patches" in wanted:
        found |= _boundaries(say, may_name=may_name)
        found |= receivers.choose_files(wanted, crs, say)
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


def _since(path: Path, say: Translator) -> dict[str, Any]:
    folder = path.parent
    others = [str(one.relative_to(folder)) for one in plans.find_plans(folder) if one != path]
    if not others:
        return {}
    chosen = st.selectbox(
        say("handover.since"), ["", *others], key="handover-since",
        format_func=lambda name: (
            plans.title_of(folder / name) if name else say("handover.since_none")
        ),
    )  # fmt: skip
    return {"since": chosen}


def _answers(say: Translator) -> dict[str, Any]:
    if not st.toggle(say("handover.with_answers"), key="handover-answers"):
        return {}
    st.caption(say("handover.phones_answer"))
    typed = st.text_input(
        say("handover.address"), key="handover-address", max_chars=LONGEST,
        placeholder="http://192.168.1.20:8501",
    )  # fmt: skip
    return {"answers": True, "address": typed.strip()}


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
