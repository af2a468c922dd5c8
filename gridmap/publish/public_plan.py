"""The copy of a plan for the public: made of what may go out, never by taking out the rest.

A table or column that is not named here is empty in it, so that nothing new goes out by itself.
"""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
import tomlkit

from gridmap.plan.objects import may_be_public
from gridmap.plan.plan import REDACTED, Plan
from gridmap.publish.frames import only
from gridmap.publish.public_context import outside
from gridmap.publish.public_ground import public_ground
from gridmap.publish.sensitive import ESTATE, is_sensitive
from gridmap.rules import Rules, parse_rules
from layers.contract.columns import PEOPLE, empty_frame, with_dtypes
from layers.contract.issues import join_issues
from layers.contract.phones import phones_of, without_phones

__all__ = ["public_plan"]

_OF_OBJECTS = ("class", "category", "name", "grid_code", "patch_id")
_OF_POSTS = ("grid_code", "role", "number")
_OF_ASSIGNMENTS = ("status", "post_id", "person_id", "grid_code", "role")
_OF_VERSIONS = ("version", "valid_from", "valid_to")
_LACKS = (
    "phones, problem estates, sensitive ground, facts of objects, loads, vacancies, issues, log"
)
_NO_FILE = "withheld"  # a copy names no files: their names tell what they hold


def public_plan(plan: Plan) -> Plan:
    """Make the copy of a plan that the public may see.

    Parameters
    ----------
    plan
        A plan; it stays as it is.

    Returns
    -------
    A plan that opens like any other. Its receipt says that it is redacted. It has no phones, no
    sensitive ground (shared out among its neighbours, nameless), no problem estates (they are urban
    housing), no objects, loads, vacancies, issues and log, no file names and comments in its rules;
    names of people on post only where the rules say `names_public`.

    Raises
    ------
    PlanError
        If all ground is sensitive.
    """
    if plan.is_redacted:
        return plan
    patches, grids = public_ground(plan)
    hidden = is_sensitive(plan)
    ground = plan.patches.geometry[hidden].to_numpy()
    names = sorted(set(plan.patches["name"][hidden]) - {""})
    people, posts, assignments = _people(plan, grids)
    rules_text = _rules_text(plan.rules)
    lacks = _LACKS if plan.rules.publish.names_public else f"names, {_LACKS}"
    made = Plan(
        rules=parse_rules(rules_text),
        rules_text=rules_text,
        patches=patches,
        grids=grids,
        people=people,
        posts=posts,
        assignments=assignments,
        issues=join_issues([], patches.crs),
        ledger=plan.ledger.iloc[:0],
        edits=plan.edits.iloc[:0],
        versions=only(plan.versions, _OF_VERSIONS),
        receipt={REDACTED: lacks} | _kept(plan.receipt),
        barriers=outside(plan.barriers, ground, columns=("name",), names=names),
        context=outside(plan.context, ground, columns=("kind", "class", "name"), names=names),
        units=_units(plan, ground, names),
        objects=_objects(plan, patches, ground, names),
    )
    return _without_phones(made, phones_of(plan.people))


def _kept(receipt: Mapping[str, str]) -> dict[str, str]:
    """Keep what says by which code and seed; hashes of files stand beside their names."""
    return {key: receipt[key] for key in ("code", "seed") if key in receipt}


def _people(plan: Plan, grids: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Give people, posts and assignments: those on a post of a grid, where names may go out."""
    rows = plan.assignments
    told = (rows["status"] == "filled") & rows["grid_code"].isin(grids.index)
    told &= rows["person_id"].isin(plan.people.index) & rows["post_id"].isin(plan.posts.index)
    if "valid_to" in rows:
        told &= rows["valid_to"] == ""
    if not plan.rules.publish.names_public:
        told &= False
    filled = only(rows[told], _OF_ASSIGNMENTS).sort_values(["grid_code", "post_id"])
    # Ids of a roster may be numbers of identity cards.
    ids = {old: f"P{new:05d}" for new, old in enumerate(dict.fromkeys(filled["person_id"]), 1)}
    people = only(plan.people.loc[list(ids)], ("name", "role")).set_axis(
        pd.Index(list(ids.values()), dtype="str", name=plan.people.index.name)
    )
    filled["person_id"] = filled["person_id"].map(ids).astype("str")
    filled = filled.reset_index(drop=True).rename_axis(rows.index.name)
    posts = only(plan.posts.loc[sorted(filled["post_id"])], _OF_POSTS)
    if not len(people):
        people = empty_frame(PEOPLE, index="person_id")
    return with_dtypes(people, PEOPLE), posts, filled


def _objects(plan: Plan, patches: pd.DataFrame, ground: Any, names: list[str]) -> gpd.GeoDataFrame:
    """Give the objects that may be in public lists, but for those on hidden ground."""
    objects = plan.objects
    told = may_be_public(objects) & (objects["category"] != ESTATE)
    told &= (objects["patch_id"] == "") | objects["patch_id"].isin(patches.index)
    kept = outside(objects[told], ground, columns=_OF_OBJECTS, names=names)
    if not len(kept):
        return objects.iloc[:0]
    # Ground that was shared out has another grid, and ids name files.
    kept["grid_code"] = kept["patch_id"].map(patches["grid_code"]).fillna("").astype("str")
    numbered = [f"O{number:05d}" for number in range(1, len(kept) + 1)]
    return kept.set_axis(pd.Index(numbered, dtype="str", name=objects.index.name))


def _units(plan: Plan, ground: Any, names: list[str]) -> gpd.GeoDataFrame:
    kept = outside(plan.units, ground, columns=("kind", "name"), names=names)
    if not len(kept):
        return kept
    numbered = [f"U{number:05d}" for number in range(1, len(kept) + 1)]
    return kept.set_axis(pd.Index(numbered, dtype="str", name=plan.units.index.name))


def _rules_text(rules: Rules) -> str:
    """Write the rules of a copy: who the town is, and what the checks of its ground need."""
    town = rules.town.model_dump(exclude_none=True)
    publish = rules.publish.model_dump(exclude_none=True, exclude={"sensitive_records"})
    table = {
        "hierarchy": {"file": _NO_FILE},
        "town": town,
        "layers": [{"file": _NO_FILE, "subclass": "unmapped"}],
        "load": {"default": {}},
        "capacity": {"officer_hours": rules.capacity.officer_hours},
        "numbering": rules.numbering.model_dump(),
        "contiguity": {"min_border_m": rules.contiguity.min_border_m,
                       "max_gap_m": rules.contiguity.max_gap_m},
        "publish": publish,
    }  # fmt: skip
    return tomlkit.dumps(table)


def _without_phones(plan: Plan, phones: list[str]) -> Plan:
    """Mask phones in what somebody typed as names."""
    tables = {}
    for table, columns in {
        "grids": ("name", "name_en", "label"),
        "patches": ("name",),
        "people": ("name",),
        "context": ("name",),
        "units": ("name",),
        "objects": ("name",),
        "barriers": ("name",),
    }.items():
        frame = getattr(plan, table)
        masked = {
            column: without_phones(frame[column], phones) for column in columns if column in frame
        }
        tables[table] = frame.assign(**masked) if len(frame) else frame
    return plan.with_tables(**tables)
