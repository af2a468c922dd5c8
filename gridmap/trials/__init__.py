"""Several divisions of a town, tried in a process of their own, compared, and one of them taken.

`run` makes and keeps them, `background` starts, watches and ends the process, and keeps how far it
is that `work` is, `ground_store` keeps what all trials of a town share.

Its modules:

    background    starts, watches and ends the process
    first_plan    the first plan of a town, whatever is asked: the nearest possible
    ground_store  the ground of a town, read and tiled, kept for the next division of it
    rules_drafts  named changes to the rules of a town, kept and not in force
    run           divisions of one town made side by side
    thumbnail     a small picture of a division
    work          the process itself: `python -m gridmap.trials.work`
"""

from gridmap.trials.run import (
    FIGURES,
    Attempt,
    Trial,
    adopt_trial,
    drop_trial,
    mark_under,
    read_trials,
    rules_mark,
    run_trials,
)

__all__ = [
    "FIGURES",
    "Attempt",
    "Trial",
    "adopt_trial",
    "drop_trial",
    "mark_under",
    "read_trials",
    "rules_mark",
    "run_trials",
]
