"""Tables derived of the plan of one town, as GeoParquet and Parquet for the catalogue of the city.

The plan is the truth; these are made anew whenever they are missing or the plan has changed. All
towns are in one geographic CRS. No phone and no id of a roster is in them.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridmap.city.figures import figure_table
from gridmap.city.search.names import name_table
from gridmap.coverage.duty import Duties
from gridmap.coverage.workload import cadre_loads
from gridmap.plan.plan import Plan
from gridmap.rules.roles import role_title
from layers.files.atomic import replacing

__all__ = ["CRS", "TABLES", "is_whole", "write_derived"]

CRS = "EPSG:4490"
_BETWEEN = "、"


def _grids(plan: Plan) -> pd.DataFrame:
    """Grids with their ground, figures and who leads them."""
    grids = plan.grids[~plan.grids.index.duplicated()]
    duties = Duties(plan)
    leaders = [
        _BETWEEN.join(one["name"] for one in duties.people(code) if duties.leads(one["role"]))
        for code in grids.index
    ]
    kept = grids[
        [
            *("name", "label", "level", "kind", "parent_code", "category", "subclass", "spatial"),
            *("area_m2", "households", "objects", "load_h", "officers", "capacity_h"),
            *("version", "valid_from", "geometry"),
        ]
    ]
    return (
        gpd.GeoDataFrame(kept.assign(leader=_texts(leaders, kept.index)), crs=grids.crs)
        .to_crs(CRS)
        .reset_index()
    )


def _people(plan: Plan) -> pd.DataFrame:
    """People with their posts and load; whoever is left over has none."""
    rows = plan.assignments[plan.assignments["status"] == "filled"]
    places = plan.posts.reindex(rows["post_id"])
    where = (places["grid_code"] + places["group_id"] + places["object_id"]).fillna("")
    roles = [role_title(plan.rules, str(role), "zh") for role in rows["role"]]
    held = pd.DataFrame({"where": where.to_numpy(), "role": roles}, index=rows["person_id"])
    by_person = held.groupby(level=0, sort=True)
    loads = cadre_loads(plan)["load_h"]
    people = plan.people[["name", "office", "skills", "home_code", "employment", "hours"]]
    texts = {"places": "str", "roles": "str"}
    return people.assign(
        posts=by_person.size().reindex(people.index).fillna(0).astype("int64"),
        places=by_person["where"].agg(";".join).reindex(people.index).fillna(""),
        roles=by_person["role"].agg(lambda one: ";".join(dict.fromkeys(one)))
        .reindex(people.index).fillna(""),
        load_h=loads.reindex(people.index).fillna(0.0),
    ).astype(texts).reset_index(drop=True)  # fmt: skip


def _objects(plan: Plan) -> pd.DataFrame:
    """Objects with the grid they lie in and who is in charge of them."""
    objects, duties = plan.objects, Duties(plan)
    charge = [
        _BETWEEN.join(one["name"] for one in duties.people(code, kind="object"))
        for code in objects.index
    ]
    kept = objects[
        [
            *("class", "category", "name", "credit_code", "grid_code", "staff", "households"),
            *("size", "file_complete", "seen_on", "sensitive", "geometry"),
        ]
    ]
    placed = gpd.GeoDataFrame(kept.assign(in_charge=_texts(charge, kept.index)), crs=plan.crs)
    return placed.to_crs(CRS).rename_axis("object_id").reset_index()


def _issues(plan: Plan) -> pd.DataFrame:
    """Faults and notes with a point."""
    points = plan.issues.geometry.representative_point().to_crs(CRS)
    kept = plan.issues.drop(columns=plan.issues.geometry.name)
    return kept.assign(lon=points.x, lat=points.y).reset_index(drop=True)


def _texts(values: list[str], index: pd.Index) -> pd.Series:
    """Make a column of texts, also of none."""
    return pd.Series(values, index=index, dtype="str")


TABLES: Mapping[str, Callable[[Plan], pd.DataFrame]] = {
    "grids": _grids,
    "people": _people,
    "objects": _objects,
    "figures": figure_table,
    "issues": _issues,
    "names": name_table,
}


def write_derived(plan: Plan, folder: Path) -> None:
    """Write all tables of a plan; the same plan gives the same bytes.

    Parameters
    ----------
    plan
        The plan.
    folder
        Of the town in the catalogue, which exists.
    """
    for name, make in TABLES.items():
        frame = make(plan)
        with replacing(folder / f"{name}.parquet", overwrite=True, private=True) as draft:
            if isinstance(frame, gpd.GeoDataFrame):
                frame.to_parquet(draft, index=False, compression="zstd", write_covering_bbox=True)
            else:
                frame.to_parquet(draft, index=False, compression="zstd")


def is_whole(folder: Path) -> bool:
    """Whether all tables of a town are there."""
    return all((folder / f"{name}.parquet").exists() for name in TABLES)
