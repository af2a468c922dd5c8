"""What offices keep of a plan in Excel, WPS and Word: ledgers (台账) and the announcement (公告).

All of it is made of a plan that `gridmap.publish.release` gave. Phones are in a file only where the
caller passes them.

Its modules:

    announcement  the announcement of a division as a Word document
    book       the ledgers as one workbook, with what is left out
    changes    rows of what another plan of the town had otherwise
    columns    every column of every ledger: its key, what its cells are, who may see it
    contents   which ledgers a workbook has, and what cannot be in it
    fields     what a template of the announcement may name
    grids      rows by grid, and the summary by village
    objects    rows by object, with who is in charge
    people     rows by person
    report     the report of a plan: what was found, its grids and people, and what it rests on
    vacancies  rows by vacant post, with who answers meanwhile
    values     values of cells: days as days, and what a row is
"""

from typing import TYPE_CHECKING

from layers.contract.door import open_door

if TYPE_CHECKING:
    from gridmap.ledgers.announcement import Announcement, announcement_docx, default_template
    from gridmap.ledgers.book import Ledgers, ledger_xlsx
    from gridmap.ledgers.columns import KINDS, shown_columns
    from gridmap.ledgers.fields import field_names

__all__ = [
    "KINDS",
    "Announcement",
    "Ledgers",
    "announcement_docx",
    "default_template",
    "field_names",
    "ledger_xlsx",
    "shown_columns",
]

__getattr__, __dir__ = open_door(
    __name__,
    {
        "KINDS": "gridmap.ledgers.columns",
        "Announcement": "gridmap.ledgers.announcement",
        "announcement_docx": "gridmap.ledgers.announcement",
        "default_template": "gridmap.ledgers.announcement",
        "field_names": "gridmap.ledgers.fields",
        "Ledgers": "gridmap.ledgers.book",
        "ledger_xlsx": "gridmap.ledgers.book",
        "shown_columns": "gridmap.ledgers.columns",
    },
)
