"""Personal links: what opens, what does not, and what lies beside the plan."""

import json
import os
import shutil
from datetime import date, timedelta

import pytest
from itsdangerous import URLSafeSerializer

from gridmap.access import sidecar as private
from gridmap.access.links import (
    are_paused,
    check_token,
    faulty_links,
    links_of,
    make_link,
    qr_svg,
    revoke,
    take_over,
)
from layers.contract.errors import LayerFileError, UsageError

TODAY = date(2026, 11, 20)
LATER = TODAY + timedelta(days=30)
PERSON = "P008"


@pytest.fixture
def plan_path(tmp_path):
    path = tmp_path / "test.gridmap.gpkg"
    path.write_bytes(b"a plan")
    return path


def made(plan_path, person=PERSON):
    return make_link(plan_path, person, expires=LATER, today=TODAY)


def test_a_link_opens_for_its_person_until_its_last_day(plan_path):
    link, token = made(plan_path)
    opened = check_token(plan_path, token, today=LATER)
    assert (opened.state, opened.person_id, opened.expires) == ("good", PERSON, LATER)
    assert link.expires == LATER
    assert token.isascii()
    assert len(token) < 200


def test_a_link_is_closed_the_day_after(plan_path):
    _, token = made(plan_path)
    opened = check_token(plan_path, token, today=LATER + timedelta(days=1))
    assert (opened.state, opened.person_id) == ("expired", "")


def test_one_link_is_revoked_and_the_other_still_opens(plan_path):
    first, first_token = made(plan_path)
    _, second_token = made(plan_path)
    assert revoke(plan_path, serial=first.serial, today=TODAY) == [first]
    assert check_token(plan_path, first_token, today=TODAY).state == "revoked"
    assert check_token(plan_path, second_token, today=TODAY).state == "good"
    assert [link.revoked for link in links_of(plan_path)] == [True, False]


def test_all_links_of_a_person_are_revoked_and_no_others(plan_path):
    tokens = [made(plan_path)[1], made(plan_path)[1], made(plan_path, "P009")[1]]
    revoke(plan_path, person_id=PERSON, today=TODAY)
    states = [check_token(plan_path, token, today=TODAY).state for token in tokens]
    assert states == ["revoked", "revoked", "good"]


def test_revoking_what_is_not_there_is_wrong_use(plan_path):
    with pytest.raises(UsageError, match="no link 'abc'"):
        revoke(plan_path, serial="abc", today=TODAY)
    with pytest.raises(UsageError):
        revoke(plan_path, today=TODAY)


def test_a_link_of_another_plan_is_foreign(plan_path, tmp_path):
    other = tmp_path / "other.gridmap.gpkg"
    _, token = made(other)
    assert check_token(plan_path, token, today=TODAY).state == "foreign"
    made(plan_path)
    assert check_token(plan_path, token, today=TODAY).state == "foreign"


@pytest.mark.parametrize("token", ["", "x", "a.b", "é中", "a" * 2000, "null", "W10.x"])
def test_what_is_no_token_is_foreign(plan_path, token):
    made(plan_path)
    assert check_token(plan_path, token, today=TODAY).state == "foreign"


def test_every_changed_sign_of_a_token_makes_it_foreign(plan_path):
    _, token = made(plan_path)
    # The last sign of base64 holds bits that do not count.
    for place in range(len(token) - 1):
        other = "A" if token[place] != "A" else "B"
        forged = token[:place] + other + token[place + 1 :]
        assert check_token(plan_path, forged, today=TODAY).state == "foreign", place


def test_a_token_signed_with_another_secret_is_foreign(plan_path):
    link, _ = made(plan_path)
    plan = json.loads(private.beside(plan_path, "secret").read_text())["plan"]
    forged = URLSafeSerializer("guess", salt="gridmap.link").dumps(
        [plan, PERSON, LATER.isoformat(), link.serial]
    )
    assert check_token(plan_path, forged, today=TODAY).state == "foreign"


def test_a_lost_record_closes_every_link(plan_path):
    _, token = made(plan_path)
    private.beside(plan_path, "links").unlink()
    assert check_token(plan_path, token, today=TODAY).state == "foreign"


def test_a_link_that_would_be_over_is_not_made(plan_path):
    with pytest.raises(UsageError, match="cannot expire"):
        make_link(plan_path, PERSON, expires=TODAY - timedelta(days=1), today=TODAY)
    assert links_of(plan_path) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such marks")
def test_files_beside_the_plan_are_the_owners_alone_and_the_plan_is_as_it_was(plan_path):
    made(plan_path)
    secret, record = (private.beside(plan_path, kind) for kind in ("secret", "links"))
    assert {path.stat().st_mode & 0o777 for path in (secret, record)} == {0o600}
    assert plan_path.read_bytes() == b"a plan"
    secret.chmod(0o644)
    with pytest.raises(LayerFileError, match="chmod 600"):
        made(plan_path)


