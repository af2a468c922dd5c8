"""Tiles of base maps by address on this server, for who is still let in.

An address belongs to one session and to whom it was drawn for, and cannot be guessed. Each request
looks again whether they may still see anything: a tile is refused as soon as a link is revoked or
an account is changed, and to whoever logs in after them in the same window.
"""

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable

import streamlit as st

from gridmap.access.behalf import Behalf, acting_for, is_valid
from layers.basemap import Basemap
from layers.basemap.tiles import is_tile
from layers.contract.errors import GridmapError

__all__ = ["ROUTE", "answer_tile", "forget_tiles", "publish_tiles"]

ROUTE = "basemap"  # first part of the addresses
KEPT = 1000  # addresses; the oldest go
FRESH_S = 3600  # a browser asks again after an hour
_SECRET = secrets.token_bytes(32)
Person = tuple[str, str, str]  # name and mark of an account, or the token of a link
_published: OrderedDict[str, tuple[str, Person, Basemap]] = OrderedDict()
_LOCK = threading.Lock()

Answer = tuple[int, dict[str, str], bytes]


def publish_tiles(basemap: Basemap, name: str, session: str) -> str:
    """Give the tiles of a base map an address for a session and for whom this is done.

    Parameters
    ----------
    basemap
        The base map.
    name
        What tells it from others, such as its file and when that was changed: the same name in the
        same session has the same address for the same person.
    session
        Number of the session.

    Returns
    -------
    Address with {z}, {x} and {y}.
    """
    person = _person(acting_for())
    said = repr((session, person, name)).encode()
    token = hashlib.blake2b(said, key=_SECRET, digest_size=24).hexdigest()
    with _LOCK:
        _published[token] = (session, person, basemap)
        _published.move_to_end(token)
        while len(_published) > KEPT:
            _published.popitem(last=False)
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return (f"/{base}" if base else "") + f"/{ROUTE}/{token}/{{z}}/{{x}}/{{y}}"


def forget_tiles(session: str) -> None:
    """Take back all addresses of a session: who it was for is out."""
    with _LOCK:
        for token in [token for token, found in _published.items() if found[0] == session]:
            del _published[token]


def answer_tile(parts: list[str], behalf_of: Callable[[str], Behalf | None]) -> Answer:
    """Answer a request for a tile.

    Parameters
    ----------
    parts
        Parts of the address: the route, the secret, zoom, column and row.
    behalf_of
        Gives who uses a session.

    Returns
    -------
    Status, headers and body.
    """
    if len(parts) != 5 or not all(part.isascii() and part.isdecimal() for part in parts[2:]):
        return 404, {}, b""
    found = _published.get(parts[1])
    if found is None or any(len(part) > 9 for part in parts[2:]):
        return 404, {}, b""
    session, person, basemap = found
    behalf = behalf_of(session)
    if behalf is None or _person(behalf) != person or not is_valid(behalf):
        return 403, {}, b""
    place = (int(parts[2]), int(parts[3]), int(parts[4]))
    try:
        tile = basemap.tile(*place) if is_tile(*place) else None
    except GridmapError:  # the file was taken away or is being replaced: said when a page is drawn
        return 503, {}, b""
    if tile is None:
        return 404, {}, b""
    told = {"content-type": tile.media_type, "cache-control": f"private, max-age={FRESH_S}"}
    if tile.packed:
        told["content-encoding"] = tile.packed
    return 200, told, tile.data


def _person(behalf: Behalf | None) -> Person:
    return (behalf.name, behalf.mark, behalf.token) if behalf is not None else ("", "", "")
