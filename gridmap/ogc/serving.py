"""Requests as a server gives them (ASGI), handed to threads that answer them.

The threads are few and their own, so that a GIS that fetches a whole town leaves room for the
pages of the app.
"""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from urllib.parse import quote

from gridmap.ogc.answering import Service, answer
from gridmap.ogc.messages import Request

__all__ = ["answer_scope"]

AT_ONCE = 2  # requests that are worked on
_WORKERS = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="ogc")
_SCHEMES = ("http", "https")

Answered = tuple[int, dict[str, str], bytes]


async def answer_scope(
    service: Service,
    scope: Mapping[str, Any],
    parts: Sequence[str],
    headers: Mapping[str, str],
) -> Answered:
    """Answer a request below the route.

    Parameters
    ----------
    service
        What answers.
    scope
        As a server gives it.
    parts, headers
        Parts of the address, the route first, and headers of the request.

    Returns
    -------
    Status, headers and body.
    """
    # A proxy that speaks HTTPS to the outside says so; links have to lead back through it.
    scheme = headers.get("x-forwarded-proto", "").strip().lower()
    scheme = scheme if scheme in _SCHEMES else scope.get("scheme", "http")
    host = headers.get("host", "")
    below = "/".join(
        quote(one, safe="") for one in [*service.base_path.split("/"), parts[0]] if one
    )
    client = scope.get("client") or ("",)
    asked = Request(
        scope["method"],
        tuple(parts[1:]),
        scope.get("query_string", b"").decode("latin-1"),
        headers,
        str(client[0]),
        f"{scheme}://{quote(host, safe='.-:[]')}/{below}",
        date.today(),
    )
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(_WORKERS, answer, service, asked)
    return found.status, found.headers, found.body
