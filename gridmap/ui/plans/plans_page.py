"""The page 方案管理: all plans as a tree, what is done with them, the wastebasket, the history.

Whoever may only look sees the tree and the history, and no button that changes anything.
"""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gridmap import versions
from gridmap.plan.identity import MOST_SIGNS
from gridmap.store.glance import glance
from gridmap.ui.coverage import compare
from gridmap.ui.plans import plans_rows
from gridmap.ui.plans.history_player import show_history
from gridmap.ui.plans.import_part import show_import
from gridmap.ui.plans.published_part import show_published
from gridmap.ui.shell import guard, plan_map
from gridmap.ui.shell.context import PageContext, choose_plan, go_to
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.plans import page_key, revision_of, store_of, store_with
from gridmap.ui.split import plan_card
from gridmap.versions.by_id import FileVersions
from gridmap.versions.scenes import MOST_STEPS
from gridmap.versions.tree import Node
from gridmap.versions.wastebasket import KEEP_DAYS, Deleted
from layers.contract.errors import GridmapError

__all__ = ["show"]

NOTE = "plans-note"
ROUND = "plans-round"  # of the fields: what was typed is forgotten when it was done
DEEPEST = 4
PICTURE_PX = 148
TREE_PX = 1024
SEALED = ("missing", "unreadable", "deleted")


def show(context: PageContext) -> None:
    """Show the page."""
    say = context.say
    st.html(Path(__file__).parent / "plans_page.css")
    st.caption(say("plans.intro"))
    _note(context)
    try:
        nodes = versions.plan_tree(
            context.folder, today=date.today(), with_deleted=context.may_change
        )
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    if not nodes:
        st.info(say("plans.empty"))
    with st.container(width=TREE_PX):
        pictures = _tree(context, plans_rows.shown_nodes(nodes))
    if context.may_change:
        _wastebasket(context, [node for node in nodes if node.deleted is not None])
    show_import(context)
    show_published(context)
    _history(context)
    for slot, node in pictures:  # the pictures come last: nobody waits for them
        _draw(slot, node)


def _tree(context: PageContext, nodes: list[Node]) -> list[tuple[DeltaGenerator, Node]]:
    """Show a row for each plan; give the places of their pictures."""
    pictures = []
    for number, node in enumerate(nodes):
        depth = min(node.depth, DEEPEST)
        row = st.container(
            key=f"plan-row-{depth}-{number}", horizontal=True, vertical_alignment="center"
        )
        with row:
            slot = st.container(key=f"plan-picture-{number}", width=PICTURE_PX).empty()
            if node.state not in SEALED:
                pictures.append((slot, node))
            is_open = context.path is not None and node.path == context.path
            with st.container(width="stretch"):
                folder = context.folder if context.may_change else None
                st.html(plans_rows.card(node, folder, context.say, is_open=is_open))
            if node.state not in SEALED:
                _buttons(context, node, is_open=is_open)
            elif node.deleted is not None:
                _restore_button(context, node.deleted, "plans-back")
    return pictures


def _buttons(context: PageContext, node: Node, *, is_open: bool) -> None:
    say, mark = context.say, page_key(node.path)
    with st.container(horizontal=True, width="content"):
        if not is_open:
            st.button(
                say("plans.open"),
                on_click=guard.callback(choose_plan),
                args=(node.path, context.folder, context.towns),
                key=f"plans-open-{mark}",
            )
        if context.path is not None and not is_open:
            _compare(context, node, mark)
        if context.may_change:
            key = f"{mark}-{st.session_state.get(ROUND, 0)}"  # it closes when something was done
            with st.popover(say("plans.actions"), key=f"plans-actions-{key}"):
                _actions(context, node, key)


def _compare(context: PageContext, node: Node, mark: str) -> None:
    """Lead to the comparison of the open plan with this one."""
    if st.button(context.say("plans.compare"), key=f"plans-compare-{mark}"):
        st.session_state[compare.OTHER] = node.path
        st.session_state[plan_map.WANTED] = "compare"
        go_to("coverage")


