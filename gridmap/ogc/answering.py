"""One request answered: which document or features an address means, and in which form.

/ogc lists plans; /ogc/house/PLAN and /ogc/public/PLAN are the interfaces of a plan, for the house
and for the public; PLAN is the id of the plan. Nothing here is of a server, and nothing is
changed by any request.
"""

import gzip
import math
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from gridmap.access.attempts import Attempts
from gridmap.ogc.catalogue import Catalogue, catalogue_of, has_versions
from gridmap.ogc.documents import (
    HTML,
    JSON,
    OPENAPI,
    SCHEMA,
    Place,
    collection_of,
    collections_of,
    conformance,
    landing,
)
from gridmap.ogc.entry import Asker, Bounds, Door, find_asker, require_house
from gridmap.ogc.items import items_answer, items_of, one_answer, one_of
from gridmap.ogc.messages import (
    Answer,
    Request,
    RequestFault,
    chosen_form,
    is_known,
    json_answer,
    tag_of,
    takes_gzip,
)
from gridmap.ogc.openapi import openapi
from gridmap.ogc.pages import Shown, document_page, fault_page, items_page
from gridmap.ogc.parameters import GENERAL, read_query
from gridmap.ogc.queryables import schema_of
from gridmap.ogc.settings import Settings
from gridmap.plan_store.heads import head_of
from gridmap.store.form import SUFFIX
from gridmap.store.glance import stem_of
from gridmap.words import Language
from layers.contract.errors import GridmapError

__all__ = ["Service", "answer"]

_METHODS = "GET, HEAD, OPTIONS"
_VARY = "Accept, Accept-Encoding, Authorization, Cookie, Origin"
LEAST_GZIP = 1400  # bytes: less goes in one packet anyway
LISTED_S = 1.0  # how long the list of plans is believed
WHY = {
    "secret": ("its layers are state secrets", "资料涉密"),
    "licence": ("the rules name no licence for it", "规则中没有写明数据许可"),
    "sensitive": ("all of its ground is sensitive", "全部地块为敏感内容"),
}


@dataclass
class Service:
    """What answers: the plans of a folder, and what was chosen for programs.

    Attributes
    ----------
    folder
        Of plans and accounts.
    find
        Finds the plans in it, by id (`gridmap.plan_store.FilePlans.paths`).
    settings
        What whoever runs the app has chosen.
    attempts
        Of all who give passwords.
    fits_start_key, start_cookie
        Whether a text is the start-up key, and the name of the cookie that holds it.
    base_path
        Path below which the app is served; "" for none.
    head
        For the head of pages: the theme of the app.
    """

    folder: Path
    find: Callable[[Path], Mapping[str, Path]]
    settings: Settings
    attempts: Attempts
    fits_start_key: Callable[[str], bool]
    start_cookie: str = ""
    base_path: str = ""
    head: str = ""
    bounds: Bounds = field(default_factory=Bounds)
    _listed: tuple[float, Mapping[str, Path]] = (-math.inf, {})

    def plans(self) -> Mapping[str, Path]:
        """Give all plans by their ids."""
        since, found = self._listed
        if time.monotonic() - since > LISTED_S:
            found = self.find(self.folder)
            self._listed = (time.monotonic(), found)
        return found

    def plan_named(self, name: str) -> Path | None:
        """Find the plan that an address names: by its id, or as addresses of before ids did."""
        plans = self.plans()
        if name in plans:
            return plans[name]
        return next((one for one in sorted(plans.values()) if self._name_before(one) == name), None)

    def _name_before(self, path: Path) -> str:
        """Name a plan by its file, folders before it with "~" between."""
        *above, name = path.relative_to(self.folder).parts
        return "~".join([*above, name.removesuffix(SUFFIX)])


def answer(service: Service, request: Request) -> Answer:
    """Answer a request; never raises for what was asked.

    Parameters
    ----------
    service
        What answers.
    request
        What is asked.
    """
    try:
        found = _answered(service, request)
    except RequestFault as fault:
        found = _refused(service, request, fault)
    except GridmapError as error:
        # Where files lie and what is wrong with them is for who runs the app, not for who asks.
        print(f"gridmap: {error}", file=sys.stderr, flush=True)
        told = "The plan cannot be served. Tell whoever runs the app."
        closed = RequestFault(503, told, "该方案暂时无法提供，请告知程序管理员。")
        found = _refused(service, request, closed)
    return _sent(found, service.settings, request)


