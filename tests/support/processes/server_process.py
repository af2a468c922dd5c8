"""Processes that run the app, forked from one that has imported it: seconds for each are saved.

The warm process is begun once by each process of tests. It imports and runs nothing, so that what
is forked is as a process begun anew. Where a system cannot fork, every process is begun anew.
"""

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parents[3]

__all__ = ["END_SECONDS", "Process", "run_streamlit"]

END_SECONDS = 30


class Process(Protocol):
    """What is done with a process that was begun."""

    def poll(self) -> int | None:
        """Give the exit code; None while it runs."""

    def end(self) -> None:
        """Ask it to end, and wait until it has."""


def run_streamlit(arguments: list[str], environment: dict[str, str], log: Path) -> Process:
    """Begin `streamlit` with arguments, in the project's folder."""
    if not hasattr(os, "fork"):
        return _Begun(arguments, environment, log)
    if not _warm:
        _warm.append(_Warm(environment))
    return _warm[0].fork(arguments, environment, log)


class _Begun:
    """A process of its own."""

    def __init__(self, arguments: list[str], environment: dict[str, str], log: Path) -> None:
        command = [sys.executable, "-m", "streamlit", *arguments]
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
            )

    def poll(self) -> int | None:
        return self._process.poll()

    def end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class _Warm:
    """The process that has imported the app; it is spoken to in lines of JSON."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self.end)

    def fork(self, arguments: list[str], environment: dict[str, str], log: Path) -> "_Forked":
        pid = self.ask("fork", arguments, environment, str(log))
        return _Forked(self, int(pid))

    def ask(self, *words: object) -> int | None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(words), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


class _Forked:
    def __init__(self, warm: _Warm, pid: int) -> None:
        self._warm, self._pid = warm, pid

    def poll(self) -> int | None:
        return self._warm.ask("poll", self._pid)

    def end(self) -> None:
        self._warm.ask("end", self._pid)


_warm: list[_Warm] = []


def _answer_orders() -> None:
    """Fork, look at and end processes as told, until nobody is there any more to tell."""
    running: dict[int, int | None] = {}  # exit code by number, None while it runs
    for line in sys.stdin:
        word, *values = json.loads(line)
        if word == "fork":
            pid = os.fork()
            if pid == 0:
                sys.exit(_become(*values))
            running[pid] = None
            answer: int | None = pid
        else:
            (pid,) = values
            if word == "end":
                _end(pid, running)
            answer = _looked_at(pid, running)
        print(json.dumps(answer), flush=True)
    for pid in running:
        _end(pid, running)


def _become(arguments: list[str], environment: dict[str, str], log: str) -> object:
    from streamlit.web.cli import main

    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["streamlit", *arguments]
    try:
        return main(prog_name="streamlit")
    except Exception:
        traceback.print_exc()
        return 1


def _looked_at(pid: int, running: dict[int, int | None]) -> int | None:
    if running[pid] is None:
        ended, status = os.waitpid(pid, os.WNOHANG)
        running[pid] = os.waitstatus_to_exitcode(status) if ended else None
    return running[pid]


def _end(pid: int, running: dict[int, int | None]) -> None:
    if _looked_at(pid, running) is not None:
        return
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + END_SECONDS
    while _looked_at(pid, running) is None:
        if time.monotonic() > end:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def _import_app() -> None:
    from importlib import import_module

    from streamlit.logger import get_logger

    # It tells that there is no server yet.
    get_logger("streamlit.runtime.caching.cache_data_api").setLevel("ERROR")
    from gridmap.ui import start

    serving = (
        "streamlit.web.bootstrap",
        "streamlit.starlette",
        "uvicorn",
        "gridmap.ui.shell.server",
    )
    for module in (*serving, *(f"gridmap.ui.{entry.module}" for entry in start.REGISTRY)):
        import_module(module)
    gc.freeze()  # as an app does that runs for itself, so that this memory stays shared


if __name__ == "__main__":
    sys.path[0] = str(ROOT)  # not the folder of this file: its modules are of the tests
    _import_app()
    _answer_orders()
