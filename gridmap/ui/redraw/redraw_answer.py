"""What the map editor is told after each question: labels, figures, violations, offers, history."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from boundaries.tiling.build import kind_of
from gridmap import edits
from gridmap.coverage.balance import base_above
from gridmap.edits import Edit, Pending
from gridmap.plan.identity import identity_of
from gridmap.plan.plan import Plan
from gridmap.rules.roles import OFFICERS
from gridmap.ui.redraw import redraw_border
from gridmap.ui.redraw.redraw_map import Sheet
from gridmap.ui.redraw.redraw_session import EditSession
from gridmap.ui.shell.i18n import Translator
from layers.contract.errors import GridmapError, PlanError

__all__ = ["answer", "phrase"]

Values = dict[str, Any]
Names = dict[str, str]  # of micro-grids and exclusive grids, by code
HISTORY_SHOWN = 100  # edits; the log of the plan has them all
NAMES_SHOWN = 3  # people in one line of a card


def answer(session: EditSession, sheet: Sheet, say: Translator) -> Values:
    """Lay out the answer as plain values.

    Parameters
    ----------
    session
        After the question.
    sheet
        The ground that the browser has, which is that of the draft.
    say
        Language.
    """
    draft = session.draft
    history = edits.history(session.plan)
    names = _names((session.plan, *(change.after for change in session.pending)), say)
    return {
        "seq": session.seq,
        "labels": _labels(draft, sheet),
        **_pending(session),
        "grids": _grids(draft, session.plan, say),
        "locked": sorted(edits.locked_grids(draft)),
        "changes": [_change(change, names, say) for change in session.pending],
        "look": _look(session, names, say),
        "border": redraw_border.told(session, say),
        "history": _history(history, say),
        **_steps(session, history, names, say),
        "stale": _stale(session, say),
        "fault": session.fault.text(say.language) if session.fault else "",
        "note": say(session.note, **dict(session.facts)) if session.note else "",
        "people": session.note == "redraw.note_saved_people",
        "restored": session.restored,
    }


def _labels(draft: Plan, sheet: Sheet) -> list[list[Any]]:
    """Patches whose micro-grid is another one than in the browser's file: labels, no geometry."""
    published = np.array([*sheet.codes, ""], dtype=object)[sheet.labels]
    now = draft.patches["grid_code"].to_numpy(dtype=object)
    rows = np.flatnonzero(now != published)
    return [rows.tolist(), now[rows].tolist()]


def _pending(session: EditSession) -> Values:
    """Patches of the draft that pending changes move or cut, and the micro-grid each was in.

    A piece of a patch that is cut was in none: only the cut as a whole can be taken back.
    """
    if not session.pending:
        return {"pending": [], "was": []}
    before = session.plan.patches["grid_code"]
    now = session.draft.patches["grid_code"]
    old = before.reindex(now.index)
    rows = np.flatnonzero((old != now).to_numpy())
    return {"pending": rows.tolist(), "was": old.iloc[rows].fillna("").tolist()}


def _grids(draft: Plan, saved: Plan, say: Translator) -> Values:
    """What is known of each micro-grid and exclusive grid beside its ground.

    `number` is the end of its code, `short` its name without that of the grid above, as the
    register has them; `saved` is the kind that the plan in the file gives it, "" for none.
    """
    shown = draft.grids[draft.grids["kind"] != "base"]
    filled = draft.assignments[draft.assignments["status"] == "filled"]
    people = filled["grid_code"].value_counts().to_dict()
    held = _held(draft, filled)
    names, above = _shown_names(draft, say), base_above(draft.grids)
    given = draft.grids[draft.grids["kind"] != "micro"]
    called = given["name" if say.language == "zh" else "name_en"].to_dict()
    micro = saved.grids["kind"] == "micro"
    before = dict(zip(saved.grids.index[micro], kind_of(saved.grids)[micro], strict=True))
    facts = {}
    columns = (shown["parent_code"], shown["kind"], shown["officers"], kind_of(shown), names)
    rows = zip(shown.index.tolist(), *(column.tolist() for column in columns), strict=True)
    for code, direct, table, officers, kind, told in rows:
        parent, name = above[code], told or code
        facts[code] = {
            "name": name,
            "short": _short(name, called.get(parent, "")),
            "number": code.removeprefix(direct) or code,
            "parent": parent,
            "kind": kind,
            "saved": before.get(code, "") if table == "micro" else kind,
            "officers": officers,
            "held": held.get(code, 0),
            "people": int(people.get(code, 0)),
            "unit": table == "exclusive",
        }
    return facts


