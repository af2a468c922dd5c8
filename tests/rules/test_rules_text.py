"""Rules changed as text: the value changes, and not a sign besides."""

import difflib
import threading
import tomllib

import pytest
from project import ROOT

from gridmap.rules import parse_rules
from gridmap.rules.changes import apply_changes
from gridmap.rules.text import (
    add_table,
    change_rules,
    drop_value,
    get_value,
    set_tables,
    set_value,
)
from layers.contract.errors import LayerFileError

SAMPLES = [ROOT / "data" / town / "rules.toml"
           for town in ("zhengan", "cambridge")]  # fmt: skip
SMALL = """\
# 镇 the town
[town]
name = "东河镇"     # 全称
code = "1"

# ---- 图层 ----
[[layers]]          # 第一
file = "a.shp"
category = "water"

[[layers]]
file = "b.shp"
# 备注属于本层

# ---- 台账 ----
[[registers]]
file = "c.csv"

[split.min_area_ha]
water = 1.0
"""


def changes(before: str, after: str) -> list[str]:
    """Lines taken out and put in."""
    found = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in found if line[0] in "+-"]


def test_a_value_changes_and_its_comment_stays():
    after = set_value(SMALL, ("town", "name"), "西河镇")
    assert changes(SMALL, after) == [
        '- name = "东河镇"     # 全称', '+ name = "西河镇"     # 全称',
    ]  # fmt: skip


def test_a_new_value_stands_at_the_end_of_its_table_before_the_next_heading():
    after = set_value(SMALL, ("layers", 1, "crs"), "EPSG:4526")
    assert changes(SMALL, after) == ['+ crs = "EPSG:4526"']
    assert get_value(after, ("layers", 1, "crs")) == "EPSG:4526"
    assert after.index("EPSG:4526") < after.index("# ---- 台账 ----")


def test_a_value_in_a_table_that_is_not_there_makes_the_table():
    after = set_value(SMALL, ("roster", "file"), "花名册.xlsx")
    assert [line for line in changes(SMALL, after) if line.strip("+- ")] == [
        "+ [roster]", '+ file = "花名册.xlsx"',
    ]  # fmt: skip
    after = set_value(SMALL, ("split", "min_area_ha", "farmland"), 4.0)
    assert changes(SMALL, after) == ["+ farmland = 4.0"]
    after = set_value(SMALL, ("split", "seed"), 7)
    assert tomllib.loads(after)["split"] == {"min_area_ha": {"water": 1.0}, "seed": 7}


def test_a_table_is_added_behind_the_others_of_its_list():
    after = add_table(SMALL, "layers", {"file": "d.shp", "subclass": "urban_res", "crs": None})
    assert [line for line in changes(SMALL, after) if line.strip("+- ")] == [
        "+ [[layers]]", '+ file = "d.shp"', '+ subclass = "urban_res"',
    ]  # fmt: skip
    assert after.index("d.shp") < after.index("# ---- 台账 ----")
    only = add_table("", "layers", {"file": "d.shp"})
    assert only == '[[layers]]\nfile = "d.shp"\n'


def test_a_table_goes_with_its_own_comments_and_leaves_the_next_heading():
    after = drop_value(SMALL, ("layers", 1))
    assert "b.shp" not in after
    assert "备注属于本层" not in after
    assert "# ---- 台账 ----\n[[registers]]" in after
    gone = drop_value(drop_value(after, ("layers", 0)), ("registers", 0))
    assert set(tomllib.loads(gone)) == {"town", "split"}
    assert "# ---- 图层 ----" in gone


def test_what_is_not_there_is_not_dropped():
    assert drop_value(SMALL, ("layers", 7)) == SMALL
    assert drop_value(SMALL, ("nothing", "here")) == SMALL


