"""Where the app may be reached without accounts, and by which start-up key.

Without accounts the app is for the one planner who started it: the address that is printed at the
start holds a key, which the browser keeps as a cookie. A request without it sees no page, wherever
it seems to come from: what a request says of itself can be forged, and a proxy forges it unasked.
"""

import hmac
import ipaddress
import re
import secrets
from collections.abc import Collection, Mapping

from gridmap.access.accounts import Account
from layers.contract.errors import UsageError, quoted

__all__ = ["CITY_VARIABLE", "IDLE_VARIABLE", "KEY", "KEY_VARIABLE", "holds_key", "is_loopback",
           "is_of_this_machine", "key_cookie", "may_start", "new_start_key"]  # fmt: skip

KEY = "start"  # in the address: ?start=…
# Variables of the environment by which the command that starts the app tells it.
KEY_VARIABLE = "GRIDMAP_START_KEY"
CITY_VARIABLE = "GRIDMAP_CITY"  # folder of the city that the app is opened on
IDLE_VARIABLE = "GRIDMAP_IDLE_MINUTES"  # minutes without work until a log-in ends
# A proxy adds a header of such a name: the request did not begin at this machine.
FORWARDED = ("forwarded", "x-forwarded", "x-real-ip", "via", "x-original-", "x-rewrite-url",
             "x-client-ip", "x-cluster-client-ip", "true-client-ip", "client-ip", "x-host",
             "x-scheme", "x-remote-", "x-proxy", "x-envoy-", "x-arr-", "cf-", "cdn-loop",
             "fastly-", "x-amzn-", "x-azure-")  # fmt: skip
_PORT = re.compile(r":\d*$")


def new_start_key() -> str:
    """Draw a start-up key."""
    return secrets.token_urlsafe(32)


def key_cookie(port: int) -> str:
    """Name the cookie that holds the key; each app of a machine has one of its own."""
    return f"gridmap_start_{port}"


def holds_key(key: str, port: int, cookies: Mapping[str, str]) -> bool:
    """Whether a request holds the start-up key of this app."""
    given = cookies.get(key_cookie(port), "")
    return bool(key) and hmac.compare_digest(given.encode(), key.encode())


def is_loopback(address: str) -> bool:
    """Whether an address of a server is reached from this machine alone."""
    host = address.strip().strip("[]").lower()
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_of_this_machine(headers: Mapping[str, str]) -> bool:
    """Whether a request names this machine as its host and bears no marks of a proxy.

    Parameters
    ----------
    headers
        Of the request; case does not matter. A request without a host is none of a browser.
    """
    found = {name.lower(): value for name, value in headers.items()}
    host = _PORT.sub("", found.get("host", ""))
    return is_loopback(host) and not any(name.startswith(FORWARDED) for name in found)


def may_start(address: str, accounts: Collection[Account]) -> None:
    """Refuse to start the app where others reach it and nobody has to log in.

    Parameters
    ----------
    address
        What the server listens on; "" is every address of the machine.
    accounts
        What `accounts_in` gives.

    Raises
    ------
    UsageError
        If the address is not loopback and there is no planner.
    """
    if is_loopback(address) or any(account.role == "planner" for account in accounts):
        return
    where = address or "0.0.0.0"
    raise UsageError(
        f"The app does not start on {where!r}: others could reach it, and there is no account. "
        "Add one with 'python -m gridmap user add NAME --role planner', or listen on 127.0.0.1.",
        f"程序不能在{quoted(where)}上启动：他人可以访问，而尚无账号。"
        "请用 python -m gridmap user add 姓名 --role planner 添加账号，或只监听 127.0.0.1。",
    )
