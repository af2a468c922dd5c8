"""The ground as given: reading files, coordinate systems, land-use codes, registers, rosters.

`import layers` offers the names of `__all__`, wherever the modules behind them lie; each module is
loaded when one of its names is first asked for.
"""

from typing import TYPE_CHECKING

from layers.door import open_door

if TYPE_CHECKING:
    from layers.atomic import write_atomically
    from layers.categories import CATEGORIES, SUBCLASSES
    from layers.code_tables import read_code_table
    from layers.errors import (
        BoundaryError,
        GridmapError,
        LayerCRSError,
        LayerFileError,
        LayerSchemaError,
        PlanError,
        UsageError,
    )
    from layers.files import read_layer
    from layers.grids import read_hierarchy
    from layers.ground import read_ground, read_ground_and_issues
    from layers.inspect import inspect_file
    from layers.lines import read_lines
    from layers.reading import read_features
    from layers.registers import read_register
    from layers.roster import read_roster, read_roster_and_issues
    from layers.whereabouts import guess_crs

__all__ = [
    "CATEGORIES",
    "SUBCLASSES",
    "BoundaryError",
    "GridmapError",
    "LayerCRSError",
    "LayerFileError",
    "LayerSchemaError",
    "PlanError",
    "UsageError",
    "guess_crs",
    "inspect_file",
    "read_code_table",
    "read_features",
    "read_ground",
    "read_ground_and_issues",
    "read_hierarchy",
    "read_layer",
    "read_lines",
    "read_register",
    "read_roster",
    "read_roster_and_issues",
    "write_atomically",
]

_HOMES = {
    "BoundaryError": "layers.errors",
    "CATEGORIES": "layers.categories",
    "GridmapError": "layers.errors",
    "LayerCRSError": "layers.errors",
    "LayerFileError": "layers.errors",
    "LayerSchemaError": "layers.errors",
    "PlanError": "layers.errors",
    "SUBCLASSES": "layers.categories",
    "UsageError": "layers.errors",
    "guess_crs": "layers.whereabouts",
    "inspect_file": "layers.inspect",
    "read_code_table": "layers.code_tables",
    "read_features": "layers.reading",
    "read_ground": "layers.ground",
    "read_ground_and_issues": "layers.ground",
    "read_hierarchy": "layers.grids",
    "read_layer": "layers.files",
    "read_lines": "layers.lines",
    "read_register": "layers.registers",
    "read_roster": "layers.roster",
    "read_roster_and_issues": "layers.roster",
    "write_atomically": "layers.atomic",
}

__getattr__, __dir__ = open_door(__name__, _HOMES)
