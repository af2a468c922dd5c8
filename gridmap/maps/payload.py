"""What the coverage map's page knows of a plan, as plain values ready for JSON.

Everything is worked out here and only drawn there. Phones of people never enter.
"""

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.duty import Duties, GridDuty
from gridmap.maps import geometry
from gridmap.maps.legend import CATEGORY_LOOKS, LEFT, POST_LOOKS, Look, load_looks, looks_of
from gridmap.plan import Plan
from gridmap.service import Service
from gridmap.words import LANGUAGES, Language, words_in
from layers.categories import CATEGORIES, RESIDUAL, SUBCLASSES

__all__ = ["payload", "posts_with_people"]

Values = dict[str, Any]
KINDS_SHOWN = 4  # of the ground of a micro-grid, the largest …
LEAST_SHARE = 0.01  # … that hold at least this share of it
_WORDS_OF_PAGE = ("map.", "search.", "view.", "card.", "role.", "mark.")


def payload(plan: Plan, *, language: Language = "zh", framed: bool = False) -> Values:
    """Gather all that the page of a plan's map shows.

    Parameters
    ----------
    plan
        The plan.
    language
        Language the page opens in.
    framed
        Whether the map stands in a page with a title and a language switch of its own.
    """
    grids = plan.grids.sort_index()
    micro = grids[grids["kind"] == "micro"]
    posts = posts_with_people(plan)
    looks = looks_of(micro, posts, officer_hours=plan.rules.capacity.officer_hours)
    shapes = geometry.to_degrees(grids.geometry)
    left = plan.patches[plan.patches["grid_code"] == ""]
    return {
        "language": language,
        "framed": framed,
        "words": {name: words_in(name, *_WORDS_OF_PAGE) for name in LANGUAGES},
        "town": _town(plan, posts),
        "bounds": geometry.bounds(shapely.box(*shapes.total_bounds)),
        "kinds": {
            kind.key: {"zh": kind.zh, "en": kind.en}
            for kind in (*CATEGORIES, RESIDUAL, *SUBCLASSES)
        },
        "views": _views(plan, micro, looks, left),
        "levels": _levels(grids[grids["kind"] != "micro"], shapes),
        "micro_borders": geometry.borders(shapes[micro.index]),
        "grids": _grids(plan, grids, shapes, posts, looks),
        "left": _left(left),
    }


def posts_with_people(plan: Plan) -> pd.DataFrame:
    """Give the posts with who is on them: columns `person` ("" when vacant) and `filled` added."""
    filled = plan.assignments[plan.assignments["status"] == "filled"]
    person = filled.set_index("post_id")["person_id"].map(plan.people["name"])
    posts = plan.posts.sort_values(["grid_code", "number"])
    name = person.reindex(posts.index)
    return posts.assign(person=name.fillna("").astype("str"), filled=name.notna())


def _town(plan: Plan, posts: pd.DataFrame) -> Values:
    town = plan.rules.town
    return {
        "code": town.code,
        "zh": town.name,
        "en": town.name_en or town.name,
        "version": town.version,
        "date": town.valid_from.isoformat(),
        "credit": {"zh": town.credit_zh or town.credit, "en": town.credit or town.credit_zh},
        "officer_hours": plan.rules.capacity.officer_hours,
        "posts": len(posts),
        "posts_filled": int(posts["filled"].sum()),
    }


def _views(
    plan: Plan, micro: gpd.GeoDataFrame, looks: pd.DataFrame, left: pd.DataFrame
) -> list[Values]:
    loads = load_looks(plan.rules.capacity.officer_hours)
    every = {"category": CATEGORY_LOOKS, "load": loads, "posts": POST_LOOKS}
    return [
        {
            "key": view,
            "classes": [
                *(_class(look, micro["area_m2"][looks[view] == look.key]) for look in of_view),
                _class(LEFT, left["area_m2"]),
            ],
        }
        for view, of_view in every.items()
    ]


