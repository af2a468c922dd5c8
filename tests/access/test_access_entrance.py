"""Where the app may start without accounts, which requests are of this machine, and the key."""

import pytest

from gridmap.access.accounts import Account
from gridmap.access.entrance import (
    holds_key,
    is_loopback,
    is_of_this_machine,
    key_cookie,
    may_start,
    new_start_key,
)
from layers.contract.errors import UsageError

PLANNER = Account("li", "planner", "hash")


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
        {},
        {"Host": ""},
        {"Host": "grid.town.cn"},
        {"host": "grid.town.cn:8501"},
        {"Host": "[2001:db8::1]:8501"},
        {"Host": "127.0.0.1.evil.cn:8501"},
        {"Host": "127.0.0.1@evil.cn"},
        {"Host": "127.0.0.1:8501", "X-Forwarded-For": "10.0.0.7"},
        {"Host": "127.0.0.1:8501", "x-forwarded-proto": "https"},
        {"Host": "127.0.0.1", "Forwarded": ""},
        {"Host": "127.0.0.1", "VIA": "1.1 proxy"},
        {"Host": "localhost:8501", "X-Real-IP": "127.0.0.1"},
    ],
)
def test_a_request_that_names_another_host_or_a_proxy_is_not_of_this_machine(headers):
    assert not is_of_this_machine(headers)


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost", "LOCALHOST:80", "[::1]:8501"])
def test_a_request_of_this_machine_is_known(host):
    assert is_of_this_machine({"Host": host})
    assert is_of_this_machine({"host": host})


def test_only_the_whole_key_of_this_app_opens():
    key = new_start_key()
    assert len(key) >= 40
    assert key != new_start_key()
    name = key_cookie(8501)
    assert holds_key(key, 8501, {name: key})
    for cookies in ({}, {name: ""}, {name: key[:-1]}, {name: key + "x"}, {key_cookie(8502): key}):
        assert not holds_key(key, 8501, cookies)
    assert not holds_key(key, 8501, {name: "中文"})
    assert not holds_key("", 8501, {name: ""})
