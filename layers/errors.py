"""The errors of gridmap: each says what is wrong, where, what was found and what to do.

An error means that work cannot go on. Faults in a user's data that can be listed are issues, rows
of a table (`layers.columns.ISSUES`), never exceptions. Anything else that escapes is our own bug.
"""

__all__ = [
    "BoundaryError",
    "GridmapError",
    "LayerCRSError",
    "LayerFileError",
    "LayerSchemaError",
    "PlanError",
    "UsageError",
]


class GridmapError(ValueError):
    """Base of all errors that a user can mend. The command line ends with code 1."""


class LayerFileError(GridmapError):
    """A file is missing, empty, unreadable or in a format that is not known."""


class LayerSchemaError(GridmapError):
    """A table lacks a column, or a value in it is not allowed."""


class LayerCRSError(GridmapError):
    """A layer has no coordinate system, one in degrees, or lies in the wrong place."""


class BoundaryError(GridmapError):
    """The grids of the hierarchy do not fit together."""


class PlanError(GridmapError):
    """The rules, the roster and the ground do not allow the plan that was asked for."""


class UsageError(GridmapError):
    """The command itself was wrong: a bad option, a file in the way. Ends with code 2."""
