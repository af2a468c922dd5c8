"""The ground as given: reading files, coordinate systems, land-use codes, registers, rosters.

The map of its folders: docs/architecture.md, "The rooms".

`import layers` offers the names of `__all__`, wherever the modules behind them lie; each module is
loaded when one of its names is first asked for.
"""

from typing import TYPE_CHECKING

from layers.contract.door import forward, open_door

if TYPE_CHECKING:
    from layers.contract.categories import CATEGORIES, SUBCLASSES
    from layers.contract.errors import (
        BoundaryError,
        GridmapError,
        LayerCRSError,
        LayerFileError,
        LayerSchemaError,
        PlanError,
        UsageError,
    )
    from layers.files.atomic import write_atomically
    from layers.inspect.file import inspect_file
    from layers.landuse.code_tables import read_code_table
    from layers.landuse.grids import read_hierarchy
    from layers.landuse.ground import read_ground, read_ground_and_issues
    from layers.landuse.lines import read_lines
    from layers.location.crs_guess import guess_crs
    from layers.reading.features import read_features
    from layers.reading.layer import read_layer
    from layers.registers.boards import read_boards
    from layers.registers.register import read_register
    from layers.registers.roster import read_roster, read_roster_and_issues

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
    "read_boards",
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
    "BoundaryError": "layers.contract.errors",
    "CATEGORIES": "layers.contract.categories",
    "GridmapError": "layers.contract.errors",
    "LayerCRSError": "layers.contract.errors",
    "LayerFileError": "layers.contract.errors",
    "LayerSchemaError": "layers.contract.errors",
    "PlanError": "layers.contract.errors",
    "SUBCLASSES": "layers.contract.categories",
    "UsageError": "layers.contract.errors",
    "guess_crs": "layers.location.crs_guess",
    "inspect_file": "layers.inspect.file",
    "read_boards": "layers.registers.boards",
    "read_code_table": "layers.landuse.code_tables",
    "read_features": "layers.reading.features",
    "read_ground": "layers.landuse.ground",
    "read_ground_and_issues": "layers.landuse.ground",
    "read_hierarchy": "layers.landuse.grids",
    "read_layer": "layers.reading.layer",
    "read_lines": "layers.landuse.lines",
    "read_register": "layers.registers.register",
    "read_roster": "layers.registers.roster",
    "read_roster_and_issues": "layers.registers.roster",
    "write_atomically": "layers.files.atomic",
}

__getattr__, __dir__ = open_door(__name__, _HOMES)

# Scripts that show a fault import these by path, from before the modules stood in folders.
forward(
    {
        "layers.errors": "layers.contract.errors",
        "layers.ground": "layers.landuse.ground",
        "layers.roster": "layers.registers.roster",
        "gridmap.ui.town_files": "gridmap.ui.data.town_files",
    }
)
