"""Features as answers: a page of a collection with the link to the next, or one feature."""

import hashlib
import json
import struct
import zlib
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from gridmap.ogc.catalogue import Catalogue
from gridmap.ogc.documents import GEOJSON, HTML, Place, head_of
from gridmap.ogc.feature_file import HOUSE
from gridmap.ogc.finding import Page, find_one, find_page, given_up
from gridmap.ogc.messages import Answer, Request, RequestFault, is_known, tag_of
from gridmap.ogc.parameters import (
    Cursor,
    Question,
    cursor_text,
    item_question,
    items_question,
)
from gridmap.ogc.queryables import OBJECTS, named, prefix_of
from gridmap.ogc.systems import CRS84, in_crs

__all__ = ["Items", "items_answer", "items_of", "one_answer", "one_of"]

_END = b"\n]}\n"
_GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"  # RFC 1952, without a time
_LAST_BLOCK = b"\x03\0"
_LEVEL = 6
_LOT = 10  # texts compressed together: half of what each by itself would take
_LOT_COST = 1000  # bytes of memory beside its own
_MOST_KEPT = 64_000_000
_lots: OrderedDict[bytes, bytes] = OrderedDict()
_kept_bytes = 0
_LOCK = Lock()
_KEPT = ("lang", "t")  # parameters that every link carries on by itself


@dataclass(frozen=True)
class Items:
    """A page of features, or one; `page` is None where the client has it already (`tag`)."""

    collection: str
    question: Question
    tag: str
    links: list[dict[str, str]]
    head: dict[str, Any]
    page: Page | None


def items_of(
    request: Request, catalogue: Catalogue, collection: str, place: Place, form: str
) -> Items:
    """Find the features that a request asks for.

    Raises
    ------
    RequestFault
        400 for what is no question.
    """
    question, told = items_question(catalogue, collection, request.query, today=request.today)
    told = {name: value for name, value in told.items() if name not in (*_KEPT, "f")}
    tag = tag_of(catalogue.mark, collection, question, told, place, form)
    head = head_of(catalogue, question.span)
    at, zh_en = ("collections", collection, "items"), " ".join(named(collection))
    links = [
        place.link("self", GEOJSON, "本页 This page", *at, **told, f="json"),
        place.link("alternate", HTML, "网页 As a page", *at, **told, f="html"),
        place.link("collection", "application/json", zh_en, *at[:2], f="json"),
    ]
    if is_known(request, tag):
        return Items(collection, question, tag, links, head, None)
    page = find_page(catalogue, collection, question)
    if page.after and question.span is not None:
        text = cursor_text(Cursor(*question.span, page.after))
        told = {**told, "cursor": text}
        links.append(place.link("next", GEOJSON, "下一页 Next page", *at, **told, f="json"))
    return Items(collection, question, tag, links, head, page)


def items_answer(items: Items) -> Answer:
    """Write a page as GeoJSON."""
    page, uri = items.page, items.question.crs
    if page is None:
        return Answer(304, _headers(items))
    start: dict[str, Any] = {
        "type": "FeatureCollection",
        "timeStamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "numberMatched": page.matched,
        "numberReturned": len(page.texts),
        "links": items.links,
        "gridmap": items.head,
    }
    begin = json.dumps(start, ensure_ascii=False, separators=(",", ":")).encode()[:-1]
    texts = page.texts if uri == CRS84 else [in_crs(text, uri) for text in page.texts]
    begin += b',"features":[\n'
    body = b"%s%s%s" % (begin, b",\n".join(texts), _END)
    answer = Answer(200, {"content-type": GEOJSON, **_headers(items)}, body)
    if uri != CRS84 or not texts:
        return answer
    return replace(answer, packed=lambda: _packed(page, begin, body))


