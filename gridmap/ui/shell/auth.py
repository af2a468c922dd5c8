"""Who is at the door: a cadre with a link, a planner, a viewer, or nobody yet.

A link in the address always wins, and opens the cadre's page and nothing else. Without accounts the
app is for the one planner at this machine, who holds the start-up key. Who has logged in is asked
again after a while without work, and at the end of a long day.
"""

import os
import sys
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

import streamlit as st

from gridmap.access.accounts import Account, account_name, accounts_in, password_fits
from gridmap.access.attempts import Attempts, Pause
from gridmap.access.audit import Audit
from gridmap.access.behalf import Behalf, is_valid
from gridmap.access.entrance import IDLE_VARIABLE, may_start
from gridmap.access.links import TOKEN, Opened, find_link
from gridmap.ui.shell import server
from gridmap.ui.shell.i18n import KEY as LANGUAGE
from gridmap.ui.shell.i18n import Translator, switch
from gridmap.ui.shell.plans import find_plans
from gridmap.ui.shell.streamlit_private import session_id
from gridmap.ui.theme.no_page import closed_page
from layers.contract.errors import GridmapError

__all__ = ["Visitor", "attempts", "closed", "find_visitor", "is_still", "log_in_page", "log_out",
           "nobody_asked"]  # fmt: skip

SESSION = "logged-in"
BY_ITSELF = "ran-by-itself"
IDLE_MINUTES, LONGEST_HOURS = 30.0, 12.0  # a meeting with the page left open; a long day at work


@dataclass(frozen=True)
class LoginSession:
    """Somebody who has logged in: as whom, since when, and when they last did something."""

    behalf: Behalf
    since: float
    last: float
    over: bool = False  # timed out: asked for the password again, and what was begun is still there


@dataclass(frozen=True)
class Visitor:
    """Who it is, and what the link opens for who came with one."""

    role: Literal["planner", "viewer", "cadre", "nobody", "outside", "shut", "unsafe"]
    behalf: Behalf | None = None
    opened: Opened | None = None
    plan_path: Path | None = None
    timed_out: bool = False

    @property
    def name(self) -> str:
        """Name of the account; "" for the one planner at this machine."""
        return self.behalf.name if self.behalf else ""


@st.cache_resource
def attempts() -> Attempts:
    """Give what slows down whoever guesses passwords, at whatever address of this server."""
    return Attempts()


def find_visitor(folder: Path) -> Visitor:
    """Find out who it is.

    Parameters
    ----------
    folder
        Where the plans and the accounts lie.
    """
    try:
        accounts = accounts_in(folder)
    except GridmapError as error:
        # Where files lie and what is wrong with them is for who runs the app, not for who knocks.
        print(f"gridmap: {error}", file=sys.stderr, flush=True)
        accounts = None
    if accounts is not None and not _may_run(accounts):
        return Visitor("unsafe")
    token = st.query_params.get(TOKEN)
    if token is not None:
        return _with_link(folder, token)
    if accounts is None:
        return Visitor("shut")
    if not accounts:
        local = Behalf(folder, "planner", address=_address())
        return Visitor("planner", local) if server.holds_start_key() else Visitor("outside")
    session = _session(folder)
    if session is None or not is_valid(session.behalf):
        _end(folder, "ended")
        return Visitor("nobody")
    if session.over:
        return Visitor("nobody", timed_out=True)
    return Visitor(session.behalf.role, session.behalf)


def is_still(visitor: Visitor | None, *, by_itself: bool = False) -> bool:
    """Whether the visitor that a page was drawn for is still let in.

    Parameters
    ----------
    visitor
        None for a page that was drawn without a door, as tests draw them.
    by_itself
        Whether this runs without anybody having done something.
    """
    if visitor is None or visitor.behalf is None:
        return True
    behalf = visitor.behalf
    if behalf.token:
        return is_valid(behalf)
    if not behalf.name:
        return is_valid(behalf) and server.holds_start_key()
    if by_itself:
        nobody_asked()
    session = _session(behalf.folder)
    return (
        session is not None and not session.over and session.behalf == behalf and is_valid(behalf)
    )


def nobody_asked() -> None:
    """Say that what runs next is no sign that anybody is there."""
    st.session_state[BY_ITSELF] = True


def log_out() -> None:
    """Forget who it is and all they had begun; the next run asks anew."""
    session: LoginSession | None = st.session_state.get(SESSION)
    if session is not None:
        _note(session.behalf, "log-out")
    server.note_session(None)  # neither files nor tiles for whoever is out
    _forget()


