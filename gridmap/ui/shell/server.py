"""The app as a server: what is asked of every request before Streamlit sees it.

Without accounts the first request brings the start-up key in its address and takes it away as a
cookie; requests that name another host or came through a proxy are turned away. Always: only the
addresses of our pages answer, pages of other sites reach nothing, files are taken from planners and
photos from cadres, and every answer says in its headers that nothing is loaded from elsewhere.
"""

import asyncio
import gc
import os
import re
import sys
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from functools import cache
from http.cookies import SimpleCookie
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import streamlit as st
from starlette.middleware import Middleware

from gridmap.access.accounts import accounts_in
from gridmap.access.behalf import Behalf, is_valid
from gridmap.access.entrance import (
    KEY,
    KEY_VARIABLE,
    holds_key,
    is_loopback,
    is_of_this_machine,
    key_cookie,
    new_start_key,
)
from gridmap.access.network import RESTART, RESTART_VARIABLE, office_addresses
from gridmap.boards.photos import MOST_MB
from gridmap.plan_store import FilePlans
from gridmap.ui.basemap.tile_route import ROUTE, answer_tile, forget_tiles
from gridmap.ui.shell.phone_route import ROUTE as PHONE
from gridmap.ui.shell.phone_route import TAKING, answer_phone
from gridmap.ui.shell.streamlit_private import is_served, session_id
from gridmap.ui.theme.head import anew, theme_head, themed
from gridmap.ui.theme.no_page import lost_page
from layers.contract.errors import GridmapError

__all__ = ["HEADERS", "Door", "app_address", "can_restart", "door", "holds_start_key",
           "note_session", "restart_soon"]  # fmt: skip

_RESTARTS = bool(os.environ.pop(RESTART_VARIABLE, ""))
_GIVEN = os.environ.pop(KEY_VARIABLE, "")  # taken out: processes that the app starts do not get it
_KEY = _GIVEN or new_start_key()
# First parts of addresses that answer, beside those of the pages; of Streamlit's own the second.
OGC = "ogc"  # features for a GIS: `gridmap.ogc`
_FILES = {
    ROUTE,
    PHONE,
    OGC,
    "static",
    "media",
    "component",
    "favicon.png",
    "favicon.ico",
    "index.html",
}
_CORE = {"health", "host-config", "stream", "upload_file", "bidi-components"}
_HOST = re.compile(r"[A-Za-z0-9.\-:\[\]]{1,255}")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=()",
}
# Streamlit's pages and our maps hold scripts and styles of their own; nothing comes from elsewhere.
_CONTENT = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'{sockets}; frame-src 'self' data: blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_CLOSED = (
    "本程序只供本机使用：请用启动窗口中显示的网址打开。若要让他人访问，请先添加账号。\n"
    "This app is for this machine alone: open the address that was shown when it started. To let "
    "others in, add an account first.\n"
).encode()
_PHOTO_BYTES = (MOST_MB + 1) * 2**20  # a photo and what a form puts around it
SESSIONS_KEPT = 1000  # far more than visit a town's app in a day; the oldest go
# Pages are worked out and files sent by threads of one process. Python lets a thread that counts go
# on for 5 ms each time another one waits. With 0.5 ms a file of 4.7 MB is sent in 0.03 s instead of
# 0.08 s while one thread counts, and in 0.1 to 0.2 s instead of 1 s while two do.
TURN_S = 0.0005
ANSWERED_S = 1.5  # until the page that asked for a restart has been told of it
_sessions: OrderedDict[str, Behalf] = OrderedDict()

Scope = Mapping[str, Any]
Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]


def door(folder: Path, pages: Iterable[str]) -> dict[str, Any]:
    """Give what Streamlit's `App` takes: the door before all requests, and the word at the start.

    Parameters
    ----------
    folder
        Of the plans and the accounts.
    pages
        Addresses of the pages.
    """
    return {
        "middleware": [Middleware(Door, folder=folder, pages=frozenset(pages))],
        "lifespan": _server_lives,
    }


@asynccontextmanager
async def _server_lives(_app: Any) -> AsyncIterator[None]:
    """Set what holds for the whole process of the server, once, and tell the address."""
    sys.setswitchinterval(TURN_S)
    gc.freeze()  # see `start._loaded`
    if not _GIVEN:
        address = st.get_option("server.address") or "127.0.0.1"
        url = f"http://{address}:{st.get_option('server.port')}/?{KEY}={_KEY}"
        print(f"\n  gridmap: {url}\n", flush=True)
    yield


