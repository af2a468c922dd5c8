"""Step 1 of sharing: who may log in, as planner or viewer, and for which towns."""

import pandas as pd
import streamlit as st

from gridmap.access.accounts import (
    ROLES,
    Account,
    Role,
    account_name,
    add_account,
    change_role,
    change_scope,
    faulty_accounts,
    is_last_planner,
    remove_account,
)
from gridmap.access.audit import Audit
from gridmap.access.behalf import require_all_towns
from gridmap.access.scope import EVERYTHING, NOTHING, Scope
from gridmap.ui.share.scope_fields import has_choice, scope_fields, scope_words
from gridmap.ui.shell import auth, guard
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.tables import show_frame
from layers.contract.errors import GridmapError

__all__ = ["show"]

NOTE = "share-account-note"


def show(context: PageContext, accounts: list[Account]) -> None:
    """Show the accounts, a form for one more, and what may be done with each."""
    say = context.say
    with st.container(border=True, key="share-accounts"):
        st.subheader(say("share.accounts"), anchor=False)
        st.caption(say("share.accounts_note" if accounts else "share.accounts_first"))
        if told := st.session_state.pop(NOTE, ""):
            st.success(told)
        if faulty := faulty_accounts(context.folder):
            st.warning(say("share.accounts_faulty", count=faulty))
        if accounts:
            roles = {role: say(f"share.{role}") for role in ROLES}
            table = pd.DataFrame(
                {
                    say("share.name"): [one.name for one in accounts],
                    say("share.role"): [roles[one.role] for one in accounts],
                }
            )
            if has_choice(context.folder) or not all(one.scope.everything for one in accounts):
                shown = [scope_words(one.scope, context.folder, say) for one in accounts]
                table[say("share.scope")] = shown
            show_frame(table, hide_index=True, key="share-account-table")
        _add(context, accounts)
        if accounts:
            _change(context, accounts)


def _add(context: PageContext, accounts: list[Account]) -> None:
    say = context.say
    with st.form("share-add", border=False, clear_on_submit=False):
        name = st.text_input(say("share.name"), key="share-name", autocomplete="off")
        left, right = st.columns(2)
        password = left.text_input(
            say("share.password"),
            type="password",
            key="share-password",
            autocomplete="new-password",
            help=say("share.password_help"),
        )
        again = right.text_input(
            say("share.again"), type="password", key="share-again", autocomplete="new-password"
        )
        # With a viewer alone nobody could change anything any more, not even at this machine.
        role: Role = st.radio(
            say("share.role"),
            ROLES if accounts else ROLES[:1],
            format_func=lambda one: say(f"share.{one}_can"),
            key="share-role",
        )
        scope = EVERYTHING  # as with roles: the first is for everything
        if accounts and has_choice(context.folder):
            scope = scope_fields(context.folder, say, key="share-add")
        if not st.form_submit_button(say("share.add"), type="primary", key="share-add-go"):
            return
    if password != again:
        st.error(say("share.not_alike"))
        return
    narrow = role != "planner" or not scope.everything
    if narrow and is_last_planner(accounts, name):
        st.error(say("share.last_planner"))
        return
    try:
        require_all_towns()
        add_account(context.folder, name, password, role=role, scope=scope)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    called = account_name(name)
    _note(context, "account-added", name=called, role=role, **_told(scope))
    st.session_state[NOTE] = say("share.added", name=plain(called))
    st.rerun()


def _change(context: PageContext, accounts: list[Account]) -> None:
    """Let an account get the other role or other towns, or be removed.

    It opens in the page and not above it: on a phone lists above lists cannot be reached, and at
    the end of a page half of them would be cut off.
    """
    say = context.say
    with st.expander(say("share.change"), key="share-change"):
        name = st.selectbox(say("share.name"), [one.name for one in accounts], key="share-which")
        account = next((one for one in accounts if one.name == name), None)
        if account is None:
            return
        if is_last_planner(accounts, name):
            st.caption(say("share.last_planner"))
            return
        other: Role = "viewer" if account.role == "planner" else "planner"
        st.button(
            say("share.make", role=say(f"share.{other}")),
            on_click=guard.callback(lambda: _to_role(context, name, other)),
            key="share-to-role",
        )
        if has_choice(context.folder):
            scope = scope_fields(
                context.folder, say, key=f"share-change-{account.mark}", before=account.scope
            )
            st.button(
                say("share.scope_change"),
                on_click=guard.callback(lambda: _to_scope(context, name, scope)),
                key="share-to-scope",
                disabled=scope == NOTHING,
            )
        st.divider()
        st.button(
            say("share.remove"),
            on_click=guard.callback(lambda: _remove(context, name)),
            key="share-remove",
        )


def _to_role(context: PageContext, name: str, role: Role) -> None:
    require_all_towns()
    change_role(context.folder, name, role)
    _note(context, "account-role", name=name, role=role)
    st.session_state[NOTE] = context.say("share.changed", name=plain(name))


def _to_scope(context: PageContext, name: str, scope: Scope) -> None:
    require_all_towns()
    change_scope(context.folder, name, scope)
    _note(context, "account-scope", name=name, **_told(scope))
    st.session_state[NOTE] = context.say("share.scope_changed", name=plain(name))


def _remove(context: PageContext, name: str) -> None:
    require_all_towns()
    remove_account(context.folder, name)
    _note(context, "account-removed", name=name)
    st.session_state[NOTE] = context.say("share.removed", name=plain(name))


def _told(scope: Scope) -> dict[str, str]:
    """Say a scope in the audit: codes, which stay what they are when names change."""
    return {} if scope.everything else {"scope": " ".join(scope.codes)}


def _note(context: PageContext, kind: str, **facts: str) -> None:
    address = st.context.ip_address
    shown = address if isinstance(address, str) else ""
    visitor: auth.Visitor | None = st.session_state.get(guard.DRAWN)
    who = visitor.behalf.who if visitor and visitor.behalf else context.who
    Audit(context.folder).note(kind, who=who, address=shown, **facts)
