"""The copy of a plan for the public: made of what may go out, never by taking out the rest.

A table or column that is not named here is empty in it, so that nothing new goes out by itself.
"""

from collections.abc import Collection, Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
import tomlkit

from gridmap.plan.objects import may_be_public
from gridmap.plan.plan import REDACTED, Plan
from gridmap.publish.frames import only, renumbered
from gridmap.publish.public_context import outside
from gridmap.publish.public_ground import public_ground
from gridmap.publish.public_sets import public_sets
from gridmap.publish.sensitive import ESTATE, is_estate, is_sensitive
from gridmap.rules import Rules, parse_rules
from layers.contract.categories import KINDS
from layers.contract.columns import PEOPLE, empty_frame, with_dtypes
from layers.contract.issues import join_issues
from layers.contract.phones import phones_of, without_phones
from layers.contract.terms import in_force

__all__ = ["public_plan"]

_OF_OBJECTS = ("class", "category", "name", "grid_code", "patch_id")
_OF_POSTS = ("grid_code", "group_id", "object_id", "role", "number")
_OF_ASSIGNMENTS = ("status", "post_id", "person_id", "grid_code", "role")
_OF_VERSIONS = ("version", "valid_from", "valid_to")
_LACKS = (
    "phones, problem estates, sensitive ground, facts of objects, loads, vacancies, issues, log"
)
_ESTATES = (KINDS[ESTATE].zh, KINDS[ESTATE].en)  # no group of theirs is told either
_NO_FILE = "withheld"  # a copy names no files: their names tell what they hold


def public_plan(plan: Plan, *, day: str = "") -> Plan:
    """Make the copy of a plan that the public may see.

    Parameters
    ----------
    plan
        A plan; it stays as it is.
    day
        ISO date: who is on post on it may be named. "": nobody whose term has an end, as it may
        have passed.

    Returns
    -------
    A plan that opens like any other. Its receipt says that it is redacted. It has no phones, no
    sensitive ground (shared out among its neighbours, nameless), no problem estates (they are urban
    housing), no objects, loads, vacancies, issues and log, no file names and comments in its rules;
    names of people on post only where the rules say `names_public`. Groups and boards are there as
    far as what they name is.

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
    objects, ids = _objects(plan, patches, ground, names)
    estates = {*plan.patches["name"][is_estate(plan)]} - {""}
    sets = public_sets(plan, grids.index, ids, [*names, *sorted(estates), *_ESTATES])
    people, posts, assignments = _people(plan, grids, {**sets.ids, **ids}, day)
    rules_text = _rules_text(plan.rules, set(posts["role"]))
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
        objects=objects,
        groups=sets.groups,
        members=sets.members,
        boards=sets.boards,
    )
    return _without_phones(made, phones_of(plan.people))


def _kept(receipt: Mapping[str, str]) -> dict[str, str]:
    """Keep what says by which code and seed; hashes of files stand beside their names."""
    return {key: receipt[key] for key in ("code", "seed") if key in receipt}


def _people(
    plan: Plan, grids: pd.DataFrame, ids_of_places: Mapping[str, str], day: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Give people, posts and assignments where names may go out.

    They are those on posts of grids that are left, and of groups and objects that have a new id.
    """
    rows = plan.assignments
    posts = plan.posts
    other = posts["group_id"] + posts["object_id"]
    place = renumbered(other, ids_of_places)
    open_posts = posts.index[posts["grid_code"].isin(grids.index) | (place != "")]
    told = in_force(rows, day) & rows["post_id"].isin(open_posts)
    told &= rows["person_id"].isin(plan.people.index)
    if not day:
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
    posts = only(posts.loc[sorted(filled["post_id"])], _OF_POSTS)
    for column in ("group_id", "object_id"):
        posts[column] = renumbered(posts[column], ids_of_places)
    # The id of a post on a group or an object begins with theirs.
    anew = {
        post: f"{place[post]}-{row.role}-{row.number:02d}" if place[post] else str(post)
        for post, row in zip(posts.index, posts.itertuples(), strict=True)
    }
    posts = posts.rename(index=anew).sort_index()
    filled["post_id"] = renumbered(filled["post_id"], anew)
    if not len(people):
        people = empty_frame(PEOPLE, index="person_id")
    return with_dtypes(people, PEOPLE), posts, filled


def _objects(
    plan: Plan, patches: pd.DataFrame, ground: Any, names: list[str]
) -> tuple[gpd.GeoDataFrame, dict[str, str]]:
    """Give the objects that may be in public lists, but for those on hidden ground.

    Their new ids by the old ones come with them.
    """
    objects = plan.objects
    told = may_be_public(objects) & (objects["category"] != ESTATE)
    told &= (objects["patch_id"] == "") | objects["patch_id"].isin(patches.index)
    kept = outside(objects[told], ground, columns=_OF_OBJECTS, names=names)
    if not len(kept):
        return objects.iloc[:0], {}
    # Ground that was shared out has another grid, and ids name files.
    kept["grid_code"] = kept["patch_id"].map(patches["grid_code"]).fillna("").astype("str")
    numbered = [f"O{number:05d}" for number in range(1, len(kept) + 1)]
    ids = dict(zip(kept.index, numbered, strict=True))
    return kept.set_axis(pd.Index(numbered, dtype="str", name=objects.index.name)), ids


def _units(plan: Plan, ground: Any, names: list[str]) -> gpd.GeoDataFrame:
    kept = outside(plan.units, ground, columns=("kind", "name"), names=names)
    if not len(kept):
        return kept
    numbered = [f"U{number:05d}" for number in range(1, len(kept) + 1)]
    return kept.set_axis(pd.Index(numbered, dtype="str", name=plan.units.index.name))


def _rules_text(rules: Rules, roles: Collection[str]) -> str:
    """Write the rules of a copy: who the town is, what the checks of its ground need, and roles."""
    town = rules.town.model_dump(exclude_none=True, exclude={"office_phone"})
    publish = rules.publish.model_dump(
        exclude_none=True, exclude={"sensitive_records", "board_page"}
    )
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
        "roles": {
            key: {"name": role.name, "name_en": role.name_en, "leads": role.leads}
            for key, role in rules.roles.items()
            if key in roles
        },
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
        "groups": ("name", "name_en"),
        "boards": ("place",),
        "barriers": ("name",),
    }.items():
        frame = getattr(plan, table)
        masked = {
            column: without_phones(frame[column], phones) for column in columns if column in frame
        }
        tables[table] = frame.assign(**masked) if len(frame) else frame
    return plan.with_tables(**tables)
