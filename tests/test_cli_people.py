"""The commands user and link: what they write, print and refuse."""

import json
from pathlib import Path

import drawn_plan
import pytest
from typer.testing import CliRunner

from gridmap.access.accounts import accounts_in, log_in
from gridmap.cli import app
from gridmap.store import save_plan

PASSWORD = "a long password"
PLAN = "test.gridmap.gpkg"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    save_plan(drawn_plan.draw_plan(), PLAN)
    Path("out").mkdir()
    return tmp_path


def run(*words, typed=None):
    return CliRunner().invoke(app, [str(word) for word in words], input=typed)


def answer(*words, typed=None):
    result = run(*words, "--json", typed=typed)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_an_account_is_added_listed_and_removed(here):
    result = run("user", "add", "li", "--role", "planner", typed=f"{PASSWORD}\n")
    assert (result.exit_code, result.stdout) == (0, "Added li, planner\n")
    assert log_in(Path("out"), "li", PASSWORD) is not None
    assert answer("user", "list") == {"accounts": [{"name": "li", "role": "planner"}]}
    assert "planner" in run("user", "list").stdout
    assert run("user", "remove", "li").exit_code == 0
    assert accounts_in(Path("out")) == []


def test_passwords_and_hashes_are_never_shown(here):
    out = run("user", "add", "li", "--json", typed=f"{PASSWORD}\n").output
    assert PASSWORD not in out
    assert "argon2" not in out


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("user", "add"), "needs a name"),
        (("user", "remove", "li"), "no account 'li'"),
        (("user", "add", "li"), "has 5 signs"),
        (("user", "add", "li", "--folder", "nowhere"), "no folder 'nowhere'"),
        (("link", "make", PLAN, "P999"), "person_id 'P999'"),
        (("link", "make", PLAN, "P008", "--address", "grid"), "'grid' is no address"),
        (("link", "revoke", PLAN), "Say what to revoke"),
        (("link", "revoke", PLAN, "P008"), "no link 'P008'"),
        (("app", "--address", "0.0.0.0"), "does not start on '0.0.0.0'"),
    ],
)
def test_wrong_use_ends_with_two_and_says_what_to_do(here, monkeypatch, words, text):
    # The app looks into the project's own folder of plans; on this test's it finds no account.
    monkeypatch.setattr("gridmap.access.accounts.accounts_in", lambda folder: [])
    monkeypatch.setattr("subprocess.call", lambda *_, **__: pytest.fail("the app was started"))
    result = run(*words, typed="short\n")
    assert result.exit_code == 2
    assert text in result.stderr


def test_a_link_is_made_listed_and_revoked(here):
    made = answer(
        "link", "make", PLAN, "P008", "--address", "https://grid.example.cn", "--qr", "q.svg"
    )
    assert made["url"].startswith("https://grid.example.cn/?t=")
    assert "<svg" in Path("q.svg").read_text()
    (row,) = answer("link", "list", PLAN)["links"]
    assert (row["serial"], row["person_id"], row["state"]) == (made["serial"], "P008", "good")
    assert made["url"].split("=")[1] not in run("link", "list", PLAN).stdout
    assert answer("link", "revoke", PLAN, "--serial", made["serial"]) == {
        "revoked": [made["serial"]]
    }
    assert "revoked" in run("link", "list", PLAN).stdout


def test_a_qr_code_that_is_there_already_is_not_replaced_and_no_link_made(here):
    Path("q.svg").write_text("mine")
    assert run("link", "make", PLAN, "P008", "--qr", "q.svg").exit_code == 2
    assert Path("q.svg").read_text() == "mine"
    assert answer("link", "list", PLAN) == {"links": []}
