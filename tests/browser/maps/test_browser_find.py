"""Finding and measuring on the HTML map: coordinates of any system, distance, area, link, print."""

import re
from urllib.parse import unquote

import browser
import drawn_plan
import numpy as np
import pytest
from playwright.sync_api import expect

from gridmap.maps import map_html
from layers.location.datum import gcj_to_wgs, wgs_to_bd, wgs_to_gcj

COPIES = (
    "window.copied = []; navigator.clipboard.writeText = async (text) => { copied.push(text) }; 0"
)


@pytest.fixture(scope="module")
def plan():
    return drawn_plan.draw_plan()


@pytest.fixture(scope="module")
def inside(plan):
    """Give a place in the middle of the town: longitude and latitude, easting and northing."""
    place = plan.patches.geometry.union_all().centroid
    (degrees,) = (
        plan.patches.geometry.iloc[:1]
        .set_crs(plan.crs, allow_override=True)
        .apply(lambda _shape: place)
        .to_crs("EPSG:4326")
    )
    return degrees.x, degrees.y, place.x, place.y


@pytest.fixture(scope="module")
def address(tmp_path_factory, plan):
    path = tmp_path_factory.mktemp("map") / "覆盖图.html"
    path.write_text(map_html(plan), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def page(chromium, address):
    with browser.open_page(chromium, address) as watched:
        yield watched.page
        assert (watched.outside, watched.errors) == ([], [])


def found(page, text):
    page.locator("#gm-search").fill(text)
    return page.locator("#gm-found .gm-hit")


def numbers(text):
    return [float(one) for one in re.findall(r"-?\d+\.?\d*", text)]


def test_a_place_is_found_by_coordinates_of_any_system(page, inside):
    lon, lat, east, north = inside
    hits = found(page, f"{lon:.6f}, {lat:.6f}")
    expect(hits.locator("small")).to_have_text(
        ["经纬度（手机、国家大地坐标系）", "经纬度（高德、腾讯）", "经纬度（百度）"]
    )
    hits.first.click()
    card = page.locator(".gm-place-card dd")
    shown = [numbers(text) for text in card.all_inner_texts()]
    gcj, bd = ([float(one) for one in turn(lon, lat)] for turn in (wgs_to_gcj, wgs_to_bd))
    for told, true in zip(shown, ([lon, lat], gcj, bd), strict=False):
        assert np.abs(np.subtract(told, true)).max() < 2e-6
    assert np.abs(np.subtract(shown[3], [east, north])).max() < 0.15  # of a sixth decimal
    expect(page.locator(".gm-place-card .gm-note")).to_have_count(0)
    # The same numbers as Gaode shows them lie elsewhere.
    found(page, f"{lon:.6f}, {lat:.6f}").nth(1).click()
    expect(page.locator(".gm-place-card")).to_have_count(1)  # the other one fades
    true = [float(one) for one in gcj_to_wgs(lon, lat)]
    assert np.abs(np.subtract(numbers(card.first.inner_text()), true)).max() < 2e-6


@pytest.mark.parametrize("form", [
    "{lat:.6f} {lon:.6f}", "北纬{lat:.6f}°，东经{lon:.6f}°", "E{lon:.6f} N{lat:.6f}",
    "（{lon:.6f}，{lat:.6f}）", "{dms_lon} {dms_lat}", "{east:.1f}, {north:.1f}",
    "X={north:.1f} Y={east:.1f}", "{north:.1f} {east:.1f}",
])  # fmt: skip
def test_however_they_are_written(page, inside, form):
    lon, lat, east, north = inside

    def dms(value):
        minutes, seconds = divmod(round(value * 3600, 3), 60)
        return f"{int(minutes // 60)}°{int(minutes % 60)}′{seconds:.3f}″"

    text = form.format(lon=lon, lat=lat, east=east, north=north, dms_lon=dms(lon), dms_lat=dms(lat))
    found(page, text).first.click()
    told = numbers(page.locator(".gm-place-card dd").first.inner_text())
    assert np.abs(np.subtract(told, [lon, lat])).max() < 3e-6


def test_a_place_outside_the_town_is_said_to_be_so(page, inside):
    lon, lat, *_ = inside
    found(page, f"{lon + 3:.6f}, {lat:.6f}").first.click()
    expect(page.locator(".gm-place-card .gm-note")).to_have_text("不在本镇范围内。请核对坐标系。")


@pytest.mark.parametrize("text", ["113.9", "1, 2, 3", "网格 12, 34", "999999999, 1", "90°99′"])
def test_what_is_no_pair_of_coordinates_is_looked_up_as_a_name(page, text):
    assert found(page, text).locator("small", has_text="经纬度").count() == 0


def at(page, x, y):
    """Move the pointer over the map; gives easting and northing as the corner tells them."""
    box = page.locator(".folium-map").bounding_box()
    spot = (box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.mouse.move(*spot)
    return spot, numbers(page.locator(".gm-where").inner_text())[2:]


def test_distance_and_area_are_those_of_the_plans_metres(page):
    page.get_by_role("button", name="量距离").click()
    ends = []
    for x, y in ((0.3, 0.4), (0.6, 0.6)):
        spot, metres = at(page, x, y)
        ends.append(metres)
        page.mouse.click(*spot)
    far = float(np.hypot(*np.subtract(*ends)))
    told = page.locator(".gm-measured span")
    (length,) = numbers(told.inner_text().split("（")[0])
    assert abs(length * (1 if "米（" in told.inner_text().replace("公里", "") else 1000) - far) < 2
    expect(page.locator(".gm-card")).to_have_count(0)  # clicks open no card meanwhile
    page.get_by_role("button", name="重量").click()
    expect(told).to_have_text("依次点选各点，量出距离。")

    page.get_by_role("button", name="量面积").click()
    corners = []
    for x, y in ((0.3, 0.4), (0.5, 0.4), (0.5, 0.6), (0.9, 0.9)):
        spot, metres = at(page, x, y)
        corners.append(metres)
        page.mouse.click(*spot)
    page.get_by_role("button", name="撤一点").click()
    a, b, c = corners[:3]
    true = abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2
    hectares, mu, _ = numbers(told.inner_text().split("；")[0])[:3]
    assert hectares * 1e4 == pytest.approx(true, rel=0.02)
    assert mu == pytest.approx(hectares * 15, rel=0.01)
    page.keyboard.press("Escape")
    expect(page.locator(".gm-measured")).to_be_hidden()
    page.locator("path.gm-ground").first.click()
    expect(page.locator(".gm-dock .gm-card")).to_be_visible()


def test_a_link_opens_the_same_view(chromium, page, address):
    page.evaluate(COPIES)
    found(page, "0102").first.click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="复制此视图链接").click()
    expect(page.locator("#gm-linked")).to_contain_text("链接已复制")
    (link,) = page.evaluate("copied")
    assert link.startswith(f"{address}#at=")
    lon, lat, zoom = numbers(unquote(link).split("at=")[1])
    here = numbers(page.locator(".gm-where").inner_text())[:2]
    with browser.open_page(chromium, link) as other:
        there = numbers(other.page.locator(".gm-where").inner_text())[:2]
        assert np.abs(np.subtract(there, [lon, lat])).max() < 2e-5
        assert other.errors == []
    assert zoom > 12
    assert len(here) == 2


def test_a_link_that_says_nonsense_shows_the_whole_town(chromium, address):
    for said in ("at=1e9,2,3", "at=<b>", "at=113,999,12", "at="):
        with browser.open_page(chromium, f"{address}#{said}") as watched:
            expect(watched.page.locator("path.gm-ground")).to_have_count(16)
            assert watched.errors == []


def test_the_view_is_printed_when_asked_and_the_whole_town_otherwise(page):
    def scale():
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        (told,) = re.findall(r"1:([\d,]+)", page.locator("#gm-printed").inner_text())
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        return int(told.replace(",", ""))

    whole = scale()
    for _ in range(3):
        page.get_by_role("button", name="放大").click()
        expect(page.locator(".leaflet-zoom-anim")).to_have_count(0)
    assert scale() == whole
    page.locator("#gm-extent").select_option(label="当前视图")
    assert scale() < whole / 2
