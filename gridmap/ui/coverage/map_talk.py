"""What the map of the page 覆盖 shows and asks beyond the plan: comments, and ways to other pages.

Comments stand in the page of the map alone, not in its data, so no file that is handed on holds
them. What the map asks comes from a browser: it is checked like anything a user sends.
"""

from pathlib import Path
from typing import Any

import streamlit as st

from gridmap.plan.plan import Plan
from gridmap.remarks.comments import Comment, comments
from gridmap.ui.redraw.redraw_remarks import ask_to_look
from gridmap.ui.shell import guard
from gridmap.ui.shell.context import PageContext
from gridmap.ui.split.border_part import ask_about, place_of
from layers.contract.errors import GridmapError

__all__ = ["listen", "talk_of"]

KEY, ASKED = "map-talk", "map-talk-asked"
MOST_SHOWN = 300  # the newest
WORDS = ("answered", "unanswered", "look", "border")

_TALK = st.components.v2.component(
    "gridmap_map_talk",
    html="<div hidden></div>",
    js=Path(__file__).with_name("map_talk.js").read_text(encoding="utf-8"),
)


def talk_of(plan: Plan, context: PageContext) -> dict[str, Any] | None:
    """Give the open comments of a plan as plain values, and what this visitor may ask.

    Parameters
    ----------
    plan
        The plan; a copy for the public shows no comments.
    context
        Who looks, and the file of the plan.
    """
    if plan.is_redacted or context.path is None:
        return None
    try:
        found = [one for one in comments(context.path) if one.is_open]
    except GridmapError:  # said in the tab where they are listed
        found = []
    # As written: the braces of a word are filled in by the page of the map.
    words = {key: context.say(f"comments.{key}", count="{count}") for key in WORDS}
    return {
        "words": words | {"title": context.say("redraw.notes_comments")},
        "remarks": [_values(one) for one in found[-MOST_SHOWN:]],
        "leads": context.may_change,
        "borders": context.may_change and context.town is not None,
    }


def listen(context: PageContext) -> None:
    """Hear what the map asks, and open the page that answers it."""
    if not context.may_change:
        return

    def heard() -> None:
        asked = getattr(st.session_state.get(KEY), "asked", None)
        st.session_state[ASKED] = asked if isinstance(asked, dict) else {}

    _TALK(key=KEY, on_asked_change=guard.callback(heard))
    asked = st.session_state.pop(ASKED, {})
    if "remark" in asked:
        ask_to_look(str(asked["remark"]))
    elif (place := place_of(asked)) is not None:
        ask_about(place)


def _values(one: Comment) -> dict[str, Any]:
    return {
        "name": f"comment:{one.id}",
        "lon": one.lon,
        "lat": one.lat,
        "text": one.text,
        "by": one.by,
        "time": _minute(one.time),
        "answers": [
            {"by": each.by, "time": _minute(each.time), "text": each.text} for each in one.answers
        ],
    }


def _minute(time: str) -> str:
    return time.replace("T", " ")[:16]
