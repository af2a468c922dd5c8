"""The steps of long work, as it tells how far it is."""

from enum import StrEnum

__all__ = ["Step"]


class Step(StrEnum):
    """A step of long work; its value is what a caller of the workflow is told, in English.

    Screens have words of their own for each: `gridmap.cli.terminal.words` and
    `gridmap/words/jobs.csv`.
    """

    READ = "Reading layers"
    TILE = "Making the tiling"
    SPLIT = "Splitting into micro-grids"
    PEOPLE = "Giving people to posts"
    CHECK = "Checking"
    COMPARE = "Comparing"
    SAVE = "Saving"
    DRAW = "Drawing the map"
    WRITE = "Writing boundaries"
    LOCATE = "Looking up points"
    BOTH = "Making both plans"
