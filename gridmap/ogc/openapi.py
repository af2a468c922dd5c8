"""The definition of the interface (OpenAPI 3.0): every address, parameter and answer."""

from typing import Any

from gridmap.ogc.catalogue import Catalogue
from gridmap.ogc.documents import GEOJSON, HTML, JSON, OPENAPI, SCHEMA, Place
from gridmap.ogc.parameters import LEAST_LIMIT, LIMIT, MOST_LIMIT
from gridmap.ogc.queryables import filters_of, named
from gridmap.ogc.systems import CRS84, crs_list

__all__ = ["openapi"]

_ERRORS = {
    "400": {"$ref": "#/components/responses/Exception"},
    "401": {"$ref": "#/components/responses/Exception"},
    "404": {"$ref": "#/components/responses/Exception"},
    "429": {"$ref": "#/components/responses/TooMany"},
}


def openapi(catalogue: Catalogue, place: Place) -> dict[str, Any]:
    """Describe the interface of a plan.

    Parameters
    ----------
    catalogue
        What is served.
    place
        Where.
    """
    paths: dict[str, Any] = {
        "/": _get("landing", "首页 Landing page", JSON),
        "/conformance": _get("conformance", "符合的标准 Conformance", JSON),
        "/api": _get("api", "接口定义 API definition", OPENAPI),
        "/collections": _get("collections", "数据集 Collections", JSON),
    }
    for name in catalogue.collections:
        paths |= _of_collection(name)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": f"{catalogue.town} 网格 · Grids of {catalogue.town_en or catalogue.town}",
            "version": catalogue.mark,
            "description": "OGC API – Features, read-only. 只读。",
        },
        "servers": [{"url": place.root}],
        "security": [{}, {"account": []}, {"bearer": []}, {"link": []}],
        "paths": paths,
        "components": _components(catalogue),
    }


def _of_collection(name: str) -> dict[str, Any]:
    at, title = f"/collections/{name}", " ".join(named(name))
    common = ["crs", "datetime", "f", "lang"]
    filters = [
        {"name": one, "in": "query", "required": False, "schema": {"type": "string"},
         "description": f"Features whose {one} is this."}
        for one in filters_of(name)
    ]  # fmt: skip
    items = [*_refs("bbox", "bbox-crs", *common, "limit", "cursor"), *filters]
    feature = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        at: _get(f"describe_{name}", title, JSON),
        f"{at}/queryables": _get(f"queryables_{name}", f"{title}: queryables", SCHEMA),
        f"{at}/items": _get(f"items_{name}", f"{title}: features", GEOJSON, items),
        f"{at}/items/{{featureId}}": _get(
            f"item_{name}", f"{title}: one feature", GEOJSON, [feature, *_refs(*common)]
        ),
    }


def _get(name: str, summary: str, kind: str, parameters: list[Any] | None = None) -> dict[str, Any]:
    answers = {kind: {"schema": {"type": "object"}}, HTML: {"schema": {"type": "string"}}}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": _refs("f", "lang") if parameters is None else parameters,
            "responses": {"200": {"description": "好 OK", "content": answers}, **_ERRORS},
        }
    }


def _refs(*names: str) -> list[dict[str, str]]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _components(catalogue: Catalogue) -> dict[str, Any]:
    systems = {"type": "string", "enum": crs_list(catalogue.work_crs), "default": CRS84}
    number = {"type": "number"}
    text = {"type": "string"}
    told = {
        "f": (_choice("json", "html"), "Form of the answer; else the header Accept decides."),
        "lang": (_choice("zh", "en"), "Language of pages."),
        "crs": (systems, "Coordinate system of the answer, with the axes as EPSG has them."),
        "bbox-crs": (systems, "Coordinate system of bbox."),
        "datetime": (text, "A day or a span, as 2026-11-30 or 2026-01-01/..: features as they "
                     "were last in it. Without it: as in force today."),
        "cursor": (text, "Where a page goes on; comes with the link 'next'."),
        "limit": ({"type": "integer", "minimum": LEAST_LIMIT, "maximum": MOST_LIMIT,
                   "default": LIMIT}, "Features of a page."),
        "bbox": ({"type": "array", "oneOf": [{"minItems": 4, "maxItems": 4},
                                            {"minItems": 6, "maxItems": 6}], "items": number},
                 "Ground that features meet: lower corner, upper corner."),
    }  # fmt: skip
    parameters: dict[str, Any] = {
        name: {"name": name, "in": "query", "required": False, "schema": schema,
               "description": description}
        for name, (schema, description) in told.items()
    }  # fmt: skip
    parameters["bbox"] |= {"style": "form", "explode": False}
    fault = {
        "type": "object",
        "required": ["code"],
        "properties": {"code": text, "description": text, "description_zh": text},
    }
    refused = {"schema": {"$ref": "#/components/schemas/exception"}}
    return {
        "parameters": parameters,
        "schemas": {"exception": fault},
        "responses": {
            "Exception": {"description": "未答复 Refused", "content": {JSON: refused}},
            "TooMany": {
                "description": "过于频繁 Too many requests",
                "headers": {"Retry-After": {"schema": {"type": "integer"}}},
                "content": {JSON: refused},
            },
        },
        "securitySchemes": {
            "account": {"type": "http", "scheme": "basic"},
            "bearer": {"type": "http", "scheme": "bearer"},
            "link": {"type": "apiKey", "in": "query", "name": "t"},
        },
    }


def _choice(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}
