"""The addresses of phone pages, asked as no browser would ask them."""

import json
import re
from datetime import timedelta

import drawn_plan
import pytest
from app_pages import awaited
from cadre_page import CODE, PERSON, TODAY, token_for
from phone_answers import answer, link_for, written

from gridmap.access.accounts import add_account
from gridmap.access.answers import disputes, responses
from gridmap.access.links import make_view_link, revoke
from gridmap.access.sidecar import beside
from gridmap.phone.answer_file import MOST_BYTES
from gridmap.publish import release
from gridmap.store import load_plan
from gridmap.ui.shell import phone_route
from gridmap.ui.shell.server import Door

OWN = ("host", "127.0.0.1:8501")


@pytest.fixture
def ask(path, monkeypatch):
    """Ask the door of the folder of a plan; gives status, headers and body."""
    monkeypatch.setattr(phone_route, "_asked", phone_route.OrderedDict())

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 299})

    door = Door(app, folder=path.parent, pages=frozenset({"split"}))

    def asked(where="/phone/", *headers, method="GET", query="", body=b""):
        told = []
        sizes = [body[at : at + 2**20] for at in range(0, len(body), 2**20)] or [b""]
        sent = [{"type": "http.request", "body": one, "more_body": True} for one in sizes]
        sent[-1]["more_body"] = False

        async def receive():
            return sent.pop(0)

        async def send(message):
            told.append(message)

        pairs = [(name.encode(), value.encode("latin-1")) for name, value in (OWN, *headers)]
        scope = {"type": "http", "method": method, "path": where, "headers": pairs,
                 "query_string": query.encode(), "client": ("127.0.0.1", 1)}  # fmt: skip
        awaited(door(scope, receive, send))
        head = {name.decode(): value.decode() for name, value in told[0].get("headers", [])}
        return told[0]["status"], head, b"".join(one.get("body", b"") for one in told[1:])

    return asked


def test_the_page_of_a_link_and_what_belongs_to_it(path, ask):
    token = token_for(path)
    status, head, page = ask(query=f"t={token}")
    assert (status, head["content-type"]) == (200, "text/html; charset=utf-8")
    assert CODE in page.decode()
    assert drawn_plan.PHONE not in page.decode()
    rules = re.search(rb'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert rules.count(b"self") == 4  # requests, pictures, manifest and worker of this server
    assert ask(query=f"t={token}")[2] == page
    assert ask(query=f"t={token}&lang=en")[2].startswith(b'<!doctype html><html lang="en">')
    status, head, _ = ask("/phone", query=f"t={token}")
    assert (status, head["location"]) == (308, f"/phone/?t={token}")
    manifest = json.loads(ask("/phone/app.webmanifest", query=f"t={token}")[2])
    assert (manifest["start_url"], manifest["scope"]) == (f"./?t={token}", "./")
    for icon in manifest["icons"]:
        assert ask(f"/phone/{icon['src']}")[2].startswith(b"\x89PNG")
    assert ask("/phone/worker.js")[1]["content-type"].startswith("text/javascript")


def test_links_that_do_not_open_show_nothing(path, ask):
    revoked, expired = token_for(path), token_for(path, made=TODAY - timedelta(days=400))
    revoke(path, person_id=PERSON, today=TODAY)
    look = make_view_link(path, "书记", expires=TODAY + timedelta(days=9), today=TODAY)[1]
    for token, status in ((revoked, 410), (expired, 410), (look, 404), ("x", 404), ("", 404)):
        told = ask(query=f"t={token}")
        assert told[0] == status
        assert CODE not in told[2].decode()
        assert "请联系镇网格办" in told[2].decode()
    for where in ("/phone/secret", "/phone/../a", "/phone/a/b", "/phone/own_map.js"):
        assert ask(where)[0] == 404
    for method in ("POST", "PUT", "DELETE"):
        assert ask(method=method)[0] == 405
    assert ask("/phone/", ("x-forwarded-for", "10.0.0.1"))[0] == 403  # no accounts: this machine
    add_account(path.parent, "li", "tea lamp river nine", role="planner")
    assert ask("/phone/", ("x-forwarded-for", "10.0.0.1"))[0] == 404


def test_answers_are_taken_of_any_page_by_their_signature_alone(path, ask):
    plan, link = release(load_plan(path)), link_for(path, PERSON)
    data = written(link, answer(plan, link, CODE))
    other = ("origin", "null")  # a page that was opened as a file
    status, head, body = ask("/phone/answers", other, method="POST", body=data)
    assert (status, head["access-control-allow-origin"]) == (200, "*")
    assert "set-cookie" not in head
    assert json.loads(body)["answers"][0]["outcome"] == "taken"
    assert (responses(plan, path)["state"] == "confirmed").sum() == 1
    again = json.loads(ask("/phone/answers", other, method="POST", body=data)[2])
    assert again["answers"][0] == {"id": f"{1:016x}", "outcome": "again", "why": None}
    assert ask("/phone/answers", other, method="OPTIONS")[0] == 204
    assert ask("/phone/answers")[0] == 405
    strange = data.replace(b'"body"', b'"bode"'), data.replace(link.plan.encode(), b"0" * 16)
    for bad in (b"", b"{}", *strange):
        status, _, body = ask("/phone/answers", other, method="POST", body=bad)
        assert (status, set(json.loads(body)["why"])) == (400, {"zh", "en"})
    # Nowhere else does another page change anything.
    assert ask("/_stcore/upload_file/a/b", other, method="POST")[0] == 403


def test_what_is_sent_is_bounded_and_paths_are_told_to_nobody(path, ask):
    length = ("content-length", str(MOST_BYTES + 1))
    assert ask("/phone/answers", length, method="POST")[0] == 413
    assert ask("/phone/answers", method="POST", body=b" " * (MOST_BYTES + 1))[0] == 413
    plan, link = release(load_plan(path)), link_for(path, PERSON)
    data = written(link, answer(plan, link, CODE))
    beside(path, "answers").mkdir()  # cannot be written
    status, _, body = ask("/phone/answers", method="POST", body=data)
    assert (status, str(path.parent) in body.decode()) == (503, False)
    beside(path, "answers").rmdir()
    revoke(path, person_id=PERSON, today=TODAY)
    status, _, body = ask("/phone/answers", method="POST", body=data)
    assert (status, "已停用" in body.decode()) == (400, True)
    assert disputes(path).empty
    for _ in range(phone_route.MOST_OFTEN):
        status = ask("/phone/answers", method="POST", body=b"{}")[0]
    assert status == 429
    assert ask("/phone/answers", ("x-forwarded-for", "x"), method="POST", body=b"{}")[0] == 403
