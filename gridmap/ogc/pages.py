"""Answers as pages for people: Chinese first, a small map, a table, and nothing from elsewhere.

A page shows what the same address answers as data. All that comes from data or from the address is
escaped.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from gridmap.maps.legend import CATEGORY_LOOKS
from gridmap.ogc.documents import Place
from gridmap.ogc.items import Items
from gridmap.ogc.queryables import key_of, named, prefix_of
from gridmap.words import Language, say

__all__ = ["Shown", "document_page", "fault_page", "items_page"]

_WIDTH, _MOST_HEIGHT = 900.0, 600.0  # of the map, in its own units
_FILLS = {look.key: look.colour for look in CATEGORY_LOOKS}
_PLAIN = "#cfd8e3"
_PAGE = """<!doctype html>
<html lang="{tongue}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>{head}<style>
body {{ margin: 0; font: 15px/1.6 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  color: var(--ink, #1c1f23); background: var(--ground, #fff); }}
main, header {{ max-width: 70rem; margin: 0 auto; padding: 0 1rem; }}
header {{ display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding-top: 1rem;
  align-items: baseline; }}
nav {{ flex: 1 1 20rem; overflow-wrap: anywhere; }}
h1 {{ font-size: 1.4rem; margin: .75rem 0 .5rem; }}
h2 {{ font-size: 1.1rem; margin: 1.25rem 0 .5rem; }}
a {{ color: var(--main, #0b5cad); }}
.quiet {{ color: var(--quiet, #565d66); }}
code {{ overflow-wrap: anywhere; background: var(--soft, #f4f6f8); padding: .1rem .3rem; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; }}
th, td {{ border-bottom: 1px solid var(--line, #d5d9de); padding: .25rem .6rem; text-align: left;
  white-space: nowrap; }}
th {{ font-weight: 600; background: var(--soft, #f4f6f8); }}
form {{ display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .5rem 0; }}
input, button {{ font: inherit; padding: .3rem .6rem; color: inherit;
  background: var(--paper, #fff); border: 1px solid var(--edge, #9aa2ac); border-radius: .3rem; }}
svg {{ width: 100%; max-height: 60vh; background: var(--map, #f4f6f8); }}
svg path {{ stroke: #33404d; stroke-width: 1; vector-effect: non-scaling-stroke; }}
svg a:hover path, svg a:focus path {{ stroke-width: 3; }}
</style></head><body><header><nav>{way}</nav>{switches}</header>
<main><h1>{title}</h1>
{body}</main></body></html>
"""


@dataclass(frozen=True)
class Shown:
    """Where and how a page is shown.

    Attributes
    ----------
    place
        Of the interface of a plan, or of the list of plans.
    parts
        Of the address within it.
    language
        Of the page.
    query
        Parameters as they were given, but for form and language.
    head
        For the head of every page: the theme of the app.
    """

    place: Place
    parts: Sequence[str]
    language: Language
    query: Mapping[str, str]
    head: str = ""

    def say(self, key: str, **values: object) -> str:
        """Give a text, escaped."""
        return escape(say(f"ogc.{key}", self.language, **values))

    def to(self, *parts: str, **values: str) -> str:
        """Give an address within the interface, escaped."""
        return escape(self.place.at(*parts, **values))


def document_page(shown: Shown, value: Mapping[str, Any]) -> bytes:
    """Show a document: the list of plans, landing page, collections and what belongs to them."""
    match list(shown.parts):
        case [] if "conformsTo" not in value and "versions" not in value:
            return _page(shown, shown.say("plans"), _plans(shown, value))
        case []:
            return _page(shown, escape(value["title"]), _landing(shown, value))
        case ["conformance"]:
            rows = "".join(f"<li><code>{escape(one)}</code></li>" for one in value["conformsTo"])
            return _page(shown, shown.say("conformance"), f"<ul>{rows}</ul>")
        case ["api"]:
            return _page(shown, shown.say("api"), _paths(shown, value))
        case ["collections"]:
            return _page(shown, shown.say("collections"), _collections(shown, value))
        case ["collections", name]:
            return _page(shown, _title(shown, name), _collection(shown, name, value))
        case ["collections", name, *_]:
            title = f"{_title(shown, name)} · {shown.say('queryables')}"
            return _page(shown, title, _queryables(shown, value))
    raise ValueError(shown.parts)


def items_page(shown: Shown, items: Items) -> bytes:
    """Show features: a map, and a table of them or of the properties of the only one."""
    assert items.page is not None
    name = items.collection
    features = [json.loads(text) for text in items.page.texts]
    single = len(shown.parts) == 4
    told = [f'<p class="quiet">{_said(shown, items.head)}</p>']
    if single:
        body = _one(shown, features[0]["properties"])
        title = f"{_title(shown, name)} {escape(str(features[0]['id']))}"
    else:
        count = shown.say("count", count=items.page.matched, shown=len(features))
        told.append(f"<p>{count}</p>{_day_form(shown)}")
        body = _rows(shown, name, [one["properties"] for one in features])
        title = _title(shown, name)
    follow = next((one["href"] for one in items.links if one["rel"] == "next"), "")
    if follow:
        address = escape(follow.replace("f=json", "f=html"))
        body += f'<p><a rel="next" href="{address}">{shown.say("next")}</a></p>'
    return _page(shown, title, "".join(told) + _map(shown, name, features) + body)


def fault_page(shown: Shown, en: str, zh: str) -> bytes:
    """Show why there is nothing."""
    text = zh if shown.language == "zh" else en
    return _page(shown, shown.say("refused"), f"<p>{escape(text)}</p>")


def _page(shown: Shown, title: str, body: str) -> bytes:
    steps, way = list(shown.parts), []
    for at in range(len(steps) + 1):
        name = escape(steps[at - 1]) if at else escape(shown.place.root.rpartition("/")[2])
        way.append(f'<a href="{shown.to(*steps[:at])}">{name}</a>')
    other = "zh" if shown.language == "en" else "en"
    always = tuple(pair for pair in shown.place.always if pair[0] != "lang")
    there = Place(shown.place.root, (*always, ("lang", other)))
    name = escape(say("map.other_language", shown.language))
    there_to, data = escape(there.at(*steps, **shown.query)), {**shown.query, "f": "json"}
    links = (
        f'<a lang="{other}" href="{there_to}">{name}</a> '
        f'<a href="{shown.to(*steps, **data)}">{shown.say("as_json")}</a>'
    )
    tongue = "zh-CN" if shown.language == "zh" else "en"
    return _PAGE.format(
        tongue=tongue, title=title, head=shown.head, way=" / ".join(way), switches=links, body=body
    ).encode()


def _plans(shown: Shown, value: Mapping[str, Any]) -> str:
    found = [one for one in value["links"] if one["rel"] == "child"]
    if not found:
        return f"<p>{shown.say('none')}</p>"
    rows = []
    for one in found:
        name, _, audience = one["title"].rpartition(" (")
        kind = shown.say(audience.removesuffix(")"))
        rows.append(f'<li><a href="{escape(one["href"])}">{escape(name)}</a> {kind}</li>')
    return f"<ul>{''.join(rows)}</ul>"


def _landing(shown: Shown, value: Mapping[str, Any]) -> str:
    versions = [
        (one["number"], one["first_day"], one["last_day"] or "") for one in value["versions"]
    ]
    heads = [shown.say(key) for key in ("version", "first_day", "last_day")]
    rest = "".join(
        f'<li><a href="{shown.to(part)}">{shown.say(part)}</a></li>'
        for part in ("collections", "api", "conformance")
    )
    credit = value["attribution"]
    return (
        f'<p class="quiet">{escape(value["description"])}</p>'
        + (f'<p class="quiet">{shown.say("credit")}: {escape(credit)}</p>' if credit else "")
        + f"<p>{shown.say('address')}: <code>{escape(shown.place.root)}</code></p><ul>{rest}</ul>"
        + f"<h2>{shown.say('versions')}</h2>{_table(heads, versions)}"
    )


def _collections(shown: Shown, value: Mapping[str, Any]) -> str:
    rows = "".join(
        f'<li><a href="{shown.to("collections", one["id"])}">{_title(shown, one["id"])}</a> '
        f"<code>{escape(one['id'])}</code> "
        f'<a href="{shown.to("collections", one["id"], "items")}">{shown.say("features")}</a></li>'
        for one in value["collections"]
    )
    return f"<ul>{rows}</ul>"


def _collection(shown: Shown, name: str, value: Mapping[str, Any]) -> str:
    systems = "".join(f"<li><code>{escape(one)}</code></li>" for one in value["crs"])
    return (
        f'<ul><li><a href="{shown.to("collections", name, "items")}">{shown.say("features")}</a>'
        f'</li><li><a href="{shown.to("collections", name, "queryables")}">'
        f"{shown.say('queryables')}</a></li></ul><ul>{systems}</ul>"
    )


def _queryables(shown: Shown, value: Mapping[str, Any]) -> str:
    at = 0 if shown.language == "zh" else 1
    rows = [
        (name, told["title"].split(" · ")[at])
        for name, told in value["properties"].items()
        if "title" in told
    ]
    return _table([shown.say("property"), shown.say("meaning")], rows)


def _paths(shown: Shown, value: Mapping[str, Any]) -> str:
    rows = [(path, told["get"]["summary"]) for path, told in value["paths"].items()]
    return _table([shown.say("path"), shown.say("meaning")], rows)


def _title(shown: Shown, name: str) -> str:
    return escape(named(name)[0 if shown.language == "zh" else 1])


def _said(shown: Shown, head: Mapping[str, Any]) -> str:
    """Say of which version features are, and what has to be shown with them."""
    days = f"{head['valid_from'] or ''} – {head['valid_to'] or say('ogc.in_force', shown.language)}"
    told = [f"{shown.say('version')} {escape(head['version'] or '–')}"]
    told += [escape(days)] if head["version"] else []
    told += [f"{shown.say(key)}: {escape(head[key])}" for key in ("licence", "credit") if head[key]]
    told += [escape(head[key]) for key in ("notice", "disclaimer") if head[key]]
    return " · ".join(told)


def _day_form(shown: Shown) -> str:
    kept = {**shown.query, **dict(shown.place.always)}
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(text)}">'
        for name, text in kept.items()
        if name not in ("datetime", "cursor")
    )
    day = kept.get("datetime", "")
    return (
        f'<form action="{escape(Place(shown.place.root).at(*shown.parts))}">{hidden}'
        f'<label>{shown.say("on_day")} <input type="date" name="datetime" required '
        f'value="{escape(day)}"></label> <button>{shown.say("show")}</button> '
        f'<a href="{shown.to(*shown.parts)}">{shown.say("all")}</a></form>'
    )


def _rows(shown: Shown, name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Show a table of features, without columns in which nothing is known."""
    columns = [
        one for one in (rows[0] if rows else {}) if any(row[one] is not None for row in rows)
    ]
    key = key_of(name)
    body = "".join(
        "<tr>" + "".join(_cell(shown, name, one, row[one], is_key=one == key) for one in columns)
        + "</tr>"
        for row in rows
    )  # fmt: skip
    heads = "".join(f"<th>{escape(one)}</th>" for one in columns)
    return f'<div class="wide"><table><tr>{heads}</tr>{body}</table></div>'


def _cell(shown: Shown, name: str, column: str, value: Any, *, is_key: bool) -> str:
    text = escape(_text(value))
    if not is_key:
        return f"<td>{text}</td>"
    return f'<td><a href="{_item(shown, name, str(value))}">{text}</a></td>'


def _item(shown: Shown, name: str, key: str) -> str:
    day = {"datetime": shown.query["datetime"]} if "datetime" in shown.query else {}
    return shown.to("collections", name, "items", f"{prefix_of(name)}{key}", **day)


def _one(shown: Shown, row: Mapping[str, Any]) -> str:
    rows = [(name, _text(value)) for name, value in row.items()]
    return _table([shown.say("property"), shown.say("value")], rows)


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _table(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """Show a table; heads are escaped already."""
    head = "".join(f"<th>{one}</th>" for one in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(one))}</td>" for one in row) + "</tr>" for row in rows
    )
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def _map(shown: Shown, name: str, features: Sequence[Mapping[str, Any]]) -> str:
    """Draw features: ground in the colours of its category, points as dots."""
    spots = [spot for one in features for ring in _rings(one["geometry"]) for spot in ring]
    if not spots:
        return ""
    west, east = min(x for x, _ in spots), max(x for x, _ in spots)
    south, north = min(y for _, y in spots), max(y for _, y in spots)
    shrink = math.cos(math.radians((south + north) / 2))
    across, up = max((east - west) * shrink, 1e-6), max(north - south, 1e-6)
    scale = min(_WIDTH / across, _MOST_HEIGHT / up)
    drawn = []
    for one in features:
        row = one["properties"]
        rings = [
            [((x - west) * shrink * scale, (north - y) * scale) for x, y in ring]
            for ring in _rings(one["geometry"])
        ]
        if not rings:
            continue
        fill = _FILLS.get(row.get("subclass") or row.get("category") or "", _PLAIN)
        label = " ".join(filter(None, (str(row[key_of(name)]), row.get("name"))))
        drawn.append(
            f'<a href="{_item(shown, name, str(row[key_of(name)]))}">'
            f'<path d="{"".join(map(_line, rings))}" fill="{fill}" fill-rule="evenodd">'
            f"<title>{escape(label)}</title></path></a>"
        )
    box = f"-8 -8 {across * scale + 16:.0f} {up * scale + 16:.0f}"
    return f'<svg viewBox="{box}" role="img" aria-label="{shown.say("map")}">{"".join(drawn)}</svg>'


def _rings(geometry: Mapping[str, Any] | None) -> Iterator[list[tuple[float, float]]]:
    if geometry is None:
        return
    if geometry["type"] == "Point":
        yield [tuple(geometry["coordinates"])]
    else:
        for part in geometry["coordinates"]:
            for ring in part:
                yield [(x, y) for x, y in ring]


def _line(ring: Sequence[tuple[float, float]]) -> str:
    if len(ring) == 1:
        (x, y), r = ring[0], 4
        return f"M{x - r:.1f} {y:.1f}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0z"
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring[:-1]) + "z"