class Door:
    """Lets requests through to Streamlit, or answers them itself."""

    def __init__(self, app: Callable[..., Awaitable[None]], *, folder: Path, pages: frozenset[str]):
        self._app = app
        self._folder = folder
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = _headers(scope)
        status = self._refused(scope, headers)
        if status == 404 and _is_visit(scope, headers):
            await _show_lost(scope, send)
            return
        if status:
            await _answer(scope, send, status, {}, _CLOSED if status == 403 else b"")
            return
        given = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"))).get(KEY)
        if scope["type"] == "http" and scope["method"] == "GET" and given is not None:
            await _answer(scope, send, 303, _taken(scope, given), b"")
            return
        parts = [part for part in _path(scope).split("/") if part]
        if parts[:1] == [PHONE]:
            told = await answer_phone(scope, receive, parts, headers, self._folder)
            await _answer(scope, send, *told)
            return
        if parts[:1] == [OGC]:
            from gridmap.ogc.serving import answer_scope  # most apps are never asked for features

            told = await answer_scope(_features(self._folder), scope, parts, headers)
            await _answer(scope, send, *told)
            return
        if parts[:1] == [ROUTE]:
            # In a thread: a tile is cut from an image, or waited for.
            found = await asyncio.to_thread(answer_tile, parts, _sessions.get)
            await _answer(scope, send, *found)
            return
        sent = _sender(send, headers)
        if _is_visit(scope, headers):
            sent = _lost_instead(scope, send, sent)
            if not parts or parts[0] in self._pages:  # a map in a frame has a head of its own
                sent, scope = themed(sent), anew(scope)
        await self._app(scope, receive, sent)

    def _refused(self, scope: Scope, headers: Mapping[str, str]) -> int:
        """Give the status with which a request is refused; 0 to let it through."""
        parts = [part for part in _path(scope).split("/") if part]
        first = parts[0] if parts else ""
        core = parts[1] if first == "_stcore" and len(parts) > 1 else ""
        if not (first in ("", *_FILES, *self._pages) or core in _CORE) or _is_way_round(parts):
            return 404
        # Below a page the server would show the app, which finds no such page there.
        below = first in self._pages and len(parts) > 1
        if (below or first == "index.html") and _is_visit(scope, headers):
            return 404
        if core == "health":
            return 0
        if not self._has_accounts() and not is_of_this_machine(headers):
            return 403
        changes = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD", "OPTIONS")
        # What lets answers of phones in is their signature, whatever page they come from.
        if changes and parts != TAKING and not _is_own_page(headers):
            return 403
        if core == "upload_file" and changes and not _may_upload(scope, parts, headers):
            return 403
        return 0

    def _has_accounts(self) -> bool:
        try:
            return bool(accounts_in(self._folder))
        except GridmapError:
            return True  # damaged: whoever comes in sees that nobody can log in


def holds_start_key() -> bool:
    """Whether who looks at this page holds the start-up key; without a server nobody else can."""
    if not is_served():  # a test, which runs pages alone
        return True
    return holds_key(_KEY, _port(), st.context.cookies) and is_of_this_machine(
        dict(st.context.headers)
    )


def app_address() -> str:
    """Give the address of the app as this browser sees it, without page and question.

    At this machine, while the office network is open, it is the machine's own address: 127.0.0.1
    leads every phone to itself.
    """
    parts = urlsplit(st.context.url or "")
    if not parts.netloc:
        return ""
    if is_loopback(parts.hostname or "") and not is_loopback(st.get_option("server.address") or ""):
        found = office_addresses()
        if found:
            return f"{parts.scheme}://{found[0]}:{st.get_option('server.port')}"
    return f"{parts.scheme}://{parts.netloc}"


def can_restart() -> bool:
    """Whether the app was started by our command, which starts it again when it ends for that."""
    return _RESTARTS


def restart_soon() -> None:
    """End the server once the page is drawn, to be started anew with what was chosen meanwhile.

    Pages that are open connect again by themselves; what is not saved in them is lost.
    """
    threading.Timer(ANSWERED_S, os._exit, (RESTART,)).start()


def note_session(behalf: Behalf | None) -> None:
    """Note who uses the session of this page: files are taken from planners alone."""
    number = session_id()
    _sessions.pop(number, None)
    if behalf is None:
        return forget_tiles(number)
    _sessions[number] = behalf
    while len(_sessions) > SESSIONS_KEPT:
        _sessions.popitem(last=False)


