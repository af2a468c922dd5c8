"""Who is at the door: a cadre with a link, a planner, a viewer, or nobody yet.

A link in the address always wins, and opens the cadre's page and nothing else. Without accounts the
app is for the one planner at this machine; a request that came from elsewhere is turned away.
"""

import threading
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import streamlit as st

from gridmap.access.accounts import Account, accounts_in, log_in, may_start, reached_at
from gridmap.access.links import TOKEN, Opened, check_token
from gridmap.ui.mine_sheet import closed_sheet
from gridmap.ui.plans import find_plans
from gridmap.ui.speech import Speech, switch
from layers.errors import GridmapError

__all__ = ["Visitor", "closed", "find_visitor", "log_in_page", "log_out"]

KEY = "account"
PAUSE_S = 1.0
_ONE_TRY = threading.Lock()  # of all visitors: guessing is slow, and takes memory only once


@dataclass(frozen=True)
class Visitor:
    """Who it is, and for a cadre what the link opens."""

    role: Literal["planner", "viewer", "cadre", "nobody", "refused"]
    opened: Opened | None = None
    plan_path: Path | None = None
    why: str = ""
    name: str = ""  # of the account; "" for the one planner at this machine


def find_visitor(folder: Path, say: Speech) -> Visitor:
    """Find out who it is.

    Parameters
    ----------
    folder
        Where the plans and the accounts lie.
    """
    try:
        accounts = accounts_in(folder)
        may_start(_reached_at(), accounts)
        token = st.query_params.get(TOKEN)
        if token is not None:
            return _with_link(folder, token)
        if not accounts:
            return Visitor("planner")
    except GridmapError as error:
        return Visitor("refused", why=error.text(say.language))
    known = st.session_state.get(KEY)
    # Looked up each time: an account that was removed or changed is out at once.
    if isinstance(known, Account) and known in accounts:
        return Visitor(known.role, name=known.name)
    return Visitor("nobody")


def log_out() -> None:
    """Forget who it is; the next run asks anew."""
    st.session_state.clear()


def closed(state: str, say: Speech, *, bare: bool = False) -> None:
    """Show that there is nothing to see, and whom to ask; `bare` below a header."""
    if not bare:
        _switch(say)
    note = "closed.none_note" if state == "none" else "closed.note"
    st.html(closed_sheet(say(f"closed.{state}"), say(note)))


def log_in_page(folder: Path, visitor: Visitor, say: Speech) -> None:
    """Ask for name and password, or say why the app does not start."""
    _switch(say)
    if visitor.role == "refused":
        st.html(closed_sheet(say("login.refused"), visitor.why))
        return
    with st.container(width=420), st.form("login"):
        st.subheader(say("login.title"))
        name = st.text_input(say("login.name"), autocomplete="username")
        password = st.text_input(
            say("login.password"), type="password", autocomplete="current-password"
        )
        if not st.form_submit_button(say("login.go"), type="primary"):
            return
        with _ONE_TRY:
            account = log_in(folder, name, password)
            if account is None:
                time.sleep(PAUSE_S)
        if account is None:
            st.error(say("login.wrong"))
            return
    st.session_state[KEY] = account
    st.rerun()


def _with_link(folder: Path, token: str) -> Visitor:
    """Look for the plan that a link was made for."""
    for path in find_plans(folder):
        opened = check_token(path, token, today=date.today())
        if opened.state != "foreign":
            return Visitor("cadre", opened, path)
    return Visitor("cadre", Opened("foreign"))


def _reached_at() -> str:
    return reached_at(st.get_option("server.address") or "", st.context.headers)


def _switch(say: Speech) -> None:
    with st.container(horizontal=True, horizontal_alignment="right"):
        switch(say)
