"""What if: other rules tried on an open plan in a moment, and nothing saved.

`ground` measures once what no rule that can be tried would change; `estimate` divides that ground
again. An estimate is no plan: it says how it may differ from a full division. `explain` says what
put a border of the plan where it lies.

Its modules:

    answer    a border explained in words, and as values for machines
    border    one border of a plan, found by two codes or by a place
    drawing   a division as a map draws it, with the borders that come or go
    estimate  the ground of a plan divided again under other rules
    explain   why a border lies where it does
    figures   what a division costs: grids, posts, vacancies, border, idle hours, largest load
    ground    an open plan with who borders whom and what borders run along, computed once
    judging   which rules an estimate can judge, and which need the files read anew
    moving    what moving a border costs, patch by patch
    values    the rule values that are tried, and what they change in a rules file
"""

from gridmap.what_if.estimate import Estimate, estimate
from gridmap.what_if.explain import Explained, explain_border
from gridmap.what_if.figures import Figures, figures_of_plan
from gridmap.what_if.ground import PlanGround, prepare
from gridmap.what_if.judging import judged_rules, needs_full_split

__all__ = [
    "Estimate",
    "Explained",
    "Figures",
    "PlanGround",
    "estimate",
    "explain_border",
    "figures_of_plan",
    "judged_rules",
    "needs_full_split",
    "prepare",
]