def _short(name: str, parent: str) -> str:
    """Leave the parent's name out of a name that was made of it."""
    for mark in ("·", ", "):
        if parent and name.startswith(parent + mark):
            return name.removeprefix(parent + mark)
    return name


def _held(plan: Plan, filled: pd.DataFrame) -> dict[str, int]:
    """Highest number of an officer's post that is filled, by grid: so many posts stay."""
    posts = plan.posts[plan.posts["role"].isin(OFFICERS)]
    number = filled["post_id"].map(posts["number"]).dropna()
    return {
        str(code): int(most) for code, most in number.groupby(filled["grid_code"]).max().items()
    }


def _shown_names(plan: Plan, say: Translator) -> pd.Series:
    """What micro-grids and exclusive grids are called: the label given by hand goes first."""
    grids = plan.grids[plan.grids["kind"] != "base"]
    name = grids["name"]
    if say.language != "zh":
        name = grids["name_en"].where(grids["name_en"] != "", name)
    return name.mask(grids["label"] != "", grids["label"])


def _names(plans: Iterable[Plan], say: Translator) -> Names:
    names: Names = {}
    for plan in plans:
        names |= _shown_names(plan, say).to_dict()
    return names


def _change(change: Pending, names: Names, say: Translator) -> Values:
    seen = change.seen
    digits = change.after.rules.numbering.micro_digits
    closed = seen.edit.grids if seen.edit.kind == "close" else ()
    shown = seen.edit.kind not in ("lock", "unlock")
    return {
        "what": phrase(change.edit, seen, names, say),
        "rows": _rows(seen.before, seen.after, names, digits=digits, own=closed) if shown else [],
        "renamed": _renamed(seen, say),
        "violations": [
            {
                "kind": found.kind,
                "severity": found.severity,
                "fresh": found.new,
                "text": found.message_zh if say.language == "zh" else found.message,
                "patches": list(found.patches),
            }
            for found in seen.violations
        ],
        "offers": [
            {
                "title": offer.title_zh if say.language == "zh" else offer.title,
                "patches": list(offer.patches),
                "rows": _rows(offer.before, offer.after, names, digits=digits),
            }
            for offer in seen.offers
        ],
        "sound": seen.is_sound,
        "about": change.edit.about,
    }


def _renamed(seen: edits.Preview, say: Translator) -> list[str]:
    """Say which micro-grids get another category and name: nobody should find out afterwards."""
    return [new.text.zh if say.language == "zh" else new.text.en for new in seen.new_kinds]


def _rows(
    before: pd.DataFrame,
    after: pd.DataFrame,
    names: Names,
    *,
    digits: int,
    own: tuple[str, ...] = (),
) -> list[Values]:
    codes = sorted({*before.index, *after.index})
    old, new = before.to_dict("index"), after.to_dict("index")
    return [
        {
            "code": code,
            "short": "" if code in own else code[-digits:],
            "name": names.get(code, code),
            "before": _totals(old.get(code)),
            "after": _totals(new.get(code)),
        }
        for code in codes
    ]