def _actions(context: PageContext, node: Node, key: str) -> None:
    """Show what a planner can do with a plan; a frozen one is left as it is."""
    say = context.say
    frozen = node.identity.is_frozen
    id = store_of(context.folder).id_of(node.path)
    # What is done is meant for the plan as it stands here: nothing is done with what somebody else
    # has made of it since, unseen.
    seen = revision_of(node.path, context.folder)
    if not frozen:
        _field("title", node.identity.title, key, say)
        _button("rename", context, lambda: _rename(context, id, key, seen), key)
    _field("new_title", "", key, say)
    with st.container(horizontal=True):
        _button("branch", context, lambda: _branch(context, id, key, seen), key)
        _button("duplicate", context, lambda: _duplicate(context, id, key, seen), key)
    name = node.glance.name
    if frozen:
        sure = st.checkbox(say("plans.thaw_sure"), key=f"plans-thaw_sure-{key}")
        _button("thaw", context, lambda: _thaw(context, id, name, seen), key, off=not sure)
        return
    _field("freeze_why", "", key, say)
    with st.container(horizontal=True):
        _button("freeze", context, lambda: _freeze(context, id, name, key, seen), key)
        _button("delete", context, lambda: _delete(context, id, name, seen), key)


def _field(what: str, value: str, key: str, say: Translator) -> None:
    st.text_input(
        say(f"plans.{what}"), value=value, max_chars=MOST_SIGNS, key=f"plans-{what}-{key}"
    )


def _typed(what: str, key: str) -> str:
    return str(st.session_state.get(f"plans-{what}-{key}") or "")


def _button(
    what: str, context: PageContext, work: Callable[[], dict[str, Any]], key: str, *,
    off: bool = False,
) -> None:  # fmt: skip
    st.button(
        context.say(f"plans.{what}"),
        on_click=guard.callback(lambda: _done(context, work)),
        disabled=off,
        key=f"plans-{what}-go-{key}",
    )


def _done(context: PageContext, work: Callable[[], dict[str, Any]]) -> None:
    """Do something and keep what is to be said of it for the page, which runs next."""
    try:
        st.session_state[NOTE] = work()
        st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    except GridmapError as error:
        st.session_state[NOTE] = {"fault": error.text(context.say.language)}


def _whole(context: PageContext) -> FileVersions:
    return FileVersions(store_of(context.folder), context.folder)


def _name_of(context: PageContext, id: str) -> str:
    return glance(store_of(context.folder).path_of(id)).name


def _rename(context: PageContext, id: str, key: str, seen: str | None) -> dict[str, Any]:
    title = _typed("title", key).strip()
    _whole(context).name(id, title, who=context.who, expected=seen)
    return {"told": "rename" if title else "unnamed", "name": title}


def _branch(context: PageContext, id: str, key: str, seen: str | None) -> dict[str, Any]:
    title = _typed("new_title", key)
    made = _whole(context).branch(id, title=title, who=context.who, when=_now(), expected=seen)
    choose_plan(store_of(context.folder).path_of(made), context.folder, context.towns)
    return {"told": "branch", "name": _name_of(context, made)}


def _duplicate(context: PageContext, id: str, key: str, seen: str | None) -> dict[str, Any]:
    by = {"who": context.who, "when": _now(), "title": _typed("new_title", key)}
    made = _whole(context).duplicate(id, expected=seen, **by)
    return {"told": "duplicate", "name": _name_of(context, made)}


def _branch_of_step(
    context: PageContext, path: Path, step: int, seen: str | None
) -> dict[str, Any]:
    """Make a draft of the open plan, which a planner at this machine may have from elsewhere."""
    store, id = store_with(path, context.folder)
    made = FileVersions(store, context.folder).branch(
        id, who=context.who, when=_now(), step=step, expected=seen
    )
    target = store.path_of(made)
    choose_plan(target, context.folder, context.towns)
    return {"told": "branch", "name": glance(target).name}


def _freeze(context: PageContext, id: str, name: str, key: str, seen: str | None) -> dict[str, Any]:
    by = {"who": context.who, "when": _now(), "why": _typed("freeze_why", key)}
    _whole(context).freeze(id, expected=seen, **by)
    return {"told": "freeze", "name": name}


