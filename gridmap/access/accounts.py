"""Accounts of planners and viewers, and whether the app may start on an address without any.

Passwords are kept as argon2 hashes, in a file beside the plans that only its owner may read.
"""

import ipaddress
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from gridmap.access.beside import is_private, write_private
from layers.errors import LayerFileError, UsageError, quoted

__all__ = ["ROLES", "Account", "Role", "accounts_in", "add_account", "is_loopback", "log_in",
           "may_start", "reached_at", "remove_account"]  # fmt: skip

Role = Literal["planner", "viewer"]
ROLES: tuple[Role, ...] = get_args(Role)
# A proxy adds one of these: the request did not begin at this machine.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")
FILE = "accounts.gridmap.json"
SHORTEST, LONGEST = 10, 200  # signs of a password
LONGEST_NAME = 60
_HASHER = PasswordHasher()
# Made once for names that do not exist, so that they take as long as those that do.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$Z3JpZG1hcC1ub2JvZHk$YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE"
)


@dataclass(frozen=True)
class Account:
    """Somebody who may log in: a planner, or a viewer who changes nothing."""

    name: str
    role: Role
    hash: str


def accounts_in(folder: Path) -> list[Account]:
    """List the accounts of a folder of plans, in order of name; none when there is no file.

    Raises
    ------
    LayerFileError
        If the file is damaged, or others on the machine may read it.
    """
    path = folder / FILE
    try:
        if not is_private(path):
            raise LayerFileError(
                f"Others on this machine may read {str(path)!r}. Run chmod 600 on it.",
                f"本机其他用户可读取{quoted(path)}。请对它执行 chmod 600。",
            )
        rows = json.loads(path.read_text(encoding="utf-8"))["accounts"]
        found = [Account(str(row["name"]), row["role"], str(row["hash"])) for row in rows]
    except FileNotFoundError:
        return []
    except (OSError, KeyError, TypeError, json.JSONDecodeError, UnicodeDecodeError):
        found = [Account("", "viewer", "")]
    if any(account.role not in ROLES or not account.hash for account in found):
        raise LayerFileError(
            f"The accounts in {str(path)!r} cannot be read. Bring the file back, or delete it and "
            "add them again.",
            f"{quoted(path)}中的账号无法读取。请恢复该文件，或删除后重新添加。",
        )
    return sorted(found, key=lambda account: account.name)


def add_account(folder: Path, name: str, password: str, *, role: Role) -> None:
    """Add an account; one of the same name gets this password and role.

    Raises
    ------
    UsageError
        If the name is empty or too long, or the password too short or too long.
    LayerFileError
        If the file cannot be written.
    """
    called = name.strip()
    if not (0 < len(called) <= LONGEST_NAME and called.isprintable()):
        raise UsageError(
            f"{name!r} is no name of an account. Give 1 to {LONGEST_NAME} letters.",
            f"{quoted(name)}不能作为账号名。请给出 1 到 {LONGEST_NAME} 个字。",
        )
    if not SHORTEST <= len(password) <= LONGEST:
        raise UsageError(
            f"The password has {len(password)} signs. Choose {SHORTEST} to {LONGEST}.",
            f"密码有 {len(password)} 个字符。请选用 {SHORTEST} 到 {LONGEST} 个。",
        )
    others = [account for account in accounts_in(folder) if account.name != called]
    _write(folder, [*others, Account(called, role, _HASHER.hash(password))])


def remove_account(folder: Path, name: str) -> None:
    """Remove an account.

    Raises
    ------
    UsageError
        If there is no such account.
    """
    found = accounts_in(folder)
    others = [account for account in found if account.name != name]
    if len(others) == len(found):
        raise UsageError(f"There is no account {name!r}.", f"没有账号{quoted(name)}。")
    _write(folder, others)


def log_in(folder: Path, name: str, password: str) -> Account | None:
    """Give the account of a name and password; None when they do not fit."""
    known = {account.name: account for account in accounts_in(folder)}
    account = known.get(name.strip())
    try:
        _HASHER.verify(account.hash if account else _NOBODY, password[: LONGEST + 1])
    except (Argon2Error, InvalidHashError):
        return None
    return account


def is_loopback(address: str) -> bool:
    """Whether an address of a server is reached from this machine alone."""
    host = address.strip().strip("[]").lower()
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def reached_at(address: str, headers: Mapping[str, str]) -> str:
    """Give the address at which a request reached the app: loopback only when nobody else can.

    Parameters
    ----------
    address
        What the server listens on.
    headers
        Of the request. A foreign host name, or the marks of a proxy, are a way in from elsewhere.
    """
    if not is_loopback(address):
        return address
    host = headers.get("Host", "")
    name = host.rsplit(":", 1)[0] if host.count(":") == 1 or "]:" in host else host
    if name and not is_loopback(name):
        return host
    return next((headers[mark] or "?" for mark in _FORWARDED if mark in headers), address)


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


def _write(folder: Path, accounts: list[Account]) -> None:
    rows = [asdict(account) for account in sorted(accounts, key=lambda account: account.name)]
    text = json.dumps({"accounts": rows}, ensure_ascii=False, indent=1) + "\n"
    write_private(folder / FILE, text, overwrite=True)
