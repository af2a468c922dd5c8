"""Features as pages in a browser: all leads on, nothing comes from elsewhere or is believed."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from published_town import BASE, FIRST, Asking, put_served_town

from gridmap.ogc.documents import Place
from gridmap.ogc.finding import Page
from gridmap.ogc.items import Items
from gridmap.ogc.pages import Shown, items_page
from gridmap.ogc.parameters import Question

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
ITEMS = "house/t/collections/micro_grids/items"


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    put_served_town(folder / "t.gridmap.gpkg")
    return Asking(folder)


def page(ask, where, query="", **more):
    found = ask(where, query, **{**BROWSER, **more})
    assert found.headers["content-type"] == "text/html; charset=utf-8"
    return found.body.decode()


def test_from_the_list_every_page_is_reached_and_none_loads_anything(ask):
    waiting, seen = [BASE], set()
    while waiting:
        parts = urlsplit(waiting.pop())
        if parts.path in seen:
            continue
        text = page(ask, parts.path.removeprefix("/ogc"), parts.query)
        assert ask.last.status == 200, parts
        seen.add(parts.path)
        assert re.findall(r"""(?:src|url)\s*[=(]["']?(?!#)""", text) == []
        links = [unescape(one) for one in re.findall(r'<a [^>]*href="([^"]*)"', text)]
        assert all(one.startswith(BASE) for one in links)
        waiting += [one for one in links if "f=json" not in one]
    ends = {one.removeprefix("/ogc/") for one in seen}
    (id,) = ask.service.plans()
    house, items = f"house/{id}", ITEMS.replace("/t/", f"/{id}/")
    assert {house, f"public/{id}", f"{house}/api", f"{house}/conformance", items} <= ends
    assert {f"{items}/grid.TVW01", f"{house}/collections/micro_grids/queryables"} <= ends
    assert not any("t.gridmap" in one or "house/t" in one for one in ends)


def test_addresses_of_before_ids_still_lead_to_their_plan(tmp_path):
    put_served_town(tmp_path / "east" / "t.gridmap.gpkg")
    ask = Asking(tmp_path)
    (id,) = ask.service.plans()
    where = "collections/micro_grids/items"
    assert ask.codes(f"house/east~t/{where}") == ask.codes(f"house/{id}/{where}") != []
    assert ask.refused("house/t")[0] == ask.refused("house/..~east~t")[0] == 404


def test_features_are_a_map_and_a_table_with_what_must_stand_beside_them(ask):
    text = page(ask, ITEMS)
    assert text.count("<path ") == 4
    assert text.count("<td><a ") == 4
    for word in ("微网格", "版本 2", "现行", "内部使用，未经审图，不得公开", "CC-BY-4.0",
                 "管理界线，非法定界线", "共 4 个，本页 4 个"):  # fmt: skip
        assert word in text
    english = page(ask, ITEMS, f"lang=en&datetime={FIRST}&limit=2")
    assert '<html lang="en">' in english
    for word in ("Micro-grids", "3 in all, 2 on this page", 'value="2026-01-01"'):
        assert word in english
    follow = unescape(re.search(r'rel="next" href="([^"]*)"', english)[1])
    rest = page(ask, ITEMS, urlsplit(follow).query)
    assert (rest.count("<path "), '<html lang="en">' in rest) == (1, True)
    assert "grid.TVW01" in page(ask, f"{ITEMS}/grid.TVW01")


def test_a_browser_gets_pages_and_a_program_data(ask):
    assert ask(ITEMS, accept="*/*").headers["content-type"] == "application/geo+json"
    assert ask(ITEMS, accept="application/geo+json, text/html;q=0.5").body[:1] == b"{"
    assert ask(ITEMS, "f=json", **BROWSER).body[:1] == b"{"
    assert page(ask, ITEMS, "f=html", accept="application/json").startswith("<!doctype html>")
    tag = ask(ITEMS, **BROWSER).headers["etag"]
    assert ask(ITEMS, **BROWSER, if_none_match=tag).status == 304
    assert ask(ITEMS, if_none_match=tag).status == 200


def test_what_is_refused_is_said_on_a_page_in_the_language_of_the_reader(ask):
    assert "此处没有参数“x”" in page(ask, ITEMS, "x=1")
    assert "There is no parameter" in page(ask, ITEMS, "x=1&lang=en")
    page(ask, "house/t", key=False)
    assert (ask.last.status, "www-authenticate" in ask.last.headers) == (401, True)


def test_hostile_texts_are_shown_and_not_run(ask):
    evil = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    for where, query in ((ITEMS, f"grid_code={evil}"), (ITEMS, f"datetime={evil}"),
                         (ITEMS, f"{evil}=1"), (f"{ITEMS}/grid.{evil}", ""),
                         (evil, "")):  # fmt: skip
        assert "<script>alert" not in page(ask, where, query)
    row = '"grid_code":"</td><b>","name":"<img src=x onerror=alert(1)>","category":"\\"><i>"'
    text = ('{"type":"Feature","id":"grid.x","properties":{' + row + '},"geometry":{"type":'
            '"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}}').encode()  # fmt: skip
    head = dict.fromkeys(("version", "valid_from", "valid_to", "licence", "credit", "notice",
                          "disclaimer"), "<u>")  # fmt: skip
    items = Items("micro_grids", Question((1, 1)), "", [], head, Page([text], 1))
    shown = Shown(Place(BASE), ("collections", "micro_grids", "items"), "zh", {})
    told = items_page(shown, items).decode()
    assert "&lt;img src=x" in told
    assert not re.search(r"<(img|b|i|u)\b", told)
