"""The guard at every way into the pages: a whole run, a callback, a fragment, a dialog, a download.

A page that is open acts for whoever it was drawn for. Streamlit runs callbacks and fragments
without the rest of the page, so each of them asks here first whether they are still who they were;
if not, it does nothing and the page is drawn anew, which shows the log-in. What is written on the
way asks once more (`gridmap.access.behalf`).
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from functools import partial, wraps
from typing import Any, Literal, ParamSpec, TypeVar

import streamlit as st

from gridmap.access.behalf import acting, require_valid
from gridmap.ui.shell import auth
from gridmap.ui.shell.server import note_session

__all__ = ["callback", "deferred", "dialog", "drawn_for", "fragment", "look_again",
           "rerun_by_itself"]  # fmt: skip

P = ParamSpec("P")
R = TypeVar("R")

DRAWN = "drawn-for"  # the visitor that the page in the browser was drawn for
# Whether a fragment is drawn with its whole page: who asked for that is known already.
_IN_PAGE: ContextVar[bool] = ContextVar("in_page", default=False)
LOOK_S = 60  # how often an open page looks whether its visitor is still let in


@contextmanager
def drawn_for(visitor: auth.Visitor) -> Iterator[None]:
    """Draw a page for a visitor: what it writes is written for them, and so is what it answers."""
    st.session_state[DRAWN] = visitor
    note_session(visitor.behalf)
    with _acting(visitor):
        yield


def callback(function: Callable[..., object]) -> Callable[..., None]:
    """Let a callback of a widget do nothing when it was drawn for somebody who is out.

    Whoever the page is for by the time it is called does not matter: it was not drawn for them.
    """
    visitor = st.session_state.get(DRAWN)

    @wraps(function)
    def called(*args: Any, **more: Any) -> None:
        if auth.is_still(visitor):
            with _acting(visitor):
                function(*args, **more)

    return called


def fragment(function: Any = None, /, *, run_every: float | None = None) -> Any:
    """Make a fragment as `st.fragment` does, which runs the whole page when its visitor is out.

    One that runs by itself (`run_every`, seconds) is no sign that anybody is there.
    """
    if function is None:
        return lambda given: _fragment(given, run_every)
    return _fragment(function, run_every)


def dialog(title: str, *, width: Literal["small", "large", "medium"]) -> Any:
    """Make a dialog as `st.dialog` does, guarded as a fragment is."""

    def made(function: Callable[[], None]) -> Any:
        visitor = st.session_state.get(DRAWN)
        return st.dialog(title, width=width)(partial(_run, function, False, visitor))

    return made


def deferred(make: Callable[P, R]) -> Callable[P, R]:
    """Let a file that is made when it is asked for be made for who is still let in alone."""
    visitor = st.session_state.get(DRAWN)

    @wraps(make)
    def made(*args: P.args, **more: P.kwargs) -> R:
        if visitor is not None and visitor.behalf is not None:
            require_valid(visitor.behalf)
        return make(*args, **more)

    return made


def rerun_by_itself() -> None:
    """Run the page again when nobody has asked for it."""
    auth.nobody_asked()
    st.rerun()


def _fragment(function: Callable[..., None], run_every: float | None) -> Callable[..., None]:
    @wraps(function)
    def body(visitor: auth.Visitor | None, *args: Any, **more: Any) -> None:
        _run(function, run_every is not None or _IN_PAGE.get(), visitor, *args, **more)

    fragment = st.fragment(body, run_every=run_every)

    @wraps(function)
    def drawn(*args: Any, **more: Any) -> None:
        # Given along, for a fragment that runs again gets what it was drawn with.
        within = _IN_PAGE.set(True)
        try:
            fragment(st.session_state.get(DRAWN), *args, **more)
        finally:
            _IN_PAGE.reset(within)

    return drawn


def _run(
    function: Callable[..., None], by_itself: bool, visitor: auth.Visitor | None, *args: Any,
    **more: Any,
) -> None:  # fmt: skip
    if not auth.is_still(visitor, by_itself=by_itself):
        rerun_by_itself()
    with _acting(visitor):
        function(*args, **more)


def _acting(visitor: auth.Visitor | None) -> AbstractContextManager[None]:
    if visitor is None or visitor.behalf is None:
        return nullcontext()
    return acting(visitor.behalf)


@fragment(run_every=LOOK_S)
def look_again() -> None:
    """Look every minute whether the visitor of the open page is still let in."""
