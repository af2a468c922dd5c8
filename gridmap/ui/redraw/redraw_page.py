"""The page 调整: a map editor for micro-grids, with pending changes, undo and history.

The editor in the browser asks (`gridmap/ui/redraw/editor/`), `redraw_session` answers, and this
module keeps the edit session, writes accepted changes, and hands over the answer.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import streamlit as st

from boundaries.hierarchy.ancestors import ancestors
from gridmap import edits
from gridmap.coverage.balance import balance_steps
from gridmap.maps.legend import BALANCE_LOOKS, CATEGORY_LOOKS, load_looks
from gridmap.plan.kinds import kind_name
from gridmap.plan.plan import Plan
from gridmap.rules import Rules
from gridmap.ui.redraw import redraw_border, redraw_find, redraw_frozen, redraw_kept, redraw_remarks
from gridmap.ui.redraw.redraw_answer import answer
from gridmap.ui.redraw.redraw_map import KINDS, Sheet, ground_key, make_sheet, rules_told
from gridmap.ui.redraw.redraw_script import LOADER, editor_script
from gridmap.ui.redraw.redraw_session import EditSession, handle, synced
from gridmap.ui.shell import guard, plans
from gridmap.ui.shell.context import PageContext, go_to
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.media_url import publish
from gridmap.ui.shell.memory.kept import Stamp, kept_by_file
from gridmap.words import words_in
from layers.contract.errors import GridmapError, PlanError

__all__ = ["show"]

KEY = "redraw-editor:"  # and which plan: the editor of another one is another editor
SESSIONS = "redraw-sessions"
TO_PAGE = "redraw-to-page"
PAGES = ("people", "plans")  # that the editor leads to
WORDS_OF = (
    "redraw.",
    "answers.outcome_",
    "plans.branch",
    "plans.frozen_go",
    "border.",
    *redraw_find.WORDS_OF,
)
SHEETS_MB = 256  # of plans open in the editor at once
PATCH_BYTES, LINE_BYTES = 1000, 200  # of a patch with its outline, and of a line around it

_EDITOR = st.components.v2.component("gridmap_editor", js=LOADER)


def show(context: PageContext, plan: Plan) -> None:
    """Show the map editor for the open plan."""
    if context.path is None or not context.may_change:
        return
    _editor(context, context.path, plan)


@guard.fragment  # a question of the editor does not run the rest of the page again
def _editor(context: PageContext, path: Path, plan: Plan) -> None:
    if page := st.session_state.pop(TO_PAGE, ""):
        go_to(page)
    redraw_frozen.run_anew_if_branched()
    session = _session(path) or EditSession(plan)
    try:
        session = redraw_kept.taken_up(_synced(session, path), path)
        session = redraw_kept.as_kept(session, redraw_remarks.open_asked(session, path))
    except GridmapError as error:
        session = replace(session, fault=error)
    _keep(path, session)
    sheet = _sheet(session.draft, _size_of(session.draft))
    _EDITOR(
        key=_key(path),
        data=_given(session, sheet, context)
        | {"remarks": redraw_remarks.told(session, path, context.say)},
        on_ask_change=guard.callback(lambda: _asked(context, path)),
    )


def _given(session: EditSession, sheet: Sheet, context: PageContext) -> dict[str, Any]:
    """All that the editor is told; large things by address."""
    say = context.say
    return {
        "script": publish(editor_script(), "text/javascript", "redraw-script"),
        "ground": {
            "url": publish(sheet.content, "application/gzip", "redraw-ground"),
            "key": sheet.key,
        },
        "find": {"url": _findable(session)},
        "lang": say.language,
        "words": words_in(say.language, *WORDS_OF),
        "who": context.who,
        "frozen": redraw_frozen.told(session.plan, say),
        "rules": rules_told(session.plan.rules),
        "kinds": _kinds(say),
        "load": [
            {"colour": look.colour, "dark": look.dark}
            for look in load_looks(session.plan.rules.capacity.officer_hours)
        ],
        "balance": _balance(session.plan.rules, say),
        "above": _above(session.plan, say),
        "answer": answer(session, sheet, say),
    }


def _findable(session: EditSession) -> str:
    # A plan whose file has been written over meanwhile has no name that others would not take.
    stamp = session.stamp or ("", time.monotonic_ns(), 0, "")
    content = redraw_find.findable(session.plan, stamp)
    return publish(content, "application/gzip", "redraw-find")


def _balance(rules: Rules, say: Translator) -> list[dict[str, Any]]:
    """Colours of the classes of balance in both themes, each with its upper end."""
    ends = [*balance_steps(rules), None, None]
    return [
        {"key": look.key, "name": look.zh if say.language == "zh" else look.en, "end": end,
         "colour": look.colour, "dark": look.dark, "ink": look.ink, "dark_ink": look.dark_ink}
        for look, end in zip(BALANCE_LOOKS, ends, strict=True)
    ]  # fmt: skip


def _kinds(say: Translator) -> list[dict[str, str]]:
    """Keys, names and colours of the categories and of the sub-classes of residual ground."""
    looks = {look.key: look for look in CATEGORY_LOOKS}
    return [
        {"key": key, "name": kind_name(key, say.language), "colour": looks[key].colour,
         "dark": looks[key].dark}
        for key in KINDS
    ]  # fmt: skip


def _above(plan: Plan, say: Translator) -> list[dict[str, Any]]:
    """Given grids that edits can be limited to, each with the parents of patches inside."""
    base = plan.grids[plan.grids["kind"] == "base"].sort_index()
    line = ancestors(plan.grids[plan.grids["kind"] != "micro"])
    inside: dict[str, list[str]] = {}
    parents = sorted(plan.patches["parent_code"].unique())  # exclusive grids among them
    for parent, codes in zip(parents, line.loc[parents].to_numpy().tolist(), strict=True):
        for code in codes:
            inside.setdefault(code, []).append(parent)
    name = base["name" if say.language == "zh" else "name_en"]
    return [
        {
            "code": code,
            "name": name[code] or base.at[code, "name"],
            "level": int(base.at[code, "level"]),
            "parents": inside[code],
        }
        for code in base.index
        if code in inside and base.at[code, "level"] > base["level"].min()
    ]


@kept_by_file(SHEETS_MB)
def _sheet(_plan: Plan, ground: Stamp) -> Sheet:
    return make_sheet(_plan)


def _size_of(plan: Plan) -> Stamp:
    """Name the ground of a plan, with the bytes that its sheet may take."""
    size = PATCH_BYTES * len(plan.patches) + LINE_BYTES * len(plan.context)
    return ground_key(plan), 0, size, ""


def _session(path: Path) -> EditSession | None:
    return st.session_state.get(SESSIONS, {}).get(str(path))


def _keep(path: Path, session: EditSession) -> None:
    st.session_state.setdefault(SESSIONS, {})[str(path)] = session


def _synced(session: EditSession, path: Path) -> EditSession:
    stamp = _stamp(path)
    after = synced(session, _in_file(session, path))
    return replace(after, stamp=stamp) if after.stale is None else after


def _in_file(session: EditSession, path: Path) -> Plan:
    """Give the plan in the file; what this session has just written is not read again."""
    return session.plan if session.stamp == _stamp(path) else plans.open_plan(path)


def _stamp(path: Path) -> plans.Stamp | None:
    try:
        return plans.stamp_of(path)
    except GridmapError:
        return None  # whoever opens it says what is wrong


def _key(path: Path) -> str:
    """Name the editor of a plan."""
    return KEY + plans.page_key(path)


def _asked(context: PageContext, path: Path) -> None:
    """Answer a question of the editor before the page runs."""
    ask = st.session_state[_key(path)].get("ask")
    session = _session(path)
    if not ask or session is None or ask["seq"] == session.seq:
        return
    _keep(path, replace(_answered(session, path, context, ask), seq=str(ask["seq"])))


def _answered(
    session: EditSession, path: Path, context: PageContext, ask: Mapping[str, Any]
) -> EditSession:
    kind = str(ask["kind"])
    if kind in PAGES:
        st.session_state[TO_PAGE] = kind
        return session
    if kind == "branch":
        return redraw_frozen.branched(session, path, context)
    if (no := redraw_frozen.refused(session, path, ask)) is not None:
        return no
    if session.held is not None and kind != "look" and kind not in redraw_remarks.KINDS[:-2]:
        return redraw_kept.decide(session, kind)
    if kind == "border":
        return redraw_border.explained(session, ask)
    if kind in ("undo", "redo") and _is_pending(kind, session):
        ask = {**ask, "kind": "back" if kind == "undo" else "again"}
    elif kind in _WRITES:
        return _written(session, path, context, ask)
    elif kind in redraw_remarks.KINDS:
        after = redraw_remarks.answered(session, path, context.who, ask)
        return redraw_kept.as_kept(session, after)
    return redraw_kept.as_kept(session, handle(session, ask))


def _is_pending(kind: str, session: EditSession) -> bool:
    return bool(session.pending if kind == "undo" else session.pending or session.dropped)


Change = Callable[[Plan], Plan]


def _accept(session: EditSession, by: Mapping[str, Any], _ask: Mapping[str, Any]) -> Change:
    return lambda now: edits.accept_pending(now, session.plan, session.pending, **by)


def _undo(session: EditSession, by: Mapping[str, Any], _ask: Mapping[str, Any]) -> Change:
    return lambda now: edits.undo(_as_shown(now, session), **by)


def _redo(session: EditSession, by: Mapping[str, Any], _ask: Mapping[str, Any]) -> Change:
    return lambda now: edits.redo(_as_shown(now, session), **by)


def _as_shown(now: Plan, session: EditSession) -> Plan:
    """Refuse to take back what is not on the screen: somebody else's entry is the last one now."""
    edits.require_state(now, edits.state_id(session.plan))
    if len(edits.edit_log(now)) != len(edits.edit_log(session.plan)):
        raise PlanError(
            "Somebody else has changed the plan meanwhile. Look at the history, then undo or redo "
            "again.",
            "方案刚被他人更改。请先查看历史记录，再撤销或重做。",
        )
    return now


