"""What a phone page has of its link: by which key its answers are signed, and where they may go.

The keys follow from the secret beside the plan and from the one link that the page was made for, so
that the planner's side needs to keep nothing, and a revoked link ends the answers of its page. The
page holds the signing key, which is as good as the link. It does not hold the sealing key: a seal
shows that the planner's side has put a place into the page, in the state that it had then.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from gridmap.access.link_key import LinkKey, is_paused, key_of
from gridmap.access.links import Link, link_address, links_of, token_of
from layers.contract.errors import UsageError, quoted

__all__ = ["PhoneLink", "is_good", "phone_link", "seal", "signature"]

SIGNING, SEALING = b"gridmap.answers", b"gridmap.seal"
SEAL_SIGNS = 16
_HOST = re.compile(r"[\w.\-:\[\]]+")  # it stands in the policy of the page


@dataclass(frozen=True)
class PhoneLink:
    """The link that a phone page is made for; whoever has it may answer for the person.

    Attributes
    ----------
    plan, serial, person_id, expires
        The family of links, the link in it, whose it is, and its last day.
    token
        What opens the page in the app.
    address
        Of the app, as the phone can open it; "" for none: answers go by file then.
    """

    plan: str
    serial: str
    person_id: str
    expires: date
    token: str = field(repr=False)
    address: str
    signing: bytes = field(repr=False)
    sealing: bytes = field(repr=False)


def phone_link(plan_path: Path, serial: str, *, today: date, address: str = "") -> PhoneLink:
    """Give what the page of a link needs.

    Parameters
    ----------
    plan_path
        The plan that the link was made for.
    serial
        The link, as `links_of` lists it.
    today
        A link that has ended by now makes no page.
    address
        Of the app, as the phone can open it; "" when it cannot.

    Raises
    ------
    UsageError
        If there is no such personal link, it was revoked, has ended or is
        paused, or the address is none.
    LayerFileError
        If the files beside the plan cannot be read.
    """
    key = key_of(plan_path)
    link = next((one for one in links_of(plan_path) if one.serial == serial), None)
    if key is None or link is None or not is_good(plan_path, key, link, today=today):
        raise UsageError(
            f"There is no personal link {serial!r} that opens. Make one: python -m gridmap link "
            "make.",
            f"没有可用的个人链接{quoted(serial)}。请生成：python -m gridmap link make。",
        )
    parts = urlsplit(address.strip())
    if address and not (link_address(address, "x") and _HOST.fullmatch(parts.netloc)):
        raise UsageError(
            f"{address!r} is no address. Give one such as https://grid.example.cn.",
            f"{quoted(address)}不是网址。请给出如 https://grid.example.cn 的网址。",
        )
    return PhoneLink(
        plan=key.plan,
        serial=serial,
        person_id=link.person_id,
        expires=link.expires,
        token=token_of(plan_path, link),
        address=f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}" if address else "",
        signing=_derived(key, SIGNING, serial),
        sealing=_derived(key, SEALING, serial),
    )


def is_good(plan_path: Path, key: LinkKey, link: Link, *, today: date) -> bool:
    """Whether a link is a cadre's and opens: not revoked, not ended, at home on this machine."""
    opens = not link.is_view and not link.revoked and link.expires >= today
    return opens and not is_paused(plan_path, key)


def signature(signing: bytes, body: str) -> str:
    """Sign the body of an answer file: HMAC-SHA256 of its UTF-8 bytes, in hex."""
    return hmac.new(signing, body.encode(), hashlib.sha256).hexdigest()


def seal(sealing: bytes, place: str, state: str) -> str:
    """Mark a place in the state in which a page shows it: nobody else can make that mark."""
    told = f"{place}\n{state}".encode()
    return hmac.new(sealing, told, hashlib.sha256).hexdigest()[:SEAL_SIGNS]


def _derived(key: LinkKey, purpose: bytes, serial: str) -> bytes:
    told = b"\n".join([purpose, key.plan.encode(), serial.encode()])
    return hmac.new(key.secret.encode(), told, hashlib.sha256).digest()