def test_a_value_is_dropped_alone():
    assert changes(SMALL, drop_value(SMALL, ("town", "code"))) == ['- code = "1"']


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_rules_of_the_samples_can_be_changed_everywhere(path):
    text = path.read_text(encoding="utf-8")
    rules = tomllib.loads(text)
    comments = text.count("#")
    for number in range(len(rules["layers"])):
        changed = set_value(text, ("layers", number, "encoding"), "GB18030")
        assert changed.count("#") == comments
        assert parse_rules(changed).layers[number].encoding == "gb18030"
    for section, table in rules.items():
        for key, value in table.items() if isinstance(table, dict) else ():
            assert set_value(text, (section, key), value).count("#") == comments
    added = add_table(text, "layers", {"file": "new.gpkg", "category": "water"})
    assert drop_value(added, ("layers", len(rules["layers"]))) == text
    assert len(changes(text, added)) == 4


def test_broken_text_and_odd_layouts_are_refused_with_words():
    with pytest.raises(LayerFileError, match="not valid TOML") as caught:
        set_value("[town\n", ("town", "name"), "x")
    assert "TOML" in caught.value.zh
    odd = 'layers = [{file = "a.shp"}]\n'
    with pytest.raises(LayerFileError, match="by itself"):
        add_table(odd, "layers", {"file": "b.shp"})


def test_changing_the_file_gives_back_what_was_and_loses_nobody(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text("[load]\n", encoding="utf-8")

    def add(number):
        change_rules(path, lambda text: set_value(text, ("load", f"n{number}"), number))

    writers = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(tomllib.loads(path.read_text(encoding="utf-8"))["load"]) == 8
    before = change_rules(path, lambda text: "")
    assert before.startswith("[load]")
    assert path.read_text(encoding="utf-8") == ""


def test_a_rules_file_that_is_not_there_is_an_error_with_words(tmp_path):
    with pytest.raises(LayerFileError, match="cannot be changed"):
        change_rules(tmp_path / "rules.toml", lambda text: text)
    (tmp_path / "gbk.toml").write_bytes("镇".encode("gbk"))
    with pytest.raises(LayerFileError, match="UTF-8"):
        change_rules(tmp_path / "gbk.toml", lambda text: text)


PINS = """\
[town]
name = "甲"

[[pins]]  # 一
person = "P1"
post = "A-01"

[[pins]]  # 二
person = "P2"
grid = "B"

[split]
seed = 1
"""
ONE, TWO, THREE = (
    {"person": "P1", "post": "A-01"},
    {"person": "P2", "grid": "B"},
    {"person": "P3", "group": "G", "ban": True},
)


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        ([ONE, TWO, THREE], ["一", "二"]),
        ([TWO], ["二"]),
        ([ONE], ["一"]),
        ([{**ONE, "ban": True}, TWO], ["一", "二"]),
        ([THREE, TWO], ["一", "二"]),  # another row in the place of the first
        ([ONE, TWO], ["一", "二"]),
    ],
)
def test_a_list_of_tables_becomes_what_it_should_be_and_comments_stay_beside_their_rows(rows, kept):
    text = set_tables(PINS, "pins", rows)
    read = tomllib.loads(text)
    assert read["pins"] == rows
    assert (read["town"], read["split"]) == ({"name": "甲"}, {"seed": 1})
    assert [mark for mark in ("一", "二") if f"# {mark}" in text] == kept
    assert apply_changes(PINS, {"pins": rows}) == text


def test_a_list_of_tables_is_made_where_there_is_none():
    text = apply_changes('[town]\nname = "甲"\n', {"pins": [ONE, THREE]})
    assert tomllib.loads(text) == {"town": {"name": "甲"}, "pins": [ONE, THREE]}
    assert "[[pins]]" in text


@pytest.mark.parametrize("more", ["", "\n[split]\nseed = 1\n"])
def test_the_last_table_of_a_kind_takes_its_section_with_it(more):
    text = f'[town]\nname = "甲"\n\n[roles.police]\nname = "民警"\n{more}'
    left = tomllib.loads(drop_value(text, ("roles", "police")))
    assert "roles" not in left
    assert left["town"] == {"name": "甲"}
