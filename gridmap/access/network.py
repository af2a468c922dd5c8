"""The app in the office network: whether it listens there, and by which addresses others reach it.

By itself the app listens on this machine alone. A planner may open it to the office network; the
choice is kept with what this machine remembers, outside the folder of plans, and holds for the
next start too, as long as there is a planner's account.
"""

import ipaddress
import json
import socket

import psutil

from gridmap.access.machine import state_folder
from gridmap.access.sidecar import write_private

__all__ = ["EVERYWHERE", "HERE", "RESTART", "RESTART_VARIABLE", "answers_at", "choose_network",
           "chosen_address", "office_addresses"]  # fmt: skip

HERE, EVERYWHERE = "127.0.0.1", "0.0.0.0"
FILE = "network.json"
# The command that starts the app tells by the variable that it starts it again on this exit code.
RESTART_VARIABLE, RESTART = "GRIDMAP_RESTARTS", 75
PATIENCE_S = 2.0
# Adapters of programs, which lead to no colleague: their addresses are named last.
_INNER = ("docker", "br-", "veth", "virbr", "vethernet", "vmware", "virtualbox", "vbox", "wsl",
          "tun", "tap", "utun", "zt", "tailscale", "hyper-v")  # fmt: skip


def chosen_address() -> str:
    """Give the address that the app listens on unless told otherwise when it is started."""
    try:
        found = json.loads((state_folder() / FILE).read_text(encoding="utf-8"))
        return EVERYWHERE if found["open"] is True else HERE
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return HERE  # nothing was chosen, or nobody can tell: the narrower one


def choose_network(*, is_open: bool) -> None:
    """Open the app to the office network, or to this machine alone, from its next start on.

    Raises
    ------
    LayerFileError
        If the choice cannot be kept.
    """
    path = state_folder() / FILE
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(path, json.dumps({"open": is_open}), overwrite=True)


def office_addresses() -> list[str]:
    """List the IPv4 addresses of this machine by which others may reach it, likely ones first.

    Nothing is asked of the network: the adapters of this machine tell.
    """
    states = psutil.net_if_stats()
    found = []
    for name, addresses in psutil.net_if_addrs().items():
        if name in states and not states[name].isup:
            continue
        for one in addresses:
            if one.family != socket.AF_INET:
                continue
            address = ipaddress.ip_address(one.address)
            if address.is_loopback or address.is_link_local or address.is_unspecified:
                continue
            inner = name.lower().startswith(_INNER)
            found.append((inner, not address.is_private, name, address))
    return [str(address) for *_, address in sorted(found)]


def answers_at(address: str, port: int) -> bool:
    """Whether something answers at an address of this machine; a firewall lets that through."""
    try:
        with socket.create_connection((address, port), timeout=PATIENCE_S):
            return True
    except OSError:
        return False
