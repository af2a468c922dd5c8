"""People whose terms ended long ago: gone by name from the roster, the posts and the log."""

import json
from datetime import date

import pandas as pd
import pytest
from cli_runs import run
from secret_plan import NAMES, PHONES, secret_plan

from gridmap.access import sidecar
from gridmap.access.answers import EVENTS
from gridmap.access.links import check_token, links_of, make_link
from gridmap.access.sidecar import add_event, beside, read_events, rewrite_events
from gridmap.publish.retention import FORMER, cutoff, retain
from gridmap.store import load_plan, save_plan
from gridmap.workflow.workflow import recheck
from layers.contract.errors import LayerFileError

TODAY = date(2026, 11, 30)


def plan_with_terms(**ends):
    """The plan of secrets in which some people (by id) have terms that end on a day."""
    plan = secret_plan()
    rows = plan.assignments.copy()
    for person, day in ends.items():
        rows.loc[rows["person_id"] == person.removeprefix("p"), "valid_to"] = day
    edits = plan.edits.assign(why=f"{NAMES[0]}调岗")
    return plan.with_tables(assignments=rows, edits=edits)


def test_months_are_counted_by_the_calendar():
    assert cutoff(TODAY, 6) == date(2026, 5, 30)
    assert cutoff(date(2026, 3, 31), 1) == date(2026, 2, 28)


def test_who_left_before_has_no_name_anywhere_and_the_post_is_vacant():
    found = retain(plan_with_terms(p001="2026-05-29"), today=TODAY, months=6)
    plan = found.plan

    assert (found.people, found.assignments) == (1, 1)
    assert "001" not in plan.people.index
    assert dict(plan.people.loc["left-00001", ["name", "phone", "office", "role"]]) == {
        "name": "", "phone": "", "office": "", "role": FORMER,
    }  # fmt: skip
    row = plan.assignments[plan.assignments["post_id"] == "T-1"].iloc[0]
    assert (row["status"], row["person_id"], row["valid_to"]) == ("vacant", "", "")
    log = "\n".join([*plan.edits["rows"], *plan.edits["why"]])
    assert NAMES[0] not in log
    assert PHONES[0] not in log
    assert NAMES[1] in log  # nobody else is touched
    assert plan.edits["why"].iloc[0] == "left-00001调岗"
    assert [row["person_id"] for row in json.loads(plan.edits["rows"].iloc[0])["people"][0]] == [
        "left-00001", "002", "003", "004",
    ]  # fmt: skip


def test_the_receipt_says_how_many_and_never_who():
    plan = retain(plan_with_terms(p001="2026-05-29"), today=TODAY, months=6).plan

    assert plan.receipt["retention:2026-11-30"] == (
        "1 people, 1 assignments that ended before 2026-05-30"
    )


@pytest.mark.parametrize("day", ["", "2026-05-30", "2027-01-01"])
def test_a_term_that_runs_or_ended_later_is_kept(day):
    plan = plan_with_terms(p001=day)

    assert retain(plan, today=TODAY, months=6).plan is plan


def test_who_has_another_term_keeps_the_name_and_loses_the_old_row():
    plan = plan_with_terms(p001="2026-01-01")
    later = plan.assignments[plan.assignments["post_id"] == "T-1"].assign(valid_to="")
    plan = plan.with_tables(assignments=pd.concat([plan.assignments, later]).reset_index(drop=True))

    found = retain(plan, today=TODAY, months=6)

    assert (found.people, found.assignments) == (0, 1)
    assert found.plan.people.loc["001", "name"] == NAMES[0]
    assert list(found.plan.assignments["post_id"]).count("T-1") == 1


def test_whom_no_log_counts_has_no_row_left():
    plan = plan_with_terms(p001="2026-05-29")
    plan = plan.with_tables(edits=plan.edits.iloc[:0])

    made = retain(plan, today=TODAY, months=6).plan

    assert len(made.people) == 3
    assert FORMER not in set(made.people["role"])


def test_a_former_row_is_no_fault_of_the_roster():
    made = recheck(retain(plan_with_terms(p001="2026-05-29"), today=TODAY, months=6).plan)

    assert (
        not (made.issues["rule"] == "PEOPLE-1").any()
        or not (made.issues.query("rule == 'PEOPLE-1'")["other_code"] == "left-00001").any()
    )


