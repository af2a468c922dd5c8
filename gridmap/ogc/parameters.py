"""The question that an address asks, read strictly: what is not known or no value is refused (400).

A `cursor` leads on from the feature after which a page ended, in the very versions that the first
page was of: what is published in between changes nothing, and no feature comes twice or never.
"""

import base64
import binascii
import json
import math
import re
from collections.abc import Collection as Names
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

from gridmap.ogc.catalogue import Catalogue
from gridmap.ogc.messages import RequestFault
from gridmap.ogc.queryables import filters_of
from gridmap.ogc.systems import CRS84, crs_list, require_crs

__all__ = ["GENERAL", "ITEM", "LEAST_LIMIT", "LIMIT", "MOST_LIMIT", "Cursor", "Question",
           "cursor_text", "item_question", "items_question", "read_query"]  # fmt: skip

LIMIT, LEAST_LIMIT, MOST_LIMIT = 100, 1, 1000  # features of a page
LONGEST = 4000  # characters of a query
MOST_VALUES = 40
# "t": the token of a link; "lang": of pages for people.
GENERAL = ("f", "lang", "t")
ITEM = (*GENERAL, "crs", "datetime")
_ITEMS = (*ITEM, "bbox", "bbox-crs", "limit", "cursor")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# Days of the record are those of China; a moment of another zone may fall on the day after.
_ZONE = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Cursor:
    """Where a page goes on: after which code, in which versions."""

    first: int
    last: int
    after: str


@dataclass(frozen=True)
class Question:
    """Which features are asked for.

    Attributes
    ----------
    span
        Serials of the first and last version; None when none was in force.
    after
        Code after which the page begins; "" for the first page.
    box, box_crs
        Corners as they were given, and their system; None for everywhere.
    crs
        System of the answer.
    filters
        Values of properties.
    """

    span: tuple[int, int] | None
    after: str = ""
    limit: int = LIMIT
    box: tuple[float, float, float, float] | None = None
    box_crs: str = CRS84
    crs: str = CRS84
    filters: dict[str, str] = field(default_factory=dict)


def read_query(query: str, known: Names[str]) -> dict[str, str]:
    """Read a query; every parameter has to be known and may stand there once.

    Raises
    ------
    RequestFault
        400.
    """
    if len(query) > LONGEST:
        raise RequestFault(400, "The query is too long.", "查询参数过长。")
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, max_num_fields=MOST_VALUES, errors="strict"
        )
    except ValueError:
        raise RequestFault(400, "The query cannot be read.", "查询参数无法读取。") from None
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            raise RequestFault(
                400,
                f"There is no parameter {name[:80]!r} here. Known: {', '.join(sorted(known))}.",
                f"此处没有参数“{name[:80]}”。可用：{'、'.join(sorted(known))}。",
            )
        if name in found:
            raise RequestFault(
                400,
                f"The parameter {name!r} is there twice.",
                f"参数“{name}”重复。",
            )
        if "\0" in value:
            raise _no_value(name, value, "text", "文字")
        found[name] = value
    return found


def items_question(
    catalogue: Catalogue, collection: str, query: str, *, today: date
) -> tuple[Question, dict[str, str]]:
    """Read what is asked of the features of a collection.

    Returns
    -------
    The question, and the parameters as they were given.

    Raises
    ------
    RequestFault
        400.
    """
    filters = filters_of(collection)
    told = read_query(query, {*_ITEMS, *filters})
    known = crs_list(catalogue.work_crs)
    span, after = _span(catalogue, told.get("datetime"), today), ""
    if "cursor" in told:
        cursor = _cursor(told["cursor"])
        span, after = (cursor.first, cursor.last), cursor.after
    if "bbox-crs" in told and "bbox" not in told:
        raise RequestFault(400, "There is a bbox-crs without a bbox.", "有 bbox-crs 而无 bbox。")
    return Question(
        span,
        after,
        _limit(told.get("limit")),
        _box(told["bbox"]) if "bbox" in told else None,
        require_crs(told.get("bbox-crs", CRS84), known, "bbox-crs"),
        require_crs(told.get("crs", CRS84), known, "crs"),
        {name: told[name] for name in filters if name in told},
    ), told


