"""The whole way: from a town's folder to a checked plan, and what is done to a plan afterwards.

The command line, the app and the tests call these functions; nothing else strings rooms together.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from boundaries.hierarchy.codes import Issued
from boundaries.overlay.lattice import corner_of, read_onto
from boundaries.tiling.build import Tiling
from boundaries.validate.tables import counted
from gridmap.plan.context import context_near
from gridmap.plan.grids import make_grids
from gridmap.plan.groups import with_member_ids
from gridmap.plan.objects import objects_on
from gridmap.plan.plan import Plan
from gridmap.rules.roles import role_word_keys, town_names
from gridmap.split.dividing import Division, divide
from gridmap.split.infeasibility import Remedy
from gridmap.split.split import graph_of
from gridmap.staffing.assign import assign_cadres
from gridmap.staffing.places import Surroundings
from gridmap.staffing.posts import count_cadres, make_posts
from gridmap.staffing.rows import with_present_posts, with_terms
from gridmap.town.patches import tile_ground
from gridmap.town.town import Town, load_town
from gridmap.workflow.border_rows import border_issues
from gridmap.workflow.departments import context_of, with_departments
from gridmap.workflow.household_rows import count_issues
from gridmap.workflow.lost_ground import lost_ground
from gridmap.workflow.rechecking import code_hash, recheck
from gridmap.workflow.remedies import ways_for_cadres
from gridmap.workflow.shortage import missing_cadres, shortage_issues
from gridmap.workflow.split_rows import split_issues
from gridmap.workflow.steps import Step
from layers.contract.categories import KINDS
from layers.contract.columns import EDITS, PATCHES, empty_frame, with_dtypes
from layers.contract.issues import Issue, join_issues, make_issues
from layers.reading.layer import file_hash
from layers.registers.grid_names import with_grid_codes
from layers.registers.roster import read_other_roster

__all__ = [
    "code_hash",
    "make_plan",
    "plan_town",
    "read_roster_for",
    "reassign",
    "reassign_cadres",
    "recheck",
    "with_roster",
]

Progress = Callable[[str, float], None]


def make_plan(
    folder: Path, *, progress: Progress | None = None, issued: Issued | None = None
) -> Plan:
    """Make the plan of a town from its folder of layers, rules and roster.

    Parameters
    ----------
    folder
        Folder with rules.toml and the files it names.
    progress
        Called with a sentence and the share done (0 to 1) before each step.
    issued
        Codes that were published before (`gridmap.publications.issued_beside`).

    Returns
    -------
    The plan, checked against all validation rules. The same folder gives the same plan.

    Raises
    ------
    GridmapError
        If files, rules or roster do not allow a plan; the message says what to do.
    """
    tell = progress or (lambda _text, _share: None)
    tell(Step.READ, 0.0)
    return plan_town(replace(load_town(folder), issued=issued), progress=progress)


def plan_town(
    town: Town,
    *,
    division: Division | None = None,
    ways: Sequence[Remedy] | None = None,
    ways_for_people: Sequence[Remedy] | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Make the plan of a town that is already read.

    With fewer cadres than micro-grids it has vacancies, and an error says how many and why.

    Parameters
    ----------
    town
        The town.
    division
        Its patches and how they are split, where these are known already.
    ways
        What would meet the request for a number of micro-grids
        (`gridmap.workflow.remedies.ways_to_target`), where that is known already.
    ways_for_people
        What would leave no micro-grid without a cadre
        (`gridmap.workflow.remedies.ways_for_cadres`), where that is known already.
    progress
        As in `make_plan`.
    """
    tell = progress or (lambda _text, _share: None)
    rules = town.rules
    if division is None:
        tell(Step.TILE, 0.2)
        ground = tile_ground(town)
        tell(Step.SPLIT, 0.6)
        division = divide(town, ground)
    tiling, answer = division.tiling, division.answer
    patches = gpd.GeoDataFrame(
        with_dtypes(tiling.patches.assign(grid_code=answer.grid_code), PATCHES)
    )
    graph = graph_of(patches, rules=rules, barriers=town.barriers.geometry)
    grids = make_grids(
        patches,
        town.hierarchy,
        categories=answer.category,
        graph=graph,
        rules=rules,
        outlines=answer.outlines,
    )
    outline = town.hierarchy.geometry[town.hierarchy["level"] == 1].iloc[0]
    members, named = with_member_ids(
        town.members, grids, town.objects, file=", ".join(one.file for one in rules.groups)
    )
    tell(Step.PEOPLE, 0.8)
    plan = _staffed(
        Plan(
            rules=rules,
            rules_text=town.rules_text,
            patches=patches,
            grids=grids,
            people=town.people,
            posts=pd.DataFrame(),
            assignments=pd.DataFrame(),
            issues=join_issues([], patches.crs),
            ledger=tiling.ledger,
            edits=empty_frame(EDITS, index="edit_id"),
            versions=_first_version(town),
            receipt=_receipt(town),
            barriers=town.barriers,
            context=context_near(context_of(town), outline),
            units=town.units,
            objects=objects_on(_on_lattice(town), patches),
            groups=town.groups,
            members=members,
            boards=town.boards,
        )
    )
    tell(Step.CHECK, 0.9)
    plan, of_departments = with_departments(plan, town.cases, town.business)
    found = [
        town.issues,
        of_departments,
        _joined_ground(tiling),
        lost_ground(patches, town.hierarchy),
        split_issues(town, division, ways=ways),
        border_issues(plan),
        count_issues(town, patches),
        _shortage(town, division, ways_for_people),
        make_issues(named, patches.crs),
    ]
    plan = plan.with_tables(issues=join_issues(found, patches.crs))
    return recheck(plan)


