"""The last step of 新建乡镇: what only a person can say, and the plan as it is made."""

from datetime import date, datetime
from html import escape
from pathlib import Path

import streamlit as st

from gridmap.first_town.choices import Choices
from gridmap.first_town.division import drop_division, read_division
from gridmap.first_town.drafts import finish, is_draft
from gridmap.first_town.findings import Findings
from gridmap.first_town.questions import Question, questions_of
from gridmap.first_town.settle import lacks_of, settle
from gridmap.plan.plan import Plan
from gridmap.rules import parse_rules
from gridmap.rules.entries import entries_of, undeclare
from gridmap.rules.text import set_value
from gridmap.trials.background import look_at_work
from gridmap.trials.first_plan import FirstPlan, read_first_plan, start_first_plan
from gridmap.ui.first_town import division_part, wizard_state
from gridmap.ui.shell import guard, header, jobs
from gridmap.ui.shell.context import ASKED_IMPORT, PageContext, choose_plan, choose_town, go_to
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.plans import revision_of, store_with
from gridmap.ui.shell.towns import RULES, TEMPLATE, plan_place, rules_text_of, trial_store
from gridmap.versions.by_id import FileVersions
from layers.contract.errors import GridmapError
from layers.files.atomic import write_atomically

__all__ = ["is_made", "show"]

AGAIN = "begin-made-again"
UNDO_FAULT = "begin-undo-fault"
LEFT = "begin-left"  # what did not get into the town, for the runs after it was made
VACANT = 12  # posts named on the page
FORM_PX = 720


def show(context: PageContext, folder: Path, findings: Findings, choices: Choices) -> None:
    """Ask what is left to be asked, make the plan, and say what came of it."""
    say = context.say
    if is_made(context, folder) and _made(context, folder):
        return
    lacks = lacks_of(findings)
    for part in lacks:
        st.info(say(f"begin.lacks.{part}"))
    with st.container(width=FORM_PX, key="begin-already"):
        is_ready = division_part.show(folder, findings, say)
    # How many there are is what boundaries say that the town has.
    asked = {"name", "code", "hours", *(("target",) if read_division(folder) is None else ())}
    with st.container(key="begin-questions", border=True, width=FORM_PX):
        faults = [
            _ask(folder, question, choices, say)
            for question in questions_of(findings, choices)
            if question.kind in asked
        ]
        st.caption(say("begin.plan_note"))
        closed = bool(lacks) or any(faults) or not is_ready
        if st.button(say("begin.make"), type="primary", disabled=closed, key="begin-make"):
            _make(context, folder, findings, choices)


def is_made(context: PageContext, folder: Path) -> bool:
    """Whether the town of a folder is made, and nobody wants to make it anew."""
    is_open = context.town is not None and context.town.name == folder.name
    return is_open and not is_draft(folder) and not st.session_state.get(AGAIN)


def _ask(folder: Path, question: Question, choices: Choices, say: Translator) -> bool:
    """Ask one thing; whether what was typed is of no use."""
    now = choices.answers.get(question.key, "") or question.default
    typed = st.text_input(
        say(f"begin.ask.{question.kind}"), value=now, key=f"begin-{question.kind}",
        placeholder=say("begin.fewest") if question.kind == "target" else None,
    ).strip()  # fmt: skip
    st.caption(say(f"begin.why.{question.kind}"))
    fault = _is_bad(question.kind, typed)
    if fault:
        st.error(say(f"begin.bad.{question.kind}"))
    elif typed != now:
        wizard_state.change(folder, lambda choices: choices.with_answer(question.key, typed))
        st.rerun()
    return fault


def _is_bad(kind: str, typed: str) -> bool:
    if kind == "hours":
        try:
            return not 0 < float(typed) <= 60
        except ValueError:
            return True
    if kind == "target":
        return bool(typed) and not (typed.isascii() and typed.isdecimal() and 0 < int(typed) < 1e6)
    if kind == "code":
        return not (typed.isascii() and typed.isalnum() and len(typed) <= 20)
    return not (typed and typed.isprintable() and len(typed) <= 40)


def _make(context: PageContext, folder: Path, findings: Findings, choices: Choices) -> None:
    """Make the town of the draft and begin with its plan."""
    say = context.say
    try:
        with st.spinner(say("begin.settling")):
            settled = settle(folder, findings, choices, _rules_before(folder))
            rules = parse_rules(settled.text)
            write_atomically(folder / RULES, settled.text.encode("utf-8"), overwrite=True)
            town = finish(folder, rules.town.name) if is_draft(folder) else folder
            store = trial_store(context.folder, town)
            place = plan_place(context.folder, town)
            keep = jobs.private_folder()
            start_first_plan(town, store, place, keep=keep, who=context.who)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    chinese = say.language == "zh"
    st.session_state[LEFT] = [one.zh if chinese else one.en for one in settled.left_out]
    st.session_state.pop(AGAIN, None)
    wizard_state.work_on(town)
    choose_town(town)
    st.rerun()


