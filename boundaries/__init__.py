"""The lines between: hierarchy and codes, the tiling, neighbours, dissolve, validation, export.

The map of its folders: docs/architecture.md, "The rooms".

`import boundaries` offers the names of `__all__`, wherever the modules behind them lie; each module
is loaded when one of its names is first asked for.
"""

from typing import TYPE_CHECKING

from layers.contract.door import open_door

if TYPE_CHECKING:
    from boundaries.export.geojson import geojson_bytes
    from boundaries.export.report import report_bytes
    from boundaries.export.rounding import is_tiling
    from boundaries.hierarchy.consistency import check_hierarchy, require_sound_hierarchy
    from boundaries.tiling.build import Tiling, make_tiling
    from boundaries.validate.catalogue import RULES

__all__ = [
    "RULES",
    "Tiling",
    "check_hierarchy",
    "geojson_bytes",
    "is_tiling",
    "make_tiling",
    "report_bytes",
    "require_sound_hierarchy",
]

_HOMES = {
    "RULES": "boundaries.validate.catalogue",
    "Tiling": "boundaries.tiling.build",
    "check_hierarchy": "boundaries.hierarchy.consistency",
    "geojson_bytes": "boundaries.export.geojson",
    "is_tiling": "boundaries.export.rounding",
    "make_tiling": "boundaries.tiling.build",
    "report_bytes": "boundaries.export.report",
    "require_sound_hierarchy": "boundaries.hierarchy.consistency",
}

__getattr__, __dir__ = open_door(__name__, _HOMES)
