"""Validation rules: each is seen with exactly its fault, and silent on a sound plan."""

import time
from dataclasses import fields, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from faulty_tables import BESIDE, LIMITS, MAKERS, TABLES, check, with_value
from ground_faults import overlapping
from plan_faults import COMPANIONS, FAULTS, found_by
from plan_fixtures import (
    BOTTOM,
    E1,
    E1A,
    LEFT,
    TOWN,
    W1,
    W1A,
    E,
    small_assignments,
    small_grids,
    small_plan,
    small_rules,
    vacate,
)
from project import ROOT

from boundaries.validate.catalogue import RULES, rule_results, validate
from boundaries.validate.limits import Limits
from gridmap.town.limits import limits_from
from layers.contract.columns import ISSUES
from layers.contract.errors import LayerCRSError

SEVERITY = {rule.key: rule.severity for rule in RULES}


def test_a_sound_plan_has_no_faults():
    issues = check()
    assert issues.empty
    assert list(issues.columns) == [*ISSUES, "geometry"]
    assert issues.crs == small_grids().crs


def test_every_rule_has_its_fixture():
    assert sorted(FAULTS) == sorted(rule.key for rule in RULES)
    assert len({rule.key for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("key", FAULTS)
def test_a_rule_finds_its_fault_and_no_other_rule_speaks(key):
    _, _, code, words = FAULTS[key]
    issues = found_by(key)
    assert set(issues["rule"]) - COMPANIONS.get(key, set()) == {key}
    found = issues[issues["rule"] == key].iloc[0]
    assert found["code"] == code
    assert words in found["message"]
    assert found["message"].endswith(".")
    assert found["message_zh"].endswith("。")
    assert any("一" <= sign <= "鿿" for sign in found["message_zh"])
    if key not in ("ASSIGN-2", "ASSIGN-7"):  # softened here, see below
        assert found["severity"] == SEVERITY[key]
    assert found["level"] == (small_grids()["level"].get(code, found["level"]))
    placeless = key in ("PEOPLE-1", "GROUP-1", "GROUP-2") or key.startswith("PUB-")
    assert (found.geometry is None) == placeless
    assert {name: str(dtype) for name, dtype in issues[[*ISSUES]].dtypes.items()} == dict(ISSUES)


# Which of two rows with one code comes first is the row order itself.
@pytest.mark.parametrize("key", sorted({*FAULTS} - {"CODE-1"}))
def test_the_order_of_rows_makes_no_difference(key):
    make_tables, limits, *_ = FAULTS[key]
    tables = make_tables()
    beside = {name: tables[name] for name in BESIDE if name in tables}
    plan = small_plan(**{name: table for name, table in tables.items() if name not in BESIDE})
    handle = {name: getattr(plan, name).iloc[::-1] for name in TABLES} | beside
    handle |= {"groups": plan.groups, "members": plan.members.iloc[::-1]}
    one, two = found_by(key), check(limits, **handle)
    columns = ["rule", "severity", "code", "message", "message_zh"]
    pd.testing.assert_frame_equal(pd.DataFrame(one[columns]), pd.DataFrame(two[columns]))


def test_the_input_is_not_changed():
    plan = small_plan(**FAULTS["COV-0"][0]())
    before = {name: getattr(plan, name).copy() for name in TABLES}
    validate(*(getattr(plan, name) for name in TABLES), limits=LIMITS)
    for name in TABLES:
        pd.testing.assert_frame_equal(pd.DataFrame(getattr(plan, name)), pd.DataFrame(before[name]))


def test_english_sentences_use_the_english_name():
    grids = with_value(small_grids(), W1, "name_en", "Liuqiao grid 1")
    issues = check(grids=grids, assignments=vacate(small_assignments(), f"{W1}-01"))
    assert f"Level-3 grid {W1!r} (Liuqiao grid 1) has no leader" in issues["message"].item()
    assert f"三级网格 {W1}（刘巧村第一网格）" in issues["message_zh"].item()


def test_degrees_are_refused():
    with pytest.raises(LayerCRSError, match="Grids"):
        check(grids=small_grids().to_crs(4326))


def test_an_empty_plan_is_a_case():
    tables = {name: make().iloc[:0] for name, make in MAKERS.items()}
    assert check(**tables).empty


def test_rules_of_the_town_set_the_limits():
    limits = limits_from(small_rules("[split]\nwarn_area_ha = [2, 30]\nwarn_purity = 0.6\n"))
    assert (limits.area_min_m2, limits.area_max_m2, limits.purity_min) == (20_000, 300_000, 0.6)
    assert (limits.officer_hours, limits.officers_max, limits.micro_digits) == (16, 4, 2)


def test_a_town_of_thirteen_thousand_patches_is_checked_in_a_second():
    side, each = 120, 10  # 14,400 patches, 144 micro-grids of 10 x 10 patches
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(side), np.arange(side)))
    shapes = shapely.box(LEFT + x * 40, BOTTOM + y * 40, LEFT + x * 40 + 40, BOTTOM + y * 40 + 40)
    row, column = y // each, x // each
    number = (11 - row) * 12 + column + 1
    codes = np.array([f"{E1}{value:03d}" for value in number])
    patches = gpd.GeoDataFrame(
        {
            "parent_code": E1,
            "category": "farmland",
            "layer": "farmland.gpkg",
            "area_m2": 1600.0,
            "grid_code": codes,
        },
        geometry=shapes,
        crs=small_grids().crs,
    )
    micro = patches.dissolve("grid_code")[["geometry"]]
    whole = shapely.box(LEFT, BOTTOM, LEFT + side * 40, BOTTOM + side * 40)
    given = gpd.GeoDataFrame(geometry=[whole] * 3, index=[TOWN, E, E1], crs=patches.crs)
    grids = gpd.GeoDataFrame(pd.concat([given, micro]))
    grids["kind"] = ["base"] * 3 + ["micro"] * len(micro)
    grids["level"] = [1, 2, 3] + [4] * len(micro)
    grids["parent_code"] = ["", TOWN, E] + [E1] * len(micro)
    facts = {"name": "", "name_en": "", "category": "farmland", "subclass": "", "family": ""}
    facts |= {"spatial": True}
    sizes = {"area_m2": 160_000.0, "perimeter_m": 1600.0, "households": 0.0, "objects": 0}
    grids = grids.assign(
        **facts, **sizes, headcount=0, parts=1, patches=100, load_h=5.0, officers=1
    )
    empty = {name: MAKERS[name]().iloc[:0] for name in ("posts", "assignments", "people")}
    start = time.perf_counter()
    issues = validate(
        grids, patches, **empty, limits=replace(LIMITS, micro_digits=3, micro_grids_max=200)
    )
    assert time.perf_counter() - start < 3  # about 0.5 s alone; machines may be busy
    assert not issues["rule"].str.startswith(("COV", "TREE", "CODE", "CAP", "CAT")).any()


