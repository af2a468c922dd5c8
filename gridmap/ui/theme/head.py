"""The page that Streamlit sends, with the app's theme in its head.

Streamlit picks its theme as its script starts, and has no way to be told another one later. A
script of ours must therefore run before it; nothing but the server can put one there.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from gridmap.maps.page import asset

__all__ = ["anew", "theme_head", "themed"]

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]

_HERE = Path(__file__).parent
_MARK = b"<head>"
# A browser's copy would be compared with Streamlit's page alone; a packed page, or a part of it,
# cannot be added to.
_NOT_ASKED = {b"if-none-match", b"if-modified-since", b"accept-encoding", b"range"}
_TELLS_VERSION = {b"etag", b"last-modified"}


@cache
def theme_head() -> str:
    """Give the script that sets the theme, and the colours, for the head of a page."""
    script = (_HERE / "head.js").read_text(encoding="utf-8")
    return f"<style>{asset('colours.css')}</style><script>{script}</script>"


def anew(scope: Mapping[str, Any]) -> dict[str, Any]:
    """Give a request that is answered with the whole page, and not packed."""
    kept = [pair for pair in scope["headers"] if pair[0].lower() not in _NOT_ASKED]
    return {**scope, "headers": kept}


def themed(sent: Send) -> Send:
    """Put the theme into the head of the page that passes; other answers stay as they are."""
    start: Message | None = None

    async def passed(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
            return
        body = message.get("body", b"")
        if start is not None:
            if _MARK in body:
                added = theme_head().encode()
                body = body.replace(_MARK, _MARK + added, 1)
                start = {**start, "headers": _longer(start.get("headers", []), len(added))}
            await sent(start)
            start = None
        await sent({**message, "body": body})

    return passed


def _longer(headers: list[tuple[bytes, bytes]], by: int) -> list[tuple[bytes, bytes]]:
    """Give the headers of an answer that has grown, without what marks its version."""
    return [
        (name, str(int(value) + by).encode() if name.lower() == b"content-length" else value)
        for name, value in headers
        if name.lower() not in _TELLS_VERSION
    ]
