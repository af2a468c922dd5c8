"""A plan on paper: PDF sheets at a true scale, with vector lines and text that can be searched.

Its modules:

    book      the whole print: an index sheet, then every sheet in order
    codes     QR codes
    context   roads, rail, water and buildings, drawn quietly so that the place is recognised
    fonts     the font that comes with the program, or one that somebody names, put into the file
    furniture what surrounds the map on a sheet: title, legend, scale bar, north, review lines
    ground    micro-grids filled by class, and the borders of every level
    hatching  hatches of the classes as lines on paper
    labels    names and numbers where there is room for them, none over another
    legend    what the legend says
    objects   objects of the registers: the sign of their class, or a dot where there is no room
    painter   windows of a plan painted into frames: what pages of any kind share
    paper     operators, faces and drawings in the file
    pen       lines, areas and texts in millimetres of paper
    setting   text broken into lines, or made smaller until it fits
    sheets    paper, scale, and how many sheets a town takes
    view      a window of the ground in a frame on paper
"""

from gridmap.maps.pdf.book import PrintedMap, map_pdf
from gridmap.maps.pdf.sheets import PAPERS, SCALES

__all__ = ["PAPERS", "SCALES", "PrintedMap", "map_pdf"]