def table_rows(title: str) -> list[str]:
    page = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    section = page.split(f"# {title} ·")[1].split("\n#")[0]
    return [line for line in section.splitlines() if line.startswith("| ")][2:]


def test_the_page_of_checks_lists_every_rule():
    assert table_rows("Validation rules") == [
        f"| {rule.key} | {rule.severity} | {rule.title_zh} | {rule.title_en} | {rule.source} |"
        for rule in RULES
    ]


def default_of(field) -> str:
    return f"{field.default:g}" if isinstance(field.default, float | int) else "none"


def test_the_page_of_checks_lists_every_limit():
    cells = [row.strip("| ").split(" | ")[:2] for row in table_rows("Limits")]
    assert cells == [[field.name, default_of(field)] for field in fields(Limits)]


def test_results_say_for_every_rule_whether_it_is_kept():
    table = rule_results(check())
    assert table.index.tolist() == [rule.key for rule in RULES]
    assert table["result"].eq("pass").all()
    gone = vacate(small_assignments(), f"{W1A}-01", f"{E1A}-02")
    table = rule_results(check(assignments=gone, **overlapping(0.2)))
    assert table.loc[["ASSIGN-2", "ASSIGN-5", "COV-2", "COV-1"], "result"].tolist() == [
        "fail",
        "pass",
        "fail",
        "pass",
    ]
    assert table.loc["ASSIGN-2", ["errors", "warnings", "infos"]].tolist() == [1, 1, 0]
    assert table.loc["ASSIGN-5", "infos"] == 1
    strange = pd.DataFrame({"rule": ["DATA-1"], "severity": ["error"]})
    assert rule_results(strange)["result"].eq("pass").all()
