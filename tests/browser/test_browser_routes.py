"""What a cadre's link, and no link at all, can fetch: every byte that comes is looked into."""

import urllib.error
import urllib.request
from datetime import date, timedelta

import browser
import drawn_plan
import pytest
from playwright.sync_api import expect
from saved_plans import put_plan

from gridmap.access.links import make_link

PERSON = "P008"
CODE = f"{drawn_plan.WEST_1}01"
# Of other people and grids: names, a code, the phone that stands in the roster.
FOREIGN = [text.encode() for text in ("干部015", f"{drawn_plan.EAST_1}02", drawn_plan.PHONE)]
ROUTES = (
    "/", "/mine", "/coverage", "/media/", "/media/test.gridmap.gpkg",
    "/media/..%2ftest.gridmap.gpkg",
    "/_stcore/metrics", "/_stcore/host-config", "/_stcore/health", "/_stcore/message",
    "/_stcore/stream", "/_stcore/upload_file/a/b",
    "/_stcore/bidi-components/gridmap_editor/index.js",
    "/component/gridmap_editor/index.html", "/app/static/test.gridmap.gpkg", "/test.gridmap.gpkg",
    "/test.gridmap.links", "/test.gridmap.secret", "/static/..%2f..%2ftest.gridmap.gpkg",
)  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("routes")
    put_plan(drawn_plan.draw_plan, folder / "test.gridmap.gpkg")
    with browser.app_server(folder, folder) as address:
        yield address, folder


def fetch(address):
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        return error.read()


def listening(page, frames, asked):
    page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(frame))
    )
    page.on("request", lambda request: asked.append(request.url))


def as_bytes(frame):
    return frame.encode() if isinstance(frame, str) else bytes(frame)


def test_a_link_brings_its_own_grids_and_no_byte_of_others(chromium, served):
    address, folder = served
    path = folder / "test.gridmap.gpkg"
    # A planner is at work: map, editor and downloads of the same plan lie on the server.
    with browser.open_page(chromium, f"{address}/coverage") as planner:
        expect(planner.page.locator("iframe[data-testid='stIFrame']")).to_be_visible()
        today = date.today()
        _, token = make_link(path, PERSON, expires=today + timedelta(days=1), today=today)
        frames, asked = [], []
        context = chromium.new_context(viewport=browser.PHONE, has_touch=True)
        page = context.new_page()
        listening(page, frames, asked)
        for place in ("", "people"):
            page.goto(f"{address}/{place}?t={token}")
            expect(page.get_by_text(CODE)).to_be_visible()
        everything = b"\n".join(as_bytes(frame) for frame in frames)
        context.close()
        everything += b"".join(fetch(url) for url in asked if "/media/" in url)
        assert CODE.encode() in everything  # the ear works
        assert [text for text in FOREIGN if text in everything] == []
        # Without any link, a plain request finds nothing of a plan at any route.
        for route in ROUTES:
            found = fetch(address + route)
            assert [text for text in [*FOREIGN, CODE.encode()] if text in found] == [], route
