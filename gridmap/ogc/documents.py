"""The documents that say what there is: landing page, conformance, collections.

Each is a plain value, written as JSON or shown as a page by whoever answers.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from boundaries.export.geojson import DISCLAIMER
from gridmap.ogc.catalogue import Catalogue, Collection
from gridmap.ogc.feature_file import PUBLIC
from gridmap.ogc.queryables import named
from gridmap.ogc.systems import CRS84, crs_list

__all__ = ["CONFORMANCE", "GEOJSON", "HTML", "JSON", "OPENAPI", "SCHEMA", "Place", "collection_of",
           "collections_of", "conformance", "head_of", "landing"]  # fmt: skip

JSON, GEOJSON = "application/json", "application/geo+json"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
HTML = "text/html"
_FEATURES = "http://www.opengis.net/spec/ogcapi-features"
CONFORMANCE = (
    f"{_FEATURES}-1/1.0/conf/core",
    f"{_FEATURES}-1/1.0/conf/oas30",
    f"{_FEATURES}-1/1.0/conf/geojson",
    f"{_FEATURES}-1/1.0/conf/html",
    f"{_FEATURES}-2/1.0/conf/crs",
    f"{_FEATURES}-3/1.0/conf/queryables",
    f"{_FEATURES}-3/1.0/conf/queryables-query-parameters",
)
_SPDX = re.compile(r"(CC|ODbL|ODC|PDDL|OGL)[A-Za-z0-9.\-]*")  # names that have a page of their own
_QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"


@dataclass(frozen=True)
class Place:
    """Where an API stands: its address without a slash, and what every link says besides.

    Attributes
    ----------
    root
        Address of the landing page.
    always
        Parameters that links carry on, as the token of the link that was come with.
    """

    root: str
    always: tuple[tuple[str, str], ...] = ()

    def at(self, /, *parts: str, **values: str) -> str:
        """Give the address of a part."""
        path = "/".join([self.root, *(quote(part, safe="") for part in parts)])
        query = urlencode([*values.items(), *self.always])
        return f"{path}?{query}" if query else path

    def link(
        self, rel: str, kind: str, title: str, /, *parts: str, **values: str
    ) -> dict[str, str]:
        """Give a link to a part."""
        return {"rel": rel, "type": kind, "title": title, "href": self.at(*parts, **values)}


def landing(catalogue: Catalogue, place: Place) -> dict[str, Any]:
    """Say what is served of a plan, and where the rest of it is."""
    public = catalogue.audience == PUBLIC
    return {
        "title": f"{catalogue.town} 网格 · Grids of {catalogue.town_en or catalogue.town}",
        "description": "已发布的网格边界（只读）。" + ("公开副本。" if public else "内部使用。")
        + " Published boundaries of grids, read-only; "
        + ("the copy for the public. " if public else "for internal use. ") + DISCLAIMER,
        "attribution": catalogue.versions[-1].credit if catalogue.versions else "",
        "versions": [
            {"number": one.number, "first_day": one.first_day, "last_day": one.last_day or None}
            for one in catalogue.versions
        ],
        "links": [
            place.link("self", JSON, "本文档 This document", f="json"),
            place.link("service-desc", OPENAPI, "接口定义 API definition", "api", f="json"),
            place.link("conformance", JSON, "符合的标准 Conformance", "conformance", f="json"),
            place.link("data", JSON, "数据集 Collections", "collections", f="json"),
        ],
    }  # fmt: skip


def conformance() -> dict[str, Any]:
    """Say which parts of the standards are kept."""
    return {"conformsTo": list(CONFORMANCE)}


def collections_of(catalogue: Catalogue, place: Place) -> dict[str, Any]:
    """List the collections."""
    return {
        "links": [place.link("self", JSON, "本文档 This document", "collections", f="json")],
        "collections": [
            collection_of(catalogue, one, place) for one in catalogue.collections.values()
        ],
    }


def collection_of(catalogue: Catalogue, one: Collection, place: Place) -> dict[str, Any]:
    """Describe a collection: extent in space and time, systems, licence, links."""
    versions = [version for version in catalogue.versions if one.first <= version.serial]
    served = [version for version in versions if version.serial <= one.last]
    days = [served[0].first_day, served[-1].last_day] if served else ["", ""]
    moments = [f"{days[0]}T00:00:00Z" if days[0] else None,
               f"{days[1]}T23:59:59Z" if days[1] else None]  # fmt: skip
    extent: dict[str, Any] = {"temporal": {"interval": [moments]}}
    if one.bounds is not None:
        extent = {"spatial": {"bbox": [list(one.bounds)], "crs": CRS84}, **extent}
    zh, en = named(one.name)
    links = [
        place.link("self", JSON, "本文档 This document", "collections", one.name, f="json"),
        place.link("items", GEOJSON, f"{zh} {en}", "collections", one.name, "items", f="json"),
        place.link(_QUERYABLES, SCHEMA, "可查询的属性 Queryables", "collections", one.name,
                   "queryables", f="json"),
    ]  # fmt: skip
    licence = catalogue.versions[-1].licence if catalogue.versions else ""
    if _SPDX.fullmatch(licence):
        page = f"https://spdx.org/licenses/{licence}.html"
        links.append({"rel": "license", "title": licence, "type": HTML, "href": page})
    return {
        "id": one.name,
        "title": f"{zh} {en}",
        "description": f"{catalogue.town} {zh}。{en} of {catalogue.town_en or catalogue.town}.",
        "itemType": "feature",
        "extent": extent,
        "crs": crs_list(catalogue.work_crs),
        "storageCrs": CRS84,
        "links": links,
    }


def head_of(catalogue: Catalogue, span: tuple[int, int] | None) -> dict[str, Any]:
    """Say of which version features are, and what a reader has to know; as in files of GeoJSON."""
    found = [
        one for one in catalogue.versions if span is not None and span[0] <= one.serial <= span[1]
    ]
    last = found[-1] if found else None
    return {
        "town": {"code": catalogue.code, "name": catalogue.town,
                 "name_en": catalogue.town_en or None},
        "version": last.number if last else None,
        "valid_from": last.first_day if last else None,
        "valid_to": (last.last_day or None) if last else None,
        "credit": (last.credit or None) if last else None,
        "licence": (last.licence or None) if last else None,
        "disclaimer": DISCLAIMER,
        "notice": (last.notice or None) if last else None,
        "audience": "public" if catalogue.audience == PUBLIC else "internal",
    }  # fmt: skip
