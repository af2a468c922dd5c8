"""What a town is asked before anything goes out, and where its answers stay."""

import pytest
from cli_runs import answer, run
from saved_plans import put_plan
from secret_plan import secret_plan
from small_plan import small_plan

from gridmap.publish import public_remarks, questions
from gridmap.publish.answering import answered
from gridmap.store import load_plan
from layers.contract.errors import GridmapError


def test_an_open_question_is_asked_until_it_is_answered():
    plan = small_plan()
    assert [one.en[:20] for one in questions(plan)] == ["It is not said wheth"]

    assert questions(answered(plan, source="public")) == []


def test_an_answer_stands_in_the_rules_and_leaves_the_rest():
    plan = answered(small_plan(), source="internal", audit_number="豫S(2026)012号")

    assert plan.rules.publish.source_classification == "internal"
    assert "# 规则 of a drawn town" in plan.rules_text
    assert plan.receipt["rules"] != small_plan().receipt["rules"]
    assert answered(plan, source="internal") is plan
    assert answered(plan, audit_number="").rules.publish.audit_number == ""


def test_an_answer_that_is_none_is_refused():
    with pytest.raises(GridmapError, match="source_classification"):
        answered(small_plan(), source="perhaps")


@pytest.mark.parametrize(("source", "warns"), [("public", False), ("internal", True), (None, True)])
def test_more_than_25_square_kilometres_are_warned_of_unless_public(source, warns):
    plan = small_plan()
    plan = plan.with_tables(patches=plan.patches.assign(area_m2=25.1e6 / len(plan.patches)))
    plan = answered(plan, source=source)

    assert any("25.1" in one.zh and "25.1" in one.en for one in questions(plan)) == warns
    exact = plan.with_tables(patches=plan.patches.assign(area_m2=25e6 / len(plan.patches)))
    assert not any("25.0" in one.en for one in questions(exact))


def test_what_a_reader_may_still_tell_is_said():
    told = [one.en for one in public_remarks(secret_plan())]

    assert told[0].startswith("1 patches of sensitive ground")
    assert told[1].startswith("1 micro-grids of problem estates")
    assert told[2].startswith("The town has no other micro-grid of urban housing")


def test_the_command_shows_and_keeps_answers(tmp_path):
    path = tmp_path / "t.gridmap.gpkg"
    put_plan(small_plan, path)
    assert "not answered" in run("classify", path, "--lang", "en").stdout

    told = answer("classify", path, "--source", "internal", "--audit-number", "S(2026)1")

    assert (told["source_classification"], told["audit_number"]) == ("internal", "S(2026)1")
    assert load_plan(path).rules.publish.audit_number == "S(2026)1"
    assert "S(2026)1" in run("classify", path, "--lang", "en").stdout


def test_a_command_asks_and_machines_are_told(tmp_path):
    path = tmp_path / "t.gridmap.gpkg"
    put_plan(small_plan, path)

    assert "source_classification" in run("coverage", path, "--lang", "en").stdout
    told = answer("coverage", path)
    assert told["audience"] == "internal"
    assert "source_classification" in told["questions"][0]["en"]
    assert "questions" not in answer("coverage", path, "--public")
