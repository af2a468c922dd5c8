"""The page of a link as the app serves it, to be installed, and the address that takes answers.

Nothing of Streamlit is needed here. What opens the page is the token of the link; answers carry
their signature and need neither token nor cookie, so that a page that was opened as a file hands
them on the same way. Whatever comes is read within bounds and answered in words.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from gridmap.access.behalf import Behalf, acting
from gridmap.access.link_key import key_of
from gridmap.access.links import TOKEN, State, find_link, links_of, token_of
from gridmap.access.sidecar import beside
from gridmap.phone.answer_file import Envelope, read_envelope
from gridmap.phone.making import values_for
from gridmap.phone.own_map import own_bytes
from gridmap.phone.page import page_of
from gridmap.phone.take_in import Taken, take_in
from gridmap.phone.values import mark_of
from gridmap.plan.plan import Plan
from gridmap.words import LANGUAGES, Language, say, words_in
from layers.contract.errors import GridmapError, PlanError, UsageError

__all__ = ["Plans", "Served", "serve_file", "serve_page", "serve_taking"]

KEPT = 32  # pages in memory; the oldest go
MARK = "x-gridmap-mark"  # header: another one when the page says something new
POLICY = "; connect-src 'self'; manifest-src 'self'; worker-src 'self'"
HTML, JSON = "text/html; charset=utf-8", "application/json; charset=utf-8"
ICONS = {"icon-192.png": 192, "icon-512.png": 512}
MANIFEST, WORKER = "app.webmanifest", "worker.js"
_pages: OrderedDict[tuple[Any, ...], tuple[str, bytes]] = OrderedDict()
_LOCK = Lock()


@dataclass(frozen=True)
class Plans:
    """Where plans are: the folder, how they are found in it and opened."""

    folder: Path
    find: Callable[[Path], Iterable[Path]]
    load: Callable[[Path], Plan]


@dataclass(frozen=True)
class Served:
    """An answer: status, headers, body; `closed` says which page stands there instead."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    closed: State | None = None


def serve_page(plans: Plans, token: str, *, language: Language, today: date) -> Served:
    """Serve the page of a link.

    Parameters
    ----------
    plans
        Where plans are.
    token
        What the address says.
    language
        Language that the page opens in.
    today
        Day on which the link has to open.

    Returns
    -------
    The page, with a header that changes when it says something new. 410 for a link that has ended
    for good, so that what a phone has kept of it goes; 403 or 404 for any other that does not open.
    """
    opened, path = find_link(plans.find(plans.folder), token, today=today)
    if opened.state != "good" or path is None or opened.is_view:
        state: State = "foreign" if opened.state == "good" else opened.state
        gone = state in ("revoked", "expired")
        return Served(410 if gone else 403 if state == "paused" else 404, closed=state)
    try:
        mark, page = _page(plans, path, opened.serial, token, language, today)
    except PlanError:  # on no post any more, or made of secrets since
        return Served(404, closed="foreign")
    return Served(200, {"content-type": HTML, MARK: mark}, page)


def serve_file(name: str, token: str, *, language: Language) -> Served:
    """Serve what belongs to the page: its worker, its icons and the manifest that installs it."""
    if name in ICONS:
        told = {"content-type": "image/png", "cache-control": "max-age=86400"}
        return Served(200, told, own_bytes(name))
    if name == WORKER:
        return Served(200, {"content-type": "text/javascript; charset=utf-8"}, own_bytes(name))
    if name != MANIFEST:
        return Served(404)
    title = say("my_grids.title", language)
    manifest = {
        "name": title,
        "short_name": title,
        "lang": "zh-CN" if language == "zh" else "en",
        "start_url": _start(token, language),
        "scope": "./",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0b5cad",
        "icons": [
            {"src": one, "sizes": f"{side}x{side}", "type": "image/png", "purpose": "any maskable"}
            for one, side in ICONS.items()
        ],
    }
    body = json.dumps(manifest, ensure_ascii=False).encode()
    return Served(200, {"content-type": "application/manifest+json; charset=utf-8"}, body)


def serve_taking(plans: Plans, data: bytes, *, when: datetime) -> Served:
    """Take a file of answers in that a page has sent; says what became of each answer.

    Any page may ask, for what lets answers in is their signature: no cookie, no token.
    """
    try:
        envelope = read_envelope(data)
        path, behalf = _for_whom(plans, envelope)
        with acting(behalf):
            taken = take_in(plans.load(path), path, data, when=when)
    except UsageError as error:
        return _told(400, {"why": {one: error.text(one) for one in LANGUAGES}})
    except GridmapError:  # where files lie and what is wrong with them is the planner's to know
        why = {one: say("my_grids.no_answers", one) for one in LANGUAGES}
        return _told(503, {"why": why})
    return _told(200, {"answers": _rows(taken)})


def _page(
    plans: Plans, path: Path, serial: str, token: str, language: Language, today: date
) -> tuple[str, bytes]:
    """Make a page, or give it as it was made before of the same files."""
    files = (path, beside(path, "answers"), beside(path, "links"))
    stamps = [
        (one.stat().st_mtime_ns, one.stat().st_size) if one.exists() else None for one in files
    ]
    key = (str(path), *stamps, serial, language, today)
    with _LOCK:
        if key in _pages:
            return _pages[key]
        values = values_for(plans.load(path), path, serial, today=today, language=language)
        values["link"]["address"] = ".."  # of the app, from the address of this page
        mark = mark_of(values)
        values["served"] = {"mark": mark}
        for one in LANGUAGES:
            values["words"][one] |= words_in(one, "my_way.insecure")
        manifest = f"{MANIFEST}?{urlencode({TOKEN: token, 'lang': language})}"
        head = (
            f'<link rel="manifest" href="{manifest}">'
            '<link rel="icon" href="icon-192.png"><link rel="apple-touch-icon" href="icon-192.png">'
        )
        made = mark, page_of(values, head=head, more=POLICY)
        _pages[key] = made
        while len(_pages) > KEPT:
            _pages.popitem(last=False)
    return made


def _start(token: str, language: Language) -> str:
    told = {TOKEN: token} | ({"lang": language} if language != "zh" else {})
    return f"./?{urlencode(told)}"


def _for_whom(plans: Plans, envelope: Envelope) -> tuple[Path, Behalf]:
    """Find the plan that a file belongs to, and for whom its answers are written."""
    for path in plans.find(plans.folder):
        try:
            key = key_of(path)
            if key is None or key.plan != envelope.plan:
                continue
            link = next((one for one in links_of(path) if one.serial == envelope.link), None)
        except GridmapError:  # what is damaged beside one plan closes no other
            continue
        if link is not None:
            token = token_of(path, link)
            return path, Behalf(plans.folder, "cadre", token=token, plan_path=path)
    raise UsageError(
        "The plan of this page is not here any more. Ask the grid office for a new page.",
        "这里已没有该手机页所属的方案。请向镇网格办索取新的手机页。",
    )


def _rows(taken: Taken) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "outcome": one.outcome,
            "why": {"zh": one.why_zh, "en": one.why} if one.why else None,
        }
        for one in taken.answers
    ]


def _told(status: int, told: dict[str, Any]) -> Served:
    body = json.dumps(told, ensure_ascii=False).encode()
    return Served(status, {"content-type": JSON, "access-control-allow-origin": "*"}, body)
