"""Named drafts of rules: kept, replaced, deleted, and divided under."""

from dataclasses import replace

import pytest
from eight_fields import eight_fields

from gridmap.rules import parse_rules
from gridmap.trials import Attempt, mark_under, rules_mark
from gridmap.trials.rules_drafts import RulesDraft, drop_draft, read_drafts, save_draft
from gridmap.trials.run import with_attempt
from layers.contract.errors import UsageError


def test_a_draft_is_kept_under_its_name_and_replaced_by_one_of_the_same(tmp_path):
    store = tmp_path / "new" / ".trials"
    save_draft(store, RulesDraft(" 十 小时 ", {"capacity.officer_hours": 10.0}))
    save_draft(store, RulesDraft("少些", {"split.target": None}))
    save_draft(store, RulesDraft("十 小时", {"capacity.officer_hours": 12.0}))
    kept = read_drafts(store)
    assert [(one.name, dict(one.changes)) for one in kept] == [
        ("少些", {"split.target": None}),
        ("十 小时", {"capacity.officer_hours": 12.0}),
    ]
    drop_draft(store, "少些")
    drop_draft(store, "nobody")
    assert [one.name for one in read_drafts(store)] == ["十 小时"]


@pytest.mark.parametrize("name", ["", "  ", "长" * 31])
def test_a_draft_needs_a_name_of_some_length(tmp_path, name):
    with pytest.raises(UsageError, match="needs a name"):
        save_draft(tmp_path, RulesDraft(name, {"split.target": 3}))
    assert read_drafts(tmp_path) == []


def test_a_draft_that_changes_nothing_is_refused(tmp_path):
    with pytest.raises(UsageError, match="would change nothing"):
        save_draft(tmp_path, RulesDraft("一", {}))


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"name": "x"}]'])
def test_a_damaged_file_counts_as_no_draft(tmp_path, text):
    (tmp_path / "rules-drafts.json").write_text(text, encoding="utf-8")
    assert read_drafts(tmp_path) == []


def test_a_trial_uses_the_values_of_its_draft_and_its_own_target():
    town = eight_fields()
    draft = {"capacity.officer_hours": 20.0, "split.target": 4, "load.water.hectare": 3.0}
    tried = with_attempt(town, Attempt("fast", 6, 1, "十", draft))
    assert tried.rules.capacity.officer_hours == 20
    assert tried.rules.weights("water").hectare == 3
    assert (tried.rules.split.target, tried.rules.split.effort) == (6, "fast")
    assert town.rules.capacity.officer_hours == 10
    assert with_attempt(town, Attempt("default", None, 0)) is town


def test_a_trial_is_out_of_date_only_when_other_rules_of_the_town_change():
    town = eight_fields()
    attempt = Attempt("fast", 6, 1, "十", {"capacity.officer_hours": 20.0})
    made = rules_mark(with_attempt(town, attempt).rules)
    assert mark_under(town.rules_text, attempt) == made
    assert mark_under(town.rules_text, replace(attempt, draft="", changes={})) != made
    other = town.rules_text.replace("hectare = 10.0", "hectare = 9.0")
    assert parse_rules(other) != town.rules
    assert mark_under(other, attempt) != made
