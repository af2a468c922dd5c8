"""Features of published versions: by page, day, ground and property, each once."""

import gzip
import json
import re
from collections import OrderedDict
from urllib.parse import urlsplit

import pytest
import shapely
from published_town import FIRST, SECOND, THIRD, Asking, put_served_town, put_town
from pyproj import Transformer
from redraw_plan import E1, W1, W2, at

from boundaries.export.geojson import Form
from gridmap.ogc import finding, items
from gridmap.publications import plan_of
from gridmap.publish.release import release
from gridmap.versions.boundaries import boundary_files

MICRO = "house/t/collections/micro_grids/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    path = tmp_path_factory.mktemp("two") / "t.gridmap.gpkg"
    put_served_town(path)
    return path


@pytest.fixture
def ask(two):
    return Asking(two.parent)


def bbox(west, south, east, north):
    """A box in hundreds of metres from the corner of the town, in degrees."""
    to_degrees = Transformer.from_crs("EPSG:4547", "OGC:CRS84", always_xy=True)
    corners = [to_degrees.transform(*at(*spot)) for spot in ((west, south), (east, north))]
    return "bbox=" + ",".join(f"{value:.9f}" for corner in corners for value in corner)


def test_every_link_leads_to_what_it_says(ask):
    told = ask.json("house/t")
    seen = {}
    waiting = [link["href"] for link in told["links"]]
    while waiting:
        parts = urlsplit(waiting.pop())
        if parts.path in seen or "f=html" in parts.query:
            continue
        found = ask(parts.path.removeprefix("/ogc/"), parts.query)
        assert found.status == 200, parts
        seen[parts.path] = found.headers["content-type"]
        value = json.loads(found.body)
        for one in [value, *value.get("collections", [])]:
            links = [link for link in one.get("links", []) if link["rel"] != "license"]
            waiting += [link["href"] for link in links]
            own = [link["type"] for link in links if urlsplit(link["href"]).path == parts.path]
            assert own == [] or own[0].split(";")[0] in seen[parts.path]
    ends = {path.removeprefix("/ogc/house/t") for path in seen}
    assert {"", "/api", "/conformance", "/collections", "/collections/grids_1/items",
            "/collections/micro_grids/queryables"} <= ends  # fmt: skip
    assert not [one for one in told["links"] if "example" in one["href"]]


def test_features_are_those_of_the_file_of_boundaries(ask, two):
    plan = release(plan_of(two, "2"))
    written = boundary_files(plan, form=Form(multi=True)).grids.decode().splitlines()
    lines = {line.rstrip(",") for line in written if line.startswith('{"type":"Feature","id"')}
    found = set()
    for name in ("grids_1", "grids_2", "grids_3", "micro_grids"):
        body = ask(f"house/t/collections/{name}/items").body.decode()
        found |= {line.rstrip(",") for line in body.splitlines()[1:-1]}
    assert found == lines
    assert len(found) == 8


def test_pages_follow_one_another_until_all_have_come_once(ask):
    told = ask.json(MICRO, "limit=2")
    assert (told["numberMatched"], told["numberReturned"]) == (4, 2)
    assert told["gridmap"]["version"] == "2"
    codes = [one["id"] for one in told["features"]]
    while follow := [one["href"] for one in told["links"] if one["rel"] == "next"]:
        told = ask.json(MICRO, urlsplit(follow[0]).query)
        codes += [one["id"] for one in told["features"]]
    assert codes == [f"grid.{code}" for code in (E1, W1, W2, "TVW03")]


def test_what_is_published_between_two_pages_changes_nothing(tmp_path):
    path = tmp_path / "t.gridmap.gpkg"
    put_served_town(path)
    ask = Asking(tmp_path)
    told = ask.json(MICRO, "limit=2")
    (follow,) = [one["href"] for one in told["links"] if one["rel"] == "next"]
    put_town(path, THIRD)
    rest = ask.json(MICRO, urlsplit(follow).query)
    codes = [one["id"] for one in told["features"] + rest["features"]]
    assert codes == [f"grid.{code}" for code in (E1, W1, W2, "TVW03")]
    assert rest["gridmap"]["version"] == "2"
    assert ask.codes(MICRO) == [E1, W1, W2]


