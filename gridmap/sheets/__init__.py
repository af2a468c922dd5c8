"""Sheets for inside the house, as PDF: task sheets of cadres, the atlas, the coverage certificate.

Its modules:

    atlas        the atlas of a town: all its pages, numbered and with an outline
    atlas_facts  which grids have a page, and the rows of its tables
    atlas_front  cover with overview and figures, legend, index
    atlas_pages  the page of a grid, with a table of what lies in it
    beside       the grids beside a grid, and who is in charge there
    certificate        the coverage certificate
    certificate_facts  what it says, recounted from the tables of a plan
    certificate_parts  its parts: verdict, counts, proofs, tables, digests
    flow         headings, paragraphs and tables, and their way onto pages
    house_page   what stands on every page: running head, foot, page number
    map_box      a map in a frame of a sheet, with labels of its own
    places       a place of a post: a grid, a group or an object, and what is told of it
    task_facts   what is told to the cadres of a plan, gathered
    task_place   what a task sheet shows of a place
    task_sheet   one task sheet a cadre
    task_signed  its foot: what is asked, and room to confirm or to dispute
"""

from gridmap.sheets.atlas import Atlas, atlas_pdf
from gridmap.sheets.certificate import Certificate, certificate_pdf
from gridmap.sheets.task_sheet import TaskSheets, task_sheets_pdf

__all__ = [
    "Atlas",
    "Certificate",
    "TaskSheets",
    "atlas_pdf",
    "certificate_pdf",
    "task_sheets_pdf",
]
