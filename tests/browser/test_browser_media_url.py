"""Large data by URL: what a page publishes is served to it alone, whole, and dropped with it.

The feed leans on a part of Streamlit that is not public; these tests fail when that part changes.
"""

import gzip
import urllib.error
import urllib.request

import browser
import pytest
from playwright.sync_api import expect
from streamlit.runtime.memory_media_file_storage import _calculate_file_id

BIG = 3_000_000
SCRIPT = f"""
import gzip
import streamlit as st
from gridmap.ui.shell.media_url import publish
page = "<!doctype html><meta charset=utf-8><title>t</title><p id=p>你好</p>"
data = gzip.compress(bytes(range(256)) * ({BIG} // 256), 0)
if st.toggle("on", value=True):
    st.text(publish(page.encode(), "text/html", "page"))
    st.text(publish(data, "application/gzip", "data"))
    st.text(publish(data, "application/gzip", "the same"))
    st.text(publish(data[:-1] + b"x", "application/gzip", "other"))
    address = publish(page.encode(), "text/html", "page")
    st.iframe(address)
else:
    st.text("nothing")
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with browser.script_server(SCRIPT, tmp_path_factory.mktemp("feed")) as started:
        yield started


def fetch(url: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {}, b""


def test_published_data_is_served_whole_kept_off_the_socket_and_dropped_with_the_page(
    chromium, address
):
    with browser.open_page(chromium, address) as watched:
        page = watched.page
        expect(page.frame_locator("iframe").locator("#p")).to_have_text("你好")
        paths = page.locator("[data-testid='stText']").all_inner_texts()
        html, data, same, other = (address + path for path in paths)
        assert data == same
        assert len({html, data, other}) == 3  # they differ in the last byte alone
        status, headers, body = fetch(data)
        assert (status, headers["content-type"]) == (200, "application/gzip")
        # Compressed once, by whoever published it, and not again on every request.
        assert "content-encoding" not in headers
        assert gzip.decompress(body) == bytes(range(256)) * (BIG // 256)
        status, headers, _ = fetch(html)
        assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
        page.get_by_text("on", exact=True).click()
        expect(page.get_by_text("nothing")).to_be_visible()
        page.wait_for_function(
            "async url => (await fetch(url)).status === 404", arg=data, polling=100
        )
        assert fetch(html)[0] == 404
        assert watched.outside == []


def test_addresses_cannot_be_worked_out_from_the_data(chromium, address):
    with browser.open_page(chromium, address) as watched:
        expect(watched.page.frame_locator("iframe").locator("#p")).to_be_visible()
        path = watched.page.locator("[data-testid='stText']").nth(0).inner_text()
        text = "<!doctype html><meta charset=utf-8><title>t</title><p id=p>你好</p>"
        for name in (None, "page"):
            known = _calculate_file_id(text.encode(), "text/html", name)
            assert known not in path
            assert fetch(f"{address}/media/{known}.html")[0] == 404


def test_the_socket_stays_light_however_large_the_data(chromium, address):
    context = chromium.new_context()
    page, weights = context.new_page(), []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: weights.append(len(frame))),
    )
    page.goto(address)
    expect(page.frame_locator("iframe").locator("#p")).to_be_visible()
    context.close()
    assert weights
    assert sum(weights) < BIG / 50