def test_the_record_holds_no_token_and_no_secret(plan_path):
    _, token = made(plan_path)
    record = private.beside(plan_path, "links").read_text()
    secret = json.loads(private.beside(plan_path, "secret").read_text())["secret"]
    assert token not in record
    assert token.split(".")[-1] not in record
    assert secret not in record + token


def test_a_damaged_secret_is_told(plan_path):
    made(plan_path)
    private.beside(plan_path, "secret").write_text("{")
    with pytest.raises(LayerFileError, match="Delete it"):
        made(plan_path)


def test_a_line_cut_short_by_a_crash_is_passed_over_and_the_next_is_whole(tmp_path):
    path = tmp_path / "record"
    private.add_event(path, {"event": "one"})
    with path.open("ab") as file:
        file.write(b'{"event": "tw')
    private.add_event(path, {"event": "three"})
    assert [event["event"] for event in private.read_events(path, {"one": {}, "three": {}})] == [
        "one",
        "three",
    ]


def test_events_that_do_not_say_all_and_those_of_other_kinds_are_passed_over(plan_path):
    link, _ = made(plan_path)
    with private.beside(plan_path, "links").open("a") as file:
        file.write('{"event": "revoked"}\n{"event": "made", "serial": "x"}\n[1]\n{"event": []}\n')
    assert links_of(plan_path) == [link]


BAD_LINES = [
    b"{",
    b"[1]",
    b"7",
    b"null",
    b"\xff\xfe",
    b"\0" * 40,
    b"[" * 50_000,
    b'{"event": "made", "serial": "x", "person": "P", "expires": "tomorrow", "day": "2026-01-01"}',
    b'{"event": "made", "serial": "x", "person": "P", "expires": 7, "day": "2026-01-01"}',
    b'{"event": "made", "serial": ["x"], "person": "P", "expires": "2026-01-01", "day": ""}',
    b'{"event": "made", "serial": [], "person": "P", "expires": "2026-01-01", "day": "2026-01-01"}',
    b'{"event": "revoked", "serial": {}}',
    b'{"event": "revoked"}',
    b'{"event": "' + b"x" * 200_000 + b'"}',
]


@pytest.mark.parametrize("line", BAD_LINES, ids=range(len(BAD_LINES)))
def test_one_bad_line_shuts_no_other_link_out_and_is_counted(plan_path, line):
    first, token = made(plan_path)
    record = private.beside(plan_path, "links")
    record.write_bytes(line + b"\r\n" + record.read_bytes())
    second, later = made(plan_path, "P009")
    assert links_of(plan_path) == [first, second]
    assert [check_token(plan_path, one, today=TODAY).state for one in (token, later)] == [
        "good", "good",
    ]  # fmt: skip
    assert faulty_links(plan_path) == 1


def test_events_of_a_newer_version_are_no_fault(plan_path):
    made(plan_path)
    private.add_event(private.beside(plan_path, "links"), {"event": "renamed"})
    assert faulty_links(plan_path) == 0


def test_a_record_that_no_gridmap_wrote_is_not_read_into_memory(plan_path, monkeypatch):
    _, token = made(plan_path)
    monkeypatch.setattr(private, "MOST_MB", 0)
    with pytest.raises(LayerFileError, match="larger than 0 MB"):
        check_token(plan_path, token, today=TODAY)


# copies and backups


def files_of(plan_path):
    return [private.beside(plan_path, kind) for kind in ("secret", "links")]


def copied(plan_path, folder, name="copy"):
    """Copy a plan with the files beside it, under another name."""
    folder.mkdir(exist_ok=True)
    target = folder / f"{name}.gridmap.gpkg"
    shutil.copy2(plan_path, target)
    for path, other in zip(files_of(plan_path), files_of(target), strict=True):
        shutil.copy2(path, other)
    return target


def on_another_machine(monkeypatch, folder):
    monkeypatch.setenv("GRIDMAP_STATE", str(folder / "state of another machine"))


def test_what_is_revoked_is_revoked_in_every_copy_and_backup(plan_path, tmp_path):
    link, token = made(plan_path)
    _, other = made(plan_path, "P009")
    beside = copied(plan_path, tmp_path, "copy")
    backup = copied(plan_path, tmp_path / "backup", "test")
    assert check_token(beside, token, today=TODAY).state == "good"
    revoke(plan_path, serial=link.serial, today=TODAY)
    for place in (plan_path, beside, backup):
        assert check_token(place, token, today=TODAY).state == "revoked", place
        assert check_token(place, other, today=TODAY).state == "good", place
    for path, kept in zip(files_of(plan_path), files_of(backup), strict=True):
        shutil.copy2(kept, path)  # brought back over what is there
    assert check_token(plan_path, token, today=TODAY).state == "revoked"
    assert [one.revoked for one in links_of(plan_path)] == [True, False]