def _undo_one(session: EditSession, by: Mapping[str, Any], ask: Mapping[str, Any]) -> Change:
    state = edits.state_id(session.plan)
    return lambda now: edits.undo_one(now, str(ask["edit"]), state=state, **by)


_WRITES = {"accept": _accept, "undo": _undo, "redo": _redo, "undo_one": _undo_one}


def _written(
    session: EditSession, path: Path, context: PageContext, ask: Mapping[str, Any]
) -> EditSession:
    """Write what was accepted or taken back; nobody else can write in between."""
    kind = str(ask["kind"])
    by = {
        "who": context.who,
        "when": datetime.now().isoformat(timespec="seconds"),
        "why": str(ask.get("why") or "").strip(),
    }
    calm = replace(session, fault=None, note="", facts=(), seen=None, chosen=0)
    stamps: list[plans.Stamp | None] = []
    try:
        if kind == "accept":
            calm = redraw_kept.announce(calm, (by["when"], by["who"]))
        now = plans.change_open(
            path,
            context.folder,
            _WRITES[kind](session, by, ask),
            load=lambda place: _in_file(session, place),
            after=lambda _: stamps.append(_stamp(path)),  # nobody has written it since
        )
    except GridmapError as error:
        # When somebody else has changed the plan, that is told with what to do about it.
        with suppress(GridmapError):  # a file that is gone or spoiled: `error` says so already
            calm = _synced(calm, path)
        return calm if calm.stale is not None else replace(calm, fault=error)
    note, facts = _note(kind, session.plan, now, len(session.pending))
    done = EditSession(now, stamps[-1], note=note, facts=facts, place=calm.place)
    done = redraw_remarks.after_write(done, session, path, context.who, ask)
    return redraw_kept.forget(done)


def _note(
    kind: str, before: Plan, now: Plan, count: int
) -> tuple[str, tuple[tuple[str, object], ...]]:
    """Say what was saved, and whether posts are vacant or cadres free since."""
    if kind != "accept":
        return f"redraw.note_{kind}", ()
    vacant, free = _staffing(now)
    was_vacant, was_free = _staffing(before)
    facts = (("count", count), ("vacant", vacant), ("free", free))
    changed = vacant != was_vacant or free != was_free
    return ("redraw.note_saved_people" if changed else "redraw.note_saved"), facts


def _staffing(plan: Plan) -> tuple[int, int]:
    counts = plan.assignments["status"].value_counts()
    return int(counts.get("vacant", 0)), int(counts.get("surplus", 0))
