"""The door of the app, with a browser and with raw requests: who gets in, and as whom.

Nobody gets in by what a request says of itself; who was put out writes nothing by any button.
"""

import base64
import http.client
import os
import re
import socket
from datetime import date, timedelta
from urllib.parse import urlsplit

import browser
import pytest
import redraw_plan
from editor_hand import Hand
from playwright.sync_api import expect
from saved_plans import put_plan

from gridmap.access.accounts import add_account, change_role, remove_account
from gridmap.access.answers import disputes
from gridmap.access.audit import audit_events
from gridmap.access.links import make_link
from gridmap.access.sidecar import add_event, beside

PASSWORD = "tea lamp river nine"
CLOSED = "请用启动窗口中的网址打开"
NAME = "town.gridmap.gpkg"


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The app without accounts: its address and its folder of plans."""
    folder = tmp_path_factory.mktemp("alone")
    put_plan(redraw_plan.draw, folder / NAME)
    with browser.app_server(folder, folder) as address:
        yield address, folder


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """The app with accounts: its address and its folder of plans."""
    folder = tmp_path_factory.mktemp("shared")
    add_account(folder, "wu", PASSWORD, role="planner")
    with browser.app_server(folder, folder) as address:
        yield address, folder


def ask(address, path="/", method="GET", **headers):
    """Send a request as it is, whatever it says of itself."""
    parts = urlsplit(address)
    line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    line.putrequest(method, path, skip_host=True)
    given = {"Host": f"127.0.0.1:{parts.port}"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    for name, value in given.items():
        line.putheader(name, value)
    line.endheaders()
    answer = line.getresponse()
    found = answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read()
    line.close()
    return found


def shakes_hands(address, **headers):
    """Open the socket of the pages; gives the status of the answer."""
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": base64.b64encode(os.urandom(16)).decode(),
    }
    parts = urlsplit(address)
    given = {"Host": f"127.0.0.1:{parts.port}"} | upgrade | headers
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in given.items()]
    request = "\r\n".join(["GET /_stcore/stream HTTP/1.1", *lines, "", ""])
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as line:
        line.sendall(request.encode())
        return int(line.recv(100).split()[1])


# without accounts


def test_the_address_of_the_start_opens_and_the_key_goes_into_a_cookie(chromium, alone):
    start = f"{alone[0]}/coverage?lang=zh&start={browser.KEY_OF_TESTS}"
    with browser.open_page(chromium, start, with_key=False) as watched:
        page = watched.page
        expect(page.get_by_role("heading", name="覆盖", exact=True)).to_be_visible()
        assert "start=" not in page.url
        assert "lang=zh" in page.url
        (cookie,) = (one for one in page.context.cookies() if one["name"].startswith("gridmap"))
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        page.reload()
        expect(page.get_by_role("heading", name="覆盖", exact=True)).to_be_visible()
        page.get_by_role("link", name="人员", exact=True).click()
        expect(page.get_by_role("heading", name="人员", exact=True)).to_be_visible()
        assert (watched.outside, watched.errors) == ([], [])


@pytest.mark.parametrize("key", ["", "?start=", "?start=guessed", "?start=key-of-test"])
def test_without_the_key_no_page_opens(chromium, alone, key):
    with browser.open_page(chromium, f"{alone[0]}/coverage{key}", with_key=False) as watched:
        expect(watched.page.get_by_role("heading", name=CLOSED)).to_be_visible()
        assert "启动窗口" in watched.page.locator("body").inner_text()
        assert "测试" not in watched.page.locator("body").inner_text()


def test_a_personal_link_opens_without_the_key(chromium, alone):
    plan = redraw_plan.draw()
    person = plan.assignments.loc[plan.assignments["status"] == "filled", "person_id"].iloc[0]
    _, token = make_link(
        alone[1] / NAME, person, expires=date.today() + timedelta(days=9), today=date.today()
    )
    with browser.open_page(chromium, f"{alone[0]}/?t={token}", with_key=False) as watched:
        expect(watched.page.get_by_role("heading", name="我的网格")).to_be_visible()
        assert (watched.outside, watched.errors) == ([], [])


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "grid.example.cn"},
        {"Host": "evil.example:8501"},
        {"Host": "127.0.0.1.evil.example"},
        {"X_Forwarded_For": "10.0.0.7"},
        {"X_Forwarded_Host": "127.0.0.1"},
        {"X_Real_IP": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
    ],
    ids=str,
)
def test_requests_that_name_another_host_or_a_proxy_are_turned_away(alone, headers):
    for path in ("/", "/coverage", f"/?start={browser.KEY_OF_TESTS}", "/_stcore/host-config"):
        status, told, body = ask(alone[0], path, **headers)
        assert (status, "set-cookie" in told) == (403, False), path
        assert "只供本机" in body.decode()
    assert shakes_hands(alone[0], **headers) == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1",
                                    "http://localhost"])  # fmt: skip
def test_pages_of_other_sites_open_no_socket(alone, shared, origin):
    for address, _ in (alone, shared):
        assert shakes_hands(address, Origin=origin) == 403
        assert shakes_hands(address, Origin=address) == 101
        assert shakes_hands(address) == 101


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/metrics/",
        "/_stcore/agent/interact",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/_stcore/script-health-check",
        "/auth/login",
        "/oauth2callback",
        "/coverage/_stcore/metrics/../../_stcore/metrics",
        "//_stcore/metrics",
        "/app/static/x",
        "/.streamlit/config.toml",
        "/nowhere",
    ],
)
def test_what_is_no_address_of_ours_does_not_answer(alone, shared, path):
    for address, _ in (alone, shared):
        for method in ("GET", "POST"):
            status, _, body = ask(address, path, method)
            assert status in (400, 403, 404), (path, method)
            assert b"# TYPE" not in body


@pytest.mark.parametrize(
    "path", ["/nowhere", "/home/x", "/index.html", "/media/gone.html", "/static/none",
             "/a/b?t=%22x&p=1", "/%E9%A6%96%E9%A1%B5", "/_stcore/metrics"],
)  # fmt: skip
def test_an_address_that_leads_nowhere_says_so_in_chinese_and_leads_home(alone, shared, path):
    for address, _ in (alone, shared):
        status, told, body = ask(address, path, Accept="text/html,*/*;q=0.8")
        text = body.decode()
        assert (status, told["content-type"]) == (404, "text/html; charset=utf-8")
        assert text.index("没有这个页面") < text.index("There is no such page")
        query = path.partition("?")[2].replace("&", "&amp;")
        assert f'href="/{f"?{query}" if query else ""}"' in text  # what was open stays open
        assert told["x-frame-options"] == "SAMEORIGIN"
    # Programs are not sent a page.
    assert b"<html" not in ask(alone[0], "/nowhere")[2]


@pytest.mark.parametrize("path", ["/", "/coverage", "/mine", "/_stcore/health", "/static/none.js"])
def test_every_answer_says_that_nothing_comes_from_elsewhere(alone, shared, path):
    for address, _ in (alone, shared):
        _, told, _ = ask(address, path)
        policy = dict(part.strip().split(" ", 1) for part in
                      told["content-security-policy"].split(";"))  # fmt: skip
        assert policy["default-src"] == "'self'"
        assert policy["frame-ancestors"] == "'self'"
        assert policy["object-src"] == "'none'"
        assert not re.search(r"https?:|\*", told["content-security-policy"])
        assert told["x-frame-options"] == "SAMEORIGIN"
        assert told["x-content-type-options"] == "nosniff"
        assert told["referrer-policy"] == "no-referrer"
        assert "camera=()" in told["permissions-policy"]


def test_files_are_taken_from_planners_alone(alone, shared):
    for address, _ in (alone, shared):
        for method in ("PUT", "DELETE", "POST"):
            path = "/_stcore/upload_file/some-session/some-file"
            status, _, _ = ask(address, path, method, Origin=address, Content_Length="0")
            assert status == 403


# with accounts


def log_in(page, name="li"):
    page.get_by_label("账号", exact=True).fill(name)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")


def put_out(folder, end):
    if end == "removed":
        remove_account(folder, "li")
    else:
        change_role(folder, "li", "viewer")


@pytest.fixture
def plan_path(shared, request):
    path = shared[1] / f"{request.node.name[:30]}.gridmap.gpkg"
    put_plan(redraw_plan.draw, path)
    for kept in shared[1].glob("*.pending-*"):  # of the test before: they would come back
        kept.unlink()
    add_account(shared[1], "li", PASSWORD, role="planner")
    return path


def logged_out(page):
    expect(page.get_by_label("密码", exact=True)).to_be_visible()


@pytest.mark.parametrize("end", ["removed", "demoted"])
def test_who_was_put_out_changes_nothing_in_the_map_editor(chromium, shared, plan_path, end):
    address, folder = shared
    with browser.open_page(chromium, f"{address}/redraw?plan={plan_path.name}") as watched:
        log_in(watched.page)
        expect(watched.page.locator(".gm-editor[data-ready]")).to_be_visible()
        hand = Hand(watched.page)
        hand.click("P21")
        watched.page.locator(f".gm-target[data-grid={redraw_plan.W1}]").click()
        expect(hand.changes()).to_have_count(1)
        before = plan_path.read_bytes()
        put_out(folder, end)
        watched.page.locator(".gm-accept").click()
        logged_out(watched.page)
        assert plan_path.read_bytes() == before
        assert watched.outside == []
    kinds = [event["event"] for event in audit_events(folder)]
    assert kinds[0] == "ended"
    assert "written" not in kinds[: kinds.index("log-in")]


def test_who_was_put_out_settles_no_dispute_and_makes_no_link(chromium, shared, plan_path):
    address, folder = shared
    add_event(
        beside(plan_path, "answers"),
        {"event": "disputed", "id": "a1", "time": "2026-11-20T08:00:00", "person": "X",
         "grid": redraw_plan.W1, "lon": 114.0, "lat": 34.0, "sentence": "路在东边"},
    )  # fmt: skip
    with browser.open_page(chromium, f"{address}/coverage?plan={plan_path.name}") as watched:
        page = watched.page
        log_in(page)
        page.get_by_role("tab", name=re.compile("确认与异议")).click()
        expect(page.get_by_role("button", name="已处理")).to_be_visible()
        put_out(folder, "removed")
        page.get_by_role("button", name="已处理").click()
        logged_out(page)
    assert disputes(plan_path)["settled"].tolist() == [""]
    assert not beside(plan_path, "secret").exists()


def test_the_audit_is_shown_to_planners(chromium, shared, plan_path):
    address, _ = shared
    with browser.open_page(chromium, f"{address}/coverage?plan={plan_path.name}") as watched:
        page = watched.page
        page.get_by_label("账号", exact=True).fill("li")
        page.get_by_label("密码", exact=True).fill("not this one")
        page.keyboard.press("Enter")
        expect(page.get_by_text("账号或密码不对")).to_be_visible()
        log_in(page)
        page.get_by_role("tab", name=re.compile("确认与异议")).click()
        page.get_by_role("button", name="登录与更改记录").click()
        expect(page.get_by_role("dialog").get_by_test_id("stDataFrame")).to_be_visible()
        assert (watched.outside, watched.errors) == ([], [])
    kinds = [(event["event"], event["who"]) for event in audit_events(shared[1])]
    assert kinds[:2] == [("log-in", "li"), ("log-in-failed", "li")]
