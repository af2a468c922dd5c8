"""The page that Streamlit sends gets the theme into its head; other answers pass as they are."""

import pytest
from app_pages import awaited

from gridmap.ui.shell.server import Door
from gridmap.ui.theme.head import theme_head

PAGE = b"<!DOCTYPE html><html><head><title>x</title></head></html>"


@pytest.fixture
def visit(tmp_path):
    """Open an address of a server that has one page; gives its answer and what it was asked."""

    def opened(path, body=PAGE, accept=b"text/html"):
        told, asked = [], {}

        async def app(scope, receive, send):
            asked.update(scope["headers"])
            length = str(len(body)).encode()
            headers = [(b"content-type", b"text/html"), (b"content-length", length)]
            headers += [(b"etag", b'"a"'), (b"last-modified", b"then")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            half = len(body) // 2
            await send({"type": "http.response.body", "body": body[:half], "more_body": True})
            await send({"type": "http.response.body", "body": body[half:]})

        async def send(message):
            told.append(message)

        headers = [(b"host", b"127.0.0.1:1"), (b"accept", accept), (b"if-none-match", b'"a"')]
        headers += [(b"accept-encoding", b"gzip"), (b"cookie", b"k=1")]
        scope = {"type": "http", "method": "GET", "path": path, "headers": headers}
        door = Door(app, folder=tmp_path, pages=frozenset({"split"}))
        awaited(door({**scope, "query_string": b""}, None, send))
        answer = b"".join(message.get("body", b"") for message in told[1:])
        return dict(told[0]["headers"]), answer, asked

    return opened


@pytest.mark.parametrize("path", ["/", "/split"])
def test_a_page_of_the_app_has_the_theme_first_in_its_head(visit, path):
    headers, answer, asked = visit(path)

    assert answer == PAGE.replace(b"<head>", b"<head>" + theme_head().encode())
    assert headers[b"content-length"] == str(len(answer)).encode()
    # A copy that the browser kept may be of an older script, and a packed page takes none.
    assert not {b"etag", b"last-modified"} & headers.keys()
    assert asked.keys() == {b"host", b"accept", b"cookie"}


@pytest.mark.parametrize(
    ("path", "body", "accept"),
    [("/media/a.html", PAGE, b"text/html"), ("/split", b"no page", b"text/html"),
     ("/", PAGE, b"*/*"), ("/static/js/a.js", PAGE, b"*/*")],
)  # fmt: skip
def test_maps_in_frames_and_files_pass_as_they_are(visit, path, body, accept):
    headers, answer, _ = visit(path, body, accept)

    assert answer == body
    assert headers[b"content-length"] == str(len(body)).encode()
