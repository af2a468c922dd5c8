"""For whom files are made: the house or the public; and what has to be answered before.

The answer to how the layers are classified is kept in the rules of the plan.
"""

from datetime import date
from pathlib import Path

import streamlit as st

from gridmap.plan.plan import Plan
from gridmap.publish import public_remarks, release
from gridmap.publish.answering import answered
from gridmap.publish.release import large_ground, open_question
from gridmap.rules.words import choice_name
from gridmap.ui.shell import plans
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.markdown import plain
from layers.contract.errors import GridmapError, PlanError

__all__ = ["choose"]

HOUSE, PUBLIC = "house", "public"
ANSWERS = ("public", "internal", "secret")
KEPT = 2


def choose(context: PageContext, plan: Plan, path: Path) -> Plan | None:
    """Ask for whom files are made.

    Returns
    -------
    The plan as it may go out to them; None where nothing may, which is said on the page.
    """
    say = context.say
    _question(context, plan, path)
    chosen = st.segmented_control(
        say("handover.audience"),
        [HOUSE, PUBLIC],
        default=HOUSE,
        required=True,
        format_func=lambda one: say(f"handover.audience.{one}"),
        key="handover-audience",
    )
    public = chosen == PUBLIC
    try:
        stamp = (str(path), path.stat().st_mtime_ns)
        released = _released(stamp, public, date.today().isoformat(), plan)
    except PlanError as error:
        st.error(say("handover.cannot", why=plain(error.text(say.language))))
        return None
    if public:
        st.caption(say("handover.audience.note"))
        for remark in public_remarks(plan):
            st.caption(plain(remark.zh if say.language == "zh" else remark.en))
    return released


def _question(context: PageContext, plan: Plan, path: Path) -> None:
    """Say what is still open; a planner can answer how the layers are classified."""
    say = context.say
    for asked, show in ((open_question(plan), st.info), (large_ground(plan), st.warning)):
        if asked is not None:
            show(plain(asked.zh if say.language == "zh" else asked.en))
    if plan.rules.publish.source_classification is not None or not context.may_change:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="handover-question"):
        answer = st.selectbox(
            say("handover.source"),
            ANSWERS,
            index=None,
            format_func=lambda one: choice_name(one, say.language),
            placeholder=say("rules.choose"),
            key="handover-source",
        )
        pressed = st.button(say("handover.source_save"), key="handover-source-save")
    if not pressed or answer is None:
        return
    try:
        plans.change_open(path, context.folder, lambda now: answered(now, source=answer))
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    st.rerun()


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _released(stamp: tuple[str, int], public: bool, day: str, _plan: Plan) -> Plan:
    """Decide once for a state of the file and a day; Streamlit does not hash `_plan`."""
    return release(_plan, public=public, day=day)
