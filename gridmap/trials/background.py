"""Long work in a process of its own: it tells how far it is, can be ended, and outlives its page.

Everything about one piece of work lies in one folder: what was asked, how far it is, what came of
it. The process holds a lock of the system while it lives, so that a crash is never taken for work
that goes on, and nobody starts a second one beside it. It acts for whoever started it: when their
account ends, it ends at its next step and leaves nothing.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, MappingProxyType
from typing import Any, Literal

from gridmap.access.behalf import behalf_in_environment, for_child
from layers.contract.errors import GridmapError, LayerFileError, Named, PlanError, quoted
from layers.files.atomic import read_noted, watched_write, watching_writes, write_atomically
from layers.files.drafts import sweep_drafts
from layers.files.locks import LockTimeout, is_locked, take_lock
from layers.files.reader_faults import reason_zh

__all__ = ["FINAL", "Work", "WorkBusyError", "carry_out", "end_work", "look_at_work", "start_work"]

State = Literal["running", "done", "failed", "crashed", "ended"]
FINAL: tuple[State, ...] = ("done", "failed", "crashed", "ended")
Tell = Callable[[str, float], None]

_ROOT = Path(__file__).resolve().parents[2]
_TASK, _PROGRESS, _LOCK, _LOG = "task.json", "progress.json", "work.lock", "work.log"
_GRACE_S = 4.0  # between asking a process to end and making it
_START_S = 20.0  # a process that another server started takes its lock within this time
_LOG_TAIL = 4_000  # characters: the traceback of a crash
_ONE_AT_A_TIME = threading.RLock()
_started: dict[str, "subprocess.Popen[bytes]"] = {}  # by folder; also keeps ended ones from zombies


class WorkBusyError(PlanError):
    """The same work is going on already."""


@dataclass(frozen=True)
class Work:
    """One piece of work as it stands."""

    state: State
    task: Mapping[str, Any]
    step: str  # the sentence that the work told last
    share: float  # of it done, 0 to 1
    started: float  # seconds since 1970
    ended: float  # the same; 0 while it is running
    fault: Named | None  # why it failed
    log: str  # the last lines of a crash
    fault_kind: str = ""  # class of the error behind `fault`

    @property
    def is_running(self) -> bool:
        """Whether it still goes on."""
        return self.state not in FINAL


def start_work(
    folder: Path,
    module: str,
    task: Mapping[str, Any],
    *,
    private: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Start a module as a process of its own; it calls `carry_out`.

    Parameters
    ----------
    folder
        Where the work lies; one at a time.
    module
        Run by `python -m`, with the folder and the number of the work as arguments.
    task
        What is asked, as plain values.
    private
        Variables of the environment that the process alone is given; nothing of them is in the
        folder, which others may write to.

    Raises
    ------
    WorkBusyError
        If work of the folder is going on.
    LayerFileError
        If the folder cannot be written.
    """
    with watched_write(folder), _ONE_AT_A_TIME:
        before = look_at_work(folder)
        if before is not None and before.is_running:
            raise WorkBusyError(
                "This is being worked on already. Wait for it, or end it first.",
                "任务已在进行中。请等待完成，或先取消。",
            )
        _make_folder(folder)
        sweep_drafts(folder)
        name = uuid.uuid4().hex
        asked = {"name": name, "pid": 0, "started": time.time(), "task": dict(task)}
        _write(folder / _PROGRESS, {"name": name, "step": "", "share": 0.0, "state": "running"})
        _write(folder / _TASK, asked)
        child = _spawn(folder, module, name, private)
        _started[_key(folder)] = child
        _write(folder / _TASK, asked | {"pid": child.pid})


def look_at_work(folder: Path) -> Work | None:
    """Say how the last work of a folder stands; None when there was none."""
    asked = read_noted(folder / _TASK)
    if not asked:
        return None
    alive = _is_alive(folder, asked)
    # Read after that: work that ends in between has left its last word.
    told = read_noted(folder / _PROGRESS)
    if told.get("name") != asked["name"]:
        told = {}
    state: State = told.get("state", "running")
    if state not in FINAL and not alive:
        state = "crashed"
    fault = told.get("fault")
    return Work(
        state=state,
        task=asked["task"],
        step=str(told.get("step", "")),
        share=float(told.get("share", 0.0)),
        started=float(asked["started"]),
        ended=float(told.get("ended", 0.0)) if state in FINAL else 0.0,
        fault=Named(*fault[:2]) if fault else None,
        log=_tail(folder / _LOG) if state == "crashed" else "",
        fault_kind=str(fault[2]) if fault and len(fault) > 2 else "",
    )