def test_what_a_copy_revokes_is_revoked_in_the_plan(plan_path, tmp_path):
    link, token = made(plan_path)
    copy = copied(plan_path, tmp_path)
    revoke(copy, serial=link.serial, today=TODAY)
    assert check_token(plan_path, token, today=TODAY).state == "revoked"


def test_all_links_end_at_once_and_in_every_copy(plan_path, tmp_path):
    tokens = [made(plan_path)[1], made(plan_path, "P009")[1]]
    copy = copied(plan_path, tmp_path)
    assert len(revoke(plan_path, every=True, today=TODAY)) == 2
    assert revoke(plan_path, every=True, today=TODAY) == []
    states = {check_token(copy, token, today=TODAY).state for token in tokens}
    assert states == {"revoked"}


def test_links_revoked_by_an_older_version_are_learned_from_the_record(plan_path, tmp_path):
    link, token = made(plan_path)
    backup = copied(plan_path, tmp_path / "backup", "test")
    private.add_event(
        private.beside(plan_path, "links"),
        {"event": "revoked", "serial": link.serial, "day": "2026-11-20"},
    )
    assert check_token(plan_path, token, today=TODAY).state == "revoked"
    assert check_token(backup, token, today=TODAY).state == "revoked"


def test_on_another_machine_links_are_paused_until_they_are_taken_over(
    plan_path, tmp_path, monkeypatch
):
    link, token = made(plan_path)
    _, other = made(plan_path, "P009")
    revoke(plan_path, serial=link.serial, today=TODAY)
    on_another_machine(monkeypatch, tmp_path)
    assert are_paused(plan_path)
    assert check_token(plan_path, other, today=TODAY).state == "paused"
    with pytest.raises(UsageError, match="take-over"):
        made(plan_path)
    assert [one.person_id for one in take_over(plan_path)] == ["P009"]
    assert not are_paused(plan_path)
    assert check_token(plan_path, other, today=TODAY).state == "good"
    assert check_token(plan_path, token, today=TODAY).state == "revoked"
    monkeypatch.undo()  # there they are paused now: they are in one place
    assert check_token(plan_path, other, today=TODAY).state == "paused"
    assert check_token(plan_path, token, today=TODAY).state == "revoked"


def test_links_of_the_version_before_are_taken_over_once(plan_path):
    _, token = made(plan_path)
    secret = private.beside(plan_path, "secret")
    told = json.loads(secret.read_text())
    del told["machine"]
    secret.write_text(json.dumps(told))
    assert check_token(plan_path, token, today=TODAY).state == "paused"
    take_over(plan_path)
    assert check_token(plan_path, token, today=TODAY).state == "good"


def test_a_deleted_secret_that_is_brought_back_opens_nothing_after_new_links(plan_path, tmp_path):
    _, token = made(plan_path)
    backup = copied(plan_path, tmp_path / "backup", "test")
    for path in files_of(plan_path):
        path.unlink()
    made(plan_path)
    for path, kept in zip(files_of(plan_path), files_of(backup), strict=True):
        shutil.copy2(kept, path)
    assert check_token(plan_path, token, today=TODAY).state == "paused"


def test_nothing_opens_while_the_memory_of_the_machine_cannot_be_read(
    plan_path, tmp_path, monkeypatch
):
    link, token = made(plan_path)
    monkeypatch.setenv("GRIDMAP_STATE", str(tmp_path / "test.gridmap.gpkg" / "below a file"))
    with pytest.raises(LayerFileError, match="GRIDMAP_STATE"):
        check_token(plan_path, token, today=TODAY)
    with pytest.raises(LayerFileError, match="GRIDMAP_STATE"):
        revoke(plan_path, serial=link.serial, today=TODAY)


def test_the_memory_of_the_machine_holds_no_name_and_no_token(plan_path, tmp_path, monkeypatch):
    monkeypatch.setenv("GRIDMAP_STATE", str(tmp_path / "state"))
    link, token = made(plan_path)
    revoke(plan_path, serial=link.serial, today=TODAY)
    text = (tmp_path / "state" / "access.jsonl").read_text()
    secret = json.loads(private.beside(plan_path, "secret").read_text())["secret"]
    assert link.serial in text
    for private_text in (PERSON, token, secret, str(tmp_path)):
        assert private_text not in text


def test_a_record_that_cannot_grow_stays_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "record"
    private.add_event(path, {"event": "one"})
    before = path.read_bytes()

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LayerFileError, match="the disk is full"):
        private.add_event(path, {"event": "two"})
    assert path.read_bytes() == before


def test_qr_code_is_an_svg_of_the_address_alone():
    svg = qr_svg("http://127.0.0.1:8501/mine?t=abc")
    assert svg.startswith("<?xml")
    assert "<svg" in svg
    assert "script" not in svg
    assert svg == qr_svg("http://127.0.0.1:8501/mine?t=abc")
    assert svg != qr_svg("http://127.0.0.1:8501/mine?t=abd")