def test_the_command_counts_first_then_removes(tmp_path):
    path = tmp_path / "t.gridmap.gpkg"
    save_plan(plan_with_terms(p001="2026-05-29"), path)
    before = path.read_bytes()
    words = ("retain", path, "--months", 6, "--today", "2026-11-30", "--lang", "en")

    dry = run(*words, "--dry-run")
    assert "the names of" not in dry.stdout
    assert "1 people would lose their names" in dry.stdout
    assert path.read_bytes() == before
    done = run(*words)

    assert done.exit_code == 0
    assert "the names of 1 people" in done.stdout
    assert NAMES[0] not in load_plan(path).people["name"].tolist()
    assert "0 people" in run(*words).stdout  # nothing is left to do


def test_links_and_answers_of_those_who_are_forgotten_go_too(tmp_path):
    path = tmp_path / "t.gridmap.gpkg"
    plan = plan_with_terms(p001="2026-05-29")
    save_plan(plan, path)
    links = {}
    for person in ("001", "002"):
        _, links[person] = make_link(path, person, expires=date(2027, 1, 1), today=TODAY)
        add_event(beside(path, "answers"), answer("confirmed", person))
        add_event(beside(path, "answers"), answer("disputed", person, id=f"d{person}"))
        add_event(beside(path, "answers"), {"event": "settled", "id": f"d{person}", "time": NOW})
    records = [beside(path, kind) for kind in ("links", "answers")]
    before = [record.read_bytes() for record in records]
    words = ("retain", path, "--months", 6, "--today", "2026-11-30", "--lang", "en")

    dry = run(*words, "--dry-run")
    assert "1 personal links would lose their person, 3 answers would be removed" in dry.stdout
    assert [record.read_bytes() for record in records] == before
    done = run(*words)

    assert (
        "1 personal links lost their person and are revoked, 3 answers are removed" in done.stdout
    )
    assert all('"001"' not in record.read_text("utf-8") for record in records)
    assert check_token(path, links["001"], today=TODAY).state == "foreign"
    assert check_token(path, links["002"], today=TODAY).state == "good"
    left = [(link.person_id, link.revoked) for link in links_of(path)]
    assert left == [("left-00001", True), ("002", False)]
    assert [event["id"] for event in read_events(records[1], EVENTS) if "id" in event] == [
        "d002"
    ] * 2
    add_event(records[1], answer("confirmed", "002"))  # the record goes on
    assert len(read_events(records[1], EVENTS)) == 4
    assert not list(tmp_path.glob("*.rewrite"))


def test_a_record_that_cannot_be_written_anew_stays_whole(tmp_path, monkeypatch):
    record = tmp_path / "t.gridmap.answers"
    add_event(record, answer("confirmed", "001"))
    before = record.read_bytes()
    monkeypatch.setattr(sidecar, "write_private", full_disk)
    with pytest.raises(LayerFileError, match="written"):
        rewrite_events(record, lambda _: [])
    assert record.read_bytes() == before


NOW = "2026-11-01T08:00:00"


def full_disk(*_, **__):
    raise LayerFileError("It cannot be written.", "无法写入。")


def answer(kind, person, **more):
    places = {"lon": 113.9, "lat": 34.7, "sentence": "边界不对"} if kind == "disputed" else {}
    return {"event": kind, "time": NOW, "person": person, "grid": "E01", "state": "s",
            **places, **more}  # fmt: skip


def test_without_a_number_of_months_all_are_kept_and_it_says_so(tmp_path):
    path = tmp_path / "t.gridmap.gpkg"
    save_plan(plan_with_terms(p001="2000-01-01"), path)

    done = run("retain", path, "--lang", "en")

    assert "all are kept" in done.stdout
    assert NAMES[0] in load_plan(path).people["name"].tolist()


def test_a_day_that_is_none_is_refused(tmp_path):
    path = tmp_path / "t.gridmap.gpkg"
    save_plan(secret_plan(), path)

    assert run("retain", path, "--months", 1, "--today", "soon", "--lang", "en").exit_code == 2
