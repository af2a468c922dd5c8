"""Step 2 of sharing: the office network, by which addresses colleagues reach this machine."""

import sys

import streamlit as st

from gridmap.access.accounts import Account
from gridmap.access.behalf import require_all_towns
from gridmap.access.entrance import is_loopback
from gridmap.access.links import qr_svg
from gridmap.access.network import answers_at, choose_network, office_addresses
from gridmap.ui.shell import guard, server
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from layers.contract.errors import GridmapError

__all__ = ["is_open", "show"]

COMMAND = "python -m gridmap app --address 0.0.0.0"
QR_PX = 180
SYSTEMS = {"win32": "windows", "darwin": "mac"}
RESTARTING = "share-restarting"


def is_open() -> bool:
    """Whether the app listens to others than this machine."""
    return not is_loopback(st.get_option("server.address") or "")


def show(context: PageContext, accounts: list[Account]) -> None:
    """Show whether the network is open, how to reach the app, and the button for it."""
    say = context.say
    with st.container(border=True, key="share-network", height="stretch"):
        st.subheader(say("share.network"), anchor=False)
        if st.session_state.pop(RESTARTING, False):
            st.info(say("share.restarting"))
            server.restart_soon()
            return
        if is_open():
            _addresses(say)
            st.caption(say(f"share.firewall_{SYSTEMS.get(sys.platform, 'linux')}"))
            _switch(context, to=False)
            return
        st.caption(say("share.closed_now"))
        st.markdown(say("share.open_note"))
        if any(account.role == "planner" for account in accounts):
            _switch(context, to=True)
        else:
            st.info(say("share.account_first"))


def _switch(context: PageContext, *, to: bool) -> None:
    """Open or close; the app has to start anew for it."""
    say = context.say
    word = "open" if to else "close"
    if not server.can_restart():
        st.caption(say(f"share.{word}_by_hand"))
        if to:
            st.code(COMMAND, language=None)
        return
    with st.popover(say(f"share.{word}"), key="share-network-choice"):
        st.caption(say("share.restart_note"))
        st.button(
            say(f"share.{word}_sure"),
            type="primary",
            on_click=guard.callback(lambda: _choose(to, say)),
            key=f"share-{word}",
        )


def _choose(to: bool, say: Translator) -> None:
    try:
        require_all_towns()
        choose_network(is_open=to)
    except GridmapError as error:
        st.error(error.text(say.language))
        return
    st.session_state[RESTARTING] = True


def _addresses(say: Translator) -> None:
    port = int(st.get_option("server.port"))
    found = office_addresses()
    if not found:
        st.warning(say("share.no_address"))
        return
    st.markdown(say("share.reach"))
    first, *others = [f"http://{one}:{port}" for one in found]
    left, right = st.columns([2, 1], vertical_alignment="center")
    left.code(first, language=None, wrap_lines=True)
    right.image(qr_svg(first), width=QR_PX)
    if others:
        st.caption(say("share.others", urls=say("mark.list").join(others)))
    if st.button(say("share.try"), key="share-try"):
        good = [one for one in found if answers_at(one, port)]
        if len(good) == len(found):
            st.success(say("share.answers"))
        else:
            st.warning(say("share.answers_not"))