def reassign(plan: Plan, roster: Path) -> Plan:
    """Give the posts of a plan to the people of another roster; present posts are kept if free.

    Parameters
    ----------
    plan
        The plan; it stays as it is.
    roster
        An .xlsx, .csv or .dbf file, read as `layers.read_roster` does.

    Returns
    -------
    A plan with the same grids, checked anew.

    Raises
    ------
    GridmapError
        If the roster cannot be read.
    """
    plan = with_roster(plan, roster)
    people = with_present_posts(plan.people, plan.assignments)
    return recheck(_staffed(plan.with_tables(people=people)))


def read_roster_for(plan: Plan, roster: Path) -> tuple[pd.DataFrame, list[Issue]]:
    """Read another roster for a plan: its columns as the rules name them, villages as codes.

    Returns
    -------
    A PEOPLE frame and what reading it tells; the plan stays as it is.

    Raises
    ------
    GridmapError
        If the roster cannot be read.
    """
    rules = plan.rules
    columns = rules.roster.columns() if rules.roster is not None else {}
    people, notes = read_other_roster(
        roster, columns=columns, roles=role_word_keys(rules), towns=town_names(rules)
    )
    given = plan.grids[plan.grids["kind"] != "micro"]
    people, named = with_grid_codes(people, given, file=roster.name)
    return people, [*notes, *named]


def with_roster(plan: Plan, roster: Path) -> Plan:
    """Put the people of another roster into a plan, and what reading it tells; posts stay.

    What was told of the roster before it goes.

    Raises
    ------
    GridmapError
        If the roster cannot be read.
    """
    rules = plan.rules
    people, notes = read_roster_for(plan, roster)
    ground = {Path(one.file).name for one in rules.files if one is not rules.roster}
    files = {Path(key.removeprefix("data:")).name for key in plan.receipt if key[:5] == "data:"}
    issues = plan.issues
    old = issues["code"].isin(files - ground) & issues["rule"].str.startswith("READ-")
    return plan.with_tables(
        people=people,
        issues=join_issues([issues[~old], make_issues(notes, plan.crs)], plan.crs),
        receipt={**plan.receipt, f"data:{roster.name}": file_hash(roster)},
    )


