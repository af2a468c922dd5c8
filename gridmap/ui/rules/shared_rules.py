"""Whose rules the page 规则 shows in a city, and the question before those of all towns change.

Rules that all towns share are for whoever is for all of them. What a change would do is looked at
in every town first: none may become wrong, and the plans that become out of date are counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from gridmap.city.one_town.rules_files import (
    Effect,
    effect_of_shared,
    redo_shared,
    save_shared,
    shared_file,
    undo_shared,
)
from gridmap.rules.history import RulesFile, next_text
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from layers.contract.errors import GridmapError

__all__ = ["Deed", "ask", "choose_whose", "confirm"]

WHOSE = ("town", "shared")
ASKED = "rules-shared-asked"
WIDTH_PX = 760
Deed = Literal["save", "undo", "redo"]


@dataclass(frozen=True)
class _Asked:
    """A change of the shared rules that waits for a yes."""

    deed: Deed
    text: str  # that would be in force
    seen: str  # that was in force when it was asked for
    effect: Effect


def choose_whose(context: PageContext) -> RulesFile | None:
    """Let whoever is for all towns choose between the town and all; None for the town.

    Raises
    ------
    GridmapError
        If the settings of the city cannot be read.
    """
    if context.city is None or not context.scope.everything:
        return None
    file = shared_file(context.city)
    if file is None:
        return None
    say = context.say
    whose = st.segmented_control(
        say("rules.whose"),
        WHOSE if context.town is not None else WHOSE[1:],
        format_func=lambda one: say(f"rules.whose.{one}"),
        default="town" if context.town is not None else "shared",
        required=True,
        key=f"rules-whose-{context.town is not None}",
        label_visibility="collapsed",
    )
    if whose != "shared":
        return None
    st.caption(say("rules.whose_note"))
    return file


def ask(context: PageContext, file: RulesFile, deed: Deed, *, text: str, seen: str) -> None:
    """Look at what a change of the shared rules would do, and ask about it in the next run.

    Parameters
    ----------
    context, file
        Who works where, and the shared file.
    deed
        Save a text, or take the last save back or bring it back.
    text, seen
        To be saved, and what the page shows: once somebody else has saved, nothing is done.

    Raises
    ------
    GridmapError
        If the city cannot be read.
    """
    assert context.city is not None
    wanted = text if deed == "save" else next_text(file.path, redo=deed == "redo")
    with st.spinner(context.say("rules.shared.looking")):
        effect = effect_of_shared(context.city, wanted)
    st.session_state[ASKED] = _Asked(deed, wanted, seen, effect)
    st.rerun()


def confirm(context: PageContext, file: RulesFile, done: Callable[[str], None]) -> None:
    """Ask about a change that waits, and make it; `done` is given what to say then."""
    asked, say = st.session_state.get(ASKED), context.say
    if asked is None or context.city is None:
        return
    with st.container(key="rules-shared-ask", border=True, width=WIDTH_PX):
        st.markdown(f"**{say(f'rules.shared.{asked.deed}')}**")
        _tell(asked.effect, say)
        with st.container(horizontal=True):
            if st.button(
                say("rules.shared.yes"),
                type="primary",
                disabled=bool(asked.effect.faulty),
                key="rules-shared-yes",
            ):
                _make(context, file, asked, done)
            if st.button(say("rules.shared.no"), key="rules-shared-no"):
                del st.session_state[ASKED]
                st.rerun()


def _tell(effect: Effect, say: Translator) -> None:
    """Say what a change does to how many towns."""
    if effect.faulty:
        name, fault = next(iter(effect.faulty.items()))
        text = fault.zh if say.language == "zh" else fault.en
        words = say("rules.shared.wrong", count=f"{len(effect.faulty):,}", name=plain(name))
        st.error(f"{words}\n\n{plain(text)}".replace("\n", "  \n"))
        return
    counts = {"count": f"{len(effect.changed):,}", "stale": f"{len(effect.stale):,}"}
    st.markdown(say("rules.shared.effect" if effect.changed else "rules.shared.none", **counts))


def _make(
    context: PageContext, file: RulesFile, asked: _Asked, done: Callable[[str], None]
) -> None:
    city, say = context.city, context.say
    assert city is not None
    try:
        if asked.deed == "save":
            save_shared(city, lambda _: asked.text, seen=asked.seen)
        else:
            (undo_shared if asked.deed == "undo" else redo_shared)(city, seen=asked.seen)
    except GridmapError as error:
        st.error(plain(error.text(say.language)).replace("\n", "  \n"))
        return
    del st.session_state[ASKED]
    done(say("rules.shared.done", stale=f"{len(asked.effect.stale):,}"))