def _rules_before(folder: Path) -> str:
    """Give the rules to start from: those of the town without its files, or the template."""
    if is_draft(folder) or not (folder / RULES).exists():
        text = TEMPLATE.read_text(encoding="utf-8")
        return set_value(text, ("town", "valid_from"), date.today())
    text = rules_text_of(folder)
    for entry in reversed(entries_of(text)):
        text = undeclare(text, entry)
    return text


def _made(context: PageContext, town: Path) -> bool:
    """Show the making of the plan or what came of it; whether there is nothing left to ask."""
    say, store = context.say, trial_store(context.folder, town)
    work = look_at_work(store)
    for line in st.session_state.get(LEFT, []):
        st.warning(plain(line))
    if work is None:
        return False
    if work.is_running:
        jobs.show_running(store, say, key="begin")
        return True
    result = read_first_plan(store)
    if work.state != "done" or result is None:
        jobs.outcome(work, say)
        if st.button(say("app.go", page=say("page.data")), key="begin-to-data"):
            go_to("data")
        return False
    if context.path is None or context.path.resolve() != result.path:
        choose_plan(result.path, context.folder, context.towns)
        st.rerun()
    plan = header.open_plan(context)
    if plan is not None:
        _summary(context, plan, result, say)
    return True


def _summary(context: PageContext, plan: Plan, result: FirstPlan, say: Translator) -> None:
    """Say what the plan holds: its numbers, what is not as asked and why, who is missing."""
    states = plan.assignments["status"].value_counts()
    vacant = int(states.get("vacant", 0))
    with st.container(border=True, key="begin-done", width=FORM_PX):
        st.subheader(say("begin.done", count=len(plan.micro_grids)), anchor=False)
        filled = int(states.get("filled", 0))
        st.markdown(say("begin.done_posts", posts=len(plan.posts), filled=filled, vacant=vacant))
        if result.asked is not None and result.asked != result.made:
            st.warning(say("begin.nearest", asked=result.asked, made=result.made))
        for one in result.reasons:
            st.markdown(plain(one.zh if say.language == "zh" else one.en))
        division_part.show_taken(result, say)
        if vacant:
            _vacancies(plan, vacant, say)
        if result.taken is not None:
            # Meant for the plan as it stands here, and not for what somebody has made of it since.
            st.button(
                say("begin.division_undo"), help=say("begin.division_undo_help"),
                key="begin-division-undo", on_click=guard.callback(_undo),
                args=(context, result.path, revision_of(result.path, context.folder)),
            )  # fmt: skip
            if fault := st.session_state.pop(UNDO_FAULT, None):
                st.error(plain(fault))
        with st.container(horizontal=True):
            for number, page in enumerate(("coverage", "redraw", "people")):
                if st.button(
                    say("app.go", page=say(f"page.{page}")),
                    type="secondary" if number else "primary",
                    key=f"begin-to-{page}",
                ):
                    go_to(page)
            if st.button(
                say("import.head"), type="tertiary", help=say("begin.import"), key="begin-to-import"
            ):
                st.session_state[ASKED_IMPORT] = True
                go_to("plans")
            st.button(
                say("begin.again"), type="tertiary", key="begin-again",
                on_click=guard.callback(st.session_state.__setitem__), args=(AGAIN, True),
            )  # fmt: skip
            st.button(
                say("begin.another"), type="tertiary", key="begin-another",
                on_click=guard.callback(wizard_state.put_down),
            )  # fmt: skip


def _undo(context: PageContext, path: Path, seen: str | None) -> None:
    """Take the plan and the boundaries that it is made of away; the other answers stay."""
    folder = wizard_state.folder_of(context)
    when = datetime.now().astimezone().isoformat(timespec="seconds")
    try:
        store, id = store_with(path, context.folder)
        whole = FileVersions(store, context.folder)
        whole.delete(id, who=context.who, when=when, expected=seen)
        if folder is not None:
            drop_division(folder)
    except GridmapError as error:
        st.session_state[UNDO_FAULT] = error.text(context.say.language)
        return
    st.session_state[AGAIN] = True
    if folder is not None:
        choose_town(folder)


def _vacancies(plan: Plan, count: int, say: Translator) -> None:
    """Name the posts that nobody holds."""
    rows = plan.assignments[plan.assignments["status"] == "vacant"]
    posts = plan.posts.reindex(rows["post_id"])
    names = posts["grid_code"].map(plan.grids["name"]).fillna(posts["grid_code"])
    with st.expander(say("begin.vacant", count=count)):
        shown = list(dict.fromkeys(names.astype("str")))
        items = "".join(f"<li>{escape(name)}</li>" for name in shown[:VACANT])
        more = f"<li>{escape(say('begin.more', count=len(shown) - VACANT))}</li>"
        st.html(f"<ul>{items}{more if len(shown) > VACANT else ''}</ul>")
