"""The guard: what was drawn for somebody who is out does nothing, whoever looks at the page now."""

from types import SimpleNamespace

import pytest

from gridmap.access import accounts as room
from gridmap.access.accounts import accounts_in, add_account, remove_account
from gridmap.access.behalf import AccessEndedError, Behalf
from gridmap.ui.shell import auth, guard
from gridmap.ui.shell.auth import LoginSession, Visitor
from layers.files.atomic import watching_writes, write_atomically

PASSWORD = "tea lamp river nine"


@pytest.fixture
def session(monkeypatch):
    """The session of a page, without a page."""
    state = {}
    streamlit = SimpleNamespace(session_state=state, rerun=rerun)
    monkeypatch.setattr(guard, "st", streamlit)
    monkeypatch.setattr(auth, "st", streamlit)
    return state


class RerunError(Exception):
    """The whole page is run again."""


def rerun():
    raise RerunError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "_HASHER", room.PasswordHasher(time_cost=1, memory_cost=64))
    add_account(tmp_path, "li", PASSWORD, role="planner")
    add_account(tmp_path, "wu", PASSWORD, role="planner")
    return tmp_path


def enter(session, folder, name="li"):
    """Let somebody log in and a page be drawn for them."""
    account = next(one for one in accounts_in(folder) if one.name == name)
    behalf = Behalf(folder, account.role, name, account.mark)
    now = auth.time.time()
    session[auth.SESSION] = LoginSession(behalf, now, now)
    session[guard.DRAWN] = Visitor(account.role, behalf)


def test_a_callback_writes_for_its_visitor(session, folder):
    enter(session, folder)
    guard.callback(write_atomically)(folder / "a", b"1")
    assert (folder / "a").read_bytes() == b"1"


@pytest.mark.parametrize("now", ["drawn for nobody", "drawn for another", "not drawn"])
def test_a_callback_of_who_was_removed_does_nothing_whoever_the_page_is_for(session, folder, now):
    enter(session, folder)
    called = guard.callback(write_atomically)
    remove_account(folder, "li")
    session.clear()
    if now == "drawn for nobody":
        session[guard.DRAWN] = Visitor("nobody")
    elif now == "drawn for another":
        enter(session, folder, "wu")
    called(folder / "a", b"1")
    assert not (folder / "a").exists()


def test_who_is_removed_while_a_callback_works_writes_nothing(session, folder):
    enter(session, folder)

    def slow():
        with watching_writes(None):  # somebody else
            remove_account(folder, "li")
        write_atomically(folder / "a", b"1")

    with pytest.raises(AccessEndedError):
        guard.callback(slow)()
    assert not (folder / "a").exists()


@pytest.mark.parametrize("by_itself", [False, True])
def test_a_fragment_of_who_was_removed_runs_the_whole_page_instead(session, folder, by_itself):
    enter(session, folder)
    visitor, ran = session[guard.DRAWN], []
    guard._run(ran.append, by_itself, visitor, 1)
    remove_account(folder, "li")
    with pytest.raises(RerunError):
        guard._run(ran.append, by_itself, visitor, 2)
    assert ran == [1]
    assert session[auth.BY_ITSELF]


def test_what_runs_by_itself_is_no_sign_of_anybody(session, folder, monkeypatch):
    now = [auth.time.time()]
    monkeypatch.setattr(auth.time, "time", lambda: now[0])
    enter(session, folder)
    visitor, ran = session[guard.DRAWN], []
    for _ in range(3):
        now[0] += 600
        if now[0] - session[auth.SESSION].last < 60 * auth.IDLE_MINUTES:
            guard._run(ran.append, True, visitor, 1)
    now[0] += 1
    with pytest.raises(RerunError):
        guard._run(ran.append, True, visitor, 2)
    assert set(ran) == {1}


def test_a_file_that_is_made_when_it_is_asked_for_is_made_for_planners_still(session, folder):
    enter(session, folder)
    make = guard.deferred(lambda: b"names and phones")
    assert make() == b"names and phones"
    session.clear()  # it is made outside of any page
    remove_account(folder, "li")
    with pytest.raises(AccessEndedError):
        make()


def test_pages_that_tests_draw_without_a_door_have_no_guard(session, tmp_path):
    guard.callback(write_atomically)(tmp_path / "a", b"1")
    assert (tmp_path / "a").exists()
