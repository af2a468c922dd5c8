"""A division made elsewhere with its people: into a plan, or as the first plan of a town.

The folder of a town gives ground, rules and people as always; where micro-grids lie is what the
source says.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import shapely

from boundaries.hierarchy.codes import Issued
from gridmap.edits.postings import assign_again
from gridmap.imports.people import postings_for, with_postings
from gridmap.imports.source import Source
from gridmap.imports.taking_in import Imported, Straddle, no_codes, take_in
from gridmap.plan.plan import Plan
from gridmap.workflow.workflow import make_plan, reassign_cadres, recheck, with_roster
from layers.contract.columns import ASSIGNMENTS, EDITS, empty_frame

__all__ = ["first_plan", "into_plan", "outline_of", "with_source"]

Progress = Callable[[str, float], None]


def outline_of(plan: Plan) -> shapely.Geometry:
    """Give the outline of the town of a plan."""
    return plan.grids.geometry[plan.grids["level"] == plan.grids["level"].min()].iloc[0]


def with_source(plan: Plan, source: Source) -> Plan:
    """Put the digest of an imported file into the receipt of a plan."""
    return plan.with_tables(receipt={**plan.receipt, f"data:{source.file}": source.sha256})


def first_plan(
    folder: Path,
    read: Callable[[Plan], Source],
    *,
    who: str,
    when: str,
    straddle: Straddle = "cut",
    issued: Issued | None = None,
    roster: Path | None = None,
    postings: Path | None = None,
    progress: Progress | None = None,
) -> tuple[Imported, Source]:
    """Make the plan of a town from its folder and a division made elsewhere.

    Parameters
    ----------
    folder
        Folder with rules.toml and the files it names.
    read
        Reads the division for a plan of the town (`gridmap.imports.read_source`).
    who, when, straddle
        As `gridmap.imports.take_in` has them.
    issued
        Codes that were published before; the division of our own that the ground was cut for is
        not in force, and its codes are free.
    roster
        Another roster than that of the folder.
    postings
        Table of who is on which grid (`gridmap.imports.people`); the grids that it names, or that
        the file names people for, are staffed by it alone.
    progress
        As `gridmap.workflow.make_plan` has it.

    Returns
    -------
    The plan, checked, with everybody assigned anew, and the source.
    """
    own = make_plan(folder, progress=progress, issued=issued)
    own = own if roster is None else with_roster(own, roster)
    source = read(own)
    taken = take_in(
        own, source, who=who, when=when, straddle=straddle, issued=issued or no_codes(own.crs)
    )
    plan = with_source(taken.plan, source).with_tables(
        edits=empty_frame(EDITS, index="edit_id"),
        assignments=empty_frame(ASSIGNMENTS, index="row"),
        versions=_imported(own.versions, source),
    )
    plan = reassign_cadres(plan)
    named = postings_for(source, postings)
    if named is not None:
        since = plan.rules.town.valid_from.isoformat()
        plan = with_postings(plan, named[0], file=named[1], who=who, when=when, since=since)
        plan = recheck(plan.with_tables(edits=empty_frame(EDITS, index="edit_id")))
    return replace(taken, plan=plan), source


def into_plan(
    plan: Plan,
    source: Source,
    *,
    who: str,
    when: str,
    why: str = "",
    straddle: Straddle = "cut",
    roster: Path | None = None,
    postings: Path | None = None,
) -> Imported:
    """Take a division into a plan with its people, checked; the arguments are as above."""
    taken = take_in(plan, source, who=who, when=when, why=why, straddle=straddle)
    made = taken.plan
    if roster is not None:
        made = assign_again(made, roster=roster, who=who, when=when, why=why)
    named = postings_for(source, postings)
    if named is not None:
        made = with_postings(made, named[0], file=named[1], who=who, when=when)
    return replace(taken, plan=recheck(with_source(made, source)))


def _imported(versions: pd.DataFrame, source: Source) -> pd.DataFrame:
    return versions.assign(reason=f"imported from {source.file}").astype("str")