def closed(state: str, say: Translator, *, bare: bool = False) -> None:
    """Show that there is nothing to see, and whom to ask; `bare` below a header."""
    if not bare:
        _switch(say)
    note = f"closed.{state}_note" if state in ("none", "paused") else "closed.note"
    st.html(closed_page(say(f"closed.{state}"), say(note)))


def log_in_page(folder: Path, visitor: Visitor, say: Translator) -> None:
    """Ask for name and password, or say why nobody can come in."""
    server.note_session(None)
    _switch(say)
    if visitor.role != "nobody":
        st.html(closed_page(say(f"login.{visitor.role}"), say(f"login.{visitor.role}_note")))
        return
    with st.container(width=420), st.form("login"):
        st.subheader(say("login.title"))
        if visitor.timed_out:
            st.info(say("login.timed_out"))
        name = st.text_input(say("login.name"), autocomplete="username")
        password = st.text_input(
            say("login.password"), type="password", autocomplete="current-password"
        )
        if not st.form_submit_button(say("login.go"), type="primary"):
            return
        told = _log_in(folder, name, password, say)
    if told:
        st.error(told)
    else:
        st.rerun()


def _log_in(folder: Path, name: str, password: str, say: Translator) -> str:
    """Log somebody in; gives what to tell them when it did not work."""
    called, address = account_name(name), _address()
    try:
        account = next((one for one in accounts_in(folder) if one.name == called), None)
    except GridmapError:
        return say("login.shut_note")
    found = attempts().attempt(
        called, address, session_id(), lambda: password_fits(account, password)
    )
    if isinstance(found, Pause):
        return say("login.wait", seconds=max(1, round(found.seconds)))
    who = account.name if account else ""
    if not found or account is None:
        Audit(folder).note("log-in-failed", who=who, address=address)
        return say("login.wrong")
    before: LoginSession | None = st.session_state.get(SESSION)
    if before is None or before.behalf.name != who:
        _forget()
    now = time.time()
    behalf = Behalf(folder, account.role, who, account.mark, address)
    st.session_state[SESSION] = LoginSession(behalf, now, now)
    _note(behalf, "log-in")
    return ""


def _session(folder: Path) -> LoginSession | None:
    """Give who has logged in, with the time that has gone; whoever does something stays longer."""
    session: LoginSession | None = st.session_state.get(SESSION)
    by_itself = st.session_state.pop(BY_ITSELF, False)
    if session is None or session.over or session.behalf.folder != folder:
        return session if session and session.behalf.folder == folder else None
    now = time.time()
    idle, whole = now - session.last, now - session.since
    if idle > _idle_seconds() or whole > LONGEST_HOURS * 3600:
        session = replace(session, over=True)
        _note(session.behalf, "timed-out")
    elif not by_itself:
        session = replace(session, last=now)
    st.session_state[SESSION] = session
    return session


def _idle_seconds() -> float:
    try:
        minutes = float(os.environ.get(IDLE_VARIABLE, ""))
    except ValueError:
        minutes = IDLE_MINUTES
    return 60 * minutes if minutes > 0 else 60 * IDLE_MINUTES


def _end(folder: Path, kind: str) -> None:
    """Forget somebody whose account has ended, with all that is in their session."""
    session: LoginSession | None = st.session_state.get(SESSION)
    if session is not None and session.behalf.folder == folder:
        _note(session.behalf, kind)
        _forget()


def _forget() -> None:
    for key in [str(key) for key in st.session_state if key != LANGUAGE]:
        del st.session_state[key]


def _note(behalf: Behalf, kind: str) -> None:
    Audit(behalf.folder).note(kind, who=behalf.who, address=behalf.address)


def _with_link(folder: Path, token: str) -> Visitor:
    """Look for the plan that a link was made for."""

    def tell(error: GridmapError) -> None:
        print(f"gridmap: {error}", file=sys.stderr, flush=True)

    opened, path = find_link(find_plans(folder), token, today=date.today(), damaged=tell)
    if path is None:
        return Visitor("cadre", opened=opened)
    role: Literal["viewer", "cadre"] = "viewer" if opened.is_view else "cadre"
    behalf = Behalf(folder, role, address=_address(), token=token, plan_path=path)
    return Visitor(role, behalf if opened.state == "good" else None, opened, path)


def _may_run(accounts: list[Account]) -> bool:
    try:
        may_start(st.get_option("server.address") or "", accounts)
    except GridmapError:
        return False
    return True


def _address() -> str:
    """Give from where this page is looked at; "" for this machine."""
    address = st.context.ip_address
    return address if isinstance(address, str) else ""


def _switch(say: Translator) -> None:
    with st.container(horizontal=True, horizontal_alignment="right"):
        switch(say)