def _packed(page: Page, begin: bytes, body: bytes) -> bytes:
    """Give a page as gzip, of texts that were compressed for other pages before.

    Texts are compressed some at a time, each lot by itself (RFC 1951: blocks may be put one after
    the other where they refer to nothing before them). Where a lot ends is told by the number of
    its last text, so that pages that begin elsewhere have the same lots.
    """
    parts = [_GZIP_HEAD, _deflated(begin, level=1)]
    first = 0
    for place, fid in enumerate(page.fids, 1):
        is_last = place == len(page.fids)
        if is_last or fid % _LOT == 0:
            text = b",\n".join(page.texts[first:place]) + (_END if is_last else b",\n")
            # By what it says: under the same numbers another file may stand by now.
            key = hashlib.blake2b(text, digest_size=32).digest()
            lot = _lots.get(key)
            if lot is None:
                lot = _keep(key, _deflated(text))
            parts.append(lot)
            first = place
    parts += [_LAST_BLOCK, struct.pack("<II", zlib.crc32(body), len(body) & 0xFFFFFFFF)]
    return b"".join(parts)


def _deflated(text: bytes, *, level: int = _LEVEL) -> bytes:
    """Compress a text so that what follows it may be any such text."""
    worker = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return worker.compress(text) + worker.flush(zlib.Z_FULL_FLUSH)


def _keep(key: bytes, lot: bytes) -> bytes:
    """Keep a lot for other pages; the oldest go."""
    global _kept_bytes
    with _LOCK:
        if key not in _lots:
            _lots[key] = lot
            _kept_bytes += len(lot) + _LOT_COST
        while _kept_bytes > _MOST_KEPT:
            _, gone = _lots.popitem(last=False)
            _kept_bytes -= len(gone) + _LOT_COST
    return lot


def one_of(
    request: Request, catalogue: Catalogue, collection: str, name: str, place: Place, form: str
) -> Items:  # fmt: skip
    """Find one feature by its id.

    Raises
    ------
    RequestFault
        404 with the reason where there is none, 400 for what is no question.
    """
    question = item_question(catalogue, request.query, today=request.today)
    prefix = prefix_of(collection)
    key = name.removeprefix(prefix)
    tag = tag_of(catalogue.mark, collection, key, question, place, form)
    at, zh_en = ("collections", collection, "items", f"{prefix}{key}"), " ".join(named(collection))
    links = [
        place.link("self", GEOJSON, "本文档 This document", *at, f="json"),
        place.link("alternate", HTML, "网页 As a page", *at, f="html"),
        place.link("collection", "application/json", zh_en, *at[:2], f="json"),
    ]
    text = None
    if name.startswith(prefix) and question.span is not None and "\0" not in key:
        text = find_one(catalogue, collection, key, question.span)
    if text is None:
        raise _not_there(catalogue, collection, name, key)
    items = Items(
        collection, question, tag, links, head_of(catalogue, question.span), Page([text], 1)
    )
    return replace(items, page=None) if is_known(request, tag) else items


def one_answer(items: Items) -> Answer:
    """Write a feature as GeoJSON."""
    if items.page is None:
        return Answer(304, _headers(items))
    text = in_crs(items.page.texts[0], items.question.crs)
    more = json.dumps({"links": items.links, "gridmap": items.head}, ensure_ascii=False,
                      separators=(",", ":")).encode()  # fmt: skip
    body = text[:-1] + b"," + more[1:] + b"\n"
    return Answer(200, {"content-type": GEOJSON, **_headers(items)}, body)


def _headers(items: Items) -> dict[str, str]:
    links = ", ".join(f'<{one["href"]}>; rel="{one["rel"]}"; type="{one["type"]}"'
                      for one in items.links)  # fmt: skip
    return {"etag": items.tag, "content-crs": f"<{items.question.crs}>", "link": links}


def _not_there(catalogue: Catalogue, collection: str, name: str, key: str) -> RequestFault:
    """Say why there is no feature; what became of a code is told to the house alone."""
    en = f"There is no feature {name[:80]!r} in {collection} at the time asked for."
    zh = f"所查时间内，{collection} 中没有“{name[:80]}”。"
    if not name.startswith(prefix_of(collection)):
        en += f" Ids begin with {prefix_of(collection)!r}."
        zh += f"编号以“{prefix_of(collection)}”开头。"
    elif catalogue.audience == HOUSE and collection != OBJECTS:
        found = given_up(catalogue, key)
        if found is not None:
            day, successors = found
            en += f" The code was given up; its last day was {day}."
            zh += f"该编码已停用，最后有效日为 {day}。"
            if successors:
                en += f" Its ground went to {successors.replace(';', ', ')}."
                zh += f"其地块并入 {successors.replace(';', '、')}。"
    return RequestFault(404, en, zh)