def _thaw(context: PageContext, id: str, name: str, seen: str | None) -> dict[str, Any]:
    _whole(context).thaw(id, who=context.who, expected=seen)
    return {"told": "thaw", "name": name}


def _delete(context: PageContext, id: str, name: str, seen: str | None) -> dict[str, Any]:
    by = {"who": context.who, "when": _now()}
    return {"told": "delete", "name": name, "undo": _whole(context).delete(id, expected=seen, **by)}


def _restore(context: PageContext, key: str) -> dict[str, Any]:
    made = _whole(context).restore(key, who=context.who)
    return {"told": "restore", "name": _name_of(context, made)}


def _empty(context: PageContext) -> dict[str, Any]:
    gone = versions.empty_wastebasket(context.folder, who=context.who, when=_now())
    return {"told": "empty", "count": len(gone)}


def _note(context: PageContext) -> None:
    """Say what was done last, and let a plan just deleted be brought back at once."""
    note, say = st.session_state.pop(NOTE, None), context.say
    if note is None:
        return
    if "fault" in note:
        st.error(plain(note["fault"]))
        return
    with st.container(horizontal=True, vertical_alignment="center", key="plans-told"):
        texts = {name: plain(text) for name, text in note.items() if isinstance(text, str)}
        st.success(say(f"plans.told_{note['told']}", **{**note, **texts}))
        if "undo" in note:
            st.button(
                say("plans.undo"),
                on_click=guard.callback(
                    lambda: _done(context, lambda: _restore(context, note["undo"]))
                ),
                key="plans-undo",
            )


def _restore_button(context: PageContext, entry: Deleted, key: str) -> None:
    st.button(
        context.say("plans.restore"),
        on_click=guard.callback(lambda: _done(context, lambda: _restore(context, entry.key))),
        key=f"{key}-{entry.key}",
    )


def _wastebasket(context: PageContext, nodes: list[Node]) -> None:
    if not nodes:
        return
    say, today = context.say, date.today()
    with st.expander(say("plans.bin", count=len(nodes)), key="plans-bin"):
        st.caption(say("plans.bin_note", days=KEEP_DAYS))
        old = 0
        for node in nodes:
            entry = node.deleted
            if entry is None:
                continue
            days = entry.days(today)
            old += days >= KEEP_DAYS
            with st.container(horizontal=True, vertical_alignment="center"):
                told = say(
                    "plans.bin_row",
                    name=plain(node.glance.name),
                    who=plain(entry.who),
                    day=entry.when[:10],
                    days=days,
                )
                st.markdown(told, width="stretch")
                _restore_button(context, entry, "plans-restore")
        if old:
            sure = st.checkbox(say("plans.empty_sure"), key="plans-empty-sure")
            st.button(
                say("plans.empty_bin", days=KEEP_DAYS, count=old),
                on_click=guard.callback(lambda: _done(context, lambda: _empty(context))),
                disabled=not sure,
                key="plans-empty",
            )


def _history(context: PageContext) -> None:
    """Show the history of the open plan."""
    path, say = context.path, context.say
    if path is None:
        return
    seen = glance(path)
    if seen.fault is not None:
        return
    if not seen.steps:
        st.caption(say("plans.no_history", name=plain(seen.name)))
        return
    st.subheader(say("plans.history", name=plain(seen.name)), anchor=False)
    if seen.steps > MOST_STEPS:
        st.caption(say("plans.history_cut", most=MOST_STEPS))

    # Taken before the plan is read: a step of its log is another one once somebody has undone some.
    revision = revision_of(path, context.folder)

    def branch(step: int) -> None:
        _done(context, lambda: _branch_of_step(context, path, step, revision))

    try:
        with st.spinner(say("app.opening")):
            show_history(path, say, branch, may_branch=context.may_change)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))


def _draw(slot: DeltaGenerator, node: Node) -> None:
    """Put the small picture of a plan in its place; one that cannot be opened has none."""
    try:
        picture = plan_card.picture_html(node.path)
    except GridmapError:
        return
    if picture:
        slot.html(picture)


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
