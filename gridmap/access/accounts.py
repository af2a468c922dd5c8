"""Accounts of planners and viewers: who may log in, and as what.

Passwords are kept as argon2 hashes, in a file beside the plans that only its owner may read. It is
changed under a lock, whole or not at all. An account that was removed or changed is remembered as
ended outside the folder (`gridmap.access.machine`): a restored backup does not bring it back.
"""

import hashlib
import json
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from gridmap.access.machine import memory, note_retired
from gridmap.access.passwords import LONGEST, require_good_password
from gridmap.access.scope import EVERYTHING, Scope
from gridmap.access.sidecar import is_private, write_private
from layers.contract.errors import LayerFileError, UsageError, quoted
from layers.files.locks import LockTimeout, take_lock
from layers.files.reader_faults import reason_zh

__all__ = ["FILE", "ROLES", "Account", "Role", "account_name", "accounts_folder", "accounts_in",
           "add_account", "change_role", "change_scope", "faulty_accounts", "is_last_planner",
           "password_fits", "remove_account"]  # fmt: skip

Role = Literal["planner", "viewer"]
ROLES: tuple[Role, ...] = get_args(Role)
FILE = "accounts.gridmap.json"
LOCK = "accounts.gridmap.lock"
WAIT_S = 30.0  # as for a plan: longer than any change takes
LONGEST_NAME = 60  # characters: an office and a person
MOST_KB = 1024  # of the file: some 4,000 accounts
# Argon2id as OWASP recommends it where many may log in at once: what guessers make a busy machine
# work out must not keep others waiting. Hashes of other versions say themselves how they were made.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# For names that do not exist, so that they take as long as those that do.
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$Z3JpZG1hcC1ub2JvZHk$YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE"
)


@dataclass(frozen=True)
class Account:
    """Somebody who may log in: a planner, or a viewer who changes nothing, for towns or all."""

    name: str
    role: Role
    hash: str
    id: str = ""  # another one after every change; "" in files of versions before 0.2
    scope: Scope = EVERYTHING  # the towns that it is for; of files without it: everything

    @property
    def mark(self) -> str:
        """Mark of the account as it is now: it says nothing of name and password."""
        said = self.id or f"{self.name}\n{self.role}\n{self.hash}"
        return hashlib.sha256(said.encode()).hexdigest()[:32]


def accounts_folder(plan_path: Path) -> Path:
    """Give the folder of the accounts that a plan belongs to; its own when there are none."""
    own = plan_path.resolve().parent
    return next((place for place in (own, *own.parents) if (place / FILE).is_file()), own)


def accounts_in(folder: Path) -> list[Account]:
    """List the accounts of a folder of plans, in order of name; none when there is no file.

    A row that cannot be read is left out, and whoever it names cannot log in; `faulty_accounts`
    counts them. A file that has not changed is not read again.

    Raises
    ------
    LayerFileError
        If nothing in the file can be read, or others on the machine may read it.
    """
    found, known = _read(folder), memory().retired
    if not found.ended <= known:  # a crash came between the file and the memory
        note_retired(found.ended)
        known = memory().retired
    return [account for account in found.good if account.mark not in known]


def faulty_accounts(folder: Path) -> int:
    """Count the rows that cannot be read, or that a restored copy has brought back."""
    found = _read(folder)
    return found.faulty + len(found.good) - len(accounts_in(folder))


def account_name(name: str) -> str:
    """Give a name as accounts have it: the same signs whatever keyboard they came from."""
    return unicodedata.normalize("NFKC", name).strip()


def is_last_planner(accounts: list[Account], name: str) -> bool:
    """Whether without this planner nobody could change everything any more."""
    planners = [one.name for one in accounts if one.role == "planner" and one.scope.everything]
    return planners == [account_name(name)]


def add_account(
    folder: Path, name: str, password: str, *, role: Role, scope: Scope = EVERYTHING
) -> None:
    """Add an account; one of the same name gets this password, role and scope.

    Raises
    ------
    UsageError
        If the name is empty or too long, or the password is too short, too long or easily guessed.
    LayerFileError
        If the file cannot be written, or others are changing it and do not end.
    """
    called = account_name(name)
    if not (0 < len(called) <= LONGEST_NAME and called.isprintable()):
        raise UsageError(
            f"{name!r} is no name of an account. Give 1 to {LONGEST_NAME} letters.",
            f"{quoted(name)}不能作为账号名。请给出 1 到 {LONGEST_NAME} 个字。",
        )
    require_good_password(password, name=called, near=_towns_in(folder))
    made = Account(called, role, _HASHER.hash(password), secrets.token_hex(8), scope)
    with _changing(folder) as accounts:
        _put(folder, accounts, called, made)


def change_role(folder: Path, name: str, role: Role) -> None:
    """Give an account another role; its password stays. Who is logged in must log in again.

    Raises
    ------
    UsageError
        If there is no such account.
    """
    _replace(folder, name, role=role)


def change_scope(folder: Path, name: str, scope: Scope) -> None:
    """Give an account other towns; who is logged in must log in again.

    Raises
    ------
    UsageError
        If there is no such account.
    """
    _replace(folder, name, scope=scope)


def remove_account(folder: Path, name: str) -> None:
    """Remove an account: nothing that goes on in its name is written from now on.

    Raises
    ------
    UsageError
        If there is no such account.
    """
    called = account_name(name)
    with _changing(folder) as accounts:
        _named(accounts, called)
        _put(folder, accounts, called, None)