def _refused(service: Service, request: Request, fault: RequestFault) -> Answer:
    """Say why there is no answer, as data or as a page."""
    told = dict(parse_qsl(request.query, keep_blank_values=True))
    try:
        form = chosen_form(told.get("f"), request.headers.get("accept", ""))
    except RequestFault:
        form = "json"
    if form == "json":
        return json_answer(fault.told, JSON, fault.status, **fault.headers)
    call = _Call(replace(request, parts=(), query=""), form, Place(request.base), service.head)
    shown = replace(call.shown, language="en" if told.get("lang") == "en" else "zh")
    return _html(fault_page(shown, fault.en, fault.zh), fault.status, **fault.headers)


def _answered(service: Service, request: Request) -> Answer:
    if request.method == "OPTIONS":
        return Answer(204, {"allow": _METHODS})
    if request.method not in ("GET", "HEAD"):
        raise RequestFault(
            405, "Nothing can be changed here.", "此处只读。", {"allow": _METHODS}
        )  # fmt: skip
    told = dict(parse_qsl(request.query, keep_blank_values=True))
    plans = service.plans()
    door = Door(service.folder, service.attempts, service.fits_start_key, service.start_cookie)
    try:
        asker = find_asker(door, request.headers, told.get("t"), list(plans.values()),
                           request.address)  # fmt: skip
    except RequestFault:
        _count(service, f"!{request.address}")
        raise
    _count(service, asker.who)
    always = tuple((name, told[name]) for name in ("lang", "t") if name in told)
    form = chosen_form(told.get("f"), request.headers.get("accept", ""))
    call = _Call(request, form, Place(request.base, always), service.head)
    if not request.parts:
        return _list(service, call, asker)
    if request.parts[0] not in ("house", "public") or len(request.parts) < 2:
        raise _nowhere()
    public = request.parts[0] == "public"
    if not (public and service.settings.is_public):
        require_house(asker)
    path = service.plan_named(request.parts[1])
    if path is None or not asker.may_see(path) or not has_versions(path):
        raise RequestFault(
            404,
            f"There is no published plan {request.parts[1][:80]!r} here, or it is not open to you.",
            f"没有已发布的方案“{request.parts[1][:80]}”，或您无权查看。",
        )
    catalogue = catalogue_of(path, public=public)
    if catalogue.closed:
        en, zh = WHY[catalogue.closed]
        if public:
            raise RequestFault(
                403,
                f"There is no copy of this plan for the public: {en}.",
                f"该方案没有公开副本：{zh}。",
            )
        raise RequestFault(403, f"This plan is given to nobody: {en}.", f"该方案不对外提供：{zh}。")
    place = Place(Place(request.base).at(*request.parts[:2]), always)
    below = replace(request, parts=request.parts[2:])
    return _of_plan(replace(call, request=below, place=place), catalogue)


@dataclass(frozen=True)
class _Call:
    """A request with the form of its answer, and where what it asks for stands."""

    request: Request
    form: str
    place: Place
    head: str

    @property
    def shown(self) -> Shown:
        """Where and how a page is shown."""
        told = dict(parse_qsl(self.request.query, keep_blank_values=True))
        language: Language = "en" if told.get("lang") == "en" else "zh"
        query = {name: text for name, text in told.items() if name not in ("f", "lang", "t")}
        return Shown(self.place, self.request.parts, language, query, self.head)

    def document(self, value: dict[str, Any], kind: str) -> Answer:
        """Answer with a document that takes no parameters of its own."""
        read_query(self.request.query, GENERAL)
        if self.form == "html":
            return _html(document_page(self.shown, value))
        if "links" in value:
            page = self.place.link(
                "alternate", HTML, "网页 As a page", *self.request.parts, f="html"
            )
            value = {**value, "links": [*value["links"], page]}
        return json_answer(value, kind)


def _html(page: bytes, status: int = 200, **headers: str) -> Answer:
    told = {"content-type": f"{HTML}; charset=utf-8", **headers}
    if status == 200:
        told.setdefault("etag", tag_of(page))
    return Answer(status, told, page)


