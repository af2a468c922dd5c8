"""What the form over rules.toml is made of: fields, words, sources, changes, history."""

import csv
import re
import tomllib

import drawn_town
import pytest
from project import ROOT

from gridmap.rules import Rules, load_rules, parse_rules
from gridmap.rules.changes import (
    Difference,
    apply_changes,
    differences,
    find_faults,
    value_in,
)
from gridmap.rules.document import rules_document
from gridmap.rules.fields import ANY_KIND, FORM_SECTIONS, rule_fields
from gridmap.rules.history import (
    HISTORY,
    RulesChangedError,
    can_redo,
    can_undo,
    redo_save,
    save_rules,
    undo_save,
)
from gridmap.rules.sources import Source, sources_in
from gridmap.rules.words import (
    field_of,
    key_name,
    label,
    limits,
    named_fault,
    note_text,
    value_text,
)
from gridmap.ui.rules.rules_form import section_of
from gridmap.words import WORDS
from layers.contract.errors import GridmapError

ZHENGAN = (ROOT / "data" / "zhengan" / "rules.toml").read_text("utf-8")


# ---- the catalogue of keys -----------------------------------------------------------------------
def keys_of(tree, prefix=""):
    """All keys of a rules file that says everything, kinds of ground as `*`."""
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict):
            yield from keys_of(value, f"{key}.")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield from keys_of(value[0], f"{key}[].")
        else:
            yield key


def test_every_key_of_the_sample_rules_is_a_field():
    known = {field.key for field in rule_fields()}
    for sample in ("zhengan", "cambridge"):
        given = tomllib.loads((ROOT / "data" / sample / "rules.toml").read_text("utf-8"))
        for key in keys_of(given):
            found = field_of(key)
            assert (found[0].key if found else key) in known


def test_every_field_has_its_words_in_both_languages():
    for field in rule_fields():
        for word in (field.name, f"{field.name}.help"):
            assert word in WORDS, word
        if field.unit:
            assert f"rules.unit.{field.unit}" in WORDS
    for section in FORM_SECTIONS:
        assert f"rules.about.{section}" in WORDS
    rows = csv.DictReader((ROOT / "gridmap/words/rules.csv").open(encoding="utf-8"))
    for row in rows:
        assert not re.search("[A-Za-z]{4,}", re.sub(r"\{[^}]*\}", "", row["zh"])), row
        assert not re.search("[\u4e00-\u9fff]", row["en"]), row


def test_limits_and_defaults_are_those_of_the_models():
    by_key = {field.key: field for field in rule_fields()}
    officers = by_key["capacity.officers_max"]
    assert (officers.form, officers.least, officers.most, officers.default) == ("whole", 1, 50, 4)
    assert limits(officers, "zh") == "1 至 50，整数"
    hours = by_key["capacity.officer_hours"]
    assert (hours.above, hours.required) == (0, True)
    assert limits(hours, "en") == "above 0"
    assert by_key["split.effort"].choices == ("fast", "default", "best")
    assert by_key["load.*.hectare"].kinds[-1] == "default"
    assert len(by_key["split.min_area_ha.*"].kinds) == 19
    assert by_key["split.warn_area_ha"].form == "pair"
    assert by_key["town.valid_from"].form == "date"
    # A default that the file may not leave out is none.
    rules = parse_rules(drawn_town.rules_text())
    for field in rule_fields():
        if ANY_KIND in field.key or "[]" in field.key or field.is_of_file or field.required:
            continue
        if field.section == "town":
            continue
        value = rules.model_dump()
        if field.key.split(".")[0] in ("capacity", "residual"):
            continue  # these the drawn town gives itself
        for part in field.key.split("."):
            value = value[part]
        assert value == field.default, field.key


def test_names_of_keys_are_those_of_the_form():
    assert key_name("capacity.officer_hours", "zh") == "承载力·每人每周工时"
    assert key_name("load.water.hectare", "en") == "Load · Water · Per hectare"
    assert key_name("load.default.hectare", "zh") == "工作量·其余类别·每公顷"
    assert key_name("layers.2.codes", "zh") == "图层"
    assert key_name("nonsense", "zh") == "nonsense"
    field = field_of("split.min_area_ha.water")[0]
    assert label(field, "zh", kind="water") == "水域"
    assert label(field, "zh") == "最小面积（公顷）"
    assert value_text(field_of("split.effort")[0], "best", "zh") == "精细"
    assert value_text(field_of("split.warn_area_ha")[0], [1.0, 60.0], "en") == "1–60"
    assert value_text(None, True, "zh") == "是"
    assert value_text(None, None, "en") == "not set"
    assert section_of("precedence") == "tiling"
    assert section_of("contiguity.barriers.file") == ""


# ---- sources -------------------------------------------------------------------------------------
def test_sources_are_read_from_the_comments_beside_the_values():
    found = sources_in(ZHENGAN)
    assert found["split.target"] == Source("S", "")
    assert found["capacity.officers_min"] == Source("P", "ASSIGN-2")
    assert found["capacity.officer_hours"].mark == "A"
    # A mark on a heading, or on the line over it, holds for all below.
    assert found["assignment.skill"].mark == "A"
    assert found["load.water.hectare"].mark == "A"
    assert found["load.default.hectare"].mark == "A"
    assert found["duties.water"].mark == "S"
    assert found["split.min_area_ha.farmland"].mark == "A"
    assert "town.name" not in found
    assert found["numbering.micro_digits"].note == "CODE-2: 15 位 + 2 位"


