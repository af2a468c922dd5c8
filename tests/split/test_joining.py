"""Small ground joins its neighbour before the cut, and never outweighs what it joins."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from blank_town import CRS, SOUTH, WEST, blank_town
from hypothesis import given, settings
from hypothesis import strategies as st
from random_town import random_town
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import box

from boundaries.tiling.build import kind_of
from gridmap.split.blocks import patch_graph
from gridmap.split.gluing import contracted, glued
from gridmap.split.joining import join_small
from gridmap.split.micro_category import SETTLEMENT
from gridmap.workflow.workflow import plan_town
from layers.contract.categories import RESIDUAL_KEYS

LOAD = (
    "[load.farmland]\nhectare = 0.2\n[load.water]\nhectare = 0.6\npatch = 0.5\n"
    "[load.default]\nhectare = 0.1\n[capacity]\nofficer_hours = 8\n"
)
few = settings(max_examples=3, deadline=None)


def told(plan, rule):
    rows = plan.issues[plan.issues["rule"] == rule]
    return " ".join(rows["message"]), "".join(rows["message_zh"])


def kinds_of(plan):
    return plan.micro_grids["category"].value_counts().to_dict()


def ground_elsewhere(plan):
    """Ground at or above the least area of its kind, in micro-grids of another kind: in m2."""
    patches, rules = plan.patches, plan.rules
    held = (patches["grid_code"] != "").to_numpy()
    graph = patch_graph(
        patches, min_border_m=rules.contiguity.min_border_m, barriers=plan.barriers.geometry
    )
    kind = kind_of(patches).to_numpy()
    one, two = graph.edges.T
    same = (kind[one] == kind[two]) & held[one] & held[two]
    joined = coo_array((np.ones(same.sum()), (one[same], two[same])), shape=(len(kind),) * 2)
    piece = connected_components(joined, directed=False)[1]
    size = np.bincount(piece, weights=patches["area_m2"])[piece]
    claims = [key not in RESIDUAL_KEYS or rules.treatment(key) == "own" for key in kind]
    large = held & claims & (size >= [rules.min_area_m2(key) for key in kind])
    built = dict.fromkeys(SETTLEMENT, "built")
    here = patches["grid_code"].map(kind_of(plan.micro_grids)).replace(built).to_numpy()
    return patches["area_m2"][large & (here != pd.Series(kind).replace(built).to_numpy())].sum()


# ---- what is absorbed never outweighs ------------------------------------------------------------
def test_a_field_in_other_ground_stays_in_micro_grids_of_farmland():
    """75 ha of field in 525 ha of ground in no layer: neither takes the other."""
    field = ("farmland", box(0, 0, 1000, 750))
    plan = plan_town(blank_town([(3000, 2000)], LOAD, ground=[field]))
    assert kinds_of(plan) == {"residual": 2, "farmland": 1}
    assert (plan.micro_grids["purity"] == 1).all()
    english, chinese = told(plan, "SPLIT-4")
    assert "525.0 ha of ground" in english
    assert "2 micro-grids" in english
    assert "525.0 公顷" in chinese


def test_ground_that_a_field_outweighs_is_absorbed_as_the_rules_say():
    field = ("farmland", box(0, 0, 1000, 750))
    plan = plan_town(blank_town([(1000, 1000)], LOAD, ground=[field]))
    assert kinds_of(plan) == {"farmland": 1}
    assert plan.micro_grids["purity"].tolist() == [pytest.approx(0.75)]


def test_a_cut_by_capacity_never_leaves_more_absorbed_ground_than_own():
    """100 ha of field beside 96 ha of blank ground, cut into seven: each has more field."""
    ground = [("farmland", box(0, 0, 1000, 1000))]
    rules = LOAD.replace("officer_hours = 8", "officer_hours = 2\nofficers_max = 2")
    plan = plan_town(blank_town([(1960, 1000)], rules, ground=ground))
    micro = plan.micro_grids
    assert len(micro) >= 8
    assert ground_elsewhere(plan) == 0
    assert (micro["purity"] > 0.5).all()
    assert (micro["load_h"] <= 4 + 1e-6).all()


def join(area, camp, border, *, sites=(), need=10_000.0):
    """Let groups join; `border` gives metres by pair of groups."""
    area, camp = 10_000.0 * np.array(area), np.array(camp)
    held = np.zeros((len(area), camp.max() + 1))
    held[np.arange(len(area)), camp] = area
    least = np.full(len(area), need)
    ones = np.ones((1, 1))
    return join_small(
        area, held, camp, least, least, np.isin(np.arange(len(area)), sites),
        np.array(list(border)), np.array(list(border.values()), dtype=float),
        kind=np.zeros(len(area), dtype=np.int64), affinity=ones,
    ).tolist()  # fmt: skip


def test_a_site_gives_up_what_would_outweigh_it_and_keeps_its_micro_grid():
    """A site of 0.8 ha took scraps of 0.5 and 0.6 ha: the first goes on to the field of 20 ha."""
    border = {(0, 1): 100, (0, 2): 80, (1, 3): 1}
    assert join([0.8, 0.5, 0.6, 20], [0, 1, 1, 2], border, sites=[0]) == [0, 3, 0, 3]
    # Without a field beside, it stays alone rather than outvoting the site.
    del border[1, 3]
    assert join([0.8, 0.5, 0.6, 20], [0, 1, 1, 2], border, sites=[0]) == [0, 1, 0, 3]


def test_what_hung_on_through_ground_given_up_goes_with_it():
    """A field of 3.6 ha took two scraps of 1 ha, a village of 3.3 ha and a pond of 0.1 ha in it."""
    border = {(0, 1): 50, (1, 2): 50, (0, 3): 10, (0, 4): 10}
    area, camp = [3.6, 3.3, 0.1, 1, 1], [0, 1, 2, 3, 3]
    assert join(area, camp, border, need=35_000.0) == [0, 1, 1, 0, 0]
    assert join([3.6, 1.3, 0.1, 1, 1], camp, border, need=35_000.0) == [0, 0, 0, 0, 0]


def test_scraps_of_many_kinds_that_nobody_has_room_for_join_each_other():
    """Seven scraps of 0.3 ha around a site of 0.6 ha: it takes one, the others stay together."""
    border = {(0, at): 10 for at in range(1, 8)} | {(at, at + 1): 1 for at in range(1, 7)}
    found = join([0.6] + [0.3] * 7, list(range(8)), border, sites=[0])
    kept = [at for at, end in enumerate(found) if end == 0]
    assert len(kept) == 2
    assert len(set(found)) <= 3


def test_a_part_that_just_reaches_its_least_area_has_a_claim_to_its_kind():
    """A field of 1 ha took scraps of 0.7 and 0.6 ha: it gives up the lesser that is enough."""
    border = {(0, 1): 100, (0, 2): 80, (2, 3): 1}
    assert join([1.0, 0.7, 0.6, 20], [0, 1, 1, 2], border) == [0, 0, 3, 3]
    assert join([0.99, 0.7, 0.6, 20], [0, 1, 1, 2], border) == [0, 0, 0, 3]


# ---- units that the cut must not part ------------------------------------------------------------
def glue(area, border, *, own=None, load=None, least=0.0, most=100.0):
    """Join patches that are units of their own; `border` gives metres by pair of patches."""
    area = np.array(area, dtype=float)
    everyone = np.arange(len(area))
    return glued(
        everyone,
        everyone,
        held=np.column_stack([area if own is None else own, area - (area if own is None else own)]),
        camp=np.zeros(len(area), dtype=np.int64),
        load=np.ones(len(area)) if load is None else np.array(load, dtype=float),
        least=np.full(len(area), least),
        most=most,
        edges=np.array(list(border)),
        border_m=np.array(list(border.values()), dtype=float),
    ).tolist()


def test_small_units_join_along_the_longest_border_until_all_are_large_enough():
    assert glue([1, 10, 10], {(0, 1): 5, (0, 2): 50}, least=2) == [0, 1, 0]
    assert glue([1, 10, 10], {(0, 1): 50, (0, 2): 50}, least=2) == [0, 0, 2]  # a tie: the first
    # 0 joins 1, which is too small still and joins 2; what was queued before is passed over.
    row = {(0, 1): 5, (1, 2): 5, (3, 4): 5}
    assert glue([1, 2, 10, 2.5, 10], row, least=4) == [0, 0, 0, 3, 3]
    # Exactly large enough is large enough, and nothing beside is no reason to fail.
    assert glue([4, 4, 1], {(0, 1): 5}, least=4) == [0, 1, 2]


def test_a_unit_joins_only_where_capacity_is_left():
    border = {(0, 1): 50, (0, 2): 5}
    assert glue([1, 10, 10], border, least=2, load=[2, 8, 7], most=10) == [0, 0, 2]
    assert glue([1, 10, 10], border, least=2, load=[2, 8.1, 7], most=10) == [0, 1, 0]
    assert glue([1, 10, 10], border, least=2, load=[2, 8.1, 8.1], most=10) == [0, 1, 2]


def test_absorbed_ground_joins_what_outweighs_it_before_the_longer_border():
    border = {(0, 1): 50, (0, 2): 5}
    assert glue([3, 2, 10], border, own=[0, 2, 10]) == [0, 1, 0]
    # Half and half is outvoted: it looks on.
    assert glue([3, 3, 10], {(0, 1): 50, (1, 2): 5}, own=[0, 3, 10]) == [0, 0, 0]


def test_units_are_one_patch_to_the_engine_with_their_borders_summed():
    edges = np.array([[0, 1], [1, 2], [0, 3], [2, 3]])
    border = np.array([1.0, 2.0, 4.0, 8.0])
    unit, pairs, lengths = contracted(np.array([0, 1, 1, 3]), edges, border)
    assert unit.tolist() == [0, 1, 1, 2]
    assert pairs.tolist() == [[0, 1], [0, 2], [1, 2]]
    assert lengths.tolist() == [1.0, 4.0, 8.0]
    alone = contracted(np.arange(4), edges, border)
    assert alone[1] is edges
    assert alone[2] is border


@pytest.mark.parametrize("treatment", ["absorb", "own"])
@few
@given(seed=st.integers(0, 10_000))
def test_ground_above_its_least_area_is_never_in_micro_grids_of_another_kind(treatment, seed):
    plan = plan_town(random_town(seed, treatment=treatment, officer_hours=4.0))
    residual = plan.micro_grids["category"] == "residual"
    assert ground_elsewhere(plan) == 0
    small = set(" ".join(plan.issues.query("rule == 'SPLIT-3'")["message"]).split())
    for code, row in plan.micro_grids[~residual].iterrows():
        own = plan.patches.query("grid_code == @code and category == @row.category")
        if own["area_m2"].sum() >= plan.rules.min_area_m2(row["category"]):
            assert row["purity"] >= 0.5 or code in small, code


# ---- small ground joins before the cut -----------------------------------------------------------
POND = ("water", box(600, 600, 615, 615))


@pytest.mark.parametrize(
    ("sizes", "ground", "rules"),
    [
        # 31.99 h of field and 0.51 h of pond under 32 h: two micro-grids of field, none of pond.
        ([(1000, 1600)], [("farmland", box(0, 0, 1000, 1600)), POND], LOAD),
        # One officer: every piece of field is nearly full.
        (
            [(1000, 720)],
            [("farmland", box(0, 0, 1000, 720)), ("water", box(600, 200, 615, 215))],
            LOAD + "officers_max = 1\n",
        ),
        # Beside two fields, both full.
        (
            [(2000, 1600)],
            [
                ("farmland", box(0, 0, 1000, 1600)),
                ("park_green", box(1000, 0, 2000, 1600)),
                ("water", box(995, 600, 1010, 615)),
            ],
            LOAD + "[load.park_green]\nhectare = 0.2\n",
        ),
        # Several kinds of tiny ground along its edge.
        (
            [(1000, 1600)],
            [
                ("farmland", box(0, 0, 1000, 1600)),
                ("water", box(0, 0, 15, 15)),
                ("park_green", box(15, 0, 30, 15)),
                ("developable", box(30, 0, 45, 15)),
                ("village_res", box(0, 15, 15, 30)),
            ],
            LOAD,
        ),
        # In ground in no layer.
        ([(1000, 3200)], [POND], LOAD),
        # A scrap of the same kind as the field, touching it along 3 m only.
        (
            [(1000, 1600)],
            [("farmland", box(0, 0, 1000, 1597)), ("farmland", box(0, 1597, 15, 1600))],
            LOAD + "[contiguity]\nmin_border_m = 2.0\n",
        ),
    ],
)
def test_tiny_ground_is_never_a_micro_grid_beside_ground_that_can_be_cut(sizes, ground, rules):
    plan = plan_town(blank_town(sizes, rules, ground=ground))
    micro = plan.micro_grids
    assert micro["area_m2"].min() >= 10_000
    assert told(plan, "SPLIT-3") == ("", "")
    most = plan.rules.capacity.officer_hours * plan.rules.capacity.officers_max
    assert micro["load_h"].max() <= most + 1e-6
    assert (micro["parts"] == 1).all()
    assert not (set(micro["category"]) & {"water", "developable"})


def test_a_pond_beside_a_parcel_that_is_full_says_why_it_stands_alone():
    """The field is one parcel of 7.99 h that one officer carries; it is not cut for a pond."""
    ground = [("farmland", box(0, 0, 1000, 399.5)), ("water", box(600, 200, 615, 215))]
    plan = plan_town(blank_town([(1000, 399.5)], LOAD + "officers_max = 1\n", ground=ground))
    assert kinds_of(plan) == {"farmland": 1, "water": 1}
    english, chinese = told(plan, "SPLIT-3")
    assert "1 micro-grid is below the least area" in english
    assert "the micro-grid beside is full" in english
    assert "相邻微网格工作量已满" in chinese
    assert "water, 0.02 ha" in english


def test_a_pond_that_is_all_of_its_grid_or_shut_off_says_that_nothing_is_beside_it():
    ground = [("farmland", box(0, 0, 1000, 1000)), ("water", box(1000, 0, 1020, 20))]
    town = blank_town(
        [], LOAD, shapes=[box(0, 0, 1000, 1000), box(1000, 0, 1020, 20)], ground=ground
    )
    plan = plan_town(town)
    assert kinds_of(plan) == {"farmland": 1, "water": 1}
    assert "nothing is beside them" in told(plan, "SPLIT-3")[0]


def test_a_pond_between_barriers_joins_nothing_across_them_and_says_so():
    ground = [("farmland", box(0, 0, 1000, 1000)), ("water", box(0, 500, 20, 520))]
    walls = shapely.LineString([(0, 500), (20, 500), (20, 520), (0, 520)])
    town = blank_town([(1000, 1000)], LOAD, ground=ground)
    lines = gpd.GeoDataFrame({"name": ["墙"]}, geometry=[walls], crs=CRS).translate(WEST, SOUTH)
    barriers = town.barriers.reindex([0]).set_geometry(lines.to_numpy(), crs=CRS)
    barriers["name"] = "墙"
    plan = plan_town(type(town)(**{**vars(town), "barriers": barriers}))
    assert kinds_of(plan) == {"farmland": 1, "water": 1}
    assert "分界线" in told(plan, "SPLIT-3")[1]


def test_tiny_ground_of_many_kinds_and_nothing_else_is_one_micro_grid():
    """A grid of 1.2 ha in six pieces of 0.2 ha, of six kinds."""
    kinds = ("water", "park_green", "farmland", "developable", "village_res", "key_enterprise")
    ground = [(kind, box(20 * at, 0, 20 * at + 20, 100)) for at, kind in enumerate(kinds)]
    plan = plan_town(blank_town([(120, 100)], LOAD, ground=ground))
    assert len(plan.micro_grids) == 1


def test_pieces_joined_across_a_road_are_small_together_only_if_they_are():
    """Two ponds of 0.6 ha, 15 m of road between, which the rules let a link cross."""
    road = ("road_transport", box(60, 0, 75, 100))
    ground = [("water", box(0, 0, 60, 100)), road, ("water", box(75, 0, 135, 100)),
              ("farmland", box(135, 0, 1000, 100))]  # fmt: skip
    link = (
        LOAD + "[contiguity]\nmax_gap_m = 20.0\n[residual]\n"
        '[residual.by_subclass]\nroad_transport = "leave"\n'
    )
    plan = plan_town(blank_town([(1000, 100)], link, ground=ground))
    assert kinds_of(plan) == {"water": 1, "farmland": 1}


def test_a_tiny_estate_joins_its_neighbour_and_is_named_there():
    """A problem estate of 0.3 ha, below the least area of 1 ha, in a field of 80 ha."""
    ground = [("farmland", box(0, 0, 1000, 800)), ("problem_estate", box(0, 0, 60, 50))]
    plan = plan_town(blank_town([(1000, 800)], LOAD, ground=ground))
    assert kinds_of(plan) == {"farmland": 1}
    assert plan.patches["category"].value_counts()["problem_estate"] == 1
    english, chinese = told(plan, "SPLIT-5")
    code = plan.micro_grids.index[0]
    assert "Problem estate: 1 site below the least area (0.30 ha in all) joined" in english
    assert f"1 → {code}" in english
    assert "问题楼盘：1 处小于最小面积" in chinese
