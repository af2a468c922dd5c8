"""The store: a plan in one GeoPackage, `<town>.gridmap.gpkg`, which any GIS opens.

A plan is written whole or not at all, and comes back as it was written or not at all: `writing`
and `reading` keep both promises, `digest` proves the content, `contract` says what its tables must
be, `recovery` tells what is wrong with a file and saves what can be read of it.

Its modules:

    contract      what the tables of a plan must be for anything to work with them
    digest        one digest for every column, of values and not of bytes
    earlier       what a plan of an earlier format lacks, as a row among its issues
    faults        what is said of a file that cannot be opened, and the ways on
    form          the number of its format, its layers and tables, their columns and dtypes
    frames        tables of a plan file as frames: dtypes, order and index as they were
    glance        what a plan file says at a glance, and whether it is frozen
    log_recovery  the log of edits in a plan file, whatever else is wrong
    order         bringing salvaged tables into order, so that they keep the contract
    others        tables that other programs keep in a plan file
    plan_lock     changing a plan that exists: one writer at a time, from reading to saving
    reading       reading a plan from its file, which stays as it is, with all that lies beside it
    recovery      saving what can be read of a plan file into a new one
    salvage       reading what can be read of a plan file, table by table and row by row
    verifying     saying what is wrong with a plan file
    writing       writing a plan to its file, whole or not at all

and the folder `changed/`: only the rows that differ are written into a copy of the file.
"""

from gridmap.store.faults import PlanChangedError
from gridmap.store.form import FORMAT, SUFFIX
from gridmap.store.reading import load_plan
from gridmap.store.writing import check_place, save_plan

__all__ = ["FORMAT", "SUFFIX", "PlanChangedError", "check_place", "load_plan", "save_plan"]
