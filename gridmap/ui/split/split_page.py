"""The split page: divide a town in several ways, watch it, compare, and take one as the plan."""

import re
from contextlib import suppress
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import streamlit as st

from gridmap.city.one_town.dividing import start_placing, start_trials_of_town
from gridmap.plan.plan import Plan
from gridmap.rules import Rules, parse_rules
from gridmap.rules.changes import apply_changes
from gridmap.rules.history import save_rules
from gridmap.split.infeasibility import Remedy
from gridmap.trials import Attempt, Trial, adopt_trial, drop_trial, read_trials
from gridmap.trials.background import look_at_work
from gridmap.trials.rules_drafts import RulesDraft, read_drafts
from gridmap.trials.work import start_trials
from gridmap.ui.shell import jobs
from gridmap.ui.shell.context import PageContext, choose_plan, go_to
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.plans import open_plan, title_of
from gridmap.ui.shell.steps import page_of_fault
from gridmap.ui.shell.towns import (
    RULES,
    plan_place,
    rules_file_of,
    rules_of,
    town_of_plan,
    trial_store,
)
from gridmap.ui.split import border_part, city_part, plan_card, split_compare, trying, two_rules
from layers.contract.errors import GridmapError

__all__ = ["attempts_of", "parse_targets", "show"]

EFFORTS = ("fast", "default", "best")
MOST = 12
FORM_PX = 720
NOTICE, WANTED = "split-notice", "split-wanted"  # said, and a target filled in, on the next run
_PARTS = {"try": trying.show, "two": two_rules.show, "border": border_part.show}
_NUMBER = re.compile(r"[1-9]\d{0,6}")
_BETWEEN = re.compile(r"[,，、;；\s]+")


def show(context: PageContext) -> None:
    """Show the page for the town of the context."""
    st.html(Path(__file__).with_name("split_page.css"))
    say = context.say
    if context.town is None:
        _no_town(context)
        return
    rules = _rules(context.town, say)
    view = _view(say)
    if view != "divide":
        if rules is not None:
            _PARTS[view](context)
        return
    store = trial_store(context.folder, context.town)
    work = look_at_work(store)
    _notice(context.town, say)
    trials = read_trials(store)
    busy = work is not None and work.is_running
    with st.container(key="split-body"):
        _beside(context, context.town, store, rules, busy=busy, is_first=not trials and not busy)
    if work is not None and work.is_running:
        jobs.show_running(store, say, key="split")
    elif work is not None:
        if not city_part.outcome(work, say):
            jobs.outcome(work, say)
        page = page_of_fault(work)
        if work.state == "failed" and page != "split":
            label = say("app.go", page=say(f"page.{page}"))
            if st.button(label, key="split-go-fault"):
                go_to(page)
    if context.city is not None and not busy:
        city_part.undo(context.city, context.town, store, say)
    if trials:
        _compare(context, context.town, trials, rules)


def _beside(
    context: PageContext, town: Path, store: Path, rules: Rules | None, *, busy: bool,
    is_first: bool,
) -> None:  # fmt: skip
    """Show the form, what comes of it where nothing has yet, and the plan there is beside it."""
    say = context.say
    plan = _plan_of(context, town)
    left, right = st.columns([3, 2] if plan is not None else 2, gap="medium")
    if rules is not None:
        with left:
            _form(context, town, store, rules, busy=busy)
    if is_first:
        with left if plan is not None else right, st.container(key="split-empty", border=True):
            st.subheader(say("split.none"), anchor=False)
            st.markdown(say("split.none_note"))
    if plan is not None and context.path is not None:
        with right:
            note = say("split.plan_now", name=plain(title_of(context.path)))
            plan_card.show(context.path, plan, say, key="split", note=note)


def _plan_of(context: PageContext, town: Path) -> Plan | None:
    """Give the open plan where it is one of the town that is divided."""
    path = context.path
    if path is None or town_of_plan(path, context.folder, context.towns) != town:
        return None
    with suppress(GridmapError), st.spinner(context.say("app.opening")):
        return open_plan(path)
    return None


def _view(say: Translator) -> str:
    """Let the planner choose a part of the page."""
    return str(
        st.segmented_control(
            say("split.view"),
            ("divide", *_PARTS),
            format_func=lambda one: say(f"split.view.{one}"),
            default="divide",
            required=True,
            key="split-view",
            label_visibility="collapsed",
        )
    )


