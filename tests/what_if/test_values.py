"""The rule values that are tried become changes of a rules file, and no more than differ."""

from dataclasses import replace

import pytest
from eight_fields import eight_fields

from gridmap.rules import parse_rules
from gridmap.rules.changes import apply_changes
from gridmap.what_if.values import changes_between, values_of

KINDS = ["farmland", "water"]


@pytest.fixture(scope="module")
def town():
    return eight_fields()


def test_only_what_differs_is_a_change(town):
    given = values_of(town.rules, KINDS)
    assert changes_between(given, given) == {}
    tried = replace(given, officer_hours=12.0, target=5, prices={**given.prices, "road": 0.5})
    assert changes_between(given, tried) == {
        "capacity.officer_hours": 12.0,
        "split.target": 5,
        "borders.road": 0.5,
    }
    assert changes_between(tried, given)["split.target"] is None


def test_a_weight_of_one_kind_keeps_its_other_weights(town):
    given = values_of(town.rules, KINDS)
    assert given.weights["water"]["hectare"] == 10  # that of all kinds
    water = {**given.weights["water"], "patch": 2.0}
    tried = replace(given, weights={**given.weights, "water": water})
    rules = parse_rules(apply_changes(town.rules_text, changes_between(given, tried)))
    assert (rules.weights("water").hectare, rules.weights("water").patch) == (10, 2)
    assert (rules.weights("farmland").hectare, rules.weights("farmland").patch) == (10, 0)
