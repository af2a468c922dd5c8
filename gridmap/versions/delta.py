"""What became of the boundaries between two plans of a town, for systems that hold the old ones."""

from pathlib import Path

from boundaries.changes.delta import Delta, make_delta
from boundaries.changes.features import read_state
from gridmap.coverage.compare import require_one_town, staff_of
from gridmap.plan.plan import Plan
from gridmap.versions.boundaries import boundary_files

__all__ = ["delta_of"]


def delta_of(
    old: Plan,
    new: Plan,
    *,
    beside: tuple[Path | None, Path | None] = (None, None),
    licence: str = "",
) -> Delta:
    """Tell which grids were inserted, updated and deleted, and why.

    Parameters
    ----------
    old, new
        Two states of a town's plan as they may go out (`gridmap.publish.release`), both for the
        same audience. Who is on a post is not told, only that others are; nothing of it where the
        public may not know names.
    beside
        Their files, for the records of publications that may lie beside them.
    licence
        For the heads of both files; "" for that of the rules.

    Raises
    ------
    PlanError
        If they are plans of different towns.
    UsageError
        If files for the public have no licence.
    """
    require_one_town(old, new)
    before, after = (
        read_state(boundary_files(plan, beside=path, licence=licence).grids)
        for plan, path in zip((old, new), beside, strict=True)
    )
    people: set[str] = set()
    if not new.is_redacted or (old.rules.publish.names_public and new.rules.publish.names_public):
        here, there = staff_of(old), staff_of(new)
        people = {code for code in here.keys() | there.keys() if here.get(code) != there.get(code)}
    return make_delta(before, after, crs=new.crs, people=people)
