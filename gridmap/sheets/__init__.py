"""Sheets for inside the house, as PDF: task sheets of cadres, the atlas, the coverage certificate.

Its modules:

    beside       the grids beside a grid, and who is in charge there
    flow         headings, paragraphs and tables, and their way onto pages
    house_page   what stands on every page: running head, foot, page number
    map_box      a map in a frame of a sheet, with labels of its own
    places       a place of a post: a grid, a group or an object, and what is told of it
    task_facts   what is told to the cadres of a plan, gathered
    task_place   what a task sheet shows of a place
    task_sheet   one task sheet a cadre
    task_signed  its foot: what is asked, and room to confirm or to dispute
"""

from gridmap.sheets.task_sheet import TaskSheets, task_sheets_pdf

__all__ = ["TaskSheets", "task_sheets_pdf"]
