"""Files made in a process of their own: how far they are, a button to cancel, what came of it.

What is made lies in the private folder of the server, apart for each account and plan, until
something else is ordered or the app ends.
"""

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from gridmap.handover import Order, check_order, kind_of
from gridmap.handover.delivery import Delivered, zipped
from gridmap.handover.work import Result, read_result, start_order
from gridmap.plan.plan import Plan
from gridmap.trials.background import Work, look_at_work
from gridmap.ui.shell import guard, jobs
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from layers.contract.errors import GridmapError

__all__ = ["show_making"]

SINGLE = 8  # files that are offered one by one; of more the zip file is enough
MIMES = {
    ".pdf": "application/pdf",
    ".html": "text/html",
    ".csv": "text/csv",
    ".geojson": "application/geo+json",
    ".gpkg": "application/geopackage+sqlite3",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".zip": "application/zip",
}


def show_making(context: PageContext, order: Order, plan: Plan, stem: str) -> None:
    """Show the button, the work that goes on, and what was made last."""
    assert context.path is not None
    say, folder = context.say, _folder(context.path)
    work = look_at_work(folder)
    if work is not None and work.is_running:
        jobs.show_running(folder, say, key="handover", words=lambda one: _step(one, say))
        return
    pressed = st.button(
        say("handover.make"), type="primary", key="handover-make", disabled=not order.kinds
    )
    if pressed:
        try:
            check_order(order, plan)
            start_order(folder, order, context.path, printed=date.today())
        except GridmapError as error:
            st.error(plain(error.text(say.language)))
            return
        st.rerun()
    if work is None:
        return
    result = read_result(folder)
    if work.state != "done":
        jobs.outcome(work, say)
    elif result is not None:
        if context.path.stat().st_mtime > work.started:
            st.warning(say("handover.stale"))
        _result(result, work, say, stem)


def _folder(path: Path) -> Path:
    """Give the place of somebody's files of a plan; nobody else is shown it."""
    visitor: Any = st.session_state.get(guard.DRAWN)
    behalf = visitor.behalf if visitor is not None else None
    who = f"{behalf.role}\n{behalf.name}\n{behalf.token}" if behalf is not None else ""
    mark = hashlib.sha256(f"{who}\n{path.resolve()}".encode()).hexdigest()[:24]
    return jobs.private_folder() / f"handover-{mark}"


def _step(work: Work, say: Translator) -> str:
    """Say of which kind how many are made."""
    key, *part = work.step.split("|")
    if len(part) != 2:
        return jobs.step_words(work, say)
    title = kind_of(key).title(say.language)
    if part[1] == "1":
        return say("handover.step_one", what=title)
    return say("handover.step", what=title, done=part[0], all=part[1])


def _result(result: Result, work: Work, say: Translator, stem: str) -> None:
    with st.container(border=True, key="handover-result"):
        count, size = len(result.files), size_words(result.size)
        st.success(
            say("handover.done", count=count, size=size,
                time=jobs.elapsed(work.ended - work.started, say))
        )  # fmt: skip
        if count > 1:
            name = f"{stem}.zip"
            _download(say, "all", name, result.size, lambda: zipped(result.each()))
        for place, file in enumerate(result.files[:SINGLE]):
            _one(result, file, place, say)
        if count > SINGLE:
            st.caption(say("handover.more", count=count - SINGLE))
        for remark in dict.fromkeys(each for file in result.files for each in file.remarks):
            st.caption(plain(remark.zh if say.language == "zh" else remark.en))


def _one(result: Result, file: Delivered, place: int, say: Translator) -> None:
    _download(say, str(place), file.name, file.size,
              lambda: result.data(file.name))  # fmt: skip


def _download(say: Translator, key: str, name: str, size: int, make: Callable[[], bytes]) -> None:
    st.download_button(
        say("handover.download", name=plain(name), size=size_words(size)),
        guard.deferred(make),
        file_name=name,
        mime=MIMES.get(Path(name).suffix, "application/octet-stream"),
        on_click="ignore",
        type="primary" if key == "all" else "secondary",
        key=f"handover-file-{key}",
    )


def size_words(count: int) -> str:
    """Say the size of a file."""
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{max(1, round(count / 1000))} kB"
