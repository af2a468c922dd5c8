"""The home page: where the town stands, and the one thing to do next."""

from contextlib import suppress
from html import escape
from pathlib import Path

import streamlit as st

from gridmap.access.sidecar import BOARDS, beside
from gridmap.plan.plan import Plan
from gridmap.trials.background import Work, look_at_work
from gridmap.ui.coverage import lookup
from gridmap.ui.shell import header
from gridmap.ui.shell.context import PAGES, PageContext, choose_town, go_to
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.plans import stamp_of
from gridmap.ui.shell.steps import Note, Step, next_step, steps_of
from gridmap.ui.shell.towns import copy_sample, find_samples, names_of, shared_files, trial_store
from gridmap.ui.split import plan_card
from layers.contract.errors import GridmapError

__all__ = ["show"]

SEVERITIES = ("error", "warning", "info")
SIGNS = {"done": "✓", "look": "!", "todo": "", "ready": ""}
CARD_PX = 340
ALONE_PX = 1100  # of the steps without a plan beside them: a screen's width is far for the eye
KEPT = 128

Stamps = tuple[tuple[str, int, int], ...]  # path, time of change, size


def show(context: PageContext) -> None:
    """Show the steps of the town that is open; without one, how to begin."""
    say = context.say
    if context.town is None and context.path is None:
        if context.city is not None:
            header.no_plan(context)
        elif not context.scope.everything:
            st.info(say("data.no_town_open"))
        elif context.may_change:
            _welcome(context)
        else:
            st.info(say("home.viewer_empty"))
        return
    plan = header.open_plan(context) if context.path else None
    work = look_at_work(trial_store(context.folder, context.town)) if context.town else None
    state = f"{work.state} {work.ended}" if work else ""
    steps = _steps(_stamps(context), state, work, context.town, plan, context.path)
    with st.container(key="home-body", width=ALONE_PX if plan is None else "stretch"):
        if plan is None or context.path is None:
            _way(context, steps, None)
            return
        left, right = st.columns([3, 2], gap="medium")
        with left:
            _way(context, steps, plan)
        with right:  # last: nobody waits for the picture
            counts = plan.issues["severity"].value_counts()
            found = {key: int(counts.get(key, 0)) for key in SEVERITIES}
            issues = say("home.issues") + " · " + say("home.issue_counts", **found)
            plan_card.show(context.path, plan, say, key="home", note=issues)


def _way(context: PageContext, steps: list[Step], plan: Plan | None) -> None:
    """Show what to do next, who is in charge, and all steps."""
    say = context.say
    pages = st.session_state.get(PAGES, {})
    if not context.may_change:  # where data and rules lie is not shown to a viewer, nor what to do
        steps = [step for step in steps if step.page not in ("data", "rules")]
    else:
        _next(next_step([step for step in steps if step.page in pages] or steps), say)
        if context.town is None and context.city is None and context.scope.everything:
            st.subheader(say("home.begin"), anchor=False)
            st.markdown(say("home.begin_note"))
            _begin(context)
    if plan is not None and context.path is not None:
        lookup.show_box(stamp_of(context.path), say)
    st.subheader(say("home.steps"), anchor=False)
    with st.container(key="steps", gap=None):
        for number, step in enumerate(steps, start=1):
            _row(number, step, context, can_open=step.page in pages)


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _steps(
    stamps: Stamps, state: str, _work: Work | None, _town: Path | None, _plan: Plan | None,
    _path: Path | None,
) -> list[Step]:  # fmt: skip
    """Work the steps out; of a large plan that takes seconds, so it is kept while all stays."""
    return steps_of(_town, _plan, _path, work=_work)


def _stamps(context: PageContext) -> Stamps:
    """Give what changes with anything that the steps are told from."""
    files = [context.path] if context.path else []
    files += [beside(path, kind) for path in files for kind in ("answers", BOARDS)]
    files += sorted(context.town.iterdir()) if context.town else []
    files += shared_files(context.city) if context.city and context.town else []
    found = []
    for file in files:
        with suppress(OSError):
            state = file.stat()
            found.append((str(file), state.st_mtime_ns, state.st_size))
    return tuple(found)


def _next(step: Step, say: Translator) -> None:
    with st.container(key="next", border=True, horizontal=True, vertical_alignment="center"):
        title, notes = escape(say(f"home.{step.page}.title")), _sentence(step.notes, say)
        st.html(
            f'<p class="next-head">{escape(say("home.next"))}</p>'
            f'<p class="next-title">{title}</p><p class="next-note">{notes}</p>',
            width="stretch",
        )
        label = say("app.go", page=say(f"page.{step.leads_to}"))
        if st.button(label, type="primary", key="next-go"):
            go_to(step.leads_to)


def _row(number: int, step: Step, context: PageContext, *, can_open: bool) -> None:
    say = context.say
    with st.container(
        key=f"step-{step.page}", horizontal=True, wrap=False, vertical_alignment="center"
    ):
        state = escape(say(f"home.state.{step.state}"))
        st.html(
            f'<div class="step step-{step.state}"><span class="step-mark" role="img" '
            f'aria-label="{state}">{SIGNS[step.state] or number}</span><div>'
            f'<p class="step-title">{escape(say(f"home.{step.page}.title"))}'
            f'<span class="step-state">{state}</span></p>'
            f'<p class="step-note">{_sentence(step.notes, say)}</p></div></div>',
            width="stretch",
        )
        if can_open and st.button(
            say(f"page.{step.page}"), key=f"open-{step.page}", type="tertiary"
        ):
            go_to(step.page)


def _sentence(notes: tuple[Note, ...], say: Translator) -> str:
    """Join the notes of a step; they may hold names from the data."""
    said = [say(note.key, **note.values) for note in notes]
    said = [said[0][:1].upper() + said[0][1:], *said[1:]] if said else []
    texts = [
        f"<b>{escape(text)}</b>" if note.is_alarm else escape(text)
        for note, text in zip(notes, said, strict=True)
    ]
    return escape(say("home.pause")).join(texts)


def _welcome(context: PageContext) -> None:
    say = context.say
    st.subheader(say("home.welcome"), anchor=False)
    st.markdown(say("home.welcome_note"))
    _begin(context)


def _begin(context: PageContext) -> None:
    """Offer the samples to be copied, and a town of one's own."""
    say = context.say
    with st.container(horizontal=True, key="begin"):
        for sample in find_samples():
            with st.container(border=True, width=CARD_PX):
                name = names_of(sample)[0 if say.language == "zh" else 1]
                st.markdown(f"**{plain(name)}**")
                st.caption(say(f"home.sample.{sample.name}"))
                label = say("home.sample", name=plain(name))
                if st.button(label, key=f"sample-{sample.name}", width="stretch"):
                    with st.spinner(say("home.copying")):
                        _begin_with(context, sample.name)
        with st.container(border=True, width=CARD_PX):
            st.markdown(f"**{say('home.own')}**")
            st.caption(say("home.own_note"))
            if st.button(say("home.own_go"), type="primary", key="own", width="stretch"):
                go_to("newtown")


def _begin_with(context: PageContext, name: str) -> None:
    sample = next(one for one in find_samples() if one.name == name)
    try:
        town = copy_sample(sample, context.towns)
    except GridmapError as error:
        st.error(plain(error.text(context.say.language)))
        return
    choose_town(town)
    st.rerun()
