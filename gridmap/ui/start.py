"""The frame around all pages: who it is, language, navigation, and where plans are looked for."""

from pathlib import Path

import streamlit as st

from gridmap.ui import coverage, gate, mine, speech

__all__ = ["run"]

OUT = Path("out")
STYLES = ("page.css", "mine.css")


def run(folder: Path = OUT) -> None:
    """Show the app.

    Parameters
    ----------
    folder
        Where made plans lie, `*.gridmap.gpkg`, at any depth.
    """
    st.set_page_config(page_title="gridmap", layout="wide")
    for name in STYLES:
        st.html(Path(__file__).with_name(name))
    say = speech.start()
    visitor = gate.find_visitor(folder, say)

    def coverage_page() -> None:
        coverage.show(folder, say, may_change=visitor.role == "planner")

    def mine_page() -> None:
        opened = visitor.opened
        if opened is None or opened.state != "good" or visitor.plan_path is None:
            gate.closed("none" if opened is None else opened.state, say)
        else:
            mine.show(visitor.plan_path, opened.person_id, opened.expires, say)

    def log_in_page() -> None:
        gate.log_in_page(folder, visitor, say)

    # Pages that are not in the list cannot be reached: a link opens one page, no account none.
    my_grid = st.Page(mine_page, title=say("mine.title"), url_path="mine",
                      default=visitor.role == "cadre")  # fmt: skip
    if visitor.role == "cadre":
        pages = [my_grid]
    elif visitor.role in ("nobody", "refused"):
        pages = [st.Page(log_in_page, title=say("login.title"), default=True), my_grid]
    else:
        title = say("app.coverage")
        pages = [st.Page(coverage_page, title=title, url_path="coverage", default=True), my_grid]
    st.navigation(pages, position="hidden").run()
