"""Long work on a page: how far it is, a button to end it, and in words what became of it.

The work itself goes on in a process of its own (`gridmap.trials.background`), whoever looks or not.
"""

import atexit
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import streamlit as st

from gridmap.trials.background import Work, end_work, look_at_work
from gridmap.ui.shell import guard
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.workflow.steps import Step
from gridmap.workflow.time_left import seconds_left
from layers.files.locks import HeldLock, LockTimeout, take_lock

__all__ = ["elapsed", "outcome", "private_folder", "show_running", "step_words"]

EVERY_S = 0.7
WIDTH_PX = 720
_PRIVATE, _LOCK = "gridmap-", ".server"
_held: list[HeldLock] = []
_STEPS = {
    "": "start",
    Step.READ: "read",
    Step.TILE: "tile",
    Step.SPLIT: "split",
    Step.PEOPLE: "people",
    Step.CHECK: "check",
    Step.COMPARE: "compare",
    Step.SAVE: "save",
}


@st.cache_resource
def private_folder() -> Path:
    """Make the folder of this server that nobody else can read; it goes when the server ends.

    What a server left that was killed is swept away.
    """
    _sweep(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=_PRIVATE))
    with suppress(OSError, NotImplementedError):
        _held.append(take_lock(folder / _LOCK, wait_s=0))
    atexit.register(_give_up, folder)
    return folder


def _sweep(parent: Path) -> None:
    """Remove the private folders of servers that live no more, which nobody holds."""
    for lock in parent.glob(f"{_PRIVATE}*/{_LOCK}"):
        with suppress(LockTimeout, OSError, NotImplementedError):
            take_lock(lock, wait_s=0).release()
            shutil.rmtree(lock.parent, ignore_errors=True)


def _give_up(folder: Path) -> None:
    # On Windows a file that is held cannot be deleted, so the lock goes first.
    while _held:
        _held.pop().release()
    shutil.rmtree(folder, ignore_errors=True)


@guard.fragment(run_every=EVERY_S)
def show_running(
    folder: Path, say: Translator, *, key: str, words: Callable[[Work], str] | None = None
) -> None:
    """Show work that goes on, anew every moment; the page runs again when it has come to an end.

    Parameters
    ----------
    folder
        Of the work.
    say
        Words.
    key
        Of the button that ends it.
    words
        Says the step of the work; None for `step_words`.
    """
    work = look_at_work(folder)
    if work is None or not work.is_running:
        guard.rerun_by_itself()
        return
    with st.container(key=f"{key}-running", border=True, width=WIDTH_PX):
        st.progress(
            min(max(work.share, 0.0), 1.0), text=words(work) if words else step_words(work, say)
        )
        bar, button = st.columns([4, 1], vertical_alignment="center")
        spent = time.time() - work.started
        left = say("jobs.left", time=elapsed(seconds_left(work.share, spent), say))
        bar.caption(f"{left} {say('jobs.elapsed', time=elapsed(spent, say))}")
        if button.button(say("jobs.cancel"), key=f"{key}-cancel", width="stretch"):
            end_work(folder)
            st.rerun()


def outcome(work: Work, say: Translator) -> None:
    """Say what became of work that has ended."""
    if work.state == "done":
        st.caption(say("jobs.done", time=elapsed(work.ended - work.started, say)))
    elif work.state == "ended":
        st.info(say("jobs.ended"))
    elif work.state == "failed" and work.fault is not None:
        text = work.fault.zh if say.language == "zh" else work.fault.en
        st.error(say("jobs.failed") + "\n\n" + plain(text).replace("\n", "  \n"))
    elif work.state == "crashed":
        st.error(say("jobs.crashed"))
        if work.log.strip():
            with st.expander(say("jobs.log")):
                st.code(work.log, language=None)


def step_words(work: Work, say: Translator) -> str:
    """Say the step of work in words: `Saving`, or `Saving|2|3` for one of several parts."""
    step, *part = work.step.split("|")
    words = say(f"jobs.step.{_STEPS[step]}") if step in _STEPS else plain(step)
    if len(part) == 2 and part[1] != "1":
        return say("jobs.part", number=part[0], count=part[1], step=words)
    return words


def elapsed(seconds: float, say: Translator) -> str:
    """Say a length of time."""
    whole = max(int(seconds), 0)
    if whole < 60:
        return say("jobs.seconds", seconds=whole)
    return say("jobs.minutes", minutes=whole // 60, seconds=whole % 60)
