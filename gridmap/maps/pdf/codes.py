"""QR codes as squares on paper, sharp at any size."""

import segno

from gridmap.maps.pdf.pen import Pen
from gridmap.maps.pdf.sheets import Box

__all__ = ["QUIET", "draw_code"]

QUIET = 4  # modules of light round a code, which readers need (ISO/IEC 18004)
DARK, LIGHT = "#000000", "#ffffff"


def draw_code(pen: Pen, text: str, box: Box, *, error: str = "m") -> None:
    """Draw a QR code with its light edge into a square.

    Parameters
    ----------
    pen
        Draws.
    text
        What the code says.
    box
        The square, in mm.
    error
        How much of it may be soiled: "l", "m", "q" or "h", from 7 to 30 percent.
    """
    rows = [list(row) for row in segno.make(text, error=error, micro=False).matrix]
    side = box.width / (len(rows) + 2 * QUIET)
    pen.squares([box], LIGHT)
    dark = []
    for number, row in enumerate(rows):
        start = None
        for column, module in enumerate([*row, 0]):
            if module and start is None:
                start = column
            elif not module and start is not None:
                left = box.left + (QUIET + start) * side
                low = box.low + (QUIET + number) * side
                dark.append(Box(left, low, left + (column - start) * side, low + side))
                start = None
    pen.squares(dark, DARK)