def test_a_day_or_a_span_shows_what_was_in_force(ask):
    assert ask.codes(MICRO, f"datetime={FIRST}") == [E1, W1, W2]
    assert ask.json(MICRO, "datetime=2026-06-30")["features"][1]["properties"]["valid_to"] == (
        "2026-06-30"
    )
    assert ask.codes(MICRO, f"datetime={SECOND}") == [E1, W1, W2, "TVW03"]
    # A moment of another zone is a day in China.
    assert ask.codes(MICRO, "datetime=2026-06-30T17:00:00Z") == [E1, W1, W2, "TVW03"]
    assert ask.codes(MICRO, "datetime=2026-06-30T15:00:00Z") == [E1, W1, W2]
    assert ask.codes(MICRO, "datetime=../2026-05-01") == [E1, W1, W2]
    assert ask.codes(MICRO, "datetime=/2025-12-31") == []
    told = ask.json(MICRO, "datetime=2026-01-01/..")
    assert [one["id"] for one in told["features"]] == [
        f"grid.{code}" for code in (E1, W1, W2, "TVW03")
    ]
    # Of a grid that was there before and after, as it was last in the span.
    assert told["features"][1]["properties"]["valid_from"] == SECOND
    for wrong in ("2026-13-01", "2026", "x", "2026-02-01/2026-01-01", "a/b/c", "2026-01-01T99:00Z"):
        assert ask.refused(MICRO, f"datetime={wrong}")[0] == 400


def test_ground_that_only_the_frame_of_a_grid_meets_is_not_found(ask):
    # TVW03 is two squares in the corner of TVW01, an L around it.
    assert ask.codes(MICRO, bbox(0.1, 0.1, 0.9, 0.9)) == ["TVW03"]
    assert ask.codes(MICRO, bbox(0.5, 0.5, 1.5, 0.6)) == [W1, "TVW03"]
    assert ask.codes(MICRO, bbox(0.5, 0.5, 0.5, 0.5)) == ["TVW03"]  # a point
    told = ask.json(MICRO, bbox(-5, -5, 9, 9) + "&limit=3")
    assert (told["numberMatched"], told["numberReturned"]) == (4, 3)
    (follow,) = [one["href"] for one in told["links"] if one["rel"] == "next"]
    assert ask.codes(MICRO, urlsplit(follow).query) == ["TVW03"]
    assert ask.codes(MICRO, "bbox=10,10,11,11") == []
    assert ask.codes(MICRO, bbox(-5, -5, 9, 9) + f"&datetime={FIRST}&category=farmland") == [
        E1, W1, W2,
    ]  # fmt: skip
    # Over the line of 180 degrees: all but what lies between.
    assert ask.codes(MICRO, "bbox=115,30,112,40") == []
    assert ask.codes(MICRO, "bbox=110,30,-170,40") == [E1, W1, W2, "TVW03"]
    low, high = at(0.1, 0.1), at(0.9, 0.9)
    metres = f"bbox={low[1]},{low[0]},{high[1]},{high[0]}&bbox-crs={EPSG}4547"
    assert ask.codes(MICRO, metres) == ["TVW03"]
    for wrong in ("1,2,3", "a,b,c,d", "1,2,3,nan", "3,40,4,30", "1,2,3,4,5", ""):
        assert ask.refused(MICRO, f"bbox={wrong}")[0] == 400


def test_properties_find_what_has_them_and_nothing_else(ask):
    assert ask.codes(MICRO, "grid_code=TVW01") == [W1]
    assert ask.codes(MICRO, "parent_code=TVE") == [E1]
    assert ask.codes(MICRO, "kind=micro&category=farmland&parent_code=TVW") == [W1, W2, "TVW03"]
    # The same value of another property is another question.
    assert ask.codes(MICRO, "category=micro") == []
    assert ask.codes("house/t/collections/grids_3/items", "level=3") == ["TVE", "TVW"]
    for hostile in ("' OR 1=1 --", "TVW01%00", "TVW01' UNION SELECT 1", "%"):
        assert ask(MICRO, f"grid_code={hostile.replace(' ', '%20')}").status in (200, 400)
        assert b"TVW01" not in self_free(ask.last.body)
    for query in ("x=1", "limit=0", "limit=-1", "limit=x", "limit=1&limit=2", "crs=EPSG:3857",
                  "bbox-crs=EPSG:4490", "f=xml", "cursor=%00", "cursor=AAAA", "grid_code=%FF",
                  "cursor=WzEsMSwwXQ", "cursor=W10", "area_m2=1",
                  "limit=" + "9" * 5000):  # fmt: skip
        assert ask.refused(MICRO, query)[0] == 400, query
    assert len(ask.codes(MICRO, "limit=100000")) == 4


def self_free(body):
    """The features of an answer, without the links that say again what was asked."""
    return body.partition(b'"features"')[2]


