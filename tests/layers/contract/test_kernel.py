"""Compiled code on disk: loaded while nothing has changed, made again when anything has."""

import re
import sys

import numba
import pytest
from project import ROOT

from layers.contract import kernel as kernels

FILES = ("held_file", "called_file", "caller_file")
HELD = """
from typing import NamedTuple
import numpy as np

FIGURE = 1
TABLE = np.arange(3)
TYPE = np.int32

class Pair(NamedTuple):
    one: int
    two: int
"""
CALLED = """
from layers.contract.kernel import kernel

@kernel()
def called():
    return 1
"""
CALLER = """
from layers.contract.kernel import kernel
from called_file import called
from held_file import FIGURE, TABLE, TYPE, Pair

@kernel()
def between():
    return called()

@kernel()
def caller(pair):
    return between(), FIGURE, TABLE[1], pair.one, TYPE(2.5)

def run():
    return caller(Pair(1, 2))
"""


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Start anew with these files: what the kernel answers, and whether it was loaded."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.syspath_prepend(tmp_path)

    def begin(
        held: str = HELD, called: str = CALLED, caller: str = CALLER
    ) -> tuple[tuple[float, ...], bool]:
        for name, text in zip(FILES, (held, called, caller), strict=True):
            (tmp_path / f"{name}.py").write_text(text)
        forget()
        import caller_file

        return caller_file.run(), bool(caller_file.caller.stats.cache_hits)

    yield begin
    forget()


def forget() -> None:
    kernels._source.cache_clear()
    for name in FILES:
        sys.modules.pop(name, None)


def test_a_kernel_is_compiled_again_when_what_it_takes_from_another_file_has_changed(start):
    assert start() == ((1, 1, 1, 1, 2), False)
    assert start() == ((1, 1, 1, 1, 2), True)
    assert start(called=CALLED.replace("return 1", "return 5")) == ((5, 1, 1, 1, 2), False)

    for old, new, answer in (
        ("FIGURE = 1", "FIGURE = 5", (1, 5, 1, 1, 2)),
        ("np.arange(3)", "np.arange(3) * 5", (1, 1, 5, 1, 2)),
        ("    one: int\n    two: int", "    two: int\n    one: int", (1, 1, 1, 2, 2)),
        ("np.int32", "np.float64", (1, 1, 1, 1, 2.5)),
    ):
        start()
        assert start(HELD.replace(old, new)) == (answer, False), new


def test_what_was_kept_with_a_named_tuple_of_another_name_is_made_again(start):
    assert start() == ((1, 1, 1, 1, 2), False)

    renamed = [text.replace("Pair", "Couple") for text in (HELD, CALLED, CALLER)]

    assert start(*renamed) == ((1, 1, 1, 1, 2), False)
    assert start(*renamed) == ((1, 1, 1, 1, 2), True)


def test_a_kernel_is_kept_nowhere_where_numba_has_no_place_for_the_stamp(
    start, tmp_path, monkeypatch
):
    monkeypatch.setattr(kernels, "_set_stamp", lambda *_: False)

    assert start() == ((1, 1, 1, 1, 2), False)
    assert start() == ((1, 1, 1, 1, 2), False)
    assert not list(tmp_path.rglob("*.nb?"))


def test_the_locked_numba_is_the_one_that_the_stamp_was_tried_with():
    locked = re.search(r"^numba==([\w.]+)", (ROOT / "requirements.lock").read_text(), re.M)
    assert locked is not None
    assert locked[1] == kernels.TRIED, "try the tests of this file with it, then set TRIED"


def test_the_place_of_the_stamp_is_there_in_the_numba_at_hand():
    assert kernels._set_stamp(numba.njit(cache=True)(_one), "stamp")


def _one():
    return 1