def _totals(row: dict[Any, Any] | None) -> Values | None:
    if row is None:
        return None
    return {
        "patches": int(row["patches"]),
        "area": round(float(row["area_m2"]), 2),
        "households": round(float(row["households"]), 2),
        "objects": int(row["objects"]),
        "load": round(float(row["load_h"]), 4),
        "officers": int(row["officers"]),
        "people": int(row["people"]),
        "over": round(float(row["over_h"]), 4),
        "compactness": round(float(row["compactness"]), 4),
        "parts": int(row["parts"]),
    }


def _look(session: EditSession, names: Names, say: Translator) -> Values | None:
    seen = session.seen
    if seen is None:
        return None
    names = names | {code: say("redraw.itself") for code in seen.created}
    digits = session.plan.rules.numbering.micro_digits
    rows = _rows(seen.before, seen.after, names, digits=digits, own=seen.created)
    return {"patches": session.chosen, "rows": rows, "renamed": _renamed(seen, say)}


def phrase(edit: Edit, seen: edits.Preview, names: Names, say: Translator) -> str:
    """Say in a few words what an edit does."""

    def named(codes: Iterable[str]) -> str:
        found = [names.get(code, code) for code in dict.fromkeys(codes)]
        more = say("redraw.and_more", count=len(found)) if len(found) > NAMES_SHOWN else ""
        return say("redraw.list_mark").join(found[:NAMES_SHOWN]) + more

    kind = edit.kind
    if kind == "move":
        to = seen.moved.tolist()
        return say("redraw.did_move", count=len(seen.moved), to=named(to))
    if kind == "cut":
        place = seen.cut_places[0]
        return say("redraw.did_cut", place=place.zh if say.language == "zh" else place.en)
    return say(f"redraw.did_{kind}", grids=named(edit.grids), parts=edit.parts)


def _history(history: pd.DataFrame, say: Translator) -> list[Values]:
    shown = history.iloc[::-1].head(HISTORY_SHOWN)
    what = "what_zh" if say.language == "zh" else "what"
    return [
        {
            "id": edit_id,
            "time": str(row["time"]).replace("T", " ")[:16],
            "who": row["who"],
            "what": row[what],
            "why": row["why"],
            "force": bool(row["in_force"]) or row["kind"] in ("undo", "redo"),
            "act": row["kind"] not in ("undo", "redo") and bool(row["in_force"]),
        }
        for edit_id, row in shown.iterrows()
    ]


def _steps(session: EditSession, history: pd.DataFrame, names: Names, say: Translator) -> Values:
    """What the buttons of undo and redo would do: pending changes first, then accepted ones."""
    what = "what_zh" if say.language == "zh" else "what"
    undo = history.loc[history["next_undo"], what]
    redo = history.loc[history["next_redo"], what]
    if identity_of(session.plan).is_frozen:
        return {"undo": "", "redo": ""}
    if session.pending:
        last = session.pending[-1]
        undone = phrase(last.edit, last.seen, names, say)
    else:
        undone = str(undo.iloc[0]) if len(undo) else ""
    if session.dropped:
        done = say("redraw.pending_again")
    else:
        done = str(redo.iloc[0]) if len(redo) and not session.pending else ""
    return {"undo": undone, "redo": done}


def _stale(session: EditSession, say: Translator) -> Values | None:
    """Say what somebody else has changed since the pending changes were made."""
    if session.held is not None and session.clash is not None:
        text = say("redraw.held", count=len(session.held.edits))
        text = f"{text}\n{session.clash.text(say.language)}"
        return {"text": text, "can": False, "part": len(session.held.edits) > 1}
    if session.stale is None:
        return None
    try:
        edits.require_state(session.stale, edits.state_id(session.plan))
    except PlanError as error:
        clash = _clash(session)
        told = [error.text(say.language), *([clash.text(say.language)] if clash else [])]
        return {"text": "\n".join(told), "can": clash is None, "part": False}
    return None


def _clash(session: EditSession) -> GridmapError | None:
    """Say why the pending changes cannot be applied again, if so."""
    assert session.stale is not None
    try:
        edits.transfer_pending(session.stale, session.plan, session.pending)
    except GridmapError as error:
        return error
    return None