def end_work(folder: Path) -> None:
    """End the work of a folder; when this returns, its process is gone."""
    with watched_write(folder), _ONE_AT_A_TIME:
        found = look_at_work(folder)
        if found is None or not found.is_running:
            return
        asked = read_noted(folder / _TASK)
        _end_process(folder, int(asked.get("pid", 0)))
        sweep_drafts(folder)
        after = read_noted(folder / _PROGRESS)
        if after.get("name") != asked["name"] or after.get("state") not in FINAL:
            last = {"step": found.step, "share": found.share, "state": "ended"}
            _write(folder / _PROGRESS, {"name": asked["name"], **last, "ended": time.time()})


def carry_out(folder: Path, name: str, work: Callable[[Mapping[str, Any], Tell], None]) -> int:
    """Do the work of a folder in this process, and leave word of how it went.

    Parameters
    ----------
    folder, name
        As `start_work` gave them.
    work
        Gets the task and a function to tell a sentence and the share done.

    Returns
    -------
    Exit code: 0 fine, 1 the data does not allow it, 2 the work is no longer wanted.
    """
    signal.signal(signal.SIGTERM, _leave)
    try:
        lock = take_lock(folder / _LOCK, wait_s=_START_S / 2)
    except LockTimeout:
        return 2
    with lock:
        asked = read_noted(folder / _TASK)
        if asked.get("name") != name:
            return 2
        last = {"name": name, "step": "", "share": 0.0, "state": "running"}

        try:
            with behalf_in_environment() as still_may:

                def tell(step: str, share: float) -> None:
                    still_may()
                    last.update(step=step, share=round(share, 4))
                    _write(folder / _PROGRESS, last)

                work(asked["task"], tell)
        except GridmapError as error:
            fault = [str(error), error.zh, type(error).__name__]
            _write(
                folder / _PROGRESS,
                last | {"state": "failed", "fault": fault, "ended": time.time()},
            )
            return 1
        _write(folder / _PROGRESS, last | {"share": 1.0, "state": "done", "ended": time.time()})
        return 0


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why, why_zh = error.strerror, reason_zh(error)
        raise LayerFileError(
            f"Cannot make the folder {str(folder)!r}: {why}. Allow writing there.",
            f"无法建立文件夹{quoted(folder)}：{why_zh}。请开放写入权限。",
        ) from None


def _spawn(
    folder: Path, module: str, name: str, private: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
    given = {**private, **for_child()}
    environment = {**os.environ, **given, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    with (folder / _LOG).open("wb") as log:
        # A session of its own: Ctrl+C on the server does not reach it, and it ends with its own.
        return subprocess.Popen(
            [sys.executable, "-m", module, str(folder.resolve()), name],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            # On Windows this does the same: sessions are of other systems, and are not asked for.
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )


def _is_alive(folder: Path, asked: Mapping[str, Any]) -> bool:
    child = _started.get(_key(folder))
    if child is not None and child.pid == asked["pid"]:
        return child.poll() is None
    if is_locked(folder / _LOCK):
        return True
    # Another server may have started it a moment ago, before it could take its lock.
    told = read_noted(folder / _PROGRESS)
    young = time.time() - float(asked["started"]) < _START_S
    return young and told.get("state") == "running" and not told.get("step")


def _end_process(folder: Path, pid: int) -> None:
    child = _started.get(_key(folder))
    if child is not None and child.pid == pid:
        child.terminate()
        try:
            child.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        return
    if pid > 0 and is_locked(folder / _LOCK):  # the number is still this process's
        with suppress(OSError):
            os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + _GRACE_S
        while is_locked(folder / _LOCK) and time.monotonic() < end:
            time.sleep(0.05)
        if is_locked(folder / _LOCK):
            with suppress(OSError):
                os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """End as an exception does, so that drafts are removed on the way out."""
    raise SystemExit(143)


def _key(folder: Path) -> str:
    return str(folder.resolve())


def _write(path: Path, value: Mapping[str, Any]) -> None:
    with watching_writes(None):  # word of how work goes changes nothing of anybody's
        write_atomically(path, json.dumps(value, ensure_ascii=False).encode(), overwrite=True)


def _tail(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL:]
    except OSError:
        return ""
