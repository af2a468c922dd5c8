"""Idle ground counts as developable where the growth boundary or a register says so."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

from layers.contract.columns import GROUND, OBJECTS, with_dtypes
from layers.landuse.candidates import Evidence, no_evidence, settle_candidates
from layers.landuse.ground import read_ground_and_issues

CRS = "EPSG:4547"
X, Y = 513_000, 3_838_000


def square(x, side=100):
    return box(X + x, Y, X + x + side, Y + side)


def idle():
    """Idle ground of 1 ha at 0, 100 and 200 m, and a field of 1 ha at 300 m."""
    frame = gpd.GeoDataFrame(
        {
            "category": ["residual"] * 3 + ["farmland"],
            "subclass": ["other_land"] * 3 + [""],
            "layer": "dltb.gpkg",
            "record": ["A", "B", "C", "D"],
            "name": "",
        },
        geometry=[square(at) for at in (0, 100, 200, 300)],
        crs=CRS,
    )
    return with_dtypes(frame, GROUND), pd.Series(["developable"] * 3 + [""])


def register(record="", geometry=None, category="developable"):
    frame = gpd.GeoDataFrame(
        {"register": "list.csv", "category": category, "name": "", "record": record},
        geometry=[geometry],
        index=pd.Index(["list:1"], name="object_id"),
        crs=CRS,
    )
    return Evidence(None, with_dtypes(frame, OBJECTS))


def kinds(ground):
    area = ground.geometry.area.groupby([ground["record"], ground["category"]]).sum()
    return {key: round(value) for key, value in area.items()}


def test_without_proof_it_stays_other_land_and_the_report_says_so():
    ground, issues = settle_candidates(*idle(), no_evidence(CRS))
    assert set(ground["category"]) == {"residual", "farmland"}
    assert [(issue.rule, issue.severity) for issue in issues] == [("READ-15", "warning")]
    assert "3 records (3.00 ha) may be developable: 0.00 ha count as such, 3.00 ha stay" in (
        issues[0].message
    )
    assert "[growth_boundary]" in issues[0].message


def test_the_growth_boundary_cuts_what_lies_across_it():
    """The boundary ends in the middle of B; C lies outside, the field is no candidate."""
    evidence = Evidence(box(X - 10, Y - 10, X + 150, Y + 110), no_evidence(CRS).objects)
    ground, issues = settle_candidates(*idle(), evidence)
    assert kinds(ground) == {
        ("A", "developable"): 10_000,
        ("B", "developable"): 5_000,
        ("B", "residual"): 5_000,
        ("C", "residual"): 10_000,
        ("D", "farmland"): 10_000,
    }
    assert ground.geometry.area.sum() == pytest.approx(40_000)
    assert set(ground["subclass"][ground["category"] == "developable"]) == {""}
    assert issues[0].severity == "info"
    assert issues[0].size == pytest.approx(15_000)


@pytest.mark.parametrize("evidence", [register("C"), register(geometry=Point(X + 250, Y + 50))])
def test_a_register_lists_it_by_record_or_by_place(evidence):
    ground, _ = settle_candidates(*idle(), evidence)
    assert kinds(ground)[("C", "developable")] == 10_000
    assert ("A", "developable") not in kinds(ground)


def test_a_register_of_something_else_proves_nothing():
    ground, _ = settle_candidates(*idle(), register("C", category="key_enterprise"))
    assert ("C", "developable") not in kinds(ground)


def test_codes_of_the_survey_are_candidates_when_a_layer_is_read(tmp_path):
    """1201 is idle ground, 0102 a field; both show the end of 2024, the field another day."""
    gpd.GeoDataFrame(
        {"DLBM": ["1201", "0102", "1201"], "RQ": ["", "2023年6月", "gestern"]},
        geometry=[square(0), square(100), square(200)],
        crs=CRS,
    ).to_file(tmp_path / "dltb.gpkg")
    ground, issues = read_ground_and_issues(
        tmp_path / "dltb.gpkg",
        crs=CRS,
        code_column="DLBM",
        codes="gbt21010",
        date="2024-12-31",
        date_column="RQ",
        evidence=Evidence(square(0), no_evidence(CRS).objects),
    )
    found = ground.set_index(["record", "category"])["date"].to_dict()
    assert found == {
        ("1", "developable"): "2024-12-31",
        ("2", "farmland"): "2023-06",
        ("3", "residual"): "2024-12-31",
    }
    assert issues["rule"].tolist() == ["READ-6", "READ-15"]
    assert "1 dates cannot be read (row 3: 'gestern')" in issues["message"][0]
