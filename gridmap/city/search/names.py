"""What of a town can be found by name or code: a row for the town, each grid, person and object.

The texts that are compared stand beside what is shown, written once as somebody types them: small
letters, plain digits. Each begins and ends with a line break, so that a whole name, its beginning
and a part of it are each a plain comparison of texts.
"""

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.tiling.build import kind_of
from gridmap.lookup.readings import readings_of, spelled
from gridmap.plan.plan import Plan
from gridmap.rules.roles import role_title
from gridmap.rules.words import kind_name
from gridmap.words import Language
from layers.contract.text import narrow, without_invisible
from layers.registers.classes import CLASSES

__all__ = ["BREAK", "KINDS", "as_typed", "name_table", "town_row", "what_name"]

CRS = "EPSG:4490"
BREAK = "\n"
KINDS = ("town", "grid", "person", "object")  # in the order of an answer
_BETWEEN = "、"
_TEXTS = ("kind", "code", "name", "what", "grid_code", "names", "codes", "sounds")


def name_table(plan: Plan) -> pd.DataFrame:
    """List what can be found in a plan.

    Returns
    -------
    `kind` (`KINDS`), `code`, `name`, `what`, `grid_code`, `names`, `codes` and `sounds` (what is
    compared: the last are the names in pinyin, in full and by first letters), `lon`, `lat`
    (CGCS2000; nan where it has no place). `code` is that of the town, the grid or the object, of a
    person that of the first place with a post. `what` is the kind of ground or of object by its
    key, of a person the posts, or the office of who has none. No phone and no id of a roster is in
    it.
    """
    grids = _grids(plan)
    objects = _objects(plan)
    table = pd.concat([grids, _people(plan, grids, objects), objects], ignore_index=True)
    order = table["kind"].map({kind: at for at, kind in enumerate(KINDS)})
    table = table.assign(order=order, sounds=[_sounds(name) for name in table["name"]])
    table = table.sort_values(["order", "code", "name"], kind="stable", ignore_index=True)
    return table.drop(columns="order").astype(dict.fromkeys(_TEXTS, "str"))


def what_name(kind: str, what: str, language: Language) -> str:
    """Say in words what something is that was found: kind of ground, class of object, or posts."""
    if kind == "object":
        found = CLASSES.get(what)
        return (found.zh if language == "zh" else found.en) if found else what
    return kind_name(what, language) if kind == "grid" else what


def town_row(code: str, name: str, name_en: str) -> pd.DataFrame:
    """Give the one row of a town that has no plan yet."""
    row = {
        "kind": "town", "code": code, "name": name, "what": "", "grid_code": "",
        "names": _compared([name, name_en]), "codes": _compared([code]),
        "sounds": _sounds(name), "lon": np.nan, "lat": np.nan,
    }  # fmt: skip
    return pd.DataFrame([row]).astype(dict.fromkeys(_TEXTS, "str"))


def as_typed(text: str) -> str:
    """Write a text as it is compared: small letters, plain digits and signs, single blanks."""
    # A byte of a command line that is no UTF-8 comes as half a character, which no file can have.
    whole = text.encode(errors="replace").decode()
    return " ".join(narrow(without_invisible(whole)).lower().split())


def _grids(plan: Plan) -> pd.DataFrame:
    """The town, which is the grid of level 1, and all grids below it."""
    grids = plan.grids[~plan.grids.index.duplicated()]
    is_town = grids["level"] == 1
    named = zip(grids["label"], grids["name"], grids["name_en"], strict=True)
    lon, lat = _places(gpd.GeoSeries(grids.geometry, crs=plan.crs))
    return pd.DataFrame(
        {
            "kind": np.where(is_town, "town", "grid"),
            "code": grids.index,
            "name": grids["label"].where(grids["label"] != "", grids["name"]),
            "what": kind_of(grids),
            "grid_code": grids.index,
            "names": [_compared(texts) for texts in named],
            "codes": [_compared([code]) for code in grids.index],
            "lon": lon,
            "lat": lat,
        }
    )


def _objects(plan: Plan) -> pd.DataFrame:
    objects = plan.objects
    # The id is `<file>:<id>`; people know the second part.
    own = [str(key).rpartition(":")[2] for key in objects.index]
    codes = zip(objects.index, own, objects["credit_code"], strict=True)
    # What is named by its ground and has no point of its own lies somewhere in that ground.
    ground = plan.patches.geometry.reindex(objects["patch_id"]).to_numpy()
    own_place = objects.geometry.to_numpy()
    there = np.where(shapely.is_missing(own_place), ground, own_place)
    lon, lat = _places(gpd.GeoSeries(there, crs=plan.crs))
    return pd.DataFrame(
        {
            "kind": "object",
            "code": objects.index,
            "name": objects["name"],
            "what": objects["class"],
            "grid_code": objects["grid_code"],
            "names": [_compared([name]) for name in objects["name"]],
            "codes": [_compared(texts) for texts in codes],
            "lon": lon,
            "lat": lat,
        }
    )


def _people(plan: Plan, grids: pd.DataFrame, objects: pd.DataFrame) -> pd.DataFrame:
    """People with the place of their first post; whoever is left over has none."""
    rows = plan.assignments[plan.assignments["status"] == "filled"]
    posts = plan.posts.reindex(rows["post_id"])
    where = (posts["grid_code"] + posts["group_id"] + posts["object_id"]).fillna("")
    roles = [role_title(plan.rules, str(role), "zh") for role in rows["role"]]
    held = pd.DataFrame({"where": where.to_numpy(), "role": roles}, index=rows["person_id"])
    by_person = held.groupby(level=0, sort=True)
    people = plan.people
    code = by_person["where"].first().reindex(people.index).fillna("")
    titles = by_person["role"].agg(lambda one: _BETWEEN.join(dict.fromkeys(one)))
    known = pd.concat([grids, objects]).drop_duplicates("code").set_index("code")
    there = known.reindex(code)
    return pd.DataFrame(
        {
            "kind": "person",
            "code": code,
            "name": people["name"],
            "what": titles.reindex(people.index).fillna(people["office"]),
            "grid_code": there["grid_code"].fillna("").to_numpy(),
            "names": [_compared([name]) for name in people["name"]],
            "codes": "",
            "lon": there["lon"].to_numpy(),
            "lat": there["lat"].to_numpy(),
        }
    )


def _compared(texts: Iterable[str]) -> str:
    """Join texts as they are compared, a line break around each."""
    ways = dict.fromkeys(as_typed(str(text)) for text in texts if str(text))
    return f"{BREAK}{BREAK.join(ways)}{BREAK}" if ways else ""


def _sounds(name: str) -> str:
    """Write a name as it sounds, in full and by the first letters; "" where nothing is Chinese."""
    first = [known[0] if (known := readings_of(sign)) else "" for sign in name]
    if not any(first):
        return ""
    letters = (one[0] if one else sign for one, sign in zip(first, name, strict=True))
    return _compared([spelled(name), spelled("".join(letters))])


def _places(shapes: gpd.GeoSeries) -> tuple[np.ndarray, np.ndarray]:
    """Give a point inside each shape; nan for those without ground."""
    points = gpd.GeoSeries(shapely.point_on_surface(shapes.to_numpy()), crs=shapes.crs).to_crs(CRS)
    return points.x.round(6).to_numpy(), points.y.round(6).to_numpy()
