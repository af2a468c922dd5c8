"""The frame around all pages: language, navigation, and where plans are looked for."""

from pathlib import Path

import streamlit as st

from gridmap.ui import coverage, speech

__all__ = ["run"]

OUT = Path("out")
STYLE = Path(__file__).with_name("page.css")


def run(folder: Path = OUT) -> None:
    """Show the app.

    Parameters
    ----------
    folder
        Where made plans lie, `*.gridmap.gpkg`, at any depth.
    """
    st.set_page_config(page_title="gridmap", layout="wide")
    st.html(STYLE)
    say = speech.start()

    def coverage_page() -> None:
        coverage.show(folder, say)

    # One page so far: the bar of pages comes with the second.
    pages = [st.Page(coverage_page, title=say("app.coverage"), url_path="coverage", default=True)]
    st.navigation(pages, position="hidden").run()
