"""What Streamlit leaves out for the keyboard and for screen readers, put in by a small script.

Streamlit says in its page that the page is English, and names its own buttons in English: the
help behind a question mark, the eye of a password, the steps of a number. Its link past the
navigation ends before ours. The script beside this puts these right whenever the page changes.
"""

from pathlib import Path

import streamlit as st

from gridmap.ui.shell.i18n import Translator
from gridmap.words import words_in

__all__ = ["STYLE", "show"]

STYLE = "aids/aids.css"
LANGUAGES = {"zh": "zh-CN", "en": "en"}
# What Streamlit calls its buttons, and the key of our word; "…" stands for what it is about.
STREAMLIT_NAMES = {
    "Help for …": "help",
    "Show password": "show_password",
    "Hide password": "hide_password",
    "Increment": "more",
    "Decrement": "less",
    "Open": "open",
    "Close": "close",
    "Clear value": "clear",
    "Clear all": "clear_all",
    "Selected values": "chosen",
    "Choose date": "date",
    "Remove …": "remove",
    "file upload": "files",
    "Scroll tabs left": "tabs_left",
    "Scroll tabs right": "tabs_right",
    "Notifications": "notes",
}
PREFIX = "aids."

_SCRIPT = st.components.v2.component(
    "gridmap_aids", js=Path(__file__).with_name("aids.js").read_text(encoding="utf-8")
)


def show(say: Translator) -> None:
    """Put the script into the page; it draws nothing."""
    words = words_in(say.language, PREFIX)
    chinese = say.language == "zh"  # in English the buttons already have their names
    names = {name: words[PREFIX + key] for name, key in STREAMLIT_NAMES.items()} if chinese else {}
    data = {
        "language": LANGUAGES[say.language],
        "skip": words[f"{PREFIX}skip"],
        "upload": say("app.upload"),
        "names": names,
    }
    _SCRIPT(key="aids", data=data)