def reassign_cadres(plan: Plan, *, keep: pd.DataFrame | None = None) -> Plan:
    """Assign the people of a plan again, such as after edits; present posts are kept if free.

    Parameters
    ----------
    plan
        The plan.
    keep
        Rows of its assignments that stay as they are, as far as post and person still exist.
    """
    people = with_present_posts(plan.people, plan.assignments)
    staffed = _staffed(plan.with_tables(people=people), keep=keep)
    return recheck(staffed.with_tables(people=plan.people))


def _staffed(plan: Plan, *, keep: pd.DataFrame | None = None) -> Plan:
    """Make posts for the load and fill them from the roster."""
    cadres = count_cadres(plan.people)
    posts, officers = make_posts(
        plan.grids,
        rules=plan.rules,
        cadres=cadres if len(plan.people) else None,
        groups=plan.groups,
        objects=plan.objects,
    )
    grids = plan.grids.copy()
    grids.loc[officers.index, "officers"] = officers
    grids["capacity_h"] = grids["officers"] * plan.rules.capacity.officer_hours
    beside = Surroundings(plan.groups, plan.members, plan.objects)
    rows = assign_cadres(posts, plan.people, grids, rules=plan.rules, beside=beside, keep=keep)
    since = plan.rules.town.valid_from.isoformat()
    assignments = with_terms(rows, plan.assignments, since=since)
    return plan.with_tables(grids=grids, posts=posts, assignments=assignments)


def _on_lattice(town: Town) -> gpd.GeoDataFrame:
    """Give the objects of a town where its patches were measured with them."""
    return read_onto(town.objects, corner_of(town.hierarchy.geometry.to_numpy()))


def _joined_ground(tiling: Tiling) -> gpd.GeoDataFrame:
    """One row for all ground of a kind that joined a neighbour; nothing is dropped silently."""
    joined = tiling.joined
    rows = []
    for kind, part in joined.groupby("kind", sort=True):
        size = float(part["size_m2"].sum())
        takers = part["size_m2"].groupby(part["into_kind"]).sum().sort_values(kind="stable")
        one, two = KINDS[str(kind)], KINDS[str(takers.index[-1])]
        rows.append(
            Issue(
                rule="DATA-1",
                severity="info",
                size=size,
                unit="m2",
                message=f"{one.en}: {counted(len(part), 'sliver', 'slivers')} and street pieces "
                f"({size:,.1f} m2 in all) joined the ground beside, mostly {two.en.lower()}.",
                message_zh=f"{one.zh}：{len(part)} 块碎片或道路用地（共 {size:,.1f} 平方米）"
                f"已并入相邻地块，主要是{two.zh}。",
                # In the largest of them; all together would take longer than the rest of the issue.
                geometry=part.geometry.iloc[int(part["size_m2"].argmax())].representative_point(),
            )
        )
    return make_issues(rows, tiling.patches.crs)


def _shortage(town: Town, division: Division, ways: Sequence[Remedy] | None) -> gpd.GeoDataFrame:
    """Say how many cadres are missing for one on every micro-grid, and what would help."""
    made, crs = division.answer.partition.zones, division.tiling.patches.crs
    if ways is None and missing_cadres(town.people, made):
        ways = ways_for_cadres(town, division, count_cadres(town.people))
    return shortage_issues(town.people, made, crs, ways=ways)


def _first_version(town: Town) -> pd.DataFrame:
    row = {
        "version": town.rules.town.version,
        "valid_from": town.rules.town.valid_from.isoformat(),
        "valid_to": "",
        "reason": "first division",
        "supersedes": "",
    }
    return pd.DataFrame([row]).astype("str")


def _receipt(town: Town) -> dict[str, str]:
    """What the plan was made of: hashes of data, rules and code, and the seed."""
    data = {f"data:{name}": digest for name, digest in sorted(town.hashes.items())}
    return {
        "rules": hashlib.sha256(town.rules_text.encode()).hexdigest(),
        "code": code_hash(),
        "seed": str(town.rules.split.seed),
        **data,
    }
