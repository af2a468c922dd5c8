"""What is made of files and kept for all: shared, bounded by size, gone when a file changes."""

import gc
import threading
import weakref
from types import SimpleNamespace

import pytest

from gridmap.ui.shell.memory import collector
from gridmap.ui.shell.memory.kept import kept_by_file

MB = 2**20


class Made:
    """Something that is made of a file."""


@pytest.fixture
def counted():
    """A function that is kept, and what it was called with."""
    calls = []

    @kept_by_file(10, share=2.0)
    def made(stamp, language="zh", _plan=None):
        calls.append((stamp, language))
        return Made()

    return made, calls


def stamp(name, changed=1, mb=1):
    return name, changed, mb * MB, ""


def test_all_who_ask_get_the_same_until_the_file_is_written_again(counted):
    made, calls = counted
    first = made(stamp("a"))
    assert made(stamp("a"), _plan=object()) is first
    assert made(stamp("a"), "en") is not first
    later = made(stamp("a", changed=2))
    assert later is not first
    assert made(stamp("a", changed=2)) is later
    assert len(calls) == 3


def test_what_a_file_said_before_is_not_held(counted):
    made, _ = counted
    old = weakref.ref(made(stamp("a")))
    made(stamp("a", changed=2))
    gc.collect()
    assert old() is None


def test_as_much_is_kept_as_there_is_room_for_and_what_was_asked_for_longest_ago_goes(counted):
    made, calls = counted
    for name in "abcde":  # each of 2 MB, as one megabyte of the file becomes two
        made(stamp(name))
    made(stamp("a"))
    assert len(calls) == 5
    made(stamp("f"))
    for name in "acdef":
        made(stamp(name))
    assert len(calls) == 6
    made(stamp("b"))
    assert len(calls) == 7
    whole = made(stamp("huge", mb=100))  # more than all the room
    assert made(stamp("huge", mb=100)) is whole


def test_it_is_made_once_for_all_who_ask_at_the_same_time():
    calls, may_go_on, found = [], threading.Event(), []

    @kept_by_file(10)
    def made(stamp):
        calls.append(stamp)
        assert may_go_on.wait(60)
        return Made()

    threads = [threading.Thread(target=lambda: found.append(made(stamp("a")))) for _ in range(3)]
    for thread in threads:
        thread.start()
    may_go_on.set()
    for thread in threads:
        thread.join()
    assert len({id(one) for one in found}) == 1
    assert len(calls) == 1


def test_an_error_is_not_kept(counted):
    tries = []

    @kept_by_file(10)
    def made(stamp):
        tries.append(stamp)
        if len(tries) == 1:
            raise ValueError("damaged")
        return "whole"

    with pytest.raises(ValueError, match="damaged"):
        made(stamp("a"))
    assert made(stamp("a")) == "whole"
    made.clear()
    made(stamp("a"))
    assert len(tries) == 3


def test_what_is_made_to_stay_is_kept_from_the_collector_and_now_and_then_looked_through(
    counted, monkeypatch
):
    done = []
    names = ("collect", "freeze", "unfreeze")
    noted = {name: lambda name=name: done.append(name) for name in names}
    monkeypatch.setattr(collector, "gc", SimpleNamespace(**noted))
    monkeypatch.setattr(collector, "_is_new", False)
    monkeypatch.setattr(collector, "_times", 0)
    made, _ = counted
    made(stamp("a"))
    collector.keep_out()
    collector.keep_out()
    made(stamp("a"))  # is there already
    collector.keep_out()
    assert done == ["collect", "freeze"]
    for number in range(1, collector.ANEW):
        made(stamp(f"a{number}"))
        collector.keep_out()
    assert done[-3:] == ["unfreeze", "collect", "freeze"]
    assert done.count("unfreeze") == 1
    assert done.count("freeze") == collector.ANEW