def parse_targets(text: str) -> tuple[list[int | None], list[str]]:
    """Read target numbers that a person typed.

    Returns
    -------
    The numbers without repetitions, `[None]` for none given; and what is no number.
    """
    words = [word for word in _BETWEEN.split(text.strip()) if word]
    bad = [word for word in words if not _NUMBER.fullmatch(word)]
    found = list(dict.fromkeys(int(word) for word in words if word not in bad))
    return [*found] or [None], bad


def attempts_of(efforts: list[str], targets: list[int | None], seed: int) -> list[Attempt]:
    """Give every effort for every target, in the order of the form."""
    chosen = [effort for effort in EFFORTS if effort in efforts]
    return [Attempt(effort, target, seed) for target, effort in product(targets, chosen)]


def _no_town(context: PageContext) -> None:
    say = context.say
    with st.container(key="split-empty", border=True, width=FORM_PX):
        st.subheader(say("split.no_town"), anchor=False)
        if context.city is not None:
            st.markdown(say("rules.no_town_city"))
            if st.button(say("app.go", page=say("page.city")), type="primary", key="split-go-city"):
                go_to("city")
            return
        st.markdown(say("split.no_town_note"))
        if st.button(say("split.go_data"), type="primary", key="split-go-data"):
            go_to("data")


def _rules(town: Path, say: Translator) -> Rules | None:
    """Read the rules, or say what is wrong with them."""
    try:
        return rules_of(town)
    except GridmapError as error:
        lines = plain(error.text(say.language)).replace("\n", "  \n")
        st.error(f"{say('split.rules_bad')}\n\n{lines}")
        if st.button(say("split.go_rules"), key="split-go-rules"):
            go_to("rules")
        return None


def _notice(town: Path, say: Translator) -> None:
    """Say what the last click on this town did."""
    notice = st.session_state.pop(NOTICE, None)
    if notice is None or notice["town"] != town.name:
        return
    st.success("  \n".join(notice["lines"]))
    if notice.pop("is_new", True):
        st.toast(notice["lines"][0])  # the button may stand far below
    if notice.get("plan"):
        with st.container(horizontal=True):
            for page in ("coverage", "redraw"):
                if st.button(say(f"split.go_{page}"), key=f"split-go-{page}"):
                    go_to(page)
        st.session_state[NOTICE] = notice | {
            "is_new": False
        }  # until the page is left: its buttons need a run


def _form(context: PageContext, town: Path, store: Path, rules: Rules, *, busy: bool) -> None:
    say, split = context.say, rules.split
    wanted = st.session_state.pop(WANTED, None)
    if wanted is not None:
        st.session_state[f"split-target-{town.name}"] = wanted
    st.session_state.setdefault(f"split-target-{town.name}", str(split.target or ""))
    with st.container(key="split-form", border=True):
        st.subheader(say("split.new"), anchor=False)
        efforts = st.pills(
            say("split.effort"),
            EFFORTS,
            selection_mode="multi",
            default=[split.effort],
            format_func=lambda effort: say(f"split.effort.{effort}"),
            key=f"split-effort-{town.name}",
        )
        st.caption(say("split.effort.help"))
        left, right = st.columns([2, 1])
        typed = left.text_input(
            say("split.target"),
            placeholder=say("split.target.hint"),
            key=f"split-target-{town.name}",
        )
        seed = right.text_input(
            say("split.seed"),
            value=str(split.seed),
            key=f"split-seed-{town.name}",
        )
        left.caption(say("split.target.help"))
        right.caption(say("split.seed.help"))
        draft = _draft(store, town, say)
        attempts = _checked(list(efforts or []), typed, seed, say)
        if draft is not None:
            attempts = [
                replace(one, draft=draft.name, changes=dict(draft.changes)) for one in attempts
            ]
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(
                say("split.start"),
                type="primary",
                disabled=busy or not attempts,
                key="split-start",
            ):
                _start(context, town, store, attempts)
            if busy:
                st.caption(say("split.busy_town"))
            elif attempts:
                one = len(attempts) == 1
                st.caption(say("split.count_one" if one else "split.count", count=len(attempts)))
        st.caption(
            say(
                "split.rules_now",
                effort=say(f"split.effort.{split.effort}"),
                target=split.target or say("split.fewest"),
                seed=split.seed,
            )
        )


def _draft(store: Path, town: Path, say: Translator) -> RulesDraft | None:
    """Choose the rules to divide under, where there are drafts; None for those in force."""
    drafts = {one.name: one for one in read_drafts(store)}
    if not drafts:
        return None
    names = ["", *drafts]
    chosen = st.selectbox(
        say("split.under"),
        names,
        format_func=lambda name: name or say("what_if.in_force"),
        key=f"split-draft-{town.name}-{len(names)}",
    )
    st.caption(say("split.under.help"))
    return drafts.get(str(chosen))


