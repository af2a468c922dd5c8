"""What can be found in the map editor: grids, people, firms and other objects, as the maps have it.

The editor fetches it when somebody searches for the first time, and searches with the scripts of
the maps (`gridmap/maps/assets/search.js`). Grids that pending changes make it knows itself.
"""

import gzip
import json

from gridmap.lookup.readings import table_of
from gridmap.maps.objects import map_objects
from gridmap.maps.rows import grid_columns, in_order, posts_with_people
from gridmap.plan.plan import Plan
from gridmap.ui.shell.memory.kept import Stamp, kept_by_file

__all__ = ["WORDS_OF", "findable"]

WORDS_OF = ("search.", "map.place")
FOUND_MB = 64  # of plans open in the editor at once
_OF_GRIDS = ("code", "zh", "en", "people")
_OF_OBJECTS = ("classes", "of", "zh", "credit_code", "grid", "xy")


@kept_by_file(FOUND_MB, share=0.05)
def findable(_plan: Plan, stamp: Stamp) -> bytes:
    """Write what a search needs as JSON, compressed; `stamp` is of the file of the plan."""
    grids = in_order(_plan)
    columns = grid_columns(_plan, grids, posts_with_people(_plan))
    objects = map_objects(_plan, grids.index)
    context = _plan.context["name"].tolist()
    names = (columns["zh"], columns["people"]["name"], objects["zh"], context)
    values = {
        "grids": {name: columns[name] for name in _OF_GRIDS},
        "objects": {name: objects[name] for name in _OF_OBJECTS},
        "readings": table_of(name for each in names for name in each),
    }
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=1, mtime=0)