def _count(service: Service, client: str) -> None:
    wait = service.bounds.wait_of(client, service.settings.per_minute)
    if wait > 0:
        seconds = max(1, math.ceil(wait))
        raise RequestFault(
            429,
            f"Too many requests. Come again in {seconds} s.",
            f"请求过于频繁，请在 {seconds} 秒后再试。",
            {"retry-after": str(seconds)},
        )


def _list(service: Service, call: _Call, asker: Asker) -> Answer:
    """List the plans that are open to who asks."""
    if not service.settings.is_public:
        require_house(asker)
    links = [call.place.link("self", JSON, "本文档 This document")]
    open_to = {
        id: path
        for id, path in service.plans().items()
        if asker.may_see(path) and has_versions(path)
    }
    for called, id in sorted((_title_of(path), id) for id, path in open_to.items()):
        for audience in ("house", "public"):
            if audience == "public" or asker.in_house:
                title = f"{called} ({audience})"
                links.append(call.place.link("child", JSON, title, audience, id))
    return call.document({"title": "已发布的方案 Published plans", "links": links}, JSON)


def _title_of(path: Path) -> str:
    """Name a plan in the list by what a planner called it, or by its file."""
    try:
        return head_of(path).title or stem_of(path)
    except OSError:  # gone since it was listed
        return stem_of(path)


def _of_plan(call: _Call, catalogue: Catalogue) -> Answer:
    """Answer within the interface of a plan."""
    match call.request.parts:
        case ():
            return call.document(landing(catalogue, call.place), JSON)
        case ("conformance",):
            return call.document(conformance(), JSON)
        case ("api",):
            return call.document(openapi(catalogue, call.place), OPENAPI)
        case ("collections",):
            return call.document(collections_of(catalogue, call.place), JSON)
        case ("collections", name, *rest):
            if name not in catalogue.collections:
                raise RequestFault(
                    404,
                    f"There is no collection {name[:80]!r}. There are: "
                    f"{', '.join(catalogue.collections)}.",
                    f"没有数据集“{name[:80]}”。可用：{'、'.join(catalogue.collections)}。",
                )
            return _of_collection(call, catalogue, name, rest)
    raise _nowhere()


def _of_collection(call: _Call, catalogue: Catalogue, name: str, rest: list[str]) -> Answer:
    request, place = call.request, call.place
    match rest:
        case []:
            found = collection_of(catalogue, catalogue.collections[name], place)
            return call.document(found, JSON)
        case ["queryables"]:
            address = Place(place.root).at("collections", name, "queryables")
            return call.document(schema_of(name, address), SCHEMA)
        case ["items"]:
            items = items_of(request, catalogue, name, place, call.form)
        case ["items", feature]:
            items = one_of(request, catalogue, name, feature, place, call.form)
        case _:
            raise _nowhere()
    if call.form == "html" and items.page is not None:
        return _html(items_page(call.shown, items), etag=items.tag)
    return items_answer(items) if len(rest) == 1 else one_answer(items)


def _nowhere() -> RequestFault:
    return RequestFault(
        404,
        "There is nothing at this address. /ogc lists the plans.",
        "此地址没有内容。/ogc 列出全部方案。",
    )


def _sent(found: Answer, settings: Settings, request: Request) -> Answer:
    """Finish an answer: other sites, caches, compression, and no body where none is asked for."""
    headers = {"cache-control": "private, no-cache", "vary": _VARY, **found.headers}
    origin = request.headers.get("origin", "")
    if origin and settings.allows(origin):
        headers |= {
            "access-control-allow-origin": "*" if "*" in settings.origins else origin,
            "access-control-expose-headers": "Link, ETag, Content-Crs, Retry-After",
        }
        if request.method == "OPTIONS":
            headers |= {
                "access-control-allow-methods": _METHODS,
                "access-control-allow-headers": "Accept, Authorization, If-None-Match",
                "access-control-max-age": "600",
            }
    status, body = found.status, found.body
    if status == 200 and "etag" in headers and is_known(request, headers["etag"]):
        status, body = 304, b""
    if len(body) >= LEAST_GZIP and takes_gzip(request.headers.get("accept-encoding", "")):
        pack = found.packed or (lambda: gzip.compress(found.body, compresslevel=1, mtime=0))
        body = pack()
        headers["content-encoding"] = "gzip"
    if status not in (204, 304):
        headers["content-length"] = str(len(body))
    return Answer(status, headers, b"" if request.method == "HEAD" else body)
