"""The whole way from a town's folder to a checked plan, and the rows and remedies it reports.

Its modules:

    board_rows     boards that do not fit the plan in force, as rows of issues
    border_rows    units that borders cut or cross, and banned roads, as rows of issues
    departments    case counts and business areas laid over the grids of a plan
    entry_check    one file of a town, read as dividing will read it
    household_rows  household grids outside their band, with the reason; households counted twice
    lost_ground    whether patches hold the ground of the given grids
    rechecking     the issues of a plan found anew: as a whole, or what a change has touched
    remedies       changed rules under which the town was divided anew before they are named
    roster_check   the roster held against the grids before anything is divided
    shortage       too few cadres: the plan stands, and says how many are missing
    split_renewal  rows that dividing left, made again after edits
    split_rows     what dividing could not do, as rows of issues
    staffing_rows  pins and bans of the rules that are not followed
    steps          the steps of long work, as it tells how far it is
    time_left      how long work will still take
    workflow       making a plan, assigning anew
"""

from typing import TYPE_CHECKING

from layers.contract.door import open_door

if TYPE_CHECKING:
    from gridmap.workflow.workflow import (
        code_hash,
        make_plan,
        plan_town,
        read_roster_for,
        reassign,
        reassign_cadres,
        recheck,
        with_roster,
    )

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

__getattr__, __dir__ = open_door(__name__, dict.fromkeys(__all__, "gridmap.workflow.workflow"))
