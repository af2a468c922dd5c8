"""A division made elsewhere taken into a plan: its grids become labels on the patches of the town.

Whether it came from another system, from a file of ours or from hands in a GIS, the result is held
to the same rules as any plan, and the log of edits says that it was an import.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.hierarchy.codes import Issued
from boundaries.hierarchy.patch_places import places_of_patches
from boundaries.topology.dissolve import dissolve
from gridmap.edits.accept import accept_change
from gridmap.edits.moves.change import change_to
from gridmap.edits.moves.cuts import Cuts, with_cuts
from gridmap.edits.moves.edit import Edit
from gridmap.edits.moves.log import issued_codes, state_id
from gridmap.imports.account import account_of
from gridmap.imports.codes import Coded, code_grids
from gridmap.imports.cutting import cut_along_source
from gridmap.imports.faults import Findings, faults_of
from gridmap.imports.labelling import grid_of_key, label_patches
from gridmap.imports.matching import Match, flattened, homes_of, match
from gridmap.imports.source import Source
from gridmap.plan.plan import Plan
from layers.contract.errors import PlanError
from layers.contract.issues import join_issues, make_issues

__all__ = ["RULE", "STRADDLE", "Imported", "Straddle", "no_codes", "take_in"]

Straddle = Literal["cut", "majority", "refuse"]
STRADDLE: tuple[Straddle, ...] = ("cut", "majority", "refuse")
RULE = "IMPORT-"  # begins the rules of what an import finds


@dataclass(frozen=True)
class Imported:
    """What an import gives.

    `grids` has a row a grid of the source with the codes it got and its account in m² (see
    `gridmap.imports.account`); `straddles` a row for every part of a patch that lies in several
    grids; `totals` sums in m².
    """

    plan: Plan
    grids: pd.DataFrame
    straddles: pd.DataFrame
    totals: Mapping[str, float]
    issues: gpd.GeoDataFrame


def take_in(
    plan: Plan,
    source: Source,
    *,
    who: str,
    when: str,
    why: str = "",
    straddle: Straddle = "cut",
    issued: Issued | None = None,
) -> Imported:
    """Take a division into a plan.

    Parameters
    ----------
    plan
        A plan of the town, whose patches get the labels; its given grids and sites stay.
    source
        The division.
    who, when, why
        For the log.
    straddle
        What becomes of a patch in several grids: it is cut along their border, goes to the one
        with most of it, or the import is refused with the places.
    issued
        Codes that may not be given to other ground; None for those that the plan has used.

    Returns
    -------
    The plan, not yet checked (`gridmap.workflow.recheck`), with what was found among its issues.

    Raises
    ------
    PlanError
        If patches lie in several grids and that is refused, or a locked micro-grid would change.
    BoundaryError
        If a given grid has more grids than its numbers.
    """
    rules = plan.rules
    given = plan.grids.index[plan.grids["kind"] == "base"]
    patches, cuts = plan.patches, None
    whole: list[str] = []
    shapes, overlaps = flattened(source.grids.geometry.to_numpy(), rules)
    own = patches[patches["parent_code"].isin(given)]
    homes, _ = homes_of(shapes, dissolve(own.geometry, own["parent_code"]))
    ground = _divided(patches)
    first = found = match(ground, shapes, homes, rules=rules)
    if straddle == "refuse" and len(found.straddling):
        raise _refused(plan, ground, found)
    if straddle == "cut":
        cuts, whole = cut_along_source(plan, ground, found.straddling, found.parts, shapes)
        patches = with_cuts(patches, cuts)
        ground = _divided(patches)
        found = match(ground, shapes, homes, rules=rules) if cuts else found
    keys, bare = label_patches(ground, found, rules=rules)
    coded = _codes(plan, source, ground, keys, homes, issued)
    after = patches["grid_code"].copy()
    after.loc[ground.index] = keys.map(dict(coded.codes)).to_numpy()
    result = _accepted(plan, source, patches, after, cuts, coded, who=who, when=when, why=why)
    account, totals = account_of(source, shapes, patches, after, coded.codes, bare)
    straddles = _straddles(plan, source, first, set(whole) if straddle == "cut" else None)
    findings = Findings(source, shapes, overlaps, homes, coded, bare, account, straddles)
    issues = join_issues(
        [source.issues, make_issues(faults_of(plan, findings), plan.crs)], plan.crs
    )
    before = result.issues[~result.issues["rule"].str.startswith(RULE)]
    result = result.with_tables(issues=join_issues([before, issues], plan.crs))
    return Imported(result, account, straddles, totals, issues)


def no_codes(crs: Any) -> Issued:
    """Say that no code was ever used."""
    return Issued(frozenset(), gpd.GeoSeries([], index=pd.Index([], dtype="str"), crs=crs))


def _divided(patches: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Pick the patches that may be in a micro-grid: no exclusive site, not left with a parent."""
    code = patches["grid_code"]
    return gpd.GeoDataFrame(patches[(code != "") & (code != patches["parent_code"])])


