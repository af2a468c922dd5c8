"""Personal links: each opens one cadre's grids of one plan until a day, and can be revoked.

A link carries a signed token. What signs it lies in a file beside the plan, never in it. Links that
were made and revoked are events in a record beside the plan; a link that the record does not know
is not good, so that a lost record closes everything. What was revoked is remembered outside the
folder of plans too (`gridmap.access.machine`), so that it holds in every copy and restored backup;
links that come from another machine are paused until a planner takes them over.
"""

import base64
import hashlib
import io
import json
import secrets
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import segno
from itsdangerous import BadData, URLSafeSerializer

from gridmap.access.machine import machine_id, memory, note_ended, note_place
from gridmap.access.sidecar import (
    Fields,
    add_event,
    beside,
    faulty_lines,
    is_private,
    read_events,
    write_private,
)
from layers.contract.errors import LayerFileError, UsageError, quoted

__all__ = ["TOKEN", "Link", "Opened", "State", "are_paused", "check_token", "faulty_links",
           "link_address", "links_of", "make_link", "qr_svg", "revoke", "take_over"]  # fmt: skip

TOKEN = "t"  # in the address: ?t=…
LONGEST_TOKEN = 1000  # characters; far more than any token of ours has
SALT = "gridmap.link"
EVENTS: dict[str, Fields] = {
    "made": {"serial": "text", "person": "text", "expires": "day", "day": "day"},
    "revoked": {"serial": "text"},
}
State = Literal["good", "expired", "revoked", "foreign", "paused"]


@dataclass(frozen=True)
class Link:
    """One personal link: what its token says, and whether it was revoked."""

    serial: str
    person_id: str
    expires: date  # the last day on which it opens
    made: date
    revoked: bool = False


@dataclass(frozen=True)
class Opened:
    """What a token turned out to be; the person is told for good links alone."""

    state: State
    person_id: str = ""
    expires: date | None = None


@dataclass(frozen=True)
class _Key:
    plan: str  # names the family: all links that this secret signs, in every copy of the plan
    secret: str
    machine: str = ""  # on which the links open; "" in files of versions before 0.2

    @property
    def signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(
            self.secret,
            salt=SALT,
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )


def make_link(plan_path: Path, person_id: str, *, expires: date, today: date) -> tuple[Link, str]:
    """Make a link for a person.

    Parameters
    ----------
    plan_path
        The plan that it opens.
    person_id
        Whose grids it opens.
    expires
        Last day on which it opens.
    today
        Day it is made.

    Returns
    -------
    The link and its token, for `?t=`. The token is not kept: make another when it is lost.

    Raises
    ------
    UsageError
        If it would have expired before it is made, or the links come from another machine.
    LayerFileError
        If the files beside the plan cannot be written, or others may read the secret.
    """
    if expires < today:
        raise UsageError(
            f"A link cannot expire on {expires}, before today, {today}. Give a later day.",
            f"链接不能在今天（{today}）之前的 {expires} 到期。请给出更晚的日期。",
        )
    key = _key(plan_path) or _new_key(plan_path)
    if _is_paused(plan_path, key):
        raise UsageError(
            f"The links beside {plan_path.name!r} come from another machine or an older copy and "
            "are paused. Take them over first: python -m gridmap link take-over.",
            f"{quoted(plan_path.name)}旁的链接来自其他电脑或旧副本，已暂停。"
            "请先接管：python -m gridmap link take-over。",
        )
    link = Link(secrets.token_hex(8), person_id, expires, today)
    # First the record, then the link: nobody holds a link that cannot be revoked.
    add_event(
        _record(plan_path),
        {
            "event": "made",
            "serial": link.serial,
            "person": person_id,
            "expires": expires.isoformat(),
            "day": today.isoformat(),
        },
    )
    return link, key.signer.dumps([key.plan, person_id, expires.isoformat(), link.serial])


def check_token(plan_path: Path, token: str, *, today: date) -> Opened:
    """Say what a token opens in a plan; anything but a link of this plan is "foreign"."""
    key = _key(plan_path)
    if key is None or not 0 < len(token) <= LONGEST_TOKEN:
        return Opened("foreign")
    try:
        plan, person, until, serial = key.signer.loads(token)
        expires = date.fromisoformat(until)
    except (BadData, ValueError, TypeError):
        return Opened("foreign")
    known = next((link for link in links_of(plan_path) if link.serial == serial), None)
    if plan != key.plan or known is None or known.person_id != person:
        return Opened("foreign")
    if known.revoked:
        return Opened("revoked")
    if today > min(expires, known.expires):
        return Opened("expired")
    if _is_paused(plan_path, key):
        return Opened("paused")
    return Opened("good", person, expires)


