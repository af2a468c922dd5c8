"""Personal links: each opens one cadre's grids of one plan until a day, and can be revoked.

A link carries a signed token. What signs it lies in a file beside the plan, never in it. Links that
were made and revoked are events in a record beside the plan; a link that the record does not know
is not good, so that a lost record closes everything.
"""

import base64
import hashlib
import io
import json
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import segno
from itsdangerous import BadData, URLSafeSerializer

from gridmap.access.beside import add_event, beside, is_private, read_events, write_private
from layers.errors import LayerFileError, UsageError, quoted

__all__ = ["TOKEN", "Link", "Opened", "check_token", "link_address", "links_of", "make_link",
           "qr_svg", "revoke"]  # fmt: skip

TOKEN = "t"  # in the address: ?t=…
LONGEST_TOKEN = 1000
SALT = "gridmap.link"
EVENTS = {"made": ("serial", "person", "expires", "day"), "revoked": ("serial",)}
State = Literal["good", "expired", "revoked", "foreign"]


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
    plan: str
    secret: str

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
        If it would have expired before it is made.
    LayerFileError
        If the files beside the plan cannot be written, or others may read the secret.
    """
    if expires < today:
        raise UsageError(
            f"A link cannot expire on {expires}, before today, {today}. Give a later day.",
            f"链接不能在今天（{today}）之前的 {expires} 到期。请给出更晚的日期。",
        )
    key = _key(plan_path) or _new_key(plan_path)
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
    known = {link.serial: link for link in links_of(plan_path)}.get(serial)
    if plan != key.plan or known is None or known.person_id != person:
        return Opened("foreign")
    if known.revoked:
        return Opened("revoked")
    if today > min(expires, known.expires):
        return Opened("expired")
    return Opened("good", person, expires)


def links_of(plan_path: Path) -> list[Link]:
    """List all links that were ever made for a plan, the oldest first."""
    links: dict[str, Link] = {}
    revoked = set()
    for event in read_events(_record(plan_path), EVENTS):
        if event["event"] == "made":
            links[event["serial"]] = Link(
                event["serial"],
                event["person"],
                date.fromisoformat(event["expires"]),
                date.fromisoformat(event["day"]),
            )
        else:
            revoked.add(event["serial"])
    return [
        Link(link.serial, link.person_id, link.expires, link.made, serial in revoked)
        for serial, link in links.items()
    ]


def revoke(plan_path: Path, *, today: date, serial: str = "", person_id: str = "") -> list[Link]:
    """Revoke one link by its serial, or all of a person.

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
        if (serial and link.serial == serial) or (person_id and link.person_id == person_id)
    ]
    if not fitting:
        wanted = serial or person_id
        raise UsageError(
            f"There is no link {wanted!r}. 'python -m gridmap link list' shows them all.",
            f"没有链接{quoted(wanted)}。用 python -m gridmap link list 查看全部链接。",
        )
    ending = [link for link in fitting if not link.revoked]
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
        return _Key(str(found["plan"]), str(found["secret"]))
    except FileNotFoundError:
        return None
    except (OSError, KeyError, TypeError, json.JSONDecodeError, UnicodeDecodeError):
        raise LayerFileError(
            f"{str(path)!r}, which signs personal links, cannot be read. Delete it: all links end "
            "then, and new ones can be made.",
            f"签署个人链接的文件{quoted(path)}无法读取。请删除该文件；届时所有链接失效，"
            "可重新生成。",
        ) from None


def _new_key(plan_path: Path) -> _Key:
    key = _Key(secrets.token_hex(8), base64.b64encode(secrets.token_bytes(32)).decode())
    path = beside(plan_path, "secret")
    try:
        write_private(path, json.dumps({"plan": key.plan, "secret": key.secret}))
    except UsageError:  # somebody else was first
        return _key(plan_path) or key
    return key
