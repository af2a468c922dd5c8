"""Redrawing: edits as labels on patches, their preview, their log with undo and redo.

Everything here is a pure function from a plan to a plan or to figures; pages and commands call it.
Only `kept` writes: what a planner has not accepted yet, beside the plan.

Its modules:

    accept    accepting an edit: a new plan with its labels, grids, posts, log and issues
    kept      pending changes on the disk: they outlive the page, the server and the machine
    log_export  the log of edits as a file of its own
    pending   a list of edits, each made on what the ones before it lead to
    postings  people put on posts by hand, and people assigned anew
    preview   what an edit would lead to, before anything is accepted
    replay    the plan as it was after any entry of its log
    undo      undo and redo over the log, and the history that people read

and its folders:

    moves/    what an edit asks for, what forbids it, the log, two people at once
    outcome/  what follows for grids, posts and people
"""

from gridmap.edits.accept import apply
from gridmap.edits.moves.conflicts import edits_since, reapply, require_state
from gridmap.edits.moves.edit import (
    NEW,
    Edit,
    close_grid,
    cut_patch,
    divide_grid,
    lock_grids,
    merge_grids,
    move_patches,
    split_grid,
    unlock_grids,
    with_moves,
)
from gridmap.edits.moves.log import edit_log, lineage, locked_grids, state_id
from gridmap.edits.moves.offers import Offer
from gridmap.edits.moves.select import select_by, select_grid, select_in
from gridmap.edits.moves.violations import Violation
from gridmap.edits.outcome.new_kinds import NewKind
from gridmap.edits.pending import (
    Pending,
    accept_pending,
    add_pending,
    rebuild_pending,
    transfer_pending,
)
from gridmap.edits.postings import assign_again, free_post, post_person, posted_by_hand
from gridmap.edits.preview import Preview, preview
from gridmap.edits.undo import history, redo, undo, undo_one

__all__ = [
    "NEW",
    "Edit",
    "NewKind",
    "Offer",
    "Pending",
    "Preview",
    "Violation",
    "accept_pending",
    "add_pending",
    "apply",
    "assign_again",
    "close_grid",
    "cut_patch",
    "divide_grid",
    "edit_log",
    "edits_since",
    "free_post",
    "history",
    "lineage",
    "lock_grids",
    "locked_grids",
    "merge_grids",
    "move_patches",
    "post_person",
    "posted_by_hand",
    "preview",
    "reapply",
    "rebuild_pending",
    "redo",
    "require_state",
    "select_by",
    "select_grid",
    "select_in",
    "split_grid",
    "state_id",
    "transfer_pending",
    "undo",
    "undo_one",
    "unlock_grids",
    "with_moves",
]
