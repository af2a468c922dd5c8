"""The office network: what was chosen holds, and an address is one that colleagues reach."""

import socket
from types import SimpleNamespace

import pytest

from gridmap.access import network
from gridmap.access.machine import state_folder
from gridmap.access.network import (
    EVERYWHERE,
    HERE,
    answers_at,
    choose_network,
    chosen_address,
    office_addresses,
)


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("GRIDMAP_STATE", str(tmp_path / "state"))


def test_nothing_is_open_until_somebody_opens_it_and_closed_is_closed():
    assert chosen_address() == HERE
    choose_network(is_open=True)
    assert chosen_address() == EVERYWHERE
    choose_network(is_open=False)
    assert chosen_address() == HERE


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"open": 1}', '{"open": "yes"}', "[" * 100_000, "\x00"]
)
def test_a_file_that_does_not_clearly_open_it_opens_nothing(text):
    choose_network(is_open=True)
    (state_folder() / network.FILE).write_text(text, "utf-8")
    assert chosen_address() == HERE


def adapters(monkeypatch, **found):
    def one(address, family=socket.AF_INET):
        return SimpleNamespace(family=family, address=address)

    given = {name: [one(a) for a in addresses] for name, addresses in found.items()}
    given["eth0"] = [*given.get("eth0", []), one("fe80::1", socket.AF_INET6)]
    monkeypatch.setattr(network.psutil, "net_if_addrs", lambda: given)
    states = {name: SimpleNamespace(isup=name != "down") for name in given}
    monkeypatch.setattr(network.psutil, "net_if_stats", lambda: states)


def test_addresses_are_those_of_the_office_first_and_none_that_leads_nowhere(monkeypatch):
    adapters(
        monkeypatch,
        docker0=["172.17.0.1"],
        eth0=["192.168.1.20"],
        lo=["127.0.0.1"],
        down=["10.0.0.9"],
        wlan0=["169.254.3.4", "10.1.2.3"],
        wan=["203.0.114.7"],
    )
    assert office_addresses() == ["192.168.1.20", "10.1.2.3", "203.0.114.7", "172.17.0.1"]


def test_a_machine_without_a_network_has_no_address(monkeypatch):
    adapters(monkeypatch, lo=["127.0.0.1"])
    assert office_addresses() == []


def test_what_answers_is_told_from_what_does_not():
    with socket.create_server((HERE, 0)) as server:
        port = server.getsockname()[1]
        assert answers_at(HERE, port)
    assert not answers_at(HERE, port)
