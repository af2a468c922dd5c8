"""The choice between light, dark and what the system prefers, on top of a page.

It is the browser's alone: nothing is sent, and the page does not run again.
"""

from pathlib import Path

import streamlit as st

from gridmap.words import Language, say

__all__ = ["choose_theme"]

_HERE = Path(__file__).parent
CHOICES = ("system", "light", "dark")

_SWITCH = st.components.v2.component(
    "gridmap_theme",
    css=(_HERE / "switch.css").read_text(encoding="utf-8"),
    js=(_HERE / "switch.js").read_text(encoding="utf-8"),
)


def choose_theme(language: Language) -> None:
    """Show the choice; the browser keeps it for all pages of the app."""
    words = {choice: say(f"app.theme_{choice}", language) for choice in CHOICES}
    data = {"label": say("app.theme", language), "words": words}
    _SWITCH(key="theme", width="content", height="content", data=data)
