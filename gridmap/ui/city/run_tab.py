"""The state of a city's towns, and the run that plans them: started, watched, cancelled.

The run goes on in a process of its own, whoever looks; one that was started by the command is shown
as well, and ends where it was started.
"""

import math

import pandas as pd
import streamlit as st

from gridmap.city.overview.background import (
    cancel_run,
    look_at_run,
    read_progress,
    start_run,
    town_progress,
)
from gridmap.city.running import Progress
from gridmap.city.status import town_states
from gridmap.trials.background import Work
from gridmap.ui.city.city_data import CityData, name_in, names_apart
from gridmap.ui.shell import guard, jobs
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.tables import show_frame
from layers.contract.errors import GridmapError

__all__ = ["show", "states_table"]

EVERY_S = 1.5
WIDTH_PX = 900
HEIGHT_PX = 480
NAMED = 4  # towns at work that are named
ORDER = ("running", "failed", "stale", "placing", "waiting", "done")
CHECKED = "city-states"  # what was found by looking at all files, until a run changes it


def show(context: PageContext, data: CityData) -> None:
    """Show how all towns stand, and the buttons for a run to whoever may plan the city.

    Parameters
    ----------
    context
        Who looks.
    data
        The city.
    """
    city, say = data.whole, context.say
    work = look_at_run(city)
    if (work is not None and work.is_running) or read_progress(city) is not None:
        st.session_state.pop(CHECKED, None)
        _running(context, data)
        return
    if work is not None and work.task.get("what") == "plan":
        jobs.outcome(work, say)
    elif work is not None:  # the tables after a run that was cancelled
        st.info(say("jobs.ended"))
    # Who only looks leaves no record of what the files were.
    states = _states(data, work, say) if context.may_change else town_progress(city)
    states = states[states.index.isin(data.towns.index)]
    counts = states["state"].value_counts()
    open_towns = int(counts.reindex(["waiting", "stale", "failed", "placing"]).fillna(0).sum())
    failed = states.index[states["state"] == "failed"]
    st.markdown(_counts(counts, say))
    if context.may_change:
        with st.container(horizontal=True, gap="small", key="city-run-buttons"):
            label = say("city_page.start", count=f"{open_towns:,}")
            if st.button(label, type="primary", key="city-start", disabled=not open_towns):
                _start(data, [], say)
            label = say("city_page.retry", count=f"{len(failed):,}")
            if len(failed) and st.button(label, key="city-retry"):
                _start(data, list(failed), say)
        st.caption(say("city_page.run_note"))
        _from_scratch(data, states, say)
    _table(context, data, states)


@guard.fragment(run_every=EVERY_S)
def _running(context: PageContext, data: CityData) -> None:
    """Show the run that goes on, anew every moment; the page runs again when it has ended."""
    city, say = data.whole, context.say
    work, now = look_at_run(city), read_progress(city)
    ours = work is not None and work.is_running
    if not ours and now is None:
        guard.rerun_by_itself()
        return
    with st.container(border=True, key="city-running", width=WIDTH_PX):
        ended = now.done + now.failed if now is not None else 0
        share = ended / now.all if now is not None and now.all else 0.0
        st.progress(min(share, 1.0), text=_words(data, work if ours else None, now, say))
        bar, button = st.columns([4, 1], vertical_alignment="center")
        if now is not None and not math.isnan(now.left_s):
            bar.caption(say("jobs.left", time=jobs.elapsed(now.left_s, say)))
        elif ours:
            bar.caption(say("city_page.leave"))
        if not ours:
            st.caption(say("city_page.elsewhere"))
        elif context.may_change and button.button(
            say("jobs.cancel"), key="city-cancel", width="stretch"
        ):
            with st.spinner(say("city_page.cancelling")):
                cancel_run(city)
            st.rerun()
    states = town_progress(city)
    _table(context, data, states[states.index.isin(data.towns.index)])