def _codes(
    plan: Plan, source: Source, ground: gpd.GeoDataFrame, keys: pd.Series, homes: pd.DataFrame,
    issued: Issued | None,
) -> Coded:  # fmt: skip
    main = homes.drop_duplicates("grid").set_index("grid")["parent"].to_dict()
    codes = source.grids["code"].tolist()
    parents = ground["parent_code"].groupby(keys).first()
    wanted = {
        key: codes[grid]
        for key, parent in parents.items()
        if (grid := grid_of_key(str(key))) >= 0 and codes[grid] and main[grid] == parent
    }
    if issued is None:
        issued = Issued(frozenset(issued_codes(plan)), plan.micro_grids.geometry)
    return code_grids(
        dissolve(ground.geometry, keys),
        parents,
        wanted,
        digits=plan.rules.numbering.micro_digits,
        issued=issued,
        back=source.ours,
    )


def _accepted(
    plan: Plan,
    source: Source,
    patches: gpd.GeoDataFrame,
    after: pd.Series,
    cuts: Cuts | None,
    coded: Coded,
    *,
    who: str,
    when: str,
    why: str,
) -> Plan:
    said = _said(plan, source, coded.codes)
    known = said.index.intersection(plan.grids.index)
    now = plan.grids.loc[known, said.columns]
    told = known[(said.loc[known].notna() & (said.loc[known] != now)).any(axis=1)]
    edit = Edit("import", state_id(plan))
    change = change_to(plan, edit, patches, after, cuts=cuts, told=told)
    if not change.touched:
        return plan
    why = f"{source.file}: {why}" if why else source.file
    return accept_change(plan, change, who=who, when=when, why=why, said=said, check=False)


def _said(plan: Plan, source: Source, codes: Mapping[str, str]) -> pd.DataFrame:
    """What the source says of its grids, by the code they got; missing where it says nothing."""
    rows = {}
    for key, code in codes.items():
        grid = grid_of_key(key)
        if grid < 0:
            continue
        row = source.grids.iloc[grid]
        facts = {"source_code": row["code"] if row["code"] != code else ""}
        if source.ours:
            facts |= {
                name: row[name] for name in ("label", "valid_from", "valid_to") if name in row
            }
            facts |= {"name": row["name"]} if row["name"] else {}
        else:
            facts["label"] = row["name"]
        rows[code] = facts
    frame = pd.DataFrame.from_dict(rows, orient="index")
    if "valid_from" in frame:
        frame["valid_from"] = frame["valid_from"].replace("", np.nan)
    return frame.sort_index()


def _straddles(plan: Plan, source: Source, found: Match, whole: set[str] | None) -> pd.DataFrame:
    """Lay out the parts of patches in several grids, and what was done with them."""
    ground = _divided(plan.patches)
    rows = found.parts[found.parts["patch"].isin(found.straddling)].copy()
    names = np.array([*source.grids["code"], ""], dtype=object)
    rows["patch_id"] = ground.index.to_numpy(dtype=object)[rows["patch"]]
    rows["source_code"] = names[rows["grid"]]
    done = "majority" if whole is None else "cut"
    rows["done"] = ["majority" if one in (whole or ()) else done for one in rows["patch_id"]]
    return rows[["patch_id", "source_code", "grid", "m2", "share", "done"]].reset_index(drop=True)


def _refused(plan: Plan, ground: gpd.GeoDataFrame, found: Match) -> PlanError:
    names = [str(ground.index[row]) for row in found.straddling.tolist()]
    places = places_of_patches(plan.patches, names, plan.grids)
    return PlanError(
        f"{len(names)} patches lie in several grids of the source: the patch in {places.en}. Have "
        "them cut along its borders (--straddle cut), or let each go to the grid with most of it "
        "(--straddle majority).",
        f"有 {len(names)} 个图斑跨划分文件中的多个网格：{places.zh}。可沿其边界切分"
        "（--straddle cut），或整体归面积最大的网格（--straddle majority）。",
    )
