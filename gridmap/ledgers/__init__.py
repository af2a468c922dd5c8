"""What offices keep of a plan in Excel, WPS and Word: ledgers (台账) and the announcement (公告).

All of it is made of a plan that `gridmap.publish.release` gave. Phones are in a file only where the
caller passes them.

Its modules:

    book       the ledgers as one workbook, with what is left out
    changes    rows of what another plan of the town had otherwise
    columns    every column of every ledger: its key, what its cells are, who may see it
    contents   which ledgers a workbook has, and what cannot be in it
    grids      rows by grid, and the summary by village
    objects    rows by object, with who is in charge
    people     rows by person
    vacancies  rows by vacant post, with who answers meanwhile
    values     values of cells: days as days, and what a row is
"""

from typing import TYPE_CHECKING

from layers.contract.door import open_door

if TYPE_CHECKING:
    from gridmap.ledgers.book import Ledgers, ledger_xlsx
    from gridmap.ledgers.columns import KINDS, shown_columns

__all__ = ["KINDS", "Ledgers", "ledger_xlsx", "shown_columns"]

__getattr__, __dir__ = open_door(
    __name__,
    {
        "KINDS": "gridmap.ledgers.columns",
        "Ledgers": "gridmap.ledgers.book",
        "ledger_xlsx": "gridmap.ledgers.book",
        "shown_columns": "gridmap.ledgers.columns",
    },
)
