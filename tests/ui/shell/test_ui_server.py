"""The door before all requests, asked as no browser would ask it."""

import gc
import sys
from dataclasses import replace
from datetime import date

import pytest
from app_pages import awaited

from gridmap.access.behalf import Behalf
from gridmap.access.links import make_link
from gridmap.ui.shell import server
from gridmap.ui.shell.server import TURN_S, Door
from gridmap.ui.shell.server import door as door_of

OWN = ("host", "127.0.0.1:8501")


@pytest.fixture
def ask(tmp_path):
    """Ask a door without accounts; gives the status of the answer, 200 when it was let through."""

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200})

    door = Door(app, folder=tmp_path, pages=frozenset({"split"}))

    def asked(path="/", *headers, method="GET", kind="http"):
        told = []

        async def send(message):
            told.append(message)

        pairs = [(name.encode(), value.encode("latin-1")) for name, value in headers or (OWN,)]
        scope = {"type": kind, "method": method, "path": path, "headers": pairs}
        awaited(door({**scope, "query_string": b""}, None, send))
        return told[0].get("status", "closed")

    return asked


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost", "LOCALHOST:1", "[::1]:8501"])
def test_requests_of_this_machine_are_let_through(ask, host):
    assert ask("/split", ("host", host)) == 200


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "hosts",
    [["evil.cn"], ["127.0.0.1.evil.cn"], ["127.0.0.1@evil.cn"], ["localhost."], ["127.1"], [""],
     ["0.0.0.0:8501"], ["2130706433"], ["evil.cn", "127.0.0.1"], ["127.0.0.1", "evil.cn"]],
)  # fmt: skip
def test_other_hosts_reach_nothing_by_any_method_or_address(ask, hosts, kind):
    headers = [("host", host) for host in hosts]
    for path in ("/", "/split", "/media/a", "/static/a", "/_stcore/stream", "/_stcore/host-config"):
        for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT"):
            assert ask(path, *headers, method=method, kind=kind) in (403, "closed")


@pytest.mark.parametrize(
    "mark", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Port", "X-Original-URL", "CF-Ray", "Via",
             "True-Client-IP", "X-Envoy-External-Address", "X-ARR-LOG-ID", "CDN-Loop"],
)  # fmt: skip
def test_what_came_through_a_proxy_is_turned_away(ask, mark):
    assert ask("/", OWN, (mark, "1")) == 403


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "//_stcore/metrics", "/_stcore//metrics", "/split/_stcore/metrics",
             "/static/../_stcore/metrics", "/media/..", "/split/./a", "/_stcore", "/_STCORE/stream",
             "/static/_stcore", "/static/..\\a", "/app/static/a", "/docs"],
)  # fmt: skip
def test_no_way_leads_round_the_list_of_addresses(ask, path):
    for method in ("GET", "HEAD", "OPTIONS", "POST"):
        assert ask(path, method=method) == 404


@pytest.mark.parametrize("origin", ["http://evil.cn", "null", "", "http://127.0.0.1:9", "file://",
                                    "http://127.0.0.1:8501@evil.cn"])  # fmt: skip
def test_pages_of_others_change_nothing_and_open_no_socket(ask, origin):
    assert ask("/_stcore/stream", OWN, ("origin", origin), kind="websocket") == "closed"
    for method in ("PUT", "POST", "DELETE"):
        assert ask("/_stcore/upload_file/a/b", OWN, ("origin", origin), method=method) == 403


def test_files_are_taken_from_nobody_whose_session_is_not_known(ask):
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        assert ask("/_stcore/upload_file/a/b", method=method) == 403


def test_photos_are_taken_from_a_cadre_whose_link_is_good_and_nothing_larger(
    ask, path, monkeypatch
):
    today = date.today()
    _, token = make_link(path, "P008", expires=today, today=today)
    good = Behalf(path.parent, "cadre", token=token, plan_path=path)
    sessions = {
        "good": good,
        "looks": replace(good, role="viewer"),
        "ended": replace(good, token=""),
    }
    monkeypatch.setattr(server, "_sessions", sessions)

    def sent(who, *length, method="PUT"):
        headers = [OWN, *(("content-length", one) for one in length)]
        return ask(f"/_stcore/upload_file/{who}/f", *headers, method=method)

    assert sent("good", "5000000") == 200
    for length in ("30000000", "-1", "", "1e3", "5, 5"):
        assert sent("good", length) == 403, length
    assert sent("good") == 403
    assert sent("good", method="DELETE") == 200  # taken back
    assert sent("looks", "5") == sent("ended", "5") == 403


def test_from_its_start_the_server_takes_turns_quickly_and_lets_libraries_lie(tmp_path):
    lives, before = door_of(tmp_path, ())["lifespan"], sys.getswitchinterval()
    kept, of_before = gc.get_freeze_count(), [[] for _ in range(1000)]

    async def start():
        async with lives(None):
            return sys.getswitchinterval()

    try:
        assert awaited(start()) == pytest.approx(TURN_S) != before
        assert gc.get_freeze_count() >= kept + len(of_before)  # not looked through at each click
    finally:
        sys.setswitchinterval(before)
