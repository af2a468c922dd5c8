"""Towns of ground that is in no layer, for tests of how it is cut: villages side by side."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import box, union_all

from gridmap.rules import parse_rules
from gridmap.town.surroundings import empty_context, empty_units
from gridmap.town.town import Town
from layers.contract.columns import (
    GROUND,
    HIERARCHY,
    OBJECTS,
    PEOPLE,
    empty_frame,
    later_columns,
    with_dtypes,
)
from layers.contract.issues import make_issues
from layers.landuse.lines import empty_lines

__all__ = ["blank_town"]

CRS = "EPSG:4547"
WEST, SOUTH = 513_000.0, 3_838_000.0
RULES = """hierarchy = { file = "grids.gpkg" }
[town]
name = "空白镇"
code = "410122106000"
crs = "EPSG:4547"
valid_from = 2026-01-01
[[layers]]
file = "ground.gpkg"
category = "farmland"
"""


def blank_town(sizes, rules, *, shapes=None, ground=(), households=0, cadres=0):
    """Lay villages of (wide, high) metres side by side.

    `shapes` takes the place of `sizes`: polygons from the south-west corner of the town.
    `ground` lists (kind, polygon) from that corner; `rules` is added to the rules of the town.
    """
    if shapes is None:
        shapes, east = [], 0.0
        for wide, high in sizes:
            shapes.append(box(east, 0, east + wide, high))
            east += wide
    villages = gpd.GeoSeries(shapes, crs=CRS).translate(WEST, SOUTH).tolist()
    codes = [f"4101221062{number:02d}" for number in range(1, len(villages) + 1)]
    rows = [("410122106000", "镇", 1, "", 0, union_all(villages))]
    rows += [
        (code, f"村{code[-2:]}", 2, "410122106000", households, shape)
        for code, shape in zip(codes, villages, strict=True)
    ]
    columns = ["code", "name", "level", "parent_code", "households", "geometry"]
    hierarchy = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), crs=CRS).set_index("code")
    hierarchy = hierarchy.assign(name_en="", population=0)
    seven = parse_rules(RULES + rules).precedence
    given = gpd.GeoDataFrame(
        {
            **dict.fromkeys(GROUND, ""),
            "category": [kind if kind in seven else "residual" for kind, _ in ground],
            "subclass": ["" if kind in seven else kind for kind, _ in ground],
            "layer": "ground.gpkg",
            "record": [str(number) for number in range(len(ground))],
        },
        geometry=gpd.GeoSeries([shape for _, shape in ground], crs=CRS).translate(WEST, SOUTH),
        crs=CRS,
    )
    people = pd.DataFrame(
        {"name": [f"干部{number}" for number in range(cadres)], "role": "cadre"},
        index=pd.Index([f"C{number}" for number in range(cadres)], name="person_id", dtype="str"),
    )
    first = [name for name in PEOPLE if name not in later_columns(PEOPLE)]
    people = people.reindex(columns=first, fill_value="")
    return Town(
        folder=Path("blank"),
        rules=parse_rules(RULES + rules),
        rules_text=RULES + rules,
        ground=with_dtypes(given, GROUND),
        hierarchy=with_dtypes(hierarchy, HIERARCHY),
        roads=empty_lines(CRS),
        barriers=empty_lines(CRS),
        context=empty_context(CRS),
        units=empty_units(CRS),
        objects=gpd.GeoDataFrame(empty_frame(OBJECTS, index="object_id", crs=CRS)),
        people=with_dtypes(people, PEOPLE),
        issues=make_issues([], CRS),
        hashes={},
    )
