"""Accounts: who may log in and as what; many may change them, and one bad row closes no other."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from project import ROOT

from gridmap.access import accounts as room
from gridmap.access.accounts import (
    FILE,
    accounts_in,
    add_account,
    change_role,
    faulty_accounts,
    password_fits,
    remove_account,
)
from layers.contract.errors import LayerFileError, UsageError

PASSWORD = "tea lamp river nine"
OTHER = "seven cups of plum wine"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    monkeypatch.setattr(room, "_HASHER", room.PasswordHasher(time_cost=1, memory_cost=64))


def named(folder):
    return [(account.name, account.role) for account in accounts_in(folder)]


def log_in(folder, name, password):
    account = next((one for one in accounts_in(folder) if one.name == name), None)
    return password_fits(account, password)


def test_the_right_password_fits_and_others_do_not(tmp_path):
    add_account(tmp_path, " 李明 ", PASSWORD, role="planner")
    assert named(tmp_path) == [("李明", "planner")]
    assert log_in(tmp_path, "李明", PASSWORD)
    assert not log_in(tmp_path, "李明", PASSWORD + " ")
    assert not log_in(tmp_path, "李明", "")
    assert not log_in(tmp_path, "nobody", PASSWORD)


def test_names_are_the_same_whatever_keyboard_they_came_from(tmp_path):
    add_account(tmp_path, "ＬＩ", PASSWORD, role="planner")
    add_account(tmp_path, "LI", PASSWORD, role="viewer")
    assert named(tmp_path) == [("LI", "viewer")]


def test_passwords_are_kept_as_argon2_hashes_in_a_private_file(tmp_path):
    add_account(tmp_path, "li", PASSWORD, role="viewer")
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    assert PASSWORD not in text
    assert "$argon2id$" in text
    assert os.name == "nt" or (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_an_account_of_the_same_name_is_replaced_and_a_removed_one_is_gone(tmp_path):
    add_account(tmp_path, "li", PASSWORD, role="viewer")
    add_account(tmp_path, "li", OTHER, role="planner")
    assert named(tmp_path) == [("li", "planner")]
    assert not log_in(tmp_path, "li", PASSWORD)
    remove_account(tmp_path, "li")
    assert accounts_in(tmp_path) == []
    with pytest.raises(UsageError, match="no account 'li'"):
        remove_account(tmp_path, "li")


def test_a_role_is_changed_and_the_password_stays(tmp_path):
    add_account(tmp_path, "li", PASSWORD, role="planner")
    before = accounts_in(tmp_path)[0]
    change_role(tmp_path, "li", "viewer")
    change_role(tmp_path, "li", "planner")
    assert named(tmp_path) == [("li", "planner")]
    assert log_in(tmp_path, "li", PASSWORD)
    # Whoever was logged in before the changes is somebody else now.
    assert accounts_in(tmp_path)[0].mark != before.mark
    with pytest.raises(UsageError, match="no account 'wu'"):
        change_role(tmp_path, "wu", "viewer")


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 61])
def test_bad_names_are_refused(tmp_path, name):
    with pytest.raises(UsageError):
        add_account(tmp_path, name, PASSWORD, role="planner")
    assert not (tmp_path / FILE).exists()


def test_a_password_of_the_town_is_refused(tmp_path):
    (tmp_path / "ruzhouzhen.gridmap.gpkg").touch()
    with pytest.raises(UsageError, match="easily guessed"):
        add_account(tmp_path, "li", "Ruzhouzhen@2026", role="planner")


ADD = """
import sys
from pathlib import Path
from gridmap.access import accounts
accounts._HASHER = accounts.PasswordHasher(time_cost=1, memory_cost=64)
accounts.add_account(Path(sys.argv[1]), sys.argv[2], "tea lamp river nine", role="planner")
"""


def test_of_eight_that_are_added_at_once_all_are_kept(tmp_path):
    names = [f"user{number}" for number in range(8)]
    command = [sys.executable, "-c", ADD, str(tmp_path)]
    started = [subprocess.Popen([*command, name], cwd=ROOT) for name in names]
    assert [process.wait(timeout=120) for process in started] == [0] * 8
    assert [name for name, _ in named(tmp_path)] == names


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "[" * 100_000,
        '{"accounts": 3}',
        '{"accounts": [{"name": "x"}]}',
        '{"accounts": [{"name": "x", "role": "king", "hash": "$argon2id$y"}]}',
        '{"accounts": [{"name": "x", "role": "planner", "hash": "y"}]}',
    ],
)
def test_a_file_in_which_nothing_can_be_read_is_an_error_and_not_an_empty_one(tmp_path, text):
    (tmp_path / FILE).write_text(text)
    (tmp_path / FILE).chmod(0o600)
    with pytest.raises(LayerFileError, match="cannot be read"):
        accounts_in(tmp_path)


BAD_ROWS = [
    3,
    None,
    {},
    {"name": "wu"},
    {"name": ["wu"], "role": "planner", "hash": "$argon2id$x"},
    {"name": "wu", "role": {}, "hash": "$argon2id$x"},
    {"name": "wu", "role": "king", "hash": "$argon2id$x"},
    {"name": "wu", "role": "planner", "hash": 7},
    {"name": "", "role": "planner", "hash": "$argon2id$x"},
]


@pytest.mark.parametrize("row", BAD_ROWS)
def test_one_bad_row_shuts_nobody_else_out_and_stays_for_who_can_mend_it(tmp_path, row):
    add_account(tmp_path, "li", PASSWORD, role="planner")
    path = tmp_path / FILE
    told = json.loads(path.read_text())
    told["accounts"].insert(0, row)
    path.write_text(json.dumps(told))
    assert named(tmp_path) == [("li", "planner")]
    assert log_in(tmp_path, "li", PASSWORD)
    assert faulty_accounts(tmp_path) == 1
    add_account(tmp_path, "zhao", OTHER, role="viewer")
    assert row in json.loads(path.read_text())["accounts"]


def test_of_two_rows_of_one_name_neither_is_believed(tmp_path):
    add_account(tmp_path, "li", PASSWORD, role="planner")
    add_account(tmp_path, "wu", PASSWORD, role="viewer")
    path = tmp_path / FILE
    told = json.loads(path.read_text())
    told["accounts"].append({**told["accounts"][1], "role": "planner", "id": "x"})
    path.write_text(json.dumps(told))
    assert named(tmp_path) == [("li", "planner")]
    assert faulty_accounts(tmp_path) == 2


@pytest.mark.parametrize("end", ["remove", "demote", "password"])
def test_a_restored_backup_brings_no_ended_account_back(tmp_path, end):
    add_account(tmp_path, "li", PASSWORD, role="planner")
    add_account(tmp_path, "wu", PASSWORD, role="planner")
    backup = Path(shutil.copy2(tmp_path / FILE, tmp_path / "backup.json"))
    if end == "remove":
        remove_account(tmp_path, "li")
    elif end == "demote":
        change_role(tmp_path, "li", "viewer")
    else:
        add_account(tmp_path, "li", OTHER, role="planner")
    shutil.copy2(backup, tmp_path / FILE)
    assert named(tmp_path) == [("wu", "planner")]
    assert faulty_accounts(tmp_path) == 1
    # Nor in another folder.
    copy = tmp_path / "elsewhere"
    copy.mkdir()
    shutil.copy2(backup, copy / FILE)
    assert named(copy) == [("wu", "planner")]
    add_account(tmp_path, "li", OTHER, role="viewer")
    assert named(tmp_path) == [("li", "viewer"), ("wu", "planner")]


def test_a_crash_between_the_file_and_the_memory_is_made_good_by_the_next_who_reads(
    tmp_path, monkeypatch
):
    add_account(tmp_path, "li", PASSWORD, role="planner")
    add_account(tmp_path, "wu", PASSWORD, role="planner")
    backup = (tmp_path / FILE).read_bytes()

    def crash(marks):
        raise KeyboardInterrupt

    monkeypatch.setattr(room, "note_retired", crash)
    with pytest.raises(KeyboardInterrupt):
        change_role(tmp_path, "li", "viewer")
    monkeypatch.undo()
    assert named(tmp_path) == [("li", "viewer"), ("wu", "planner")]  # nobody is lost
    (tmp_path / FILE).write_bytes(backup)
    assert named(tmp_path) == [("wu", "planner")]


def test_accounts_of_the_version_before_are_read(tmp_path):
    add_account(tmp_path, "li", PASSWORD, role="planner")
    path = tmp_path / FILE
    told = json.loads(path.read_text())
    del told["accounts"][0]["id"], told["ended"]
    path.write_text(json.dumps(told))
    assert log_in(tmp_path, "li", PASSWORD)
    backup = path.read_bytes()
    change_role(tmp_path, "li", "viewer")
    assert named(tmp_path) == [("li", "viewer")]
    path.write_bytes(backup)
    assert named(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such marks")
def test_accounts_that_others_may_read_are_refused(tmp_path):
    add_account(tmp_path, "li", PASSWORD, role="viewer")
    (tmp_path / FILE).chmod(0o640)
    with pytest.raises(LayerFileError, match="chmod 600"):
        accounts_in(tmp_path)
