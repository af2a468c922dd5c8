"""On whose behalf something is done: asked again before anything is written, whenever that is.

What somebody may see is asked here as well: a plan of a town that their account is not for is
neither listed nor opened for them, whatever they send. Whoever was a planner when a page was drawn,
or when long work began, may be none when it comes to writing. So the right to write is no flag that
is carried along: it is looked up at every write, in the account or the link as it is in its file at
that moment.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from gridmap.access.accounts import Account, accounts_in
from gridmap.access.audit import FILE as AUDIT
from gridmap.access.audit import Audit
from gridmap.access.links import check_token
from gridmap.access.machine import state_folder
from gridmap.access.scope import EVERYTHING, NOTHING, Scope, in_scope, scope_of, town_at
from gridmap.access.sidecar import BOARDS, COMMENTS, PHOTOS, beside, is_draft
from layers.contract.errors import GridmapError, PlanError, quoted
from layers.disks.local_only import require_local
from layers.files.atomic import WriteWatch, watching_writes

__all__ = ["AccessEndedError", "Behalf", "acting", "acting_account", "acting_for", "acting_scope",
           "acting_who", "behalf_in_environment", "for_child", "is_valid", "require_all_towns",
           "require_sight", "require_valid", "scope_now", "seen_events", "seen_of"]  # fmt: skip

Role = Literal["planner", "viewer", "cadre"]
_VARIABLE = "GRIDMAP_BEHALF"
PLAN = ".gridmap.gpkg"  # ending of plan files, which many write at once: on local disks alone
_NOW: ContextVar["Behalf | None"] = ContextVar("behalf", default=None)


class AccessEndedError(PlanError):
    """Who this is done for may do it no more."""


@dataclass(frozen=True)
class Behalf:
    """Somebody as a page or long work began with them.

    A planner without a name is the one at this machine, as long as there are no accounts.
    """

    folder: Path  # of the accounts
    role: Role
    name: str = ""
    mark: str = ""  # of the account as it was
    address: str = ""
    token: str = ""  # of a link, and the plan that it opens
    plan_path: Path | None = None

    @property
    def who(self) -> str:
        """Name for the audit."""
        return self.name or ("" if self.token or self.role == "cadre" else "(this machine)")


def is_valid(behalf: Behalf) -> bool:
    """Whether somebody is still who they were, in the files as they are now."""
    try:
        if behalf.token or behalf.role == "cadre":
            if behalf.plan_path is None:
                return False
            opened = check_token(behalf.plan_path, behalf.token, today=date.today())
            return opened.state == "good" and opened.is_view == (behalf.role == "viewer")
        accounts = accounts_in(behalf.folder)
    except GridmapError:
        return False
    if not behalf.name:
        return not accounts
    return _account_of(behalf, accounts) is not None


def scope_now(behalf: Behalf | None) -> Scope:
    """Give the towns that somebody may see, by their account as it is in its file at this moment.

    Nobody in particular is the user of the system, a command or a test: everything. Who came with a
    link sees its plan and no town (`seen_of`), who has no account any more nothing.
    """
    if behalf is None:
        return EVERYTHING
    if behalf.token or behalf.role == "cadre":
        return NOTHING
    try:
        accounts = accounts_in(behalf.folder)
    except GridmapError:
        return NOTHING
    if not behalf.name:
        return NOTHING if accounts else EVERYTHING
    return scope_of(_account_of(behalf, accounts))


def acting_scope() -> Scope:
    """Give the towns that who this is done for may see."""
    return scope_now(_NOW.get())


def seen_of(paths: Iterable[Path]) -> list[Path]:
    """Give those of some files and folders that who this is done for may see, in their order."""
    behalf = _NOW.get()
    scope = scope_now(behalf)
    if behalf is None or scope.everything:
        return list(paths)
    return [path for path in paths if _may_see(behalf, scope, path)]


def seen_events(events: Iterable[Mapping[str, Any]], folder: Path) -> list[Mapping[str, Any]]:
    """Give those of the audit that who this is done for may see: of their towns, and their own."""
    behalf = _NOW.get()
    scope = scope_now(behalf)
    if behalf is None or scope.everything:
        return list(events)
    found = list(events)
    files = {str(event["file"]) for event in found if event.get("file")}
    seen = {name for name in files if in_scope(scope, folder / name, folder)}
    own = behalf.name
    return [one for one in found if one.get("file") in seen or (own and one["who"] == own)]


def require_sight(path: Path) -> None:
    """Refuse to open what who this is done for may not see.

    Raises
    ------
    AccessEndedError
        If it is of a town that their account is not for, or not what their link opens.
    """
    if not seen_of([path]):
        raise AccessEndedError(
            f"{path.name!r} is not of a town that your account is for. Ask whoever runs the app.",
            f"{quoted(path.name)}不属于您的账号可查看的镇。请联系程序管理员。",
        )


def require_all_towns() -> None:
    """Refuse what concerns all towns to whoever is for some of them.

    Raises
    ------
    AccessEndedError
        If the account is not for everything.
    """
    if not acting_scope().everything:
        raise AccessEndedError(
            "This concerns all towns, and your account is for some of them. Nothing was changed; "
            "ask whoever runs the app.",
            "此操作涉及全部乡镇，您的账号只负责其中一部分。没有改动任何内容，请联系程序管理员。",
        )


def require_valid(behalf: Behalf, path: Path | None = None) -> None:
    """Refuse what somebody may not do any more, or never might.

    Parameters
    ----------
    behalf
        Who it is for.
    path
        What is to be written; None when nothing is.

    Raises
    ------
    AccessEndedError
        If the account or the link has ended or changed, or they may not write there.
    """
    if not is_valid(behalf):
        raise AccessEndedError(
            "Your access has ended or changed meanwhile. Nothing was saved; log in again.",
            "您的访问权限已结束或已变更。内容未保存，请重新登录。",
        )
    if path is not None and not _may_write(behalf, path):
        if behalf.role == "planner":
            raise AccessEndedError(
                f"Your account is not for the town that {path.name!r} belongs to. Nothing was "
                "saved; ask whoever runs the app.",
                f"{quoted(path.name)}不属于您的账号负责的镇。内容未保存，请联系程序管理员。",
            )
        raise AccessEndedError(
            "You may look at this plan but not change it. Nothing was saved; ask a planner.",
            "您只能查看，不能修改本方案。内容未保存，请联系规划人员。",
        )


@contextmanager
def acting(behalf: Behalf) -> Iterator[None]:
    """Do the block for somebody: every write of it asks whether they still may, and is audited.

    A plan on a disk of the network is written for nobody.
    """
    audit = Audit(behalf.folder)
    told: set[str] = set()

    def before(path: Path) -> None:
        require_valid(behalf, path)
        if path.name.endswith(PLAN):
            require_local(path)

    def after(path: Path) -> None:
        # What a cadre answers is kept with its person already; the rest is ours alone.
        shown = _shown(path, behalf)
        hidden = any(part.startswith(".") for part in Path(shown).parts)  # older texts of the rules
        hidden = hidden or is_draft(path)  # every click; what is accepted is written to the plan
        if behalf.role == "planner" and not hidden and not _is_our_own(path) and shown not in told:
            told.add(shown)
            found = town_at(path, behalf.folder)
            town = {"town": found.folder} if found else {}
            audit.note("written", who=behalf.who, address=behalf.address, file=shown, **town)

    token = _NOW.set(behalf)
    try:
        with watching_writes(WriteWatch(before, after)):
            yield
    finally:
        _NOW.reset(token)


def acting_for() -> Behalf | None:
    """Give whom this is done for; None for nobody in particular."""
    return _NOW.get()


def acting_account() -> str:
    """Name of the account that this is done for; "" for the planner at this machine."""
    behalf = _NOW.get()
    return behalf.name if behalf is not None else ""


def acting_who() -> str:
    """Name for the audit of whom this is done for; "" when nobody is named."""
    behalf = _NOW.get()
    return behalf.who if behalf is not None else ""


def for_child() -> dict[str, str]:
    """Give variables of the environment by which a process that is started acts for the same."""
    behalf = _NOW.get()
    if behalf is None or behalf.role == "cadre":
        return {}
    told = {
        "folder": str(behalf.folder.resolve()),
        "role": behalf.role,
        "name": behalf.name,
        "mark": behalf.mark,
        "address": behalf.address,
        "token": behalf.token,
        "plan_path": str(behalf.plan_path.resolve()) if behalf.plan_path else None,
    }
    return {_VARIABLE: json.dumps(told)}


@contextmanager
def behalf_in_environment(
    environment: Mapping[str, str] = os.environ,
) -> Iterator[Callable[[], None]]:
    """Act for whom this process was started; without anybody named, for the user of the system.

    Gives a function that raises when they may not go on, to be called on the way.
    """
    if _VARIABLE not in environment:
        yield lambda: None
        return
    told = json.loads(environment[_VARIABLE])
    plan_path = Path(told["plan_path"]) if told.get("plan_path") else None
    behalf = Behalf(**{**told, "folder": Path(told["folder"]), "plan_path": plan_path})
    with acting(behalf):
        yield lambda: require_valid(behalf)


def _may_write(behalf: Behalf, path: Path) -> bool:
    target = _real(path)
    if behalf.role == "planner":
        scope = scope_now(behalf)
        return scope.everything or _is_our_own(target) or in_scope(scope, target, behalf.folder)
    if behalf.role == "cadre" and behalf.plan_path is not None:
        # Links that are found to be revoked are remembered, whoever looks.
        kinds = ("answers", BOARDS, PHOTOS)
        own = (*(beside(behalf.plan_path, kind) for kind in kinds), state_folder())
        return any(_lies_in(target, _real(one)) for one in own)
    return _is_our_own(target) or (
        # Who has an account to look with may comment; a link to look at signs with no name.
        behalf.role == "viewer"
        and behalf.name != ""
        and target.name.endswith(f".gridmap.{COMMENTS}")
        and _lies_in(target, _real(behalf.folder))
        and in_scope(scope_now(behalf), target, behalf.folder)
    )


def _account_of(behalf: Behalf, accounts: Iterable[Account]) -> Account | None:
    as_then = (behalf.name, behalf.role, behalf.mark)
    return next((one for one in accounts if (one.name, one.role, one.mark) == as_then), None)


def _may_see(behalf: Behalf, scope: Scope, path: Path) -> bool:
    if behalf.plan_path is None:
        return in_scope(scope, path, behalf.folder)
    target, own = _real(path), _real(behalf.plan_path)
    # What lies beside a plan bears its name.
    return target.parent == own.parent and target.name.startswith(own.name.removesuffix("gpkg"))


def _is_our_own(path: Path) -> bool:
    """Whether a file is the app's own, which nobody asked for: a draft elsewhere, a memory."""
    target, drafts = _real(path), _real(Path(tempfile.gettempdir()))
    if _lies_in(target, drafts) and target != drafts:
        # Folders that we make for a moment have this name; other files of that disk are not ours.
        return target.relative_to(drafts).parts[0].startswith("gridmap-")
    return target.name.startswith(AUDIT) or _lies_in(target, _real(state_folder()))


def _lies_in(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _shown(path: Path, behalf: Behalf) -> str:
    """Name of a file for the audit: below the folder of plans, or its folder and name."""
    try:
        return _real(path).relative_to(_real(behalf.folder)).as_posix()
    except ValueError:
        return "/".join(path.parts[-2:])
