"""The language of a session: Chinese unless the address or the switch says English."""

from dataclasses import dataclass

import streamlit as st

from gridmap.ui.theme.switch import choose_theme
from gridmap.words import LANGUAGES, Language, say

__all__ = ["Translator", "start", "switch"]

KEY = "lang"  # in the address as well: ?lang=en
NAMES = {"zh": "中文", "en": "English"}


@dataclass(frozen=True)
class Translator:
    """Says the words of one language: `say("page.home")`."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Give the text of a key with its values."""
        return say(key, self.language, **values)


def start() -> Translator:
    """Find the language of this session."""
    wanted = st.session_state.get(KEY) or st.query_params.get(KEY)
    return Translator("en" if wanted == "en" else "zh")


def switch(speech: Translator) -> None:
    """Show the switches of theme and language.

    The address keeps the language, so that a link opens as it was seen; the browser the theme.
    """
    row = st.container(
        key="looks", horizontal=True, wrap=False, width="content", gap="xsmall",
        vertical_alignment="center",
    )  # fmt: skip
    with row:
        choose_theme(speech.language)
        st.segmented_control(
            speech("app.language"),
            LANGUAGES,
            format_func=NAMES.__getitem__,
            default=speech.language,
            required=True,
            key=KEY,
            label_visibility="collapsed",
            on_change=_remember,
        )


def _remember() -> None:
    st.query_params[KEY] = st.session_state[KEY]
