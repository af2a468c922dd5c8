"""The first step of 新建乡镇: files dropped in any mixture, and what each of them is."""

from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from gridmap.first_town.choices import Choices
from gridmap.first_town.dropped import MOST_MB, Taken, take_in
from gridmap.first_town.finding import Finding
from gridmap.first_town.findings import Findings
from gridmap.first_town.guess import OTHER, guess_role
from gridmap.first_town.questions import Question, questions_of
from gridmap.first_town.settle import lacks_of
from gridmap.rules.entries import ROLES, Entry
from gridmap.ui.data.crs_choice import crs_field, crs_name
from gridmap.ui.data.declare import Declaration, ask
from gridmap.ui.data.town_files import files_in_folder
from gridmap.ui.first_town import wizard_state
from gridmap.ui.shell import guard
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from layers.contract.errors import GridmapError, Named

__all__ = ["show", "show_empty"]

ROUND, OPEN = "begin-round", "begin-open"
MARKS = {"sure": "✓", "likely": "✓", "unsure": "!"}


def show_empty(context: PageContext) -> None:
    """Show the field for files, before there are any."""
    st.html(f'<p class="begin-lead">{escape(context.say("begin.lead"))}</p>')
    _drop(context)
    st.caption(context.say("begin.kinds"))


def show(context: PageContext, folder: Path, findings: Findings, choices: Choices) -> None:
    """Show what was dropped, file by file, and what is open about it."""
    say = context.say
    left, right = st.columns([3, 2], gap="large")
    with right:
        _drop(context)
        _told(say)
        _lacks(findings, say)
    with left:
        asked = [one for one in questions_of(findings, choices) if one.kind in ("crs", "datum")]
        for number, question in enumerate(asked):
            _ask_place(folder, number, findings, question, say)
        with st.container(key="begin-files", gap=None):
            for number, one in enumerate(findings.found):
                _row(folder, number, one, findings, say)
            for other in findings.unread:
                st.error(plain(other.fault.text(say.language)))
        if findings.found:
            ready = not lacks_of(findings)
            st.button(
                say("begin.next.land"),
                type="primary" if ready else "secondary",
                key="begin-next-land",
                on_click=guard.callback(wizard_state.go_to_step),
                args=("land",),
            )


def _drop(context: PageContext) -> None:
    """Show the field; what is dropped is taken at once, without a second click."""
    say = context.say
    number = st.session_state.setdefault(ROUND, 0)
    with st.container(key="drop", gap="small"):
        st.markdown(f"**{say('begin.drop')}**")
        st.caption(say("begin.drop_note", size=MOST_MB))
        sent = st.file_uploader(
            say("begin.drop"),
            accept_multiple_files=True,
            max_upload_size=MOST_MB,
            label_visibility="collapsed",
            key=f"begin-files-{number}",
        )
    if sent:
        _take(context, [(one.name, one) for one in sent])
    with st.expander(say("data.from_folder")):
        typed = st.text_input(
            say("data.folder"), placeholder=say("data.folder_hint"), key="begin-from"
        )
        if typed.strip() and st.button(say("begin.take_folder"), key="begin-take-folder"):
            try:
                _take(context, [(one.name, one) for one in files_in_folder(Path(typed.strip()))])
            except GridmapError as error:
                st.error(plain(error.text(say.language)))


def _take(context: PageContext, files: list[tuple[str, Any]]) -> None:
    try:
        with st.spinner(context.say("begin.taking")):
            taken = take_in(wizard_state.begin(context), files)
    except GridmapError as error:
        st.error(plain(error.text(context.say.language)))
        return
    st.session_state[wizard_state.TOLD] = taken
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    st.rerun()


def _told(say: Translator) -> None:
    """Say what became of the files that were dropped last."""
    taken = st.session_state.get(wizard_state.TOLD)
    if not isinstance(taken, Taken):
        return
    st.caption(say("begin.taken", count=len(taken.names)))
    for one in taken.renamed:
        st.caption(plain(_in(one, say)))
    for one in taken.left_out:
        st.warning(plain(_in(one, say)))


def _lacks(findings: Findings, say: Translator) -> None:
    for part in lacks_of(findings):
        st.info(say(f"begin.lacks.{part}"))
    if findings.tree_fault is not None:
        st.error(plain(findings.tree_fault.text(say.language)))


