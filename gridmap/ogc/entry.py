"""Who asks, and how often they may: of the house, who see what a viewer sees, or the public.

An account gives its name and password with each request (HTTP Basic), a link to look at its token,
as `?t=` or as Bearer; without accounts the start-up key opens, as cookie of a browser or as
password. A password is worked out once and then known for a while by a keyed digest; the account
is looked up at every request, so that one that was removed is out at once.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from gridmap.access.accounts import Account, account_name, accounts_in, password_fits
from gridmap.access.attempts import Attempts, Pause
from gridmap.access.audit import Audit
from gridmap.access.links import find_link
from gridmap.access.scope import EVERYTHING, Scope, in_scope, scope_of
from gridmap.ogc.messages import RequestFault
from layers.contract.errors import GridmapError

__all__ = ["Asker", "Bounds", "Door", "find_asker", "require_house"]

KNOWN_S = 600.0  # until a password is worked out again
MOST_KNOWN = 1000
MOST_CLIENTS = 10_000  # that are remembered; the oldest go
_KEY = secrets.token_bytes(32)
_known: OrderedDict[bytes, float] = OrderedDict()
_GUARD = threading.Lock()
REALM = {"www-authenticate": 'Basic realm="gridmap", charset="UTF-8"'}


@dataclass
class Bounds:
    """The requests of all clients of a server.

    Attributes
    ----------
    clock
        Seconds that never go back.
    """

    clock: Callable[[], float] = time.monotonic
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def wait_of(self, client: str, per_minute: int) -> float:
        """Count a request; gives the seconds after which the client may come again, 0 for now."""
        now, gain = self.clock(), per_minute / 60
        with self._guard:
            left, since = self._left.get(client, (float(per_minute), now))
            left = min(float(per_minute), left + (now - since) * gain)
            may = left >= 1
            self._left[client] = (left - 1 if may else left, now)
            self._left.move_to_end(client)
            while len(self._left) > MOST_CLIENTS:
                self._left.popitem(last=False)
        return 0.0 if may else (1 - left) / gain


@dataclass(frozen=True)
class Asker:
    """Who asks.

    Attributes
    ----------
    who
        By which requests are counted.
    in_house
        Whether they see what a viewer of the app sees; else what the public may have.
    plan_path
        The one plan that their link opens; None for all.
    scope
        The towns that their account is for.
    folder
        Of the plans and accounts.
    """

    who: str
    in_house: bool
    plan_path: Path | None = None
    scope: Scope = EVERYTHING
    folder: Path = Path()

    def may_see(self, plan_path: Path) -> bool:
        """Whether a plan is open to them."""
        if self.plan_path is not None:
            return self.plan_path == plan_path
        return in_scope(self.scope, plan_path, self.folder)


@dataclass(frozen=True)
class Door:
    """What decides who comes in.

    Attributes
    ----------
    folder
        Of the accounts.
    attempts
        Of all who give passwords to this server.
    fits_start_key
        Whether a text is the start-up key.
    start_cookie
        Name of the cookie that holds it.
    """

    folder: Path
    attempts: Attempts
    fits_start_key: Callable[[str], bool]
    start_cookie: str


def find_asker(
    door: Door, headers: Mapping[str, str], token: str | None, plans: Sequence[Path], address: str,
) -> Asker:  # fmt: skip
    """Find out who asks.

    Parameters
    ----------
    door
        What decides.
    headers
        Of the request, names in lower case.
    token
        Of a link, as the address has it; None without.
    plans
        All plans, for links.
    address
        From where the request comes.

    Raises
    ------
    RequestFault
        401 for what opens nothing, 429 for who guesses, 503 where accounts cannot be read.
    """
    scheme, _, told = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        token = told.strip()
    if token is not None:
        return _by_link(plans, token)
    try:
        accounts = accounts_in(door.folder)
    except GridmapError:  # where files lie and what is wrong is for who runs the app
        raise RequestFault(
            503, "The accounts cannot be read. Tell whoever runs the app.",
            "账号无法读取，请告知程序管理员。",
        ) from None  # fmt: skip
    if scheme.lower() == "basic":
        name, password = _basic(told)
        if not accounts:
            if door.fits_start_key(password):
                return Asker("(this machine)", in_house=True)
            raise _wrong()
        return _by_password(door, accounts, name, password, address)
    if not accounts and door.fits_start_key(_cookie(headers, door.start_cookie)):
        return Asker("(this machine)", in_house=True)
    return Asker(f"@{address}", in_house=False)


def require_house(asker: Asker) -> None:
    """Ask for a name and password, or a link, from whoever is not of the house.

    Raises
    ------
    RequestFault
        401.
    """
    if not asker.in_house:
        raise RequestFault(
            401,
            "This is for the house: give name and password of an account (HTTP Basic), or the "
            "token of a link to look at (?t=…). Without accounts the password is the start-up key.",
            "仅供内部使用：请提供账号和密码，或使用只读链接。尚无账号时，密码为启动密钥。",
            REALM,
        )


def _cookie(headers: Mapping[str, str], name: str) -> str:
    found: SimpleCookie = SimpleCookie()
    with suppress(CookieError):
        found.load(headers.get("cookie", ""))
    return found[name].value if name in found else ""


def _by_link(plans: Sequence[Path], token: str) -> Asker:
    opened, path = find_link(plans, token, today=date.today())
    if opened.state == "good" and opened.is_view and path is not None:
        return Asker(f"link {opened.serial}", in_house=True, plan_path=path)
    why = {"expired": ("has expired", "已到期"), "revoked": ("was revoked", "已撤销"),
           "paused": ("is paused", "已暂停")}  # fmt: skip
    en, zh = why.get(opened.state, ("is not one to look at a plan", "不是方案的只读链接"))
    raise RequestFault(
        401,
        f"The link {en}. Ask the grid office for a link to look at.",
        f"该链接{zh}。请向镇网格办索取只读链接。",
        REALM,
    )


def _by_password(
    door: Door, accounts: list[Account], name: str, password: str, address: str
) -> Asker:
    called = account_name(name)
    account = next((one for one in accounts if one.name == called), None)
    asker = Asker(f"account {called}", in_house=True, scope=scope_of(account), folder=door.folder)
    if account is not None and _is_known(account, password):
        return asker
    found = door.attempts.attempt(
        called, address, f"ogc {address}", lambda: password_fits(account, password)
    )
    if isinstance(found, Pause):
        wait = max(1, round(found.seconds))
        raise RequestFault(
            429, f"Wait {wait} s before the next attempt.", f"请等待 {wait} 秒后再试。",
            {"retry-after": str(wait)},
        )  # fmt: skip
    if not found or account is None:
        Audit(door.folder).note("log-in-failed", who=account.name if account else "",
                                address=address)  # fmt: skip
        raise _wrong()
    _note(account, password)
    return asker


def _basic(text: str) -> tuple[str, str]:
    try:
        told = base64.b64decode(text.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise _wrong() from None
    name, _, password = told.partition(":")
    return name, password


def _is_known(account: Account, password: str) -> bool:
    digest = _digest(account, password)
    with _GUARD:
        until = _known.get(digest, 0.0)
    return until > time.monotonic()


def _note(account: Account, password: str) -> None:
    with _GUARD:
        _known[_digest(account, password)] = time.monotonic() + KNOWN_S
        while len(_known) > MOST_KNOWN:
            _known.popitem(last=False)


def _digest(account: Account, password: str) -> bytes:
    # The mark is another one as soon as the account has changed.
    told = f"{account.mark}\n{password}".encode("utf-8", "surrogatepass")
    return hmac.new(_KEY, told, hashlib.sha256).digest()


def _wrong() -> RequestFault:
    return RequestFault(401, "Name or password is wrong.", "账号或密码不正确。", REALM)
