"""The issues of a plan found anew, as a whole, or after a change from those of the state before.

A receipt says under `checked` by which code and of which rules and data the whole plan was looked
at last. While that holds, a change looks only at what it touched; else at everything.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from boundaries.validate.catalogue import RULES, validate
from boundaries.validate.tables import Tables
from boundaries.validate.touched.differences import Differences
from boundaries.validate.touched.renewing import renewed
from gridmap.plan.plan import CHECKED, Plan
from gridmap.split.own_ground import find_strays
from gridmap.town.limits import limits_from, roles_from
from gridmap.workflow.board_rows import BOARD_RULES, board_issues
from gridmap.workflow.household_rows import band_reasons
from gridmap.workflow.shortage import with_shortage
from gridmap.workflow.split_renewal import split_rows_since, with_split_rows
from gridmap.workflow.staffing_rows import with_staffing_rows
from layers.contract.errors import Named
from layers.contract.issues import join_issues

__all__ = ["SMALL", "code_hash", "recheck", "recheck_after"]

SMALL = 2_000  # patches: up to so many it is as quick to look at everything
_ROOMS = ("layers", "boundaries", "gridmap")
_OF_GROUND = ("COV-", "TREE-", "CODE-")  # families of rules that a copy for the public is held to
_OURS = frozenset(rule.key for rule in RULES)


def recheck(plan: Plan, *, on: str = "") -> Plan:
    """Look for every fault the validation rules know, anew; faults of the data are kept.

    Parameters
    ----------
    plan
        The plan; it stays as it is.
    on
        ISO date on which the terms of people on posts are looked at; "" does not look at them.

    Returns
    -------
    The plan with the ISSUES that `boundaries.RULES` find in it today.
    """
    found = validate(
        plan.grids,
        plan.patches,
        plan.posts,
        plan.assignments,
        plan.people,
        limits=limits_from(plan.rules),
        strays=find_strays(
            plan.patches, plan.grids, rules=plan.rules, barriers=plan.barriers.geometry
        ),
        band_reasons=band_reasons(plan),
        groups=plan.groups,
        members=plan.members,
        objects=plan.objects,
        roles=roles_from(plan.rules),
        on=on,
    )
    if plan.is_redacted:  # of people, loads and registers nothing is left that could be judged
        found = found[found["rule"].str.startswith(_OF_GROUND)].reset_index(drop=True)
        return plan.with_tables(issues=join_issues([found], plan.crs))
    told = with_split_rows(plan, _told(plan))
    issues = join_issues([told, found, board_issues(plan)], plan.crs)
    receipt = plan.receipt | {CHECKED: "" if on else _stamp(plan)}
    return plan.with_tables(issues=issues, receipt=receipt)


def recheck_after(before: Plan, plan: Plan) -> Plan:
    """Give what `recheck` gives, from the issues of the state before, where these can be trusted.

    Parameters
    ----------
    before
        The plan before a change, with the issues that were found then.
    plan
        The plan after it; it stays as it is.
    """
    if before.is_redacted or before.rules is not plan.rules or len(plan.patches) <= SMALL:
        return recheck(plan)
    if before.receipt.get(CHECKED) != _stamp(before) or _stamp(before) != _stamp(plan):
        return recheck(plan)
    same = ("groups", "members", "units", "barriers", "context")
    if not all(getattr(before, name) is getattr(plan, name) for name in same):
        return recheck(plan)

    def facts(
        patches: gpd.GeoDataFrame, grids: gpd.GeoDataFrame
    ) -> tuple[gpd.GeoDataFrame, Mapping[str, Named]]:
        lines = plan.barriers.geometry
        strays = find_strays(patches, grids, rules=plan.rules, barriers=lines)
        return strays, band_reasons(plan, grids.index)

    differences = Differences(_tables(before), _tables(plan))
    checked = before.issues["rule"].isin(_OURS).to_numpy()
    found = renewed(differences, gpd.GeoDataFrame(before.issues[checked]), facts)
    if found is None:
        return recheck(plan)
    told = split_rows_since(before, plan, _told(plan), differences.families)
    return plan.with_tables(issues=join_issues([told, found, board_issues(plan)], plan.crs))


def _told(plan: Plan) -> gpd.GeoDataFrame:
    """What was found in the data, with the rows about people and posts that follow from them."""
    from_data = plan.issues[~plan.issues["rule"].isin(_OURS | set(BOARD_RULES))]
    return with_staffing_rows(plan, with_shortage(plan, from_data))


def _tables(plan: Plan) -> Tables:
    return Tables(
        plan.grids,
        plan.patches,
        plan.posts,
        plan.assignments,
        plan.people,
        limits_from(plan.rules),
        groups=plan.groups,
        members=plan.members,
        objects=plan.objects,
        roles=roles_from(plan.rules),
    )


def _stamp(plan: Plan) -> str:
    """Name the code, the libraries it measures by, and what else the receipt says of a plan."""
    libraries = (pd.__version__, shapely.__version__, shapely.geos_version_string)
    digest = hashlib.sha256("\x00".join((code_hash(), *libraries)).encode())
    for key, value in sorted(plan.receipt.items()):
        if key != CHECKED:
            digest.update(f"\x00{key}\x01{value}".encode())
    return digest.hexdigest()


def code_hash() -> str:
    """Hash of all Python sources of gridmap as they were when this process began to plan."""
    return _CODE


def _hash_sources() -> str:
    root = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for room in _ROOMS:
        for source in sorted((root / room).rglob("*.py")):
            digest.update(source.relative_to(root).as_posix().encode())
            digest.update(source.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


# Read when this is loaded: a program that is updated while it runs still works with what it was.
_CODE = _hash_sources()
