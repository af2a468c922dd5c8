"""Whoever changes accounts and links is killed at any moment: what was told as done is done."""

from benchmarks.account_kills import kill_account_changes


def test_kills_lose_nothing_that_was_told_and_spoil_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv("GRIDMAP_STATE", str(tmp_path / "state"))
    found = kill_account_changes(6, seed=1, folder=tmp_path)
    assert found.kills == 6
    assert found.steps > 12
    assert (found.lost, found.unreadable, found.advice) == (0, 0, 0)
