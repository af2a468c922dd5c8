"""The objects of a plan as a list for others: each with its grid and who is in charge of it."""

from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.export.objects import objects_csv, objects_geojson
from gridmap.lookup.charge import Charges
from gridmap.plan.notice import notice_line
from gridmap.plan.objects import may_be_public
from gridmap.plan.plan import Plan

__all__ = ["object_list", "objects_of"]

_GIVEN = ("class", "category", "name", "credit_code", "register", "record", "staff", "households",
          "size", "seen_on", "file_complete", "missing", "grid_code")  # fmt: skip
_PERSON = ("charge_code", "charge_level", "charge_role", "charge_person", "charge_office")


def object_list(
    plan: Plan, *, with_contacts: bool = False, with_hidden: bool = False
) -> gpd.GeoDataFrame:
    """List the objects of a plan.

    Parameters
    ----------
    plan
        The plan.
    with_contacts
        Whether the names of those in charge are told; never their phones.
    with_hidden
        Whether problem estates, vacancies and sensitive objects are listed too: for use inside the
        office alone.

    Returns
    -------
    By object_id in the order of the plan: what its register says, `grid_code`, `grid_name`,
    `grid_name_en`, `grid_level`, `placed_by` (point | polygon | record | ""), and who is in charge,
    the same person as `who` names: the grid or object of the post (`charge_code`), its level (0 for
    a post on the object itself), the role, and with contacts name and office. The geometry is the
    object's own, or for one that its record places a point of that ground, in the work CRS.
    """
    shown = plan.objects if with_hidden else plan.objects[may_be_public(plan.objects)]
    table = pd.DataFrame(shown[list(_GIVEN)])
    grid = table["grid_code"]
    for column, name in (("name", "grid_name"), ("name_en", "grid_name_en")):
        table[name] = grid.map(plan.grids[column]).fillna("").astype("str")
    labels = grid.map(plan.grids["label"]).fillna("")
    table["grid_name"] = table["grid_name"].where(labels == "", labels)
    table["grid_level"] = grid.map(plan.grids["level"]).fillna(0).astype("int64")
    shapes = shown.geometry.to_numpy()
    none = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    ground = shown["patch_id"].map(pd.Series(plan.patches.geometry))
    on_ground = shapely.point_on_surface(ground.where(ground.notna(), None).to_numpy(dtype=object))
    kinds = np.where(np.isin(shapely.get_type_id(shapes), (3, 6)), "polygon", "point")
    table["placed_by"] = np.where(none, np.where(shown["patch_id"] != "", "record", ""), kinds)
    charge = _in_charge(plan, shown)
    for column in _PERSON:
        if with_contacts or column not in ("charge_person", "charge_office"):
            table[column] = charge[column]
    return gpd.GeoDataFrame(table, geometry=np.where(none, on_ground, shapes), crs=plan.crs)


def objects_of(
    plan: Plan,
    form: Literal["geojson", "csv"],
    *,
    with_contacts: bool = False,
    with_hidden: bool = False,
) -> bytes:
    """Write the list of `object_list` as a file; the options are the same."""
    table = object_list(plan, with_contacts=with_contacts, with_hidden=with_hidden)
    if form == "csv":
        return objects_csv(table)
    town = plan.rules.town
    head = {
        "format": 1,
        "town": {"code": town.code, "name": town.name, "name_en": town.name_en},
        "version": town.version,
        "credit": town.credit,
        "notice": notice_line(plan),
        "objects": len(table),
        "without_grid": int((table["grid_code"] == "").sum()),
        "hidden_left_out": len(plan.objects) - len(table),
    }
    return objects_geojson(table, head)


def _in_charge(plan: Plan, objects: pd.DataFrame) -> pd.DataFrame:
    """Lay out who is in charge of each object, as `who` names them."""
    charges = Charges(plan).of_objects(objects) if len(objects) else []
    rows = [
        (one["code"], one["level"], one["person"]["role"], one["person"]["name"],
         one["person"]["office"]) if one else ("", 0, "", "", "")
        for one in charges
    ]  # fmt: skip
    return pd.DataFrame(rows, index=objects.index, columns=list(_PERSON))
