"""The page 共享: three steps, each of which says what is done and what is left."""

import streamlit as st

from gridmap.access.accounts import accounts_in
from gridmap.ui.share import accounts_step, links_step, network_step
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.markdown import plain
from layers.contract.errors import GridmapError

__all__ = ["show"]


def show(context: PageContext) -> None:
    """Show the page to a planner."""
    say = context.say
    if not context.scope.everything:  # accounts and the network are of all towns
        st.caption(say("share.for_town"))
        links_step.show(context)
        return
    st.caption(say("share.note"))
    try:
        accounts = accounts_in(context.folder)
        left, right = st.columns(2, gap="medium")
        with left:
            accounts_step.show(context, accounts)
            network_step.show(context, accounts)
        with right:
            links_step.show(context)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
