"""What the page 新建乡镇 keeps: the folder that is worked on, what was decided, what was found."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import streamlit as st

from gridmap.first_town.choices import Choices, read_choices, write_choices
from gridmap.first_town.drafts import drafts_of, drop_draft, new_draft
from gridmap.first_town.findings import Findings, find_out, inputs_of, stamp_of
from gridmap.first_town.looking import Looked, Unread, look_at
from gridmap.ui.shell.context import PageContext

__all__ = [
    "STEPS",
    "begin",
    "change",
    "findings_of",
    "folder_of",
    "give_up",
    "go_to_step",
    "put_down",
    "seen",
    "step_now",
    "waiting",
    "work_on",
]

STEPS = ("files", "land", "people", "plan")
FOLDER, STEP, TOLD = "begin-folder", "begin-step", "begin-told"
KEPT = 60
UNSEEN = ("hours", "target")  # answers that change nothing of what is found

Stamp = tuple[tuple[str, int, int], ...]


def folder_of(context: PageContext) -> Path | None:
    """Give the folder that is worked on; None while nothing was dropped."""
    name = str(st.session_state.get(FOLDER, ""))
    folder = Path(name) if name else None
    if folder is None or not folder.is_dir():
        return None
    # The name comes from this session alone; it has to lie among the towns all the same.
    inside = context.towns.resolve() in folder.resolve().parents
    return folder if inside else None


def begin(context: PageContext) -> Path:
    """Give the folder that is worked on, a new one when there is none."""
    folder = folder_of(context)
    if folder is None:
        folder = new_draft(context.towns)
        work_on(folder)
    return folder


def work_on(folder: Path) -> None:
    """Work on a folder from now on."""
    st.session_state[FOLDER] = str(folder)


def waiting(context: PageContext) -> list[Path]:
    """List the towns in the making that were left."""
    return drafts_of(context.towns)


def put_down() -> None:
    """Begin anew; what was dropped stays where it is."""
    for key in (FOLDER, STEP, TOLD, "begin-made-again"):
        st.session_state.pop(key, None)


def give_up(folder: Path) -> None:
    """Drop a town in the making with the copies of its files."""
    drop_draft(folder)
    put_down()


def step_now() -> str:
    """Give the step that is shown."""
    step = st.session_state.get(STEP, STEPS[0])
    return str(step) if step in STEPS else STEPS[0]


def go_to_step(step: str) -> None:
    """Show a step from the next run on."""
    st.session_state[STEP] = step


def seen(folder: Path, choices: Choices, step: str) -> set[str]:
    """Note that a step was looked at, and give those that were."""
    name = f"seen {step}"
    if name not in choices.answers:
        change(folder, lambda before: before.with_answer(name, "1"))
    return {step, *(one.removeprefix("seen ") for one in choices.answers if one[:5] == "seen ")}


def change(folder: Path, how: Callable[[Choices], Choices]) -> None:
    """Keep a decision."""
    before = read_choices(folder)
    after = how(before)
    if after != before:
        write_choices(folder, after)


def findings_of(folder: Path) -> tuple[Findings, Choices]:
    """Look at all files of a folder; what has not changed is not read again."""
    choices = read_choices(folder)
    stamps = tuple(stamp_of(path) for path in inputs_of(folder))
    told = {name: text for name, text in choices.answers.items() if name not in UNSEEN}
    told = {name: text for name, text in told.items() if name[:5] != "seen "}
    return _found(str(folder), stamps, replace(choices, answers=told).mark, choices), choices


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _found(folder: str, stamps: tuple[Stamp, ...], mark: str, _choices: Choices) -> Findings:
    return find_out(Path(folder), _choices, look=lambda path: _look(str(path), stamp_of(path)))


@st.cache_resource(max_entries=4 * KEPT, show_spinner=False)
def _look(path: str, stamp: Stamp) -> list[Looked | Unread]:
    return look_at(Path(path))
