"""The commands user and link: what they write, print and refuse."""

import json
from pathlib import Path

import drawn_plan
import pytest
from saved_plans import put_plan
from typer.testing import CliRunner

from gridmap.access.accounts import FILE, accounts_in, password_fits
from gridmap.cli import app

PASSWORD = "tea lamp river nine"
PLAN = "test.gridmap.gpkg"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    put_plan(drawn_plan.draw_plan, Path(PLAN))
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
    assert password_fits(accounts_in(Path("out"))[0], PASSWORD)
    li = {"name": "li", "role": "planner", "everything": True, "areas": [], "towns": []}
    told = {"accounts": [li], "faulty": 0}
    assert answer("user", "list") == told
    assert "planner" in run("user", "list").stdout
    assert run("user", "role", "li", "--role", "viewer").stdout == "li is viewer now\n"
    assert accounts_in(Path("out"))[0].role == "viewer"
    assert run("user", "remove", "li").exit_code == 0
    assert accounts_in(Path("out")) == []


def test_an_account_is_for_the_towns_that_are_named_and_what_is_not_here_is_told(here):
    out = run("user", "add", "li", "--area", "410122", "--town", "x", typed=f"{PASSWORD}\n").stdout
    assert "410122, x is not here yet" in out
    assert accounts_in(Path("out"))[0].scope.written() == {"areas": ["410122"], "towns": ["x"]}
    assert "410122 x" in run("user", "list").stdout
    assert run("user", "scope", "li", "--everything").stdout == "li is for everything now\n"
    assert accounts_in(Path("out"))[0].scope.everything
    events = [one for one in answer("audit")["events"] if one["event"].startswith("account-")]
    assert {one["event"]: one.get("scope") for one in events} == {
        "account-added": "410122 x",
        "account-scope": None,
    }


def test_passwords_and_hashes_are_never_shown(here):
    out = run("user", "add", "li", "--json", typed=f"{PASSWORD}\n").output
    assert PASSWORD not in out
    assert "argon2" not in out


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("user", "add"), "needs a name"),
        (("user", "remove", "li"), "no account 'li'"),
        (("user", "role", "li"), "no account 'li'"),
        (("user", "add", "li"), "has 5 signs"),
        (("user", "scope", "li"), "needs --area, --town or --everything"),
        (("user", "scope", "li", "--town", "a/b"), "'a/b' is neither"),
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
    assert answer("link", "list", PLAN)["links"] == []


def test_all_links_are_revoked_at_once(here):
    for person in ("P008", "P009"):
        answer("link", "make", PLAN, person)
    assert len(answer("link", "revoke", PLAN, "--all")["revoked"]) == 2
    assert run("link", "revoke", PLAN, "P008", "--all").exit_code == 2
    assert {row["state"] for row in answer("link", "list", PLAN)["links"]} == {"revoked"}


def test_links_from_another_machine_are_paused_and_taken_over(here, monkeypatch):
    answer("link", "make", PLAN, "P008")
    monkeypatch.setenv("GRIDMAP_STATE", str(here / "another machine"))
    assert answer("link", "list", PLAN)["paused"]
    assert "are paused" in run("link", "list", PLAN).stdout
    assert "take-over" in run("link", "make", PLAN, "P009").stderr
    assert len(answer("link", "take-over", PLAN)["taken_over"]) == 1
    assert not answer("link", "list", PLAN)["paused"]
    assert run("link", "make", PLAN, "P009").exit_code == 0


def test_a_link_to_look_at_is_made_listed_and_revoked_by_its_serial(here):
    made = answer("link", "make", PLAN, "--view", "Secretary Zhang", "--days", "7")
    assert (made["person_id"], made["view"]) == ("", "Secretary Zhang")
    assert "Secretary Zhang (to look at)" in run("link", "list", PLAN).stdout
    assert answer("link", "revoke", PLAN, "--serial", made["serial"])["revoked"]
    assert answer("link", "list", PLAN)["links"][0]["state"] == "revoked"
    both = run("link", "make", PLAN, "P008", "--view", "Secretary Zhang")
    assert both.exit_code == 2
    assert "Give a person or --view" in both.stderr


def test_what_was_done_is_in_the_audit_without_passwords_and_tokens(here):
    run("user", "add", "li", "--role", "planner", typed=f"{PASSWORD}\n")
    run("user", "role", "li", "--role", "viewer")
    run("user", "remove", "li")
    run("user", "add", "wu", typed=f"{PASSWORD}\n")
    told = answer("audit")["events"]
    assert [event["event"] for event in told] == [
        "account-added", "account-removed", "account-role", "account-added",
    ]  # fmt: skip
    assert [event["name"] for event in told] == ["wu", "li", "li", "li"]
    made = answer("link", "make", PLAN, "P008")
    answer("link", "revoke", PLAN, "P008")
    beside = answer("audit", "--folder", ".")["events"]
    assert [event["event"] for event in beside] == ["link-revoked", "link-made"]
    shown = run("audit", "--folder", ".").stdout + json.dumps(told + beside)
    assert "revoked a link" in shown
    for secret in (PASSWORD, "argon2", made["url"].split("=")[1]):
        assert secret not in shown


def test_a_link_is_noted_with_the_town_and_the_place_of_its_plan(here):
    run("user", "add", "li", "--role", "planner", typed=f"{PASSWORD}\n")
    plan = Path("out/east", PLAN)
    plan.parent.mkdir()
    Path(PLAN).rename(plan)
    answer("link", "make", plan, "P008")
    event = answer("audit")["events"][0]
    assert (event["event"], event["town"], event["file"]) == ("link-made", "east", f"east/{PLAN}")


def test_rows_of_accounts_that_cannot_be_used_are_told(here):
    run("user", "add", "li", "--role", "planner", typed=f"{PASSWORD}\n")
    path = Path("out") / FILE
    told = json.loads(path.read_text())
    told["accounts"].append({"name": "wu"})
    path.write_text(json.dumps(told))
    result = run("user", "list")
    assert "1 rows" in result.stdout
    assert "li" in result.stdout