def _checked(efforts: list[str], typed: str, seed: str, say: Translator) -> list[Attempt]:
    """Turn what was typed into attempts; none when something is wrong, which is said."""
    targets, bad = parse_targets(typed)
    number = seed.strip()
    attempts = attempts_of(efforts, targets, int(number) if _is_seed(number) else 0)
    faults = []
    if not efforts:
        faults.append(say("split.no_effort"))
    if bad:
        faults.append(say("split.bad_target", found=plain(say("mark.list").join(bad))))
    if not _is_seed(number):
        faults.append(say("split.bad_seed"))
    if len(attempts) > MOST:
        faults.append(say("split.too_many", most=MOST, count=len(attempts)))
    for fault in faults:
        st.error(fault)
    return [] if faults else attempts


def _is_seed(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def _start(context: PageContext, town: Path, store: Path, attempts: list[Attempt]) -> None:
    st.session_state.pop(NOTICE, None)
    keep = jobs.private_folder()
    try:
        if context.city is not None:
            start_trials_of_town(context.city, town.name, store, attempts, keep=keep)
        else:
            start_trials(town, store, attempts, keep=keep)
    except GridmapError as error:
        st.error(plain(error.text(context.say.language)))
        return
    st.rerun()


def _compare(context: PageContext, town: Path, trials: list[Trial], rules: Rules | None) -> None:
    say = context.say
    st.subheader(say("split.compare"), anchor=False)
    keep = True
    if context.city is not None:
        lose_edits = city_part.before_taking(context.city, town, say)
    else:
        keep = st.checkbox(say("split.take_rules"), value=True, key="split-keep")
        st.caption(say("split.take_rules_help"))
    stale = split_compare.stale_numbers(trials, town, rules)
    pressed = split_compare.show(trials, say, stale=stale)
    if pressed is None:
        return
    deed, trial, way = pressed
    try:
        if deed == "take" and context.city is not None:
            store = trial_store(context.folder, town)
            start_placing(context.city, town.name, store, trial.number, lose_edits=lose_edits)
            _forget_form(town)
        elif deed == "take":
            _take(context, town, trial, keep=keep)
        elif deed == "drop":
            drop_trial(trial)
        elif way is not None:
            _apply(town, way, say)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    st.rerun()


def _take(context: PageContext, town: Path, trial: Trial, *, keep: bool) -> None:
    """Make a trial the plan, and let the rules say the same when that is asked for."""
    say = context.say
    place = plan_place(context.folder, town)
    adopt_trial(trial, place)
    choose_plan(place, context.folder, context.towns)
    name = place.name.partition(".")[0]
    lines = [say("split.taken", number=trial.number, name=plain(name))]
    if keep and _write_attempt(town / RULES, trial.attempt):
        lines.append(say("split.taken_rules"))
        _forget_form(town)
    st.session_state[NOTICE] = {"town": town.name, "lines": lines, "plan": True}


def _write_attempt(path: Path, attempt: Attempt) -> bool:
    """Write effort, target, seed and the draft's values into the rules; whether any differ."""
    changed = False

    def change(text: str) -> str:
        nonlocal changed
        split = parse_rules(text).split
        found = Attempt(split.effort, split.target, split.seed)
        own = {f"split.{key}": key for key in ("effort", "target", "seed")}
        values = {key: value for key, value in attempt.changes.items() if key not in own}
        values |= {
            place: getattr(attempt, key)
            for place, key in own.items()
            if getattr(attempt, key) != getattr(found, key)
        }
        after = apply_changes(text, values)
        changed = after != text
        return after

    save_rules(path, change)
    return changed


def _apply(town: Path, way: Remedy, say: Translator) -> None:
    """Do what a way out says: fill in the target number, or change the rules."""
    text = way.text.zh if say.language == "zh" else way.text.en
    if set(way.changes) == {"split.target"}:
        target = way.changes["split.target"]
        st.session_state[WANTED] = "" if target is None else str(target)
        st.session_state[NOTICE] = _note(town, say("split.applied_target"))
        return
    file = rules_file_of(town)
    save_rules(file.path, lambda before: apply_changes(before, way.changes), whole=file.whole)
    st.session_state[NOTICE] = _note(town, say("split.applied", text=plain(text)))


def _note(town: Path, line: str) -> dict[str, Any]:
    return {"town": town.name, "lines": [line]}


def _forget_form(town: Path) -> None:
    """Let the form show the rules again."""
    for name in ("target", "effort", "seed"):
        st.session_state.pop(f"split-{name}-{town.name}", None)