def test_a_sign_in_a_text_is_no_comment():
    assert sources_in('[town]\nname = "a # [S] b"\n') == {}
    assert sources_in("[town]\nname = 'x' # [P] y\n")["town.name"] == Source("P", "y")


def test_notes_show_the_part_in_the_language():
    both = Source("A", "每名干部每周一天 one day a week")
    assert note_text(both, "zh") == "每名干部每周一天"
    assert note_text(both, "en") == "one day a week"
    assert note_text(Source("P", "CAP-5"), "zh") == note_text(Source("P", "CAP-5"), "en") == "CAP-5"
    assert note_text(Source("A", "one day a week"), "zh") == ""
    assert note_text(Source("A", "两天"), "en") == ""


# ---- changes, faults, history --------------------------------------------------------------------
def test_a_changed_value_leaves_every_other_sign_of_the_file_as_it_was():
    changed = apply_changes(ZHENGAN, {"capacity.officer_hours": 9.5, "split.target": None})
    before, after = ZHENGAN.splitlines(), changed.splitlines()
    old = [line for line in before if line not in after]
    new = [line for line in after if line not in before]
    assert [line.split("#")[0].strip() for line in old] == [
        "officer_hours = 8.0", "target = 142",
    ]  # fmt: skip
    assert new == [old[0].replace("8.0 ", "9.5 ", 1)]
    assert "[A] 每名下沉干部每周一天" in new[0]


def test_tables_are_made_and_taken_out_by_key():
    text = apply_changes(drawn_town.rules_text(), {"split.min_area_ha.water": 2.5})
    assert parse_rules(text).min_area_m2("water") == 25_000
    text = apply_changes(text, {"load.water.hectare": 0.5, "load.problem_estate": None})
    assert parse_rules(text).weights("water").hectare == 0.5
    assert parse_rules(text).weights("problem_estate") == parse_rules(text).weights("default")
    assert value_in(text, "load.problem_estate.object") is None


def test_faults_have_the_key_they_belong_to():
    text = apply_changes(
        drawn_town.rules_text(),
        {"capacity.officers_max": 60, "split.warn_area_ha": [5.0, 1.0], "town.name": ""},
    )
    found = dict(find_faults(text))
    assert found["capacity.officers_max"].zh == "须小于或等于 50。现为 60。"
    assert found["capacity.officers_max"].en == "must be less than or equal to 50. Found 60."
    assert found["town.name"].zh.startswith("不得为空")
    assert "warn_area_ha" in found["split"].zh
    assert named_fault(found["split"].zh, "split", "zh").startswith("提醒的面积范围 须先写较小面积")
    assert find_faults("[town")[0][0] == ""
    assert find_faults(drawn_town.rules_text()) == []


def test_differences_name_the_values_that_are_not_the_same():
    old = drawn_town.rules_text()
    new = apply_changes(old, {"capacity.officer_hours": 8.0, "split.target": 20})
    assert differences(old, new) == [
        Difference("capacity.officer_hours", 12.0, 8.0),
        Difference("split.target", None, 20),
    ]
    # A value that says what the default is, and a comment, are no difference.
    assert differences(old, apply_changes(old, {"split.seed": 0}) + "\n# a word\n") == []


def test_saves_go_back_and_forth_and_nothing_typed_is_lost(town):
    path = town / "rules.toml"
    first = path.read_text("utf-8")
    for hours in (9.0, 10.0):
        save_rules(
            path, lambda text, hours=hours: apply_changes(text, {"capacity.officer_hours": hours})
        )
    assert undo_save(path) == path.read_text("utf-8")
    assert load_rules(path).capacity.officer_hours == 9.0
    undo_save(path)
    assert path.read_text("utf-8") == first
    assert (can_undo(path), can_redo(path)) == (False, True)
    redo_save(path)
    redo_save(path)
    assert load_rules(path).capacity.officer_hours == 10.0
    with pytest.raises(RulesChangedError):
        redo_save(path)
    undo_save(path)
    save_rules(path, lambda text: apply_changes(text, {"split.seed": 5}))
    assert not can_redo(path)  # a new save ends what was undone
    assert (town / HISTORY).is_dir()


def test_what_somebody_else_has_saved_since_is_not_taken_back_unseen(town):
    path = town / "rules.toml"
    save_rules(path, lambda text: apply_changes(text, {"split.seed": 5}))
    seen = path.read_text("utf-8")
    save_rules(path, lambda text: apply_changes(text, {"split.seed": 6}))
    now = path.read_text("utf-8")
    for back in (undo_save, redo_save):
        with pytest.raises(RulesChangedError, match="by somebody else"):
            back(path, seen=seen)
    assert path.read_text("utf-8") == now
    undo_save(path, seen=now)
    assert path.read_text("utf-8") == seen


def test_a_save_with_a_fault_or_on_rules_of_others_changes_nothing(town):
    path = town / "rules.toml"
    before = path.read_text("utf-8")
    with pytest.raises(GridmapError):
        save_rules(path, lambda text: apply_changes(text, {"capacity.officers_max": 60}))
    with pytest.raises(RulesChangedError):
        save_rules(path, lambda text: text + "\n", seen="something else")
    assert path.read_text("utf-8") == before
    assert not can_undo(path)


def test_every_section_is_on_the_form_or_names_a_file():
    keys = {field.key for field in rule_fields()}
    for name in {*Rules.model_fields} - {*FORM_SECTIONS, "precedence"}:
        assert {f"{name}.file", f"{name}[].file"} & keys, name


def test_the_page_of_the_documentation_is_as_the_program_writes_it():
    page = (ROOT / "docs" / "rules.md").read_text("utf-8")
    assert page == rules_document(), "python -m gridmap.rules.document > docs/rules.md"
