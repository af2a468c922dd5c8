"""How boards and cards look: title, colours, logo, what stands on them; beside the preview.

What is changed counts for the next files; it is the town's own once it is saved.
"""

import base64
from pathlib import Path
from typing import Any

import streamlit as st

from gridmap.handover.templates import (
    changed_template,
    own_logo,
    own_template,
    save_own_template,
)
from gridmap.paper.logo import checked_logo
from gridmap.paper.template import FIELDS, PLACEHOLDERS, Template, parse_template, template_text
from gridmap.plan.plan import Plan
from gridmap.ui.shell import guard
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from layers.contract.errors import GridmapError

__all__ = ["choose_template"]

TEXTS = ("title", "sub_title", "slogan")  # with an English one each
PHONES = ("hotline", "supervision", "address")
SIZES = ("A3", "A4", "A2")
MOST = 120  # signs of a text
SAVED, ROUND = "handover-template-saved", "handover-template-round"


def choose_template(context: PageContext, plan: Plan) -> dict[str, Any]:
    """Show the form; gives the fields of an order: the template and its logo.

    Where something typed is no good, it is said, and nothing of the form counts.
    """
    assert context.path is not None
    say, path = context.say, context.path
    with st.expander(say("handover.template"), icon=":material/palette:"):
        try:
            text, logo = _own(plan, path)
            now = parse_template(text, logo=logo)
        except GridmapError as error:
            st.error(plain(error.text(say.language)))
            text, logo = template_text(), b""
            now = parse_template(text)
        tail = f"-{st.session_state.get(ROUND, 0)}"
        places = {one: say(f"handover.place.{one}") for one in PLACEHOLDERS}
        st.caption(say("handover.template_note", **places))
        changes = _texts(context, now, tail) | _looks(context, now, tail)
        logo = _logo(context, logo, tail)
        changes["logo"] = ""
        try:
            made = changed_template(text, changes)
            parse_template(made, logo=logo)
        except GridmapError as error:
            st.error(plain(error.text(say.language)).replace("\n", "  \n"))
            return {}
        _saving(context, plan, made, logo)
    return {"template": made, "logo": base64.b64encode(logo).decode()}


def _own(plan: Plan, path: Path) -> tuple[str, bytes]:
    """Read the town's own template and its logo, or the one that comes along."""
    place = own_template(plan, path)
    if not place.is_file():
        return template_text(), b""
    logo = own_logo(plan, path)  # reads the template strictly
    return place.read_text(encoding="utf-8-sig"), logo


def _texts(context: PageContext, now: Template, tail: str) -> dict[str, Any]:
    say = context.say
    found: dict[str, Any] = {}
    left, right = st.columns(2)
    for place, name in enumerate((*TEXTS, "footer", *PHONES)):
        key = f"{name}_en" if name in TEXTS and say.language == "en" else name
        typed = (left, right)[place % 2].text_input(
            say(f"handover.template.{name}"), _shown(str(getattr(now, key)), say), max_chars=MOST,
            key=f"handover-template-{key}{tail}",
        )  # fmt: skip
        found[key] = _meant(typed, say)
    table = "duties_en" if say.language == "en" else "duties"
    duties = st.text_area(
        say("handover.template.duties"), "\n".join(now.duties_of("all", say.language)), height=110,
        key=f"handover-template-{table}{tail}",
    )  # fmt: skip
    found[f"{table}.all"] = [line.strip() for line in duties.splitlines() if line.strip()]
    return found


def _shown(text: str, say: Translator) -> str:
    """Show the places of a text in words that no programmer is needed for."""
    for one in PLACEHOLDERS:
        text = text.replace(f"{{{one}}}", say(f"handover.place.{one}"))
    return text


def _meant(typed: str, say: Translator) -> str:
    for one in PLACEHOLDERS:
        typed = typed.replace(say(f"handover.place.{one}"), f"{{{one}}}")
    return typed


def _looks(context: PageContext, now: Template, tail: str) -> dict[str, Any]:
    say = context.say
    fields = st.multiselect(
        say("handover.template.fields"), FIELDS, list(now.fields),
        format_func=lambda one: say(f"handover.field.{one}"), key=f"handover-template-fields{tail}",
        placeholder=say("handover.search"),
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom"):
        size = st.segmented_control(
            say("handover.template.size"), SIZES, default=now.size, required=True,
            key=f"handover-template-size{tail}",
        )  # fmt: skip
        main = st.color_picker(
            say("handover.template.main"), now.colours.main, key=f"handover-template-main{tail}"
        )
        accent = st.color_picker(
            say("handover.template.accent"), now.colours.accent,
            key=f"handover-template-accent{tail}",
        )  # fmt: skip
    return {"fields": fields, "size": size, "colours.main": main, "colours.accent": accent}


def _logo(context: PageContext, logo: bytes, tail: str) -> bytes:
    """Let somebody choose a picture, or none; what is no picture is told and not taken."""
    say = context.say
    given = st.file_uploader(
        say("handover.template.logo"), type=["png", "jpg", "jpeg"],
        key=f"handover-template-logo{tail}",
    )  # fmt: skip
    if given is not None:
        try:
            return checked_logo(given.getvalue(), given.name)
        except GridmapError as error:
            st.error(plain(error.text(say.language)))
            return logo
    without = bool(logo) and st.toggle(
        say("handover.template.no_logo"), key=f"handover-template-no-logo{tail}"
    )
    return b"" if without else logo


def _saving(context: PageContext, plan: Plan, text: str, logo: bytes) -> None:
    assert context.path is not None
    say, path = context.say, context.path
    if st.session_state.pop(SAVED, False):
        st.success(say("handover.template_saved", name=plain(own_template(plan, path).name)))
    with st.container(horizontal=True):
        save = st.button(say("handover.template_save"), key="handover-template-save")
        st.download_button(
            say("handover.template_copy"), guard.deferred(text.encode), mime="text/plain",
            file_name=own_template(plan, path).name, on_click="ignore",
            key="handover-template-copy",
        )  # fmt: skip
        again = st.button(say("handover.template_again"), key="handover-template-again")
    if save:
        try:
            save_own_template(plan, path, text, logo)
        except GridmapError as error:
            st.error(plain(error.text(say.language)))
            return
        st.session_state[SAVED] = True
    if save or again:
        st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
        st.rerun()
