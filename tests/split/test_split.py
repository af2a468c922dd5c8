import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from drawn_town import CRS, rules_text
from shapely import box

from gridmap.plan.grids import make_grids
from gridmap.rules import parse_rules
from gridmap.split.infeasibility import reasons_of, ways_of_engine
from gridmap.split.split import graph_of, split_patches

SIDE = 100


def rules(**split):
    lines = "\n".join(f"{key} = {value}" for key, value in split.items())
    return parse_rules(rules_text() + f"\n[split]\n{lines}\n")


def checkered(rows, *, load=6.0, parent="410122106200001"):
    """Squares of 1 ha; F farmland, W water, V village housing."""
    kinds = {"F": ("farmland", ""), "W": ("water", ""), "V": ("residual", "village_res")}
    cells = [
        (letter, box(x * SIDE, -y * SIDE, x * SIDE + SIDE, -y * SIDE + SIDE))
        for y, line in enumerate(rows)
        for x, letter in enumerate(line)
    ]
    return gpd.GeoDataFrame(
        {
            "parent_code": parent,
            "name": "",
            "category": [kinds[letter][0] for letter, _ in cells],
            "subclass": [kinds[letter][1] for letter, _ in cells],
            "area_m2": 10_000.0,
            "households": 1.0,
            "objects": 0,
            "load_h": load,
        },
        geometry=[shape for _, shape in cells],
        index=pd.Index([f"P{number:05d}" for number in range(1, len(cells) + 1)]),
        crs=CRS,
    )


HIERARCHY = pd.DataFrame(
    {
        "name": ["镇", "村", "第一网格"],
        "name_en": ["Town", "Village", "Grid 1"],
        "level": [1, 2, 3],
        "parent_code": ["", "410122106", "410122106200"],
    },
    index=pd.Index(["410122106", "410122106200", "410122106200001"], dtype="str"),
)


def raw_ways(answer, patches, chosen):
    found = ways_of_engine(answer, patches, rules=chosen, grids=HIERARCHY)
    return [way for ways in found for way in ways]


def grids_of(patches, split, chosen):
    labelled = patches.assign(grid_code=split.grid_code)
    return make_grids(
        labelled,
        HIERARCHY,
        categories=split.category,
        graph=graph_of(labelled, rules=chosen),
        rules=chosen,
    )


def test_fewest_micro_grids_that_officers_can_carry():
    """Eight fields of 6 hours, at most 4 officers x 12 hours: one micro-grid of 48 is enough."""
    assert split_patches(checkered(["FFFF", "FFFF"]), rules=rules()).grid_code.nunique() == 1


def test_target_number_is_met_with_even_loads():
    split = split_patches(checkered(["FFFF", "FFFF"]), rules=rules(target=4))
    assert split.grid_code.value_counts().tolist() == [2, 2, 2, 2]


def test_codes_are_the_parents_with_two_digits_in_reading_order():
    """Four columns of two fields or four pairs side by side: west to east, north to south."""
    patches = checkered(["FF", "FF"])
    split = split_patches(patches, rules=rules(target=4))
    assert split.grid_code.tolist() == [
        "41012210620000101",
        "41012210620000102",
        "41012210620000103",
        "41012210620000104",
    ]


def test_micro_grid_has_one_category():
    split = split_patches(checkered(["FFWW", "FFWW"]), rules=rules())
    categories = pd.Series(["F", "F", "W", "W"] * 2, index=split.grid_code.index)
    assert split.grid_code.nunique() == 2
    assert categories.groupby(split.grid_code).nunique().tolist() == [1, 1]


def test_target_below_the_number_of_blocks_is_answered_with_a_reason():
    split = split_patches(checkered(["FWF", "WFW", "FWF"]), rules=rules(target=3))
    assert split.partition.status == "infeasible"
    assert split.blocks["kind"].value_counts().to_dict() == {"farmland": 5, "water": 4}
    assert split.blocks["area_m2"].tolist() == [10_000.0] * 9
    assert split.grid_code.nunique() == 9
    assert "3" in str(split.partition.reasons[0])


def test_split_is_the_same_every_time():
    patches = checkered(["FFFFFF"] * 6, load=3.3)
    first = split_patches(patches, rules=rules(target=7))
    assert first.grid_code.equals(split_patches(patches, rules=rules(target=7)).grid_code)


def test_grids_of_all_levels_are_dissolved_from_the_patches():
    chosen = rules(target=4)
    patches = checkered(["FFWW", "FFVV"])
    grids = grids_of(patches, split_patches(patches, rules=chosen), chosen)
    assert grids["level"].tolist() == [1, 2, 3, 4, 4, 4, 4]
    assert grids.loc[grids["level"] < 4, "area_m2"].tolist() == [80_000.0] * 3
    assert grids.loc[grids["level"] == 4, "area_m2"].sum() == 80_000.0
    for level in range(1, 5):
        shapes = grids.loc[grids["level"] == level].geometry.to_numpy()
        assert shapely.coverage_is_valid(shapes)
    assert grids["load_h"].groupby(grids["level"]).sum().tolist() == [48.0] * 4


