"""The audit: what is in it and what never is, how it stays small, and that it stops nobody."""

import json
import os

import pytest

from gridmap.access import audit as room
from gridmap.access.audit import FILE, Audit, audit_events


def kinds(folder):
    return [(event["event"], event["who"]) for event in audit_events(folder)]


def test_events_are_kept_in_a_private_file_and_given_newest_first(tmp_path):
    audit = Audit(tmp_path)
    audit.note("log-in", who="li", address="10.0.0.7")
    audit.note("written", who="li", file="town.gridmap.gpkg")
    assert kinds(tmp_path) == [("written", "li"), ("log-in", "li")]
    assert audit_events(tmp_path)[1]["address"] == "10.0.0.7"
    assert os.name == "nt" or (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_it_does_not_grow_without_end_and_the_newest_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "MOST_KB", 1)
    monkeypatch.setattr(room, "FILES_KEPT", 3)
    audit = Audit(tmp_path)
    for number in range(60):
        audit.note("written", who=f"u{number}", file="x" * 20)
    assert len(list(tmp_path.glob(f"{FILE}*"))) == 4
    told = [event["who"] for event in audit_events(tmp_path)]
    assert told == [f"u{number}" for number in range(59, 59 - len(told), -1)]
    assert len(told) >= 24


def test_what_somebody_reads_so_that_it_cannot_be_put_aside_loses_no_event(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "MOST_KB", 0)
    audit = Audit(tmp_path)
    audit.note("log-in", who="li")

    def refused(_path):  # as Windows does
        raise PermissionError(13, "Access is denied")

    with monkeypatch.context() as patched:
        patched.setattr(room, "_put_aside", refused)
        audit.note("log-out", who="li")
    assert kinds(tmp_path) == [("log-out", "li"), ("log-in", "li")]
    audit.note("log-in", who="wang")
    assert [one.name for one in sorted(tmp_path.glob(f"{FILE}*"))] == [FILE, f"{FILE}.1"]


def test_a_flood_of_failures_is_counted_instead_of_written(tmp_path, monkeypatch):
    now = [6_000_000.0]
    monkeypatch.setattr(room.time, "time", lambda: now[0])
    audit = Audit(tmp_path)
    for _ in range(100):
        audit.note("log-in-failed", who="li", address="10.0.0.7")
    audit.note("log-in-failed", who="wu", address="10.0.0.8")
    now[0] += 60
    audit.note("log-in-failed", who="li", address="10.0.0.7")
    told = kinds(tmp_path)
    assert told.count(("log-in-failed", "li")) == room.FAILURES_SHOWN + 1
    assert ("log-in-failed", "wu") in told
    (more,) = (one for one in audit_events(tmp_path) if one["event"] == "log-in-failed-more")
    assert more["count"] == str(100 - room.FAILURES_SHOWN)


def test_a_bad_line_hides_no_other(tmp_path):
    audit = Audit(tmp_path)
    audit.note("log-in", who="li")
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'{"event": "log-in", "time": 3}\n\xff\n')
    audit.note("log-out", who="li")
    assert kinds(tmp_path) == [("log-out", "li"), ("log-in", "li")]


def test_what_cannot_be_written_stops_nobody_and_goes_to_the_log(tmp_path, capsys):
    (tmp_path / FILE).mkdir()
    Audit(tmp_path).note("log-in", who="li")
    assert "the audit could not be written" in capsys.readouterr().out
    Audit(tmp_path / "nowhere").note("log-in", who="li")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("name", ["a\nb", '"}', "\x1b[2J", "x" * 500])
def test_whatever_a_name_is_an_event_is_one_line(tmp_path, name):
    Audit(tmp_path).note("log-in", who=name)
    (line,) = (tmp_path / FILE).read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["who"] == name
