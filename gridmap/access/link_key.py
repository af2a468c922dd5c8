"""What signs the links of a plan: a secret in a file beside it, and the machine on which they open.

The links of one secret are a family: they open in every copy of the plan that has the secret.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from itsdangerous import URLSafeSerializer

from gridmap.access.machine import machine_id, memory, note_place
from gridmap.access.sidecar import beside, is_private, write_private
from layers.contract.errors import LayerFileError, UsageError, quoted

__all__ = ["LinkKey", "is_paused", "key_of", "make_key", "take_key"]

SALT = "gridmap.link"


@dataclass(frozen=True)
class LinkKey:
    """The secret of a family of links."""

    plan: str  # names the family: all links that this secret signs, in every copy of the plan
    secret: str
    machine: str = ""  # on which the links open; "" in files of versions before 0.2

    @property
    def signer(self) -> URLSafeSerializer:
        """What signs tokens and tells whether it signed one."""
        return URLSafeSerializer(
            self.secret,
            salt=SALT,
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )


def is_paused(plan_path: Path, key: LinkKey) -> bool:
    """Whether links come from another machine, or from an older copy of the plan."""
    known = memory()
    # Links of another family at this place were ended when the present ones were made.
    elsewhere = known.family_at(plan_path) not in ("", key.plan)
    return not known.machine or key.machine != known.machine or elsewhere


def key_of(plan_path: Path) -> LinkKey | None:
    """Read what signs the links of a plan; None when no link was ever made.

    Raises
    ------
    LayerFileError
        If it cannot be read, or others on the machine may read it.
    """
    path = beside(plan_path, "secret")
    try:
        if not is_private(path):
            raise LayerFileError(
                f"Others on this machine may read {str(path)!r}, which signs personal links. "
                "Run chmod 600 on it; if somebody may have read it, delete it: all links end then.",
                f"本机其他用户可读取{quoted(path)}，而个人链接由它签名。请对它执行 chmod 600；"
                "如可能已被他人读取，请删除该文件，届时所有链接失效。",
            )
        found = json.loads(path.read_text(encoding="utf-8"))
        return LinkKey(str(found["plan"]), str(found["secret"]), str(found.get("machine", "")))
    except FileNotFoundError:
        return None
    except (OSError, KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        if isinstance(error, LayerFileError):
            raise
        raise LayerFileError(
            f"{str(path)!r}, which signs personal links, cannot be read. Delete it: all links end "
            "then, and new ones can be made.",
            f"签署个人链接的文件{quoted(path)}无法读取。请删除该文件；届时所有链接失效，"
            "可重新生成。",
        ) from None


def make_key(plan_path: Path) -> LinkKey:
    """Make what signs the links of a plan; what somebody else has just made is used."""
    key = LinkKey(
        secrets.token_hex(8), base64.b64encode(secrets.token_bytes(32)).decode(), machine_id()
    )
    try:
        _write_key(plan_path, key)
    except UsageError:  # somebody else was first
        key = key_of(plan_path) or key
    note_place(plan_path, key.plan)
    return key


def take_key(plan_path: Path, key: LinkKey) -> None:
    """Let a family of links open on this machine."""
    _write_key(plan_path, replace(key, machine=machine_id()), overwrite=True)
    note_place(plan_path, key.plan)


def _write_key(plan_path: Path, key: LinkKey, *, overwrite: bool = False) -> None:
    text = json.dumps({"plan": key.plan, "secret": key.secret, "machine": key.machine})
    write_private(beside(plan_path, "secret"), text, overwrite=overwrite)
