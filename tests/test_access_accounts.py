"""Accounts, and where the app may start without any."""

import os

import pytest

from gridmap.access.accounts import (
    FILE,
    Account,
    accounts_in,
    add_account,
    is_loopback,
    log_in,
    may_start,
    reached_at,
    remove_account,
)
from layers.errors import LayerFileError, UsageError

PASSWORD = "a long password"
PLANNER = Account("li", "planner", "hash")


def test_the_right_password_logs_in_and_others_do_not(tmp_path):
    add_account(tmp_path, "李明", PASSWORD, role="planner")
    account = log_in(tmp_path, " 李明 ", PASSWORD)
    assert account is not None
    assert account.role == "planner"
    assert log_in(tmp_path, "李明", PASSWORD + " ") is None
    assert log_in(tmp_path, "李明", "") is None
    assert log_in(tmp_path, "nobody", PASSWORD) is None
    assert log_in(tmp_path, "nobody", "") is None


def test_passwords_are_kept_as_argon2_hashes_in_a_private_file(tmp_path):
    add_account(tmp_path, "li", PASSWORD, role="viewer")
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    assert PASSWORD not in text
    assert "$argon2id$" in text
    assert os.name == "nt" or (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_an_account_of_the_same_name_is_replaced_and_a_removed_one_is_gone(tmp_path):
    add_account(tmp_path, "li", PASSWORD, role="viewer")
    add_account(tmp_path, "li", "another password", role="planner")
    assert [(account.name, account.role) for account in accounts_in(tmp_path)] == [
        ("li", "planner")
    ]
    assert log_in(tmp_path, "li", PASSWORD) is None
    remove_account(tmp_path, "li")
    assert accounts_in(tmp_path) == []
    with pytest.raises(UsageError, match="no account 'li'"):
        remove_account(tmp_path, "li")


@pytest.mark.parametrize(
    ("name", "password"), [("", PASSWORD), ("a\nb", PASSWORD), ("li", "short")]
)
def test_bad_names_and_short_passwords_are_refused(tmp_path, name, password):
    with pytest.raises(UsageError):
        add_account(tmp_path, name, password, role="planner")
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"accounts": [{"name": "x"}]}',
        '{"accounts": [{"name": "x", "role": "king", "hash": "y"}]}',
    ],
)
def test_a_damaged_file_of_accounts_is_an_error_and_not_an_empty_one(tmp_path, text):
    (tmp_path / FILE).write_text(text)
    (tmp_path / FILE).chmod(0o600)
    with pytest.raises(LayerFileError, match="cannot be read"):
        accounts_in(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such marks")
def test_accounts_that_others_may_read_are_refused(tmp_path):
    add_account(tmp_path, "li", PASSWORD, role="viewer")
    (tmp_path / FILE).chmod(0o640)
    with pytest.raises(LayerFileError, match="chmod 600"):
        accounts_in(tmp_path)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "localhost", "::1", "[::1]"])
def test_loopback_needs_no_account(address):
    assert is_loopback(address)
    may_start(address, [])


@pytest.mark.parametrize("address", ["", "0.0.0.0", "::", "192.168.1.5", "grid.town.cn",
                                     "127.0.0.1.evil.cn", "localhost.evil.cn"])  # fmt: skip
def test_any_other_address_needs_a_planner_and_the_refusal_says_what_to_do(address):
    with pytest.raises(UsageError, match="user add NAME --role planner") as refused:
        may_start(address, [Account("li", "viewer", "hash")])
    assert "添加账号" in refused.value.zh
    may_start(address, [PLANNER])


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "grid.town.cn"},
        {"Host": "grid.town.cn:8501"},
        {"Host": "[2001:db8::1]:8501"},
        {"Host": "127.0.0.1:8501", "X-Forwarded-For": "10.0.0.7"},
        {"Host": "127.0.0.1", "Forwarded": ""},
        {"Host": "localhost:8501", "X-Forwarded-For": "127.0.0.1.evil"},
    ],
)
def test_a_request_that_came_from_elsewhere_needs_accounts_too(headers):
    with pytest.raises(UsageError):
        may_start(reached_at("127.0.0.1", headers), [])


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost", "LOCALHOST:80", "[::1]:8501", ""])
def test_a_request_of_this_machine_needs_none(host):
    may_start(reached_at("127.0.0.1", {"Host": host} if host else {}), [])
    with pytest.raises(UsageError):
        may_start(reached_at("", {"Host": host}), [])