@cache
def _features(folder: Path) -> Any:
    from gridmap.ogc import Service, settings_of
    from gridmap.ui.shell.auth import attempts

    def fits(text: str) -> bool:
        return holds_key(_KEY, _port(), {key_cookie(_port()): text})

    base = str(st.get_option("server.baseUrlPath") or "")
    own = (fits, key_cookie(_port()), base, theme_head())
    store = FilePlans(folder)  # who sees which is asked for each request
    return Service(folder, lambda _: store.paths(), settings_of(), attempts(), *own)


def _headers(scope: Scope) -> dict[str, str]:
    """Give the headers; one that is there twice has both values, so that neither is believed."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _is_way_round(parts: list[str]) -> bool:
    """Whether an address goes up again, or to an address of Streamlit by way of a page."""
    below = [after for part, after in pairwise([*parts, ""]) if part == "_stcore"]
    return any(part in (".", "..") or "\\" in part for part in parts) or any(
        part not in _CORE for part in below
    )


def _may_upload(scope: Scope, parts: list[str], headers: Mapping[str, str]) -> bool:
    """Whether a file is taken: of a planner any, of a cadre a photo of a board."""
    behalf = _sessions.get(parts[2]) if len(parts) > 2 else None
    if behalf is None or behalf.role not in ("planner", "cadre"):
        return False
    if behalf.role == "cadre" and scope["method"] != "DELETE":
        told = headers.get("content-length", "")
        # A length that nobody tells has no end.
        if not (told.isascii() and told.isdigit() and int(told[:12]) <= _PHOTO_BYTES):
            return False
    return is_valid(behalf)


def _is_own_page(headers: Mapping[str, str]) -> bool:
    """Whether a request comes from a page of this app, or from no page at all."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


def _taken(scope: Scope, given: str) -> dict[str, str]:
    """Send on to the same address without the key, which the browser keeps from now on."""
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    rest = urlencode([(name, value) for name, value in query if name != KEY])
    answer = {"location": f"{scope['path']}?{rest}" if rest else scope["path"]}
    if holds_key(_KEY, _port(), {key_cookie(_port()): given}):
        cookie: SimpleCookie = SimpleCookie({key_cookie(_port()): given})
        one = cookie[key_cookie(_port())]
        one["path"], one["httponly"], one["samesite"] = "/", True, "Strict"
        answer["set-cookie"] = one.OutputString()
    return answer


def _path(scope: Scope) -> str:
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    path: str = scope["path"]
    return path.removeprefix(f"/{base}") if base else path


def _port() -> int:
    return int(st.get_option("server.port"))


def _sender(send: Send, headers: Mapping[str, str]) -> Send:
    """Add our headers to an answer."""
    host = headers.get("host", "")
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            ours = HEADERS | {"Content-Security-Policy": _CONTENT.format(sockets=sockets)}
            mine = [(name.lower().encode(), value.encode()) for name, value in ours.items()]
            names = {name for name, _ in mine}
            kept = [pair for pair in message.get("headers", []) if pair[0].lower() not in names]
            message = {**message, "headers": [*kept, *mine]}
        await send(message)

    return sent


def _is_visit(scope: Scope, headers: Mapping[str, str]) -> bool:
    """Whether somebody opens the address as a page, and will read the answer."""
    wanted = scope["type"] == "http" and scope["method"] == "GET"
    return wanted and "text/html" in headers.get("accept", "")


async def _show_lost(scope: Scope, send: Send) -> None:
    """Answer that there is no such page; the way home keeps what the address said besides."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    query = scope.get("query_string", b"").decode("latin-1")
    home = (f"/{base}/" if base else "/") + (f"?{query}" if query else "")
    page = {"content-type": "text/html; charset=utf-8"}
    await _answer(scope, send, 404, page, lost_page(home))


def _lost_instead(scope: Scope, send: Send, sent: Send) -> Send:
    """Put our page where the server says in bare English that there is nothing.

    For a file that is not there it sends the app, which knows no such page either.
    """
    of_file = _path(scope).startswith("/static/")
    lost = False

    async def answered(message: Message) -> None:
        nonlocal lost
        if message["type"] == "http.response.start":
            told = dict(message.get("headers", []))
            is_page = told.get(b"content-type", b"").startswith(b"text/html")
            lost = message["status"] == 404 or (of_file and is_page)
            if not lost:
                await sent(message)
                return
            await _show_lost(scope, send)
        elif not lost:
            await sent(message)

    return answered


async def _answer(
    scope: Scope, send: Send, status: int, headers: Mapping[str, str], body: bytes
) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    told = {"content-type": "text/plain; charset=utf-8", "cache-control": "no-store", **headers}
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in told.items()]
    sent = _sender(send, {})
    await sent({"type": "http.response.start", "status": status, "headers": pairs})
    await sent({"type": "http.response.body", "body": body})
