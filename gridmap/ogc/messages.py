"""Requests, answers, their form, and why there is none: plain values, without a server.

The form is what the address says (`f`), else what the client likes best.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import Any

__all__ = [
    "Answer",
    "Request",
    "RequestFault",
    "chosen_form",
    "is_known",
    "json_answer",
    "tag_of",
    "takes_gzip",
]

FORMS = ("json", "html")
_JSON = ("application/json", "application/geo+json", "application/schema+json",
         "application/vnd.oai.openapi+json", "application/*", "*/*")  # fmt: skip
_HTML = ("text/html", "application/xhtml+xml", "text/*")


class RequestFault(Exception):
    """A request that is refused.

    Attributes
    ----------
    status
        Of HTTP.
    en, zh
        What is wrong and what to do.
    headers
        That go with the answer.
    """

    def __init__(
        self, status: int, en: str, zh: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(en)
        self.status, self.en, self.zh = status, en, zh
        self.headers = dict(headers or {})

    @property
    def told(self) -> dict[str, str]:
        """What an answer in JSON says, as OGC API – Features has it."""
        code = HTTPStatus(self.status).phrase.replace(" ", "")
        return {"code": code, "description": self.en, "description_zh": self.zh}


@dataclass(frozen=True)
class Request:
    """What is asked.

    Attributes
    ----------
    method
        Of HTTP.
    parts
        Of the address, below the first one.
    query
        Behind the question mark, as it came.
    headers
        With names in lower case.
    address
        From where it comes.
    base
        Address of the app with the first part, without a slash: https://office:8501/ogc.
    today
        Day of the request.
    """

    method: str
    parts: tuple[str, ...]
    query: str
    headers: Mapping[str, str]
    address: str
    base: str
    today: date


@dataclass(frozen=True)
class Answer:
    """What is answered; `packed` gives the body as gzip where parts of it are at hand as such."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    packed: Callable[[], bytes] | None = None


def json_answer(value: Any, kind: str, status: int = 200, **headers: str) -> Answer:
    """Write a value as JSON; its tag is the digest of it."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    told = {"content-type": f"{kind}; charset=utf-8" if kind.endswith("/json") else kind}
    if status == 200:
        told["etag"] = tag_of(body)
    return Answer(status, {**told, **headers}, body)


def tag_of(*told: object) -> str:
    """Give the tag of an answer by what decides on it; weak, as answers bear their time."""
    digest = hashlib.sha256()
    for one in told:
        digest.update(one if isinstance(one, bytes) else repr(one).encode())
    return f'W/"{digest.hexdigest()[:24]}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether the client has an answer already, by the tag that it got with it."""
    known = request.headers.get("if-none-match", "")
    strong = tag.removeprefix("W/")
    return known.strip() == "*" or any(
        one.strip().removeprefix("W/") == strong for one in known.split(",")
    )


def chosen_form(wanted: str | None, accept: str) -> str:
    """Give "json" or "html".

    Raises
    ------
    RequestFault
        400 for another value of `f`, 406 for a client that takes neither.
    """
    if wanted is not None:
        if wanted in FORMS:
            return wanted
        raise RequestFault(
            400, f"f={wanted[:40]!r} is neither json nor html.", "f 只能是 json 或 html。"
        )
    if not accept.strip():
        return "json"
    likes = _likes(accept)
    json = max((likes.get(kind, 0.0) for kind in _JSON), default=0.0)
    html = max((likes.get(kind, 0.0) for kind in _HTML), default=0.0)
    if json <= 0 and html <= 0:
        raise RequestFault(
            406, "There is JSON and HTML; the header Accept takes neither.",
            "只提供 JSON 和 HTML，请求头 Accept 都不接受。",
        )  # fmt: skip
    # Browsers take anything, pages named first.
    named_html = html > 0 and html >= json
    return "html" if named_html and not (html == json and _first(accept)) else "json"


def takes_gzip(accepted: str) -> bool:
    """Whether a client takes compressed answers."""
    likes = _likes(accepted)
    return likes.get("gzip", likes.get("*", 0.0)) > 0


def _first(accept: str) -> bool:
    """Whether JSON is named before pages."""
    kinds = [kind for kind in _likes(accept) if kind in (*_JSON, *_HTML)]
    return bool(kinds) and kinds[0] in _JSON


def _likes(header: str) -> dict[str, float]:
    """Give how much each is liked, in the order they are named."""
    found: dict[str, float] = {}
    for part in header[:2000].split(","):
        kind, *more = (piece.strip() for piece in part.split(";"))
        quality = next((piece[2:] for piece in more if piece.startswith("q=")), "1")
        try:
            found[kind.lower()] = min(1.0, max(0.0, float(quality)))
        except ValueError:
            found[kind.lower()] = 0.0
    return found