def _row(folder: Path, number: int, one: Finding, findings: Findings, say: Translator) -> None:
    """Show one layer: what it is taken for, how sure that is and why; a click changes it."""
    degree = "chosen" if one.chosen else one.guess.degree
    layer = "" if one.looked.alone else f" · {one.looked.found.layer}"
    state = "look" if degree == "unsure" else "todo" if one.role == OTHER else "done"
    count = say("data.features" if one.looked.family != "table" else "data.rows",
                count=f"{len(one.looked.cells):,}")  # fmt: skip
    place = f"{say('mark.list')}{crs_name(one.crs, say)}" if one.crs else ""
    shift = f"{say('mark.list')}{say(f'data.datum.{one.datum}')}" if one.datum else ""
    with st.container(
        key=f"begin-file-{number}", horizontal=True, wrap=False, vertical_alignment="center"
    ):
        st.html(
            f'<div class="step step-{state} begin-row"><span class="step-mark" aria-hidden="true">'
            f"{MARKS.get(degree, '✓') if one.role != OTHER else '○'}</span><div>"
            f'<p class="step-title">{escape(one.looked.file + layer)}</p>'
            f'<p><span class="role">{escape(_role(one.role, say))}</span>'
            f'<span class="degree degree-{degree}">{escape(say(f"begin.degree.{degree}"))}'
            f"</span></p>"
            f'<p class="why">{escape(_in(one.guess.why, say))}{escape(say("home.pause"))}'
            f"{escape(count + place + shift)}</p></div></div>",
            width="stretch",
        )
        st.button(
            say("begin.change"),
            key=f"begin-change-{number}",
            type="tertiary",
            on_click=guard.callback(_open),
            args=(one.key,),
        )
    if st.session_state.get(OPEN) == one.key:
        _form(folder, number, one, findings, say)


def _form(folder: Path, number: int, one: Finding, findings: Findings, say: Translator) -> None:
    """Show the form that says what a layer is, filled in with what was guessed."""
    told, entry = one.looked, None
    # Of what is left out the form shows what it was taken for at first.
    guess = one.guess if one.role in ROLES else guess_role(told)
    if guess.role in ROLES:
        role = next(known for known in ROLES if known == guess.role)
        entry = Entry(role, (), told.file, told.found.layer, guess.values)
    with st.container(border=True, key="begin-form"):
        columns = _columns(one, say)
        if columns:
            st.caption(columns)
        answer: Declaration = ask(
            told.found, told.file, entry, ["crs"] if one.asks_crs else [], [],
            findings.crs, say,
        )  # fmt: skip
        if answer.open:
            st.caption(say(answer.open))
        with st.container(horizontal=True):
            ready = answer.role is not None and not answer.open
            if st.button(say("begin.save"), type="primary", disabled=not ready, key="begin-save"):
                _save(folder, one.key, str(answer.role), answer.values)
            if st.button(say("begin.leave_out"), key="begin-leave-out"):
                _save(folder, one.key, OTHER, {})
            st.button(say("begin.close"), key="begin-close", on_click=guard.callback(_open),
                      args=("",))  # fmt: skip


def _columns(one: Finding, say: Translator) -> str:
    """Say what the columns hold, as it was told from their cells."""
    found = [
        f"{name} = {say(f'begin.column.{kind}')}"
        for name, kind in one.looked.kinds.items()
        if kind not in ("text", "empty")
    ]
    return plain(say("begin.columns", found=say("mark.list").join(found[:12]))) if found else ""


def _save(folder: Path, key: str, role: str, values: dict[str, Any]) -> None:
    kept = {name: value for name, value in values.items() if name not in ("file", "layer")}
    wizard_state.change(folder, lambda choices: choices.with_role(key, role, kept))
    _open("")
    st.rerun()


def _open(key: str) -> None:
    st.session_state[OPEN] = key


def _ask_place(
    folder: Path, number: int, findings: Findings, question: Question, say: Translator
) -> None:
    """Ask where a layer lies that does not say it: one choice, with a default and the reason."""
    one = next(one for one in findings.found if one.key == question.key)
    values = dict(question.values) | {"file": plain(one.looked.file)}
    with st.container(border=True, key=f"begin-ask-{number}"):
        st.markdown(f"**{say(f'begin.ask.{question.kind}', **values)}**")
        st.caption(say(f"begin.why.{question.kind}"))
        if question.kind == "crs":
            told = one.looked.found
            st.caption(plain(told.crs_why_zh if say.language == "zh" else told.crs_why))
            chosen = crs_field(
                say("data.file_crs"), f"begin crs {question.key}", say,
                now=question.default, likely=question.options,
            )  # fmt: skip
        else:
            chosen = st.radio(
                say("data.datum"), question.options, index=question.options.index(question.default),
                format_func=lambda kind: say(f"data.datum.{kind}"),
                key=f"begin datum {question.key}",
            )  # fmt: skip
        if st.button(say("begin.answer"), disabled=not chosen, key=f"begin-answer-{number}"):
            wizard_state.change(folder, lambda choices: _with_place(
                choices, question.key, question.kind, str(chosen)
            ))  # fmt: skip
            st.rerun()


def _with_place(choices: Choices, key: str, kind: str, value: str) -> Choices:
    places = {**choices.places, key: {**choices.places.get(key, {}), kind: value}}
    return Choices(choices.roles, places, choices.targets, choices.answers, choices.refused)


def _role(role: str, say: Translator) -> str:
    return say(f"data.role.{role}") if role in ROLES else say(f"begin.role.{role}")


def _in(text: Named, say: Translator) -> str:
    return text.zh if say.language == "zh" else text.en