def links_of(plan_path: Path) -> list[Link]:
    """List all links that were ever made for a plan, the oldest first.

    Lines of the record that cannot be read are passed over: `faulty_links` counts them.

    Raises
    ------
    LayerFileError
        If the record, the secret or what the machine remembers cannot be read.
    """
    links: dict[str, Link] = {}
    revoked = set()
    for event in read_events(_record(plan_path), EVENTS):
        if event["event"] == "made":
            links.setdefault(
                event["serial"],
                Link(
                    event["serial"],
                    event["person"],
                    date.fromisoformat(event["expires"]),
                    date.fromisoformat(event["day"]),
                ),
            )
        else:
            revoked.add(event["serial"])
    key = _key(plan_path) if links else None
    if key is not None:
        revoked |= _remembered(key, revoked & set(links))
    return [
        replace(link, revoked=True) if serial in revoked else link for serial, link in links.items()
    ]


def faulty_links(plan_path: Path) -> int:
    """Count the lines of the record that cannot be read; their links do not open."""
    return len(faulty_lines(_record(plan_path), EVENTS))


def are_paused(plan_path: Path) -> bool:
    """Whether the links beside a plan come from another machine or an older copy."""
    key = _key(plan_path)
    return key is not None and _is_paused(plan_path, key)


def take_over(plan_path: Path) -> list[Link]:
    """Let the links beside a plan open on this machine, as they are in the record there.

    What this machine remembers as revoked stays so. What was revoked elsewhere after the copy was
    made is not known here: look through the links that are given back.

    Returns
    -------
    The links that are not revoked.

    Raises
    ------
    UsageError
        If there are no links beside the plan.
    LayerFileError
        If the files cannot be read or written.
    """
    key = _key(plan_path)
    if key is None:
        raise UsageError(
            f"There are no links beside {plan_path.name!r}. Make one: python -m gridmap link make.",
            f"{quoted(plan_path.name)}旁没有链接。请生成：python -m gridmap link make。",
        )
    _write_key(plan_path, replace(key, machine=machine_id()), overwrite=True)
    note_place(plan_path, key.plan)
    return [link for link in links_of(plan_path) if not link.revoked]


def revoke(
    plan_path: Path, *, today: date, serial: str = "", person_id: str = "", every: bool = False
) -> list[Link]:
    """Revoke one link by its serial, all of a person, or every link: in all copies of the plan.

    Returns
    -------
    The links that were good until now.

    Raises
    ------
    UsageError
        If there is no such link.
    """
    fitting = [
        link
        for link in links_of(plan_path)
        if every
        or (serial and link.serial == serial)
        or (person_id and link.person_id == person_id)
    ]
    if not fitting and not every:
        wanted = serial or person_id
        raise UsageError(
            f"There is no link {wanted!r}. 'python -m gridmap link list' shows them all.",
            f"没有链接{quoted(wanted)}。用 python -m gridmap link list 查看全部链接。",
        )
    ending = [link for link in fitting if not link.revoked]
    key = _key(plan_path)
    if key is not None:  # first where no copy can undo it
        note_ended(key.plan, [link.serial for link in ending])
    for link in ending:
        add_event(
            _record(plan_path),
            {"event": "revoked", "serial": link.serial, "day": today.isoformat()},
        )
    return ending


def link_address(address: str, token: str) -> str:
    """Give the address that opens a link, on the address of the app; "" when that is none."""
    parts = urlsplit(address.strip())
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/?{TOKEN}={token}"


def qr_svg(address: str) -> str:
    """Draw an address as a QR code: an SVG file in UTF-8, black on white with its margin."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", scale=4, light="#fff")
    return out.getvalue().decode()


def _record(plan_path: Path) -> Path:
    return beside(plan_path, "links")


def _remembered(key: _Key, revoked: set[str]) -> set[str]:
    """Serials of a family that this machine remembers as revoked; it learns those of the record."""
    known = memory()
    ended = {serial for family, serial in known.ended if family == key.plan}
    if key.machine == known.machine and revoked - ended:
        note_ended(key.plan, revoked - ended)
    return ended


def _is_paused(plan_path: Path, key: _Key) -> bool:
    known = memory()
    # Links of another family at this place were ended when the present ones were made.
    elsewhere = known.family_at(plan_path) not in ("", key.plan)
    return not known.machine or key.machine != known.machine or elsewhere


def _key(plan_path: Path) -> _Key | None:
    """Read what signs the links of a plan; None when no link was ever made."""
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
        return _Key(str(found["plan"]), str(found["secret"]), str(found.get("machine", "")))
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


def _new_key(plan_path: Path) -> _Key:
    key = _Key(
        secrets.token_hex(8), base64.b64encode(secrets.token_bytes(32)).decode(), machine_id()
    )
    try:
        _write_key(plan_path, key)
    except UsageError:  # somebody else was first
        key = _key(plan_path) or key
    note_place(plan_path, key.plan)
    return key


def _write_key(plan_path: Path, key: _Key, *, overwrite: bool = False) -> None:
    text = json.dumps({"plan": key.plan, "secret": key.secret, "machine": key.machine})
    write_private(beside(plan_path, "secret"), text, overwrite=overwrite)