def test_grid_figures_of_a_square_by_hand():
    chosen = rules()
    patches = checkered(["FF", "FF"])
    micro = grids_of(patches, split_patches(patches, rules=chosen), chosen).iloc[-1]
    assert micro["perimeter_m"] == 800
    assert micro["compactness"] == pytest.approx(np.pi / 4)
    assert (micro["patches"], micro["parts"], micro["purity"]) == (4, 1, 1.0)
    assert micro["name"] == "第一网格·耕地01"
    assert micro["name_en"] == "Grid 1, Farmland 01"
    assert (micro["kind"], micro["level"], micro["parent_code"]) == ("micro", 4, "410122106200001")
    assert micro["valid_from"] == "2026-01-01"


def test_purity_is_the_share_of_the_grids_own_category():
    """Water of 1 ha is below its least area and joins three hectares of farmland."""
    chosen = rules(min_area_ha="{ water = 2.0 }")
    patches = checkered(["FFFW"])
    micro = grids_of(patches, split_patches(patches, rules=chosen), chosen).iloc[-1]
    assert micro["category"] == "farmland"
    assert micro["purity"] == 0.75


def test_outlines_of_a_split_are_the_polygons_of_its_micro_grids_and_join_to_those_above():
    """A ring of water around a field: a micro-grid with a hole, and one that fills it."""
    patches, chosen = checkered(["WWW", "WFW", "WWW"]), rules()
    answer = split_patches(patches, rules=chosen)
    grids = grids_of(patches, answer, chosen)
    micro = grids[grids["kind"] == "micro"]
    assert len(micro.geometry.iloc[0].interiors) + len(micro.geometry.iloc[1].interiors) == 1
    assert answer.outlines.to_crs(grids.crs).geom_equals_exact(micro.geometry, 0).all()
    assert answer.outlines.index.equals(micro.index)
    whole = shapely.normalize(shapely.coverage_union_all(patches.geometry.to_numpy()))
    assert all(shape == whole for shape in grids.geometry[grids["kind"] != "micro"])


def test_parts_count_what_the_rules_do_not_join():
    """Two fields of one label that touch nowhere are two parts."""
    chosen = rules()
    patches = checkered(["FWF"])
    split = split_patches(patches, rules=chosen)
    labels = pd.Series(["a", "b", "a"], index=patches.index)
    grids = make_grids(
        patches.assign(grid_code=labels),
        HIERARCHY,
        categories=split.category,
        graph=graph_of(patches, rules=chosen),
        rules=chosen,
    )
    assert grids.loc[["a", "b"], "parts"].tolist() == [2, 1]


def test_a_target_too_small_names_the_pair_of_patches_whose_link_would_help():
    """Two fields 20 m apart: one micro-grid only if the gap counts for nothing."""
    patches = checkered(["FF"])
    apart = patches.geometry.translate(xoff=20)
    patches = patches.set_geometry([patches.geometry.iloc[0], apart.iloc[1]])
    chosen = rules(target=1)
    answer = split_patches(patches, rules=chosen)
    assert answer.grid_code.nunique() == 2
    links = answer.links.iloc[0]
    assert (links["one"], links["other"], links["gap_m"]) == (0, 1, 20)
    ways = {str(way.text): dict(way.changes) for way in raw_ways(answer, patches, chosen)}
    text = (
        "Let the patches in these places count as neighbours: Village, Grid 1 (farmland, "
        "1.00 ha, P00001) and Village, Grid 1 (farmland, 1.00 ha, P00002), 20.0 m apart."
    )
    assert ways[text] == {"contiguity.max_gap_m": 20.0}
    assert ways["Ask for 2 micro-grids."] == {"split.target": 2}
    linked = parse_rules(rules_text() + "\n[split]\ntarget = 1\n[contiguity]\nmax_gap_m = 20.0\n")
    assert split_patches(patches, rules=linked).grid_code.nunique() == 1


def test_a_link_across_a_barrier_is_named_as_such_and_changes_no_rule():
    patches = checkered(["FF"])
    river = gpd.GeoSeries([shapely.LineString([(SIDE, -50), (SIDE, 250)])], crs=CRS)
    chosen = rules(target=1)
    answer = split_patches(patches, rules=chosen, barriers=river)
    ways = {str(way.text): dict(way.changes) for way in raw_ways(answer, patches, chosen)}
    text = (
        "Let the patches in these places count as neighbours: Village, Grid 1 (farmland, "
        "1.00 ha, P00001) and Village, Grid 1 (farmland, 1.00 ha, P00002), 0.0 m apart, across "
        "a barrier."
    )
    assert ways[text] == {}


def test_reasons_and_ways_out_are_said_in_both_languages():
    patches = checkered(["FWF", "WFW", "FWF"])
    chosen = rules(target=3)
    answer = split_patches(patches, rules=chosen)
    (reason,) = reasons_of(answer, patches, names=HIERARCHY["name"], rules=chosen)
    assert str(reason).startswith("3 micro-grids are too few: connected ground of one kind")
    assert reason.zh.startswith("3 个微网格不够：同一网格内连片的同类土地共 9 块")
    for way in raw_ways(answer, patches, chosen):
        assert way.text.en.isascii()
        assert not way.text.zh.isascii()
