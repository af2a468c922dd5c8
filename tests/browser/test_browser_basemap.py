"""A base map from the disk in a real browser: it is drawn, its strength follows the slider."""

from datetime import date, timedelta
from urllib.error import HTTPError
from urllib.request import urlopen

import browser
import drawn_plan
import pytest
from basemaps import RED, ZOOM, picture, tile_at, write_mbtiles
from playwright.sync_api import expect

from gridmap.access.links import make_link, revoke
from gridmap.store import save_plan

TILES = """() => [...document.querySelectorAll("img.leaflet-tile")]
  .filter(one => one.complete && one.naturalWidth === 256).length"""
FAINT = "document.querySelector('.leaflet-overlay-pane').style.opacity"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("basemap")
    plan = drawn_plan.draw_plan()
    (folder / "plans" / "town").mkdir(parents=True)
    save_plan(plan, folder / "plans" / "town" / "town.gridmap.gpkg")
    town = folder / "towns" / "town"
    town.mkdir(parents=True)
    base = '\n[basemap]\nfile = "town.mbtiles"\nopacity = 0.25\ncredit = "测试影像"\n'
    (town / "rules.toml").write_text(plan.rules_text + base, encoding="utf-8")
    middle = plan.grids.geometry.to_crs("EPSG:4326").union_all().centroid
    x, y = tile_at(middle.x, middle.y)
    around = [(ZOOM, x + right, y + down) for right in (-1, 0, 1) for down in (-1, 0, 1)]
    write_mbtiles(town / "town.mbtiles", dict.fromkeys(around, picture(RED)))
    with browser.app_server(folder / "plans", folder, folder / "towns") as started:
        yield started, folder / "plans" / "town" / "town.gridmap.gpkg"


def test_the_base_map_lies_under_the_grids_and_grows_with_the_slider(chromium, address):
    started, _ = address
    page_of_plan = f"{started}/coverage?plan=town/town.gridmap.gpkg"
    with browser.open_page(chromium, page_of_plan) as watched:
        page = watched.page
        frame = page.frame_locator("iframe")
        expect(frame.get_by_text("测试影像")).to_be_visible()
        (inner,) = [one for one in page.frames if "/media/" in one.url]
        browser.until(page, lambda: inner.evaluate(TILES) > 0)
        assert inner.evaluate(FAINT) == "0.75"
        frame.get_by_label("底图浓淡").fill("100")
        assert inner.evaluate(FAINT) == "0"
        assert watched.outside == []


def test_a_cadre_sees_it_under_the_own_grid_until_the_link_is_revoked(chromium, address):
    started, plan = address
    today = date.today()
    _, token = make_link(plan, "P008", expires=today + timedelta(days=1), today=today)
    with browser.open_page(chromium, f"{started}/?t={token}", browser.PHONE) as watched:
        page = watched.page
        tile = page.locator(".leaflet-gm-basemap-pane img.leaflet-tile").first
        expect(tile).to_be_visible()
        browser.until(page, lambda: tile.evaluate("one => one.naturalWidth") == 256)
        expect(page.get_by_text("测试影像")).to_be_visible()
        source = tile.evaluate("one => one.src")
        with urlopen(source) as answer:
            assert answer.headers["content-type"] == "image/png"
        revoke(plan, today=today, person_id="P008")
        with pytest.raises(HTTPError, match="403"):
            urlopen(source)
        assert watched.outside == []
