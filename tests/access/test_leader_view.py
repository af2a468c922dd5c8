"""What a leader's link shows of the grids below, and that it shows nothing of others."""

import dataclasses
from datetime import datetime

import pytest
from firm_plan import FIRM, FLAG, X1, X2, X, Y, firm_plan
from plan_fixtures import E1, E1A, TOWN, W1, W1A, W1B, W2, E, W

from gridmap.access.answers import confirm, dispute
from gridmap.access.leader_view import branch_of, led_grids, own_objects
from gridmap.access.view import cadre_view

NOW = datetime(2026, 11, 20, 9, 30)
VILLAGE_SECRETARY, OF_THE_OTHER, HEAD_OF_FIRM = "L2", "L3", "B2"


@pytest.fixture(scope="module")
def plan():
    return firm_plan()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "t.gridmap.gpkg"


def texts(value):
    """Every text anywhere in a branch."""
    if dataclasses.is_dataclass(value):
        for part in dataclasses.fields(value):
            yield from texts(getattr(value, part.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value


def test_who_leads_grids_with_others_below_is_known(plan):
    assert led_grids(plan, VILLAGE_SECRETARY) == [W]
    assert led_grids(plan, "L1") == [TOWN]
    assert led_grids(plan, HEAD_OF_FIRM) == [X]
    assert led_grids(plan, "C1") == []  # a micro-grid has none below
    assert led_grids(plan, "nobody") == []


def test_a_village_secretary_sees_the_village_with_people_vacancies_and_objects(plan, path):
    branch = branch_of(plan, path, VILLAGE_SECRETARY, W)
    assert [child.code for child in branch.children] == [W1, W2]
    totals = branch.here.totals
    # L2, L4, L5, C1 to C4, B2, B3 are on post in the village; X2 is vacant.
    assert (totals.grids, totals.filled, totals.vacant, totals.objects) == (9, 9, 1, 2)
    assert [one.name for one in branch.objects] == ["郑庵一厂", "重阳湖"]
    assert branch.objects[0].person == "某B1"
    first = branch_of(plan, path, VILLAGE_SECRETARY, W1)
    assert [step[0] for step in first.path] == [W, W1]
    assert [child.code for child in first.children] == [W1A, W1B, X]
    assert first.children[2].totals.vacant == 1
    shop = branch_of(plan, path, VILLAGE_SECRETARY, X).children[1]
    assert (shop.code, shop.spatial, shop.headcount) == (X2, False, 250)
    assert (shop.vacancy.count, shop.vacancy.reason_zh) == (1, "无人可派。")


def test_the_head_of_a_firm_sees_its_workshops_and_no_other_grid(plan, path):
    branch = branch_of(plan, path, HEAD_OF_FIRM, X)
    assert [child.name for child in branch.children] == ["总装车间", "质检班组"]
    assert [one.name for one in branch.children[0].people] == ["某B3"]
    for code in (W1, W1A, W, TOWN, Y, E1, "", "nonsense"):
        assert branch_of(plan, path, HEAD_OF_FIRM, code) is None


def test_nothing_of_another_branch_is_in_what_a_leader_is_given(plan, path):
    for code in (W, W1, W2, X):
        told = set(texts(branch_of(plan, path, VILLAGE_SECRETARY, code)))
        assert not [text for text in told if E in text or "小庄村" in text or "红旗" in text]
        assert not {f"某{person}" for person in ("L3", "L6", "C5", "C6", "C7", "C8", "P1")} & told
    for code in (E, E1, E1A, Y, TOWN):
        assert branch_of(plan, path, VILLAGE_SECRETARY, code) is None
        assert branch_of(plan, path, "L1", code) is not None
    assert branch_of(plan, path, "C1", W1A) is None


def test_phones_and_sensitive_objects_are_in_no_branch(plan, path):
    objects = plan.objects.copy()
    objects.loc[FIRM, "sensitive"] = True
    hidden = plan.with_tables(objects=objects)
    for code in (TOWN, W, W1, X, E1):
        branch = branch_of(hidden, path, "L1", code)
        assert "00000000000" not in set(texts(branch))
        assert "郑庵一厂" not in set(texts(branch))
    assert branch_of(hidden, path, "L1", W).here.totals.objects == 1


def test_receipts_of_the_own_people_are_counted_and_named(plan, path):
    confirm(path, cadre_view(plan, "C2"), W1B, when=NOW)
    place = plan.grids.geometry.to_crs("EPSG:4326")[W1A].centroid
    dispute(path, cadre_view(plan, "C1"), W1A, lon=place.x, lat=place.y, sentence="?", when=NOW)
    confirm(path, cadre_view(plan, "B3"), X1, when=NOW)  # a workshop without ground
    confirm(path, cadre_view(plan, "C5"), E1A, when=NOW)  # of the other village
    branch = branch_of(plan, path, VILLAGE_SECRETARY, W1)
    states = {one.name: one.state for child in branch.children for one in child.people}
    assert states == {"某C1": "disputed", "某C2": "confirmed", "某B2": "unconfirmed"}
    totals = branch.here.totals
    assert (totals.confirmed, totals.unconfirmed, totals.disputed) == (2, 2, 1)
    assert branch_of(plan, path, VILLAGE_SECRETARY, W).here.totals.confirmed == 2


def test_an_enterprise_cadre_has_the_firms_and_a_workshop_is_shown_on_its_firms_ground(plan):
    (firm,) = own_objects(plan, "B1")
    assert (firm.name, firm.person) == ("郑庵一厂", "某B1")
    assert own_objects(plan, "C1") == ()
    (view,) = cadre_view(plan, "B3").grids
    assert view.name == "总装车间"
    assert view.outline.equals(plan.grids.geometry[X])
    assert view.neighbours == ()
    assert FLAG not in str(view)
