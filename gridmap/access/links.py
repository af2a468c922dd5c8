"""Links: each opens one cadre's grids, or one plan to look at, until a day, and can be revoked.

A personal link is a cadre's; a link to look at is for a leader without an account. A link carries
a signed token. What signs it lies in a file beside the plan, never in it. Links that were made and
revoked are events in a record beside the plan; a link that the record does not know is not good,
so that a lost record closes everything. What was revoked is remembered outside the
folder of plans too (`gridmap.access.machine`), so that it holds in every copy and restored backup;
links that come from another machine are paused until a planner takes them over.
"""

import io
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import segno
from itsdangerous import BadData

from gridmap.access.link_key import LinkKey, is_paused, key_of, make_key, take_key
from gridmap.access.machine import memory, note_ended
from gridmap.access.sidecar import (
    Fields,
    add_event,
    beside,
    faulty_lines,
    read_events,
)
from layers.contract.errors import GridmapError, UsageError, quoted

__all__ = ["TOKEN", "Link", "Opened", "State", "are_paused", "check_token", "faulty_links",
           "find_link", "link_address", "links_of", "make_link", "make_view_link", "qr_svg",
           "revoke", "take_over", "token_of"]  # fmt: skip

TOKEN = "t"  # in the address: ?t=…
LONGEST_TOKEN = 1000  # characters; far more than any token of ours has
LONGEST_LABEL = 60  # characters: an office and a person
EVENTS: dict[str, Fields] = {
    "made": {"serial": "text", "person": "text", "expires": "day", "day": "day"},
    "view-made": {"serial": "text", "label": "text", "expires": "day", "day": "day"},
    "revoked": {"serial": "text"},
}
State = Literal["good", "expired", "revoked", "foreign", "paused"]
# Of several copies of a plan that know a link the strictest is right.
STRICTEST: tuple[State, ...] = ("revoked", "good", "paused", "expired")


@dataclass(frozen=True)
class Link:
    """One link: what its token says, and whether it was revoked."""

    serial: str
    person_id: str  # "" of a link to look at
    expires: date  # the last day on which it opens
    made: date
    revoked: bool = False
    label: str = ""  # for whom a link to look at was made, as the planner wrote it

    @property
    def is_view(self) -> bool:
        """Whether it opens the plan to look at, and nobody's own page."""
        return not self.person_id


@dataclass(frozen=True)
class Opened:
    """What a token turned out to be; the person is told for good links alone."""

    state: State
    person_id: str = ""
    expires: date | None = None
    is_view: bool = False  # it opens the plan to look at
    serial: str = ""  # of the link, for good ones


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
    return _made(plan_path, {"event": "made", "person": person_id}, expires=expires, today=today)


def make_view_link(plan_path: Path, label: str, *, expires: date, today: date) -> tuple[Link, str]:
    """Make a link that opens a plan to look at, for somebody without an account.

    Parameters
    ----------
    plan_path
        The plan that it opens, and no other.
    label
        For whom it is, by which it is known in the list; 1 to 60 signs.
    expires, today
        As in `make_link`.

    Returns
    -------
    The link and its token.

    Raises
    ------
    UsageError, LayerFileError
        As in `make_link`, and if the label is empty or too long.
    """
    called = " ".join(label.split())
    if not 0 < len(called) <= LONGEST_LABEL:
        raise UsageError(
            f"The name of whom the link is for has {len(called)} signs. Write 1 to "
            f"{LONGEST_LABEL}.",
            f"链接使用人的名称有 {len(called)} 个字。请写 1 到 {LONGEST_LABEL} 个字。",
        )
    return _made(plan_path, {"event": "view-made", "label": called}, expires=expires, today=today)


def _made(
    plan_path: Path, event: dict[str, str], *, expires: date, today: date
) -> tuple[Link, str]:
    if expires < today:
        raise UsageError(
            f"A link cannot expire on {expires}, before today, {today}. Give a later day.",
            f"链接不能在今天（{today}）之前的 {expires} 到期。请给出更晚的日期。",
        )
    key = key_of(plan_path) or make_key(plan_path)
    if is_paused(plan_path, key):
        raise UsageError(
            f"The links beside {plan_path.name!r} come from another machine or an older copy and "
            "are paused. Take them over first: python -m gridmap link take-over.",
            f"{quoted(plan_path.name)}旁的链接来自其他电脑或旧副本，已暂停。"
            "请先接管：python -m gridmap link take-over。",
        )
    person = event.get("person", "")
    link = Link(secrets.token_hex(8), person, expires, today, label=event.get("label", ""))
    # First the record, then the link: nobody holds a link that cannot be revoked.
    add_event(
        _record(plan_path),
        {
            **event,
            "serial": link.serial,
            "expires": expires.isoformat(),
            "day": today.isoformat(),
        },
    )
    return link, _token(key, link)


def token_of(plan_path: Path, link: Link) -> str:
    """Give the token of a link again, for what is made on its person's behalf; never to be shown.

    Raises
    ------
    LayerFileError
        If the secret cannot be read.
    """
    key = key_of(plan_path)
    return _token(key, link) if key is not None else ""


def _token(key: LinkKey, link: Link) -> str:
    return str(key.signer.dumps([key.plan, link.person_id, link.expires.isoformat(), link.serial]))


def check_token(plan_path: Path, token: str, *, today: date) -> Opened:
    """Say what a token opens in a plan; anything but a link of this plan is "foreign"."""
    key = key_of(plan_path)
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
    if is_paused(plan_path, key):
        return Opened("paused")
    return Opened("good", person, expires, is_view=known.is_view, serial=serial)


def find_link(
    plan_paths: Iterable[Path], token: str, *, today: date,
    damaged: Callable[[GridmapError], None] = lambda _: None,
) -> tuple[Opened, Path | None]:  # fmt: skip
    """Look for the plan that a link was made for; a damaged one closes its own links only.

    Parameters
    ----------
    plan_paths
        Plans and copies of them.
    token, today
        As for `check_token`.
    damaged
        Told of each plan beside which something cannot be read.

    Returns
    -------
    What the token turned out to be, and the plan; "foreign" and None where no plan knows it.
    """
    found: dict[State, tuple[Opened, Path]] = {}
    for path in plan_paths:
        try:
            opened = check_token(path, token, today=today)
        except GridmapError as error:
            damaged(error)
            continue
        if opened.state != "foreign":
            found.setdefault(opened.state, (opened, path))
    return next((found[state] for state in STRICTEST if state in found), (Opened("foreign"), None))


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
        if event["event"] == "revoked":
            revoked.add(event["serial"])
            continue
        links.setdefault(
            event["serial"],
            Link(
                event["serial"],
                event.get("person", ""),
                date.fromisoformat(event["expires"]),
                date.fromisoformat(event["day"]),
                label=event.get("label", ""),
            ),
        )
    key = key_of(plan_path) if links else None
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
    key = key_of(plan_path)
    return key is not None and is_paused(plan_path, key)


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
    key = key_of(plan_path)
    if key is None:
        raise UsageError(
            f"There are no links beside {plan_path.name!r}. Make one: python -m gridmap link make.",
            f"{quoted(plan_path.name)}旁没有链接。请生成：python -m gridmap link make。",
        )
    take_key(plan_path, key)
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
    key = key_of(plan_path)
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


def _remembered(key: LinkKey, revoked: set[str]) -> set[str]:
    """Serials of a family that this machine remembers as revoked; it learns those of the record."""
    known = memory()
    ended = {serial for family, serial in known.ended if family == key.plan}
    if key.machine == known.machine and revoked - ended:
        note_ended(key.plan, revoked - ended)
    return ended
