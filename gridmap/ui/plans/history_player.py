"""The history of the open plan as a part of the page: map, bars and slider over its edits."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from gridmap.maps.legend import LOAD_STEPS, load_looks
from gridmap.maps.page import asset
from gridmap.ui.shell import guard, plans
from gridmap.ui.shell.i18n import Translator
from gridmap.versions.scenes import scenes_values
from gridmap.words import words_in

__all__ = ["show_history"]

HERE = Path(__file__).parent
KEY = "plan-history"
KEPT = 4
LOAD_LOOKS = load_looks(1.0)  # by the share of capacity that is used

_PLAYER = st.components.v2.component(
    "gridmap_plan_history",
    html='<div class="history"></div>',
    css=(HERE / "history_player.css").read_text(encoding="utf-8"),
    js=asset("elements.js") + (HERE / "history_player.js").read_text(encoding="utf-8"),
)


def show_history(
    path: Path, say: Translator, on_branch: Callable[[int], None], *, may_branch: bool
) -> None:
    """Show the history of a plan, and tell from which step a draft is wanted.

    Parameters
    ----------
    path
        The plan.
    say
        Words of the page's language.
    on_branch
        Called with a step; it is what a browser sent, so it is checked where the draft is made.
    may_branch
        Whether drafts may be made here.
    """
    stamp = plans.stamp_of(path)
    key = f"{KEY}-{plans.page_key(path)}"

    def wanted() -> None:
        step = getattr(st.session_state.get(key), "branch", None)
        if isinstance(step, int) and not isinstance(step, bool):
            on_branch(step)

    _PLAYER(
        key=key,
        data={
            "key": f"{plans.page_key(path)}{stamp[1:]}{say.language}",
            "scenes": _scenes(stamp, say.language == "zh"),
            "words": words_in(say.language, "history."),
            "colours": [look.colour for look in LOAD_LOOKS],
            "dark": [look.dark for look in LOAD_LOOKS],
            "ends": list(LOAD_STEPS),
            "may_branch": may_branch,
        },
        on_branch_change=guard.callback(wanted),
    )


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _scenes(stamp: plans.Stamp, chinese: bool) -> dict[str, Any]:
    return scenes_values(plans.open_plan(Path(stamp[0])), chinese=chinese)