def _class(look: Look, areas_m2: pd.Series) -> Values:
    return {
        "key": look.key,
        "zh": look.zh,
        "en": look.en,
        "colour": look.colour,
        "hatch": look.hatch,
        "ink": look.ink,
        "count": len(areas_m2),
        "area_m2": round(float(areas_m2.sum()), 1),
    }


def _levels(given: gpd.GeoDataFrame, shapes: gpd.GeoSeries) -> list[Values]:
    return [
        {
            "level": int(level),
            "count": len(grids),
            "borders": geometry.borders(shapes[grids.index]),
        }
        for level, grids in given.groupby("level")
    ]


def _grids(
    plan: Plan,
    grids: gpd.GeoDataFrame,
    shapes: gpd.GeoSeries,
    posts: pd.DataFrame,
    looks: pd.DataFrame,
) -> list[Values]:
    people = {code: group for code, group in posts.groupby("grid_code")}
    duties = Duties(plan)
    ground = _ground(plan)
    inside = Service(plan).micro_grids
    rows = []
    for grid in grids.itertuples():
        code = str(grid.Index)
        own = people.get(code, posts.iloc[:0])
        row = {
            "code": code,
            "zh": grid.name,
            "en": grid.name_en or grid.name,
            "level": grid.level,
            "kind": grid.kind,
            "parent": grid.parent_code,
            "area_m2": round(grid.area_m2, 1),
            "load_h": round(grid.load_h, 2),
            "households": round(grid.households),
            "objects": grid.objects,
            "people": [{"role": post.role, "name": post.person} for post in own.itertuples()],
            "bounds": geometry.bounds(shapes[code]),
            "label": geometry.label_point(shapes[code]),
        }
        duty = duties.of_grid(code)
        if duty["next_up"] is not None:
            row["next_up"] = _next_up(duty)
            row["reason"] = {"zh": duty["vacant_reason_zh"], "en": duty["vacant_reason"]}
        if grid.kind == "micro":
            row |= {
                "category": grid.category,
                "purity": round(grid.purity, 4),
                "ground": ground.get(code, []),
                "officers": grid.officers,
                "capacity_h": round(grid.capacity_h, 2),
                "duties": _duties(own),
                "looks": looks.loc[code].to_dict(),
                "rings": geometry.rings(shapes[code]),
            }
        else:
            row["micro_grids"] = int(inside[code])
        rows.append(row)
    return rows


def _ground(plan: Plan) -> dict[str, list[Values]]:
    """What the ground of each micro-grid is made of, as shares, the largest first."""
    patches = plan.patches
    kind = patches["subclass"].where(patches["subclass"] != "", patches["category"])
    area = patches.groupby([patches["grid_code"], kind.rename("kind")])["area_m2"].sum()
    share = (area / area.groupby("grid_code").transform("sum")).reset_index(name="share")
    share = share[share["share"] >= LEAST_SHARE].sort_values(
        ["grid_code", "share", "kind"], ascending=[True, False, True]
    )
    return {
        str(code): [
            {"kind": row.kind, "share": round(row.share, 3)}
            for row in part.head(KINDS_SHOWN).itertuples()
        ]
        for code, part in share.groupby("grid_code")
    }


def _next_up(duty: GridDuty) -> Values | None:
    """Who answers while a post is vacant, in few words."""
    up = duty["next_up"]
    if up is None or not up["code"]:
        return None
    return {"code": up["code"], "name": up["people"][0]["name"]}


def _duties(posts: pd.DataFrame) -> list[str]:
    """All duties of a grid's posts, each once, in order of posts."""
    duties = posts["duties"].str.split(";").explode().str.strip()
    return [duty for duty in dict.fromkeys(duties) if duty]


def _left(left: gpd.GeoDataFrame) -> list[Values]:
    """Ground left with its parent grid, one shape a parent."""
    if left.empty:
        return []
    shapes = geometry.to_degrees(left.dissolve(by="parent_code").geometry).sort_index()
    return [{"code": code, "rings": geometry.rings(shape)} for code, shape in shapes.items()]
