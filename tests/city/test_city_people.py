"""People across towns: who is on two rosters, and which town could lend to which."""

from itertools import product

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from drawn_city import SETTINGS, town_rules
from hypothesis import given
from hypothesis import strategies as st
from shapely import box
from small_plan import small_plan

from gridmap.city import open_city
from gridmap.city.people import _transport, propose_loans, shared_people
from gridmap.store import save_plan
from layers.contract.errors import PlanError


def city_of(folder, names):
    (folder / "city.toml").write_text(SETTINGS, encoding="utf-8")
    for number, name in enumerate(names):
        place = folder / "towns" / name
        place.mkdir(parents=True)
        (place / "rules.toml").write_text(town_rules(f"41012100{number}"), encoding="utf-8")
    (folder / "plans").mkdir()
    (folder / "catalogue").mkdir()
    return open_city(folder)


def test_who_is_on_two_rosters_is_found_without_telling_a_phone(tmp_path):
    city = city_of(tmp_path, ["a", "b", "c"])
    plan = small_plan()
    first = plan.people.assign(phone=[f"1380000000{at}" for at in range(len(plan.people))])
    other = first.rename(index=lambda one: f"X{one}").assign(
        name=["别人"] * (len(first) - 1) + [first["name"].iloc[-1]]
    )
    other["phone"] = [f"1390000000{at}" for at in range(len(first) - 1)] + [first["phone"].iloc[-1]]
    save_plan(plan.with_tables(people=first), city.plan_of("a"))
    rows = plan.assignments
    held = rows["person_id"].where(rows["person_id"] == "", "X" + rows["person_id"])
    moved = plan.with_tables(people=other, assignments=rows.assign(person_id=held))
    save_plan(moved, city.plan_of("b"))
    found = shared_people(city)
    assert found[["name", "known_by", "rosters"]].to_numpy().tolist() == [
        [first["name"].iloc[-1], "phone", "a;b"]
    ]
    assert "1380000000" not in found.to_csv()


def test_a_city_without_plans_has_nobody_and_a_damaged_plan_is_named(tmp_path):
    city = city_of(tmp_path, ["a"])
    assert shared_people(city).empty
    city.plan_of("a").write_bytes(b"no plan")
    with pytest.raises(PlanError, match="verify"):
        shared_people(city)


def test_who_is_near_lends_first_and_as_many_as_can(tmp_path):
    city = city_of(tmp_path, ["a", "b", "c"])
    at = {"a": 113.0, "b": 113.1, "c": 113.5}
    rows = [(name, 1, box(x, 34.0, x + 0.01, 34.01)) for name, x in at.items()]
    grids = gpd.GeoDataFrame(rows, columns=["town", "level", "geometry"], crs="EPSG:4490")
    grids.to_parquet(city.catalogue / "grids.parquet")
    pd.DataFrame(
        {"town": list(at), "people_left_over": [3.0, np.nan, 4.0], "posts_vacant": [0.0, 5.0, 1.0]}
    ).to_parquet(city.catalogue / "catalogue.parquet")
    found = propose_loans(city)
    assert found[["town", "other", "people"]].to_numpy().tolist() == [["a", "b", 3], ["c", "b", 2]]
    assert found["km"].tolist() == pytest.approx([9.2, 36.9], abs=0.1)
    grids[grids["town"] != "c"].to_parquet(city.catalogue / "grids.parquet")  # amid a run
    assert propose_loans(city)["town"].tolist() == ["a"]


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=2),
    st.lists(st.integers(0, 3), min_size=1, max_size=2),
    st.integers(0, 99),
)
def test_no_other_way_fills_more_or_is_shorter(spare, lacking, seed):
    km = np.random.default_rng(seed).integers(1, 9, (len(spare), len(lacking))).astype(float)
    found = _transport(np.array(spare), np.array(lacking), km)
    assert (found >= 0).all()
    best = max(
        (flow.sum(), -(flow * km).sum())
        for values in product(range(4), repeat=km.size)
        for flow in [np.array(values).reshape(km.shape)]
        if (flow.sum(axis=1) <= spare).all() and (flow.sum(axis=0) <= lacking).all()
    )
    assert (found.sum(), -(found * km).sum()) == best