def test_one_feature_or_the_reason_why_there_is_none(tmp_path):
    put_town(tmp_path / "t.gridmap.gpkg", THIRD)
    ask = Asking(tmp_path)
    told = ask.json(f"{MICRO}/grid.{W1}")
    assert (told["id"], told["properties"]["version"]) == (f"grid.{W1}", "3")
    status, why = ask.refused(f"{MICRO}/grid.TVW03")
    assert (status, "2026-10-31" in why, "TVW01" in why) == (404, True, True)
    assert ask.json(f"{MICRO}/grid.TVW03", "datetime=2026-08-01")["id"] == "grid.TVW03"
    assert "begin with 'grid.'" in ask.refused(f"{MICRO}/{W1}")[1]
    assert ask.refused(f"{MICRO}/grid.TVW99")[0] == 404
    assert ask.refused("house/t/collections/lakes/items")[0] == 404
    assert ask.refused("house/t/nothing")[0] == 404
    # The public is not told what became of a code.
    public = ask.refused("public/t/collections/micro_grids/items/grid.TVW03")[1]
    assert "2026-10-31" not in public


def test_systems_have_the_axes_of_epsg_and_neighbours_keep_their_corners(ask):
    plain = ask.json(MICRO)["features"]
    for number in ("4326", "4490"):
        swapped = ask.json(MICRO, f"crs={EPSG}{number}")["features"]
        assert ask.last.headers["content-crs"] == f"<{EPSG}{number}>"
        for one, two in zip(plain, swapped, strict=True):
            shape = shapely.from_geojson(json.dumps(one["geometry"]))
            other = shapely.from_geojson(json.dumps(two["geometry"]))
            assert shapely.transform(other, lambda xy: xy[:, ::-1]).equals_exact(shape, 0)
    metres = [shapely.from_geojson(json.dumps(one["geometry"]))
              for one in ask.json(MICRO, f"crs={EPSG}4547")["features"]]  # fmt: skip
    assert shapely.total_bounds(metres) == pytest.approx(
        [at(0, 0)[1], at(0, 0)[0], at(0, 3)[1], at(6, 0)[0]], abs=0.02
    )
    assert shapely.coverage_is_valid(metres)


def test_answers_are_known_again_compressed_and_without_a_body(ask):
    found = ask(MICRO)
    tag = found.headers["etag"]
    for known in (tag, tag.removeprefix("W/"), f'"x", {tag}', "*"):
        again = ask(MICRO, if_none_match=known)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert ask(MICRO, "limit=1", if_none_match=tag).status == 200
    assert ask(MICRO, f"datetime={FIRST}", if_none_match=tag).status == 200
    landing = ask("house/t").headers["etag"]
    assert ask("house/t", if_none_match=f'"x", {landing}').status == 304
    packed = ask(MICRO, accept_encoding="br, gzip;q=0.5")
    assert packed.headers["content-encoding"] == "gzip"
    assert b'"numberMatched":4' in gzip.decompress(packed.body)
    assert "content-encoding" not in ask(MICRO, accept_encoding="gzip;q=0").headers
    head = ask(MICRO, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == found.headers["content-length"]
    assert ask(MICRO, method="POST").status == 405
    assert ask(MICRO, accept="image/png").status == 406


def test_compressed_pages_that_begin_anywhere_are_the_plain_ones(ask, monkeypatch):
    monkeypatch.setattr(items, "_LOT", 2)
    monkeypatch.setattr(items, "_lots", OrderedDict())
    monkeypatch.setattr(items, "_kept_bytes", 0)
    when = re.compile(rb'"timeStamp":"[^"]*"')

    def are_the_same(query):
        plain = ask(MICRO, query).body
        packed = ask(MICRO, query, accept_encoding="gzip")
        assert packed.headers["content-length"] == str(len(packed.body))
        assert when.sub(b"", gzip.decompress(packed.body)) == when.sub(b"", plain)
        return json.loads(plain)

    for limit in (4, 3, 2, 1):
        query = f"limit={limit}"
        while query:
            links = {one["rel"]: one["href"] for one in are_the_same(query)["links"]}
            query = urlsplit(links["next"]).query if "next" in links else ""
    are_the_same(f"datetime={FIRST}")
    known = dict(items._lots)
    are_the_same("limit=4")
    assert known == dict(items._lots)  # nothing is compressed again
    # Another file may stand under the same numbers by now.
    for texts in ([b"{1}", b"{2}"], [b"{1}", b"{3}"]):
        body = b"[\n" + b",\n".join(texts) + items._END
        packed = items._packed(finding.Page(texts, 2, fids=(1, 2)), b"[\n", body)
        assert gzip.decompress(packed) == body
    # What is kept is bounded, and answers are as they were.
    monkeypatch.setattr(items, "_MOST_KEPT", 2500)
    monkeypatch.setattr(items, "_LOT", 1)
    are_the_same("limit=4")
    assert items._kept_bytes == sum(len(one) + 1000 for one in items._lots.values()) <= 2500
    assert items._lots
