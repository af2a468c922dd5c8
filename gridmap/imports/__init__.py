"""Divisions made elsewhere become plans: matched to patches by ground, faults listed with places.

`read_source` reads the grids, `take_in` gives the patches of a plan their labels. docs/import.md
tells what is kept. Its modules:

    account         what became of every square metre
    codes           codes of imported grids, those of the source where they fit
    cutting         patches cut along the borders of the source
    faults          what does not fit, as rows of issues
    labelling       the imported grid of every patch, and ground in none
    matching        patches matched to grids by the ground they share
    people          who is on which grid, by a table or by the names in a file of ours
    report          what was found and done, as a workbook, a table or points
    source          the grids of a file, each once
    source_columns  which column is which
    town            with people: into a plan, or as the first plan of a town from its folder
    taking_in       all together: from a source and a plan to a plan
"""

from gridmap.imports.source import Source, read_source
from gridmap.imports.taking_in import STRADDLE, Imported, Straddle, take_in

__all__ = ["STRADDLE", "Imported", "Source", "Straddle", "read_source", "take_in"]
