"""The addresses of phone pages on this server: the page of a link, and where answers are taken.

They stand before Streamlit, which knows nothing of them. What is sent is read within bounds of
size, of time and of how often.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from gridmap.access.links import TOKEN
from gridmap.phone.answer_file import MOST_BYTES
from gridmap.phone.serving import Plans, Served, serve_file, serve_page, serve_taking
from gridmap.ui.shell.plans import find_plans, open_plan
from gridmap.ui.theme.no_page import shut_page
from gridmap.words import Language

__all__ = ["ROUTE", "TAKING", "answer_phone"]

ROUTE = "phone"  # first part of the addresses
TAKING = [ROUTE, "answers"]
PATIENCE_S = 60.0  # for what is sent
AT_ONCE = 2  # files that are read and taken in
MOST_OFTEN, WINDOW_S = 60, 60.0  # requests with answers from one address
ADDRESSES_KEPT = 1000
# Pages that were opened as files, or at another address of the app, send answers too.
_ANY_PAGE = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "content-type",
    "access-control-allow-private-network": "true",
}
_asked: OrderedDict[str, deque[float]] = OrderedDict()
_busy = 0

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Answer = tuple[int, dict[str, str], bytes]


async def answer_phone(
    scope: Scope, receive: Receive, parts: list[str], headers: Mapping[str, str], folder: Path
) -> Answer:
    """Answer a request below the route.

    Parameters
    ----------
    scope, receive
        As a server gives them.
    parts, headers
        Parts of the address, the route first, and headers of the request.
    folder
        Of the plans.

    Returns
    -------
    Status, headers and body.
    """
    plans = Plans(folder, find_plans, open_plan)
    if parts == TAKING:
        return await _take(scope, receive, headers, plans)
    if scope["method"] not in ("GET", "HEAD") or len(parts) > 2:
        return 405 if len(parts) <= 2 else 404, {}, b""
    query = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
    language: Language = "en" if query.get("lang") == "en" else "zh"
    token = query.get(TOKEN, "")
    if len(parts) == 2:
        return _answered(serve_file(parts[1], token, language=language), language)
    if not scope["path"].endswith("/"):  # what is installed lies below the page's own folder
        asked = scope.get("query_string", b"").decode("latin-1")
        return 308, {"location": f"{scope['path']}/" + (f"?{asked}" if asked else "")}, b""
    served = await asyncio.to_thread(
        serve_page, plans, token, language=language, today=date.today()
    )
    return _answered(served, language)


async def _take(scope: Scope, receive: Receive, headers: Mapping[str, str], plans: Plans) -> Answer:
    global _busy
    if scope["method"] == "OPTIONS":
        return 204, _ANY_PAGE, b""
    if scope["method"] != "POST":
        return 405, _ANY_PAGE, b""
    client = scope.get("client") or ("",)
    if _too_often(f"{client[0]} {headers.get('x-forwarded-for', '')[:100]}") or _busy >= AT_ONCE:
        return 429, {**_ANY_PAGE, "retry-after": "60"}, b""
    _busy += 1
    try:
        data = await asyncio.wait_for(_body(receive, headers), PATIENCE_S)
        if data is None:
            return 413, _ANY_PAGE, b""
        served = await asyncio.to_thread(serve_taking, plans, data, when=datetime.now())
    except TimeoutError:
        return 408, _ANY_PAGE, b""
    finally:
        _busy -= 1
    return _answered(served, "zh")


async def _body(receive: Receive, headers: Mapping[str, str]) -> bytes | None:
    """Read what is sent; None as soon as it is more than a file of answers ever has."""
    told = headers.get("content-length", "")
    if told.isdecimal() and int(told[:20]) > MOST_BYTES:
        return None
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":  # the phone has gone
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BYTES:
            return None
        more = bool(message.get("more_body"))
    return b"".join(parts)


def _too_often(address: str) -> bool:
    now = time.monotonic()
    times = _asked.setdefault(address, deque())
    _asked.move_to_end(address)
    while len(_asked) > ADDRESSES_KEPT:
        _asked.popitem(last=False)
    while times and now - times[0] > WINDOW_S:
        times.popleft()
    if len(times) >= MOST_OFTEN:
        return True
    times.append(now)
    return False


def _answered(served: Served, language: Language) -> Answer:
    if served.closed is None:
        return served.status, served.headers, served.body
    page = {"content-type": "text/html; charset=utf-8"}
    return served.status, page, shut_page(served.closed, language)