def item_question(catalogue: Catalogue, query: str, *, today: date) -> Question:
    """Read what is asked of one feature: system and day.

    Raises
    ------
    RequestFault
        400.
    """
    told = read_query(query, ITEM)
    crs = require_crs(told.get("crs", CRS84), crs_list(catalogue.work_crs), "crs")
    return Question(_span(catalogue, told.get("datetime"), today), crs=crs)


def cursor_text(cursor: Cursor) -> str:
    """Write a cursor for an address."""
    told = json.dumps([cursor.first, cursor.last, cursor.after], ensure_ascii=False)
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _cursor(text: str) -> Cursor:
    try:
        raw = text.encode("ascii")
        told: Any = json.loads(base64.b64decode(raw + b"=" * (-len(raw) % 4), b"-_", validate=True))
        first, last, after = told
        whole = all(type(one) is int and 0 < one < 2**31 for one in (first, last))
        if not (whole and isinstance(after, str) and after and "\0" not in after):
            raise ValueError
        after.encode()  # half a pair of UTF-16 is no text
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise RequestFault(
            400,
            "The cursor is none of ours: follow the link 'next' of a page as it is.",
            "cursor 无效：请原样使用上一页给出的 next 链接。",
        ) from None
    return Cursor(first, last, after)


def _limit(text: str | None) -> int:
    if text is None:
        return LIMIT
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= LEAST_LIMIT):
        raise _no_value("limit", text, f"a whole number from {LEAST_LIMIT}",
                        f"不小于 {LEAST_LIMIT} 的整数")  # fmt: skip
    return min(int(text), MOST_LIMIT)


def _box(text: str) -> tuple[float, float, float, float]:
    try:
        values = [float(one) for one in text.split(",")]
    except ValueError:
        values = []
    if len(values) == 6:  # heights: nothing of ours has any
        values = [*values[0:2], *values[3:5]]
    if len(values) != 4 or not all(math.isfinite(value) for value in values):
        raise _no_value("bbox", text, "four numbers with commas: the lower corner, then the upper",
                        "以逗号分隔的四个数：先下角，后上角")  # fmt: skip
    return values[0], values[1], values[2], values[3]


def _span(catalogue: Catalogue, text: str | None, today: date) -> tuple[int, int] | None:
    """Give the serials that a moment or a span of time is about; without one, what is in force."""
    if text is None:
        now = catalogue.on(today)
        return (now.serial, now.serial) if now else None
    parts = text.split("/")
    if len(parts) == 1:
        day = _day(text, text)
        return catalogue.between(day, day)
    if len(parts) != 2:
        raise _no_time(text)
    first, last = (None if one in ("", "..") else _day(one, text) for one in parts)
    if first is not None and last is not None and last < first:
        raise _no_time(text)
    return catalogue.between(first, last)


def _day(part: str, text: str) -> date:
    try:
        if _DAY.fullmatch(part):
            return date.fromisoformat(part)
        if "T" not in part.upper():
            raise _no_time(text)
        moment = datetime.fromisoformat(part.upper())
        return moment.astimezone(_ZONE).date() if moment.tzinfo else moment.date()
    except (ValueError, OverflowError):
        raise _no_time(text) from None


def _no_time(text: str) -> RequestFault:
    return _no_value(
        "datetime", text, "a day such as 2026-11-30, a moment, or a span such as 2026-01-01/..",
        "一个日期（如 2026-11-30）、时刻，或区间（如 2026-01-01/..）",
    )  # fmt: skip


def _no_value(name: str, text: str, wanted: str, wanted_zh: str) -> RequestFault:
    return RequestFault(
        400,
        f"{name}={text[:80]!r} is not {wanted}.",
        f"{name} 的值“{text[:80]}”不对，应为{wanted_zh}。",
    )
