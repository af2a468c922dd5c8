"""The page 新建乡镇: a town and its plan from dropped files, in four steps."""

from html import escape
from pathlib import Path

import streamlit as st

from gridmap.first_town.drafts import is_draft
from gridmap.first_town.findings import Findings
from gridmap.first_town.settle import lacks_of
from gridmap.ui.first_town import step_files, step_land, step_people, step_plan, wizard_state
from gridmap.ui.shell import guard
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from layers.contract.errors import GridmapError

__all__ = ["show"]

MARKS = {"done": "✓", "look": "!", "todo": ""}


def show(context: PageContext) -> None:
    """Show the step that is open."""
    st.html(Path(__file__).with_name("begin_page.css"))
    say = context.say
    folder = wizard_state.folder_of(context)
    if folder is None:
        _resume(context)
        step_files.show_empty(context)
        return
    with st.spinner(say("begin.reading")):
        try:
            findings, choices = wizard_state.findings_of(folder)
        except GridmapError as error:
            st.error(plain(error.text(say.language)))
            return
    step = wizard_state.step_now()
    looked_at = wizard_state.seen(folder, choices, step)
    # Nothing is ticked that nobody has looked at.
    states = {
        one: _state(one, findings) if one in looked_at else "todo" for one in wizard_state.STEPS
    }
    if not is_draft(folder) and context.path is not None:
        states["plan"] = "done"
    lead = "done" if step == "plan" and step_plan.is_made(context, folder) else step
    _strip(step, states, lead, say)
    steps = {
        "files": step_files.show,
        "land": step_land.show,
        "people": step_people.show,
        "plan": step_plan.show,
    }
    steps[step](context, folder, findings, choices)


def _resume(context: PageContext) -> None:
    """Offer what was begun and left."""
    say = context.say
    left = wizard_state.waiting(context)
    if not left:
        return
    with st.container(key="begin-resume", border=True):
        for number, folder in enumerate(left[:3]):
            names = [one.name for one in sorted(folder.iterdir()) if one.name[0] != "."]
            shown = say("mark.list").join(names[:3]) + ("…" if len(names) > 3 else "")
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(say("begin.left", names=plain(shown)), width="stretch")
                st.button(
                    say("begin.resume"),
                    key=f"begin-resume-{number}",
                    on_click=guard.callback(wizard_state.work_on),
                    args=(folder,),
                )
                st.button(
                    say("begin.give_up"),
                    key=f"begin-drop-{number}",
                    type="tertiary",
                    on_click=guard.callback(wizard_state.give_up),
                    args=(folder,),
                )


def _state(step: str, findings: Findings) -> str:
    """Say how a step stands, by what is there and not by what was clicked."""
    lacks = lacks_of(findings)
    if step == "files":
        return "look" if {"files", "crs", "hierarchy", "layer"} & set(lacks) else "done"
    if step == "land":
        if {"crs", "hierarchy", "layer"} & set(lacks):
            return "todo"
        unknown = bool((~findings.classes["known"].astype(bool)).any())
        faulty = findings.tree is not None and bool(findings.tree.faults)
        return "look" if unknown or faulty else "done"
    if step == "people":
        return "todo" if findings.roster is None else "done"
    return "todo"


def _strip(now: str, states: dict[str, str], lead: str, say: Translator) -> None:
    """Show the steps in a row, each a button."""
    with st.container(key="begin-strip", horizontal=True, gap="small"):
        for number, step in enumerate(wizard_state.STEPS, start=1):
            mark = MARKS[states[step]] or str(number)
            st.button(
                f"{mark} {say(f'begin.step.{step}')}",
                key=f"begin-step-{step}",
                type="primary" if step == now else "secondary",
                on_click=guard.callback(wizard_state.go_to_step),
                args=(step,),
            )
    st.html(f'<p class="begin-lead">{escape(say(f"begin.lead.{lead}"))}</p>')
