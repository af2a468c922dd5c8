"""Tiles of base maps by address on this server, for who is still let in.

An address belongs to one session and cannot be guessed. Each request looks again whether whoever
the session belongs to may still see anything: a tile is refused as soon as a link is revoked or an
account is changed.
"""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable

import streamlit as st

from gridmap.access.behalf import Behalf, is_valid
from layers.basemap import Basemap
from layers.basemap.tiles import is_tile
from layers.contract.errors import GridmapError

__all__ = ["ROUTE", "answer_tile", "publish_tiles"]

ROUTE = "basemap"  # first part of the addresses
KEPT = 1000  # addresses; the oldest go
FRESH_S = 3600  # a browser asks again after an hour
_SECRET = secrets.token_bytes(32)
_published: OrderedDict[str, tuple[str, Basemap]] = OrderedDict()

Answer = tuple[int, dict[str, str], bytes]


def publish_tiles(basemap: Basemap, name: str, session: str) -> str:
    """Give the tiles of a base map an address for a session.

    Parameters
    ----------
    basemap
        The base map.
    name
        What tells it from others, such as its file and when that was changed: the same name in the
        same session has the same address.
    session
        Number of the session.

    Returns
    -------
    Address with {z}, {x} and {y}.
    """
    said = f"{session}\n{name}".encode()
    token = hashlib.blake2b(said, key=_SECRET, digest_size=24).hexdigest()
    _published[token] = (session, basemap)
    _published.move_to_end(token)
    while len(_published) > KEPT:
        _published.popitem(last=False)
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return (f"/{base}" if base else "") + f"/{ROUTE}/{token}/{{z}}/{{x}}/{{y}}"


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
    session, basemap = found
    behalf = behalf_of(session)
    if behalf is None or not is_valid(behalf):
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