def password_fits(account: Account | None, password: str) -> bool:
    """Whether a password is that of an account; without one it takes as long and is False."""
    try:
        _HASHER.verify(account.hash if account else _NOBODY, password[: LONGEST + 1])
    except (Argon2Error, InvalidHashError):
        return False
    return account is not None


def _replace(folder: Path, name: str, **changed: Any) -> None:
    """Change an account, whose password stays."""
    called = account_name(name)
    with _changing(folder) as accounts:
        before = _named(accounts, called)
        _put(folder, accounts, called, replace(before, id=secrets.token_hex(8), **changed))


def _towns_in(folder: Path) -> set[str]:
    """Names that plans and their folders bear, which are those of towns."""
    files = folder.iterdir() if folder.is_dir() else ()  # nothing may be planned yet
    found = {path.name.split(".")[0].split("-")[0] for path in files}
    return {name for name in found if len(name) > 3}


def _named(accounts: list[Account], name: str) -> Account:
    found = next((account for account in accounts if account.name == name), None)
    if found is None:
        raise UsageError(f"There is no account {name!r}.", f"没有账号{quoted(name)}。")
    return found


@contextmanager
def _changing(folder: Path) -> Iterator[list[Account]]:
    """Give the accounts as they are now, while nobody else can change them."""
    try:
        held = take_lock(folder / LOCK, wait_s=WAIT_S)
    except LockTimeout:
        raise LayerFileError(
            f"The accounts in {str(folder)!r} are being changed by somebody else, and that did not "
            f"end within {WAIT_S:g} s. Nothing was saved; try again.",
            f"{quoted(folder)}中的账号正被他人修改，{WAIT_S:g} 秒内未结束。"
            "内容未保存，请稍后重试。",
        ) from None
    except OSError as error:
        why, why_zh = error.strerror, reason_zh(error)
        raise LayerFileError(
            f"Cannot write in {str(folder)!r}: {why}. Nothing was saved; allow writing in that "
            "folder.",
            f"无法写入{quoted(folder)}：{why_zh}。内容未保存，请开放该文件夹的写入权限。",
        ) from None
    with held:
        yield accounts_in(folder)


def _put(folder: Path, accounts: list[Account], name: str, made: Account | None) -> None:
    ended = {account.mark for account in accounts if account.name == name}
    others = [account for account in accounts if account.name != name]
    rows = sorted([*others, *([made] if made else [])], key=lambda account: account.name)
    kept = [_row(account) for account in rows] + _faulty_rows(folder / FILE)
    told = {"accounts": kept, "ended": sorted(ended)}
    text = json.dumps(told, ensure_ascii=False, indent=1)
    write_private(folder / FILE, text + "\n", overwrite=True)
    note_retired(ended)  # after a crash just here, the next who reads the file does it


@dataclass(frozen=True)
class _File:
    """What is in the file."""

    good: tuple[Account, ...] = ()
    faulty: int = 0
    ended: frozenset[str] = frozenset()  # marks of accounts that the last change has ended


def _read(folder: Path) -> _File:
    path = folder / FILE
    try:
        found = path.stat()
        if not is_private(path):
            raise LayerFileError(
                f"Others on this machine may read {str(path)!r}. Run chmod 600 on it.",
                f"本机其他用户可读取{quoted(path)}。请对它执行 chmod 600。",
            )
        if found.st_size > MOST_KB * 1024:
            raise _unreadable(path)
        return _parsed(path, found.st_mtime_ns, found.st_size, found.st_ino)
    except FileNotFoundError:
        return _File()
    except OSError:
        raise _unreadable(path) from None


@lru_cache(maxsize=8)
def _parsed(path: Path, _changed: int, _size: int, _inode: int) -> _File:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        rows = told["accounts"]
        accounts = [_account(row) for row in rows]
        ended = frozenset(str(mark) for mark in told.get("ended", []))
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
        raise _unreadable(path) from None
    good: dict[str, Account] = {}
    for account in accounts:
        # Of two rows of one name neither is known to be right.
        if account is not None and account.name in good:
            good[account.name] = Account("", "viewer", "")
        elif account is not None:
            good[account.name] = account
    kept = sorted((one for one in good.values() if one.hash), key=lambda account: account.name)
    if rows and not kept:
        raise _unreadable(path)
    return _File(tuple(kept), len(rows) - len(kept), ended)


def _faulty_rows(path: Path) -> list[Any]:
    """Rows that cannot be read: they stay in the file for whoever can repair them."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["accounts"]
    except (OSError, LookupError, TypeError, ValueError, RecursionError):
        return []
    return [row for row in rows if _account(row) is None]


def _row(account: Account) -> dict[str, Any]:
    told = {key: getattr(account, key) for key in ("name", "role", "hash", "id")}
    return told | account.scope.written()


def _account(row: Any) -> Account | None:
    """Read a row; None for one that is no account."""
    if not isinstance(row, dict):
        return None
    name, role, password, number = (row.get(key, "") for key in ("name", "role", "hash", "id"))
    texts = all(isinstance(value, str) for value in (name, role, password, number))
    if not texts or not name or role not in ROLES or not password.startswith("$argon2"):
        return None
    scope = Scope.read(row)
    return Account(name, role, password, number, scope) if scope is not None else None


def _unreadable(path: Path) -> LayerFileError:
    return LayerFileError(
        f"The accounts in {str(path)!r} cannot be read. Bring the file back, or delete it and "
        "add them again.",
        f"{quoted(path)}中的账号无法读取。请恢复该文件，或删除后重新添加。",
    )