def _words(data: CityData, work: Work | None, now: Progress | None, say: Translator) -> str:
    """Say how far a run is."""
    if work is not None and work.task.get("what") == "tables":
        return say("city_page.tables")
    if now is None or not now.all:
        return say("jobs.step.start")
    names = [
        name_in(data.towns.loc[one], say.language) if one in data.towns.index else one
        for one in now.running[:NAMED]
    ]
    return plain(
        say(
            "city_page.progress",
            done=f"{now.done:,}",
            all=f"{now.all:,}",
            failed=f"{now.failed:,}",
            towns=say("mark.list").join(names) or "–",
        )
    )


def _from_scratch(data: CityData, states: pd.DataFrame, say: Translator) -> None:
    """Offer to plan towns anew that no run would plan, or whose edits may be lost."""
    with st.expander(say("city_page.anew")):
        st.markdown(say("city_page.anew_note"))
        # Those that wait for this word come first: their data have changed, and they were edited.
        order = states["state"].eq("stale").sort_values(ascending=False, kind="stable").index
        with_plan = [name for name in order if data.city.plan_of(str(name)).exists()]
        names = names_apart(data.towns, say.language)
        chosen = st.multiselect(
            say("city_page.anew_towns"),
            with_plan,
            format_func=lambda name: say(
                "city_page.anew_town", name=names[name],
                state=say(f"city.state.{states.loc[name, 'state']}"),
            ),
            placeholder=say("city_page.anew_choose"),
            key=f"city-anew-towns-{say.language}",
        )  # fmt: skip
        may_lose = st.checkbox(say("city_page.anew_lose"), key="city-anew-lose")
        label = say("city_page.anew_start", count=f"{len(chosen):,}")
        if st.button(label, key="city-anew", disabled=not (chosen and may_lose)):
            _start(data, chosen, say, anew=chosen)


def _start(
    data: CityData, only: list[str], say: Translator, *, anew: list[str] | None = None
) -> None:
    try:
        start_run(data.whole, only=only, anew=anew or [])
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    st.rerun()


def _states(data: CityData, work: Work | None, say: Translator) -> pd.DataFrame:
    """Give how each town stands now: its files are looked at once a session, and after each run."""
    mark = (data.stamp, work.ended if work else 0.0)
    kept = st.session_state.get(CHECKED)
    if kept is None or kept[0] != mark:
        with st.spinner(say("city_page.checking")):
            found = town_states(data.whole).set_index("town")
        kept = (mark, found)
        st.session_state[CHECKED] = kept
    seconds = town_progress(data.whole)["seconds"]
    states: pd.DataFrame = kept[1][["state", "fault", "fault_zh"]]
    return states.assign(seconds=seconds.reindex(states.index))


def _counts(counts: pd.Series, say: Translator) -> str:
    parts = [
        say("city_page.count", state=say(f"city.state.{state}"), count=f"{counts[state]:,}")
        for state in ORDER
        if state in counts.index
    ]
    return say("mark.list").join(parts)


def states_table(data: CityData, states: pd.DataFrame, say: Translator) -> pd.DataFrame:
    """Give a row a town, what needs somebody first: `name`, `area`, `state`, `seconds`, `fault`."""
    above = {code: name_in(row, say.language) for code, row in data.areas.iterrows()}
    towns = data.towns.reindex(states.index)
    table = pd.DataFrame(
        {
            "name": [name_in(row, say.language) for _, row in towns.iterrows()],
            "area": towns["area"].map(above),
            "state": [say(f"city.state.{state}") for state in states["state"]],
            "seconds": states["seconds"],
            "fault": states["fault_zh" if say.language == "zh" else "fault"],
        },
        index=states.index,
    )
    order = states["state"].map(ORDER.index)
    return table.loc[order.sort_values(kind="stable").index]


def _table(context: PageContext, data: CityData, states: pd.DataFrame) -> None:
    say = context.say
    table = states_table(data, states, say)
    if not context.may_change:  # a fault names files
        table = table.drop(columns="fault")
    columns = {one: say(f"city_page.column.{one}") for one in table.columns if one != "seconds"}
    show_frame(
        table,
        hide_index=True,
        height=HEIGHT_PX if len(table) > 12 else "content",
        column_config={
            **columns,
            "seconds": st.column_config.NumberColumn(
                say("city_page.column.seconds"), format="%.1f"
            ),
        },
        alt=say("city_page.run"),
    )
