"""Paper for residents: public boards (公示牌) and contact cards (连心卡), by a template.

Its modules:

    board_map   the map on a board or a card
    board_page  what stands where on a board
    boards      boards as a PDF file, a sheet each
    card_page   what stands where on a card
    cards       contact cards as a PDF file, ten on a sheet with cut marks
    logo        the logo of a town, read so that nothing hostile gets on paper
    made        a file, and what is to be said about it
    people      who stands on a board or a card
    template    words, colours, logo, what is shown; `template.toml` is the one that comes along
"""

from gridmap.paper.boards import boards_pdf
from gridmap.paper.cards import cards_pdf
from gridmap.paper.made import MadePaper
from gridmap.paper.template import Template, default_template, read_template, template_text

__all__ = [
    "MadePaper",
    "Template",
    "boards_pdf",
    "cards_pdf",
    "default_template",
    "read_template",
    "template_text",
]
